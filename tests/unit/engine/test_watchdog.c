/*
 * When a sign of life is due: after work that moved something, or with nothing
 * left to do; not for turning in place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/watchdog.h"

enum { IDLE = -1, INTERVAL_MS = 3000 };

static void a_sign_needs_progress(void **state)
{
    (void)state;
    static const struct {
        const char *remark;
        int64_t at, mark;
        bool due;
    } cases[] = {
        {"the first slice that moved", 10000, 7, true},
        {"more work, a sign was given just now", 10500, 8, false},
        {"nothing has moved since", 11600, 8, false},
        {"nor now", 20000, 8, false},
        {"it moves again", 20001, 9, true},
        {"nothing left to do, too early", 20500, IDLE, false},
        {"nothing left to do", 21001, IDLE, true},
        {"again", 22001, IDLE, true},
        {"the mark is still the old one", 30000, 9, false},
        {"a mark may also fall", 30001, 2, true},
    };
    struct pulse pulse = {.watchdog_ms = INTERVAL_MS};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (watchdog_due(&pulse, cases[i].mark, cases[i].at) != cases[i].due)
            fail_msg("%s", cases[i].remark);
}

static void without_a_watchdog_nothing_is_due(void **state)
{
    (void)state;
    struct pulse pulse = {.watchdog_ms = 0};

    assert_false(watchdog_due(&pulse, IDLE, 100000));
    assert_false(watchdog_due(&pulse, 5, 200000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_sign_needs_progress),
                                       cmocka_unit_test(without_a_watchdog_nothing_is_due)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
