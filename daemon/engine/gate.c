/*
 * The gate (DESIGN 7.4): one state transaction for all asks that wait, then
 * the witness, then the answers.  A `yes` leaves only after both are on disk.
 */
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/zones.h"
#include "engine/draft.h"
#include "engine/work.h"
#include "policy/recheck.h"

/* One ask on its way through the gate. */
struct asked {
    int64_t attempt_id;
    uint64_t token;
    struct flight *flight;         /* NULL: not known here */
    const struct attempt *attempt; /* NULL: not in the state */
    enum reason reason;            /* REASON_NONE: yes */
};

/* The dossier of a claim, its ledger part read again unless nothing was written since (DESIGN 7.4). */
static enum reason dossier_now(struct engine *engine, const struct flight *flight, const char *customer, moment_t now,
                               struct arena *arena, struct dossier **out)
{
    struct err err = {0};
    struct dossier *dossier;
    int64_t version;

    if (ledger_version(engine->gate, &version, &err) != 0)
        return REASON_LEDGER_UNREADABLE;
    if (flight && flight->dossier && flight->ledger_version == version) {
        dossier = arena_alloc(arena, sizeof *dossier);
        *dossier = *flight->dossier;
    } else if (ledger_load(engine->gate, customer, arena, &dossier, &err) != 0) {
        return err.code == ERR_NOT_FOUND ? REASON_LEDGER_INCONSISTENT : REASON_LEDGER_UNREADABLE;
    }
    dossier->zone = zones_find(engine->config->zones, dossier->customer->timezone);
    if (state_fill(engine->state, dossier, now, arena, &err) != 0)
        return REASON_STOPPING;
    *out = dossier;
    return REASON_NONE;
}

static enum reason judge(struct engine *engine, const struct asked *asked, moment_t now, struct arena *arena)
{
    struct err err = {0};
    struct dossier *dossier;
    struct message *message;
    struct notice *notice;

    if (engine->stopping || engine->held == SEND_WITNESS || !engine->witness)
        return REASON_STOPPING;
    if (engine->whole.blocked != REASON_NONE)
        return engine->whole.blocked;
    if (state_message(engine->state, asked->attempt->message, arena, &message, &err) != 0 ||
        state_notice(engine->state, asked->attempt->notice, arena, &notice, &err) != 0)
        return REASON_UNKNOWN_TOKEN;
    enum reason reason = dossier_now(engine, asked->flight, notice->customer, now, arena, &dossier);
    if (reason != REASON_NONE)
        return reason;
    struct message_plan plan = draft_plan(notice, message);
    return recheck_notice(dossier, &engine->config->rulebook, &engine->whole.conditions, notice, &plan, now);
}

/* Within the transaction: the commit point itself, or the no that ends the attempt. */
static int decide_one(struct engine *engine, struct asked *asked, moment_t now, struct arena *arena, struct err *err)
{
    struct attempt *attempt;
    bool done;

    if (state_attempt(engine->state, asked->attempt_id, arena, &attempt, err) != 0) {
        asked->reason = REASON_UNKNOWN_TOKEN;
        return err->code == ERR_NOT_FOUND ? 0 : -1;
    }
    if (attempt->token != asked->token || attempt->status != ATTEMPT_CLAIMED) {
        asked->reason = REASON_UNKNOWN_TOKEN;
        return 0;
    }
    asked->attempt = attempt;
    asked->reason = judge(engine, asked, now, arena);
    if (asked->reason != REASON_NONE)
        return outcome_gate_no(engine, attempt, asked->flight, asked->reason, now, err);
    if (state_commit_point(engine->state, attempt->id, attempt->token, now, &done, err) != 0)
        return -1;
    if (!done)
        asked->reason = REASON_UNKNOWN_TOKEN;
    return 0;
}

static int decide_all(struct engine *engine, struct asked *list, size_t count, moment_t now, struct arena *arena,
                      struct err *err)
{
    if (engine_begin(engine, err) != 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (decide_one(engine, &list[i], now, arena, err) != 0) {
            engine_rollback(engine);
            return -1;
        }
    }
    return engine_commit(engine, err);
}

/* Lines for every `yes`, synced once for the group (DESIGN 7.7). */
static int witness_all(struct engine *engine, const struct asked *list, size_t count, moment_t now, struct err *err)
{
    size_t lines = 0;

    for (size_t i = 0; i < count; i++) {
        struct witness_line line = {.attempt = list[i].attempt_id, .token = list[i].token, .at = now};
        if (list[i].reason != REASON_NONE)
            continue;
        snprintf(line.sha256, sizeof line.sha256, "%s", list[i].attempt->sha256);
        if (witness_add(engine->witness, &line, err) != 0)
            return -1;
        lines++;
    }
    return lines > 0 ? witness_sync(engine->witness, err) : 0;
}

static void answer(struct engine *engine, const struct asked *asked)
{
    struct frame frame = frame_blank(asked->reason == REASON_NONE ? FRAME_YES : FRAME_NO);

    frame.attempt = asked->attempt_id;
    frame.token = asked->token;
    if (asked->reason != REASON_NONE)
        frame.reason = names_word(&reason_names, (int)asked->reason);
    else if (asked->flight)
        asked->flight->committed = true;
    link_send(&engine->link, &frame); /* a broken link is seen by its reader */
}

int gate_answer(struct engine *engine, const struct frame *asks, size_t count, struct err *err)
{
    struct arena *arena = arena_new(0);
    struct asked *list = arena_array(arena, count, sizeof *list);
    moment_t now = engine_now(engine);
    struct err unreadable = {0};

    for (size_t i = 0; i < count; i++)
        list[i] = (struct asked){.attempt_id = asks[i].attempt,
                                 .token = asks[i].token,
                                 .reason = REASON_STOPPING,
                                 .flight = flights_find(&engine->flights, asks[i].attempt, asks[i].token)};
    if (whole_refresh(engine, now, &unreadable) != 0)
        journal_say(&engine->journal, LOG_WARNING, "%s", unreadable.text);
    int result = decide_all(engine, list, count, now, arena, err);
    if (result == 0)
        result = witness_all(engine, list, count, now, err);
    for (size_t i = 0; i < count; i++) {
        if (result != 0)
            list[i].reason = REASON_STOPPING;
        answer(engine, &list[i]);
    }
    arena_free(&arena);
    return result;
}
