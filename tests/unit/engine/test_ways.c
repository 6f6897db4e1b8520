#include "engine/flight.h"

#include "base/arena.h"
#include "base/text.h"
#include "fake/test.h"

#define NOW INT64_C(1795000000)

static const char *const email[] = {"first", "second"};
static const char *const sms[] = {"kannel"};
static struct provider providers[] = {
    {.name = "first", .connections = 1},
    {.name = "second", .connections = 2},
    {.name = "kannel", .connections = 1, .per_second = 2},
};

static struct config config = {
    .settings = {.email = email, .email_count = 2, .sms = sms, .sms_count = 1},
    .providers = providers,
    .provider_count = 3,
};

static int setup(void **state)
{
    static struct ways ways;

    ways = (struct ways){0};
    ways_build(&ways, &config);
    *state = &ways;
    return 0;
}

static int teardown(void **state)
{
    ways_clear(*state);
    return 0;
}

static struct choice choose_after(struct ways *ways, enum channel channel, const char *last, bool turned_away)
{
    struct way_query query = {
        .channel = channel, .last = last, .turned_away = turned_away, .only = "", .now = NOW, .second = 7};

    return ways_choose(ways, &config, &query);
}

static struct choice choose(struct ways *ways, enum channel channel)
{
    return choose_after(ways, channel, "", false);
}

static bool learn(struct ways *ways, const char *provider, enum outcome_class class)
{
    struct flight flight = {.channel = CHANNEL_EMAIL, .recipient = 1, .provider = provider};

    return ways_learn(ways, &config, &flight, class, NOW);
}

static void the_first_provider_takes_all(void **state)
{
    struct choice choice = choose(*state, CHANNEL_EMAIL);

    expect_int("free", (int)choice.state, WAY_FREE);
    expect_text("in order", choice.way->name, "first");
}

/* At most two submits for each connection (DESIGN 7a). */
static void places_are_counted(void **state)
{
    struct ways *ways = *state;

    way_take(choose(ways, CHANNEL_EMAIL).way, 7);
    way_take(choose(ways, CHANNEL_EMAIL).way, 7);
    expect_int("a busy first provider is waited for", (int)choose(ways, CHANNEL_EMAIL).state, WAY_BUSY);
    way_release(ways, "first");
    expect_int("a place is free again", (int)choose(ways, CHANNEL_EMAIL).state, WAY_FREE);
}

static void the_next_provider_after_a_no_only(void **state)
{
    static const struct {
        const char *remark;
        enum outcome_class class;
        bool next;
    } cases[] = {
        {"accepted", OUTCOME_ACCEPTED, false},
        {"refused for good", OUTCOME_REFUSED, false},
        {"refused for now", OUTCOME_REFUSED_FOR_NOW, true},
        {"misconfigured", OUTCOME_MISCONFIGURED, true},
        {"not handed over", OUTCOME_NOT_HANDED_OVER, false},
        {"gate's no", OUTCOME_GATE_NO, false},
        {"uncertain: never", OUTCOME_UNCERTAIN, false},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct ways *ways = *state;
        ways_clear(ways);
        ways_build(ways, &config);
        expect_int(cases[i].remark, learn(ways, "first", cases[i].class), cases[i].next);
        expect_text(cases[i].remark, choose_after(ways, CHANNEL_EMAIL, "first", cases[i].next).way->name,
                    cases[i].next ? "second" : "first");
    }
}

static void a_message_goes_on_where_it_had_come_to(void **state)
{
    static const struct {
        const char *remark, *last;
        bool turned_away;
        const char *expected;
    } cases[] = {
        {"a new one begins with the first", "", false, "first"},
        {"turned away by the first", "first", true, "second"},
        {"not handed over to the first", "first", false, "first"},
        {"not handed over to the second: its bytes are there", "second", false, "second"},
        {"turned away by the last: from the beginning", "second", true, "first"},
        {"its provider is gone from the channel", "third", true, "first"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++)
        expect_text(cases[i].remark, choose_after(*state, CHANNEL_EMAIL, cases[i].last, cases[i].turned_away).way->name,
                    cases[i].expected);
    expect_true("after the last provider the back-off holds", !learn(*state, "second", OUTCOME_REFUSED_FOR_NOW));
}

static void a_misconfigured_provider_is_passed_by(void **state)
{
    struct ways *ways = *state;

    learn(ways, "first", OUTCOME_MISCONFIGURED);
    expect_text("others too", choose(ways, CHANNEL_EMAIL).way->name, "second");
    learn(ways, "second", OUTCOME_MISCONFIGURED);
    struct choice choice = choose(ways, CHANNEL_EMAIL);
    expect_int("nobody is left", (int)choice.state, WAY_DOWN);
    expect_int("an hour", choice.until - NOW, 3600);
    ways_build(ways, &config);
    expect_text("a reload tries again", choose(ways, CHANNEL_EMAIL).way->name, "first");
}

static void refusals_in_a_row_back_off(void **state)
{
    struct ways *ways = *state;

    for (int i = 0; i < 2; i++)
        learn(ways, "first", OUTCOME_REFUSED_FOR_NOW);
    expect_text("two may be the recipients'", choose(ways, CHANNEL_EMAIL).way->name, "first");
    learn(ways, "first", OUTCOME_REFUSED_FOR_NOW);
    expect_text("three are the provider's", choose(ways, CHANNEL_EMAIL).way->name, "second");
    expect_int("a minute", ways_find(ways, "first")->retry_at - NOW, 60);
    learn(ways, "first", OUTCOME_REFUSED_FOR_NOW);
    expect_int("then two", ways_find(ways, "first")->retry_at - NOW, 120);
    learn(ways, "first", OUTCOME_ACCEPTED);
    expect_text("a success ends it", choose(ways, CHANNEL_EMAIL).way->name, "first");
}

static void a_rate_per_second(void **state)
{
    struct ways *ways = *state;
    struct choice choice = choose(ways, CHANNEL_SMS);

    way_take(choice.way, 7);
    choice.way->outstanding = 0;
    way_take(choice.way, 7);
    choice.way->outstanding = 0;
    expect_int("two in this second", (int)choose(ways, CHANNEL_SMS).state, WAY_BUSY);
    choice.way->second = 6;
    expect_int("the next one", (int)choose(ways, CHANNEL_SMS).state, WAY_FREE);
}

static void a_handoff_goes_where_its_step_says(void **state)
{
    struct way_query query = {.channel = CHANNEL_EMAIL, .last = "", .only = "second", .now = NOW};

    expect_text("only this one", ways_choose(*state, &config, &query).way->name, "second");
    query.only = "nobody";
    expect_true("there is none", ways_choose(*state, &config, &query).way == NULL);
}

static void a_reload_keeps_what_flies(void **state)
{
    struct ways *ways = *state;

    way_take(ways_find(ways, "second"), 7);
    ways_build(ways, &config);
    expect_int("second", ways_find(ways, "second")->outstanding, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_first_provider_takes_all),
        TEST(places_are_counted),
        TEST(the_next_provider_after_a_no_only),
        TEST(a_message_goes_on_where_it_had_come_to),
        TEST(a_misconfigured_provider_is_passed_by),
        TEST(refusals_in_a_row_back_off),
        TEST(a_rate_per_second),
        TEST(a_handoff_goes_where_its_step_says),
        TEST(a_reload_keeps_what_flies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
