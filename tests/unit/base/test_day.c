#include "fake/test.h"

#include "base/day.h"

#include <time.h>

static void every_day_agrees_with_the_c_library(void **state)
{
    (void)state;
    struct tm tm = {.tm_year = 1 - 1900, .tm_mday = 1};
    day_t first = (day_t)(timegm(&tm) / DAY_SECONDS);
    tm = (struct tm){.tm_year = 9999 - 1900, .tm_mon = 11, .tm_mday = 31};
    day_t last = (day_t)(timegm(&tm) / DAY_SECONDS);
    for (day_t day = first; day <= last; day++) {
        time_t second = (time_t)day * DAY_SECONDS;
        assert_non_null(gmtime_r(&second, &tm));
        int year, month, dom;
        day_to_civil(day, &year, &month, &dom);
        bool same = year == tm.tm_year + 1900 && month == tm.tm_mon + 1 && dom == tm.tm_mday &&
                    (int)day_weekday(day) == (tm.tm_wday + 6) % 7 && day_from_civil(year, month, dom) == day;
        if (!same)
            fail_msg("day %d became %d-%d-%d", day, year, month, dom);
    }
    int year, month, dom;
    day_to_civil(first - 1, &year, &month, &dom);
    assert_int_equal(year, 0);
    day_to_civil(last + 1, &year, &month, &dom);
    assert_int_equal(year, 0);
}

static void days_that_do_not_exist_are_none(void **state)
{
    (void)state;
    static const int cases[][3] = {
        {2026, 2, 29}, {2100, 2, 29}, {2026, 4, 31}, {2026, 0, 1}, {2026, 13, 1}, {2026, 1, 0},
        {2026, 1, 32}, {0, 1, 1},     {10000, 1, 1}, {-1, 12, 31}, {2026, 1, -1}, {2026, -1, 1},
    };
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_int_equal(day_from_civil(cases[i][0], cases[i][1], cases[i][2]), DAY_NONE);
    assert_int_not_equal(day_from_civil(2000, 2, 29), DAY_NONE);
    assert_int_equal(day_from_civil(1970, 1, 1), 0);
}

static void months_clamp(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        int months;
        const char *want;
    } cases[] = {
        {"2026-01-31", 1, "2026-02-28"},  {"2024-01-31", 1, "2024-02-29"},   {"2026-01-31", 0, "2026-01-31"},
        {"2026-01-31", 3, "2026-04-30"},  {"2026-11-30", 3, "2027-02-28"},   {"2026-03-31", -1, "2026-02-28"},
        {"2026-01-15", -1, "2025-12-15"}, {"2026-01-15", -13, "2024-12-15"}, {"2024-02-29", 12, "2025-02-28"},
        {"2024-02-29", 48, "2028-02-29"}, {"0001-01-31", -1, "-"},           {"9999-12-01", 1, "-"},
        {"9999-11-30", 1, "9999-12-30"},  {"2026-01-15", INT32_MAX, "-"},    {"2026-01-15", INT32_MIN, "-"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        day_t from;
        char buffer[DAY_TEXT_SIZE];
        assert_true(day_parse(cases[i].from, &from));
        expect_text(cases[i].from, day_format(day_add_months(from, cases[i].months), buffer), cases[i].want);
    }
    assert_int_equal(day_add_months(DAY_NONE, 1), DAY_NONE);
    assert_int_equal(day_end_of_month(DAY_NONE), DAY_NONE);
    assert_int_equal(day_end_of_month(day_from_civil(2024, 2, 1)), day_from_civil(2024, 2, 29));
    assert_int_equal(day_end_of_month(day_from_civil(2026, 12, 31)), day_from_civil(2026, 12, 31));
}

static void dates_are_read_strictly(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "",           "2026-1-01",  "2026-01-1",  "26-01-01",   " 2026-01-01", "2026-01-01 ",
        "2026/01/01", "20260101",   "2026-02-30", "+026-01-01", "2026-01-0a",  "2026-01-011",
        "-026-01-01", "0000-01-01", "2026-13-01", "2026-00-01",
    };
    day_t day = 42;
    for (size_t i = 0; i < LENGTH(refused); i++)
        expect_true(refused[i], !day_parse(refused[i], &day) && day == 42);
    for (day = day_from_civil(1999, 12, 1); day < day_from_civil(2001, 3, 2); day++) {
        char buffer[DAY_TEXT_SIZE];
        day_t again;
        assert_true(day_parse(day_format(day, buffer), &again));
        assert_int_equal(again, day);
    }
    char buffer[DAY_TEXT_SIZE];
    assert_string_equal(day_format(DAY_NONE, buffer), "-");
    assert_string_equal(day_format(day_from_civil(1, 1, 1), buffer), "0001-01-01");
}

static void weekdays_have_words(void **state)
{
    (void)state;
    assert_int_equal(day_weekday(day_from_civil(2026, 11, 24)), TUESDAY);
    assert_string_equal(weekday_short(MONDAY), "Mon");
    assert_string_equal(weekday_short(SUNDAY), "Sun");
}

static void moments_are_written(void **state)
{
    (void)state;
    static const struct {
        moment_t moment;
        int32_t offset;
        const char *want;
    } cases[] = {
        {1795507203, 3600, "2026-11-24T09:00:03+01:00"},
        {1795507203, 0, "2026-11-24T08:00:03Z"},
        {1795507203, -34200, "2026-11-23T22:30:03-09:30"},
        {0, 50400, "1970-01-01T14:00:00+14:00"},
        {-1, 0, "1969-12-31T23:59:59Z"},
        {0, 3208, "1970-01-01T00:53:00+00:53"}, /* Berlin's local mean time; the 28 seconds cannot be written */
        {MOMENT_NONE, 0, "-"},
        {MOMENT_NEVER, 3600, "-"},
        {MOMENT_NONE + 1, -3600, "-"},
        {MOMENT_NEVER - 1, 3600, "-"},
        {INT64_C(253402300799), 0, "9999-12-31T23:59:59Z"},
        {INT64_C(253402300799), 3600, "-"},
        {INT64_C(-62135596800), 0, "0001-01-01T00:00:00Z"},
        {INT64_C(-62135596800), -60, "-"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char buffer[MOMENT_TEXT_SIZE];
        expect_text(cases[i].want, moment_format(cases[i].moment, cases[i].offset, buffer), cases[i].want);
    }
}

static void moments_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        moment_t want; /* MOMENT_NONE: refused */
    } cases[] = {
        {"2026-11-24T09:00:03+01:00", 1795507203},  {"2026-11-24T08:00:03Z", 1795507203},
        {"2026-11-24t08:00:03z", 1795507203},       {"2026-11-24T08:00:03.999Z", 1795507203},
        {"2026-11-23T22:30:03-09:30", 1795507203},  {"2026-11-24T08:00Z", 1795507200},
        {"1970-01-01T00:00:00-00:00", 0},           {"1998-12-31T23:59:60Z", 915148800},
        {"2026-11-24T09:00:03", MOMENT_NONE},       {"2026-11-24T09:00:03+0100", MOMENT_NONE},
        {"2026-11-24T09:00:03+24:00", MOMENT_NONE}, {"2026-11-24T24:00:00Z", MOMENT_NONE},
        {"2026-11-24T23:60:00Z", MOMENT_NONE},      {"2026-11-24T23:00:61Z", MOMENT_NONE},
        {"2026-11-24T23:00:00.Z", MOMENT_NONE},     {"2026-11-24T23:00:Z", MOMENT_NONE},
        {"2026-11-24 09:00:03Z", MOMENT_NONE},      {"2026-11-24", MOMENT_NONE},
        {"2026-02-29T09:00:03Z", MOMENT_NONE},      {"2026-11-24T09:00:03Zx", MOMENT_NONE},
        {"2026-11-24T9:00:03Z", MOMENT_NONE},       {"", MOMENT_NONE},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        moment_t moment = 42;
        bool ok = moment_parse(cases[i].text, &moment);
        expect_int(cases[i].text, ok, cases[i].want != MOMENT_NONE);
        expect_int(cases[i].text, moment, ok ? cases[i].want : 42);
    }
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    static const int32_t offsets[] = {0, 3600, -3600, 19800, -12600, 50400, -43200};
    for (moment_t moment = -70000000000; moment < 70000000000; moment += 123456789) {
        for (size_t i = 0; i < LENGTH(offsets); i++) {
            char buffer[MOMENT_TEXT_SIZE];
            moment_t again;
            if (*moment_format(moment, offsets[i], buffer) == '-')
                continue;
            expect_true(buffer, moment_parse(buffer, &again));
            expect_int(buffer, again, moment);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_agrees_with_the_c_library),
        cmocka_unit_test(days_that_do_not_exist_are_none),
        cmocka_unit_test(months_clamp),
        cmocka_unit_test(dates_are_read_strictly),
        cmocka_unit_test(weekdays_have_words),
        cmocka_unit_test(moments_are_written),
        cmocka_unit_test(moments_are_read),
        cmocka_unit_test(what_is_written_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
