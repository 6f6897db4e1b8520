/* Ways out: which provider a message goes to, when it is tried again, and with which bytes. */
#include "stories.h"

static const char one_mail[] = "email = [\"mail\"]; sms = [\"text\"];";

static const struct seen *open_with_one(const struct scene *scene)
{
    stage_open(&stage, scene);
    stage_debtor(&stage, "C-1", "I-1", 100);
    stage_start(&stage);
    expect_int("it is submitted", stage_submits(&stage), 1);
    return stage_submit(&stage, 0);
}

/* DESIGN 7: the next provider of a channel is tried after a refusal for now. */
static void the_next_provider_after_a_refusal_for_now(void **state)
{
    const struct seen *first = open_with_one(&(struct scene){0});

    (void)state;
    expect_text("first", first->provider, "mail");
    stage_outcome(&stage, first, OUTCOME_REFUSED_FOR_NOW, 0);
    stage_wait(&stage, 3600);
    expect_true("tried again", stage_submits(&stage) > 1);
    expect_text("then", stage_submit(&stage, 1)->provider, "mail2");
}

/* DESIGN 7.2: a retry of the day sends the identical bytes. */
static void a_retry_sends_the_same_bytes(void **state)
{
    const struct seen *first = open_with_one(&(struct scene){.channels = one_mail}), *second;

    (void)state;
    stage_outcome(&stage, first, OUTCOME_REFUSED_FOR_NOW, 0);
    stage_wait(&stage, 3600);
    second = stage_submit(&stage, 1);
    expect_int("length", (intmax_t)second->length, (intmax_t)first->length);
    expect_int("bytes", memcmp(second->bytes, first->bytes, first->length), 0);
}

static void the_next_provider_where_the_first_is_misconfigured(void **state)
{
    const struct seen *first = open_with_one(&(struct scene){0});

    (void)state;
    stage_outcome(&stage, first, OUTCOME_MISCONFIGURED, 0);
    stage_wait(&stage, 60);
    expect_int("at once", stage_submits(&stage), 2);
    expect_text("then", stage_submit(&stage, 1)->provider, "mail2");
}

/* DESIGN 7.5, 7: what was never handed over is no doubt; nobody has turned it away, so it stays where it is. */
static void what_was_not_handed_over_is_tried_again(void **state)
{
    const struct seen *first = open_with_one(&(struct scene){0});

    (void)state;
    stage_deliver(&stage, first, OUTCOME_NOT_HANDED_OVER);
    expect_int("doubt", stage_number(&stage, "SELECT count(*) FROM attempts WHERE status = 'uncertain'"), 0);
    stage_wait(&stage, 3600);
    expect_int("again", stage_submits(&stage), 2);
    expect_text("there", stage_submit(&stage, 1)->provider, "mail");
}

/* A provider that says when to come back is not asked before; another customer's message may go meanwhile. */
static void a_provider_says_when(void **state)
{
    const struct seen *first = open_with_one(&(struct scene){.channels = one_mail});

    (void)state;
    stage_outcome(&stage, first, OUTCOME_REFUSED_FOR_NOW, 4 * 3600);
    stage_wait(&stage, 3 * 3600);
    expect_int("three hours later", stage_submits(&stage), 1);
    stage_debtor(&stage, "C-2", "I-2", 100);
    stage_wait(&stage, 60);
    expect_int("only the other customer's", stage_submits(&stage), 2);
    expect_true("another message", stage_submit(&stage, 1)->length != first->length ||
                                       memcmp(stage_submit(&stage, 1)->bytes, first->bytes, first->length) != 0);
    stage_wait(&stage, 3600);
    expect_int("four hours later", stage_submits(&stage), 3);
}

/* DESIGN 7: `misconfigured` stops the provider and keeps the message. */
static void a_stopped_provider_is_left_alone(void **state)
{
    const struct seen *first = open_with_one(&(struct scene){.channels = one_mail});

    (void)state;
    stage_outcome(&stage, first, OUTCOME_MISCONFIGURED, 0);
    stage_debtor(&stage, "C-2", "I-2", 100);
    for (int i = 0; i < 10; i++)
        stage_wait(&stage, 300);
    expect_int("for 50 minutes", stage_submits(&stage), 1);
    for (int i = 0; i < 10; i++)
        stage_wait(&stage, 300);
    expect_int("both are kept", stage_submits(&stage), 3);
}

static void debtors(int count)
{
    char name[16], invoice[16];

    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "C-%d", i);
        snprintf(invoice, sizeof invoice, "I-%d", i);
        stage_debtor(&stage, name, invoice, 100);
    }
}

/* DESIGN 7a: at most twice as many submits as connections are outstanding. */
static void two_submits_a_connection(void **state)
{
    (void)state;
    stage_open(&stage, &(struct scene){.channels = one_mail, .connections = 1});
    debtors(5);
    stage_start(&stage);
    expect_int("two", stage_submits(&stage), 2);
    stage_deliver(&stage, stage_submit(&stage, 0), OUTCOME_ACCEPTED);
    stage_deliver(&stage, stage_submit(&stage, 1), OUTCOME_ACCEPTED);
    expect_int("two more", stage_submits(&stage), 4);
}

/* A provider's own rate, and the next second goes on by itself. */
static void no_more_in_a_second_than_the_provider_takes(void **state)
{
    (void)state;
    stage_open(&stage, &(struct scene){.channels = "email = [\"slow\"];"});
    debtors(6);
    stage_start(&stage);
    for (int all = 2; all <= 6; all += 2) {
        expect_int("in this second", stage_submits(&stage), all);
        stage_deliver(&stage, stage_submit(&stage, all - 2), OUTCOME_ACCEPTED);
        stage_deliver(&stage, stage_submit(&stage, all - 1), OUTCOME_ACCEPTED);
        expect_int("still in this second", stage_submits(&stage), all);
        stage_wait(&stage, 1);
    }
}

/* A claim that cannot be recorded is not handed out, and gives its place back. */
static void a_claim_that_is_not_on_record_takes_no_place(void **state)
{
    (void)state;
    stage_open(&stage, &(struct scene){.channels = one_mail, .connections = 1});
    stage_start(&stage);
    stage_number(&stage, "CREATE TRIGGER no_claims BEFORE INSERT ON attempts "
                         "BEGIN SELECT raise(ABORT, 'the story says so'); END");
    debtors(3);
    for (int i = 0; i < 4; i++)
        stage_wait(&stage, 60);
    expect_int("none", stage_submits(&stage), 0);
    stage_number(&stage, "DROP TRIGGER no_claims");
    stage_wait(&stage, 3600);
    expect_int("two places", stage_submits(&stage), 2);
}

/* A handoff goes to the agency that its step names. */
static void the_agency_of_the_step(void **state)
{
    static const struct scene scene = {
        .steps = "{ name = \"formal\"; action = \"notice\"; at = \"due + 3d\"; deadline = \"5d\"; send = [\"email\"]; "
                 "template = \"t\"; },\n"
                 "{ name = \"agency\"; action = \"handoff\"; at = \"deadline + 3d\"; agency = \"agent2\"; "
                 "template = \"t\"; }"};
    const struct seen *formal = open_with_one(&scene);

    (void)state;
    stage_deliver(&stage, formal, OUTCOME_ACCEPTED);
    for (int i = 0; i < 10; i++)
        stage_wait(&stage, 86400);
    expect_int("it is handed over", stage_submits(&stage), 2);
    expect_text("to", stage_submit(&stage, 1)->provider, "agent2");
}

int way_stories(void)
{
    static const struct CMUnitTest stories[] = {
        STORY(the_next_provider_after_a_refusal_for_now),
        STORY(the_next_provider_where_the_first_is_misconfigured),
        STORY(a_retry_sends_the_same_bytes),
        STORY(what_was_not_handed_over_is_tried_again),
        STORY(a_provider_says_when),
        STORY(a_stopped_provider_is_left_alone),
        STORY(two_submits_a_connection),
        STORY(no_more_in_a_second_than_the_provider_takes),
        STORY(a_claim_that_is_not_on_record_takes_no_place),
        STORY(the_agency_of_the_step),
    };

    return cmocka_run_group_tests_name("ways", stories, NULL, NULL);
}
