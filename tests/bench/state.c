/*
 * How fast the state takes decisions and outcomes, beside plain SQLite in the
 * same run:
 *
 *   bench_state DIRECTORY [CUSTOMERS]     (default 100,000, one item each)
 *
 * yardstick  UPDATE of a case and INSERT of an event with a unique key, in
 *            batches of 1,000, ids in no order: the two rows of a bare outbox
 * pass       decisions of one pass-over: case, record, event, waking
 * notice     decisions of one notice: notice, item, case, record, message,
 *            event, waking; "rows" are what that writes, without the indexes
 * floor      the rows of `notice` by INSERT .. SELECT, one transaction
 * send       claim, commit point and acceptance, in groups of 32
 * probes     what an idle poll asks
 * fill       the state part of dossiers with history
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/digest.h"
#include "store/facts.h"
#include "store/state.h"
#include "store/state_core.h"

enum { BATCH = 1000, GROUP = 32, SENDS = 20000, PROBES = 20000, FILLS = 20000, NOW = 1772442000, TODAY = 20514 };

static const char *directory;
static long customers = 100000;
static struct step steps[] = {{.name = "courtesy", .template_name = "courtesy"},
                              {.name = "reminder", .template_name = "reminder"}};
static struct policy policy = {.name = "standard", .steps = steps, .step_count = 2};

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void must(int result, const struct err *err)
{
    if (result == 0)
        return;
    fprintf(stderr, "%s\n", err->text);
    exit(1);
}

/* ---- the yardstick ---- */

static double yardstick(void)
{
    char path[4096];
    struct sql change, event;
    struct err err;
    double start;
    sqlite3 *db;

    snprintf(path, sizeof path, "%s/yardstick.db", directory);
    must(sql_open(&db, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, 0, &err), &err);
    must(sql_exec(db,
                  "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;"
                  "CREATE TABLE cases(invoice_id INTEGER PRIMARY KEY, step INTEGER NOT NULL, state INTEGER NOT NULL,"
                  " next_at INTEGER, last_at INTEGER) STRICT;"
                  "CREATE TABLE events(id INTEGER PRIMARY KEY, invoice_id INTEGER NOT NULL, at INTEGER NOT NULL,"
                  " kind INTEGER NOT NULL, idem TEXT NOT NULL) STRICT;"
                  "CREATE UNIQUE INDEX events_idem ON events(idem);"
                  "CREATE INDEX cases_next ON cases(next_at) WHERE state = 0;",
                  &err),
         &err);
    snprintf(path, sizeof path,
             "INSERT INTO cases WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < %ld) "
             "SELECT i, 0, 0, i, 0 FROM g",
             customers);
    must(sql_exec(db, path, &err), &err);
    must(sql_prepare(&change, db, "UPDATE cases SET step = step + 1, next_at = ?2, last_at = ?2 WHERE invoice_id = ?1",
                     &err),
         &err);
    must(sql_prepare(&event, db, "INSERT INTO events(invoice_id, at, kind, idem) VALUES(?1, ?2, 1, ?3)", &err), &err);
    start = now();
    for (long i = 0; i < customers; i++) {
        long id = 1 + i * 7919 * 13 % customers;
        char key[48];

        if (i % BATCH == 0)
            must(sql_begin(db, &err), &err);
        sql_bind_int(&change, 1, id);
        sql_bind_int(&change, 2, NOW + i % 86400);
        must(sql_run(&change, &err), &err);
        snprintf(key, sizeof key, "%ld-%ld", id, i);
        sql_bind_int(&event, 1, id);
        sql_bind_int(&event, 2, NOW);
        sql_bind_text(&event, 3, key);
        must(sql_run(&event, &err), &err);
        if (i % BATCH == BATCH - 1 || i == customers - 1)
            must(sql_commit(db, &err), &err);
    }
    start = now() - start;
    sql_finish(&change);
    sql_finish(&event);
    sql_close(&db);
    return (double)customers / start;
}

/* ---- decisions ---- */

struct case_of {
    char id[24], invoice[24], address[48];
    struct customer customer;
    struct item item;
    struct dossier dossier;
    struct verdict verdict;
    struct decision decision;
    struct pass_over pass;
    struct notice notice;
    struct notice_item notice_item;
    struct message_plan plan;
};

static void make_case(struct case_of *one, long i)
{
    snprintf(one->id, sizeof one->id, "C-%08ld", i);
    snprintf(one->invoice, sizeof one->invoice, "2026-%08ld", i);
    snprintf(one->address, sizeof one->address, "accounts@customer%ld.example", i);
    one->customer = (struct customer){.id = one->id, .name = "Customer", .email = one->address, .phone = ""};
    one->item = (struct item){.invoice_id = one->invoice,
                              .customer_id = one->id,
                              .line = 1,
                              .amount = 119000 + i,
                              .due_on = (day_t)(TODAY - i % 90),
                              .currency = "EUR"};
    one->dossier = (struct dossier){
        .customer = &one->customer, .members = &one->customer, .member_count = 1, .items = &one->item, .item_count = 1};
    one->verdict = (struct verdict){.item = &one->item, .policy = &policy, .episode = 1};
    one->decision = (struct decision){.verdicts = &one->verdict, .verdict_count = 1, .next_at = MOMENT_NEVER};
}

static void make_pass(struct case_of *one, long i)
{
    make_case(one, i);
    one->pass = (struct pass_over){&one->item, &policy, 1, 1, 0, REASON_EXPIRED, NOW, TODAY};
    one->decision.passed = &one->pass;
    one->decision.passed_count = 1;
    one->decision.next_at = NOW + i % 86400;
}

static void make_notice(struct case_of *one, long i)
{
    make_case(one, i);
    one->notice_item = (struct notice_item){.invoice_id = one->invoice,
                                            .line = 1,
                                            .episode = 1,
                                            .occurrence = 1,
                                            .block = BLOCK_DUE,
                                            .step = "reminder",
                                            .open = one->item.amount,
                                            .due_on = one->item.due_on,
                                            .carried_on = DAY_NONE,
                                            .deadline = TODAY + 14};
    one->plan = (struct message_plan){.channel = CHANNEL_EMAIL,
                                      .recipient = 1,
                                      .carries = true,
                                      .name = "Customer",
                                      .address = one->address,
                                      .language = "en"};
    one->notice = (struct notice){.customer = one->id,
                                  .entity = "",
                                  .policy = "standard",
                                  .step = "reminder",
                                  .template_name = "reminder",
                                  .language = "en",
                                  .group_invoice = "",
                                  .currency = "EUR",
                                  .total = one->item.amount,
                                  .on = TODAY,
                                  .deadline = TODAY + 14,
                                  .items = &one->notice_item,
                                  .item_count = 1,
                                  .messages = &one->plan,
                                  .message_count = 1};
    one->decision.notices = &one->notice;
    one->decision.notice_count = 1;
}

static double decide_all(struct state *state, void (*make)(struct case_of *one, long i))
{
    struct case_of one;
    struct err err;
    double start = now();

    for (long i = 0; i < customers; i++) {
        if (i % BATCH == 0)
            must(state_begin(state, &err), &err);
        make(&one, i);
        /* As the engine does: a customer about whom something is known is filled in first. */
        one.dossier.case_count = 1;
        must(state_apply(state, &one.dossier, &one.decision, NOW, &err), &err);
        if (i % BATCH == BATCH - 1 || i == customers - 1)
            must(state_commit(state, &err), &err);
    }
    return (double)customers / (now() - start);
}

/* ---- the floor: the same rows, set by set ---- */

static const char *const floor_texts[] = {
    "INSERT INTO notices(id, contact, customer, entity, policy, step, template, language, group_invoice, "
    "currency, action, "
    "status, require, before_due, needs_approval, manual, total, on_day, deadline, planned_at, at, at_on) "
    "SELECT i, i, printf('C-%08d', i), '', 'standard', 'reminder', 'reminder', 'en', '', 'EUR', 'remind', 'planned', "
    "'first', 0, 0, 0, 119000 + i, 20514, 20528, 1772442000, 1772442000, 20514 FROM g",
    "INSERT INTO notice_items SELECT i, 0, printf('2026-%08d', i), 1, 1, 1, 'due', 'reminder', 119000 + i, 0, "
    "20514 - i % 90, NULL, 20528 FROM g",
    "INSERT INTO cases(invoice_id, line, customer, episode) SELECT printf('2026-%08d', i), 1, printf('C-%08d', "
    "i), 1 FROM g",
    "INSERT INTO records SELECT printf('2026-%08d', i), 1, 1, 'reminder', 1, 0, 'standard', 'planned', 'none', "
    "1772442000, "
    "20514, NULL, 20514 - i % 90, i, 0, '' FROM g",
    "INSERT INTO messages(notice, channel, recipient, revision, turn, carries, status, name, address, language, "
    "digest, "
    "rank, amount, oldest_due) SELECT i, 'email', 1, 1, 0, 1, 'planned', 'Customer', "
    "printf('accounts@customer%d.example', i), "
    "'en', lower(hex(randomblob(32))), 1, 119000 + i, 20514 - i % 90 FROM g",
    "INSERT INTO events(kind, at, customer, invoices, notice, message, policy, step, channel, provider, reason, "
    "amount, "
    "currency, provider_id, text, author) SELECT 'planned', 1772442000, printf('C-%08d', i), "
    "printf('2026-%08d', i), i, NULL, "
    "'standard', 'reminder', '', '', 'none', 119000 + i, 'EUR', '', '', '' FROM g",
    "INSERT INTO customers SELECT printf('C-%08d', i), NULL, 1 FROM g",
};

static double floor_all(struct state *state)
{
    struct err err;
    char text[160];
    double start;

    snprintf(text, sizeof text,
             "CREATE TEMP TABLE g AS WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < %ld) "
             "SELECT i FROM r",
             customers);
    must(sql_exec(state->db, text, &err), &err);
    start = now();
    must(state_begin(state, &err), &err);
    for (size_t i = 0; i < sizeof floor_texts / sizeof *floor_texts; i++)
        must(sql_exec(state->db, floor_texts[i], &err), &err);
    must(state_commit(state, &err), &err);
    return (double)customers / (now() - start);
}

/* ---- sending ---- */

static void claim_group(struct state *state, struct arena *arena, struct claim *claims, size_t *count)
{
    static char request[6000];
    struct message_list messages;
    struct err err;

    must(state_claimable(state, &(struct due){NOW, GROUP}, arena, &messages, &err), &err);
    *count = messages.count;
    must(state_begin(state, &err), &err);
    for (size_t i = 0; i < *count; i++) {
        snprintf(request, sizeof request, "message %" PRId64, messages.list[i].id);
        claims[i] = (struct claim){.message = messages.list[i].id,
                                   .token = (uint64_t)messages.list[i].id + 7,
                                   .provider = "smarthost",
                                   .request = request,
                                   .request_length = sizeof request,
                                   .message_id = "<n1@books.example>",
                                   .rendered_on = TODAY,
                                   .at = NOW};
        digest_sha256(request, sizeof request, claims[i].sha256);
        must(state_claim(state, &claims[i], &err), &err);
    }
    must(state_commit(state, &err), &err);
}

static void send_group(struct state *state, const struct claim *claims, size_t count)
{
    struct err err;
    bool done;

    must(state_begin(state, &err), &err);
    for (size_t i = 0; i < count; i++)
        must(state_commit_point(state, &(struct ticket){claims[i].attempt, claims[i].token}, NOW, &done, &err), &err);
    must(state_commit(state, &err), &err);
    must(state_begin(state, &err), &err);
    for (size_t i = 0; i < count; i++) {
        struct outcome outcome = {.attempt = claims[i].attempt,
                                  .token = claims[i].token,
                                  .class = OUTCOME_ACCEPTED,
                                  .phase = "reply",
                                  .code = 250,
                                  .text = "250 2.0.0 queued",
                                  .public_text = "250 2.0.0 queued",
                                  .provider_id = "4F3",
                                  .at = NOW + 1};

        must(state_outcome(state, &outcome, &zone_utc, &done, &err), &err);
    }
    must(state_commit(state, &err), &err);
}

static double send_all(struct state *state)
{
    struct arena *arena = arena_new(0);
    struct claim claims[GROUP];
    size_t count = 0;
    long sent = 0;
    double start = now();

    do {
        arena_reset(arena);
        claim_group(state, arena, claims, &count);
        send_group(state, claims, count);
        sent += (long)count;
    } while (count > 0 && sent < SENDS);
    arena_free(&arena);
    return (double)sent / (now() - start);
}

/* ---- reading ---- */

static double probe_all(struct state *state)
{
    struct arena *arena = arena_new(0);
    struct id_list ids;
    int64_t version;
    struct state_counts counts;
    struct message_list messages;
    struct err err;
    moment_t at;
    double start = now();

    for (int i = 0; i < PROBES; i++) {
        must(state_version(state, &version, &err), &err);
        must(state_next_wake(state, &at, &err), &err);
        must(state_due(state, &(struct due){1, 1000}, arena, &ids, &err), &err);
        must(state_next_claim(state, &at, &err), &err);
        must(state_claimable(state, &(struct due){1, 1}, arena, &messages, &err), &err);
        must(state_counts(state, NOW, &counts, &err), &err);
        arena_reset(arena);
    }
    arena_free(&arena);
    return (now() - start) / PROBES * 1e6;
}

static double fill_all(struct state *state)
{
    struct arena *arena = arena_new(0);
    struct case_of one;
    struct err err;
    double start = now();

    for (long i = 0; i < FILLS; i++) {
        make_case(&one, i * 7919 % customers);
        must(state_fill(state, &one.dossier, NOW, arena, &err), &err);
        arena_reset(arena);
    }
    arena_free(&arena);
    return (now() - start) / FILLS * 1e6;
}

static struct state *open_in(const char *name)
{
    struct state *state;
    struct err err;
    char path[4096];

    snprintf(path, sizeof path, "%s/%s", directory, name);
    must(state_open(&state, path, STATE_ONCE, &err), &err);
    return state;
}

int main(int count, char **arguments)
{
    double plain, pass, notice, set;
    struct state *state;

    if (count < 2)
        return 2;
    directory = arguments[1];
    if (count > 2)
        customers = atol(arguments[2]);
    plain = yardstick();
    state = open_in("state");
    pass = decide_all(state, make_pass);
    notice = decide_all(state, make_notice);
    printf("yardstick %9.0f /s  (2 rows)\n", plain);
    printf("pass      %9.0f /s  (4 rows)  %.2f x yardstick\n", pass, pass / plain);
    printf("notice    %9.0f /s  (7 rows)  %.2f x yardstick\n", notice, notice / plain);
    printf("send      %9.0f /s  (claim, commit point, acceptance; groups of %d)\n", send_all(state), GROUP);
    printf("fill      %9.1f us a customer\n", fill_all(state));
    printf("probes    %9.1f us a poll, %ld customers\n", probe_all(state), customers);
    state_close(&state);
    state = open_in("floor");
    set = floor_all(state);
    printf("floor     %9.0f /s  (7 rows, INSERT .. SELECT)  notice takes %.2f x as long\n", set, set / notice);
    state_close(&state);
    return 0;
}
