/* Carrying out decisions: every part of struct decision, and what must not happen twice. */
#include "unit/store/state_fixture.h"

#define EVENTS "SELECT kind || '/' || reason FROM events ORDER BY seq"

static void test_a_notice_is_stored_whole(void **unused)
{
    struct notice *notice, *stored;
    struct world world;

    (void)unused;
    world_open(&world);
    notice = new_notice(&world, STEP_FORMAL, 3);
    notice->items[1].block = BLOCK_CARRIED;
    notice->items[1].occurrence = 0;
    notice->items[1].step = "reminder";
    notice->items[1].carried_on = TODAY - 10;
    notice->items[2].block = BLOCK_UPCOMING;
    notice->items[2].credited = 700;
    notice->credits = &(struct notice_credit){"G-1", "G-1", TODAY - 3, 700};
    notice->credit_count = 1;
    notice->instalments = (struct instalment[]){{TODAY + 10, 100}, {TODAY + 40, 200}};
    notice->instalment_count = 2;
    add_message(notice, plan_of(CHANNEL_SMS, "+49 170 1234567", true, false));
    plan(&world, notice, NOW);
    must(&world, state_notice(world.state, notice->id, world.arena, &stored, &world.err));
    assert_int_equal(stored->id, 1);
    assert_int_equal(stored->contact, 1);
    assert_string_equal(stored->customer, "C-17");
    assert_string_equal(stored->step, "formal");
    assert_string_equal(stored->currency, "EUR");
    assert_int_equal(stored->action, ACTION_NOTICE);
    assert_int_equal(stored->status, NOTICE_PLANNED);
    assert_int_equal(stored->total, 60000);
    assert_int_equal(stored->on, TODAY);
    assert_int_equal(stored->deadline, TODAY + 14);
    assert_int_equal(stored->planned_at, NOW);
    assert_int_equal(stored->accepted_at, MOMENT_NONE);
    assert_int_equal(stored->item_count, 3);
    assert_int_equal(stored->items[1].block, BLOCK_CARRIED);
    assert_int_equal(stored->items[1].carried_on, TODAY - 10);
    assert_int_equal(stored->items[2].credited, 700);
    assert_int_equal(stored->credit_count, 1);
    assert_int_equal(stored->credits[0].amount, 700);
    assert_int_equal(stored->instalment_count, 2);
    assert_int_equal(stored->instalments[1].due_on, TODAY + 40);
    assert_int_equal(stored->message_count, 2);
    assert_true(stored->messages[1].later);
    assert_false(stored->messages[1].fallback);
    /* Recorded are what is due now and what rides with a step of its own, not what is carried. */
    assert_string_equal(words_of(&world, "SELECT invoice_id || ':' || step || ':' || formal FROM records"),
                        "2026-0113:formal:1 2026-0131:formal:1");
    assert_string_equal(words_of(&world, "SELECT invoices FROM events"), "2026-0113,2026-0131");
    assert_int_equal(number_of(&world, "SELECT count(*) FROM cases"), 2);
    world_close(&world);
}

static void test_notices_of_one_pass_are_one_contact(void **unused)
{
    struct notice notices[2];
    struct decision *decision;
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    notices[0] = *new_notice(&world, STEP_FORMAL, 1);
    notices[1] = *new_notice(&world, STEP_FORMAL, 2);
    notices[1].items++;
    notices[1].item_count = 1;
    fill(&world, NOW);
    decision = new_decision(&world);
    decision->notices = notices;
    decision->notice_count = 2;
    apply(&world, decision, NOW);
    assert_int_equal(notices[0].id, 2);
    assert_int_equal(notices[1].id, 3);
    assert_int_equal(notices[0].contact, 2);
    assert_int_equal(notices[1].contact, 2);
    world_close(&world);
}

/* DESIGN 7.1: a second plan is a constraint violation, not a race. */
static void test_a_record_line_exists_once(void **unused)
{
    struct decision *decision;
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    fill(&world, NOW);
    decision = new_decision(&world);
    decision->notices = new_notice(&world, STEP_REMINDER, 1);
    decision->notice_count = 1;
    must(&world, state_begin(world.state, &world.err));
    assert_int_equal(state_apply(world.state, &world.dossier, decision, NOW, &world.err), -1);
    assert_int_equal(world.err.code, ERR_FAILED);
    state_rollback(world.state);
    assert_false(state_broken(world.state));
    assert_int_equal(number_of(&world, "SELECT count(*) FROM notices"), 1);
    world_close(&world);
}

static void test_a_withdrawn_line_is_free_again(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    for (int i = 0; i < 3; i++) {
        struct decision *decision = new_decision(&world);

        fill(&world, NOW);
        decision->notices = new_notice(&world, STEP_REMINDER, 1);
        decision->notice_count = 1;
        decision->withdrawals = &(struct withdrawal){i, REASON_RELEASED};
        decision->withdrawal_count = i > 0;
        apply(&world, decision, NOW + i);
    }
    assert_string_equal(words_of(&world, "SELECT status FROM notices ORDER BY id"), "withdrawn withdrawn planned");
    assert_string_equal(words_of(&world, "SELECT status || revoked FROM records ORDER BY revoked"),
                        "planned0 withdrawn1 withdrawn2");
    assert_string_equal(words_of(&world, "SELECT status FROM messages ORDER BY id"), "withdrawn withdrawn planned");
    world_close(&world);
}

static void test_an_address_gets_one_message(void **unused)
{
    struct notice *notice;
    struct world world;

    (void)unused;
    world_open(&world);
    notice = new_notice(&world, STEP_REMINDER, 1);
    add_message(notice, plan_of(CHANNEL_EMAIL, "Rechnung@Muster.example", false, false));
    plan(&world, notice, NOW);
    assert_int_equal(number_of(&world, "SELECT count(*) FROM messages"), 1);
    world_close(&world);
}

static void test_pass_overs(void **unused)
{
    struct pass_over passed[2];
    struct decision *decision;
    struct world world;

    (void)unused;
    world_open(&world);
    passed[0] =
        (struct pass_over){&world.items[0], &world.policy, 1, 1, STEP_REMINDER, REASON_EXPIRED, NOW - 60, TODAY};
    passed[1] = (struct pass_over){&world.items[0], &world.policy, 1, 1, STEP_FORMAL, REASON_WHEN_NOT_MET, NOW, TODAY};
    decision = new_decision(&world);
    decision->passed = passed;
    decision->passed_count = 2;
    apply(&world, decision, NOW);
    assert_string_equal(words_of(&world, EVENTS), "passed_over/expired passed_over/when_not_met");
    fill(&world, NOW);
    assert_int_equal(world.dossier.record_count, 2);
    assert_int_equal(world.dossier.records[0].status, RECORD_PASSED_OVER);
    assert_int_equal(world.dossier.records[0].reason, REASON_EXPIRED);
    assert_int_equal(world.dossier.records[0].at, NOW - 60);
    assert_int_equal(world.dossier.records[0].on, TODAY);
    assert_false(world.dossier.records[0].first_notice_action);
    assert_true(world.dossier.records[1].first_notice_action);
    assert_int_equal(world.dossier.case_count, 1);
    world_close(&world);
}

struct change_case {
    const char *remark;
    struct case_change change;
    const char *event;
};

static const struct change_case change_cases[] = {
    {"held",
     {.after = {.episode = 1,
                .settled_at = MOMENT_NONE,
                .reopened_on = DAY_NONE,
                .held_since = NOW,
                .not_before = DAY_NONE,
                .hold_reason = REASON_DISPUTED},
      .held = true,
      .reason = REASON_DISPUTED},
     "held/disputed"},
    {"released",
     {.after = {.episode = 1,
                .settled_at = MOMENT_NONE,
                .reopened_on = DAY_NONE,
                .held_since = MOMENT_NONE,
                .not_before = TODAY + 7,
                .hold_reason = REASON_NONE},
      .released = true,
      .reason = REASON_DISPUTED},
     "released/disputed"},
    {"settled",
     {.after = {.episode = 1,
                .settled_at = NOW,
                .reopened_on = DAY_NONE,
                .held_since = MOMENT_NONE,
                .not_before = DAY_NONE,
                .hold_reason = REASON_NONE},
      .settled = true,
      .reason = REASON_SETTLED},
     "item_settled/settled"},
    {"reopened",
     {.after = {.episode = 2,
                .settled_at = MOMENT_NONE,
                .reopened_on = TODAY,
                .held_since = MOMENT_NONE,
                .not_before = DAY_NONE,
                .hold_reason = REASON_NONE},
      .reopened = true,
      .reason = REASON_REOPENED},
     "item_reopened/reopened"},
    {"only kept",
     {.after = {.episode = 1,
                .settled_at = MOMENT_NONE,
                .reopened_on = DAY_NONE,
                .held_since = MOMENT_NONE,
                .not_before = DAY_NONE,
                .hold_reason = REASON_NONE}},
     ""},
};

static void test_changes(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    for (size_t i = 0; i < sizeof change_cases / sizeof *change_cases; i++) {
        struct case_change change = change_cases[i].change;
        struct decision *decision = new_decision(&world);
        const struct item_case *stored;

        print_message("%s\n", change_cases[i].remark);
        must(&world, state_run(world.state, "DELETE FROM events", NO_ARGS, &world.err));
        change.item = &world.items[0];
        change.after.invoice_id = world.items[0].invoice_id;
        change.after.line = 1;
        decision->changes = &change;
        decision->change_count = 1;
        fill(&world, NOW);
        apply(&world, decision, NOW);
        assert_string_equal(words_of(&world, EVENTS), change_cases[i].event);
        stored = dossier_case(fill(&world, NOW), world.items[0].invoice_id, 1);
        assert_non_null(stored);
        assert_int_equal(stored->episode, change.after.episode);
        assert_int_equal(stored->settled_at, change.after.settled_at);
        assert_int_equal(stored->reopened_on, change.after.reopened_on);
        assert_int_equal(stored->held_since, change.after.held_since);
        assert_int_equal(stored->not_before, change.after.not_before);
        assert_int_equal(stored->hold_reason, change.after.hold_reason);
    }
    world_close(&world);
}

static void test_approval(void **unused)
{
    struct notice *notice;
    struct world world;

    (void)unused;
    world_open(&world);
    notice = new_notice(&world, STEP_FORMAL, 1);
    notice->needs_approval = true;
    plan(&world, notice, NOW);
    assert_string_equal(words_of(&world, "SELECT status FROM notices"), "awaiting_approval");
    assert_string_equal(words_of(&world, "SELECT status FROM messages"), "reserve");
    assert_string_equal(words_of(&world, EVENTS), "approval_asked/none");
    fill(&world, NOW);
    assert_int_equal(world.dossier.live_count, 1);
    assert_int_equal(world.dossier.live[0].status, NOTICE_AWAITING_APPROVAL);
    world_close(&world);
}

/* ---- what only people can do ---- */

static void test_a_step_that_is_a_task(void **unused)
{
    struct decision *decision;
    struct world world;

    (void)unused;
    world_open(&world);
    decision = new_decision(&world);
    decision->notices = new_notice(&world, STEP_CALL, 1);
    decision->notices->message_count = 0;
    decision->notice_count = 1;
    decision->tasks = &(struct new_task){.kind = TASK_STEP,
                                         .item = &world.items[0],
                                         .policy = &world.policy,
                                         .step = "call",
                                         .title = "call them",
                                         .assignee = "anna",
                                         .episode = 1,
                                         .notice = 0,
                                         .due = TODAY + 1};
    decision->task_count = 1;
    apply(&world, decision, NOW);
    assert_string_equal(words_of(&world, "SELECT status FROM notices"), "planned");
    assert_string_equal(words_of(&world, "SELECT status FROM records"), "planned");
    assert_int_equal(number_of(&world, "SELECT count(*) FROM messages"), 0);
    assert_string_equal(words_of(&world, EVENTS), "planned/none task/none");
    fill(&world, NOW);
    assert_int_equal(world.dossier.task_count, 1);
    assert_int_equal(world.dossier.tasks[0].notice, 1);
    assert_int_equal(world.dossier.tasks[0].kind, TASK_STEP);
    assert_string_equal(world.dossier.tasks[0].assignee, "anna");
    assert_int_equal(world.dossier.tasks[0].due, TODAY + 1);
    world_close(&world);
}

static void test_nobody_can_be_reached(void **unused)
{
    struct notice *notice;
    struct world world;

    (void)unused;
    world_open(&world);
    notice = new_notice(&world, STEP_REMINDER, 1);
    notice->messages[0] = plan_of(CHANNEL_TASK, "", false, true);
    plan(&world, notice, NOW);
    assert_string_equal(words_of(&world, "SELECT status FROM notices"), "failed");
    assert_string_equal(words_of(&world, "SELECT status FROM records"), "planned");
    assert_int_equal(number_of(&world, "SELECT count(*) FROM messages"), 0);
    assert_string_equal(words_of(&world, "SELECT kind || notice FROM tasks"), "no_address1");
    assert_string_equal(words_of(&world, EVENTS), "planned/no_address task/none");
    world_close(&world);
}

static void test_the_end_of_the_ladder(void **unused)
{
    struct decision *decision;
    struct world world;

    (void)unused;
    world_open(&world);
    decision = new_decision(&world);
    decision->tasks = &(struct new_task){.kind = TASK_AT_END,
                                         .item = &world.items[1],
                                         .policy = &world.policy,
                                         .step = "call",
                                         .title = "all done",
                                         .assignee = "",
                                         .episode = 1,
                                         .notice = -1,
                                         .due = DAY_NONE};
    decision->task_count = 1;
    apply(&world, decision, NOW);
    assert_string_equal(words_of(&world, EVENTS), "task/none exhausted/exhausted");
    assert_int_equal(number_of(&world, "SELECT notice IS NULL FROM tasks"), 1);
    world_close(&world);
}

/* Paid while it waited for a person: the person need not act any more. */
static void test_a_failed_notice_takes_its_task_along(void **unused)
{
    struct decision *decision;
    struct notice *notice;
    struct world world;

    (void)unused;
    world_open(&world);
    notice = new_notice(&world, STEP_REMINDER, 2);
    notice->messages[0] = plan_of(CHANNEL_TASK, "", false, true);
    plan(&world, notice, NOW);
    fill(&world, NOW);
    assert_int_equal(world.dossier.live_count, 1);
    assert_int_equal(world.dossier.live[0].status, NOTICE_FAILED);
    decision = new_decision(&world);
    decision->withdrawals = &(struct withdrawal){1, REASON_SETTLED};
    decision->withdrawal_count = 1;
    apply(&world, decision, NOW);
    assert_string_equal(words_of(&world, "SELECT status FROM notices"), "withdrawn");
    assert_string_equal(words_of(&world, "SELECT status || '/' || note FROM tasks"), "done/settled");
    assert_string_equal(words_of(&world, "SELECT status FROM records"), "withdrawn withdrawn");
    world_close(&world);
}

/* ---- withdrawals ---- */

static void withdraw(struct world *world, int64_t notice)
{
    must(world, state_begin(world->state, &world->err));
    must(world, state_withdraw(world->state, notice, REASON_SETTLED, NOW + 50, &world->err));
    must(world, state_commit(world->state, &world->err));
}

static void test_withdrawal_of_a_claimed_message_means_no(void **unused)
{
    struct outcome outcome;
    struct world world;
    struct claim made;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    made = claim(&world, 1, NOW);
    withdraw(&world, 1);
    assert_string_equal(words_of(&world, "SELECT status FROM messages"), "withdrawn");
    assert_string_equal(words_of(&world, "SELECT status || '/' || reason FROM attempts"), "gate_no/settled");
    assert_false(commit_point(&world, &made, NOW + 60));
    outcome = outcome_of(&made, OUTCOME_GATE_NO, NOW + 61);
    assert_false(report(&world, &outcome));
    world_close(&world);
}

static void test_nothing_is_withdrawn_once_yes_was_said(void **unused)
{
    static const enum outcome_class classes[] = {OUTCOME_ACCEPTED, OUTCOME_UNCERTAIN};

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        struct outcome outcome;
        struct world world;
        struct claim made;

        world_open(&world);
        plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
        made = claim(&world, 1, NOW);
        assert_true(commit_point(&world, &made, NOW + 1));
        withdraw(&world, 1);
        assert_string_equal(words_of(&world, "SELECT status FROM messages"), "in_flight");
        assert_string_equal(words_of(&world, "SELECT status FROM records"), "planned");
        outcome = outcome_of(&made, classes[i], NOW + 61);
        assert_true(report(&world, &outcome));
        withdraw(&world, 1);
        assert_string_equal(words_of(&world, "SELECT status FROM notices"),
                            classes[i] == OUTCOME_ACCEPTED ? "accepted" : "uncertain");
        assert_string_equal(words_of(&world, "SELECT status FROM records"),
                            classes[i] == OUTCOME_ACCEPTED ? "accepted" : "uncertain");
        assert_int_equal(number_of(&world, "SELECT count(*) FROM events WHERE kind = 'withdrawn'"), 0);
        world_close(&world);
    }
}

/* A decision that withdraws is looked at again at once, but only if something was withdrawn: no busy loop. */
static void test_withdrawal_wakes_once(void **unused)
{
    struct decision *decision;
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    decision = new_decision(&world);
    decision->withdrawals = &(struct withdrawal){1, REASON_SETTLED};
    decision->withdrawal_count = 1;
    apply(&world, decision, NOW);
    assert_int_equal(number_of(&world, "SELECT next_at FROM customers"), NOW);
    apply(&world, decision, NOW + 1);
    assert_int_equal(number_of(&world, "SELECT next_at IS NULL FROM customers"), 1);
    world_close(&world);
}

/* ---- RULES R38: an item that comes from another customer ---- */

static void test_history_comes_along(void **unused)
{
    struct customer other = {.id = "C-99", .name = "Other", .email = "", .phone = ""};
    struct decision *decision;
    struct world world;
    bool known = true;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    deliver(&world, 1, OUTCOME_ACCEPTED, NOW + 10);
    world_dossier(&world); /* as the ledger gives it: without the state part */
    world.dossier.customer = world.dossier.members = &other;
    world.items[0].customer_id = "C-99";
    must(&world, state_known(world.state, "C-99", &known, &world.err));
    assert_false(known);
    /* Decided without the state part: the reminder once more.  It is not carried out. */
    decision = new_decision(&world);
    decision->notices = new_notice(&world, STEP_REMINDER, 1);
    decision->notice_count = 1;
    apply(&world, decision, NOW + DAY_SECONDS);
    assert_int_equal(decision->notices[0].id, 0);
    assert_int_equal(number_of(&world, "SELECT count(*) FROM notices"), 1);
    assert_int_equal(number_of(&world, "SELECT next_at FROM customers WHERE customer = 'C-99'"), NOW + DAY_SECONDS);
    must(&world, state_known(world.state, "C-99", &known, &world.err));
    assert_true(known);
    fill(&world, NOW + DAY_SECONDS);
    assert_int_equal(world.dossier.record_count, 1);
    assert_int_equal(world.dossier.past_count, 0);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_notice_is_stored_whole),
        cmocka_unit_test(test_notices_of_one_pass_are_one_contact),
        cmocka_unit_test(test_a_record_line_exists_once),
        cmocka_unit_test(test_a_withdrawn_line_is_free_again),
        cmocka_unit_test(test_an_address_gets_one_message),
        cmocka_unit_test(test_pass_overs),
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_approval),
        cmocka_unit_test(test_a_step_that_is_a_task),
        cmocka_unit_test(test_nobody_can_be_reached),
        cmocka_unit_test(test_the_end_of_the_ladder),
        cmocka_unit_test(test_a_failed_notice_takes_its_task_along),
        cmocka_unit_test(test_withdrawal_of_a_claimed_message_means_no),
        cmocka_unit_test(test_nothing_is_withdrawn_once_yes_was_said),
        cmocka_unit_test(test_withdrawal_wakes_once),
        cmocka_unit_test(test_history_comes_along),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
