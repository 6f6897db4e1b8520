/* Events and figures. */
#include "unit/store/state_fixture.h"

static struct event event_of(enum event_kind kind, moment_t at, const char *customer, const char *invoices)
{
    return (struct event){.kind = kind,
                          .at = at,
                          .customer = customer,
                          .invoices = invoices,
                          .policy = "standard",
                          .step = "reminder",
                          .channel = "email",
                          .provider = "smarthost",
                          .reason = REASON_NONE,
                          .amount = 119000,
                          .currency = "EUR",
                          .provider_id = "4F3",
                          .text = "",
                          .author = ""};
}

static void fill_log(struct world *world)
{
    static const struct {
        enum event_kind kind;
        const char *customer, *invoices;
    } rows[] = {
        {EVENT_PLANNED, "C-1", "I-1,I-12/2"}, {EVENT_CLAIMED, "C-1", "I-1"}, {EVENT_PLANNED, "C-2", "I-2"},
        {EVENT_ACCEPTED, "C-1", "I-1"},       {EVENT_REFUSED, "C-2", "I-2"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct event event = event_of(rows[i].kind, NOW + (moment_t)i, rows[i].customer, rows[i].invoices);

        must(world, state_event(world->state, &event, &world->err));
    }
}

struct log_case {
    const char *remark;
    struct event_filter filter;
    const char *sequence;
};

static const struct log_case log_cases[] = {
    {"all", {"", "", -1, MOMENT_NONE, 0, 0, 0}, "1 2 3 4 5"},
    {"the newest two, in ascending order", {"", "", -1, MOMENT_NONE, 0, 0, 2}, "4 5"},
    {"the two that follow a known one", {"", "", -1, MOMENT_NONE, 1, 0, 2}, "2 3"},
    {"one customer", {"C-2", "", -1, MOMENT_NONE, 0, 0, 0}, "3 5"},
    {"one kind", {"", "", EVENT_PLANNED, MOMENT_NONE, 0, 0, 0}, "1 3"},
    {"since a moment", {"", "", -1, NOW + 3, 0, 0, 0}, "4 5"},
    {"one invoice", {"", "I-1", -1, MOMENT_NONE, 0, 0, 0}, "1 2 4"},
    {"an invoice by one of its lines", {"", "I-12", -1, MOMENT_NONE, 0, 0, 0}, "1"},
    {"part of an id is not the id", {"", "I", -1, MOMENT_NONE, 0, 0, 0}, ""},
    {"everything at once", {"C-1", "I-1", EVENT_ACCEPTED, NOW, 1, 0, 5}, "4"},
    {"nothing", {"C-1", "I-2", -1, MOMENT_NONE, 0, 0, 0}, ""},
};

static void test_filters(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    fill_log(&world);
    for (size_t i = 0; i < sizeof log_cases / sizeof *log_cases; i++) {
        struct event_list list;
        struct text text;

        print_message("%s\n", log_cases[i].remark);
        must(&world, state_events(world.state, &log_cases[i].filter, world.arena, &list, &world.err));
        text_init(&text, world.arena);
        for (size_t j = 0; j < list.count; j++)
            text_addf(&text, "%s%lld", j > 0 ? " " : "", (long long)list.list[j].seq);
        assert_string_equal(text.data, log_cases[i].sequence);
    }
    world_close(&world);
}

static void test_an_event_comes_back_whole(void **unused)
{
    struct event_filter any = {"", "", -1, MOMENT_NONE, 0, 0, 0};
    struct event event = event_of(EVENT_HELD, NOW, "C-1", "I-1");
    struct event_list list;
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    event.notice = 1;
    event.message = 1;
    event.reason = REASON_DISPUTED;
    event.text = "words";
    event.author = "anna";
    must(&world, state_event(world.state, &event, &world.err));
    must(&world, state_events(world.state, &any, world.arena, &list, &world.err));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.list[1].event.kind, EVENT_HELD);
    assert_int_equal(list.list[1].event.at, NOW);
    assert_int_equal(list.list[1].event.notice, 1);
    assert_int_equal(list.list[1].event.message, 1);
    assert_int_equal(list.list[1].event.reason, REASON_DISPUTED);
    assert_int_equal(list.list[1].event.amount, 119000);
    assert_string_equal(list.list[1].event.currency, "EUR");
    assert_string_equal(list.list[1].event.customer, "C-1");
    assert_string_equal(list.list[1].event.provider_id, "4F3");
    assert_string_equal(list.list[1].event.text, "words");
    assert_string_equal(list.list[1].event.author, "anna");
    any.notice = 1;
    must(&world, state_events(world.state, &any, world.arena, &list, &world.err));
    assert_int_equal(list.count, 1); /* those of the notice's customer */
    world_close(&world);
}

/* ---- figures ---- */

static void test_sent_between(void **unused)
{
    struct notice *notice;
    struct world world;
    int64_t sent;

    (void)unused;
    world_open(&world);
    for (int i = 0; i < 4; i++) {
        notice = new_notice(&world, i < 3 ? i : STEP_PLAN, 3);
        notice->items += i / 3;
        notice->item_count = 1;
        plan(&world, notice, NOW);
    }
    deliver(&world, 1, OUTCOME_ACCEPTED, NOW);
    deliver(&world, 2, OUTCOME_UNCERTAIN, NOW + 100);
    deliver(&world, 3, OUTCOME_REFUSED, NOW + 100);
    must(&world, state_sent_between(world.state, NOW, NOW + 1000, &sent, &world.err));
    assert_int_equal(sent, 2);
    must(&world, state_sent_between(world.state, NOW + 60, NOW + 1000, &sent, &world.err));
    assert_int_equal(sent, 1);
    claim(&world, 4, NOW - 50); /* undecided: it counts wherever it was claimed */
    must(&world, state_sent_between(world.state, NOW + 60, NOW + 1000, &sent, &world.err));
    assert_int_equal(sent, 2);
    /* A doubt that was settled as not sent counts no more. */
    must(&world, facts_settle(world.state, 2, false, &(struct said){"anna", "", NOW + 200}, &world.err));
    must(&world, state_sent_between(world.state, NOW, NOW + 1000, &sent, &world.err));
    assert_int_equal(sent, 2);
    world_close(&world);
}

static void test_daily_counts(void **unused)
{
    static const struct {
        int ago, accepted;
    } days[] = {{0, 9}, {1, 3}, {2, 1}, {30, 2}, {31, 50}};
    int64_t counts[30];
    struct world world;
    size_t count;

    (void)unused;
    world_open(&world);
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        must(&world, state_run(world.state, "INSERT INTO daily(day, accepted) VALUES(?1, ?2)",
                               ARGS(arg_int(TODAY - days[i].ago), arg_int(days[i].accepted)), &world.err));
    must(&world, state_daily_counts(world.state, NOW, counts, &count, &world.err));
    assert_int_equal(count, 3); /* neither today nor what is older than 30 days */
    assert_int_equal(counts[0], 1);
    assert_int_equal(counts[1], 2);
    assert_int_equal(counts[2], 3);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    deliver(&world, 1, OUTCOME_ACCEPTED, NOW);
    assert_int_equal(number_of(&world, "SELECT accepted FROM daily ORDER BY day DESC LIMIT 1"), 10);
    world_close(&world);
}

static void test_counts(void **unused)
{
    moment_t midnight = (moment_t)TODAY * DAY_SECONDS;
    struct hold hold = {
        .scope = HOLD_CUSTOMER, .target = "C-17", .reason = "", .author = "anna", .start_at = NOW, .until = TODAY};
    struct state_counts counts;
    struct notice *notice;
    struct world world;

    (void)unused;
    world_open(&world);
    must(&world, state_counts(world.state, midnight, &counts, &world.err));
    assert_int_equal(counts.planned, 0);
    assert_int_equal(counts.oldest_planned, MOMENT_NONE);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    plan(&world, new_notice(&world, STEP_FORMAL, 1), NOW + 5);
    notice = new_notice(&world, STEP_PLAN, 1);
    notice->needs_approval = true;
    plan(&world, notice, NOW + 6);
    deliver(&world, 1, OUTCOME_REFUSED, NOW + 10);
    must(&world, facts_hold(world.state, &hold, "C-17", &world.err));
    must(&world, state_counts(world.state, midnight, &counts, &world.err));
    assert_int_equal(counts.planned, 1);
    assert_int_equal(counts.oldest_planned, NOW + 5);
    assert_int_equal(counts.awaiting_approval, 1);
    assert_int_equal(counts.failed, 1);
    assert_int_equal(counts.open_tasks, 1);
    assert_int_equal(counts.refused_today, 1);
    assert_int_equal(counts.accepted_today, 0);
    assert_int_equal(counts.active_holds, 1);
    assert_int_equal(counts.customers_waiting, 1);
    deliver(&world, 2, OUTCOME_ACCEPTED, NOW + 20);
    must(&world, state_counts(world.state, midnight, &counts, &world.err));
    assert_int_equal(counts.planned, 0);
    assert_int_equal(counts.accepted_today, 1);
    must(&world, state_counts(world.state, midnight + DAY_SECONDS, &counts, &world.err));
    assert_int_equal(counts.accepted_today, 0);
    assert_int_equal(counts.active_holds, 0);
    world_close(&world);
}

/* A large figure may lag while writing goes on, by a thirty-second part at most, and not once it stopped. */
static void test_counts_lag_a_little(void **unused)
{
    struct state_counts counts;
    struct world world;
    bool lagged = false;
    char id[32];

    (void)unused;
    world_open(&world);
    for (int i = 1; i <= 2000; i++) {
        snprintf(id, sizeof id, "C-%d", i);
        must(&world, state_wake(world.state, id, NOW, &world.err));
        must(&world, state_counts(world.state, NOW, &counts, &world.err));
        assert_in_range(counts.customers_waiting, i - i / 32 - 1, i);
        lagged = lagged || counts.customers_waiting < i;
    }
    assert_true(lagged); /* else every row would be counted at every row */
    must(&world, state_counts(world.state, NOW, &counts, &world.err));
    assert_int_equal(counts.customers_waiting, 2000);
    world_close(&world);
}

/* Kept until somebody writes, whoever that is. */
static void test_counts_follow_other_writers(void **unused)
{
    struct hold hold = {
        .scope = HOLD_CUSTOMER, .target = "C-17", .reason = "", .author = "anna", .start_at = NOW, .until = DAY_NONE};
    struct state_counts counts;
    struct world world;
    struct state *ctl;

    (void)unused;
    world_open(&world);
    must(&world, state_counts(world.state, NOW, &counts, &world.err));
    assert_int_equal(counts.active_holds, 0);
    must(&world, state_open(&ctl, world.directory, STATE_FACTS, &world.err));
    must(&world, facts_hold(ctl, &hold, "C-17", &world.err));
    must(&world, state_counts(world.state, NOW, &counts, &world.err));
    assert_int_equal(counts.active_holds, 1);
    state_close(&ctl);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filters),
        cmocka_unit_test(test_an_event_comes_back_whole),
        cmocka_unit_test(test_sent_between),
        cmocka_unit_test(test_daily_counts),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_counts_lag_a_little),
        cmocka_unit_test(test_counts_follow_other_writers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
