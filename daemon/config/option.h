/*
 * Options: every key of every file is declared once, in a table of these.
 * The parser, `--print-example`, the manuals' lists and the lint test walk the same tables.
 */
#ifndef CONFIG_OPTION_H
#define CONFIG_OPTION_H

#include <stdbool.h>
#include <stddef.h>

enum option_type {
    OPTION_TEXT, OPTION_WORD, OPTION_BOOL, OPTION_INT, OPTION_DURATION, OPTION_MONEY_LIST, OPTION_TEXT_LIST,
    OPTION_DATE, OPTION_TIME, OPTION_PERCENT, OPTION_PATH, OPTION_GROUP, OPTION_LIST, OPTION_SPECIAL,
    OPTION_LATER /* known, its rule comes later: refused with a sentence */
};

struct option {
    const char *name;       /* within its group */
    enum option_type type;
    const char *values;     /* allowed words or range, for people: "following|none", "1..60"; "" any */
    const char *preset;     /* default as written in a file; NULL: required; "" none */
    const char *sentence;   /* what it does */
};

/* One group of keys: "" of dunningd.conf, "limits", "policy", "step", "provider smtp", ... */
struct option_group {
    const char *file;       /* "dunningd.conf", "policies", "providers" */
    const char *name;
    const struct option *options;
    size_t count;
};
extern const struct option_group option_groups[];
extern const size_t option_group_count;

struct text;
/* The example file of one kind with every option, commented out, at its default. */
void option_print_example(const char *file, struct text *out);

#endif
