/*
 * Text: a growing buffer in an arena, and the few questions we ask of strings.
 * All strings are UTF-8 and NUL-terminated; "no value" is "" and never NULL.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct text {
    struct arena *arena;
    char *data; /* always NUL-terminated, never NULL after text_init */
    size_t length, capacity;
};

void text_init(struct text *text, struct arena *arena);
void text_add(struct text *text, const char *string);
void text_add_n(struct text *text, const char *bytes, size_t length);
void text_add_char(struct text *text, char c);
void text_addf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_vaddf(struct text *text, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* ASCII only, whatever the locale. */
static inline bool text_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool text_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline char text_lower_char(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_equal(const char *a, const char *b);
bool text_equal_nocase(const char *a, const char *b); /* ASCII letters only */
bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);
bool text_empty(const char *text); /* NULL or "" */
bool text_is_ascii(const char *text);

/* True if the bytes are well-formed UTF-8 (no surrogates, no overlong forms). */
bool text_is_utf8(const char *bytes, size_t length);

/*
 * The code point at the start of bytes, which hold length bytes: returns how
 * many it takes, or 0 at the end and where the bytes are not UTF-8.
 */
size_t text_decode(const char *bytes, size_t length, uint32_t *code);

/* The length of the longest prefix of at most max bytes that does not end inside a code point. */
size_t text_cut(const char *text, size_t max);

/* True if the text has a control character (U+0000-001F, 007F, 0080-009F) or is not UTF-8. */
bool text_has_control(const char *text);

/* Number of terminal columns: one per code point, two for wide East Asian ones, none for combining marks. */
size_t text_columns(const char *text);

/* True if word is one of the words in list, which is separated by commas or white space. */
bool text_list_has(const char *list, const char *word);

/* ASCII lower-case copy. */
char *text_lower(struct arena *arena, const char *text);

/* A copy without leading and trailing white space. */
char *text_trim(struct arena *arena, const char *text);

/*
 * For messages about rejected input, where there is no arena: the text as far
 * as it fits, with "..." where it was cut and '?' for what does not print.  size is at least 8.
 */
char *text_clip(const char *text, char *buffer, size_t size);

/* For logs: control characters as \xNN, quotes and backslashes escaped, at most max bytes, cut at a code point. */
char *text_escape_log(struct arena *arena, const char *text, size_t max);

#endif
