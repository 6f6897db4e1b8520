/*
 * A state with any cells: what another version, a hand or a bad disk may have
 * left.  Everything that the engine and dunningctl read is read, decided on and
 * carried out; a row is read as it is or refused with a sentence, and the
 * commit point is passed once, by whoever has the token.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib_books.h"
#include "lib_config.h"
#include "lib_hostile.h"
#include "lib_state_words.h"
#include "policy/decide.h"
#include "policy/recheck.h"
#include "store/facts.h"
#include "store/ledger.h"
#include "store/state_core.h"

enum { CHANGES = 40, IDS = 12, LIMIT = 50, REQUESTS = 40 };
enum { OTHER_WORD, NO_TEXT, TWICE, NO_TOKEN, NO_END, BROKEN, CLAIMED_ANEW, LONG_CURRENCY, PLANTS };

static struct hostile hostile;
static struct state *state;
static struct ledger *ledger;

int fuzz_plants(void)
{
    return PLANTS;
}

static void open_all(void)
{
    struct err err = {0};
    char folder[128], good[160], other[160], path[160];
    hostile.words = state_words(&hostile.word_count);
    snprintf(folder, sizeof folder, "%s/ledger-of-it.db", fuzz_folder());
    books_make_ledger(folder);
    REQUIRE(ledger_open(&ledger, "sqlite", folder, LEDGER_SCAN, &err) == 0, "%s", err.text);
    snprintf(path, sizeof path, "%s/good", fuzz_folder());
    books_make_state(path, folder);
    snprintf(good, sizeof good, "%s/good/state.db", fuzz_folder());
    snprintf(folder, sizeof folder, "%s/any", fuzz_folder());
    mkdir(folder, 0700);
    snprintf(other, sizeof other, "%s/state.db", folder);
    hostile_open(&hostile, other, good);
    REQUIRE(state_open(&state, folder, STATE_ENGINE, &err) == 0, "%s", err.text);
}

/* ---- what was read is what is there ---- */

static bool refused(const struct err *err)
{
    fuzz_check_err(err);
    state->broken = state->broken || fuzz_planted(BROKEN);
    REQUIRE(!state_broken(state), "a strange row broke the state: %s", err->text);
    return true;
}

static void check_word(const char *table, int64_t id, const char *column, const char *read)
{
    sqlite3_stmt *statement = NULL;
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT CAST(%s AS TEXT) FROM main.%s WHERE id = ?1", column, table);
    sqlite3_prepare_v2(hostile.db, sql, -1, &statement, NULL);
    sqlite3_bind_int64(statement, 1, id);
    if (sqlite3_step(statement) == SQLITE_ROW) {
        const char *there = (const char *)sqlite3_column_text(statement, 0);
        REQUIRE(there != NULL && strcmp(there, read) == 0, "%s of %s %" PRId64 " is '%s' and was read as '%s'", column,
                table, id, there == NULL ? "" : there, read);
    }
    sqlite3_finalize(statement);
}

static void check_text(const char *what, const char *text)
{
    REQUIRE(text != NULL, "%s is NULL", what);
}

static void check_currency(const char *currency)
{
    REQUIRE(memchr(currency, '\0', CURRENCY_SIZE) != NULL, "a currency without end");
}

static void check_notice(const struct notice *notice)
{
    check_text("a customer", notice->customer);
    check_text("a step", notice->step);
    check_currency(notice->currency);
    REQUIRE((int)notice->action >= 0 && notice->action <= ACTION_TASK, "no action");
    for (size_t i = 0; i < notice->item_count; i++) {
        check_text("an invoice", notice->items[i].invoice_id);
        REQUIRE((int)notice->items[i].block >= 0 && notice->items[i].block <= BLOCK_INFO, "no block");
    }
    for (size_t i = 0; i < notice->message_count; i++)
        check_text("an address", notice->messages[i].address);
}

/* As a reader would leave it that knows no limits. */
static void spoil_notice(struct notice *notice)
{
    if (fuzz_planted(OTHER_WORD))
        notice->status = notice->status == NOTICE_PLANNED ? NOTICE_ACCEPTED : NOTICE_PLANNED;
    if (fuzz_planted(NO_TEXT))
        notice->step = NULL;
    if (fuzz_planted(LONG_CURRENCY))
        memset(notice->currency, 'E', sizeof notice->currency);
}

static void read_notice(int64_t id, struct arena *arena)
{
    struct message_list messages;
    struct id_list references;
    struct notice *notice;
    struct err err = {0};
    if (state_notice(state, id, arena, &notice, &err) == 0) {
        spoil_notice(notice);
        check_notice(notice);
        check_word("notices", id, "status", names_word(&notice_status_names, (int)notice->status));
        check_word("notices", id, "action", names_word(&action_names, (int)notice->action));
    } else {
        refused(&err);
    }
    if (state_messages(state, id, arena, &messages, &err) != 0 ||
        state_references(state, id, arena, &references, &err) != 0)
        refused(&err);
}

static void read_message(int64_t id, struct arena *arena)
{
    struct message *message;
    struct request_bytes bytes;
    struct attempt *last;
    struct err err = {0};
    if (state_message(state, id, arena, &message, &err) != 0) {
        refused(&err);
        return;
    }
    check_text("an address", message->address);
    check_text("a digest", message->digest);
    if (!message->reserve)
        check_word("messages", id, "status", names_word(&message_status_names, (int)message->status));
    check_word("messages", id, "channel", names_word(&channel_names, (int)message->channel));
    if (state_request(state, id, arena, &bytes, &err) != 0 ||
        state_last_attempt(state, message, arena, &last, &err) != 0)
        refused(&err);
}

static void read_lists(struct arena *arena)
{
    const struct fact_filter filter = {.customer = "", .policy = "", .step = "", .status = -1, .limit = LIMIT};
    const struct event_filter events = {
        .customer = "", .invoice = "", .kind = -1, .since = MOMENT_NONE, .limit = LIMIT};
    const struct due due = {BOOKS_NOW, LIMIT};
    struct notice_list notices;
    struct message_list messages;
    struct hold_list holds;
    struct task_list tasks;
    struct optout_list optouts;
    struct event_list logged;
    struct id_list ids;
    struct err err = {0};
    if (facts_notices(state, &filter, arena, &notices, &err) == 0)
        for (size_t i = 0; i < notices.count; i++)
            check_notice(&notices.list[i]);
    else
        refused(&err);
    if (facts_messages(state, &filter, arena, &messages, &err) != 0)
        refused(&err);
    if (facts_holds(state, &filter, arena, &holds, &err) != 0)
        refused(&err);
    if (facts_tasks(state, &filter, arena, &tasks, &err) != 0)
        refused(&err);
    if (facts_optouts(state, arena, &optouts, &err) != 0)
        refused(&err);
    if (state_events(state, &events, arena, &logged, &err) != 0)
        refused(&err);
    if (state_due(state, &due, arena, &ids, &err) != 0 || state_take_touched(state, LIMIT, arena, &ids, &err) != 0)
        refused(&err);
}

static void read_figures(void)
{
    struct state_counts counts;
    int64_t days[30], number;
    moment_t at;
    size_t found;
    struct err err = {0};
    if (state_counts(state, BOOKS_NOW - DAY_SECONDS, &counts, &err) != 0)
        refused(&err);
    if (state_daily_counts(state, BOOKS_NOW, days, &found, &err) != 0)
        refused(&err);
    if (state_sent_between(state, BOOKS_NOW - 3600, BOOKS_NOW, &number, &err) != 0)
        refused(&err);
    if (state_next_claim(state, &at, &err) != 0 || state_next_wake(state, &at, &err) != 0)
        refused(&err);
}

/* ---- what the engine does with it ---- */

static void recheck_live(const struct dossier *dossier, const struct conditions *conditions)
{
    const struct rulebook *rulebook = &config_usual()->rulebook;
    struct question question = {dossier, rulebook, conditions, BOOKS_NOW};
    for (size_t i = 0; i < dossier->live_count; i++)
        for (size_t n = 0; n < dossier->live[i].message_count; n++)
            recheck_notice(&question, &dossier->live[i], &dossier->live[i].messages[n]);
}

static void carry_out(const char *customer, struct arena *arena)
{
    const struct conditions conditions = {.clock_ok = true};
    struct dossier *dossier;
    struct err err = {0};
    if (ledger_load(ledger, customer, arena, &dossier, &err) != 0) {
        fuzz_check_err(&err);
        return;
    }
    if (state_fill(state, dossier, BOOKS_NOW, arena, &err) != 0 && refused(&err))
        return;
    recheck_live(dossier, &conditions);
    struct decision *decision = decide(dossier, &config_usual()->rulebook, &conditions, BOOKS_NOW + DAY_SECONDS, arena);
    REQUIRE(state_begin(state, &err) == 0, "no transaction: %s", err.text);
    if (state_apply(state, dossier, decision, BOOKS_NOW + DAY_SECONDS, &err) != 0)
        refused(&err);
    state_rollback(state);
}

/* A defect in the middle of a transaction. */
static void change_state(const char *sql)
{
    struct err err = {0};
    REQUIRE(state_run(state, sql, NO_ARGS, &err) == 0, "%s", err.text);
}

static void claim_one(const struct message *message, int number)
{
    struct claim claim = {.message = message->id,
                          .token = UINT64_C(0xabc0) + (uint64_t)number,
                          .provider = "box",
                          .request = "bytes",
                          .request_length = 5,
                          .message_id = "<n@books.invalid>",
                          .rendered_on = (day_t)(BOOKS_NOW / DAY_SECONDS),
                          .at = BOOKS_NOW};
    struct err err = {0};
    memset(claim.sha256, 7, sizeof claim.sha256);
    REQUIRE(state_begin(state, &err) == 0, "no transaction: %s", err.text);
    if (state_claim(state, &claim, &err) == 0) {
        struct claim again = claim;
        if (fuzz_planted(CLAIMED_ANEW))
            change_state("UPDATE messages SET status = 'planned' WHERE status = 'in_flight'");
        REQUIRE(state_claim(state, &again, &err) != 0, "claimed twice");
    }
    fuzz_check_err(&err);
    state_rollback(state);
}

static void pass_commit_point(const struct attempt *attempt)
{
    const struct ticket wrong = {attempt->id, attempt->token + !fuzz_planted(NO_TOKEN)};
    const struct ticket right = {attempt->id, attempt->token};
    struct err err = {0};
    bool done = false;
    REQUIRE(state_begin(state, &err) == 0, "no transaction: %s", err.text);
    REQUIRE(state_commit_point(state, &wrong, BOOKS_NOW, &done, &err) != 0 || !done, "passed with another token");
    if (state_commit_point(state, &right, BOOKS_NOW, &done, &err) == 0 && done) {
        if (fuzz_planted(TWICE))
            change_state("UPDATE attempts SET status = 'claimed' WHERE status = 'committing'");
        REQUIRE(state_commit_point(state, &right, BOOKS_NOW, &done, &err) != 0 || !done, "passed twice");
    }
    state_rollback(state);
}

static void end_attempt(const struct attempt *attempt, enum outcome_class class)
{
    struct outcome outcome = {.attempt = attempt->id,
                              .token = attempt->token,
                              .class = class,
                              .phase = "reply",
                              .text = "said",
                              .public_text = "said",
                              .provider_id = "",
                              .at = BOOKS_NOW + 9};
    const struct doubt doubt = {"as tried", BOOKS_NOW + 9, &zone_utc};
    struct err err = {0};
    bool known;
    REQUIRE(state_begin(state, &err) == 0, "no transaction: %s", err.text);
    int result = class == OUTCOME_UNCERTAIN ? state_make_uncertain(state, attempt->id, &doubt, &err)
                                            : state_outcome(state, &outcome, &zone_utc, &known, &err);
    if (result != 0)
        refused(&err);
    state_rollback(state);
}

static void go_on(struct arena *arena, size_t class)
{
    struct message_list messages;
    struct attempt_list attempts;
    struct err err = {0};
    if (state_claimable(state, &(struct due){BOOKS_NOW, LIMIT}, arena, &messages, &err) == 0)
        for (size_t i = 0; i < messages.count; i++)
            claim_one(&messages.list[i], (int)i);
    else
        refused(&err);
    for (int status = ATTEMPT_CLAIMED; status <= ATTEMPT_NOT_SENT; status++) {
        if (state_attempts(state, (enum attempt_status)status, arena, &attempts, &err) != 0 && refused(&err))
            continue;
        for (size_t i = 0; i < attempts.count; i++) {
            check_word("attempts", attempts.list[i].id, "status", names_word(&attempt_status_names, status));
            pass_commit_point(&attempts.list[i]);
            end_attempt(&attempts.list[i], (enum outcome_class) class);
        }
    }
}

/* ---- what people say, and ask ---- */

static void say(int64_t id)
{
    const struct said said = {"kim", "asked", BOOKS_NOW + 20};
    const struct task_result result = {TASK_REACHED, DAY_NONE};
    struct err err = {0};
    if (facts_settle(state, id, (id & 1) != 0, &said, &err) != 0)
        refused(&err);
    if (facts_approve(state, id, (id & 1) != 0, &said, &err) != 0)
        refused(&err);
    if (facts_task_done(state, id, &result, &said, &err) != 0)
        refused(&err);
}

static void answer_requests(struct arena *arena)
{
    struct request_answer answer;
    struct err err = {0};
    const char *kind;
    int64_t id;
    for (int i = 0; i < REQUESTS; i++) {
        if (facts_next_request(state, arena, &id, &kind, &err) != 0 && refused(&err))
            return;
        if (id == 0)
            return;
        check_text("what is asked", kind);
        if (facts_reply(state, id, false, "no such request", &err) != 0 && refused(&err))
            return;
        if (fuzz_planted(NO_END))
            change_state("UPDATE requests_to_engine SET done = 0");
        if (facts_answer(state, id, arena, &answer, &err) != 0)
            refused(&err);
    }
    REQUIRE(false, "requests without end");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    struct arena *arena = arena_new(0);
    if (state == NULL)
        open_all();
    size_t class = feed_below(&feed, OUTCOME_UNCERTAIN + 1);
    hostile_sql(&hostile, "BEGIN");
    hostile_restore(&hostile);
    for (int i = 0; i < CHANGES && feed.left > 0; i++)
        hostile_change(&hostile, &feed);
    hostile_sql(&hostile, "COMMIT");
    for (int64_t id = 1; id <= IDS; id++) {
        read_notice(id, arena);
        read_message(id, arena);
    }
    read_lists(arena);
    read_figures();
    for (int i = 1; i <= BOOKS_CUSTOMERS; i++)
        carry_out(arena_printf(arena, "C-%d", i), arena);
    go_on(arena, class);
    answer_requests(arena);
    for (int64_t id = 1; id <= IDS; id++)
        say(id);
    arena_free(&arena);
    return 0;
}
