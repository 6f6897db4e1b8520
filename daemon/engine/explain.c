#include "base/arena.h"
#include "config/zones.h"
#include "engine/freshness.h"
#include "engine/simulate.h"

int explain_customer(const struct books *books, const char *customer, moment_t at, struct explained *out,
                     struct err *err)
{
    struct conditions conditions = {.clock_ok = true, .explain = true, .rehearsal = at != MOMENT_NONE};
    const struct rulebook *rulebook = &books->config->rulebook;
    struct staleness feed = {.arena = books->arena};
    struct books then = *books;
    struct dossier *dossier;

    if (at != MOMENT_NONE)
        then.now = at;
    if (dossier_load(&then, customer, &dossier, err) != 0)
        return -1;
    if (at == MOMENT_NONE && feed_judge(books->ledger, books->config, books->now, &feed, err) != 0)
        return -1;
    conditions.stale_entities = feed.entities;
    conditions.stale_count = feed.count;
    if (conditions.rehearsal)
        dossier = dossier_as_of(dossier, zone_day(rulebook->zone, then.now, NULL), then.arena);
    out->dossier = dossier;
    out->decision = decide(dossier, rulebook, &conditions, then.now, then.arena);
    return 0;
}
