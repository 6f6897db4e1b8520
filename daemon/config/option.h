/*
 * Options: every key of every file is declared once, in a table of these.
 * The reader, the example files, the manuals' lists and their test walk the
 * same tables.
 */
#ifndef CONFIG_OPTION_H
#define CONFIG_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/names.h"

enum option_type {
    OPTION_NAME,     /* const char *: a text that names something; no control characters, slashes or quotes */
    OPTION_TEXT,     /* const char *, one line */
    OPTION_LINES,    /* const char *, any lines */
    OPTION_PATH,     /* const char *: made absolute, "" stays "" */
    OPTION_WORD,     /* with names an enum, else a const char * that is one of values */
    OPTION_BOOL,     /* bool */
    OPTION_INT,      /* int within values */
    OPTION_DURATION, /* struct duration of one of the units in values */
    OPTION_SECONDS,  /* int32_t, a duration within values */
    OPTION_DATE,     /* day_t */
    OPTION_CLOCK,    /* int32_t, seconds of the day */
    OPTION_PERCENT,  /* int32_t, parts per million */
    /* The following fill a pointer at offset and a size_t at count_offset. */
    OPTION_MONEY_LIST, /* struct money, one per currency */
    OPTION_TEXT_LIST,  /* const char *, one of values if there are any */
    OPTION_LIST,       /* a list of groups */
    /* A fixed array of enums of at most OPTION_WORDS_MAX. */
    OPTION_WORD_LIST,
    OPTION_GROUP,   /* the struct at offset */
    OPTION_SPECIAL, /* what read says */
    OPTION_LATER    /* known, its rule comes later: refused with the sentence in later */
};

#define OPTION_WORDS_MAX 4

struct reader;
struct option;
struct option_group;
struct config_setting_t;

/* Reads one setting into member; what is wrong becomes a finding. */
typedef void option_read(struct reader *reader, const struct option *option, struct config_setting_t *setting,
                         void *member);

struct option {
    const char *name; /* within its group */
    enum option_type type;
    const char *values;   /* words "a|b", a range "1..60" or "1s..1h", units "d|bd"; NULL: any */
    const char *preset;   /* default as written in a file; NULL: required; "": none */
    const char *example;  /* where there is no default: a value that makes sense */
    const char *sentence; /* what it does */
    const char *later;    /* why it is refused; of OPTION_WORD: why every word but the preset is */
    size_t offset, count_offset;
    const struct names *names;
    const struct option_group *group;
    option_read *read;
};

/* One group of keys: "" of dunningd.conf, "limits", "policy", "step", "provider smtp", ... */
struct option_group {
    const char *file; /* "dunningd.conf", "policies", "providers", "rates" */
    const char *name;
    const char *manual; /* "dunningd.conf(5)" */
    const struct option *options;
    size_t count;
    size_t size; /* of the struct that it fills */
    /* After the last key of a group: what concerns several keys.  NULL: nothing. */
    void (*finish)(struct reader *reader, struct config_setting_t *setting, void *target);
};

extern const struct option_group *const option_groups[];
extern const size_t option_group_count;

const struct option *option_find(const struct option_group *group, const char *name);

/* The option of values within a|b|c, -1 if word is none of them. */
int option_value(const char *values, const char *word);
/* "a, b or c" of names or values. */
struct arena;
const char *option_words(const struct option *option, struct arena *arena);

struct text;
/*
 * The example of a file with every option, commented out, at its default;
 * what is required stands as it is.  key: of the group in its file, as in
 * "policy = { ... };"; NULL for the group of a whole file.
 */
void option_print_example(const struct option_group *group, const char *key, struct text *out);

#endif
