/* Business days and send windows over any set of closed days. */
#include <stdlib.h>

#include "fuzz.h"
#include "policy/calendar.h"

enum { EPOCH = 20000 /* 2024-10-04 */ };

static int compare_days(const void *a, const void *b)
{
    const day_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

static struct calendar make_calendar(struct feed *feed, struct arena *arena)
{
    size_t count = feed_below(feed, 40), kept = 0;
    day_t *days = arena_array(arena, count + 1, sizeof *days);
    struct calendar calendar = {.name = "made", .weekend = (unsigned)feed_below(feed, 128), .closed = days};
    for (size_t i = 0; i < count; i++)
        days[i] = EPOCH + (day_t)feed_below(feed, 200);
    qsort(days, count, sizeof *days, compare_days);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || days[kept - 1] != days[i])
            days[kept++] = days[i];
    calendar.closed_count = kept;
    calendar.horizon = EPOCH + 200;
    return calendar;
}

static bool plainly_open(const struct calendar *calendar, day_t day)
{
    for (size_t i = 0; i < calendar->closed_count; i++)
        if (calendar->closed[i] == day)
            return false;
    return (calendar->weekend >> day_weekday(day) & 1) == 0;
}

static void check_days(const struct calendar *calendar, day_t day, int n)
{
    day_t following = calendar_following(calendar, day);
    for (day_t d = day - 3; d < day + 3; d++)
        REQUIRE(calendar_is_open(calendar, d) == (plainly_open(calendar, d) != fuzz_plant), "day %d is wrong", d);
    if (calendar->weekend == 127)
        return;
    REQUIRE(following >= day && plainly_open(calendar, following), "the following open day is closed");
    for (day_t d = day; d < following; d++)
        REQUIRE(!plainly_open(calendar, d), "an open day was passed over");
    day_t far = calendar_add_open(calendar, day, n);
    int open = 0;
    for (day_t d = far; n > 0 && d > day; d--)
        open += plainly_open(calendar, d);
    for (day_t d = far; n < 0 && d < day; d++)
        open += plainly_open(calendar, d);
    REQUIRE(open == (n < 0 ? -n : n), "%d open days instead of %d", open, n);
}

static void check_window(const struct opening *opening, moment_t moment)
{
    moment_t next = opening_next(opening, moment);
    if (next == MOMENT_NEVER)
        return;
    REQUIRE(next >= moment, "the next opening is in the past");
    REQUIRE(opening_is_open(opening, next), "the next opening is closed");
    if (opening_is_open(opening, moment))
        REQUIRE(next == moment, "open already, but sent later");
    /* A clock that jumps inside a window opens it twice or not at all; what then counts is that the next one is open.
     */
    moment_t jump = opening->zone->spans[1].from;
    if (jump >= moment - DAY_SECONDS && jump <= next + DAY_SECONDS)
        return;
    for (int i = 1; i <= 16 && next > moment; i++)
        REQUIRE(!opening_is_open(opening, moment + (next - moment - 1) * i / 16), "an opening was passed over");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    struct arena *arena = arena_new(0);
    struct calendar calendar = make_calendar(&feed, arena);
    int32_t from = (int32_t)feed_below(&feed, 1440) * 60, to = (int32_t)feed_below(&feed, 1441) * 60;
    struct window window = {feed_flag(&feed), (unsigned)feed_below(&feed, 128), from < to ? from : 0,
                            from < to ? to : DAY_SECONDS};
    struct zone_span spans[2] = {{MOMENT_NONE, (int32_t)feed_below(&feed, 96) * 900 - 43200}, {0, 0}};
    struct zone zone = {"made", spans, 2};
    struct opening opening = {&window, feed_flag(&feed) ? &calendar : NULL, &zone};
    spans[1] = (struct zone_span){(moment_t)(EPOCH + feed_below(&feed, 200)) * DAY_SECONDS,
                                  (int32_t)feed_below(&feed, 96) * 900 - 43200};
    while (feed.left > 0) {
        day_t day = EPOCH + (day_t)feed_below(&feed, 200);
        check_days(&calendar, day, (int)feed_below(&feed, 61) - 30);
        check_window(&opening, (moment_t)day * DAY_SECONDS + (moment_t)feed_number(&feed, 2));
    }
    arena_free(&arena);
    return 0;
}
