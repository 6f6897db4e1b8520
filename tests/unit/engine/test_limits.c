#include "engine/limits.h"

#include "fake/test.h"

#define HOUR 3600
#define T0 INT64_C(1795000000)

static const struct limits plain = {.per_hour = 2000, .breaker_tenths = 30, .breaker_floor = 200, .ramp_s = HOUR};

static void ramp_grows_in_quarters(void **state)
{
    static const struct {
        const char *remark;
        moment_t from;
        int64_t after;
        int percent;
    } cases[] = {
        {"no ramp is running", MOMENT_NONE, 0, 100},
        {"the first second", T0, 0, 10},
        {"end of the first quarter", T0, 899, 10},
        {"second quarter", T0, 900, 25},
        {"third quarter", T0, 1800, 50},
        {"end of the third", T0, 2699, 50},
        {"last quarter", T0, 2700, 100},
        {"over", T0, HOUR, 100},
        {"the clock went back", T0, -5, 100},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        expect_int(cases[i].remark, limits_ramp_percent(&plain, cases[i].from, T0 + cases[i].after), cases[i].percent);
}

static void a_ramp_begins_after_a_rest(void **state)
{
    static const struct {
        const char *remark;
        int32_t ramp_s;
        int64_t sent;
        moment_t from;
        bool begins;
    } cases[] = {
        {"first run", HOUR, 0, MOMENT_NONE, true},    {"an idle day", HOUR, 0, T0 - 86400, true},
        {"it runs already", HOUR, 0, T0 - 60, false}, {"something was sent within the day", HOUR, 1, T0 - 86400, false},
        {"switched off", 0, 0, MOMENT_NONE, false},   {"a start that lies ahead is no start", HOUR, 0, T0 + 500, true},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct limits limits = {.ramp_s = cases[i].ramp_s};
        expect_int(cases[i].remark, limits_ramp_begins(&limits, cases[i].sent, cases[i].from, T0), cases[i].begins);
    }
}

static void allowance_is_the_least_of_all(void **state)
{
    static const struct {
        const char *remark;
        int per_hour, per_day;
        int64_t hour, today;
        moment_t ramp_from;
        int64_t allowed;
    } cases[] = {
        {"no limit", 0, 0, 50, 50, MOMENT_NONE, INT64_MAX},
        {"no limit by the hour: the ramp has nothing to share", 0, 0, 50, 50, T0, INT64_MAX},
        {"rest of the hour", 100, 0, 40, 400, MOMENT_NONE, 60},
        {"hour used up", 100, 0, 100, 400, MOMENT_NONE, 0},
        {"hour overdrawn", 100, 0, 170, 400, MOMENT_NONE, 0},
        {"day tighter than the hour", 100, 410, 40, 400, MOMENT_NONE, 10},
        {"ramp: a tenth", 100, 0, 4, 4, T0, 6},
        {"ramp: never less than one", 5, 0, 0, 0, T0, 1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct limits limits = {.per_hour = cases[i].per_hour, .per_day = cases[i].per_day, .ramp_s = HOUR};
        struct pace pace = {cases[i].hour, cases[i].today, cases[i].ramp_from};
        expect_int(cases[i].remark, limits_allowance(&limits, &pace, T0), cases[i].allowed);
    }
}

static void breaker_is_a_multiple_of_the_median(void **state)
{
    static const struct {
        const char *remark;
        int32_t tenths;
        int64_t counts[5];
        size_t days;
        int64_t limit;
    } cases[] = {
        {"off", 0, {1000}, 1, INT64_MAX},
        {"no history: the floor", 30, {0}, 0, 200},
        {"a small median: the floor", 30, {10, 20, 30}, 3, 200},
        {"odd number of days, any order", 30, {500, 100, 300}, 3, 900},
        {"even number: the middle of both, rounded up", 30, {100, 301}, 2, 603},
        {"one and a half times", 15, {1000}, 1, 1500},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct limits limits = {.breaker_tenths = cases[i].tenths, .breaker_floor = 200};
        int64_t counts[5];
        memcpy(counts, cases[i].counts, sizeof counts);
        expect_int(cases[i].remark, limits_breaker(&limits, counts, cases[i].days), cases[i].limit);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ramp_grows_in_quarters),
        cmocka_unit_test(a_ramp_begins_after_a_rest),
        cmocka_unit_test(allowance_is_the_least_of_all),
        cmocka_unit_test(breaker_is_a_multiple_of_the_median),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
