/* What holds everything back: rates, the ramp, the breaker, the feed, the clock. */
#include "stories.h"

static int next_debtor;

static void debtors(int count)
{
    char name[16], invoice[16];

    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "C-%d", ++next_debtor);
        snprintf(invoice, sizeof invoice, "I-%d", next_debtor);
        stage_debtor(&stage, name, invoice, 100);
    }
}

static void open_with(const struct scene *scene, int count)
{
    next_debtor = 0;
    stage_open(&stage, scene);
    debtors(count);
    stage_start(&stage);
}

/* Accepts all that was submitted from this one on. */
static void accept_from(int index)
{
    for (int i = index; i < stage_submits(&stage); i++)
        stage_deliver(&stage, stage_submit(&stage, i), OUTCOME_ACCEPTED);
}

/* ---- rates ---- */

/* I9: the hour's figure holds within a batch, and what the hour has had counts. */
static void an_hour_has_its_figure(void **state)
{
    (void)state;
    open_with(&(struct scene){.limits = "breaker = \"off\"; ramp = \"off\"; per_hour = 3;"}, 1);
    accept_from(0);
    debtors(6);
    stage_wait(&stage, 60);
    accept_from(1);
    expect_int("three in an hour", stage_submits(&stage), 3);
    stage_wait(&stage, 1800);
    expect_int("nothing half an hour later", stage_submits(&stage), 3);
    stage_wait(&stage, 3600);
    expect_int("three in the next", stage_submits(&stage), 6);
}

static void a_day_has_its_figure(void **state)
{
    (void)state;
    open_with(&(struct scene){.limits = "breaker = \"off\"; ramp = \"off\"; per_hour = 100; per_day = 2;"}, 5);
    expect_int("two", stage_submits(&stage), 2);
    accept_from(0);
    stage_wait(&stage, 7200);
    expect_int("nothing more today", stage_submits(&stage), 2);
}

/* After a first start a tenth of the rate, then a quarter, a half. */
static void the_ramp_has_four_parts(void **state)
{
    static const struct {
        int64_t wait_s;
        int all;
    } parts[] = {{0, 2}, {900, 5}, {900, 10}, {900, 20}};

    (void)state;
    open_with(&(struct scene){.limits = "breaker = \"off\"; ramp = \"1h\"; per_hour = 20;"}, 24);
    for (size_t i = 0; i < LENGTH(parts); i++) {
        int before = stage_submits(&stage);

        if (parts[i].wait_s > 0)
            stage_wait(&stage, parts[i].wait_s);
        accept_from(i == 0 ? 0 : before);
        expect_int("messages of the hour", stage_submits(&stage), parts[i].all);
    }
}

/* ---- the breaker ---- */

static const char with_breaker[] = "breaker = \"3x\"; breaker_floor = 4; ramp = \"off\";";

static void more_than_ever_is_held_until_a_person_says_so(void **state)
{
    (void)state;
    open_with(&(struct scene){.limits = with_breaker}, 5);
    expect_int("held", stage_submits(&stage), 0);
    stage_wait(&stage, 600);
    expect_int("still", stage_submits(&stage), 0);
    stage_request(&stage, "approve-breaker");
    stage_wait(&stage, 1);
    expect_int("let go", stage_submits(&stage), 5);
}

/* What is planned later on the same day is judged as well. */
static void each_plan_is_judged(void **state)
{
    (void)state;
    open_with(&(struct scene){.limits = with_breaker}, 1);
    accept_from(0);
    debtors(5);
    stage_wait(&stage, 60);
    expect_int("held", stage_submits(&stage), 1);
}

/* Three times one a day is less than the floor, and the floor is let through. */
static void the_floor_is_let_through(void **state)
{
    (void)state;
    open_with(&(struct scene){.limits = with_breaker}, 1);
    accept_from(0);
    stage_wait(&stage, 86400);
    debtors(4);
    stage_wait(&stage, 60);
    expect_int("four", stage_submits(&stage), 5);
}

/* ---- the feed ---- */

static void feed(const char *entity, const char *until)
{
    char sql[256];

    snprintf(sql, sizeof sql,
             "INSERT INTO feed(entity, complete_until) VALUES('%s', '%s') "
             "ON CONFLICT DO UPDATE SET complete_until = excluded.complete_until",
             entity, until);
    stage_ledger(&stage, sql);
}

/* Nothing is sent for the entity whose payments are too old; when they are not any more, it goes on by itself. */
static void the_entity_with_a_stale_feed_waits(void **state)
{
    (void)state;
    next_debtor = 0;
    stage_open(&stage, &(struct scene){.max_age = "2d"});
    debtors(2);
    stage_ledger(&stage, "UPDATE invoices SET entity = 'north' WHERE invoice_id = 'I-2'");
    feed("", "2030-02-05T06:00:00Z");
    feed("north", "2030-02-01T06:00:00Z");
    stage_start(&stage);
    expect_int("the other entity's", stage_submits(&stage), 1);
    expect_int("it is the first customer's",
               stage_number(&stage, "SELECT count(*) FROM notices WHERE customer = 'C-1' AND status = 'planned'"), 1);
    stage_deliver(&stage, stage_submit(&stage, 0), OUTCOME_ACCEPTED);
    feed("north", "2030-02-05T09:00:00Z");
    for (int i = 0; i < 20; i++)
        stage_wait(&stage, 30);
    expect_int("ten minutes later", stage_submits(&stage), 2);
}

static void sending_is_blocked_when_every_feed_is_stale(void **state)
{
    (void)state;
    next_debtor = 0;
    stage_open(&stage, &(struct scene){.max_age = "2d"});
    debtors(1);
    feed("", "2030-02-01T06:00:00Z");
    stage_start(&stage);
    expect_int("submitted", stage_submits(&stage), 0);
    expect_int("it is said",
               stage_number(&stage, "SELECT count(*) FROM events WHERE kind = 'blocked' AND reason = 'feed_stale'"), 1);
}

/* It was fresh when the notice was planned and the message put off; then it waits for as long as it must, not longer.
 */
static void what_a_stale_feed_puts_off_waits_no_longer_than_that(void **state)
{
    (void)state;
    next_debtor = 0;
    stage_open(&stage, &(struct scene){.max_age = "2d", .channels = "email = [\"mail\"];"});
    debtors(1);
    stage_ledger(&stage, "UPDATE invoices SET entity = 'north'");
    feed("", "2030-02-05T06:00:00Z");
    feed("north", "2030-02-03T09:30:00Z");
    stage_start(&stage);
    stage_outcome(&stage, stage_submit(&stage, 0), OUTCOME_REFUSED_FOR_NOW, 2400);
    stage_wait(&stage, 2700); /* stale since a quarter of an hour */
    expect_int("put off", stage_submits(&stage), 1);
    feed("north", "2030-02-05T09:00:00Z");
    for (int i = 0; i < 30; i++)
        stage_wait(&stage, 30);
    expect_int("a quarter of an hour later", stage_submits(&stage), 2);
}

/* ---- the clock ---- */

static void set_clock(int64_t s)
{
    stand_in.wall += s;
    stage_wait(&stage, 1);
}

/* Nothing is sent while the clock is behind the highest moment that was seen. */
static void behind_the_highest_moment(void **state)
{
    (void)state;
    open_with(&(struct scene){0}, 0);
    stage_wait(&stage, 3 * 3600);
    set_clock(-2 * 3600);
    debtors(1);
    stage_wait(&stage, 60);
    expect_int("two hours behind", stage_submits(&stage), 0);
    set_clock(2 * 3600);
    expect_int("set right", stage_submits(&stage), 1);
}

/* What was seen counts as seen, though nothing was written meanwhile. */
static void behind_a_moment_that_was_only_seen(void **state)
{
    (void)state;
    open_with(&(struct scene){0}, 0);
    stage_wait(&stage, 1800);
    set_clock(-1200);
    debtors(1);
    stage_wait(&stage, 60);
    expect_int("twenty minutes behind", stage_submits(&stage), 0);
}

/* Nothing after a leap until a person confirms the clock, and then it goes on. */
static void a_leap_waits_for_a_person(void **state)
{
    (void)state;
    open_with(&(struct scene){0}, 0);
    set_clock(40 * 3600);
    debtors(1);
    stage_wait(&stage, 60);
    expect_int("after the leap", stage_submits(&stage), 0);
    stage_request(&stage, "recover");
    stage_wait(&stage, 1);
    stage_wait(&stage, 60);
    expect_int("confirmed", stage_submits(&stage), 1);
}

int limit_stories(void)
{
    static const struct CMUnitTest stories[] = {
        STORY(an_hour_has_its_figure),
        STORY(a_day_has_its_figure),
        STORY(the_ramp_has_four_parts),
        STORY(more_than_ever_is_held_until_a_person_says_so),
        STORY(each_plan_is_judged),
        STORY(the_floor_is_let_through),
        STORY(the_entity_with_a_stale_feed_waits),
        STORY(sending_is_blocked_when_every_feed_is_stale),
        STORY(what_a_stale_feed_puts_off_waits_no_longer_than_that),
        STORY(behind_the_highest_moment),
        STORY(behind_a_moment_that_was_only_seen),
        STORY(a_leap_waits_for_a_person),
    };

    return cmocka_run_group_tests_name("limits", stories, NULL, NULL);
}
