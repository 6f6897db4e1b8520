/*
 * Intake decides only whom to look at and when; the gate decides whether we
 * send (DESIGN 5).
 */
#include "base/arena.h"
#include "engine/work.h"

enum {
    CHANGES_AT_ONCE = 1000,
    SKIP_AT_ONCE = 10000,
    MANY_CHANGES = 20000 /* above this a merge is cheaper than single looks */
};

int intake_poll(struct engine *engine, struct err *err)
{
    int64_t ledger, state;

    if (ledger_version(engine->watch, &ledger, err) != 0 || state_version(engine->state, &state, err) != 0)
        return -1;
    if (ledger != engine->watch_version)
        engine->intake_wanted = true;
    if (state != engine->state_seen)
        engine->facts_wanted = true;
    engine->watch_version = ledger;
    engine->state_seen = state;
    return 0;
}

/* A merge that is about to begin covers all changes so far. */
static int skip_changes(struct engine *engine, struct err *err)
{
    struct ledger_changes changes = {.after = engine->ledger_seq, .max = SKIP_AT_ONCE};

    if (ledger_changes(engine->scan, engine->work, &changes, err) != 0)
        return -1;
    if (changes.count > 0) {
        engine->ledger_seq = changes.seq;
        return 1;
    }
    engine->merge.skip_changes = false;
    if (engine_begin(engine, err) != 0)
        return -1;
    if (engine_set_number(engine, "ledger_seq", engine->ledger_seq, err) != 0) {
        engine_rollback(engine);
        return -1;
    }
    return engine_commit(engine, err) == 0 ? 1 : -1;
}

static int wake_all(struct engine *engine, const char **customers, size_t count, moment_t now, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (state_wake(engine->state, customers[i], now, err) != 0)
            return -1;
    return 0;
}

static int take_changes(struct engine *engine, const struct ledger_changes *changes, struct err *err)
{
    if (engine_begin(engine, err) != 0)
        return -1;
    if (wake_all(engine, changes->customers, changes->count, engine_now(engine), err) != 0 ||
        engine_set_number(engine, "ledger_seq", changes->seq, err) != 0) {
        engine_rollback(engine);
        return -1;
    }
    return engine_commit(engine, err);
}

int intake_step(struct engine *engine, struct err *err)
{
    struct ledger_changes changes = {.after = engine->ledger_seq, .max = CHANGES_AT_ONCE};

    arena_reset(engine->work);
    if (engine->merge.skip_changes)
        return skip_changes(engine, err);
    if (!engine->intake_wanted)
        return 0;
    if (ledger_changes(engine->scan, engine->work, &changes, err) != 0)
        return -1;
    if (changes.count == 0) {
        engine->intake_wanted = false;
        engine->changes_taken = 0;
        return 0;
    }
    engine->changes_taken += changes.count;
    if (engine->changes_taken >= MANY_CHANGES && engine->merge.kind == MERGE_NONE) {
        engine->changes_taken = 0;
        merge_begin(engine, MERGE_FULL);
        return 1;
    }
    if (take_changes(engine, &changes, err) != 0)
        return -1;
    engine->ledger_seq = changes.seq;
    return 1;
}

int facts_step(struct engine *engine, struct err *err)
{
    struct id_list customers;

    if (!engine->facts_wanted)
        return 0;
    arena_reset(engine->work);
    if (engine_begin(engine, err) != 0)
        return -1;
    if (state_take_touched(engine->state, CHANGES_AT_ONCE, engine->work, &customers, err) != 0 ||
        wake_all(engine, customers.list, customers.count, engine_now(engine), err) != 0) {
        engine_rollback(engine);
        return -1;
    }
    if (engine_commit(engine, err) != 0)
        return -1;
    engine->dispatch_wanted = engine->plan_changed = true;
    if (customers.count < CHANGES_AT_ONCE)
        engine->facts_wanted = false;
    return request_step(engine, err) < 0 ? -1 : 1;
}
