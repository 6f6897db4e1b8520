/*
 * Time zones as tables of transitions.  This floor only looks up; config/ loads.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include "base/day.h"

struct zone_span {
    moment_t from;  /* this offset holds from here until the next span */
    int32_t offset; /* seconds east of UTC */
};

struct zone {
    const char *name;              /* IANA name */
    const struct zone_span *spans; /* ascending; the first one begins at MOMENT_NONE */
    size_t count;                  /* at least 1; the loader fills spans up to the year 2100 */
};

/* The zone "UTC", for tests and as a last resort. */
extern const struct zone zone_utc;

int32_t zone_offset(const struct zone *zone, moment_t moment);

/* The local date, and with seconds not NULL the local time of day in seconds. */
day_t zone_day(const struct zone *zone, moment_t moment, int32_t *seconds);

/*
 * The moment at which a local wall-clock time is reached: a time that a jump
 * forward skips moves to the first moment after the gap, a time that occurs
 * twice is its first occurrence (RULES R22).
 */
moment_t zone_moment(const struct zone *zone, day_t day, int32_t seconds);

/* moment_format with the zone's offset at that moment. */
char *zone_format(const struct zone *zone, moment_t moment, char buffer[MOMENT_TEXT_SIZE]);

#endif
