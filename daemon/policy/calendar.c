#include "policy/calendar.h"

#define SEARCH_DAYS 400 /* a year and a month: what is closed that long is closed for good */

enum { SATURDAY_AND_SUNDAY = (1U << SATURDAY) | (1U << SUNDAY) };

const struct calendar calendar_plain = {.name = "", .weekend = SATURDAY_AND_SUNDAY, .horizon = DAY_NONE, .file = ""};
const struct calendar calendar_target = {
    .name = "target", .weekend = SATURDAY_AND_SUNDAY, .horizon = DAY_NONE, .target = true, .file = ""};

static bool is_listed(const struct calendar *calendar, day_t day)
{
    size_t low = 0, high = calendar->closed_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (calendar->closed[middle] == day)
            return true;
        if (calendar->closed[middle] < day)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

bool calendar_is_open(const struct calendar *calendar, day_t day)
{
    return ((calendar->weekend >> day_weekday(day)) & 1U) == 0 && !is_listed(calendar, day) &&
           !(calendar->target && target_is_closed(day));
}

day_t calendar_following(const struct calendar *calendar, day_t day)
{
    for (day_t candidate = day; candidate < day + SEARCH_DAYS; candidate++)
        if (calendar_is_open(calendar, candidate))
            return candidate;
    return day;
}

day_t calendar_add_open(const struct calendar *calendar, day_t day, int n)
{
    int step = n < 0 ? -1 : 1;
    int left = n < 0 ? -n : n;
    int closed_run = 0;

    while (left > 0 && closed_run < SEARCH_DAYS) {
        day += step;
        if (calendar_is_open(calendar, day)) {
            left--;
            closed_run = 0;
        } else {
            closed_run++;
        }
    }
    return day;
}

day_t calendar_add(const struct calendar *calendar, day_t day, const struct duration *duration, int sign)
{
    int n = sign < 0 ? -duration->n : duration->n;

    switch (duration->unit) {
    case UNIT_DAY:
        return day + n;
    case UNIT_BUSINESS_DAY:
        return calendar_add_open(calendar, day, n);
    case UNIT_WEEK:
        return day + 7 * n;
    case UNIT_MONTH:
        return day_add_months(day, n);
    case UNIT_HOUR:
    case UNIT_MINUTE:
    case UNIT_SECOND:
        break;
    }
    return day; /* elapsed time is added to moments, not to dates */
}

int64_t duration_seconds(const struct duration *duration)
{
    switch (duration->unit) {
    case UNIT_HOUR:
        return INT64_C(3600) * duration->n;
    case UNIT_MINUTE:
        return INT64_C(60) * duration->n;
    case UNIT_SECOND:
        return duration->n;
    case UNIT_DAY:
    case UNIT_BUSINESS_DAY:
    case UNIT_WEEK:
    case UNIT_MONTH:
        break;
    }
    return -1;
}

/* The window of one day: what is not set is the whole day. */
static void window_bounds(const struct opening *opening, int32_t *from, int32_t *to)
{
    *from = opening->window->set ? opening->window->from : 0;
    *to = opening->window->set ? opening->window->to : DAY_SECONDS;
}

static bool day_is_open(const struct opening *opening, day_t day)
{
    if (opening->window->set && ((opening->window->days >> day_weekday(day)) & 1U) == 0)
        return false;
    return opening->calendar == NULL || calendar_is_open(opening->calendar, day);
}

bool opening_is_open(const struct opening *opening, moment_t moment)
{
    int32_t seconds, from, to;
    day_t day = zone_day(opening->zone, moment, &seconds);

    window_bounds(opening, &from, &to);
    return day_is_open(opening, day) && seconds >= from && seconds < to;
}

moment_t opening_next(const struct opening *opening, moment_t moment)
{
    int32_t from, to;
    day_t first;

    if (moment == MOMENT_NEVER || moment == MOMENT_NONE || opening_is_open(opening, moment))
        return moment;
    window_bounds(opening, &from, &to);
    first = zone_day(opening->zone, moment, NULL);
    for (day_t day = first; day < first + SEARCH_DAYS; day++) {
        moment_t opens;

        if (!day_is_open(opening, day))
            continue;
        opens = zone_moment(opening->zone, day, from);
        /* A jump of the clock can swallow the whole window of a day. */
        if (opens >= moment && opening_is_open(opening, opens))
            return opens;
    }
    return MOMENT_NEVER;
}
