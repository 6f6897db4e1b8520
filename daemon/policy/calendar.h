/*
 * Business-day calendars and send windows (RULES R20, R21; domain.md 2.1).
 */
#ifndef POLICY_CALENDAR_H
#define POLICY_CALENDAR_H

#include "base/parse.h"
#include "base/zone.h"

struct calendar {
    const char *name;
    unsigned weekend;    /* mask of closed weekdays, bit 0 = Monday */
    const day_t *closed; /* ascending, without duplicates */
    size_t closed_count;
    day_t horizon;    /* its newest closed day that no endless rule gives; DAY_NONE: it needs no new ones */
    bool target;      /* the closing days of TARGET, of any year, are closed, too */
    const char *file; /* "" for one that is built in, and for a union */
    const struct calendar *const *parts; /* of a union: what it is made of */
    size_t part_count;
};

/* Saturday and Sunday closed, nothing else: used where a policy names no calendar. */
extern const struct calendar calendar_plain;

/* What is there without any file: TARGET, by its name. */
extern const struct calendar calendar_target;
/* The closing days of TARGET by their rule, weekends not among them. */
bool target_is_closed(day_t day);

bool calendar_is_open(const struct calendar *calendar, day_t day);
/* The day itself if open, else the next open one ("following").  A calendar with no open day returns the day. */
day_t calendar_following(const struct calendar *calendar, day_t day);
/* N open days strictly after (n > 0) or before (n < 0) the day; n = 0: the day itself. */
day_t calendar_add_open(const struct calendar *calendar, day_t day, int n);
/* Day + duration for units d, bd, w, m; sign is +1 or -1.  Months clamp. */
day_t calendar_add(const struct calendar *calendar, day_t day, const struct duration *duration, int sign);

/* Seconds of a duration of elapsed time (h, min, s), -1 for one that is counted in dates. */
int64_t duration_seconds(const struct duration *duration);

struct window {
    bool set;
    unsigned days;    /* mask, bit 0 = Monday */
    int32_t from, to; /* seconds of the day; to is exclusive, 86400 = midnight */
};

/* When may be sent: window, calendar (NULL: every day is open) and zone. */
struct opening {
    const struct window *window;
    const struct calendar *calendar;
    const struct zone *zone;
};

bool opening_is_open(const struct opening *opening, moment_t moment);
/* The first moment at or after `moment` that is open; MOMENT_NEVER if none within 400 days. */
moment_t opening_next(const struct opening *opening, moment_t moment);

#endif
