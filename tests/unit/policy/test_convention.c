/* The conventions by the vectors of DUNNINGD_SHARED, and the rule of TARGET. */
#include "policy/convention.h"

#include "unit/compose/vectors.h"

enum { CALENDAR, WEEKEND, OPERATION, START, N, UNIT, CONVENTION, END_OF_MONTH, EXPECTED, COLUMNS = 13 };

static day_t day(const char *text)
{
    day_t out;
    if (!day_parse(text, &out))
        fail_msg("\"%s\" is no date", text);
    return out;
}

/* ---- the calendars of holidays.csv ---- */

static int by_day(const void *a, const void *b)
{
    day_t one = *(const day_t *)a, other = *(const day_t *)b;
    return (one > other) - (one < other);
}

static struct calendar calendar_of(struct arena *arena, const char *name, const char *weekend)
{
    const char *at = vectors_text(arena, "vectors/holidays.csv");
    struct calendar calendar = {.name = name, .target = text_equal(name, "TARGET"), .horizon = DAY_NONE, .file = ""};
    day_t *days = arena_array(arena, strlen(at) / 10, sizeof *days);
    for (struct vector row; vectors_next(arena, &at, &row);)
        if (!calendar.target && text_equal(row.field[0], name))
            days[calendar.closed_count++] = day(row.field[1]);
    qsort(days, calendar.closed_count, sizeof *days, by_day);
    calendar.closed = days;
    if (!text_empty(weekend))
        expect_true(weekend, parse_weekdays(weekend, &calendar.weekend));
    return calendar;
}

/* ---- businessdays.csv ---- */

static struct advance advance_of(const struct vector *row)
{
    struct advance advance = {.convention = CONVENTION_FOLLOWING};
    int64_t n;
    expect_true(row->field[0], parse_i64(row->field[1 + N], -9999, 9999, &n));
    advance.n = (int)n;
    advance.end_of_month = text_equal(row->field[1 + END_OF_MONTH], "true");
    if (!text_empty(row->field[1 + CONVENTION]))
        expect_true(row->field[0], convention_parse(row->field[1 + CONVENTION], &advance.convention));
    switch (row->field[1 + UNIT][0]) {
    case 'D':
        advance.unit = UNIT_BUSINESS_DAY;
        break;
    case 'W':
        advance.unit = UNIT_WEEK;
        break;
    case 'M':
        advance.unit = UNIT_MONTH;
        break;
    case 'Y':
        advance.unit = UNIT_MONTH;
        advance.n *= 12;
        break;
    default:
        fail_msg("%s: unit \"%s\"", row->field[0], row->field[1 + UNIT]);
    }
    return advance;
}

/* "3 (end 2025-12-29)" */
static void check_count(const struct calendar *calendar, const struct vector *row)
{
    const char *expected = row->field[1 + EXPECTED], *end = strstr(expected, "(end ");
    char text[DAY_TEXT_SIZE] = "";
    if (end == NULL)
        fail_msg("%s: \"%s\" has no end", row->field[0], expected);
    else
        memcpy(text, end + 5, DAY_TEXT_SIZE - 1);
    expect_int(row->field[0], calendar_count_open(calendar, day(row->field[1 + START]), day(text)), atoi(expected));
}

static void check_row(struct arena *arena, const struct vector *row)
{
    struct calendar calendar = calendar_of(arena, row->field[1 + CALENDAR], row->field[1 + WEEKEND]);
    const char *operation = row->field[1 + OPERATION];
    day_t start = day(row->field[1 + START]), got = DAY_NONE;
    char buffer[DAY_TEXT_SIZE];
    if (text_starts(operation, "count_business_days")) {
        check_count(&calendar, row);
        return;
    }
    if (text_equal(operation, "adjust")) {
        enum convention convention;
        expect_true(row->field[0], convention_parse(row->field[1 + CONVENTION], &convention));
        got = calendar_adjust(&calendar, start, convention);
    } else if (text_equal(operation, "advance")) {
        struct advance advance = advance_of(row);
        got = calendar_advance(&calendar, start, &advance);
    } else if (text_equal(operation, "add_business_days")) {
        got = calendar_add_open(&calendar, start, advance_of(row).n);
    } else {
        fail_msg("%s: what is %s?", row->field[0], operation);
    }
    expect_text(row->field[0], day_format(got, buffer), row->field[1 + EXPECTED]);
}

static void the_vectors_hold(void **state)
{
    struct arena *arena = arena_new(0);
    const char *at = vectors_text(arena, "vectors/businessdays.csv");
    struct vector row;
    size_t rows = 0;
    (void)state;
    expect_true("a header", vectors_next(arena, &at, &row));
    for (; vectors_next(arena, &at, &row); rows++)
        if (row.count == COLUMNS && !vectors_is_divergent(&row))
            check_row(arena, &row);
    expect_true("at least 40 rows", rows >= 40);
    arena_free(&arena);
}

/* ---- TARGET ---- */

static void every_day_of_target_is_closed(void **state)
{
    struct arena *arena = arena_new(0);
    const char *at = vectors_text(arena, "vectors/holidays.csv");
    size_t rows = 0;
    (void)state;
    for (struct vector row; vectors_next(arena, &at, &row);) {
        if (!text_equal(row.field[0], "TARGET"))
            continue;
        expect_true(row.field[1], target_is_closed(day(row.field[1])));
        expect_true(row.field[1], !calendar_is_open(&calendar_target, day(row.field[1])));
        rows++;
    }
    expect_true("some rows", rows >= 20);
    arena_free(&arena);
}

static void target_has_six_days_a_year(void **state)
{
    (void)state;
    for (int year = 1998; year < 2300; year++) {
        int count = 0, want = year < 2000 ? 3 : year == 2001 ? 7 : 6;
        char remark[8];
        snprintf(remark, sizeof remark, "%d", year);
        for (day_t d = day_from_civil(year, 1, 1); d <= day_from_civil(year, 12, 31); d++)
            count += target_is_closed(d);
        expect_int(remark, count, want);
    }
}

/* Easter dates out of the common run: the earliest, the latest, and those of the two exceptions. */
static void target_finds_easter(void **state)
{
    static const char *const good_fridays[] = {"2008-03-21", "2038-04-23", "2049-04-16", "2076-04-17", "2106-04-16",
                                               "2133-04-17", "2285-03-20", "2019-04-19", "2000-04-21", "2100-03-26"};
    (void)state;
    for (size_t i = 0; i < LENGTH(good_fridays); i++) {
        expect_true(good_fridays[i], target_is_closed(day(good_fridays[i])));
        expect_true(good_fridays[i], target_is_closed(day(good_fridays[i]) + 3));
        expect_true(good_fridays[i], !target_is_closed(day(good_fridays[i]) - 7));
    }
}

/* ---- what always holds ---- */

static void a_calendar_without_open_days_changes_nothing(void **state)
{
    const struct calendar never = {.name = "never", .weekend = 127, .horizon = DAY_NONE, .file = ""};
    (void)state;
    for (int i = 0; i < CONVENTION_COUNT; i++)
        expect_int(convention_word((enum convention)i), calendar_adjust(&never, 20000, (enum convention)i), 20000);
    expect_int("none is open", calendar_count_open(&never, 20000, 20100), 0);
}

static void counting_undoes_adding(void **state)
{
    (void)state;
    for (day_t d = day("2024-12-01"); d < day("2025-06-01"); d++)
        for (int n = -30; n <= 30; n++) {
            day_t far = calendar_add_open(&calendar_target, d, n);
            int want = n;
            /* Backwards from a closed day, the day itself is not counted, and the one it ends on is not, either. */
            if (n < 0 && !calendar_is_open(&calendar_target, d))
                want = n + 1;
            expect_int("as many", calendar_count_open(&calendar_target, d, far), want);
        }
}

static void words_come_back(void **state)
{
    enum convention found = CONVENTION_COUNT;
    (void)state;
    for (int i = 0; i < CONVENTION_COUNT; i++) {
        expect_true("known", convention_parse(convention_word((enum convention)i), &found));
        expect_int(convention_word(found), (intmax_t)found, i);
    }
    expect_true("unknown", !convention_parse("Following", &found));
    expect_true("unknown", !convention_parse("", &found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_hold),
        cmocka_unit_test(every_day_of_target_is_closed),
        cmocka_unit_test(target_has_six_days_a_year),
        cmocka_unit_test(target_finds_easter),
        cmocka_unit_test(a_calendar_without_open_days_changes_nothing),
        cmocka_unit_test(counting_undoes_adding),
        cmocka_unit_test(words_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
