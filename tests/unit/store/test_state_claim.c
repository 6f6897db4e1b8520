/* Claims, identical bytes, the commit point, recovery, revisions, the order of what goes first. */
#include "unit/store/state_fixture.h"

#define MESSAGES "SELECT status FROM messages ORDER BY id"

static size_t claimable(struct world *world, moment_t now, size_t max, struct message **out)
{
    struct message_list found;

    must(world, state_claimable(world->state, &(struct due){now, max}, world->arena, &found, &world->err));
    *out = found.list;
    return found.count;
}

static void test_a_claim_is_kept_whole(void **unused)
{
    struct message *message;
    struct attempt *attempt;
    struct claim made;
    struct world world;
    struct request_bytes stored;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    must(&world, state_request(world.state, 1, world.arena, &stored, &world.err));
    assert_null(stored.bytes);
    made = claim(&world, 1, NOW + 5);
    world_reopen(&world);
    must(&world, state_message(world.state, 1, world.arena, &message, &world.err));
    assert_int_equal(message->status, MESSAGE_IN_FLIGHT);
    assert_int_equal(message->attempts, 1);
    assert_int_equal(message->rendered_on, TODAY);
    assert_int_equal(message->claimed_at, NOW + 5);
    assert_string_equal(message->provider, "smarthost");
    assert_string_equal(message->message_id, "<n1.c1.r1@books.example>");
    must(&world, state_request(world.state, 1, world.arena, &stored, &world.err));
    assert_int_equal(stored.length, made.request_length);
    assert_memory_equal(stored.bytes, made.request, stored.length);
    must(&world, state_attempt(world.state, made.attempt, world.arena, &attempt, &world.err));
    assert_int_equal(attempt->status, ATTEMPT_CLAIMED);
    assert_int_equal(attempt->token, made.token);
    assert_int_equal(attempt->n, 1);
    assert_int_equal(attempt->notice, 1);
    assert_int_equal(attempt->ledger_version, 7);
    assert_int_equal(attempt->committed_at, MOMENT_NONE);
    assert_int_equal(strlen(attempt->sha256), 64);
    world_close(&world);
}

static void refuse_claim(struct world *world, struct claim *claim)
{
    must(world, state_begin(world->state, &world->err));
    assert_int_equal(state_claim(world->state, claim, &world->err), -1);
    assert_int_equal(world->err.code, ERR_REFUSED);
    state_rollback(world->state);
}

static void test_only_planned_messages_are_claimed(void **unused)
{
    struct claim again;
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    claim(&world, 1, NOW);
    again = claim_of(&world, 1, NOW);
    refuse_claim(&world, &again);
    again = claim_of(&world, 99, NOW);
    refuse_claim(&world, &again);
    world_close(&world);
}

/* I6 */
static void test_a_revision_has_one_set_of_bytes(void **unused)
{
    struct claim other;
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    deliver(&world, 1, OUTCOME_REFUSED_FOR_NOW, NOW);
    other = claim_of(&world, 1, NOW + HOUR);
    other.sha256[0] ^= 1;
    refuse_claim(&world, &other);
    deliver(&world, 1, OUTCOME_ACCEPTED, NOW + HOUR);
    assert_int_equal(number_of(&world, "SELECT count(DISTINCT sha256) FROM attempts"), 1);
    assert_int_equal(number_of(&world, "SELECT max(n) FROM attempts"), 2);
    world_close(&world);
}

/* ---- the fresh statement ---- */

static void test_a_claim_restates(void **unused)
{
    struct notice *notice, *restated, *stored;
    struct claim made;
    struct world world;

    (void)unused;
    world_open(&world);
    notice = new_notice(&world, STEP_FORMAL, 2);
    plan(&world, notice, NOW);
    restated = new_notice(&world, STEP_FORMAL, 1); /* the second item is paid */
    restated->total = 9000;
    restated->items[0].open = 9000;
    restated->items[0].deadline = restated->deadline = TODAY + 20;
    restated->on = TODAY + 1;
    made = claim_of(&world, 1, NOW + DAY_SECONDS);
    made.restated = restated;
    must(&world, state_begin(world.state, &world.err));
    must(&world, state_claim(world.state, &made, &world.err));
    must(&world, state_commit(world.state, &world.err));
    must(&world, state_notice(world.state, 1, world.arena, &stored, &world.err));
    assert_int_equal(stored->total, 9000);
    assert_int_equal(stored->on, TODAY + 1);
    assert_int_equal(stored->deadline, TODAY + 20);
    assert_int_equal(stored->item_count, 1);
    assert_string_equal(words_of(&world, "SELECT status FROM records ORDER BY invoice_id"), "planned withdrawn");
    assert_int_equal(number_of(&world, "SELECT amount FROM events WHERE kind = 'claimed'"), 9000);
    assert_true(commit_point(&world, &made, NOW + DAY_SECONDS));
    assert_true(report(&world, &(struct outcome){.attempt = made.attempt,
                                                 .token = made.token,
                                                 .class = OUTCOME_ACCEPTED,
                                                 .phase = "",
                                                 .text = "",
                                                 .public_text = "",
                                                 .provider_id = "",
                                                 .at = NOW + DAY_SECONDS}));
    assert_int_equal(number_of(&world, "SELECT deadline FROM records WHERE status = 'accepted'"), TODAY + 20);
    world_close(&world);
}

/* The SMS that follows the mail a day later says new figures, but what the mail said is what binds. */
static void test_an_accepted_statement_stays(void **unused)
{
    struct notice *notice, *restated;
    struct claim made;
    struct world world;

    (void)unused;
    world_open(&world);
    notice = new_notice(&world, STEP_FORMAL, 1);
    add_message(notice, plan_of(CHANNEL_SMS, "+49 170 1234567", true, false));
    plan(&world, notice, NOW);
    deliver(&world, 1, OUTCOME_ACCEPTED, NOW);
    restated = new_notice(&world, STEP_FORMAL, 1);
    restated->deadline = restated->items[0].deadline = TODAY + 30;
    made = claim_of(&world, 2, NOW + DAY_SECONDS);
    made.restated = restated;
    must(&world, state_begin(world.state, &world.err));
    must(&world, state_claim(world.state, &made, &world.err));
    must(&world, state_commit(world.state, &world.err));
    assert_int_equal(number_of(&world, "SELECT deadline FROM notices"), TODAY + 14);
    assert_int_equal(number_of(&world, "SELECT deadline FROM notice_items"), TODAY + 14);
    assert_int_equal(number_of(&world, "SELECT deadline FROM records"), TODAY + 14);
    world_close(&world);
}

/* ---- commit point ---- */

static void test_commit_point_is_compare_and_set(void **unused)
{
    struct claim made, wrong;
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    made = claim(&world, 1, NOW);
    wrong = made;
    wrong.token++;
    assert_false(commit_point(&world, &wrong, NOW + 1));
    wrong = made;
    wrong.attempt++;
    assert_false(commit_point(&world, &wrong, NOW + 1));
    assert_true(commit_point(&world, &made, NOW + 1));
    assert_false(commit_point(&world, &made, NOW + 2)); /* a second ask of the same attempt */
    assert_int_equal(number_of(&world, "SELECT committed_at FROM attempts"), NOW + 1);
    world_close(&world);
}

/* A token above 2^63 comes back as it went in. */
static void test_large_tokens(void **unused)
{
    struct attempt *attempt;
    struct claim made;
    struct world world;

    (void)unused;
    world_open(&world);
    world.next_token = UINT64_C(0xfedcba9876543210);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    made = claim(&world, 1, NOW);
    must(&world, state_attempt(world.state, made.attempt, world.arena, &attempt, &world.err));
    assert_true(attempt->token == UINT64_C(0xfedcba9876543210));
    assert_true(commit_point(&world, &made, NOW));
    world_close(&world);
}

/* ---- recovery ---- */

static void test_unclaim(void **unused)
{
    struct message *list;
    struct claim made;
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    made = claim(&world, 1, NOW);
    must(&world, state_unclaim(world.state, made.attempt, "found after a restart", NOW + 60, &world.err));
    assert_int_equal(claimable(&world, NOW + 60, 5, &list), 1);
    made = claim(&world, 1, NOW + 61);
    assert_true(commit_point(&world, &made, NOW + 62));
    must(&world, state_unclaim(world.state, made.attempt, "no witness line", NOW + 63, &world.err));
    assert_string_equal(words_of(&world, "SELECT status FROM attempts"), "not_handed_over not_handed_over");
    assert_int_equal(state_unclaim(world.state, made.attempt, "again", NOW + 63, &world.err), -1);
    assert_int_equal(world.err.code, ERR_REFUSED);
    world_close(&world);
}

static void test_make_uncertain(void **unused)
{
    struct attempt_list list;
    struct claim made;
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    made = claim(&world, 1, NOW);
    assert_int_equal(state_make_uncertain(world.state, made.attempt, &(struct doubt){"lost", NOW + 5, &zone_utc},
                                          &world.err),
                     -1);
    assert_int_equal(world.err.code, ERR_REFUSED);
    assert_true(commit_point(&world, &made, NOW + 1));
    must(&world, state_attempts(world.state, ATTEMPT_COMMITTING, world.arena, &list, &world.err));
    assert_int_equal(list.count, 1);
    must(&world,
         state_make_uncertain(world.state, made.attempt, &(struct doubt){"lost", NOW + 5, &zone_utc}, &world.err));
    must(&world, state_attempts(world.state, ATTEMPT_UNCERTAIN, world.arena, &list, &world.err));
    assert_int_equal(list.count, 1);
    assert_string_equal(list.list[0].text, "lost");
    must(&world, state_attempts(world.state, ATTEMPT_COMMITTING, world.arena, &list, &world.err));
    assert_int_equal(list.count, 0);
    assert_string_equal(words_of(&world, "SELECT status FROM records"), "uncertain");
    assert_int_equal(number_of(&world, "SELECT at FROM records"), NOW + 1);
    world_close(&world);
}

/* ---- revisions (R40) ---- */

static void test_supersede(void **unused)
{
    struct message_list list;
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    deliver(&world, 1, OUTCOME_REFUSED_FOR_NOW, NOW);
    must(&world, state_supersede(world.state, 1, REASON_STALE_DAY, NOW + DAY_SECONDS, &world.err));
    must(&world, state_messages(world.state, 1, world.arena, &list, &world.err));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.list[0].status, MESSAGE_SUPERSEDED);
    assert_int_equal(list.list[1].status, MESSAGE_PLANNED);
    assert_int_equal(list.list[1].revision, 2);
    assert_int_equal(list.list[1].attempts, 0);
    assert_int_equal(list.list[1].rendered_on, DAY_NONE);
    assert_string_equal(list.list[1].message_id, "");
    assert_string_equal(list.list[1].address, list.list[0].address);
    assert_int_equal(claimable(&world, NOW + DAY_SECONDS, 5, &list.list), 1);
    assert_int_equal(list.list[0].id, 2);
    world_close(&world);
}

static void test_no_revision_follows_what_may_have_left(void **unused)
{
    static const enum outcome_class classes[] = {OUTCOME_ACCEPTED, OUTCOME_UNCERTAIN, OUTCOME_REFUSED};

    (void)unused;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        struct world world;

        world_open(&world);
        plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
        deliver(&world, 1, classes[i], NOW);
        assert_int_equal(state_supersede(world.state, 1, REASON_STALE_DAY, NOW, &world.err), -1);
        assert_int_equal(world.err.code, ERR_REFUSED);
        world_close(&world);
    }
}

/* ---- what goes first (R39) ---- */

static void plan_for_order(struct world *world, int step, int item, int64_t total)
{
    struct notice *notice = new_notice(world, step, 3);

    notice->items += item;
    notice->item_count = 1;
    notice->total = total;
    plan(world, notice, NOW);
}

static void test_best_first(void **unused)
{
    struct message *list;
    struct world world;

    (void)unused;
    world_open(&world);
    plan_for_order(&world, STEP_REMINDER, 0, 500);
    plan_for_order(&world, STEP_FORMAL, 1, 100);   /* a higher step */
    plan_for_order(&world, STEP_REMINDER, 1, 900); /* more money */
    plan_for_order(&world, STEP_FORMAL, 0, 100);   /* an older item */
    assert_int_equal(claimable(&world, NOW, 10, &list), 4);
    assert_int_equal(list[0].id, 4);
    assert_int_equal(list[1].id, 2);
    assert_int_equal(list[2].id, 3);
    assert_int_equal(list[3].id, 1);
    assert_int_equal(claimable(&world, NOW, 2, &list), 2);
    assert_int_equal(list[1].id, 2);
    world_close(&world);
}

static void test_who_had_to_wait_is_sorted_in(void **unused)
{
    struct message *list;
    struct world world;
    moment_t at;

    (void)unused;
    world_open(&world);
    plan_for_order(&world, STEP_REMINDER, 0, 500);
    plan_for_order(&world, STEP_FORMAL, 1, 100);
    must(&world, state_postpone(world.state, 2, NOW + 60, &world.err));
    assert_int_equal(claimable(&world, NOW + 59, 10, &list), 1);
    assert_int_equal(list[0].id, 1);
    must(&world, state_postpone(world.state, 1, NOW + 600, &world.err));
    must(&world, state_next_claim(world.state, &at, &world.err));
    assert_int_equal(at, NOW + 60);
    must(&world, state_postpone(world.state, 1, 0, &world.err));
    assert_int_equal(claimable(&world, NOW + 60, 10, &list), 2);
    assert_int_equal(list[0].id, 2);
    world_close(&world);
}

static void test_reserves_are_not_claimable(void **unused)
{
    struct notice *notice;
    struct message_list list;
    struct world world;
    moment_t at;

    (void)unused;
    world_open(&world);
    notice = new_notice(&world, STEP_REMINDER, 1);
    notice->needs_approval = true;
    add_message(notice, plan_of(CHANNEL_SMS, "+49 170 1234567", true, true));
    plan(&world, notice, NOW);
    assert_int_equal(claimable(&world, NOW + DAY_SECONDS, 10, &list.list), 0);
    must(&world, state_next_claim(world.state, &at, &world.err));
    assert_int_equal(at, MOMENT_NEVER);
    must(&world, state_messages(world.state, 1, world.arena, &list, &world.err));
    assert_int_equal(list.count, 2);
    assert_true(list.list[0].reserve);
    assert_int_equal(list.list[0].status, MESSAGE_PLANNED);
    assert_int_equal(list.list[0].not_before, MOMENT_NEVER);
    assert_int_equal(state_supersede(world.state, 1, REASON_STALE_DAY, NOW, &world.err), -1);
    world_close(&world);
}

static void test_references(void **unused)
{
    struct id_list ids;
    struct world world;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    must(&world, state_references(world.state, 1, world.arena, &ids, &world.err));
    assert_int_equal(ids.count, 0);
    deliver(&world, 1, OUTCOME_ACCEPTED, NOW);
    fill(&world, NOW);
    plan(&world, new_notice(&world, STEP_FORMAL, 2), NOW + DAY_SECONDS);
    must(&world, state_references(world.state, 2, world.arena, &ids, &world.err));
    assert_int_equal(ids.count, 1);
    assert_string_equal(ids.list[0], "<n1.c1.r1@books.example>");
    world_close(&world);
}

static void test_what_is_not_there(void **unused)
{
    struct message *message;
    struct attempt *attempt;
    struct notice *notice;
    struct world world;

    (void)unused;
    world_open(&world);
    assert_int_equal(state_notice(world.state, 9, world.arena, &notice, &world.err), -1);
    assert_int_equal(world.err.code, ERR_NOT_FOUND);
    assert_int_equal(state_message(world.state, 9, world.arena, &message, &world.err), -1);
    assert_int_equal(world.err.code, ERR_NOT_FOUND);
    assert_int_equal(state_attempt(world.state, 9, world.arena, &attempt, &world.err), -1);
    assert_int_equal(world.err.code, ERR_NOT_FOUND);
    assert_int_equal(state_unclaim(world.state, 9, "", NOW, &world.err), -1);
    assert_int_equal(world.err.code, ERR_NOT_FOUND);
    world_close(&world);
}

/* A word of another version is no first word of ours: the row is refused, also where it is the only one read. */
static void test_a_word_that_is_none(void **unused)
{
    struct outcome outcome;
    struct notice *notice;
    struct claim made;
    struct world world;
    bool known;

    (void)unused;
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    made = claim(&world, 1, NOW);
    must(&world, state_run(world.state, "UPDATE notices SET status = 'pondering'", NO_ARGS, &world.err));
    assert_int_equal(state_notice(world.state, 1, world.arena, &notice, &world.err), -1);
    assert_int_equal(world.err.code, ERR_FAILED);
    outcome = outcome_of(&made, OUTCOME_ACCEPTED, NOW);
    assert_int_equal(state_outcome(world.state, &outcome, &zone_utc, &known, &world.err), -1);
    assert_false(state_broken(world.state));
    must(&world, state_run(world.state, "UPDATE notices SET status = 'planned'", NO_ARGS, &world.err));
    must(&world, state_notice(world.state, 1, world.arena, &notice, &world.err));
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_claim_is_kept_whole),
        cmocka_unit_test(test_only_planned_messages_are_claimed),
        cmocka_unit_test(test_a_revision_has_one_set_of_bytes),
        cmocka_unit_test(test_a_claim_restates),
        cmocka_unit_test(test_an_accepted_statement_stays),
        cmocka_unit_test(test_commit_point_is_compare_and_set),
        cmocka_unit_test(test_large_tokens),
        cmocka_unit_test(test_unclaim),
        cmocka_unit_test(test_make_uncertain),
        cmocka_unit_test(test_supersede),
        cmocka_unit_test(test_no_revision_follows_what_may_have_left),
        cmocka_unit_test(test_best_first),
        cmocka_unit_test(test_who_had_to_wait_is_sorted_in),
        cmocka_unit_test(test_reserves_are_not_claimable),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_what_is_not_there),
        cmocka_unit_test(test_a_word_that_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
