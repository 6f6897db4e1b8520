/*
 * Word tables: each enum that people see has exactly one, in its enum's order.
 */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

#include <stddef.h>

struct names {
    const char *const *words;
    size_t count;
};

/* The word of a value, "?" outside the table. */
const char *names_word(const struct names *names, int value);

/* The value of a word, -1 if unknown. */
int names_find(const struct names *names, const char *word);

struct arena;
/* "a, b or c", for messages. */
const char *names_all(const struct names *names, struct arena *arena);

#endif
