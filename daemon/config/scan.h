/*
 * The tokens of a configuration file.
 */
#ifndef CONFIG_SCAN_H
#define CONFIG_SCAN_H

#include <stddef.h>

#include "base/err.h"

enum token_kind {
    TOKEN_END,
    TOKEN_NAME,
    TOKEN_TEXT,
    TOKEN_NUMBER,
    TOKEN_TRUTH,  /* true, false */
    TOKEN_EQUALS, /* = or : */
    TOKEN_COMMA,
    TOKEN_SEMICOLON,
    TOKEN_OPEN,  /* { [ ( */
    TOKEN_CLOSE, /* } ] ) */
    TOKEN_WRONG  /* already said what is wrong with it */
};

struct token {
    enum token_kind kind;
    const char *start;
    size_t length;
    int line;
};

struct scan {
    const char *file;
    const char *at;
    int line;
    struct findings *findings;
};

struct token scan_next(struct scan *scan);

__attribute__((format(printf, 3, 4))) void scan_say(struct scan *scan, int line, const char *format, ...);

#endif
