/*
 * The lines of an iCalendar file: unfolded, and cut into name, parameters and value.
 */
#ifndef CONFIG_CALENDARS_LINE_H
#define CONFIG_CALENDARS_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct ics_line {
    int number;       /* where it begins */
    bool broken;      /* no name or no colon; then value is the whole line */
    const char *name; /* in upper case */
    const char *parameters, *value;
};

struct ics_source {
    struct arena *arena;
    char *at; /* NULL at the end */
    int number;
};

/* False at the end.  Empty lines are passed over. */
bool ics_line_next(struct ics_source *source, struct ics_line *line);

/* The value of a parameter, "" if it is not there. */
const char *ics_line_parameter(const struct ics_line *line, const char *name, struct arena *arena);

/* True if the parameter VALUE says that it is a date without a time. */
bool ics_line_is_date(const struct ics_line *line, struct arena *arena);

char *ics_upper(struct arena *arena, const char *text, size_t length);

#endif
