/*
 * A small world for tests of the state: a directory, a policy of four steps, a
 * customer with three invoices, and decisions made by hand.
 */
#ifndef UNIT_STORE_STATE_FIXTURE_H
#define UNIT_STORE_STATE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/text.h"
#include "store/facts.h"
#include "store/state.h"
#include "store/state_core.h"

#define NOW INT64_C(1772442000) /* 2026-03-02T09:00:00Z */
#define TODAY 20514
#define HOUR 3600

enum { STEP_REMINDER, STEP_FORMAL, STEP_PLAN, STEP_CALL, STEP_COUNT };

struct world {
    char directory[64];
    struct state *state;
    struct arena *arena;
    struct step steps[STEP_COUNT];
    struct policy policy;
    struct customer customer;
    struct item items[3];
    struct verdict verdicts[3];
    struct dossier dossier;
    uint64_t next_token;
    struct err err;
};

/* A call that must succeed; its sentence is printed where it does not. */
#define must(world, call)                                      \
    do {                                                       \
        if ((call) != 0) {                                     \
            print_error("%s: %s\n", #call, (world)->err.text); \
            fail();                                            \
        }                                                      \
    } while (0)

static inline void world_steps(struct world *world)
{
    static const struct {
        const char *name;
        enum action action;
    } steps[STEP_COUNT] = {{"reminder", ACTION_REMIND},
                           {"formal", ACTION_NOTICE},
                           {"plan", ACTION_OFFER_PLAN},
                           {"call", ACTION_TASK}};

    for (int i = 0; i < STEP_COUNT; i++)
        world->steps[i] =
            (struct step){.name = steps[i].name, .action = steps[i].action, .template_name = steps[i].name};
    world->policy = (struct policy){.name = "standard",
                                    .file = "",
                                    .enabled = true,
                                    .steps = world->steps,
                                    .step_count = STEP_COUNT,
                                    .on_reopened = ""};
}

static inline void world_dossier(struct world *world)
{
    static const char *const invoices[] = {"2026-0113", "2026-0120", "2026-0131"};

    world->customer = (struct customer){.id = "C-17",
                                        .name = "Muster GmbH",
                                        .email = "rechnung@muster.example",
                                        .phone = "+49 170 1234567",
                                        .sms_consent = "2026-01-01 form"};
    for (int i = 0; i < 3; i++) {
        world->items[i] = (struct item){.invoice_id = invoices[i],
                                        .customer_id = "C-17",
                                        .entity = "",
                                        .number = invoices[i],
                                        .amount = 10000 * (i + 1),
                                        .line = 1,
                                        .issued_on = TODAY - 60,
                                        .due_on = TODAY - 30 + i,
                                        .currency = "EUR"};
        world->verdicts[i] =
            (struct verdict){.item = &world->items[i], .policy = &world->policy, .episode = 1, .notice = -1};
    }
    world->dossier = (struct dossier){.customer = &world->customer,
                                      .members = &world->customer,
                                      .member_count = 1,
                                      .items = world->items,
                                      .item_count = 3};
}

static inline void world_open(struct world *world)
{
    *world = (struct world){.next_token = 1000};
    snprintf(world->directory, sizeof world->directory, "/tmp/dunningd-state-XXXXXX");
    assert_non_null(mkdtemp(world->directory));
    world->arena = arena_new(0);
    world_steps(world);
    world_dossier(world);
    must(world, state_open(&world->state, world->directory, STATE_ENGINE, &world->err));
}

static inline void world_reopen(struct world *world)
{
    state_close(&world->state);
    must(world, state_open(&world->state, world->directory, STATE_ENGINE, &world->err));
}

static inline void world_close(struct world *world)
{
    static const char *const files[] = {"state.db", "state.db-wal", "state.db-shm", "lock",
                                        "ballast",  "copy.db",      "second.db"};
    char path[128];

    state_close(&world->state);
    arena_free(&world->arena);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", world->directory, files[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(world->directory), 0);
}

/* The single integer of a query. */
static inline int64_t number_of(struct world *world, const char *query)
{
    int64_t value = -1;

    must(world, state_value(world->state, query, NO_ARGS, &value, &world->err) < 0);
    return value;
}

/* The first column of all rows, with blanks between. */
static inline const char *words_of(struct world *world, const char *query)
{
    struct sql *sql = state_select(world->state, query, NO_ARGS);
    struct text text;
    int row;

    text_init(&text, world->arena);
    while ((row = state_row(world->state, sql, &world->err)) == 1) {
        if (text.length > 0)
            text_add_char(&text, ' ');
        text_add(&text, sql_get_text(sql, 0, world->arena));
    }
    must(world, row);
    return text.data;
}

/* ---- decisions ---- */

static inline struct decision *new_decision(struct world *world)
{
    struct decision *decision = arena_alloc(world->arena, sizeof *decision);

    decision->verdicts = world->verdicts;
    decision->verdict_count = 3;
    decision->next_at = MOMENT_NEVER;
    return decision;
}

static inline void apply(struct world *world, struct decision *decision, moment_t now)
{
    must(world, state_begin(world->state, &world->err));
    must(world, state_apply(world->state, &world->dossier, decision, now, &world->err));
    must(world, state_commit(world->state, &world->err));
}

/* email and sms as a channel, an address and a turn. */
static inline struct message_plan plan_of(enum channel channel, const char *address, bool later, bool fallback)
{
    return (struct message_plan){.channel = channel,
                                 .recipient = 1,
                                 .carries = !later || fallback,
                                 .later = later,
                                 .fallback = fallback,
                                 .name = "Muster GmbH",
                                 .address = address,
                                 .language = "de"};
}

static inline struct notice_item item_of(struct world *world, int index, const char *step)
{
    const struct item *item = &world->items[index];

    return (struct notice_item){.invoice_id = item->invoice_id,
                                .line = item->line,
                                .episode = 1,
                                .occurrence = 1,
                                .block = BLOCK_DUE,
                                .step = step,
                                .open = item->amount,
                                .due_on = item->due_on,
                                .carried_on = DAY_NONE,
                                .deadline = TODAY + 14};
}

/* A notice of the first `items` invoices on one step, with an email and nothing else. */
static inline struct notice *new_notice(struct world *world, int step, size_t items)
{
    struct notice *notice = arena_alloc(world->arena, sizeof *notice);

    *notice = (struct notice){.customer = "C-17",
                              .entity = "",
                              .policy = "standard",
                              .step = world->steps[step].name,
                              .template_name = world->steps[step].name,
                              .language = "de",
                              .group_invoice = "",
                              .currency = "EUR",
                              .action = world->steps[step].action,
                              .on = TODAY,
                              .deadline = TODAY + 14,
                              .accepted_at = MOMENT_NONE};
    notice->items = arena_array(world->arena, items, sizeof *notice->items);
    notice->item_count = items;
    for (size_t i = 0; i < items; i++) {
        notice->items[i] = item_of(world, (int)i, notice->step);
        notice->total += notice->items[i].open;
    }
    notice->messages = arena_array(world->arena, 8, sizeof *notice->messages);
    notice->messages[0] = plan_of(CHANNEL_EMAIL, "rechnung@muster.example", false, false);
    notice->message_count = 1;
    return notice;
}

static inline void add_message(struct notice *notice, struct message_plan plan)
{
    notice->messages[notice->message_count++] = plan;
}

static inline struct dossier *fill(struct world *world, moment_t now)
{
    must(world, state_fill(world->state, &world->dossier, now, world->arena, &world->err));
    return &world->dossier;
}

/* Plans one notice and returns its number. */
static inline int64_t plan(struct world *world, struct notice *notice, moment_t now)
{
    struct decision *decision = new_decision(world);

    fill(world, now);
    decision->notices = notice;
    decision->notice_count = 1;
    apply(world, decision, now);
    return notice->id;
}

/* ---- sending ---- */

static inline struct claim claim_of(struct world *world, int64_t message, moment_t now)
{
    static const char bytes[] = "the whole request";
    struct claim claim = {.message = message,
                          .token = world->next_token++,
                          .provider = "smarthost",
                          .request = bytes,
                          .request_length = sizeof bytes - 1,
                          .message_id = "<n1.c1.r1@books.example>",
                          .ledger_version = 7,
                          .rendered_on = TODAY,
                          .at = now};

    digest_sha256(bytes, sizeof bytes - 1, claim.sha256);
    return claim;
}

static inline struct claim claim(struct world *world, int64_t message, moment_t now)
{
    struct claim claim = claim_of(world, message, now);

    must(world, state_begin(world->state, &world->err));
    must(world, state_claim(world->state, &claim, &world->err));
    must(world, state_commit(world->state, &world->err));
    return claim;
}

static inline bool commit_point(struct world *world, const struct claim *claim, moment_t now)
{
    bool done = false;

    must(world, state_begin(world->state, &world->err));
    must(world,
         state_commit_point(world->state, &(struct ticket){claim->attempt, claim->token}, now, &done, &world->err));
    must(world, state_commit(world->state, &world->err));
    return done;
}

static inline struct outcome outcome_of(const struct claim *claim, enum outcome_class class, moment_t at)
{
    return (struct outcome){.attempt = claim->attempt,
                            .token = claim->token,
                            .class = class,
                            .phase = "reply",
                            .code = 250,
                            .text = "250 2.0.0 queued",
                            .public_text = "250 2.0.0 queued",
                            .provider_id = "4F3",
                            .at = at};
}

static inline bool report(struct world *world, const struct outcome *outcome)
{
    bool known = false;

    must(world, state_begin(world->state, &world->err));
    must(world, state_outcome(world->state, outcome, &zone_utc, &known, &world->err));
    must(world, state_commit(world->state, &world->err));
    return known;
}

/* Claim, commit point and outcome of a message in one go. */
static inline struct claim deliver(struct world *world, int64_t message, enum outcome_class class, moment_t at)
{
    struct claim made = claim(world, message, at);
    struct outcome outcome = outcome_of(&made, class, at + 2);

    assert_true(commit_point(world, &made, at + 1));
    assert_true(report(world, &outcome));
    return made;
}

static inline struct claim stop_at_gate(struct world *world, int64_t message, enum reason reason, moment_t at)
{
    struct claim made = claim(world, message, at);
    struct outcome outcome = outcome_of(&made, OUTCOME_GATE_NO, at + 2);

    outcome.reason = reason;
    assert_true(report(world, &outcome));
    return made;
}

#endif
