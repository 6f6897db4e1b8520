/*
 * The rule at the end of a time zone file, for the years that its list of
 * transitions does not reach (RFC 8536 3.3, POSIX TZ with times of -167 to 167 hours).
 */
#ifndef CONFIG_ZONE_RULE_H
#define CONFIG_ZONE_RULE_H

#include "base/zone.h"

/* A local date and time of each year. */
struct zone_date {
    enum { DATE_WEEKDAY, DATE_JULIAN, DATE_ORDINAL } kind;
    int month, week, weekday; /* DATE_WEEKDAY: week 5 is the last one, weekday 0 is Sunday */
    int number;               /* DATE_JULIAN: 1-365, 29 February not counted; DATE_ORDINAL: 0-365, counted */
    int32_t time;             /* seconds after 00:00, may be negative or beyond the day */
};

struct zone_rule {
    int32_t standard, summer; /* seconds east of UTC; summer may be the smaller one */
    bool has_summer;
    struct zone_date begin, end; /* of summer */
};

/* "CET-1CEST,M3.5.0,M10.5.0/3"; false for anything else.  The dates of summer must be given. */
bool zone_rule_parse(const char *text, struct zone_rule *rule);

/* The two spans that begin in this year, in order; for a rule with summer. */
void zone_rule_year(const struct zone_rule *rule, int year, struct zone_span spans[2]);

#endif
