#include "base/arena.h"
#include "base/text.h"
#include "config/zones.h"
#include "engine/simulate.h"

int dossier_load(struct ledger *ledger, struct state *state, const struct config *config, const char *customer,
                 moment_t now, struct arena *arena, struct dossier **out, struct err *err)
{
    struct dossier *dossier;

    if (ledger_load(ledger, customer, arena, &dossier, err) != 0)
        return -1;
    dossier->zone = zones_find(config->zones, dossier->customer->timezone);
    if (state != NULL && state_fill(state, dossier, now, arena, err) != 0)
        return -1;
    *out = dossier;
    return 0;
}
