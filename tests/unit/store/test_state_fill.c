/* The state part of a dossier: history by invoice, the past, holds, opt-outs, tasks. */
#include "unit/store/state_fixture.h"

static void test_an_item_without_history_has_nothing(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    fill(&world, NOW);
    assert_int_equal(world.dossier.case_count + world.dossier.record_count + world.dossier.past_count +
                         world.dossier.live_count + world.dossier.hold_count + world.dossier.optout_count +
                         world.dossier.task_count,
                     0);
    world_close(&world);
}

static struct record by_hand(const char *invoice, int32_t episode, const char *step, moment_t at)
{
    return (struct record){.invoice_id = invoice,
                           .line = 1,
                           .episode = episode,
                           .occurrence = 1,
                           .step = step,
                           .policy = "standard",
                           .status = RECORD_ACCEPTED,
                           .reason = REASON_NONE,
                           .at = at,
                           .on = (day_t)(at / DAY_SECONDS),
                           .deadline = DAY_NONE,
                           .due_on = DAY_NONE,
                           .channel = ""};
}

static void test_records_come_in_order(void **unused)
{
    static const struct {
        int invoice;
        int32_t episode;
        const char *step;
        moment_t at;
    } rows[] = {{1, 1, "reminder", NOW},
                {0, 2, "reminder", NOW - 5},
                {0, 1, "formal", NOW - 10},
                {0, 1, "reminder", NOW - 20}};
    static const char *const expected[] = {"2026-0113/1/reminder", "2026-0113/1/formal", "2026-0113/2/reminder",
                                           "2026-0120/1/reminder"};
    struct world world;
    char text[64];

    (void)unused;
    world_open(&world);
    for (size_t i = 0; i < 4; i++) {
        struct record record =
            by_hand(world.items[rows[i].invoice].invoice_id, rows[i].episode, rows[i].step, rows[i].at);

        must(&world, facts_record(world.state, &record, "C-17", &(struct said){"anna", "", NOW}, &world.err));
    }
    fill(&world, NOW);
    assert_int_equal(world.dossier.record_count, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct record *record = &world.dossier.records[i];

        snprintf(text, sizeof text, "%s/%d/%s", record->invoice_id, record->episode, record->step);
        assert_string_equal(text, expected[i]);
    }
    assert_int_equal(world.dossier.case_count, 2);
    world_close(&world);
}

static void test_lines_of_an_invoice(void **unused)
{
    struct record record;
    struct world world;

    (void)unused;
    world_open(&world);
    world.items[1].invoice_id = world.items[0].invoice_id;
    world.items[1].line = 2;
    for (int32_t line = 2; line >= 1; line--) {
        record = by_hand(world.items[0].invoice_id, 1, "reminder", NOW);
        record.line = line;
        must(&world, facts_record(world.state, &record, "C-17", &(struct said){"anna", "", NOW}, &world.err));
    }
    fill(&world, NOW);
    assert_int_equal(world.dossier.case_count, 2);
    assert_int_equal(world.dossier.record_count, 2);
    assert_int_equal(world.dossier.records[0].line, 1);
    assert_int_equal(world.dossier.records[1].line, 2);
    world_close(&world);
}

/* Accepted notices leave the past after 400 days; one that still holds a record never does. */
static void test_the_past(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    deliver(&world, 1, OUTCOME_ACCEPTED, NOW);
    plan(&world, new_notice(&world, STEP_FORMAL, 1), NOW);
    fill(&world, NOW + 399 * (moment_t)DAY_SECONDS);
    assert_int_equal(world.dossier.past_count, 2);
    assert_int_equal(world.dossier.past[0].status, NOTICE_ACCEPTED);
    assert_int_equal(world.dossier.past[1].status, NOTICE_PLANNED);
    assert_int_equal(world.dossier.live_count, 1);
    assert_int_equal(world.dossier.live[0].item_count, 1);
    fill(&world, NOW + 402 * (moment_t)DAY_SECONDS);
    assert_int_equal(world.dossier.past_count, 1);
    assert_int_equal(world.dossier.past[0].id, 2);
    world_close(&world);
}

/* ---- holds ---- */

struct hold_case {
    const char *remark;
    enum hold_scope scope;
    const char *target;
    day_t until;
    moment_t released_at;
    bool seen;
};

static const struct hold_case hold_cases[] = {
    {"his own", HOLD_CUSTOMER, "C-17", DAY_NONE, MOMENT_NONE, true},
    {"of a member whose bills he gets", HOLD_CUSTOMER, "C-18", DAY_NONE, MOMENT_NONE, true},
    {"of somebody else", HOLD_CUSTOMER, "C-19", DAY_NONE, MOMENT_NONE, false},
    {"of one of his invoices", HOLD_INVOICE, "2026-0120", DAY_NONE, MOMENT_NONE, true},
    {"of another invoice", HOLD_INVOICE, "2026-9999", DAY_NONE, MOMENT_NONE, false},
    {"of any policy", HOLD_POLICY, "short", DAY_NONE, MOMENT_NONE, true},
    {"ended a month ago: it still re-times", HOLD_CUSTOMER, "C-17", TODAY - 30, MOMENT_NONE, true},
    {"ended long ago", HOLD_CUSTOMER, "C-17", TODAY - 90, MOMENT_NONE, false},
    {"released yesterday", HOLD_CUSTOMER, "C-17", DAY_NONE, NOW - DAY_SECONDS, true},
    {"released long ago", HOLD_CUSTOMER, "C-17", DAY_NONE, NOW - 90 * (moment_t)DAY_SECONDS, false},
};

static void test_holds(void **unused)
{
    struct customer members[2];
    struct world world;

    (void)unused;
    world_open(&world);
    members[0] = world.customer;
    members[1] = (struct customer){.id = "C-18", .email = "", .phone = ""};
    world.dossier.members = members;
    world.dossier.member_count = 2;
    for (size_t i = 0; i < sizeof hold_cases / sizeof *hold_cases; i++) {
        const struct hold_case *row = &hold_cases[i];
        struct hold hold = {.scope = row->scope,
                            .kind = HOLD_DISPUTE,
                            .target = row->target,
                            .reason = "why",
                            .author = "anna",
                            .start_at = NOW - 100 * (moment_t)DAY_SECONDS,
                            .until = row->until};
        size_t released;

        print_message("%s\n", row->remark);
        must(&world, state_run(world.state, "DELETE FROM holds", NO_ARGS, &world.err));
        must(&world, facts_hold(world.state, &hold, "C-17", &world.err));
        if (row->released_at != MOMENT_NONE)
            must(&world, facts_release(world.state, &(struct hold_aim){row->scope, row->target, "C-17"},
                                       &(struct said){"anna", "", row->released_at}, &released, &world.err));
        fill(&world, NOW);
        assert_int_equal(world.dossier.hold_count, row->seen);
        if (!row->seen)
            continue;
        assert_int_equal(world.dossier.holds[0].scope, row->scope);
        assert_int_equal(world.dossier.holds[0].kind, HOLD_DISPUTE);
        assert_string_equal(world.dossier.holds[0].target, row->target);
        assert_int_equal(world.dossier.holds[0].until, row->until);
        assert_int_equal(world.dossier.holds[0].released_at, row->released_at);
    }
    world_close(&world);
}

/* ---- opt-outs ---- */

struct optout_case {
    const char *remark, *channel, *listed;
    bool email, sms;
};

static const struct optout_case optout_cases[] = {
    {"as the ledger has it", "email", "rechnung@muster.example", true, false},
    {"in other letters, with blanks", "email", " Rechnung@MUSTER.example ", true, false},
    {"another address", "email", "other@muster.example", false, false},
    {"a number in the ledger's notation", "sms", "+49 170 1234567", false, true},
    {"a number without blanks", "sms", "+491701234567", false, true},
    {"a number with 00", "sms", "0049 (170) 123-4567", false, true},
    {"a mail address on the list of another channel", "sms", "rechnung@muster.example", false, false},
};

static void test_optouts(void **unused)
{
    char digest[SHA256_TEXT_SIZE];
    struct world world;

    (void)unused;
    world_open(&world);
    for (size_t i = 0; i < sizeof optout_cases / sizeof *optout_cases; i++) {
        const struct optout_case *row = &optout_cases[i];
        int done = 0;

        print_message("%s\n", row->remark);
        must(&world, state_run(world.state, "DELETE FROM optouts", NO_ARGS, &world.err));
        done = facts_optout(world.state, &(struct optout_change){row->channel, row->listed, true},
                            &(struct said){"anna", "asked", NOW}, &world.err);
        fill(&world, NOW);
        assert_int_equal(world.dossier.optout_count, row->email || row->sms);
        if (row->email || row->sms) {
            must(&world, done);
            /* The digest is that of the ledger's notation: that is what the decision compares. */
            digest_address(row->channel, row->email ? world.customer.email : world.customer.phone, digest);
            assert_string_equal(world.dossier.optouts[0].digest, digest);
            assert_string_equal(world.dossier.optouts[0].channel, row->channel);
        }
    }
    world_close(&world);
}

static void test_optouts_of_contacts(void **unused)
{
    struct person person = {.id = "P-1", .email = "cfo@muster.example", .phone = "", .active = true};
    struct world world;

    (void)unused;
    world_open(&world);
    world.dossier.persons = &person;
    world.dossier.person_count = 1;
    must(&world, facts_optout(world.state, &(struct optout_change){"email", "cfo@muster.example", true},
                              &(struct said){"anna", "", NOW}, &world.err));
    fill(&world, NOW);
    assert_int_equal(world.dossier.optout_count, 1);
    world_close(&world);
}

/* ---- tasks ---- */

static void add_task(struct world *world, enum task_kind kind, int32_t episode, const struct item *item)
{
    struct new_task task = {.kind = kind,
                            .item = item,
                            .policy = &world->policy,
                            .step = "",
                            .title = "do it",
                            .assignee = "",
                            .episode = episode,
                            .notice = -1,
                            .due = TODAY};
    struct decision *decision = new_decision(world);

    fill(world, NOW);
    decision->tasks = &task;
    decision->task_count = 1;
    apply(world, decision, NOW);
}

static void test_tasks_of_the_current_episode(void **unused)
{
    struct case_change change;
    struct decision *decision;
    struct world world;

    (void)unused;
    world_open(&world);
    add_task(&world, TASK_AT_END, 1, &world.items[0]);
    add_task(&world, TASK_DISPUTE_REVIEW, 1, &world.items[0]);
    must(&world, facts_task_done(world.state, 1, &(struct task_result){TASK_OTHER, TODAY},
                                 &(struct said){"anna", "", NOW}, &world.err));
    fill(&world, NOW);
    assert_int_equal(world.dossier.task_count, 2);
    assert_int_equal(world.dossier.tasks[0].status, TASK_DONE);
    assert_int_equal(world.dossier.tasks[0].done_on, TODAY);
    change = (struct case_change){.item = &world.items[0], .reopened = true, .reason = REASON_REOPENED};
    change.after =
        (struct item_case){world.items[0].invoice_id, 1, 2, MOMENT_NONE, TODAY, MOMENT_NONE, DAY_NONE, REASON_NONE};
    decision = new_decision(&world);
    decision->changes = &change;
    decision->change_count = 1;
    apply(&world, decision, NOW);
    fill(&world, NOW);
    assert_int_equal(world.dossier.task_count, 1); /* what was done in episode 1 is over; what is open is not */
    assert_int_equal(world.dossier.tasks[0].kind, TASK_DISPUTE_REVIEW);
    world_close(&world);
}

/* A word that this program does not know stops the reading instead of becoming some other word. */
static void test_unknown_words_are_refused(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    must(&world, state_run(world.state, "UPDATE notices SET action = 'serenade'", NO_ARGS, &world.err));
    assert_int_equal(state_fill(world.state, &world.dossier, NOW, world.arena, &world.err), -1);
    assert_int_equal(world.err.code, ERR_FAILED);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_item_without_history_has_nothing),
        cmocka_unit_test(test_records_come_in_order),
        cmocka_unit_test(test_lines_of_an_invoice),
        cmocka_unit_test(test_the_past),
        cmocka_unit_test(test_holds),
        cmocka_unit_test(test_optouts),
        cmocka_unit_test(test_optouts_of_contacts),
        cmocka_unit_test(test_tasks_of_the_current_episode),
        cmocka_unit_test(test_unknown_words_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
