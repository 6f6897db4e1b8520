/*
 * The gate (DESIGN 7.4): one state transaction for all asks that wait, then
 * the witness, then the answers.  A `yes` leaves only after both are on disk.
 */
#include "engine/gate.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/zones.h"
#include "engine/draft.h"
#include "engine/work.h"
#include "policy/recheck.h"
#include "store/send_note.h"

/* The dossier of a claim, its ledger part read again unless nothing was written since (DESIGN 7.4). */
static enum reason dossier_now(const struct gate_turn *gate, const struct flight *flight, const char *customer,
                               struct dossier **out)
{
    struct engine *engine = gate->engine;
    struct err err = {0};
    struct dossier *dossier;
    int64_t version;

    if (ledger_version(engine->gate, &version, &err) != 0)
        return REASON_LEDGER_UNREADABLE;
    if (flight && flight->dossier && flight->ledger_version == version) {
        dossier = arena_alloc(gate->arena, sizeof *dossier);
        *dossier = *flight->dossier;
    } else if (ledger_load(engine->gate, customer, gate->arena, &dossier, &err) != 0) {
        return err.code == ERR_NOT_FOUND ? REASON_LEDGER_INCONSISTENT : REASON_LEDGER_UNREADABLE;
    }
    dossier->zone = zones_find(engine->config->zones, dossier->customer->timezone);
    if (state_fill(engine->state, dossier, gate->now, gate->arena, &err) != 0)
        return REASON_STOPPING;
    *out = dossier;
    return REASON_NONE;
}

static enum reason judge(const struct gate_turn *gate, struct asked *asked)
{
    struct engine *engine = gate->engine;
    struct err err = {0};
    struct dossier *dossier;
    struct message *message;
    struct notice *notice;

    if (engine->stopping || engine->held == SEND_WITNESS || !engine->witness || !engine->notes)
        return REASON_STOPPING;
    if (engine->whole.blocked != REASON_NONE)
        return engine->whole.blocked;
    if (state_message(engine->state, asked->attempt->message, gate->arena, &message, &err) != 0 ||
        state_notice(engine->state, asked->attempt->notice, gate->arena, &notice, &err) != 0)
        return REASON_UNKNOWN_TOKEN;
    asked->message = message;
    asked->notice = notice;
    enum reason reason = dossier_now(gate, asked->flight, notice->customer, &dossier);
    if (reason != REASON_NONE)
        return reason;
    /* RULES R40.  A further channel keeps the notice's date, so the notice alone does not tell. */
    if (message->rendered_on !=
        zone_day(zone_named(engine, zone_name_of(engine, notice, dossier->customer)), gate->now, NULL))
        return REASON_STALE_DAY;
    struct message_plan plan = draft_plan(notice, message);
    return recheck_notice(&(struct question){dossier, &engine->config->rulebook, &engine->whole.conditions, gate->now},
                          notice, &plan);
}

/* Within the transaction: the commit point itself, or the no that ends the attempt. */
static int decide_one(const struct gate_turn *gate, struct asked *asked, struct err *err)
{
    struct state *state = gate->engine->state;
    struct attempt *attempt;
    bool done;

    if (state_attempt(state, asked->attempt_id, gate->arena, &attempt, err) != 0) {
        asked->reason = REASON_UNKNOWN_TOKEN;
        return err->code == ERR_NOT_FOUND ? 0 : -1;
    }
    if (attempt->token != asked->token || attempt->status != ATTEMPT_CLAIMED) {
        asked->reason = REASON_UNKNOWN_TOKEN;
        return 0;
    }
    asked->attempt = attempt;
    asked->reason = judge(gate, asked);
    if (asked->reason != REASON_NONE)
        return outcome_gate_no(gate->engine, attempt, asked->flight, asked->reason, err);
    if (state_commit_point(state, &(struct ticket){attempt->id, attempt->token}, gate->now, &done, err) != 0)
        return -1;
    if (!done)
        asked->reason = REASON_UNKNOWN_TOKEN;
    return 0;
}

int gate_turn_decide(const struct gate_turn *gate, struct err *err)
{
    size_t yes = 0;

    for (size_t i = 0; i < gate->count; i++) {
        if (decide_one(gate, &gate->list[i], err) != 0)
            return -1;
        yes += gate->list[i].reason == REASON_NONE;
    }
    if (yes == 0)
        return 0;
    /* Tells the next start which lines of the witness cannot be torn. */
    return engine_set_number(gate->engine, WITNESS_SYNCED, witness_serial(gate->engine->witness), err);
}

/* What a line is about; the line alone does not tell it to a state that lost the attempt. */
static void add_note(const struct gate_turn *gate, const struct asked *asked)
{
    struct send_note note = {asked->attempt_id, asked->token, asked->notice, asked->message};

    send_notes_add(gate->engine->notes, &note);
}

/* Lines for every `yes`, synced once for the group, and the notes to them before (DESIGN 7.7). */
static int witness_all(const struct gate_turn *gate, struct err *err)
{
    struct witness *witness = gate->engine->witness;
    size_t lines = 0;

    for (size_t i = 0; i < gate->count; i++) {
        const struct asked *asked = &gate->list[i];
        struct witness_line line = {.attempt = asked->attempt_id, .token = asked->token, .at = gate->now};
        if (asked->reason != REASON_NONE)
            continue;
        snprintf(line.sha256, sizeof line.sha256, "%s", asked->attempt->sha256);
        if (witness_add(witness, &line, err) != 0)
            return -1;
        add_note(gate, asked);
        lines++;
    }
    if (lines == 0)
        return 0;
    return send_notes_write(gate->engine->notes, err) == 0 ? witness_sync(witness, err) : -1;
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

struct gate_turn gate_turn_open(struct engine *engine, const struct frame *asks, size_t count)
{
    struct gate_turn gate = {.engine = engine, .arena = arena_new(0), .now = engine_now(engine), .count = count};
    struct err unreadable = {0};

    gate.list = arena_array(gate.arena, count + 1, sizeof *gate.list);
    for (size_t i = 0; i < count; i++)
        gate.list[i] = (struct asked){.attempt_id = asks[i].attempt,
                                      .token = asks[i].token,
                                      .reason = REASON_STOPPING,
                                      .flight = flights_find(&engine->flights, asks[i].attempt, asks[i].token)};
    if (whole_refresh(engine, gate.now, &unreadable) != 0)
        journal_note(&engine->journal, NOTE_LEDGER, "%s", unreadable.text);
    return gate;
}

int gate_turn_close(struct gate_turn *gate, bool committed, struct err *err)
{
    int result = committed ? witness_all(gate, err) : 0;

    for (size_t i = 0; i < gate->count; i++) {
        if (!committed || result != 0)
            gate->list[i].reason = REASON_STOPPING;
        answer(gate->engine, &gate->list[i]);
    }
    arena_free(&gate->arena);
    return result;
}
