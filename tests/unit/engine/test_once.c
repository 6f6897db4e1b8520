/*
 * Whole passes against a scripted sender: what is claimed, asked, recorded.
 */
#include "world.h"

static int setup(void **state)
{
    static struct world world;

    world_make(&world);
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    world_unmake(*state);
    return 0;
}

static struct sender_log pass(struct world *world, const char *as_of)
{
    static struct sender_log log;
    struct err err = {0};
    int status = world_once(world, as_of, &log, &err);

    if (status != 0)
        fail_msg("pass as of %s: %d: %s", as_of, status, err.text);
    return log;
}

static void what_is_due_goes_out_once(void **state)
{
    struct world *world = *state;
    struct sender_log log = pass(world, "2026-02-05T09:00");

    expect_int("two messages", log.count, 2);
    for (int i = 0; i < log.count; i++)
        expect_true("asked, told yes, acknowledged", log.seen[i].asked && log.seen[i].yes && log.seen[i].acknowledged);
    expect_int("accepted in the status log", world_count(world, "status.log", " accepted "), 2);
    expect_part("its time is the rehearsal's", world_read(world, "status.log"),
                "2026-02-05T09:00:00Z accepted notice=N-");
    log = pass(world, "2026-02-05T10:00");
    expect_int("nothing twice", log.count, 0);
    log = pass(world, "2026-02-06T09:00");
    expect_int("nothing the next day", log.count, 0);
    log = pass(world, "2026-02-12T09:00");
    expect_int("the second step of both", log.count, 2);
}

static void before_its_day_nothing_goes(void **state)
{
    struct world *world = *state;

    expect_int("a day early", pass(world, "2026-02-04T23:59").count, 0);
}

static void a_payment_of_the_day_stops_it(void **state)
{
    struct world *world = *state;

    world_import(world, IMPORT_PAYMENTS,
                 "payment_id,customer_id,invoice_id,paid_on,currency,amount\nP-1,C-1,I-1,2026-02-05,EUR,100.00\n");
    struct sender_log log = pass(world, "2026-02-05T09:00");
    expect_int("only the other customer", log.count, 1);
    expect_int("before that day it is not known", pass(world, "2026-02-05T10:00").count, 0);
}

static void a_refusal_for_now_is_tried_again_with_the_same_bytes(void **state)
{
    static const struct sender_row rows[] = {
        {.to = "", .times = 2, .no_ask = true, .class = OUTCOME_REFUSED_FOR_NOW, .code = 450, .text = "450 later"},
        {.to = "", .class = OUTCOME_ACCEPTED},
    };
    struct world *world = *state;

    world->rows = rows;
    world->row_count = 1;
    struct sender_log first = pass(world, "2026-02-05T09:00");
    expect_int("both were tried", first.count, 2);
    expect_int("not again at the same moment", pass(world, "2026-02-05T09:00").count, 0);
    world->rows = rows + 1;
    struct sender_log second = pass(world, "2026-02-05T09:30");
    expect_int("both again", second.count, 2);
    for (int i = 0; i < 2; i++) {
        int j = strcmp(first.seen[i].to, second.seen[0].to) == 0 ? 0 : 1;
        expect_text("identical bytes on the same day", second.seen[j].sha256, first.seen[i].sha256);
    }
}

static void another_day_is_another_revision(void **state)
{
    static const struct sender_row rows[] = {{.to = "", .no_ask = true, .class = OUTCOME_REFUSED_FOR_NOW, .code = 450}};
    struct world *world = *state;

    world->rows = rows;
    world->row_count = 1;
    pass(world, "2026-02-05T09:00");
    world->row_count = 0;
    struct sender_log log = pass(world, "2026-02-06T09:00");
    expect_int("both", log.count, 2);
    expect_part("RULES R40", log.seen[0].to, "-r2.eml");
}

static void an_uncertain_one_is_never_sent_again(void **state)
{
    static const struct sender_row rows[] = {
        {.to = "N-000001", .class = OUTCOME_UNCERTAIN, .code = 0, .text = "reply lost"}};
    struct world *world = *state;

    world->rows = rows;
    world->row_count = 1;
    expect_int("both", pass(world, "2026-02-05T09:00").count, 2);
    expect_int("said", world_count(world, "status.log", " uncertain "), 1);
    world->row_count = 0;
    expect_int("not the day after", pass(world, "2026-02-06T09:00").count, 0);
    expect_int("the second step of the other one only", pass(world, "2026-02-20T09:00").count, 1);
}

static void a_refusal_for_good_becomes_a_task(void **state)
{
    static const struct sender_row rows[] = {
        {.to = "", .class = OUTCOME_REFUSED, .code = 550, .text = "550 <bert@shop.invalid> unknown"}};
    struct world *world = *state;

    world->rows = rows;
    world->row_count = 1;
    pass(world, "2026-02-05T09:00");
    expect_int("tasks", world_count(world, "status.log", " task "), 2);
    expect_int("no address in the log", world_count(world, "status.log", "bert@"), 0);
    expect_part("a mask instead", world_read(world, "status.log"), "<recipient>");
    world->row_count = 0;
    expect_int("the step waits", pass(world, "2026-02-20T09:00").count, 0);
}

static void a_sender_that_dies_leaves_one_in_doubt(void **state)
{
    static const struct sender_row rows[] = {
        {.to = "N-000001", .die_after_yes = true},
        {.to = "N-000002", .no_ask = true, .class = OUTCOME_REFUSED_FOR_NOW, .code = 450, .text = "450 later"},
    };
    struct world *world = *state;
    struct err err = {0};

    world->rows = rows;
    world->row_count = 2;
    rmdir(world_path(world, "outbox")); /* or the folder could be asked */
    /* The engine looks for another sender and does not find the program: the pass fails, nothing is guessed. */
    world_once(world, "2026-02-05T09:00", NULL, &err);
    world->row_count = 0;
    struct sender_log log = pass(world, "2026-02-05T10:00");
    expect_int("the doubtful one is held", world_count(world, "status.log", " uncertain "), 1);
    expect_int("the other one goes", log.count, 1);
    expect_part("it alone", log.seen[0].to, "N-000002");
}

static void rates_hold_back(void **state)
{
    struct world *world = *state;

    world_limits(world, "per_hour = 1; breaker = \"off\"; ramp = \"off\"");
    expect_int("one in the first hour", pass(world, "2026-02-05T09:00").count, 1);
    expect_int("none within it", pass(world, "2026-02-05T09:30").count, 0);
    expect_int("the other one after it", pass(world, "2026-02-05T10:00").count, 1);
}

static void the_breaker_holds_and_asks(void **state)
{
    struct world *world = *state;

    world_limits(world, "breaker = \"3x\"; breaker_floor = 1; ramp = \"off\"");
    expect_int("two are more than one", pass(world, "2026-02-05T09:00").count, 0);
    expect_int("asked", world_count(world, "status.log", "blocked reason=breaker"), 1);
    pass(world, "2026-02-05T10:00");
    expect_int("asked once a day", world_count(world, "status.log", "blocked reason=breaker"), 1);
}

static void a_rehearsal_state_is_for_rehearsals(void **state)
{
    struct world *world = *state;
    struct err err = {0};

    pass(world, "2026-02-05T09:00");
    world_write(world, "providers/box.conf",
                "provider = { name = \"box\"; kind = \"smtp\"; url = \"smtp://127.0.0.1:25\"; tls = \"none\"; };\n");
    expect_true("a real provider is refused", world_once(world, "", NULL, &err) != 0);
    expect_int("by a rule", (int)err.code, ERR_REFUSED);
    expect_true("and no rehearsal has one", world_once(world, "2026-02-06T09:00", NULL, &err) != 0);
    expect_int("which is wrong usage", (int)err.code, ERR_USAGE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(what_is_due_goes_out_once),
        TEST(before_its_day_nothing_goes),
        TEST(a_payment_of_the_day_stops_it),
        TEST(a_refusal_for_now_is_tried_again_with_the_same_bytes),
        TEST(another_day_is_another_revision),
        TEST(an_uncertain_one_is_never_sent_again),
        TEST(a_refusal_for_good_becomes_a_task),
        TEST(a_sender_that_dies_leaves_one_in_doubt),
        TEST(rates_hold_back),
        TEST(the_breaker_holds_and_asks),
        TEST(a_rehearsal_state_is_for_rehearsals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
