#include "lib_books.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "lib_config.h"
#include "policy/decide.h"
#include "store/facts.h"
#include "store/ledger.h"
#include "store/ledger_writer.h"
#include "store/send_note.h"
#include "store/witness.h"

static const char rows[] =
    "INSERT INTO customers (customer_id, name, email, phone, sms_consent, country, segment) VALUES"
    " ('C-1', 'One GmbH', 'one@shop.invalid', '+49305550001', '2030-01-01 asked', 'DE', 'b2b'),"
    " ('C-2', 'Two', 'two@shop.invalid', '', '', 'AT', 'b2c'), ('C-3', 'Three', 'three@shop.invalid', '', '', '', ''),"
    " ('C-4', 'Four', 'four@shop.invalid', '+49305550004', '2030-01-01 asked', '', ''),"
    " ('C-5', 'Five', 'five@shop.invalid', '', '', '', ''), ('C-6', 'Six', 'six@shop.invalid', '', '', '', '');"
    "INSERT INTO invoices (invoice_id, customer_id, issued_on, due_on, currency, amount) VALUES"
    " ('I-1', 'C-1', '2029-12-01', '2030-01-10', 'EUR', 10000),"
    " ('I-2', 'C-2', '2029-12-01', '2030-01-10', 'EUR', 20000),"
    " ('I-3', 'C-3', '2029-12-01', '2030-01-11', 'EUR', 30000),"
    " ('I-4', 'C-4', '2029-12-01', '2030-01-12', 'EUR', 40000),"
    " ('I-5', 'C-5', '2029-12-01', '2030-01-13', 'EUR', 50000),"
    " ('I-6', 'C-6', '2029-12-01', '2030-01-14', 'EUR', 60000),"
    " ('I-7', 'C-2', '2029-12-01', '2030-01-14', 'EUR', 7000);"
    "INSERT INTO payments (payment_id, customer_id, invoice_id, line, paid_on, currency, amount) VALUES"
    " ('P-1', 'C-1', 'I-1', 1, '2030-01-20', 'EUR', 2500);"
    "INSERT INTO contacts (contact_id, customer_id, role, name, email) VALUES"
    " ('K-1', 'C-2', 'cc', 'Kim', 'kim@shop.invalid');"
    "INSERT INTO feed (entity, complete_until) VALUES ('', '2030-02-05T08:00:00Z');";

void books_make_ledger(const char *path)
{
    struct ledger_writer *writer = NULL;
    struct err err = {0};
    char *problem = NULL;
    REQUIRE(ledger_writer_open(&writer, path, &err) == 0, "%s", err.text);
    sqlite3_exec(writer->db, rows, NULL, NULL, &problem);
    REQUIRE(problem == NULL, "%s", problem);
    ledger_writer_close(&writer);
}

/* ---- a state that has gone some way ---- */

struct way {
    struct state *state;
    struct ledger *ledger;
    struct witness *witness;
    struct send_notes *notes;
    struct arena *arena;
    struct err err;
};

#define MUST(way, call) REQUIRE((call) == 0, "%s: %s", #call, (way)->err.text)

static void begin(struct way *way)
{
    MUST(way, state_begin(way->state, &way->err));
}

static void commit(struct way *way)
{
    MUST(way, state_commit(way->state, &way->err));
}

static void plan(struct way *way, const char *customer)
{
    const struct conditions conditions = {.clock_ok = true};
    struct dossier *dossier;
    MUST(way, ledger_load(way->ledger, customer, way->arena, &dossier, &way->err));
    MUST(way, state_fill(way->state, dossier, BOOKS_NOW, way->arena, &way->err));
    struct decision *decision = decide(dossier, &config_usual()->rulebook, &conditions, BOOKS_NOW, way->arena);
    REQUIRE(decision->notice_count == 1, "%s gets %zu notices", customer, decision->notice_count);
    begin(way);
    MUST(way, state_apply(way->state, dossier, decision, BOOKS_NOW, &way->err));
    commit(way);
}

static struct claim claim(struct way *way, const struct message *message)
{
    char *bytes = arena_printf(way->arena, "what message %d says", (int)message->id);
    struct claim claim = {.message = message->id,
                          .token = UINT64_C(0xfeed0000) + (uint64_t)message->id,
                          .provider = "box",
                          .request = bytes,
                          .request_length = strlen(bytes),
                          .message_id = arena_printf(way->arena, "<n%d@books.invalid>", (int)message->id),
                          .ledger_version = 7,
                          .rendered_on = (day_t)(BOOKS_NOW / DAY_SECONDS),
                          .at = BOOKS_NOW};
    digest_sha256(bytes, claim.request_length, claim.sha256);
    begin(way);
    MUST(way, state_claim(way->state, &claim, &way->err));
    commit(way);
    return claim;
}

static void say_yes(struct way *way, const struct claim *claim)
{
    struct witness_line line = {.attempt = claim->attempt, .token = claim->token, .at = BOOKS_NOW + 1};
    struct send_note note = {.attempt = claim->attempt, .token = claim->token};
    struct message *message;
    struct notice *notice;
    bool done;
    MUST(way, state_message(way->state, claim->message, way->arena, &message, &way->err));
    MUST(way, state_notice(way->state, message->notice, way->arena, &notice, &way->err));
    begin(way);
    MUST(way, state_commit_point(way->state, &(struct ticket){claim->attempt, claim->token}, BOOKS_NOW + 1, &done,
                                 &way->err));
    commit(way);
    digest_hex(claim->sha256, SHA256_SIZE, line.sha256);
    note.message = message;
    note.notice = notice;
    send_notes_add(way->notes, &note);
    MUST(way, send_notes_write(way->notes, &way->err));
    MUST(way, witness_add(way->witness, &line, &way->err));
    MUST(way, witness_sync(way->witness, &way->err));
}

static void end(struct way *way, const struct claim *claim, enum outcome_class class)
{
    struct outcome outcome = {.attempt = claim->attempt,
                              .token = claim->token,
                              .class = class,
                              .phase = "reply",
                              .code = 250,
                              .text = "250 queued",
                              .public_text = "250 queued",
                              .provider_id = "4F3",
                              .at = BOOKS_NOW + 2};
    bool known;
    begin(way);
    MUST(way, state_outcome(way->state, &outcome, &zone_utc, &known, &way->err));
    commit(way);
}

/* The first six messages: accepted, uncertain, refused, committing, claimed, and one that stays planned. */
static void send_some(struct way *way)
{
    static const enum outcome_class classes[] = {OUTCOME_ACCEPTED, OUTCOME_UNCERTAIN, OUTCOME_REFUSED};
    struct message_list found;
    MUST(way, state_claimable(way->state, &(struct due){BOOKS_NOW, 20}, way->arena, &found, &way->err));
    REQUIRE(found.count >= 6, "%zu messages", found.count);
    for (size_t i = 0; i < 5; i++) {
        struct claim made = claim(way, &found.list[i]);
        if (i < 4)
            say_yes(way, &made);
        if (i < 3)
            end(way, &made, classes[i]);
    }
}

static void say_facts(struct way *way)
{
    const struct said said = {"kim", "asked", BOOKS_NOW + 3};
    struct hold hold = {.scope = HOLD_CUSTOMER,
                        .kind = HOLD_OPERATOR,
                        .target = "C-6",
                        .reason = "asked",
                        .author = "kim",
                        .start_at = BOOKS_NOW + 3,
                        .until = DAY_NONE,
                        .released_at = MOMENT_NONE};
    const struct optout_change optout = {"sms", "+49305550009", true};
    int64_t request;
    MUST(way, facts_hold(way->state, &hold, "C-6", &way->err));
    MUST(way, facts_optout(way->state, &optout, &said, &way->err));
    MUST(way, facts_request(way->state, "approve-breaker", &said, &request, &way->err));
    MUST(way, facts_request(way->state, "recover", &said, &request, &way->err));
}

void books_make_state(const char *directory, const char *ledger)
{
    struct way way = {.arena = arena_new(0)};
    char witness[256];
    bool torn;
    snprintf(witness, sizeof witness, "%s-witness", directory);
    mkdir(witness, 0700);
    snprintf(witness, sizeof witness, "%s-witness/send.log", directory);
    MUST(&way, ledger_open(&way.ledger, "sqlite", ledger, LEDGER_SCAN, &way.err));
    MUST(&way, state_open(&way.state, directory, STATE_ENGINE, &way.err));
    MUST(&way, witness_open(&way.witness, witness, 0, &torn, &way.err));
    MUST(&way, send_notes_open(&way.notes, witness, &way.err));
    for (int i = 1; i <= BOOKS_CUSTOMERS; i++)
        plan(&way, arena_printf(way.arena, "C-%d", i));
    send_some(&way);
    say_facts(&way);
    MUST(&way, state_checkpoint(way.state, &way.err));
    send_notes_close(&way.notes);
    witness_close(&way.witness);
    state_close(&way.state);
    ledger_close(&way.ledger);
    arena_free(&way.arena);
}
