/*
 * A full merge: every customer of the ledger, in slices, each its own
 * transaction (DESIGN 7.8).  It runs at each start, since the configuration may
 * be another one, after a reload, and every `reconcile`.  One that is cut off
 * begins anew: what it had done is in the state already.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/zones.h"
#include "engine/work.h"

enum {
    SLICE_FIRST = 50,
    SLICE_LEAST = 5,
    SHORT_MS = SLICE_MS / 3,
};

void merge_begin(struct engine *engine, enum merge_kind kind)
{
    struct merge *merge = &engine->merge;

    if (merge->kind == MERGE_FIRST)
        kind = MERGE_FIRST;
    free(merge->after);
    *merge = (struct merge){.kind = kind,
                            .after = NULL,
                            .slice = SLICE_FIRST,
                            .skip_changes = true,
                            .began_ms = clock_boot_ms(),
                            .former = merge->former,
                            .by_policy = merge->by_policy,
                            .request = merge->request,
                            .notes = merge->notes};
}

static int end_record(struct engine *engine, moment_t now, struct err *err)
{
    const struct merge *merge = &engine->merge;
    struct event event = event_blank(EVENT_PASS, now);

    event.text = arena_printf(engine->work, "customers=%" PRId64 " items=%" PRId64 " notices=%" PRId64 " ms=%" PRId64,
                              merge->customers, merge->items, merge->notices, clock_boot_ms() - merge->began_ms);
    if (engine_begin(engine, err) != 0)
        return -1;
    if (engine_set_number(engine, "merged_at", now, err) != 0 || state_event(engine->state, &event, err) != 0) {
        engine_rollback(engine);
        return -1;
    }
    return engine_commit(engine, err);
}

static int merge_end(struct engine *engine, moment_t now, struct err *err)
{
    if (end_record(engine, now, err) != 0)
        return -1;
    engine->merged_at = now;
    engine->merge.kind = MERGE_NONE;
    engine->dispatch_wanted = engine->plan_changed = true;
    free(engine->merge.after);
    engine->merge.after = NULL;
    return reload_compared(engine, err) == 0 ? 1 : -1;
}

static int merge_one(struct engine *engine, struct dossier *dossier, moment_t now, struct err *err)
{
    bool known = false;

    arena_reset(engine->scratch);
    dossier->zone = zones_find(engine->config->zones, dossier->customer->timezone);
    if (state_known(engine->state, dossier->customer->id, &known, err) != 0)
        return -1;
    if (known && state_fill(engine->state, dossier, now, engine->scratch, err) != 0)
        return -1;
    reload_compare(engine, dossier, now);
    engine->merge.customers++;
    engine->merge.items += (int64_t)dossier->item_count;
    return carry_out(engine, dossier, known, now, err);
}

/* As many customers as fit into a slice. */
static void adapt(struct merge *merge, int64_t took_ms, bool whole)
{
    if (!whole || took_ms > SLICE_MS)
        merge->slice = merge->slice / 2 > SLICE_LEAST ? merge->slice / 2 : SLICE_LEAST;
    else if (took_ms < SHORT_MS)
        merge->slice = merge->slice * 2 < SLICE_CUSTOMERS ? merge->slice * 2 : SLICE_CUSTOMERS;
}

static int merge_slice(struct engine *engine, struct dossier *dossiers, size_t count, int64_t began, struct err *err)
{
    struct merge *merge = &engine->merge;
    moment_t now = engine_now(engine);
    size_t done = 0;

    if (engine_begin(engine, err) != 0)
        return -1;
    for (; done < count && (done == 0 || clock_boot_ms() - began < SLICE_MS); done++) {
        if (merge_one(engine, &dossiers[done], now, err) != 0) {
            engine_rollback(engine);
            return -1;
        }
    }
    if (engine_commit(engine, err) != 0)
        return -1;
    free(merge->after);
    merge->after = arena_must(strdup(dossiers[done - 1].customer->id));
    adapt(merge, clock_boot_ms() - began, done == count);
    return 0;
}

int merge_step(struct engine *engine, struct err *err)
{
    struct merge *merge = &engine->merge;
    moment_t now = engine_now(engine);
    int64_t began = clock_boot_ms();
    struct ledger_slice slice = {.after = merge->after ? merge->after : "", .max = merge->slice};

    if (whole_refresh(engine, now, err) != 0)
        return -1;
    if (merge->kind == MERGE_NONE || engine->whole.blocked != REASON_NONE || engine->stopping)
        return 0;
    arena_reset(engine->work);
    if (ledger_slice(engine->scan, engine->work, &slice, err) != 0)
        return -1;
    if (slice.count == 0)
        return merge_end(engine, now, err);
    return merge_slice(engine, slice.list, slice.count, began, err) == 0 ? 1 : -1;
}
