/* Dates, moments, durations and times of day: what is read is in bounds and comes back the same. */
#include <string.h>

#include "base/parse.h"
#include "fuzz.h"
#include "store/import_date.h"

static bool in_calendar(day_t day)
{
    int year, month, dom;
    day_to_civil(day, &year, &month, &dom);
    return year >= 1 && year <= 9999 && day_from_civil(year, month, dom) == day;
}

static void check_day(const char *text)
{
    day_t day;
    char written[DAY_TEXT_SIZE];
    if (!day_parse(text, &day))
        return;
    REQUIRE(in_calendar(day), "%s is day %d, which is outside the calendar", text, day);
    day_format(day + (fuzz_plant ? 1 : 0), written);
    REQUIRE(strcmp(text, written) == 0, "%s came back as %s", text, written);
    for (int months = -40; months <= 40; months += 13) {
        day_t other = day_add_months(day, months);
        REQUIRE(other >= day_add_months(day, months - 13) || !in_calendar(other), "months go backwards");
    }
}

static void check_moment(const char *text)
{
    moment_t moment, again;
    char written[MOMENT_TEXT_SIZE];
    if (!moment_parse(text, &moment))
        return;
    moment_format(moment, 0, written);
    if (written[0] == '-' || strchr(written, '?') != NULL)
        return;
    REQUIRE(moment_parse(written, &again) && again == moment, "%s was read, written as %s and is another", text,
            written);
}

static void check_duration(const char *text)
{
    struct duration duration, again;
    char written[DURATION_TEXT_SIZE];
    if (!parse_duration(text, &duration))
        return;
    REQUIRE(duration.set && duration.n >= 0 && duration.n <= 99999, "%s is %d", text, duration.n);
    duration_format(&duration, written);
    REQUIRE(parse_duration(written, &again) && again.n == duration.n && again.unit == duration.unit,
            "%s came back as %s", text, written);
}

static void check_small(const char *text)
{
    int32_t seconds, ppm;
    unsigned mask;
    day_t day;
    int64_t number;
    if (parse_clock(text, &seconds))
        REQUIRE(seconds >= 0 && seconds <= DAY_SECONDS, "a time of %d s", seconds);
    if (parse_percent(text, &ppm))
        REQUIRE(ppm >= 0 && ppm <= 1000000, "%d ppm", ppm);
    if (parse_weekdays(text, &mask))
        REQUIRE(mask > 0 && mask < 128, "weekdays %u", mask);
    if (parse_local(text, &day, &seconds))
        REQUIRE(in_calendar(day) && seconds >= 0 && seconds <= DAY_SECONDS, "a local time outside");
    if (parse_i64(text, -1000, 1000, &number))
        REQUIRE(number >= -1000 && number <= 1000, "a number outside");
}

static void check_import(const char *format, const char *text)
{
    struct err err = {0};
    day_t day = DAY_NONE;
    if (import_date_check(format, &err) != 0) {
        fuzz_check_err(&err);
        return;
    }
    if (import_date_read(format, text, &day) == DATE_READ)
        REQUIRE(in_calendar(day), "a date outside the calendar was read");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    struct arena *arena = arena_new(0);
    const char *text = feed_line(&feed, arena), *format = feed_line(&feed, arena);
    const char *hint = import_date_hint(text);
    check_day(text);
    check_moment(text);
    check_duration(text);
    check_small(text);
    check_import(format, text);
    if (hint != NULL)
        REQUIRE(text_is_utf8(hint, strlen(hint)), "a hint is not UTF-8");
    arena_free(&arena);
    return 0;
}
