/*
 * RRULE, as far as it is about days of the year.
 */
#ifndef CONFIG_CALENDARS_RULE_H
#define CONFIG_CALENDARS_RULE_H

#include "base/day.h"
#include "base/err.h"

struct arena;

enum { RULE_NTH_MAX = 16, RULE_YEAR_MAX = 2199, RULE_YEAR_DAYS = 12 * RULE_NTH_MAX };

struct rule {
    int interval, count; /* count 0: none */
    day_t until;         /* DAY_NONE: none */
    unsigned months;     /* bit 1 = January; 0: the month of the start */
    size_t nth_count;    /* 0: the day of the start */
    struct {
        int n; /* -1: the last one */
        enum weekday weekday;
    } nth[RULE_NTH_MAX];
};

/* "FREQ=YEARLY;BYMONTH=6;BYDAY=1MO"; -1 and a sentence for anything that is not of that kind. */
int rule_parse(const char *text, struct rule *out, struct arena *arena, struct err *err);

static inline bool rule_is_endless(const struct rule *rule)
{
    return rule->count == 0 && rule->until == DAY_NONE;
}

/* The days that it names in a year, ascending, each once; start gives what the rule leaves open. */
size_t rule_days_of_year(const struct rule *rule, day_t start, int year, day_t days[RULE_YEAR_DAYS]);

/* "20261225"; false otherwise. */
bool rule_date_parse(const char *text, day_t *out);

#endif
