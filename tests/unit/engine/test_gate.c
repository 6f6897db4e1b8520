/*
 * The gate: what happens between the claim and the last byte decides.  The
 * scripted sender does the deed itself, right before it asks.
 */
#include <sys/socket.h>

#include "engine/gate.h"
#include "engine/work.h"
#include "world.h"

static struct world world;

static int setup(void **state)
{
    (void)state;
    world_make(&world);
    world_import(&world, IMPORT_INVOICES,
                 "invoice_id,customer_id,issued_on,due_on,currency,amount\nI-3,C-1,2026-01-01,2026-02-02,EUR,30.00\n");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    world_unmake(&world);
    return 0;
}

/* ---- deeds ---- */

static void nothing(void)
{
}

static void pay_all(void)
{
    world_import(&world, IMPORT_PAYMENTS,
                 "payment_id,customer_id,invoice_id,paid_on,currency,amount\n"
                 "P-1,C-1,I-1,2026-02-05,EUR,100.00\nP-2,C-1,I-3,2026-02-05,EUR,30.00\n");
}

static void pay_a_part(void)
{
    world_import(&world, IMPORT_PAYMENTS,
                 "payment_id,customer_id,invoice_id,paid_on,currency,amount\nP-1,C-1,I-1,2026-02-05,EUR,40.00\n");
}

static void pay_somebody_elses(void)
{
    world_import(&world, IMPORT_PAYMENTS,
                 "payment_id,customer_id,invoice_id,paid_on,currency,amount\nP-1,C-2,I-2,2026-02-05,EUR,50.00\n");
}

static void dispute(void)
{
    world_import(&world, IMPORT_INVOICES,
                 "invoice_id,customer_id,issued_on,due_on,currency,amount,status\n"
                 "I-1,C-1,2026-01-01,2026-02-02,EUR,100.00,disputed\n");
}

static void write_off(void)
{
    world_import(&world, IMPORT_INVOICES,
                 "invoice_id,customer_id,issued_on,due_on,currency,amount,status\n"
                 "I-1,C-1,2026-01-01,2026-02-02,EUR,100.00,written_off\n"
                 "I-3,C-1,2026-01-01,2026-02-02,EUR,30.00,void\n");
}

static struct state *facts(struct err *err)
{
    struct state *state = NULL;

    if (state_open(&state, world_path(&world, "state"), STATE_FACTS, err) != 0)
        fprintf(stderr, "%s\n", err->text);
    return state;
}

static void hold(void)
{
    struct err err = {0};
    struct state *state = facts(&err);
    struct hold hold = {.scope = HOLD_CUSTOMER,
                        .kind = HOLD_OPERATOR,
                        .target = "C-1",
                        .reason = "asked",
                        .author = "jo",
                        .start_at = 1770282000,
                        .until = DAY_NONE,
                        .released_at = MOMENT_NONE};

    if (facts_hold(state, &hold, "C-1", &err) != 0)
        fprintf(stderr, "%s\n", err.text);
    state_close(&state);
}

static void opt_out(void)
{
    struct err err = {0};
    struct state *state = facts(&err);

    if (facts_optout(state, &(struct optout_change){"email", "anna@shop.invalid", true},
                     &(struct said){"jo", "asked", 1770282000}, &err) != 0)
        fprintf(stderr, "%s\n", err.text);
    state_close(&state);
}

/* ---- what it leads to ---- */

static void the_last_look_decides(void **unused)
{
    static const struct {
        const char *remark;
        void (*deed)(void);
        bool yes;
        const char *reason;
    } cases[] = {
        {"nothing happened", nothing, true, ""},
        {"another customer paid", pay_somebody_elses, true, ""},
        {"all is paid", pay_all, false, "settled"},
        {"a part is paid", pay_a_part, false, "amount_changed"},
        {"one item is disputed", dispute, false, "disputed"},
        {"written off", write_off, false, "written_off"},
        {"a hold was laid", hold, false, "held"},
        {"opted out", opt_out, false, ""},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct sender_row rows[] = {{.to = "N-000001", .times = 1, .before_ask = cases[i].deed}};
        static struct sender_log log;
        struct err err = {0};
        teardown(unused);
        setup(unused);
        world.rows = rows;
        world.row_count = 1;
        if (world_once(&world, "2026-02-05T09:00", &log, &err) != 0)
            fail_msg("%s: %s", cases[i].remark, err.text);
        expect_true(cases[i].remark, log.count >= 1 && log.seen[0].asked);
        expect_int(cases[i].remark, log.seen[0].yes, cases[i].yes);
        if (cases[i].reason[0] != '\0')
            expect_text(cases[i].remark, log.seen[0].reason, cases[i].reason);
        expect_int(cases[i].remark, world_count(&world, "status.log", " stopped_at_commit notice=N-000001 "),
                   !cases[i].yes);
        expect_true(cases[i].remark, log.seen[0].acknowledged);
    }
}

/* The rest is stated anew and goes at once: RULES R40. */
static void a_part_payment_leads_to_a_new_revision(void **unused)
{
    const struct sender_row rows[] = {{.to = "N-000001", .times = 1, .before_ask = pay_a_part}};
    static struct sender_log log;
    struct err err = {0};

    (void)unused;
    world.rows = rows;
    world.row_count = 1;
    expect_int("pass", world_once(&world, "2026-02-05T09:00", &log, &err), 0);
    int again = -1;
    for (int i = 1; i < log.count; i++)
        if (strstr(log.seen[i].to, "N-000001"))
            again = i;
    expect_true("a second one", again > 0 && log.seen[again].yes);
    expect_part("of revision 2", log.seen[again].to, "-r2");
    expect_part("over what is left", world_read(&world, "status.log"), "amount=90.00");
}

static void ask_as(struct engine *engine, int64_t attempt, uint64_t token)
{
    struct frame ask = {.type = FRAME_ASK,
                        .attempt = attempt,
                        .token = token,
                        .name = "",
                        .reason = "",
                        .text = "",
                        .provider_id = "",
                        .fd = -1};
    struct err err = {0};

    struct gate_turn gate = gate_turn_open(engine, &ask, 1);
    expect_int("begin", engine_begin(engine, &err), 0);
    expect_int("decided", gate_turn_decide(&gate, &err), 0);
    expect_int("committed", engine_commit(engine, &err), 0);
    expect_int("answered", gate_turn_close(&gate, true, &err), 0);
}

/* An engine without a loop: its answers are read from the other end of a socket. */
static enum frame_type answer_to(int64_t attempt, uint64_t token, bool stopping, char *reason, size_t size)
{
    struct engine_options options = {.once = true, .progress = true, .rehearsal = true, .sender = "", .sender_fd = -1};
    struct arena *arena = arena_new(0);
    struct frame frame = {0};
    struct err err = {0};
    int pair[2];

    expect_int("pair", socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair), 0);
    parse_local("2026-02-05T09:00", &options.as_of, &options.as_of_seconds);
    options.sender_fd = pair[0];
    struct engine *engine = calloc(1, sizeof *engine);
    expect_int("start", engine_start(engine, &options, world_config(&world), &err), 0);
    engine->stopping = stopping;
    ask_as(engine, attempt, token);
    expect_int("an answer", frame_receive(pair[1], arena, &frame), 1);
    snprintf(reason, size, "%s", frame.reason);
    engine_close(engine);
    free(engine);
    close(pair[1]);
    arena_free(&arena);
    return frame.type;
}

static void an_unknown_token_gets_no(void **unused)
{
    char reason[40];

    (void)unused;
    expect_int("no", (int)answer_to(77, 4711, false, reason, sizeof reason), FRAME_NO);
    expect_text("reason", reason, "unknown_token");
}

/* Asked again after a start, or with another token: the attempt is over. */
static void what_was_sent_gets_no_second_yes(void **unused)
{
    static struct sender_log log;
    struct err err = {0};
    char reason[40];

    (void)unused;
    expect_int("pass", world_once(&world, "2026-02-05T09:00", &log, &err), 0);
    expect_int("no", (int)answer_to(log.seen[0].attempt, log.seen[0].token, false, reason, sizeof reason), FRAME_NO);
    expect_text("reason", reason, "unknown_token");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_last_look_decides),
        TEST(a_part_payment_leads_to_a_new_revision),
        TEST(an_unknown_token_gets_no),
        TEST(what_was_sent_gets_no_second_yes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
