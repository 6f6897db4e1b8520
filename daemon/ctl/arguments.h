/*
 * The command line, read along the table of verbs.  Pure.
 */
#ifndef CTL_ARGUMENTS_H
#define CTL_ARGUMENTS_H

#include "base/day.h"
#include "ctl/command.h"

struct arena;

/* A wall-clock time without a zone, or a span before now. */
struct local_time {
    day_t day; /* DAY_NONE: not given */
    int32_t seconds;
    int64_t before_s; /* above 0: that long ago, and no day */
};

struct arguments {
    const struct command *command; /* NULL: only help or version is asked for */
    const char *verb;              /* of a verb of two words, where the second word was not given; "" */
    bool version, help;
    const char **words; /* the arguments of the verb, ended by NULL */
    size_t word_count;
    bool given[OPTION_COUNT];
    const char *text[OPTION_COUNT]; /* as written; "" where not given */
    int64_t number[OPTION_COUNT];
    struct local_time time[OPTION_COUNT]; /* KIND_DATE and KIND_TIME */
    const char **map;                     /* pairs OURS, THEIRS or KEY, VALUE, ended by NULL */
    size_t map_count;
};

/* ERR_USAGE with a sentence that says what to type. */
int arguments_read(int argc, const char *const *argv, struct arena *arena, struct arguments *out, struct err *err);

#endif
