#include "base/arena.h"
#include "engine/simulate.h"
#include "engine/work.h"

static int look_at(struct engine *engine, const char *customer, moment_t now, struct err *err)
{
    struct dossier *dossier;

    arena_reset(engine->scratch);
    if (dossier_load(engine->scan, engine->state, engine->config, customer, now, engine->scratch, &dossier, err) == 0)
        return carry_out(engine, dossier, true, now, err);
    return err->code == ERR_NOT_FOUND ? carry_gone(engine, customer, now, err) : -1;
}

/* Customers whose time has come. */
int round_step(struct engine *engine, struct err *err)
{
    moment_t now = engine_now(engine);
    int64_t began = clock_boot_ms();
    const char **customers;
    size_t count;

    if (whole_refresh(engine, now, err) != 0)
        return -1;
    if (engine->whole.blocked != REASON_NONE || engine->stopping)
        return 0;
    arena_reset(engine->work);
    if (state_due(engine->state, now, SLICE_CUSTOMERS, engine->work, &customers, &count, err) != 0)
        return -1;
    if (count == 0)
        return 0;
    if (engine_begin(engine, err) != 0)
        return -1;
    for (size_t i = 0; i < count && (i == 0 || clock_boot_ms() - began < SLICE_MS); i++) {
        if (look_at(engine, customers[i], now, err) != 0) {
            engine_rollback(engine);
            return -1;
        }
    }
    return engine_commit(engine, err) == 0 ? 1 : -1;
}
