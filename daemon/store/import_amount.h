/*
 * Amounts of exports: exact decimals, and what to do about all else.
 */
#ifndef STORE_IMPORT_AMOUNT_H
#define STORE_IMPORT_AMOUNT_H

#include <stdint.h>

struct arena;

/* NULL with *minor set, or the end of a sentence about the text that says what to do. */
const char *import_amount_read(const char *text, const char *currency, char decimal, int64_t *minor,
                               struct arena *arena);

#endif
