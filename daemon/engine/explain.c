#include "base/arena.h"
#include "config/zones.h"
#include "engine/freshness.h"
#include "engine/simulate.h"

/* The feed as the daemon would judge it now. */
static int whole_conditions(struct ledger *ledger, const struct config *config, moment_t now, struct arena *arena,
                            struct conditions *out, struct err *err)
{
    const struct calendar *calendar = rulebook_calendar(&config->rulebook, config->settings.ledger_calendar);
    const char **entities;
    moment_t *until;
    struct feed_mark *marks;
    size_t count;
    bool all;

    if (ledger_feed(ledger, arena, &entities, &until, &count, err) != 0)
        return -1;
    marks = arena_array(arena, count + 1, sizeof *marks);
    for (size_t i = 0; i < count; i++) {
        marks[i].entity = entities[i];
        marks[i].until = until[i];
    }
    out->stale_count = feed_stale(marks, count, &config->rulebook, &config->settings.ledger_max_age,
                                  calendar != NULL ? calendar : &calendar_plain, now, arena, &out->stale_entities, &all);
    return 0;
}

int explain_customer(struct ledger *ledger, struct state *state, const struct config *config, const char *customer,
                     moment_t at, moment_t now, struct arena *arena, struct explained *out, struct err *err)
{
    struct conditions conditions = {.clock_ok = true, .explain = true, .rehearsal = at != MOMENT_NONE};
    moment_t moment = at == MOMENT_NONE ? now : at;
    struct dossier *dossier;

    if (dossier_load(ledger, state, config, customer, moment, arena, &dossier, err) != 0)
        return -1;
    if (at == MOMENT_NONE && whole_conditions(ledger, config, now, arena, &conditions, err) != 0)
        return -1;
    if (conditions.rehearsal)
        dossier = dossier_as_of(dossier, zone_day(config->rulebook.zone, moment, NULL), arena);
    out->dossier = dossier;
    out->decision = decide(dossier, &config->rulebook, &conditions, moment, arena);
    return 0;
}
