#include "base/arena.h"
#include "engine/simulate.h"
#include "engine/work.h"

enum { LINGER_MS = 250 };

static int look_at(struct engine *engine, const char *customer, moment_t now, struct err *err)
{
    const struct books books = {engine->scan, engine->state, engine->config, now, engine->scratch};
    struct dossier *dossier;

    arena_reset(engine->scratch);
    if (dossier_load(&books, customer, &dossier, err) == 0)
        return carry_out(engine, dossier, true, now, err);
    return err->code == ERR_NOT_FOUND ? carry_gone(engine, customer, now, err) : -1;
}

static int round_slice(struct engine *engine, const char **customers, size_t count, moment_t now, struct err *err)
{
    int64_t began = clock_boot_ms();
    size_t done = 0;

    if (engine_begin(engine, err) != 0)
        return -1;
    for (; done < count && (done == 0 || clock_boot_ms() - began < SLICE_MS); done++) {
        if (look_at(engine, customers[done], now, err) != 0) {
            engine_rollback(engine);
            return -1;
        }
    }
    engine->round_open = done < count || count == SLICE_CUSTOMERS;
    engine->rounded_ms = clock_boot_ms();
    return engine_commit(engine, err);
}

/* Outcomes wake their customers one by one; while messages fly they are looked at in groups. */
static bool may_linger(const struct engine *engine)
{
    return engine->flights.count > 0 && !engine->round_open && clock_boot_ms() - engine->rounded_ms < LINGER_MS;
}

/* Customers whose time has come. */
int round_step(struct engine *engine, struct err *err)
{
    moment_t now = engine_now(engine);
    struct id_list customers;

    if (whole_refresh(engine, now, err) != 0)
        return -1;
    if (engine->whole.blocked != REASON_NONE || engine->stopping || may_linger(engine))
        return 0;
    arena_reset(engine->work);
    if (state_due(engine->state, &(struct due){now, SLICE_CUSTOMERS}, engine->work, &customers, err) != 0)
        return -1;
    if (customers.count == 0) {
        engine->round_open = false;
        return 0;
    }
    return round_slice(engine, customers.list, customers.count, now, err) == 0 ? 1 : -1;
}
