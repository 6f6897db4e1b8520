#include "base/arena.h"
#include "base/text.h"
#include "config/zones.h"
#include "engine/simulate.h"
#include "store/ledger.h"
#include "store/state.h"

int dossier_load(const struct books *books, const char *customer, struct dossier **out, struct err *err)
{
    struct dossier *dossier;

    if (ledger_load(books->ledger, customer, books->arena, &dossier, err) != 0)
        return -1;
    dossier->zone = zones_find(books->config->zones, dossier->customer->timezone);
    if (books->state != NULL && state_fill(books->state, dossier, books->now, books->arena, err) != 0)
        return -1;
    *out = dossier;
    return 0;
}
