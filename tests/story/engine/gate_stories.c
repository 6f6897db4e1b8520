/* The commit point (DESIGN 7.3, 7.4): what turns up between the claim and the last byte. */
#include "engine/pulse.h"
#include "store/state_core.h"
#include "stories.h"

static const struct seen *open_with_one(const struct scene *scene)
{
    stage_open(&stage, scene);
    stage_debtor(&stage, "C-1", "I-1", 100);
    stage_start(&stage);
    expect_int("it is submitted", stage_submits(&stage), 1);
    return stage_submit(&stage, 0);
}

static const char *ask(const struct seen *submit)
{
    stage_ask(&stage, submit);
    stage_hear(&stage);
    return stage_answer(&stage, submit);
}

/* DESIGN 9: pending asks get `no: stopping`. */
static void no_yes_while_it_stops(void **state)
{
    const struct seen *submit = open_with_one(&(struct scene){0});
    struct err err = {0};

    (void)state;
    expect_int("stop", pulse_stop(stage.engine, &err), 0);
    expect_text("asked while it stops", ask(submit), "stopping");
}

/* DESIGN 7.7: over an older copy of the state there is no sending, whatever was claimed. */
static void no_yes_over_an_older_copy(void **state)
{
    const struct seen *submit = open_with_one(&(struct scene){0});

    (void)state;
    stage.engine->held = SEND_WITNESS;
    expect_text("asked meanwhile", ask(submit), "stopping");
}

static void no_yes_on_a_full_disk(void **state)
{
    const struct seen *submit = open_with_one(&(struct scene){0});

    (void)state;
    stage_world.disk_full = true;
    expect_text("asked meanwhile", ask(submit), "no_room");
}

/* The clock is judged when the question comes, and not at the next tick. */
static void no_yes_after_a_leap_of_the_clock(void **state)
{
    const struct seen *submit = open_with_one(&(struct scene){0});

    (void)state;
    stand_in.wall += 40 * 3600;
    expect_text("asked at once", ask(submit), "clock");
}

static void no_yes_for_another_token(void **state)
{
    const struct seen *submit = open_with_one(&(struct scene){0});
    struct seen other = *submit;

    (void)state;
    other.token ^= 1;
    expect_text("another token", ask(&other), "unknown_token");
    expect_int("nothing is committed", stage_number(&stage, "SELECT count(*) FROM attempts WHERE status = 'claimed'"),
               1);
    expect_text("its own", ask(submit), "yes");
}

/* Each attempt has a token of its own: what is said late of the first does not become the second's outcome. */
static void each_attempt_has_its_token(void **state)
{
    const struct seen *first = open_with_one(&(struct scene){.channels = "email = [\"mail\"];"});

    (void)state;
    stage_outcome(&stage, first, OUTCOME_REFUSED_FOR_NOW, 0);
    stage_wait(&stage, 7200);
    expect_int("it is tried again", stage_submits(&stage), 2);
    expect_true("with another token", stage_submit(&stage, 1)->token != first->token);
}

/* RULES R40: the further channel was claimed on one day and asks on the next one. */
static void no_yes_for_the_bytes_of_yesterday(void **state)
{
    static const struct scene scene = {
        .steps = "{ name = \"formal\"; action = \"notice\"; at = \"due + 3d\"; deadline = \"10d\";\n"
                 "  send = [\"email\", \"sms\"]; template = \"t\"; }"};
    const struct seen *mail = open_with_one(&scene);

    (void)state;
    stage_deliver(&stage, mail, OUTCOME_ACCEPTED);
    expect_int("the further channel follows", stage_submits(&stage), 2);
    stage_wait(&stage, 20 * 3600);
    expect_text("asked a day later", ask(stage_submit(&stage, 1)), "stale_day");
}

/* RULES R23: a further channel never counts, and its refusal is only logged. */
static void a_further_channel_carries_nothing(void **state)
{
    static const struct scene scene = {
        .steps = "{ name = \"formal\"; action = \"notice\"; at = \"due + 3d\"; deadline = \"10d\";\n"
                 "  send = [\"email\", \"sms\"]; fallback = [\"task\"]; template = \"t\"; }"};
    const struct seen *mail = open_with_one(&scene);

    (void)state;
    stage_deliver(&stage, mail, OUTCOME_ACCEPTED);
    stage_deliver(&stage, stage_submit(&stage, 1), OUTCOME_REFUSED);
    expect_int("the step stands", stage_number(&stage, "SELECT count(*) FROM records WHERE status = 'accepted'"), 1);
    expect_int("it is no person's work", stage_number(&stage, "SELECT count(*) FROM tasks"), 0);
}

/* RULES R40, R22: the day of a message is the customer's, not the business's. */
static void the_day_is_the_customers(void **state)
{
    (void)state;
    stage_open(&stage, &(struct scene){0});
    stage_debtor(&stage, "C-1", "I-1", 100);
    stage_ledger(&stage, "UPDATE customers SET timezone = 'Pacific/Auckland'");
    stand_in.wall += 6 * 3600; /* 15:00 UTC, and in Auckland the day after */
    stage_start(&stage);
    stage_deliver(&stage, stage_submit(&stage, 0), OUTCOME_ACCEPTED);
}

static int refuse_commit(void *unused)
{
    (void)unused;
    return 1;
}

/* DESIGN 7.4: COMMIT, witness, and only then the answer. */
static void no_yes_without_a_commit(void **state)
{
    const struct seen *submit = open_with_one(&(struct scene){0});

    (void)state;
    sqlite3_commit_hook(stage.engine->state->db, refuse_commit, NULL);
    stage_ask(&stage, submit);
    stage_hear(&stage);
    expect_true("it has no yes", strcmp(stage_answer(&stage, submit), "yes") != 0);
    expect_int("the witness says nothing", stage_number(&stage, "SELECT count(*) FROM attempts WHERE committed_at > 0"),
               0);
}

/* ... and what the witness has no line of can never have left: it is sent again, and not in doubt (DESIGN 7.6). */
static void no_yes_without_a_line_of_the_witness(void **state)
{
    const struct seen *submit = open_with_one(&(struct scene){0});

    (void)state;
    stage_world.sync_fails = true;
    stage_ask(&stage, submit);
    stage_hear(&stage);
    expect_true("it has no yes", strcmp(stage_answer(&stage, submit), "yes") != 0);
    expect_true("the engine ends", stage.ended);
    stage_world.sync_fails = false;
    stage_start(&stage);
    expect_int("in doubt", stage_number(&stage, "SELECT count(*) FROM attempts WHERE status = 'uncertain'"), 0);
    expect_int("submitted again", stage_submits(&stage), 2);
}

/* DESIGN 7.4: the no is on record with the gate's own commit, and is no refusal: the rest is stated anew (R40). */
static void a_no_is_on_record_at_once(void **state)
{
    const struct seen *submit = open_with_one(&(struct scene){0});

    (void)state;
    stage_ledger(&stage, "INSERT INTO payments(payment_id, customer_id, invoice_id, paid_on, currency, amount) "
                         "VALUES('P-1', 'C-1', 'I-1', '2030-02-05', 'EUR', 4000)");
    expect_text("a part was paid meanwhile", ask(submit), "amount_changed");
    expect_int("before the sender says a word",
               stage_number(&stage, "SELECT count(*) FROM attempts WHERE status = 'gate_no'"), 1);
    stage_outcome(&stage, submit, OUTCOME_GATE_NO, 0);
    expect_int("the rest goes out", stage_submits(&stage), 2);
    stage_deliver(&stage, stage_submit(&stage, 1), OUTCOME_ACCEPTED);
    expect_int("of 60 euros", stage_number(&stage, "SELECT total FROM notices WHERE status = 'accepted'"), 6000);
}

/* RULES R7: a letter that was written between the claim and the last byte starts the gap, too. */
static void no_yes_inside_the_gap_of_a_letter(void **state)
{
    static const struct scene scene = {.more = "min_gap = \"7d\";",
                                       .limits = "breaker = \"off\"; ramp = \"off\"; per_customer_per_day = 0;"};
    const struct seen *submit = open_with_one(&scene);

    (void)state;
    stage_ledger(&stage, "INSERT INTO invoices(invoice_id, customer_id, issued_on, due_on, currency, amount) "
                         "VALUES('I-2', 'C-1', '2030-01-01', '2030-12-02', 'EUR', 5000)");
    stage_record(&stage, "C-1", "I-2", "first");
    expect_text("asked after the letter", ask(submit), "min_gap");
}

/* RULES R18: what comes to exactly the minimum is claimed, also by the last look. */
static void the_minimum_is_enough(void **state)
{
    const struct seen *submit = open_with_one(&(struct scene){.more = "minimum = [\"100.00 EUR\"];"});

    (void)state;
    expect_text("a hundred of a hundred", ask(submit), "yes");
}

/* RULES R8: what is planned for one customer in one pass is one contact, and his cap of one counts it once. */
static void two_currencies_are_one_contact(void **state)
{
    (void)state;
    stage_open(&stage, &(struct scene){0});
    stage_debtor(&stage, "C-1", "I-1", 100);
    stage_ledger(&stage, "INSERT INTO invoices(invoice_id, customer_id, issued_on, due_on, currency, amount) "
                         "VALUES('I-2', 'C-1', '2030-01-01', '2030-02-02', 'USD', 5000)");
    stage_start(&stage);
    expect_int("both", stage_submits(&stage), 2);
    stage_deliver(&stage, stage_submit(&stage, 0), OUTCOME_ACCEPTED);
    stage_deliver(&stage, stage_submit(&stage, 1), OUTCOME_ACCEPTED);
}

int gate_stories(void)
{
    static const struct CMUnitTest stories[] = {
        STORY(no_yes_while_it_stops),
        STORY(no_yes_over_an_older_copy),
        STORY(no_yes_on_a_full_disk),
        STORY(no_yes_after_a_leap_of_the_clock),
        STORY(no_yes_for_another_token),
        STORY(each_attempt_has_its_token),
        STORY(no_yes_for_the_bytes_of_yesterday),
        STORY(a_further_channel_carries_nothing),
        STORY(the_day_is_the_customers),
        STORY(no_yes_without_a_commit),
        STORY(no_yes_without_a_line_of_the_witness),
        STORY(a_no_is_on_record_at_once),
        STORY(no_yes_inside_the_gap_of_a_letter),
        STORY(the_minimum_is_enough),
        STORY(two_currencies_are_one_contact),
    };

    return cmocka_run_group_tests_name("gate", stories, NULL, NULL);
}
