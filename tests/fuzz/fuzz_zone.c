/* Time zone files and their rules: any bytes; and then every lookup agrees with a plain search of the table. */
#include <inttypes.h>
#include <string.h>

#include "config/zone_file.h"
#include "config/zone_rule.h"
#include "fuzz.h"

static int32_t search(const struct zone *zone, moment_t moment)
{
    int32_t offset = zone->spans[0].offset;
    for (size_t i = 1; i < zone->count && zone->spans[i].from <= moment; i++)
        offset = zone->spans[i].offset;
    return offset;
}

static void check_spans(const struct zone *zone)
{
    REQUIRE(zone->count >= 1, "a zone without spans");
    REQUIRE(zone->spans[0].from == MOMENT_NONE, "the first span begins late");
    for (size_t i = 0; i < zone->count; i++) {
        REQUIRE(i == 0 || zone->spans[i].from > zone->spans[i - 1].from, "span %zu is not after the one before", i);
        REQUIRE(zone->spans[i].offset > -2 * DAY_SECONDS && zone->spans[i].offset < 2 * DAY_SECONDS,
                "an offset of %d s", zone->spans[i].offset);
    }
}

static bool begins_span(const struct zone *zone, moment_t moment)
{
    for (size_t i = 0; i < zone->count; i++)
        if (zone->spans[i].from == moment)
            return true;
    return false;
}

/* A local time leads to the first moment that shows it, or behind a gap. */
static void check_moment(const struct zone *zone, moment_t moment)
{
    int32_t seconds;
    if (moment < INT64_C(-62135000000) || moment > INT64_C(253402000000))
        return;
    int32_t offset = zone_offset(zone, moment) + (fuzz_plant ? 1 : 0);
    REQUIRE(offset == search(zone, moment), "the offset at %" PRId64 " is wrong", moment);
    day_t day = zone_day(zone, moment, &seconds);
    REQUIRE(seconds >= 0 && seconds < DAY_SECONDS, "%d s of the day", seconds);
    REQUIRE((moment_t)day * DAY_SECONDS + seconds == moment + offset, "day and seconds are of another moment");
    moment_t first = zone_moment(zone, day, seconds);
    REQUIRE(first <= moment, "the first moment of a local time is later than one that shows it");
    moment_t shown = first + search(zone, first);
    REQUIRE(shown == moment + offset || (shown > moment + offset && begins_span(zone, first)),
            "neither the local time nor the end of a gap");
}

static void check_zone(const struct zone *zone, struct feed *feed)
{
    check_spans(zone);
    for (size_t i = 1; i < zone->count && i < 400; i++) {
        check_moment(zone, zone->spans[i].from);
        check_moment(zone, zone->spans[i].from - 1);
    }
    for (int i = 0; i < 8; i++)
        check_moment(zone, (moment_t)(int32_t)feed_number(feed, 4) * 7);
}

static void check_rule(const char *text)
{
    struct zone_rule rule;
    struct zone_span spans[2];
    if (!zone_rule_parse(text, &rule) || !rule.has_summer)
        return;
    for (int year = 1970; year <= 2100; year += 5) {
        zone_rule_year(&rule, year, spans);
        REQUIRE(spans[0].from <= spans[1].from, "the spans of %d are out of order", year);
    }
}

/* A table of our own: steps and offsets from the bytes. */
static void check_made(struct feed *feed, struct arena *arena)
{
    size_t count = 1 + feed_below(feed, 20);
    struct zone_span *spans = arena_array(arena, count, sizeof *spans);
    const struct zone zone = {"made", spans, count};
    moment_t at = (int32_t)feed_number(feed, 4);
    spans[0] = (struct zone_span){MOMENT_NONE, 0};
    for (size_t i = 1; i < count; i++) {
        at += 1 + (moment_t)feed_number(feed, 3) * 2;
        spans[i] = (struct zone_span){at, (int32_t)feed_below(feed, 112) * 900 - 43200};
    }
    for (size_t i = 1; i < count; i++) {
        int32_t seconds;
        day_t day = zone_day(&zone, spans[i].from, &seconds);
        REQUIRE(seconds >= 0 && seconds < DAY_SECONDS, "%d s of the day", seconds);
        REQUIRE(zone_moment(&zone, day, seconds) <= spans[i].from, "the first moment is late");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    struct arena *arena = arena_new(0);
    const struct zone *zone = zone_file_read("any", (const char *)data, size, arena);
    if (zone != NULL)
        check_zone(zone, &feed);
    feed = (struct feed){data, size};
    check_made(&feed, arena);
    feed = (struct feed){data, size};
    check_rule(feed_line(&feed, arena));
    arena_free(&arena);
    return 0;
}
