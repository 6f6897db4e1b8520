#include "engine/clock.h"

#include "base/text.h"
#include "fake/test.h"

#define T0 INT64_C(1795000000) /* 2026-11-18 */

static void a_pair_of_readings_is_judged(void **state)
{
    static const struct {
        const char *remark;
        struct clock_watch watch;
        moment_t wall;
        int64_t boot;
        enum clock_fault fault;
    } cases[] = {
        {"nothing known", {MOMENT_NONE, MOMENT_NONE, MOMENT_NONE, MOMENT_NONE, 0}, T0, 100, CLOCK_FINE},
        {"before the program was made",
         {MOMENT_NONE, MOMENT_NONE, MOMENT_NONE, MOMENT_NONE, 0},
         1000000000,
         100,
         CLOCK_BEFORE_BUILD},
        {"four minutes behind", {MOMENT_NONE, T0, T0, MOMENT_NONE, 0}, T0 - 240, 100, CLOCK_FINE},
        {"five minutes and a second behind", {MOMENT_NONE, T0, T0, MOMENT_NONE, 0}, T0 - 301, 100, CLOCK_BEHIND},
        {"three days later, all lived through", {MOMENT_NONE, T0, T0, T0, 100}, T0 + 259200, 100 + 259200, CLOCK_FINE},
        {"three days later, machine was off", {MOMENT_NONE, T0, T0, MOMENT_NONE, 0}, T0 + 259200, 60, CLOCK_FINE},
        {"36 hours ahead in a minute", {MOMENT_NONE, T0, T0, T0, 100}, T0 + 60 + 129600, 160, CLOCK_FINE},
        {"a second more", {MOMENT_NONE, T0, T0, T0, 100}, T0 + 60 + 129601, 160, CLOCK_LEAP},
        {"a rehearsal has no clock to judge", {5, T0, T0, T0, 100}, 5, 160, CLOCK_FINE},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        enum clock_fault fault = clock_judge(&cases[i].watch, cases[i].wall, cases[i].boot);
        expect_int(cases[i].remark, (int)fault, (int)cases[i].fault);
        expect_int(cases[i].remark, text_empty(clock_sentence(fault)), fault == CLOCK_FINE);
    }
}

static void belief_never_lowers_the_highest(void **state)
{
    struct clock_watch watch = {.fixed = MOMENT_NONE, .highest = MOMENT_NONE, .wall = MOMENT_NONE};

    (void)state;
    clock_believe(&watch, T0, 100);
    clock_believe(&watch, T0 - 60, 110);
    expect_int("highest", watch.highest, T0);
    expect_int("pair", watch.wall, T0 - 60);
}

static void a_rehearsal_stands_still(void **state)
{
    struct clock_watch watch = {.fixed = 12345};

    (void)state;
    expect_int("fixed", clock_now(&watch), 12345);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pair_of_readings_is_judged),
        cmocka_unit_test(belief_never_lowers_the_highest),
        cmocka_unit_test(a_rehearsal_stands_still),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
