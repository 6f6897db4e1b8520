#include "engine/limits.h"

#include <stdlib.h>

/* Four equal parts of the ramp's time (DESIGN 6, "a ramp"). */
static const int ramp_steps[] = {10, 25, 50};
enum { RAMP_PARTS = 4 };

int limits_ramp_percent(const struct limits *limits, moment_t ramp_from, moment_t now)
{
    if (limits->ramp_s <= 0 || ramp_from == MOMENT_NONE || now < ramp_from || now - ramp_from >= limits->ramp_s)
        return 100;
    int64_t part = (now - ramp_from) * RAMP_PARTS / limits->ramp_s;
    return part < RAMP_PARTS - 1 ? ramp_steps[part] : 100;
}

static int64_t rest(int64_t limit, int64_t used)
{
    return used >= limit ? 0 : limit - used;
}

int64_t limits_allowance(const struct limits *limits, const struct pace *pace, moment_t now)
{
    int64_t allowed = INT64_MAX;

    if (limits->per_hour > 0) {
        int64_t share = (int64_t)limits->per_hour * limits_ramp_percent(limits, pace->ramp_from, now) / 100;
        if (share < 1)
            share = 1;
        allowed = rest(share, pace->last_hour);
    }
    if (limits->per_day > 0) {
        int64_t left = rest(limits->per_day, pace->today);
        if (left < allowed)
            allowed = left;
    }
    return allowed;
}

bool limits_ramp_begins(const struct limits *limits, int64_t sent_last_day, moment_t ramp_from, moment_t now)
{
    if (limits->ramp_s <= 0 || sent_last_day > 0)
        return false;
    return ramp_from == MOMENT_NONE || now < ramp_from || now - ramp_from >= DAY_SECONDS;
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t limits_breaker(const struct limits *limits, int64_t *counts, size_t days)
{
    if (limits->breaker_tenths <= 0)
        return INT64_MAX;
    int64_t floor = limits->breaker_floor;
    if (days == 0)
        return floor;
    qsort(counts, days, sizeof *counts, by_number);
    int64_t middle = days % 2 == 1 ? counts[days / 2] : (counts[days / 2 - 1] + counts[days / 2] + 1) / 2;
    int64_t limit = middle * limits->breaker_tenths / 10;
    return limit > floor ? limit : floor;
}
