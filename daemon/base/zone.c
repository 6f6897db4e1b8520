#include "base/zone.h"

static const struct zone_span utc_span = {.from = MOMENT_NONE, .offset = 0};

const struct zone zone_utc = {.name = "UTC", .spans = &utc_span, .count = 1};

/* The span that holds at moment: the last one that begins at or before it. */
static size_t span_at(const struct zone *zone, moment_t moment)
{
    size_t low = 0, high = zone->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (zone->spans[middle].from <= moment)
            low = middle;
        else
            high = middle;
    }
    return low;
}

int32_t zone_offset(const struct zone *zone, moment_t moment)
{
    return zone->spans[span_at(zone, moment)].offset;
}

day_t zone_day(const struct zone *zone, moment_t moment, int32_t *seconds)
{
    const moment_t limit = (moment_t)INT32_MAX * DAY_SECONDS / 2; /* every local time within fits a day_t */
    bool none = moment < -limit || moment > limit;
    moment_t local = none ? 0 : moment + zone_offset(zone, moment);
    moment_t day = local / DAY_SECONDS - (local % DAY_SECONDS < 0);
    if (seconds != NULL)
        *seconds = (int32_t)(local - day * DAY_SECONDS);
    return none ? DAY_NONE : (day_t)day;
}

moment_t zone_moment(const struct zone *zone, day_t day, int32_t seconds)
{
    if (day == DAY_NONE)
        return MOMENT_NONE;
    moment_t local = (moment_t)day * DAY_SECONDS + seconds;
    /*
     * The first span whose local clock ends after the time wanted.  No offset
     * exceeds a day, so two days earlier is early enough to begin.
     */
    size_t i = span_at(zone, local - 2 * (moment_t)DAY_SECONDS);
    while (i + 1 < zone->count && zone->spans[i + 1].from + zone->spans[i].offset <= local)
        i++;
    moment_t moment = local - zone->spans[i].offset;
    /* The clock of this span begins after the time wanted: a jump forward skipped it. */
    if (i > 0 && moment < zone->spans[i].from)
        return zone->spans[i].from;
    return moment;
}

char *zone_format(const struct zone *zone, moment_t moment, char buffer[MOMENT_TEXT_SIZE])
{
    return moment_format(moment, zone_offset(zone, moment), buffer);
}
