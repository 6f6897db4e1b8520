#include "fake/test.h"

#include "base/zone.h"

#include <time.h>

#define HOUR 3600

/* 2026: clocks forward on 29 March at 01:00 UTC, back on 25 October at 01:00 UTC. */
static const struct zone_span berlin_spans[] = {
    {MOMENT_NONE, 3208},
    {-2422054408, HOUR},
    {1774746000, 2 * HOUR},
    {1792890000, HOUR},
};
static const struct zone berlin = {"Europe/Berlin", berlin_spans, LENGTH(berlin_spans)};

/* Half an hour of daylight saving. */
static const struct zone_span lord_howe_spans[] = {{MOMENT_NONE, 11 * HOUR},
                                                   {1775314800, 10 * HOUR + 1800},
                                                   {1791041400, 11 * HOUR}};
static const struct zone lord_howe = {"Australia/Lord_Howe", lord_howe_spans, LENGTH(lord_howe_spans)};

/* Skipped 30 December 2011 wholly. */
static const struct zone_span apia_spans[] = {{MOMENT_NONE, -10 * HOUR}, {1325239200, 14 * HOUR}};
static const struct zone apia = {"Pacific/Apia", apia_spans, LENGTH(apia_spans)};

static void offsets_hold_from_their_moment(void **state)
{
    (void)state;
    static const struct {
        const char *remark;
        moment_t moment;
        int32_t offset;
    } cases[] = {
        {"long ago", -2422054409, 3208},
        {"first standard time", -2422054408, HOUR},
        {"a second before summer", 1774745999, HOUR},
        {"summer", 1774746000, 2 * HOUR},
        {"last second of summer", 1792889999, 2 * HOUR},
        {"winter", 1792890000, HOUR},
        {"far ahead", INT64_C(1) << 40, HOUR},
        {"none", MOMENT_NONE, 3208},
        {"never", MOMENT_NEVER, HOUR},
    };
    for (size_t i = 0; i < LENGTH(cases); i++)
        expect_int(cases[i].remark, zone_offset(&berlin, cases[i].moment), cases[i].offset);
}

static void local_days_and_clocks(void **state)
{
    (void)state;
    static const struct {
        const struct zone *zone;
        const char *moment, *day;
        int32_t seconds;
    } cases[] = {
        {&zone_utc, "2026-11-24T23:59:59Z", "2026-11-24", 86399},
        {&berlin, "2026-11-24T22:59:59Z", "2026-11-24", 86399},
        {&berlin, "2026-11-24T23:00:00Z", "2026-11-25", 0},
        {&berlin, "2026-03-29T00:59:59Z", "2026-03-29", 2 * HOUR - 1},
        {&berlin, "2026-03-29T01:00:00Z", "2026-03-29", 3 * HOUR},
        {&berlin, "1960-01-01T00:00:01Z", "1960-01-01", HOUR + 1},
        {&apia, "2011-12-30T09:59:59Z", "2011-12-29", 86399},
        {&apia, "2011-12-30T10:00:00Z", "2011-12-31", 0},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        moment_t moment;
        int32_t seconds;
        char buffer[DAY_TEXT_SIZE];
        assert_true(moment_parse(cases[i].moment, &moment));
        expect_text(cases[i].moment, day_format(zone_day(cases[i].zone, moment, &seconds), buffer), cases[i].day);
        expect_int(cases[i].moment, seconds, cases[i].seconds);
        expect_int(cases[i].moment, zone_day(cases[i].zone, moment, NULL), zone_day(cases[i].zone, moment, &seconds));
    }
    int32_t seconds = 42;
    assert_int_equal(zone_day(&berlin, MOMENT_NONE, &seconds), DAY_NONE);
    assert_int_equal(seconds, 0);
    assert_int_equal(zone_day(&berlin, MOMENT_NEVER, NULL), DAY_NONE);
}

/* RULES R22: the first occurrence of a repeated time; the first moment after the gap for a skipped one. */
static void wall_clocks_become_moments(void **state)
{
    (void)state;
    static const struct {
        const char *remark;
        const struct zone *zone;
        const char *day;
        int32_t seconds;
        const char *want;
    } cases[] = {
        {"UTC", &zone_utc, "2026-11-24", 9 * HOUR, "2026-11-24T09:00:00Z"},
        {"winter", &berlin, "2026-11-24", 9 * HOUR, "2026-11-24T09:00:00+01:00"},
        {"summer", &berlin, "2026-07-01", 9 * HOUR, "2026-07-01T09:00:00+02:00"},
        {"before the gap", &berlin, "2026-03-29", 2 * HOUR - 1, "2026-03-29T01:59:59+01:00"},
        {"gap begins", &berlin, "2026-03-29", 2 * HOUR, "2026-03-29T03:00:00+02:00"},
        {"in the gap", &berlin, "2026-03-29", 2 * HOUR + 1800, "2026-03-29T03:00:00+02:00"},
        {"gap ends", &berlin, "2026-03-29", 3 * HOUR, "2026-03-29T03:00:00+02:00"},
        {"after the gap", &berlin, "2026-03-29", 3 * HOUR + 1, "2026-03-29T03:00:01+02:00"},
        {"before the repeat", &berlin, "2026-10-25", 2 * HOUR - 1, "2026-10-25T01:59:59+02:00"},
        {"repeat begins", &berlin, "2026-10-25", 2 * HOUR, "2026-10-25T02:00:00+02:00"},
        {"in the repeat", &berlin, "2026-10-25", 2 * HOUR + 1800, "2026-10-25T02:30:00+02:00"},
        {"after the repeat", &berlin, "2026-10-25", 3 * HOUR, "2026-10-25T03:00:00+01:00"},
        {"24:00", &berlin, "2026-11-24", DAY_SECONDS, "2026-11-25T00:00:00+01:00"},
        {"half an hour skipped", &lord_howe, "2026-10-04", 2 * HOUR + 600, "2026-10-04T02:30:00+11:00"},
        {"half an hour repeated", &lord_howe, "2026-04-05", 2 * HOUR - 600, "2026-04-05T01:50:00+11:00"},
        {"after half an hour repeated", &lord_howe, "2026-04-05", 2 * HOUR, "2026-04-05T02:00:00+10:30"},
        {"a day that never was", &apia, "2011-12-30", 9 * HOUR, "2011-12-31T00:00:00+14:00"},
        {"local mean time", &berlin, "1890-01-01", 0, "1889-12-31T23:06:32Z"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        day_t day;
        moment_t want = 0, got;
        char buffer[MOMENT_TEXT_SIZE];
        assert_true(day_parse(cases[i].day, &day) && moment_parse(cases[i].want, &want));
        got = zone_moment(cases[i].zone, day, cases[i].seconds);
        if (got != want)
            fail_msg("%s: got %s", cases[i].remark, zone_format(cases[i].zone, got, buffer));
    }
    assert_true(zone_moment(&berlin, DAY_NONE, 0) == MOMENT_NONE);
}

/* The zone as the C library knows it, found hour by hour: independent of our own loader. */
static struct zone scan_zone(const char *name, moment_t from, moment_t until, struct zone_span *spans, size_t room)
{
    setenv("TZ", name, 1);
    tzset();
    struct zone zone = {.name = name, .spans = spans};
    for (moment_t moment = from; moment < until; moment += 900) {
        struct tm tm;
        time_t second = moment;
        localtime_r(&second, &tm);
        if (zone.count == 0 || spans[zone.count - 1].offset != (int32_t)tm.tm_gmtoff) {
            assert_true(zone.count < room);
            spans[zone.count] = (struct zone_span){zone.count == 0 ? MOMENT_NONE : moment, (int32_t)tm.tm_gmtoff};
            zone.count++;
        }
    }
    return zone;
}

/* Every quarter of an hour of two decades: our clock is the C library's, and zone_moment finds its first occurrence. */
static void clocks_agree_with_the_c_library(void **state)
{
    (void)state;
    static const char *const names[] = {"Europe/Berlin",       "America/Sao_Paulo", "America/New_York", "Asia/Kolkata",
                                        "Australia/Lord_Howe", "Pacific/Apia",      "Africa/Casablanca"};
    const moment_t from = 1262304000, until = 1893456000;
    for (size_t i = 0; i < LENGTH(names); i++) {
        struct zone_span spans[200];
        struct zone zone = scan_zone(names[i], from, until, spans, LENGTH(spans));
        expect_true("the zone is in tzdata", i == 3 || zone.count > 1);
        moment_t first = from; /* first moment whose local time is the latest seen so far */
        int64_t latest = INT64_MIN;
        for (moment_t moment = from; moment < until; moment += 900) {
            struct tm tm;
            time_t second = moment;
            localtime_r(&second, &tm);
            int32_t seconds;
            day_t day = zone_day(&zone, moment, &seconds);
            bool same = day == day_from_civil(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) &&
                        seconds == tm.tm_hour * HOUR + tm.tm_min * 60 + tm.tm_sec;
            int64_t local = (int64_t)day * DAY_SECONDS + seconds;
            moment_t back = zone_moment(&zone, day, seconds);
            if (local > latest) {
                latest = local;
                first = moment;
                same = same && back == moment;
            } else {
                same = same && back < moment && back <= first;
            }
            if (!same)
                fail_msg("%s at %" PRId64 ": back at %" PRId64, names[i], moment, back);
        }
    }
}

static void formats_carry_the_offset(void **state)
{
    (void)state;
    char buffer[MOMENT_TEXT_SIZE];
    assert_string_equal(zone_format(&berlin, 1795507203, buffer), "2026-11-24T09:00:03+01:00");
    assert_string_equal(zone_format(&zone_utc, 1795507203, buffer), "2026-11-24T08:00:03Z");
    assert_string_equal(zone_format(&berlin, MOMENT_NONE, buffer), "-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offsets_hold_from_their_moment), cmocka_unit_test(local_days_and_clocks),
        cmocka_unit_test(wall_clocks_become_moments),     cmocka_unit_test(clocks_agree_with_the_c_library),
        cmocka_unit_test(formats_carry_the_offset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
