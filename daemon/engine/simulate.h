/*
 * The same decision on other clocks: explain, preview and simulate (DESIGN 4
 * "Other clocks").  They read; they change nothing.
 */
#ifndef ENGINE_SIMULATE_H
#define ENGINE_SIMULATE_H

#include "base/err.h"
#include "config/config.h"
#include "policy/decide.h"
#include "store/ledger.h"
#include "store/state.h"

/* Loads ledger and state (NULL: none yet) of one bill-to customer, zone included. */
int dossier_load(struct ledger *ledger, struct state *state, const struct config *config, const char *customer,
                 moment_t now, struct arena *arena, struct dossier **out, struct err *err);

struct explained {
    const struct dossier *dossier;
    const struct decision *decision;
};
/* at: MOMENT_NONE = now with all gates; else as of that moment, without the whole's gates. */
int explain_customer(struct ledger *ledger, struct state *state, const struct config *config, const char *customer,
                     moment_t at, moment_t now, struct arena *arena, struct explained *out, struct err *err);

struct simulated_row {
    moment_t at;
    int32_t offset; /* of the customer's zone then */
    int64_t notice; /* numbered in time order from 1 */
    const char *customer, *invoice, *policy, *step, *currency;
    int32_t line;
    enum action action;
    enum channel channel;
    int64_t amount; /* the item's net on this notice */
};

struct simulation {
    moment_t from;
    int days;
    size_t approvals_asked, tasks, exhausted;
    struct simulated_row *rows; /* by (at, customer, notice, invoice, line, channel) */
    size_t count;
};
/* rulebook: NULL = the configuration's.  progress may be NULL.  Rows live in the arena. */
int simulate(struct ledger *ledger, struct state *state, const struct config *config, const struct rulebook *rulebook,
             struct simulation *simulation, struct arena *arena, void (*progress)(void *, size_t customers),
             void *context, struct err *err);

/* The exact bytes that would be sent: the next (or named) step of an item or customer.  channel -1: the first. */
struct previewed {
    const struct notice *notice;
    const struct message_plan *message;
    struct rendered *rendered;
};
int preview(struct ledger *ledger, struct state *state, const struct config *config, const char *customer,
            const char *invoice, const char *step, int channel, moment_t now, struct arena *arena,
            struct previewed *out, struct err *err);

#endif
