/* What people say, and what follows from it at once. */
#include "unit/store/state_fixture.h"

#define NOTICE "SELECT status FROM notices ORDER BY id"
#define MESSAGES "SELECT status FROM messages ORDER BY id"
#define RECORDS "SELECT status FROM records ORDER BY invoice_id, step, revoked"
#define TASKS "SELECT kind || '/' || status FROM tasks ORDER BY id"

static const char *touched(struct world *world)
{
    const char *words = words_of(world, "SELECT customer FROM touched ORDER BY customer");

    must(world, state_run(world->state, "DELETE FROM touched", NO_ARGS, &world->err));
    return words;
}

static const char *last_event(struct world *world)
{
    return words_of(world, "SELECT kind || '/' || author FROM events ORDER BY seq DESC LIMIT 1");
}

/* ---- holds ---- */

static void test_hold_and_release(void **unused)
{
    struct hold hold = {.scope = HOLD_INVOICE,
                        .kind = HOLD_OPERATOR,
                        .target = "2026-0113",
                        .reason = "asked for time",
                        .author = "anna",
                        .start_at = NOW,
                        .until = TODAY + 7};
    struct world world;
    size_t released;

    (void)unused;
    world_open(&world);
    must(&world, facts_hold(world.state, &hold, "C-17", &world.err));
    assert_int_equal(hold.id, 1);
    assert_string_equal(touched(&world), "C-17");
    assert_string_equal(last_event(&world), "held/anna");
    assert_string_equal(words_of(&world, "SELECT invoices FROM events"), "2026-0113");
    must(&world, facts_release(world.state, &(struct hold_aim){HOLD_INVOICE, "2026-9999", "C-17"},
                               &(struct said){"ben", "", NOW + 5}, &released, &world.err));
    assert_int_equal(released, 0);
    assert_string_equal(touched(&world), "");
    must(&world, facts_hold(world.state, &hold, "C-17", &world.err));
    must(&world, facts_release(world.state, &(struct hold_aim){HOLD_INVOICE, "2026-0113", "C-17"},
                               &(struct said){"ben", "", NOW + 5}, &released, &world.err));
    assert_int_equal(released, 2);
    assert_string_equal(touched(&world), "C-17");
    assert_string_equal(last_event(&world), "released/ben");
    assert_string_equal(words_of(&world, "SELECT released_at || released_by FROM holds LIMIT 1"), "1772442005ben");
    must(&world, facts_release(world.state, &(struct hold_aim){HOLD_INVOICE, "2026-0113", "C-17"},
                               &(struct said){"ben", "", NOW + 6}, &released, &world.err));
    assert_int_equal(released, 0);
    world_close(&world);
}

/* The release of a policy's hold names no customer: all that were held are looked at. */
static void test_release_of_a_policy(void **unused)
{
    struct hold hold = {.scope = HOLD_POLICY,
                        .kind = HOLD_OPERATOR,
                        .target = "standard",
                        .reason = "",
                        .author = "anna",
                        .start_at = NOW,
                        .until = DAY_NONE};
    struct case_change change = {.held = true, .reason = REASON_HELD};
    struct decision *decision;
    struct world world;
    size_t released;

    (void)unused;
    world_open(&world);
    must(&world, facts_hold(world.state, &hold, "", &world.err));
    assert_string_equal(touched(&world), "");
    change.item = &world.items[0];
    change.after =
        (struct item_case){world.items[0].invoice_id, 1, 1, MOMENT_NONE, DAY_NONE, NOW, DAY_NONE, REASON_HELD};
    decision = new_decision(&world);
    decision->changes = &change;
    decision->change_count = 1;
    apply(&world, decision, NOW);
    must(&world, facts_release(world.state, &(struct hold_aim){HOLD_POLICY, "standard", ""},
                               &(struct said){"anna", "", NOW + 5}, &released, &world.err));
    assert_int_equal(released, 1);
    assert_string_equal(touched(&world), "C-17");
    world_close(&world);
}

/* ---- approval (R27) ---- */

static void plan_for_approval(struct world *world, int step)
{
    struct notice *notice = new_notice(world, step, 1);

    notice->needs_approval = true;
    add_message(notice, plan_of(CHANNEL_SMS, "+49 170 1234567", true, true));
    plan(world, notice, NOW);
}

static void add_no_address_task(struct world *world)
{
    must(world, sql_exec(world->state->db,
                         "INSERT INTO tasks SELECT 1, id, 'no_address', 'open', 'other', customer, 'R-1', 1, 1, policy,"
                         " step, '', '', NULL, planned_at, NULL, NULL, '', '' FROM notices",
                         &world->err));
}

static void test_approve(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    plan_for_approval(&world, STEP_FORMAL);
    must(&world, facts_approve(world.state, 1, true, &(struct said){"anna", "", NOW + 5}, &world.err));
    assert_string_equal(words_of(&world, NOTICE), "planned");
    assert_string_equal(words_of(&world, MESSAGES), "planned reserve");
    assert_string_equal(last_event(&world), "approved/anna");
    assert_string_equal(touched(&world), "C-17");
    assert_int_equal(facts_approve(world.state, 1, true, &(struct said){"anna", "", NOW + 6}, &world.err), -1);
    assert_int_equal(world.err.code, ERR_REFUSED);
    assert_non_null(strstr(world.err.text, "N-000001 is planned"));
    assert_int_equal(facts_approve(world.state, 7, true, &(struct said){"anna", "", NOW + 6}, &world.err), -1);
    assert_int_equal(world.err.code, ERR_NOT_FOUND);
    world_close(&world);
}

/* A rejected step is neither sent nor asked for again: its record stays and blocks. */
static void test_reject(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    plan_for_approval(&world, STEP_FORMAL);
    add_no_address_task(&world);
    must(&world, facts_approve(world.state, 1, false, &(struct said){"anna", "they called", NOW + 5}, &world.err));
    assert_string_equal(words_of(&world, NOTICE), "rejected");
    assert_string_equal(words_of(&world, TASKS), "no_address/done"); /* else a letter would go out all the same */
    assert_string_equal(words_of(&world, MESSAGES), "withdrawn withdrawn");
    assert_string_equal(words_of(&world, RECORDS), "planned");
    assert_string_equal(last_event(&world), "rejected/anna");
    fill(&world, NOW + 500 * (moment_t)DAY_SECONDS);
    assert_int_equal(world.dossier.past_count, 1);
    assert_int_equal(world.dossier.past[0].status, NOTICE_REJECTED);
    assert_int_equal(world.dossier.live_count, 1); /* until its items are paid */
    world_close(&world);
}

/* ---- tasks (R25) ---- */

struct done_case {
    const char *remark;
    enum task_outcome outcome;
    const char *notice, *record, *tasks, *channel;
};

static const struct done_case done_cases[] = {
    {"reached: counts as acceptance on that day", TASK_REACHED, "accepted", "accepted", "no_address/done", "phone"},
    {"a letter too", TASK_LETTER_SENT, "accepted", "accepted", "no_address/done", "letter"},
    {"no answer: somebody has to try again", TASK_NO_ANSWER, "failed", "planned", "no_address/done no_address/open",
     ""},
    {"refused", TASK_REFUSED, "failed", "planned", "no_address/done no_address/open", ""},
    {"anything else", TASK_OTHER, "failed", "planned", "no_address/done no_address/open", ""},
};

static void test_task_done(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof done_cases / sizeof *done_cases; i++) {
        const struct done_case *row = &done_cases[i];
        struct world world;

        print_message("%s\n", row->remark);
        world_open(&world);
        plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
        deliver(&world, 1, OUTCOME_REFUSED, NOW);
        must(&world, facts_task_done(world.state, 1, &(struct task_result){row->outcome, TODAY + 3},
                                     &(struct said){"anna", "note", NOW + 5 * (moment_t)DAY_SECONDS}, &world.err));
        assert_string_equal(words_of(&world, NOTICE), row->notice);
        assert_string_equal(words_of(&world, RECORDS), row->record);
        assert_string_equal(words_of(&world, TASKS), row->tasks);
        assert_string_equal(words_of(&world, "SELECT channel FROM records"), row->channel);
        assert_string_equal(touched(&world), "C-17");
        fill(&world, NOW + 5 * (moment_t)DAY_SECONDS);
        if (*row->channel != '\0') {
            assert_int_equal(world.dossier.records[0].on, TODAY + 3);
            assert_int_equal(world.dossier.past[0].on, TODAY + 3);
            assert_int_equal(world.dossier.records[0].at / DAY_SECONDS, TODAY + 3);
        } else {
            assert_int_equal(number_of(&world, "SELECT due FROM tasks WHERE status = 'open'"), TODAY + 10);
            assert_int_equal(number_of(&world, "SELECT notice FROM tasks WHERE status = 'open'"), 1);
        }
        world_close(&world);
    }
}

/* The approval may come later than the try: then there must still be somebody to try again. */
static void test_task_done_before_the_approval(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    plan_for_approval(&world, STEP_FORMAL);
    add_no_address_task(&world);
    must(&world, facts_task_done(world.state, 1, &(struct task_result){TASK_NO_ANSWER, TODAY},
                                 &(struct said){"anna", "", NOW}, &world.err));
    assert_string_equal(words_of(&world, NOTICE), "awaiting_approval");
    assert_string_equal(words_of(&world, TASKS), "no_address/done no_address/open");
    world_close(&world);
}

static void test_task_refusals(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    deliver(&world, 1, OUTCOME_REFUSED, NOW);
    assert_int_equal(facts_task_done(world.state, 9, &(struct task_result){TASK_REACHED, TODAY},
                                     &(struct said){"anna", "", NOW}, &world.err),
                     -1);
    assert_int_equal(world.err.code, ERR_NOT_FOUND);
    assert_int_equal(facts_task_done(world.state, 1, &(struct task_result){TASK_REACHED, TODAY + 9},
                                     &(struct said){"anna", "", NOW}, &world.err),
                     -1);
    assert_int_equal(world.err.code, ERR_REFUSED);
    assert_string_equal(words_of(&world, TASKS), "no_address/open");
    must(&world, facts_task_done(world.state, 1, &(struct task_result){TASK_REACHED, TODAY},
                                 &(struct said){"anna", "", NOW}, &world.err));
    assert_int_equal(facts_task_done(world.state, 1, &(struct task_result){TASK_REACHED, TODAY},
                                     &(struct said){"anna", "", NOW}, &world.err),
                     -1);
    assert_int_equal(world.err.code, ERR_REFUSED);
    world_close(&world);
}

/* ---- settle (R26, R28) ---- */

static void test_settle_sent(void **unused)
{
    struct notice *notice;
    struct world world;

    (void)unused;
    world_open(&world);
    notice = new_notice(&world, STEP_FORMAL, 1);
    add_message(notice, plan_of(CHANNEL_SMS, "+49 170 1234567", true, false));
    plan(&world, notice, NOW);
    deliver(&world, 1, OUTCOME_UNCERTAIN, NOW);
    must(&world, facts_settle(world.state, 1, true,
                              &(struct said){"anna", "found in the relay's log", NOW + DAY_SECONDS}, &world.err));
    assert_string_equal(words_of(&world, NOTICE), "accepted");
    assert_string_equal(words_of(&world, RECORDS), "accepted");
    assert_string_equal(words_of(&world, MESSAGES), "accepted planned");
    assert_string_equal(words_of(&world, "SELECT status FROM attempts"), "sent");
    fill(&world, NOW + DAY_SECONDS);
    assert_int_equal(world.dossier.records[0].at, NOW + 1); /* the commit moment */
    assert_int_equal(world.dossier.records[0].on, TODAY);
    assert_int_equal(world.dossier.records[0].deadline, TODAY + 14);
    assert_string_equal(touched(&world), "C-17");
    world_close(&world);
}

static void test_settle_not_sent(void **unused)
{
    const struct item_case *stored;
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_FORMAL, 1), NOW);
    deliver(&world, 1, OUTCOME_UNCERTAIN, NOW);
    must(&world, facts_settle(world.state, 1, false, &(struct said){"anna", "", NOW + DAY_SECONDS}, &world.err));
    assert_string_equal(words_of(&world, NOTICE), "withdrawn");
    assert_string_equal(words_of(&world, RECORDS), "withdrawn");
    assert_string_equal(words_of(&world, MESSAGES), "withdrawn");
    assert_string_equal(words_of(&world, "SELECT status FROM attempts"), "not_sent");
    stored = dossier_case(fill(&world, NOW + DAY_SECONDS), "2026-0113", 1);
    assert_non_null(stored);
    assert_int_equal(stored->held_since, NOW + 1); /* so the next decision sees a release */
    assert_int_equal(world.dossier.record_count, 0);
    world_close(&world);
}

static void test_settle_refusals(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    assert_int_equal(facts_settle(world.state, 1, true, &(struct said){"anna", "", NOW}, &world.err), -1);
    assert_int_equal(world.err.code, ERR_REFUSED);
    assert_int_equal(facts_settle(world.state, 9, true, &(struct said){"anna", "", NOW}, &world.err), -1);
    assert_int_equal(world.err.code, ERR_NOT_FOUND);
    assert_string_equal(touched(&world), "");
    world_close(&world);
}

/* ---- by hand ---- */

static struct record letter(const char *step, const char *channel)
{
    return (struct record){.invoice_id = "2026-0113",
                           .line = 1,
                           .episode = 1,
                           .occurrence = 1,
                           .step = step,
                           .policy = "standard",
                           .status = RECORD_ACCEPTED,
                           .reason = REASON_NONE,
                           .at = NOW,
                           .on = TODAY,
                           .deadline = TODAY + 14,
                           .due_on = TODAY - 30,
                           .first_notice_action = true,
                           .channel = channel};
}

static void test_a_letter_counts_for_gap_and_ladder(void **unused)
{
    struct record record = letter("formal", "letter");
    struct world world;

    (void)unused;
    world_open(&world);
    must(&world, facts_record(world.state, &record, "C-17", &(struct said){"anna", "posted", NOW}, &world.err));
    fill(&world, NOW);
    assert_int_equal(world.dossier.record_count, 1);
    assert_int_equal(world.dossier.records[0].deadline, TODAY + 14);
    assert_int_equal(world.dossier.past_count, 1);
    assert_true(world.dossier.past[0].manual);
    assert_int_equal(world.dossier.past[0].status, NOTICE_ACCEPTED);
    assert_int_equal(world.dossier.past[0].action, ACTION_NOTICE);
    assert_int_equal(world.dossier.past[0].on, TODAY);
    assert_string_equal(last_event(&world), "reached/anna");
    assert_int_equal(facts_record(world.state, &record, "C-17", &(struct said){"anna", "", NOW}, &world.err), -1);
    assert_int_equal(world.err.code, ERR_REFUSED);
    world_close(&world);
}

static void test_a_step_set_by_hand_is_no_contact(void **unused)
{
    struct record record = letter("formal", "");
    struct world world;

    (void)unused;
    world_open(&world);
    must(&world, facts_record(world.state, &record, "C-17", &(struct said){"anna", "moved", NOW}, &world.err));
    fill(&world, NOW);
    assert_int_equal(world.dossier.record_count, 1);
    assert_int_equal(world.dossier.past_count, 0);
    assert_string_equal(last_event(&world), "step_set/anna");
    world_close(&world);
}

/* What is only planned gives way to what a person did; so does what was rejected or failed. */
static void test_plans_give_way(void **unused)
{
    struct record record = letter("formal", "letter");

    (void)unused;
    for (int i = 0; i < 3; i++) {
        struct world world;

        world_open(&world);
        if (i == 0)
            plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
        if (i == 1)
            plan_for_approval(&world, STEP_FORMAL);
        if (i == 1)
            must(&world, facts_approve(world.state, 1, false, &(struct said){"anna", "", NOW}, &world.err));
        if (i == 2) {
            plan(&world, new_notice(&world, STEP_FORMAL, 1), NOW);
            deliver(&world, 1, OUTCOME_REFUSED, NOW);
        }
        must(&world, facts_record(world.state, &record, "C-17", &(struct said){"anna", "", NOW + HOUR}, &world.err));
        assert_string_equal(words_of(&world, NOTICE), "withdrawn accepted");
        assert_int_equal(number_of(&world, "SELECT count(*) FROM tasks WHERE status = 'open'"), 0);
        fill(&world, NOW + HOUR);
        assert_int_equal(world.dossier.record_count, 1);
        assert_int_equal(world.dossier.records[0].status, RECORD_ACCEPTED);
        world_close(&world);
    }
}

static void test_what_may_have_left_does_not(void **unused)
{
    struct record record = letter("formal", "letter");
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    deliver(&world, 1, OUTCOME_UNCERTAIN, NOW);
    assert_int_equal(facts_record(world.state, &record, "C-17", &(struct said){"anna", "", NOW}, &world.err), -1);
    assert_int_equal(world.err.code, ERR_REFUSED);
    assert_string_equal(words_of(&world, NOTICE), "uncertain");
    assert_int_equal(number_of(&world, "SELECT count(*) FROM records"), 1);
    world_close(&world);
}

/* ---- opt-outs ---- */

static void test_optout(void **unused)
{
    struct optout_list rows;
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    must(&world, facts_optout(world.state, &(struct optout_change){"email", "Rechnung@muster.example", true},
                              &(struct said){"anna", "asked", NOW}, &world.err));
    assert_string_equal(touched(&world), "C-17");
    assert_string_equal(last_event(&world), "opted_out/anna");
    must(&world, facts_optouts(world.state, world.arena, &rows, &world.err));
    assert_int_equal(rows.count, 1);
    assert_string_equal(rows.list[0].reason, "asked");
    assert_int_equal(number_of(&world, "SELECT count(*) FROM events WHERE text LIKE '%muster%' OR customer LIKE '%@%'"),
                     0);
    must(&world, facts_optout(world.state, &(struct optout_change){"email", "rechnung@muster.example", false},
                              &(struct said){"anna", "", NOW}, &world.err));
    assert_string_equal(last_event(&world), "opted_in/anna");
    assert_int_equal(facts_optout(world.state, &(struct optout_change){"email", "rechnung@muster.example", false},
                                  &(struct said){"anna", "", NOW}, &world.err),
                     -1);
    assert_int_equal(world.err.code, ERR_NOT_FOUND);
    assert_int_equal(facts_optout(world.state, &(struct optout_change){"email", "  ", true},
                                  &(struct said){"anna", "", NOW}, &world.err),
                     -1);
    assert_int_equal(world.err.code, ERR_USAGE);
    world_close(&world);
}

/* An address belongs to the story of each customer who was to be reached there, once, also when all is sent. */
static void test_optout_is_told_to_each(void **unused)
{
    static const char *const told = "SELECT kind || '/' || customer || '/' || channel FROM events "
                                    "WHERE kind LIKE 'opted%' ORDER BY seq";
    struct optout_change change = {"email", "Rechnung@muster.example", true};
    struct said anna = {"anna", "asked", NOW};
    struct world world;

    (void)unused;
    world_open(&world);
    must(&world, facts_optout(world.state, &change, &anna, &world.err));
    assert_string_equal(words_of(&world, told), "opted_out//email");
    for (int i = 0; i < 3; i++) {
        struct notice *notice = new_notice(&world, STEP_REMINDER, 1);
        notice->items[0] = item_of(&world, i, notice->step);
        plan(&world, notice, NOW);
    }
    must(&world, state_run(world.state, "UPDATE notices SET customer = 'B-2' WHERE id = 3", NO_ARGS, &world.err));
    deliver(&world, 3, OUTCOME_ACCEPTED, NOW);
    change.add = false;
    must(&world, facts_optout(world.state, &change, &anna, &world.err));
    assert_string_equal(words_of(&world, told), "opted_out//email opted_in/B-2/email opted_in/C-17/email");
    world_close(&world);
}

/* ---- requests ---- */

static void test_requests(void **unused)
{
    struct request_answer answer;
    struct state *ctl;
    struct world world;
    const char *kind;
    int64_t id, next;

    (void)unused;
    world_open(&world);
    must(&world, state_open(&ctl, world.directory, STATE_FACTS, &world.err));
    must(&world, facts_next_request(world.state, world.arena, &next, &kind, &world.err));
    assert_int_equal(next, 0);
    must(&world, facts_request(ctl, "reload", &(struct said){"anna", "", NOW}, &id, &world.err));
    must(&world, facts_answer(ctl, id, world.arena, &answer, &world.err));
    assert_false(answer.done);
    must(&world, facts_next_request(world.state, world.arena, &next, &kind, &world.err));
    assert_int_equal(next, id);
    assert_string_equal(kind, "reload");
    must(&world, facts_reply(world.state, id, false, "a.conf:3: no such step", &world.err));
    must(&world, facts_next_request(world.state, world.arena, &next, &kind, &world.err));
    assert_int_equal(next, 0);
    must(&world, facts_answer(ctl, id, world.arena, &answer, &world.err));
    assert_true(answer.done);
    assert_false(answer.ok);
    assert_string_equal(answer.text, "a.conf:3: no such step");
    assert_int_equal(facts_answer(ctl, 99, world.arena, &answer, &world.err), -1);
    assert_int_equal(world.err.code, ERR_NOT_FOUND);
    state_close(&ctl);
    world_close(&world);
}

/* ---- lists ---- */

static void test_lists(void **unused)
{
    struct fact_filter any = {.customer = "", .policy = "", .step = "", .status = -1}, filter;
    struct notice_list notices;
    struct message_list messages;
    struct task_list tasks;
    struct hold_list holds;
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    deliver(&world, 1, OUTCOME_REFUSED, NOW);
    plan_for_approval(&world, STEP_FORMAL);
    must(&world, facts_notices(world.state, &any, world.arena, &notices, &world.err));
    assert_int_equal(notices.count, 2);
    assert_int_equal(notices.list[0].id, 1);
    assert_int_equal(notices.list[1].item_count, 1);
    filter = any;
    filter.status = NOTICE_AWAITING_APPROVAL;
    must(&world, facts_notices(world.state, &filter, world.arena, &notices, &world.err));
    assert_int_equal(notices.count, 1);
    assert_int_equal(notices.list[0].id, 2);
    filter = any;
    filter.limit = 1;
    must(&world, facts_notices(world.state, &filter, world.arena, &notices, &world.err));
    assert_int_equal(notices.count, 1);
    assert_int_equal(notices.list[0].id, 2);
    filter = any;
    filter.step = "reminder";
    must(&world, facts_messages(world.state, &filter, world.arena, &messages, &world.err));
    assert_int_equal(messages.count, 1);
    assert_int_equal(messages.list[0].status, MESSAGE_REFUSED);
    filter = any;
    filter.customer = "C-99";
    must(&world, facts_messages(world.state, &filter, world.arena, &messages, &world.err));
    assert_int_equal(messages.count, 0);
    must(&world, facts_tasks(world.state, &any, world.arena, &tasks, &world.err));
    assert_int_equal(tasks.count, 1);
    assert_string_equal(tasks.list[0].invoice_id, "2026-0113");
    must(&world, facts_holds(world.state, &any, world.arena, &holds, &world.err));
    assert_int_equal(holds.count, 0);
    world_close(&world);
}

/* A fact inside of the caller's transaction goes or stays with it. */
static void test_a_fact_joins_an_open_transaction(void **unused)
{
    struct world world;
    int64_t id;

    (void)unused;
    world_open(&world);
    must(&world, state_begin(world.state, &world.err));
    must(&world, facts_request(world.state, "reload", &(struct said){"anna", "", NOW}, &id, &world.err));
    state_rollback(world.state);
    assert_int_equal(number_of(&world, "SELECT count(*) FROM requests_to_engine"), 0);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hold_and_release),
        cmocka_unit_test(test_release_of_a_policy),
        cmocka_unit_test(test_approve),
        cmocka_unit_test(test_reject),
        cmocka_unit_test(test_task_done),
        cmocka_unit_test(test_task_done_before_the_approval),
        cmocka_unit_test(test_task_refusals),
        cmocka_unit_test(test_settle_sent),
        cmocka_unit_test(test_settle_not_sent),
        cmocka_unit_test(test_settle_refusals),
        cmocka_unit_test(test_a_letter_counts_for_gap_and_ladder),
        cmocka_unit_test(test_a_step_set_by_hand_is_no_contact),
        cmocka_unit_test(test_plans_give_way),
        cmocka_unit_test(test_what_may_have_left_does_not),
        cmocka_unit_test(test_optout),
        cmocka_unit_test(test_optout_is_told_to_each),
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_a_fact_joins_an_open_transaction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
