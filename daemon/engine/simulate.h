/*
 * The same decision on other clocks: explain, preview and simulate (DESIGN 4
 * "Other clocks").  They read; they change nothing.
 */
#ifndef ENGINE_SIMULATE_H
#define ENGINE_SIMULATE_H

#include "base/err.h"
#include "config/config.h"
#include "policy/decide.h"

struct ledger;
struct state;

/* What is read, as of when, and where it is put. */
struct books {
    struct ledger *ledger;
    struct state *state; /* NULL: none yet */
    const struct config *config;
    moment_t now;
    struct arena *arena;
};

/* Ledger and state of one bill-to customer, zone included. */
int dossier_load(const struct books *books, const char *customer, struct dossier **out, struct err *err);

struct explained {
    const struct dossier *dossier;
    const struct decision *decision;
};
/* at: MOMENT_NONE = now with all gates; else as of that moment, without the whole's gates. */
int explain_customer(const struct books *books, const char *customer, moment_t at, struct explained *out,
                     struct err *err);

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
    /* what is asked for */
    const struct rulebook *rulebook; /* NULL: the configuration's */
    moment_t from;
    int days;
    void (*progress)(void *context, size_t customers); /* NULL: none */
    void *context;
    /* what came of it */
    size_t approvals_asked, tasks, exhausted;
    struct simulated_row *rows; /* by (at, customer, notice, invoice, line, channel) */
    size_t count;
};
int simulate(const struct books *books, struct simulation *simulation, struct err *err);

struct preview_wanted {
    const char *customer, *invoice, *step; /* invoice "": of the customer; step "": the next one */
    int channel;                           /* -1: the first */
};
struct previewed {
    const struct notice *notice;
    const struct message_plan *message;
    struct rendered *rendered;
};
/* The exact bytes that would be sent. */
int preview(const struct books *books, const struct preview_wanted *wanted, struct previewed *out, struct err *err);

#endif
