/* What follows from outcomes: messages, notice, records, further channels, fallbacks, tasks (RULES R23-R26, R40). */
#include "unit/store/state_fixture.h"

#define MESSAGES "SELECT status FROM messages ORDER BY id"
#define RECORDS "SELECT status FROM records ORDER BY invoice_id"
#define NOTICE "SELECT status FROM notices ORDER BY id"
#define EVENTS "SELECT kind FROM events ORDER BY seq"
#define ATTEMPTS "SELECT status FROM attempts ORDER BY id"

/* ---- one message, one outcome ---- */

struct one_case {
    const char *remark;
    enum outcome_class class;
    const char *message, *attempt, *notice, *record, *events;
};

static const struct one_case one_cases[] = {
    {"accepted: the step is reached", OUTCOME_ACCEPTED, "accepted", "accepted", "accepted", "accepted",
     "planned claimed accepted reached"},
    {"refused, no fallback: a task, and the step waits", OUTCOME_REFUSED, "refused", "refused", "failed", "planned",
     "planned claimed refused task"},
    {"refused for now: planned again", OUTCOME_REFUSED_FOR_NOW, "planned", "refused_for_now", "planned", "planned",
     "planned claimed refused_for_now"},
    {"misconfigured: the message is kept", OUTCOME_MISCONFIGURED, "planned", "misconfigured", "planned", "planned",
     "planned claimed misconfigured"},
    {"not handed over after yes: planned again", OUTCOME_NOT_HANDED_OVER, "planned", "not_handed_over", "planned",
     "planned", "planned claimed refused_for_now"},
    {"uncertain: everything of it is", OUTCOME_UNCERTAIN, "uncertain", "uncertain", "uncertain", "uncertain",
     "planned claimed uncertain"},
};

static void test_one_message(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof one_cases / sizeof *one_cases; i++) {
        const struct one_case *row = &one_cases[i];
        struct world world;

        print_message("%s\n", row->remark);
        world_open(&world);
        plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
        deliver(&world, 1, row->class, NOW + 10);
        assert_string_equal(words_of(&world, MESSAGES), row->message);
        assert_string_equal(words_of(&world, ATTEMPTS), row->attempt);
        assert_string_equal(words_of(&world, NOTICE), row->notice);
        assert_string_equal(words_of(&world, RECORDS), row->record);
        assert_string_equal(words_of(&world, EVENTS), row->events);
        assert_int_equal(number_of(&world, "SELECT next_at FROM customers"), NOW + 12);
        world_close(&world);
    }
}

static void test_acceptance_is_dated_and_binding(void **unused)
{
    struct world world;
    const struct record *record;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_FORMAL, 2), NOW);
    deliver(&world, 1, OUTCOME_ACCEPTED, NOW + 10);
    fill(&world, NOW + 20);
    assert_int_equal(world.dossier.record_count, 2);
    record = &world.dossier.records[0];
    assert_int_equal(record->status, RECORD_ACCEPTED);
    assert_int_equal(record->at, NOW + 12);
    assert_int_equal(record->on, TODAY);
    assert_int_equal(record->deadline, TODAY + 14);
    assert_int_equal(record->due_on, world.items[0].due_on);
    assert_int_equal(record->notice, 1);
    assert_true(record->first_notice_action);
    assert_string_equal(record->channel, "email");
    assert_int_equal(world.dossier.past_count, 1);
    assert_int_equal(world.dossier.past[0].at, NOW + 12);
    assert_string_equal(world.dossier.past[0].message_id, "<n1.c1.r1@books.example>");
    assert_int_equal(world.dossier.live_count, 0);
    assert_int_equal(number_of(&world, "SELECT amount FROM events WHERE kind = 'accepted'"), 30000);
    assert_string_equal(words_of(&world, "SELECT invoices FROM events WHERE kind = 'reached'"), "2026-0113,2026-0120");
    world_close(&world);
}

static void test_acceptance_is_never_before_its_commit_point(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    struct claim made = claim(&world, 1, NOW);
    assert_true(commit_point(&world, &made, NOW + 1));
    struct outcome outcome = outcome_of(&made, OUTCOME_ACCEPTED, NOW - 10 * DAY_SECONDS); /* the clock was set back */
    assert_true(report(&world, &outcome));
    fill(&world, NOW + 20);
    assert_int_equal(world.dossier.records[0].at, NOW + 1);
    assert_int_equal(world.dossier.records[0].on, TODAY);
    assert_int_equal(world.dossier.past[0].at, NOW + 1);
    world_close(&world);
}

/* An outcome that was told already, or that nobody asked for, changes nothing. */
static void test_only_news_counts(void **unused)
{
    struct world world;
    struct claim made;
    struct outcome outcome;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    made = deliver(&world, 1, OUTCOME_ACCEPTED, NOW + 10);
    outcome = outcome_of(&made, OUTCOME_REFUSED, NOW + 30);
    assert_false(report(&world, &outcome));
    outcome = outcome_of(&made, OUTCOME_ACCEPTED, NOW + 30);
    assert_false(report(&world, &outcome));
    outcome.token++;
    assert_false(report(&world, &outcome));
    outcome.attempt = 99;
    assert_false(report(&world, &outcome));
    assert_string_equal(words_of(&world, MESSAGES), "accepted");
    assert_string_equal(words_of(&world, EVENTS), "planned claimed accepted reached");
    world_close(&world);
}

/* ---- several channels (R23) ---- */

static struct notice *two_channels(struct world *world, enum require require)
{
    struct notice *notice = new_notice(world, STEP_FORMAL, 1);
    bool later = require == REQUIRE_FIRST;

    world->steps[STEP_FORMAL].require = require;
    add_message(notice, plan_of(CHANNEL_SMS, "+49 170 1234567", later, false));
    return notice;
}

static void test_further_channel_follows_and_never_counts(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, two_channels(&world, REQUIRE_FIRST), NOW);
    assert_string_equal(words_of(&world, MESSAGES), "planned reserve");
    deliver(&world, 1, OUTCOME_ACCEPTED, NOW + 10);
    assert_string_equal(words_of(&world, MESSAGES), "accepted planned");
    assert_string_equal(words_of(&world, NOTICE), "accepted");
    deliver(&world, 2, OUTCOME_REFUSED, NOW + 20);
    assert_string_equal(words_of(&world, MESSAGES), "accepted refused");
    assert_string_equal(words_of(&world, NOTICE), "accepted");
    assert_string_equal(words_of(&world, RECORDS), "accepted");
    assert_int_equal(number_of(&world, "SELECT count(*) FROM tasks"), 0);
    world_close(&world);
}

static void test_uncertain_further_channel_leaves_the_step_reached(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, two_channels(&world, REQUIRE_FIRST), NOW);
    deliver(&world, 1, OUTCOME_ACCEPTED, NOW + 10);
    deliver(&world, 2, OUTCOME_UNCERTAIN, NOW + 20);
    assert_string_equal(words_of(&world, MESSAGES), "accepted uncertain");
    assert_string_equal(words_of(&world, NOTICE), "accepted");
    assert_string_equal(words_of(&world, RECORDS), "accepted");
    must(&world, facts_settle(world.state, 2, false, &(struct said){"anna", "not in the log", NOW + 30}, &world.err));
    assert_string_equal(words_of(&world, MESSAGES), "accepted refused");
    assert_string_equal(words_of(&world, NOTICE), "accepted");
    world_close(&world);
}

static void test_fallbacks_one_after_the_other(void **unused)
{
    struct notice *notice;
    struct world world;

    (void)unused;
    world_open(&world);
    notice = new_notice(&world, STEP_REMINDER, 1);
    add_message(notice, plan_of(CHANNEL_SMS, "+49 170 1234567", true, true));
    add_message(notice, plan_of(CHANNEL_SMS, "+49 171 7654321", true, true));
    plan(&world, notice, NOW);
    assert_string_equal(words_of(&world, MESSAGES), "planned reserve reserve");
    deliver(&world, 1, OUTCOME_REFUSED, NOW + 10);
    assert_string_equal(words_of(&world, MESSAGES), "refused planned reserve");
    deliver(&world, 2, OUTCOME_REFUSED, NOW + 20);
    assert_string_equal(words_of(&world, MESSAGES), "refused refused planned");
    assert_string_equal(words_of(&world, NOTICE), "planned");
    deliver(&world, 3, OUTCOME_ACCEPTED, NOW + 30);
    assert_string_equal(words_of(&world, NOTICE), "accepted");
    assert_string_equal(words_of(&world, "SELECT channel FROM records"), "sms");
    assert_string_equal(words_of(&world, EVENTS), "planned claimed refused fallback claimed refused fallback claimed "
                                                  "accepted reached");
    world_close(&world);
}

/* Two recipients of the carrying channel: one refusal is no reason to fall back while the other may still be reached.
 */
static void test_no_fallback_while_another_recipient_may_be_reached(void **unused)
{
    struct message_plan second = plan_of(CHANNEL_EMAIL, "chef@muster.example", false, false);
    struct notice *notice;
    struct world world;

    (void)unused;
    world_open(&world);
    second.recipient = 2;
    notice = new_notice(&world, STEP_REMINDER, 1);
    add_message(notice, second);
    add_message(notice, plan_of(CHANNEL_SMS, "+49 170 1234567", true, true));
    plan(&world, notice, NOW);
    deliver(&world, 1, OUTCOME_REFUSED, NOW + 10);
    assert_string_equal(words_of(&world, MESSAGES), "refused planned reserve");
    deliver(&world, 2, OUTCOME_ACCEPTED, NOW + 20);
    assert_string_equal(words_of(&world, MESSAGES), "refused accepted reserve");
    assert_string_equal(words_of(&world, NOTICE), "accepted");
    world_close(&world);
}

static void test_require_any(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, two_channels(&world, REQUIRE_ANY), NOW);
    assert_string_equal(words_of(&world, MESSAGES), "planned planned");
    deliver(&world, 1, OUTCOME_REFUSED, NOW + 10);
    assert_string_equal(words_of(&world, NOTICE), "planned");
    deliver(&world, 2, OUTCOME_ACCEPTED, NOW + 20);
    assert_string_equal(words_of(&world, NOTICE), "accepted");
    assert_int_equal(number_of(&world, "SELECT count(*) FROM tasks"), 0);
    world_close(&world);
}

static void test_require_all(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, two_channels(&world, REQUIRE_ALL), NOW);
    deliver(&world, 1, OUTCOME_ACCEPTED, NOW + 10);
    assert_string_equal(words_of(&world, NOTICE), "planned");
    assert_string_equal(words_of(&world, RECORDS), "planned");
    deliver(&world, 2, OUTCOME_ACCEPTED, NOW + 20);
    assert_string_equal(words_of(&world, NOTICE), "accepted");
    assert_int_equal(number_of(&world, "SELECT at FROM records"), NOW + 22);
    world_close(&world);
}

static void test_require_all_one_refused(void **unused)
{
    struct notice *notice;
    struct world world;

    (void)unused;
    world_open(&world);
    notice = two_channels(&world, REQUIRE_ALL);
    add_message(notice, plan_of(CHANNEL_EMAIL, "chef@muster.example", true, true));
    plan(&world, notice, NOW);
    deliver(&world, 1, OUTCOME_ACCEPTED, NOW + 10);
    deliver(&world, 2, OUTCOME_REFUSED, NOW + 20);
    assert_string_equal(words_of(&world, MESSAGES), "accepted refused planned");
    deliver(&world, 3, OUTCOME_ACCEPTED, NOW + 30);
    assert_string_equal(words_of(&world, NOTICE), "accepted");
    world_close(&world);
}

/* ---- not now ---- */

struct wait_case {
    const char *remark;
    int attempts;
    int32_t retry_after_s;
    int64_t wait_s;
};

static const struct wait_case wait_cases[] = {
    {"the first time a minute", 1, 0, 60},
    {"then twice as long", 2, 0, 120},
    {"and again", 4, 0, 480},
    {"but an hour at most", 9, 0, 3600},
    {"the provider's own word goes first", 1, 7, 7},
    {"and may be longer than an hour", 1, 7200, 7200},
    {"but not longer than a day", 1, INT32_MAX, 86400},
    {"a negative word is none", 2, -5, 120},
};

static void test_waits(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof wait_cases / sizeof *wait_cases; i++) {
        const struct wait_case *row = &wait_cases[i];
        struct world world;
        moment_t at = NOW;

        print_message("%s\n", row->remark);
        world_open(&world);
        plan(&world, new_notice(&world, STEP_REMINDER, 1), at);
        for (int n = 1; n <= row->attempts; n++) {
            struct claim made = claim(&world, 1, at);
            struct outcome outcome = outcome_of(&made, OUTCOME_REFUSED_FOR_NOW, at);

            outcome.retry_after_s = row->retry_after_s;
            assert_true(report(&world, &outcome));
            at = number_of(&world, "SELECT not_before FROM messages");
        }
        assert_int_equal(at - number_of(&world, "SELECT max(done_at) FROM attempts"), row->wait_s);
        must(&world, state_next_claim(world.state, &at, &world.err));
        assert_int_equal(at, number_of(&world, "SELECT not_before FROM messages"));
        world_close(&world);
    }
}

static void test_misconfigured_goes_to_the_next_provider_at_once(void **unused)
{
    struct world world;
    moment_t at;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    deliver(&world, 1, OUTCOME_MISCONFIGURED, NOW + 10);
    must(&world, state_next_claim(world.state, &at, &world.err));
    assert_int_equal(at, 0);
    world_close(&world);
}

/* ---- uncertain (R26) ---- */

struct evidence_case {
    const char *remark;
    enum outcome_class class;
    const char *messages, *notice, *record;
};

static const struct evidence_case evidence_cases[] = {
    {"it was accepted", OUTCOME_ACCEPTED, "accepted", "accepted", "accepted"},
    {"it was refused", OUTCOME_REFUSED, "refused", "failed", "planned"},
    {"it never left", OUTCOME_NOT_HANDED_OVER, "planned", "planned", "planned"},
    {"still nobody knows", OUTCOME_UNCERTAIN, "uncertain", "uncertain", "uncertain"},
};

static void test_late_evidence(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof evidence_cases / sizeof *evidence_cases; i++) {
        const struct evidence_case *row = &evidence_cases[i];
        struct outcome outcome;
        struct claim made;
        struct world world;

        print_message("%s\n", row->remark);
        world_open(&world);
        plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
        made = deliver(&world, 1, OUTCOME_UNCERTAIN, NOW + 10);
        outcome = outcome_of(&made, row->class, NOW + HOUR);
        assert_int_equal(report(&world, &outcome), row->class != OUTCOME_UNCERTAIN);
        assert_string_equal(words_of(&world, MESSAGES), row->messages);
        assert_string_equal(words_of(&world, NOTICE), row->notice);
        assert_string_equal(words_of(&world, RECORDS), row->record);
        assert_int_equal(number_of(&world, "SELECT count(*) FROM events WHERE kind = 'settled_uncertain'"),
                         row->class != OUTCOME_UNCERTAIN);
        if (row->class == OUTCOME_ACCEPTED)
            assert_int_equal(number_of(&world, "SELECT at FROM records"), NOW + 11); /* the commit moment */
        world_close(&world);
    }
}

static void test_uncertain_freezes_all_channels(void **unused)
{
    struct claim first, second;
    struct outcome outcome;
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, two_channels(&world, REQUIRE_ANY), NOW);
    second = claim(&world, 2, NOW + 5);
    first = deliver(&world, 1, OUTCOME_UNCERTAIN, NOW + 10);
    /* The other one was with the sender already: it gets no `yes` now. */
    assert_false(commit_point(&world, &second, NOW + 20));
    outcome = outcome_of(&second, OUTCOME_GATE_NO, NOW + 21);
    outcome.reason = REASON_UNCERTAIN;
    assert_true(report(&world, &outcome));
    assert_string_equal(words_of(&world, MESSAGES), "uncertain frozen");
    outcome = outcome_of(&first, OUTCOME_NOT_HANDED_OVER, NOW + 60);
    assert_true(report(&world, &outcome));
    assert_string_equal(words_of(&world, MESSAGES), "planned planned");
    world_close(&world);
}

static void test_two_doubts_end_with_the_last(void **unused)
{
    struct claim first, second;
    struct outcome outcome;
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, two_channels(&world, REQUIRE_ANY), NOW);
    first = claim(&world, 1, NOW + 5);
    second = claim(&world, 2, NOW + 5);
    assert_true(commit_point(&world, &first, NOW + 6));
    assert_true(commit_point(&world, &second, NOW + 6));
    outcome = outcome_of(&first, OUTCOME_UNCERTAIN, NOW + 7);
    assert_true(report(&world, &outcome));
    outcome = outcome_of(&second, OUTCOME_UNCERTAIN, NOW + 7);
    assert_true(report(&world, &outcome));
    outcome = outcome_of(&first, OUTCOME_REFUSED, NOW + 60);
    assert_true(report(&world, &outcome));
    assert_string_equal(words_of(&world, NOTICE), "uncertain");
    assert_string_equal(words_of(&world, MESSAGES), "refused uncertain");
    outcome = outcome_of(&second, OUTCOME_ACCEPTED, NOW + 60);
    assert_true(report(&world, &outcome));
    assert_string_equal(words_of(&world, NOTICE), "accepted");
    assert_string_equal(words_of(&world, RECORDS), "accepted");
    world_close(&world);
}

/* ---- the gate ---- */

struct gate_case {
    const char *remark;
    enum reason reason;
    const char *messages, *notice, *record;
};

static const struct gate_case gate_cases[] = {
    {"paid: the notice does not stand", REASON_SETTLED, "withdrawn", "withdrawn", "withdrawn"},
    {"disputed", REASON_DISPUTED, "withdrawn", "withdrawn", "withdrawn"},
    {"held", REASON_HELD, "withdrawn", "withdrawn", "withdrawn"},
    {"opted out", REASON_OPTED_OUT, "withdrawn", "withdrawn", "withdrawn"},
    {"the window closed: later", REASON_WINDOW, "planned", "planned", "planned"},
    {"the ledger could not be read: later", REASON_LEDGER_UNREADABLE, "planned", "planned", "planned"},
    {"stopping: at the next start", REASON_STOPPING, "planned", "planned", "planned"},
    {"another amount: another revision", REASON_AMOUNT_CHANGED, "superseded planned", "planned", "planned"},
    {"another day: another revision", REASON_STALE_DAY, "superseded planned", "planned", "planned"},
};

static void test_gate(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof gate_cases / sizeof *gate_cases; i++) {
        const struct gate_case *row = &gate_cases[i];
        struct world world;

        print_message("%s\n", row->remark);
        world_open(&world);
        plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
        stop_at_gate(&world, 1, row->reason, NOW + 10);
        assert_string_equal(words_of(&world, MESSAGES), row->messages);
        assert_string_equal(words_of(&world, NOTICE), row->notice);
        assert_string_equal(words_of(&world, RECORDS), row->record);
        assert_string_equal(words_of(&world, ATTEMPTS), "gate_no");
        assert_string_equal(words_of(&world, "SELECT reason FROM events WHERE kind = 'stopped_at_commit'"),
                            names_word(&reason_names, (int)row->reason));
        world_close(&world);
    }
}

static void test_gate_stops_a_further_channel_alone(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, two_channels(&world, REQUIRE_FIRST), NOW);
    deliver(&world, 1, OUTCOME_ACCEPTED, NOW + 10);
    stop_at_gate(&world, 2, REASON_SETTLED, NOW + 20);
    assert_string_equal(words_of(&world, MESSAGES), "accepted withdrawn");
    assert_string_equal(words_of(&world, NOTICE), "accepted");
    assert_string_equal(words_of(&world, RECORDS), "accepted");
    world_close(&world);
}

/* Something that keeps changing does not keep the engine busy: each further revision waits longer. */
static void test_revisions_wait(void **unused)
{
    static const int64_t waits[] = {0, 60, 120, 240};
    struct world world;
    moment_t at = NOW;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    for (int i = 0; i < 4; i++) {
        int64_t not_before;

        stop_at_gate(&world, i + 1, REASON_AMOUNT_CHANGED, at);
        not_before = number_of(&world, "SELECT not_before FROM messages WHERE status = 'planned'");
        assert_int_equal(not_before, waits[i] == 0 ? 0 : at + 2 + waits[i]);
        at += HOUR;
    }
    assert_int_equal(number_of(&world, "SELECT max(revision) FROM messages"), 5);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_message),
        cmocka_unit_test(test_acceptance_is_dated_and_binding),
        cmocka_unit_test(test_acceptance_is_never_before_its_commit_point),
        cmocka_unit_test(test_only_news_counts),
        cmocka_unit_test(test_further_channel_follows_and_never_counts),
        cmocka_unit_test(test_uncertain_further_channel_leaves_the_step_reached),
        cmocka_unit_test(test_fallbacks_one_after_the_other),
        cmocka_unit_test(test_no_fallback_while_another_recipient_may_be_reached),
        cmocka_unit_test(test_require_any),
        cmocka_unit_test(test_require_all),
        cmocka_unit_test(test_require_all_one_refused),
        cmocka_unit_test(test_waits),
        cmocka_unit_test(test_misconfigured_goes_to_the_next_provider_at_once),
        cmocka_unit_test(test_late_evidence),
        cmocka_unit_test(test_uncertain_freezes_all_channels),
        cmocka_unit_test(test_two_doubts_end_with_the_last),
        cmocka_unit_test(test_gate),
        cmocka_unit_test(test_gate_stops_a_further_channel_alone),
        cmocka_unit_test(test_revisions_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
