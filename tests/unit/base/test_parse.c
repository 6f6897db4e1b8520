#include "fake/test.h"

#include "base/parse.h"

static void numbers_are_whole_and_in_range(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t min, max;
        bool ok;
        int64_t want;
    } cases[] = {
        {"0", INT64_MIN, INT64_MAX, true, 0},
        {"-0", INT64_MIN, INT64_MAX, true, 0},
        {"007", INT64_MIN, INT64_MAX, true, 7},
        {"9223372036854775807", INT64_MIN, INT64_MAX, true, INT64_MAX},
        {"-9223372036854775808", INT64_MIN, INT64_MAX, true, INT64_MIN},
        {"9223372036854775808", INT64_MIN, INT64_MAX, false, 0},
        {"-9223372036854775809", INT64_MIN, INT64_MAX, false, 0},
        {"99999999999999999999999", INT64_MIN, INT64_MAX, false, 0},
        {"1", 1, 8, true, 1},
        {"8", 1, 8, true, 8},
        {"9", 1, 8, false, 0},
        {"0", 1, 8, false, 0},
        {"", 0, 9, false, 0},
        {"-", -9, 9, false, 0},
        {"+1", 0, 9, false, 0},
        {" 1", 0, 9, false, 0},
        {"1 ", 0, 9, false, 0},
        {"1.0", 0, 9, false, 0},
        {"0x1", 0, 9, false, 0},
        {"1e0", 0, 9, false, 0},
        {"--1", -9, 9, false, 0},
        {"\xd9\xa1", 0, 9, false, 0},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        int64_t value = 42;
        expect_int(cases[i].text, parse_i64(cases[i].text, cases[i].min, cases[i].max, &value), cases[i].ok);
        expect_int(cases[i].text, value, cases[i].ok ? cases[i].want : 42);
    }
}

static void durations_have_a_unit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t n;
        enum unit unit;
    } good[] = {
        {"14d", 14, UNIT_DAY},    {"2bd", 2, UNIT_BUSINESS_DAY}, {"1w", 1, UNIT_WEEK},
        {"3m", 3, UNIT_MONTH},    {"12h", 12, UNIT_HOUR},        {"30min", 30, UNIT_MINUTE},
        {"45s", 45, UNIT_SECOND}, {"0d", 0, UNIT_DAY},           {"99999s", 99999, UNIT_SECOND},
    };
    for (size_t i = 0; i < LENGTH(good); i++) {
        struct duration duration = {0};
        char buffer[DURATION_TEXT_SIZE];
        expect_true(good[i].text, parse_duration(good[i].text, &duration) && duration.set);
        expect_int(good[i].text, duration.n, good[i].n);
        expect_int(good[i].text, duration.unit, good[i].unit);
        expect_text(good[i].text, duration_format(&duration, buffer), good[i].text);
    }
    static const char *const refused[] = {
        "",     "d",       "14",  "14 d",   " 14d", "14d ", "-1d",  "+1d",
        "1.5d", "100000d", "14D", "14days", "1mo",  "1y",   "2 bd", "99999999999999999999d",
        "bd",
    };
    for (size_t i = 0; i < LENGTH(refused); i++) {
        struct duration duration = {.n = 42};
        expect_true(refused[i], !parse_duration(refused[i], &duration) && duration.n == 42);
    }
    char buffer[DURATION_TEXT_SIZE];
    assert_string_equal(duration_format(&(struct duration){.n = 3}, buffer), "-");
}

static void clocks_run_from_0_to_24(void **state)
{
    (void)state;
    for (int minute = 0; minute <= 24 * 60; minute++) {
        char text[8];
        int32_t seconds = -1;
        snprintf(text, sizeof text, "%02d:%02d", minute / 60, minute % 60);
        expect_true(text, parse_clock(text, &seconds));
        expect_int(text, seconds, minute * 60);
    }
    static const char *const refused[] = {
        "",         "8:00",   "08:0",  "08:60", "24:01", "25:00", "08.00",
        "08:00:00", " 08:00", "0a:00", "-8:00", "08:+1", "99:99",
    };
    for (size_t i = 0; i < LENGTH(refused); i++) {
        int32_t seconds = 42;
        expect_true(refused[i], !parse_clock(refused[i], &seconds) && seconds == 42);
    }
}

static void weekdays_are_ranges_and_lists(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned mask; /* 0: refused */
    } cases[] = {
        {"mon", 0x01},      {"sun", 0x40},         {"mon-fri", 0x1f}, {"Mon-Fri", 0x1f}, {"mon,wed,sat", 0x25},
        {"mon, wed", 0x05}, {"mon-tue,sat", 0x23}, {"sat-mon", 0x61}, {"mon-sun", 0x7f}, {"tue-mon", 0x7f},
        {"wed-wed", 0x04},  {"mon,mon", 0x01},     {"", 0},           {"monday", 0},     {"mo", 0},
        {"m", 0},           {"mon-", 0},           {"-fri", 0},       {"mon,", 0},       {",mon", 0},
        {"mon-tue-wed", 0}, {"mon fri", 0},        {"mon ,fri", 0},   {"mon - fri", 0},  {"1-5", 0},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        unsigned mask = 42;
        expect_int(cases[i].text, parse_weekdays(cases[i].text, &mask), cases[i].mask != 0);
        expect_int(cases[i].text, mask, cases[i].mask != 0 ? cases[i].mask : 42);
    }
}

static void percents_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t ppm; /* -1: refused */
    } cases[] = {
        {"0%", 0},      {"20%", 200000},      {"12.5%", 125000},    {"100%", 1000000}, {"100.0%", 1000000},
        {"0.0001%", 1}, {"33.3333%", 333333}, {"99.9999%", 999999}, {"100.0001%", -1}, {"101%", -1},
        {"-1%", -1},    {"20", -1},           {"20 %", -1},         {"%", -1},         {".5%", -1},
        {"5.%", -1},    {"5.00001%", -1},     {"5,5%", -1},         {"20%%", -1},      {"99999999999999999999%", -1},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        int32_t ppm = 42;
        expect_int(cases[i].text, parse_percent(cases[i].text, &ppm), cases[i].ppm >= 0);
        expect_int(cases[i].text, ppm, cases[i].ppm >= 0 ? cases[i].ppm : 42);
    }
}

static void local_times_are_a_date_and_a_clock(void **state)
{
    (void)state;
    const day_t day = day_from_civil(2026, 11, 24);
    static const struct {
        const char *text;
        int32_t seconds; /* -1: refused */
    } cases[] = {
        {"2026-11-24", 0},
        {"2026-11-24T00:00", 0},
        {"2026-11-24T09:30", 34200},
        {"2026-11-24T23:59", 86340},
        {"2026-11-24T24:00", -1},
        {"2026-11-24T", -1},
        {"2026-11-24 09:00", -1},
        {"2026-11-24T09:00:00", -1},
        {"2026-11-24T09:00Z", -1},
        {"2026-11-2", -1},
        {"2026-11-31", -1},
        {"", -1},
        {"09:00", -1},
        {"2026-11-24T9:00", -1},
        {"2026-11-24x", -1},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        day_t got = 42;
        int32_t seconds = 42;
        bool ok = cases[i].seconds >= 0;
        expect_int(cases[i].text, parse_local(cases[i].text, &got, &seconds), ok);
        expect_int(cases[i].text, got, ok ? day : 42);
        expect_int(cases[i].text, seconds, ok ? cases[i].seconds : 42);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_whole_and_in_range),
        cmocka_unit_test(durations_have_a_unit),
        cmocka_unit_test(clocks_run_from_0_to_24),
        cmocka_unit_test(weekdays_are_ranges_and_lists),
        cmocka_unit_test(percents_are_exact),
        cmocka_unit_test(local_times_are_a_date_and_a_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
