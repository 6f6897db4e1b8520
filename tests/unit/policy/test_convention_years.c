/*
 * Fifty years of days through every convention: the results go to a file, and
 * check_days.py, which shares nothing with the program, computes them anew.
 */
#include "policy/convention.h"

#include "fake/test.h"

#include <unistd.h>

enum { FROM = 10957 /* 2000-01-01 */, TO = 29219 /* 2049-12-31 */, FIXED = 8, YEARS = 80 };

static day_t days[FIXED * YEARS];

static struct calendar fixed_calendar(void)
{
    static const int dates[FIXED][2] = {{1, 1}, {1, 2}, {2, 15}, {2, 28}, {6, 15}, {6, 30}, {7, 1}, {10, 31}};
    for (int year = 0; year < YEARS; year++)
        for (int i = 0; i < FIXED; i++)
            days[year * FIXED + i] = day_from_civil(1990 + year, dates[i][0], dates[i][1]);
    return (struct calendar){.name = "fixed",
                             .weekend = (1U << FRIDAY) | (1U << SATURDAY),
                             .closed = days,
                             .closed_count = LENGTH(days),
                             .file = ""};
}

static void write_adjusted(FILE *file, const struct calendar *calendar, day_t day)
{
    for (int i = 0; i < CONVENTION_COUNT; i++)
        fprintf(file, "%s adjust %d %s %d\n", calendar->name, day, convention_word((enum convention)i),
                calendar_adjust(calendar, day, (enum convention)i));
}

static uint32_t random_below(uint32_t *seed, uint32_t limit)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % limit;
}

static void write_advanced(FILE *file, const struct calendar *calendar, day_t day, uint32_t *seed)
{
    static const struct {
        enum unit unit;
        const char *word;
    } units[] = {{UNIT_BUSINESS_DAY, "bd"}, {UNIT_DAY, "d"}, {UNIT_WEEK, "w"}, {UNIT_MONTH, "m"}, {UNIT_MONTH, "m"}};
    size_t i = random_below(seed, LENGTH(units));
    struct advance advance = {.n = (int)random_below(seed, 49) - 24,
                              .unit = units[i].unit,
                              .convention = (enum convention)random_below(seed, CONVENTION_COUNT),
                              .end_of_month = random_below(seed, 2) == 1};
    int to = (int)random_below(seed, 400);
    fprintf(file, "%s advance %d %d %s %s %d %d\n", calendar->name, day, advance.n, units[i].word,
            convention_word(advance.convention), advance.end_of_month, calendar_advance(calendar, day, &advance));
    if (day % 16 == 0)
        fprintf(file, "%s count %d %d %d\n", calendar->name, day, to, calendar_count_open(calendar, day, day + to));
}

static void another_reckoning_agrees(void **state)
{
    struct calendar fixed = fixed_calendar(), every = {.name = "every", .file = ""};
    struct calendar one = {.name = "one", .weekend = 127u & ~(1U << SUNDAY), .file = ""};
    const struct calendar *const calendars[] = {&calendar_target, &fixed, &every, &one};
    const char *source = getenv("DUNNINGD_SOURCE");
    char name[] = "/tmp/days.XXXXXX", command[512];
    int descriptor = mkstemp(name);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    uint32_t seed = 1;
    (void)state;
    if (file == NULL)
        fail_msg("cannot write to /tmp");
    for (day_t day = FROM; day <= TO; day++)
        for (size_t i = 0; i < LENGTH(calendars); i++) {
            if (i < 2)
                write_adjusted(file, calendars[i], day);
            write_advanced(file, calendars[i], day, &seed);
        }
    assert_int_equal(fclose(file), 0);
    snprintf(command, sizeof command, "/usr/bin/python3 %s/tests/unit/policy/check_days.py %s",
             source != NULL ? source : ".", name);
    int status = system(command); /* NOLINT(cert-env33-c): a test's own command */
    unlink(name);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(another_reckoning_agrees)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
