#include "policy/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static day_t d(int year, int month, int day)
{
    return day_from_civil(year, month, day);
}

/* Good Friday, Easter Monday, Labour Day 2026 */
static day_t closed[3];
static struct calendar german;

static int prepare(void **state)
{
    (void)state;
    closed[0] = d(2026, 4, 3);
    closed[1] = d(2026, 4, 6);
    closed[2] = d(2026, 5, 1);
    german.name = "de";
    german.weekend = (1U << SATURDAY) | (1U << SUNDAY);
    german.closed = closed;
    german.closed_count = 3;
    german.horizon = DAY_NONE;
    return 0;
}

static void adds_open_days(void **state)
{
    static const struct {
        int y, m, d, n, ey, em, ed;
        const char *remark;
    } cases[] = {
        {2026, 2, 20, 5, 2026, 2, 27, "a week without holidays"},
        {2026, 3, 21, 5, 2026, 3, 27, "from a Saturday: Monday is the first"},
        {2026, 4, 2, 1, 2026, 4, 7, "over Easter"},
        {2026, 4, 9, 2, 2026, 4, 13, "over a weekend"},
        {2026, 4, 30, 1, 2026, 5, 4, "over the first of May, a Friday"},
        {2026, 4, 7, 0, 2026, 4, 7, "none"},
        {2026, 4, 4, 0, 2026, 4, 4, "none, even from a closed day"},
        {2026, 4, 7, -1, 2026, 4, 2, "backwards over Easter"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(calendar_add_open(&german, d(cases[i].y, cases[i].m, cases[i].d), cases[i].n),
                         d(cases[i].ey, cases[i].em, cases[i].ed));
}

static void adds_durations(void **state)
{
    static const struct {
        const char *text;
        int sign, y, m, d, ey, em, ed;
    } cases[] = {
        {"14d", 1, 2026, 3, 9, 2026, 3, 23}, {"3d", -1, 2026, 3, 3, 2026, 2, 28},  {"1w", 1, 2026, 3, 9, 2026, 3, 16},
        {"1m", 1, 2026, 1, 31, 2026, 2, 28}, {"1m", 1, 2024, 1, 31, 2024, 2, 29},  {"2m", 1, 2026, 1, 31, 2026, 3, 31},
        {"3bd", 1, 2026, 4, 2, 2026, 4, 9},  {"1m", -1, 2026, 3, 31, 2026, 2, 28},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct duration duration;

        assert_true(parse_duration(cases[i].text, &duration));
        assert_int_equal(calendar_add(&german, d(cases[i].y, cases[i].m, cases[i].d), &duration, cases[i].sign),
                         d(cases[i].ey, cases[i].em, cases[i].ed));
    }
}

static void rolls_to_an_open_day(void **state)
{
    (void)state;
    assert_int_equal(calendar_following(&german, d(2026, 4, 5)), d(2026, 4, 7));
    assert_int_equal(calendar_following(&german, d(2026, 5, 1)), d(2026, 5, 4));
    assert_int_equal(calendar_following(&german, d(2026, 4, 7)), d(2026, 4, 7));
}

static void a_calendar_without_open_days_does_not_hang(void **state)
{
    struct calendar never = {.name = "never", .weekend = 0x7f, .horizon = DAY_NONE, .file = ""};
    struct window always = {false, 0, 0, 0};
    struct opening opening = {&always, &never, &zone_utc};

    (void)state;
    assert_int_equal(calendar_following(&never, d(2026, 1, 1)), d(2026, 1, 1));
    assert_true(calendar_add_open(&never, d(2026, 1, 1), 3) > d(2026, 1, 1));
    assert_true(opening_next(&opening, 0) == MOMENT_NEVER);
}

static moment_t at(int y, int m, int day, int hour, int minute)
{
    return (moment_t)d(y, m, day) * DAY_SECONDS + hour * 3600 + minute * 60;
}

static void opens_by_window_and_calendar(void **state)
{
    struct window office = {true, 0x1f, 8 * 3600, 18 * 3600};
    struct opening opening = {&office, &german, &zone_utc};
    static const struct {
        int y, m, d, hour, minute, ey, em, ed, ehour, eminute;
        const char *remark;
    } cases[] = {
        {2026, 3, 9, 7, 59, 2026, 3, 9, 8, 0, "before it opens"},
        {2026, 3, 9, 8, 0, 2026, 3, 9, 8, 0, "the first second is inside"},
        {2026, 3, 9, 17, 59, 2026, 3, 9, 17, 59, "the last minute"},
        {2026, 3, 9, 18, 0, 2026, 3, 10, 8, 0, "the end is outside"},
        {2026, 3, 13, 18, 0, 2026, 3, 16, 8, 0, "Friday evening"},
        {2026, 4, 2, 20, 0, 2026, 4, 7, 8, 0, "the evening before Good Friday"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        moment_t from = at(cases[i].y, cases[i].m, cases[i].d, cases[i].hour, cases[i].minute);
        moment_t to = at(cases[i].ey, cases[i].em, cases[i].ed, cases[i].ehour, cases[i].eminute);

        assert_true(opening_next(&opening, from) == to);
        assert_int_equal(opening_is_open(&opening, from), from == to);
    }
}

static void no_window_is_any_hour(void **state)
{
    struct window none = {false, 0, 0, 0};
    struct opening free_days = {&none, NULL, &zone_utc}, open_days = {&none, &german, &zone_utc};

    (void)state;
    assert_true(opening_is_open(&free_days, at(2026, 4, 5, 3, 0)));
    assert_true(opening_next(&open_days, at(2026, 4, 5, 3, 0)) == at(2026, 4, 7, 0, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adds_open_days),
        cmocka_unit_test(adds_durations),
        cmocka_unit_test(rolls_to_an_open_day),
        cmocka_unit_test(a_calendar_without_open_days_does_not_hang),
        cmocka_unit_test(opens_by_window_and_calendar),
        cmocka_unit_test(no_window_is_any_hour),
    };

    return cmocka_run_group_tests(tests, prepare, NULL);
}
