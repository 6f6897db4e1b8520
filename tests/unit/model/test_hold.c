#include "fake/test.h"

#include "model/hold.h"

/* A kind that is added without its reason would silently hold for none. */
static void every_kind_holds_for_a_reason(void **state)
{
    (void)state;
    for (int kind = 0; kind < (int)hold_kind_names.count; kind++)
        expect_true(names_word(&hold_kind_names, kind), hold_reason((enum hold_kind)kind) != REASON_NONE);
    assert_int_equal(hold_reason(HOLD_DISPUTE), REASON_DISPUTED);
    assert_int_equal(hold_reason(HOLD_AGENCY), REASON_AGENCY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_kind_holds_for_a_reason)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
