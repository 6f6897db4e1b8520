#include "engine/recover.h"

#include "fake/test.h"

static const struct {
    const char *remark;
    struct recovery_facts facts;
    enum recovery want;
} cases[] = {
    {"claimed: no yes ever left", {ATTEMPT_CLAIMED, false, false, false}, RECOVERY_UNCLAIM},
    {"claimed, the sender still holds it: its ask will be told no",
     {ATTEMPT_CLAIMED, false, true, true},
     RECOVERY_UNCLAIM},
    {"committing without a line: no yes ever left", {ATTEMPT_COMMITTING, false, false, false}, RECOVERY_UNCLAIM},
    {"the same, sender known", {ATTEMPT_COMMITTING, false, true, false}, RECOVERY_UNCLAIM},
    {"with a line, the sender has not spoken", {ATTEMPT_COMMITTING, true, false, false}, RECOVERY_ASK},
    {"with a line, in hand", {ATTEMPT_COMMITTING, true, true, true}, RECOVERY_KEEP},
    {"with a line, in nobody's hand", {ATTEMPT_COMMITTING, true, true, false}, RECOVERY_UNCERTAIN},
    {"accepted", {ATTEMPT_ACCEPTED, true, true, false}, RECOVERY_NONE},
    {"uncertain stays uncertain", {ATTEMPT_UNCERTAIN, true, true, false}, RECOVERY_NONE},
    {"refused", {ATTEMPT_REFUSED, true, true, false}, RECOVERY_NONE},
    {"refused for now", {ATTEMPT_REFUSED_FOR_NOW, false, true, true}, RECOVERY_NONE},
    {"misconfigured", {ATTEMPT_MISCONFIGURED, false, true, false}, RECOVERY_NONE},
    {"not handed over", {ATTEMPT_NOT_HANDED_OVER, true, true, false}, RECOVERY_NONE},
    {"told no", {ATTEMPT_GATE_NO, false, true, true}, RECOVERY_NONE},
    {"settled as sent", {ATTEMPT_SENT, true, true, false}, RECOVERY_NONE},
    {"settled as not sent", {ATTEMPT_NOT_SENT, true, true, false}, RECOVERY_NONE},
};

static void every_attempt_has_its_recovery(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        expect_int(cases[i].remark, (int)recovery_of(&cases[i].facts), (int)cases[i].want);
}

/* Whatever else is true: a witnessed attempt that the sender does not hold is never planned again. */
static void a_yes_is_never_forgotten(void **state)
{
    (void)state;
    for (int known = 0; known < 2; known++)
        for (int hand = 0; hand < 2; hand++) {
            struct recovery_facts facts = {ATTEMPT_COMMITTING, true, known != 0, hand != 0};
            expect_true("not unclaimed", recovery_of(&facts) != RECOVERY_UNCLAIM);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_attempt_has_its_recovery),
        cmocka_unit_test(a_yes_is_never_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
