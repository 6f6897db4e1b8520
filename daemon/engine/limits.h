/*
 * How much may leave: rates, the ramp after a rest, and the volume breaker
 * (DESIGN 4 "limits", RULES R39).  Pure.
 */
#ifndef ENGINE_LIMITS_H
#define ENGINE_LIMITS_H

#include <stddef.h>

#include "base/day.h"
#include "config/config.h"

/* What has left so far: messages accepted, uncertain or in flight. */
struct pace {
    int64_t last_hour, today;
    moment_t ramp_from; /* start of the ramp, MOMENT_NONE: none is running */
};

/* Share of per_hour that the ramp allows at `now`, in percent: 10, 25, 50, then 100. */
int limits_ramp_percent(const struct limits *limits, moment_t ramp_from, moment_t now);

/* How many more messages may leave now; INT64_MAX without a limit. */
int64_t limits_allowance(const struct limits *limits, const struct pace *pace, moment_t now);

/* Does a ramp begin with the next message?  sent_last_day: messages of the last 24 hours. */
bool limits_ramp_begins(const struct limits *limits, int64_t sent_last_day, moment_t ramp_from, moment_t now);

/*
 * The number of messages in one day above which the breaker holds and asks:
 * the larger of breaker_floor and `breaker` times the median of the days given
 * (any order; it sorts them).  INT64_MAX when the breaker is off.
 */
int64_t limits_breaker(const struct limits *limits, int64_t *counts, size_t days);

#endif
