/*
 * How a date on a closed day moves, and how dates advance: the business-day
 * conventions under their usual names.
 */
#ifndef POLICY_CONVENTION_H
#define POLICY_CONVENTION_H

#include "policy/calendar.h"

enum convention {
    CONVENTION_UNADJUSTED,
    CONVENTION_FOLLOWING,          /* the next open day */
    CONVENTION_MODIFIED_FOLLOWING, /* the next open day; the one before if that is in another month */
    CONVENTION_PRECEDING,
    CONVENTION_MODIFIED_PRECEDING,
    CONVENTION_HALF_MONTH_MODIFIED_FOLLOWING, /* nor over the middle of the month, the end of the 15th */
    CONVENTION_NEAREST,                       /* as near before as after: after */
    CONVENTION_COUNT
};

const char *convention_word(enum convention convention);
bool convention_parse(const char *word, enum convention *out);

/* The day itself if open.  A calendar with no open day leaves every day as it is. */
day_t calendar_adjust(const struct calendar *calendar, day_t day, enum convention convention);

/* The last open day of the day's month. */
day_t calendar_end_of_month(const struct calendar *calendar, day_t day);

struct advance {
    int n;          /* may be negative */
    enum unit unit; /* UNIT_BUSINESS_DAY, UNIT_DAY, UNIT_WEEK or UNIT_MONTH */
    enum convention convention;
    bool end_of_month; /* months only: from the last open day of a month to the last one of another */
};

/*
 * Business days are counted from day to day and end on an open one; zero of
 * them, and all other units, are added by the calendar and then adjusted.
 * Months clamp to the month's length.
 */
day_t calendar_advance(const struct calendar *calendar, day_t day, const struct advance *advance);

/* The open days after `from` up to and with `to`; negative if `to` is before `from`. */
int calendar_count_open(const struct calendar *calendar, day_t from, day_t to);

#endif
