#include "engine/engine.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/parse.h"

enum { PAIR_S = 60 };

moment_t engine_now(const struct engine *engine)
{
    return clock_now(&engine->clock);
}

int engine_begin(struct engine *engine, struct err *err)
{
    return state_begin(engine->state, err);
}

void engine_rollback(struct engine *engine)
{
    state_rollback(engine->state);
}

int engine_set_number(struct engine *engine, const char *key, int64_t value, struct err *err)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, value);
    return state_set(engine->state, key, text, err);
}

int engine_get_number(struct engine *engine, const char *key, int64_t missing, int64_t *out, struct err *err)
{
    struct arena *arena = arena_new(0);
    const char *text;
    int result = state_get(engine->state, key, arena, &text, err);

    if (result == 0 && !parse_i64(text, INT64_MIN, INT64_MAX, out))
        *out = missing;
    arena_free(&arena);
    return result;
}

/* A pair of readings that another process of the same boot can go on with. */
static int save_pair(struct engine *engine, struct err *err)
{
    char id[BOOT_ID_SIZE], text[BOOT_ID_SIZE + 48];

    snprintf(text, sizeof text, "%s %" PRId64 " %" PRId64, clock_boot_id(id), engine->clock.boot, engine->clock.wall);
    return state_set(engine->state, "clock", text, err);
}

/* The highest wall time goes along with transactions that happen anyway (reliability.md 5). */
static int save_clock(struct engine *engine, struct err *err)
{
    struct clock_watch *clock = &engine->clock;
    moment_t wall = engine_now(engine);
    int64_t boot = clock_boot();
    bool rests = clock->saved == MOMENT_NONE || wall - clock->saved >= PAIR_S;

    if (clock->fixed != MOMENT_NONE || clock_judge(clock, wall, boot) != CLOCK_FINE ||
        (clock->saved != MOMENT_NONE && wall <= clock->saved))
        return 0;
    clock_believe(clock, wall, boot);
    if (engine_set_number(engine, "highest_wall", wall, err) != 0 || (rests && save_pair(engine, err) != 0))
        return -1;
    clock->saved = wall;
    return 0;
}

int engine_commit(struct engine *engine, struct err *err)
{
    if (save_clock(engine, err) != 0 || journal_save(&engine->journal, engine->state, err) != 0 ||
        state_commit(engine->state, err) != 0) {
        state_rollback(engine->state);
        return -1;
    }
    return journal_follow(&engine->journal, engine->state, engine->config->rulebook.zone, err);
}

int engine_event(struct engine *engine, enum event_kind kind, enum reason reason, const char *text, struct err *err)
{
    struct event event = event_blank(kind, engine_now(engine));

    event.reason = reason;
    event.text = text;
    if (engine_begin(engine, err) != 0)
        return -1;
    if (state_event(engine->state, &event, err) != 0) {
        engine_rollback(engine);
        return -1;
    }
    return engine_commit(engine, err);
}
