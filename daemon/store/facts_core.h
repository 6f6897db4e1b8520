/* What all facts share: one short transaction each, and their events.  Private to store/facts*.c. */
#ifndef STORE_FACTS_CORE_H
#define STORE_FACTS_CORE_H

#include "store/facts.h"
#include "store/state_turn.h"

/* The transaction of a fact: its own, unless the caller has one open. */
struct fact {
    struct state *state;
    bool own;
};
int fact_begin(struct fact *fact, struct state *state, struct err *err);
/* Commits a result of 0, takes back one of -1; returns what came of it. */
int fact_finish(const struct fact *fact, int result, struct err *err);

struct event fact_event(enum event_kind kind, moment_t now, const char *author);
/* Customer, policy, step, amount and invoices of a notice into an event about it. */
void fact_about(struct state *state, const struct notice *notice, struct event *event);

#endif
