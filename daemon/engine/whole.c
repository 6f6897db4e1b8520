#include "base/arena.h"
#include "base/text.h"
#include "engine/freshness.h"
#include "engine/work.h"
#include "store/ballast.h"

enum { WITNESS_FLOOR = 1 << 20 };

static int judge_feed(struct engine *engine, moment_t now, bool *all, struct err *err)
{
    struct whole *whole = &engine->whole;
    struct staleness feed = {.arena = whole->arena};

    arena_reset(whole->arena);
    if (!engine->options.rehearsal && feed_judge(engine->watch, engine->config, now, &feed, err) != 0)
        return -1;
    whole->conditions.stale_entities = feed.entities;
    whole->conditions.stale_count = feed.count;
    *all = feed.all;
    return 0;
}

/* Whatever was decided while some feed was stale has to be decided anew when it is fresh. */
static void note_partly_stale(struct engine *engine, bool partly)
{
    struct whole *whole = &engine->whole;

    if (whole->partly_stale && !partly && engine->merge.kind == MERGE_NONE)
        merge_begin(engine, MERGE_FULL);
    whole->partly_stale = partly;
}

/* Says so once when sending is blocked as a whole, and once when it is not any more. */
static int tell(struct engine *engine, struct err *err)
{
    struct whole *whole = &engine->whole;
    enum reason before = engine->told_blocked;

    if (whole->blocked == before)
        return 0;
    engine->told_blocked = whole->blocked;
    engine->dispatch_wanted = true;
    if (whole->blocked == REASON_NONE)
        return engine_event(engine, EVENT_UNBLOCKED, before, "", err);
    return engine_event(engine, EVENT_BLOCKED, whole->blocked, whole->why, err);
}

/* Looks whether the disks have room for what sending would write; without it nothing new is begun. */
static void judge_room(struct engine *engine)
{
    const char *witness = engine->config->settings.witness;
    int64_t room = text_empty(witness) ? -1 : ballast_free_bytes(witness);
    bool full = state_short_of_room(engine->state) || (room >= 0 && room < WITNESS_FLOOR);

    if (full != engine->whole.no_room)
        engine->whole.seen_at = MOMENT_NONE;
    engine->whole.no_room = full;
}

/* A clock that is not believed blocks at once, whether or not the ledger can be read. */
static enum clock_fault judge_clock(struct engine *engine, moment_t now)
{
    struct whole *whole = &engine->whole;
    int64_t boot = clock_boot();
    enum clock_fault fault = clock_judge(&engine->clock, now, boot);

    if (fault == CLOCK_FINE && engine->clock.fixed == MOMENT_NONE)
        clock_believe(&engine->clock, now, boot);
    whole->conditions.clock_ok = fault == CLOCK_FINE;
    if (fault != CLOCK_FINE) {
        whole->blocked = REASON_CLOCK;
        whole->why = clock_sentence(fault);
        whole->seen_at = MOMENT_NONE;
    }
    return fault;
}

int whole_refresh(struct engine *engine, moment_t now, struct err *err)
{
    struct whole *whole = &engine->whole;
    bool all;

    judge_room(engine);
    if (whole->seen_at == now && whole->seen_version == engine->watch_version)
        return 0;
    enum clock_fault fault = judge_clock(engine, now);
    if (judge_feed(engine, now, &all, err) != 0)
        return -1;
    whole->seen_at = now;
    whole->seen_version = engine->watch_version;
    whole->conditions.rehearsal = engine->options.rehearsal;
    if (fault == CLOCK_FINE) {
        whole->blocked = all ? REASON_FEED_STALE : REASON_NONE;
        whole->why = "no payments are known beyond ledger.max_age; import payments, or set it to \"never\"";
    }
    if (fault == CLOCK_FINE && whole->no_room) {
        whole->blocked = REASON_NO_ROOM;
        whole->why = "the disk of the state directory or of the send log is nearly full; make room, and sending goes "
                     "on by itself";
    }
    if (whole->blocked == REASON_NONE)
        note_partly_stale(engine, whole->conditions.stale_count > 0);
    return tell(engine, err);
}
