#include "engine/clock.h"

enum {
    BEHIND_S = 5 * 60,
    LEAP_S = 36 * 3600,
    GROUND_S = 7 * 86400, /* leaps add up for so long; years of small corrections do not */
};

/* The build gives it: no machine with this program can honestly show an earlier time. */
static const moment_t built_at = DUNNINGD_BUILT;

enum clock_fault clock_judge(const struct clock_watch *watch, moment_t wall, int64_t boot)
{
    if (watch->fixed != MOMENT_NONE)
        return CLOCK_FINE;
    if (wall < built_at)
        return CLOCK_BEFORE_BUILD;
    if (watch->highest != MOMENT_NONE && wall < watch->highest - BEHIND_S)
        return CLOCK_BEHIND;
    if (watch->wall != MOMENT_NONE && wall - watch->wall - (boot - watch->boot) > LEAP_S)
        return CLOCK_LEAP;
    return CLOCK_FINE;
}

moment_t clock_lived(const struct clock_watch *watch, moment_t wall, int64_t boot)
{
    if (watch->wall == MOMENT_NONE || clock_judge(watch, wall, boot) == CLOCK_FINE)
        return wall;
    return watch->wall + (boot - watch->boot);
}

const char *clock_sentence(enum clock_fault fault)
{
    switch (fault) {
    case CLOCK_FINE:
        return "";
    case CLOCK_BEHIND:
        return "the clock is behind the latest time that was recorded; set it, or confirm it with 'dunningctl recover'";
    case CLOCK_BEFORE_BUILD:
        return "the clock shows a time before this program was made; set it";
    case CLOCK_LEAP:
        return "the clock leapt ahead by more than 36 hours; set it, or confirm it with 'dunningctl recover'";
    }
    return "";
}

void clock_believe(struct clock_watch *watch, moment_t wall, int64_t boot)
{
    if (watch->wall == MOMENT_NONE || boot - watch->boot >= GROUND_S) {
        watch->wall = wall;
        watch->boot = boot;
    }
    if (watch->highest == MOMENT_NONE || wall > watch->highest)
        watch->highest = wall;
}

void clock_confirm(struct clock_watch *watch, moment_t wall, int64_t boot)
{
    watch->highest = watch->saved = watch->wall = MOMENT_NONE;
    clock_believe(watch, wall, boot);
}
