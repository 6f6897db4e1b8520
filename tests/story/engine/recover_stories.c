/* After an end, of the engine or of the sender: what is known, what is in doubt, what goes again (DESIGN 7.6, 7.7). */
#include <unistd.h>

#include "base/arena.h"
#include "stories.h"
#include "wire/request.h"

static int64_t count_of(const char *status)
{
    char sql[96];

    snprintf(sql, sizeof sql, "SELECT count(*) FROM attempts WHERE status = '%s'", status);
    return stage_number(&stage, sql);
}

static const struct seen *open_with_yes(const struct scene *scene)
{
    const struct seen *submit;

    stage_open(&stage, scene);
    stage_debtor(&stage, "C-1", "I-1", 100);
    stage_start(&stage);
    submit = stage_submit(&stage, 0);
    stage_ask(&stage, submit);
    stage_rest(&stage);
    expect_text("the gate", stage_answer(&stage, submit), "yes");
    expect_int("and so it is on record", count_of("committing"), 1);
    return submit;
}

static void in_hand(const struct seen *submit)
{
    stage.held[0] = submit;
    stage.held_count = submit != NULL;
}

/* What the sender still has in hand is waited for, and its outcome is believed. */
static void what_is_in_hand_is_waited_for(void **state)
{
    const struct seen *submit = open_with_yes(&(struct scene){0});

    (void)state;
    stage_stop(&stage);
    in_hand(submit);
    stage_start(&stage);
    expect_int("doubt", count_of("uncertain"), 0);
    expect_int("it is on its way", count_of("committing"), 1);
    stage_outcome(&stage, submit, OUTCOME_ACCEPTED, 0);
    expect_int("accepted", count_of("accepted"), 1);
    expect_int("it is sent once", stage_submits(&stage), 1);
}

/* The sender ends, and another one comes that holds this, or nothing. */
static void comes_back(const struct seen *submit)
{
    stage_leave(&stage);
    in_hand(submit);
    stage_wait(&stage, 1); /* its end is seen, and after a while another one is looked for */
    stage_wait(&stage, 60);
    expect_true("it is back", stage.post >= 0);
}

/* What the sender had in hand the last time counts for nothing when it comes back without it. */
static void what_it_had_in_hand_before_counts_for_nothing(void **state)
{
    const struct seen *submit = open_with_yes(&(struct scene){0});

    (void)state;
    comes_back(submit);
    expect_int("with it", count_of("committing"), 1);
    comes_back(NULL);
    expect_int("without it", count_of("uncertain"), 1);
    expect_int("it is never sent again", stage_submits(&stage), 1);
}

/* A folder can be asked: what lies in it was sent. */
static void what_lies_in_its_folder_was_sent(void **state)
{
    const struct seen *submit = open_with_yes(&(struct scene){.channels = "email = [\"box\"];"});
    struct arena *arena = arena_new(0);
    struct request request;
    struct err err = {0};
    char name[128];

    (void)state;
    if (request_unpack(submit->bytes, submit->length, arena, &request, &err) != 0)
        fail_msg("%s", err.text);
    snprintf(name, sizeof name, "outbox/%s", request.file);
    FILE *file = fopen(stage_path(&stage, name), "we");
    expect_true("its file", file != NULL && fwrite(request.body, 1, request.body_length, file) == request.body_length);
    fclose(file);
    arena_free(&arena);
    stage_stop(&stage);
    stage_start(&stage);
    expect_int("accepted", count_of("accepted"), 1);
    expect_int("the step is reached", stage_number(&stage, "SELECT count(*) FROM records WHERE status = 'accepted'"),
               1);
    expect_int("it is sent once", stage_submits(&stage), 1);
}

/* An older copy of the state lacks one send that the witness knows: nothing is sent until a person says `recover`. */
static void over_an_older_copy_nothing_is_sent(void **state)
{
    (void)state;
    stage_open(&stage, &(struct scene){0});
    stage_start(&stage);
    stage_stop(&stage);
    stage_keep_state(&stage);
    stage_debtor(&stage, "C-1", "I-1", 100);
    stage_start(&stage);
    stage_deliver(&stage, stage_submit(&stage, 0), OUTCOME_ACCEPTED);
    stage_stop(&stage);
    stage_restore_state(&stage);
    stage_start(&stage);
    stage_wait(&stage, 600);
    expect_int("claimed over the older copy", stage_number(&stage, "SELECT count(*) FROM attempts"), 0);
    expect_int("submitted", stage_submits(&stage), 1);
    stage_request(&stage, "approve-breaker");
    stage_wait(&stage, 600);
    expect_int("let go by the wrong word", stage_submits(&stage), 1);
    stage_request(&stage, "recover");
    for (int i = 0; i < 5; i++)
        stage_wait(&stage, 60);
    expect_int("it is on record as uncertain", count_of("uncertain"), 1);
    expect_int("it is never sent again", stage_submits(&stage), 1);
}

/*
 * The copy was made between a claim and its commit: it knows the attempt, but not that its `yes` left.  Nothing is
 * sent until a person says `recover`, however often it starts, and never that message again.
 */
static void a_copy_from_between_claim_and_commit(void **state)
{
    (void)state;
    stage_open(&stage, &(struct scene){0});
    stage_debtor(&stage, "C-1", "I-1", 100);
    stage_start(&stage);
    stage_keep_state(&stage);
    moment_t began = stand_in.wall;
    stage_deliver(&stage, stage_submit(&stage, 0), OUTCOME_ACCEPTED);
    stage_stop(&stage);
    stage_restore_state(&stage);
    stage_debtor(&stage, "C-2", "I-2", 100);
    for (int i = 0; i < 3; i++) {
        stage_start(&stage);
        stage_wait(&stage, 600);
        expect_int("submitted", stage_submits(&stage), 1);
        expect_int("in doubt", count_of("uncertain"), 1);
        stage_stop(&stage);
    }
    stage_start(&stage);
    expect_int("since its yes", stage_number(&stage, "SELECT committed_at FROM attempts WHERE id = 1"), began);
    stage_request(&stage, "recover");
    stage_wait(&stage, 60);
    expect_int("the other customer's goes", stage_submits(&stage), 2);
    stage_settle(&stage, "email", true);
    stage_wait(&stage, 60);
    expect_int("once", stage_number(&stage, "SELECT count(*) FROM records WHERE status = 'accepted'"), 1);
    expect_int("never again", stage_submits(&stage), 2);
}

/* A send log that has lost lines is no witness: what may have left is in doubt, and is not sent again. */
static void a_log_that_has_lost_lines_is_no_witness(void **state)
{
    const struct seen *second;

    (void)state;
    stage_open(&stage, &(struct scene){0});
    stage_debtor(&stage, "C-1", "I-1", 100);
    stage_debtor(&stage, "C-2", "I-2", 100);
    stage_start(&stage);
    stage_deliver(&stage, stage_submit(&stage, 0), OUTCOME_ACCEPTED);
    second = stage_submit(&stage, 1);
    stage_ask(&stage, second);
    stage_rest(&stage);
    expect_text("the gate", stage_answer(&stage, second), "yes");
    stage_stop(&stage);
    expect_int("lines are lost", truncate(stage_path(&stage, "witness/send.log"), 0), 0);
    stage_start(&stage);
    stage_wait(&stage, 60);
    expect_int("in doubt", count_of("uncertain"), 1);
    expect_int("it is never sent again", stage_submits(&stage), 2);
}

/* RULES R23: a further channel never counts, not even where it is all that is known to have arrived. */
static void a_further_channel_never_counts(void **state)
{
    static const struct scene scene = {
        .steps = "{ name = \"formal\"; action = \"notice\"; at = \"due + 3d\"; deadline = \"10d\";\n"
                 "  send = [\"email\", \"sms\"]; template = \"t\"; }"};

    (void)state;
    stage_open(&stage, &scene);
    stage_debtor(&stage, "C-1", "I-1", 100);
    stage_start(&stage);
    stage_keep_state(&stage);
    stage_deliver(&stage, stage_submit(&stage, 0), OUTCOME_ACCEPTED);
    stage_deliver(&stage, stage_submit(&stage, 1), OUTCOME_ACCEPTED);
    stage_stop(&stage);
    stage_restore_state(&stage);
    stage_start(&stage);
    stage_request(&stage, "recover");
    stage_wait(&stage, 60);
    expect_int("both are in doubt", count_of("uncertain"), 2);
    stage_settle(&stage, "sms", true);
    stage_wait(&stage, 60);
    expect_int("the step is not reached",
               stage_number(&stage, "SELECT count(*) FROM records WHERE status = 'accepted'"), 0);
    stage_settle(&stage, "email", true);
    stage_wait(&stage, 60);
    expect_int("now it is", stage_number(&stage, "SELECT count(*) FROM records WHERE status = 'accepted'"), 1);
    expect_int("neither is sent again", stage_submits(&stage), 2);
}

int recover_stories(void)
{
    static const struct CMUnitTest stories[] = {
        STORY(what_is_in_hand_is_waited_for),           STORY(what_it_had_in_hand_before_counts_for_nothing),
        STORY(what_lies_in_its_folder_was_sent),        STORY(over_an_older_copy_nothing_is_sent),
        STORY(a_copy_from_between_claim_and_commit),    STORY(a_further_channel_never_counts),
        STORY(a_log_that_has_lost_lines_is_no_witness),
    };

    return cmocka_run_group_tests_name("recovery", stories, NULL, NULL);
}
