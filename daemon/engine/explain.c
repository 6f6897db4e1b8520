#include "base/arena.h"
#include "config/zones.h"
#include "engine/freshness.h"
#include "engine/simulate.h"

int explain_customer(struct ledger *ledger, struct state *state, const struct config *config, const char *customer,
                     moment_t at, moment_t now, struct arena *arena, struct explained *out, struct err *err)
{
    struct conditions conditions = {.clock_ok = true, .explain = true, .rehearsal = at != MOMENT_NONE};
    moment_t moment = at == MOMENT_NONE ? now : at;
    struct staleness feed = {.arena = arena};
    struct dossier *dossier;

    if (dossier_load(ledger, state, config, customer, moment, arena, &dossier, err) != 0)
        return -1;
    if (at == MOMENT_NONE && feed_judge(ledger, config, now, &feed, err) != 0)
        return -1;
    conditions.stale_entities = feed.entities;
    conditions.stale_count = feed.count;
    if (conditions.rehearsal)
        dossier = dossier_as_of(dossier, zone_day(config->rulebook.zone, moment, NULL), arena);
    out->dossier = dossier;
    out->decision = decide(dossier, &config->rulebook, &conditions, moment, arena);
    return 0;
}
