/* Every reason has its row, and the rows agree with what the reasons are about. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/state_gate.h"

static void test_every_reason_has_a_row(void **unused)
{
    (void)unused;
    for (int i = 0; i < REASON_COUNT; i++) {
        struct gate_row row = gate_row((enum reason)i);

        if (row.move == MOVE_UNSET || row.delay_s < 0 || (row.move != MOVE_AGAIN && row.delay_s != 0))
            fail_msg("%s has no proper row", names_word(&reason_names, i));
    }
}

/* I1: what must never be sent is withdrawn, not tried again. */
static void test_what_must_not_be_sent_is_withdrawn(void **unused)
{
    static const enum reason reasons[] = {REASON_SETTLED,     REASON_VOID,          REASON_WRITTEN_OFF,
                                          REASON_COVERED,     REASON_HELD,          REASON_DISPUTED,
                                          REASON_LEDGER_HOLD, REASON_AGENCY,        REASON_OPTED_OUT,
                                          REASON_PROMISE,     REASON_PLAN,          REASON_NET_CREDIT,
                                          REASON_DUE_CHANGED, REASON_POLICY_CHANGED};

    (void)unused;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        assert_int_equal(gate_row(reasons[i]).move, MOVE_WITHDRAW);
}

static void test_a_stranger_waits(void **unused)
{
    (void)unused;
    assert_int_equal(gate_row(REASON_COUNT).move, MOVE_AGAIN);
    assert_true(gate_row(REASON_COUNT).delay_s > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_reason_has_a_row),
        cmocka_unit_test(test_what_must_not_be_sent_is_withdrawn),
        cmocka_unit_test(test_a_stranger_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
