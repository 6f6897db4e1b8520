/*
 * The gate behind the commit point (DESIGN 7.4): opened for all asks that
 * wait, decided within one transaction, closed after its commit.
 */
#ifndef ENGINE_GATE_H
#define ENGINE_GATE_H

#include "engine/engine.h"

/* One ask on its way through the gate. */
struct asked {
    int64_t attempt_id;
    uint64_t token;
    struct flight *flight;         /* NULL: not known here */
    const struct attempt *attempt; /* NULL: not in the state */
    const struct notice *notice;   /* what it is about; NULL: not read */
    const struct message *message;
    enum reason reason; /* REASON_NONE: yes */
};

/* Where the state remembers which lines of the witness were synced: its last serial before the newest group. */
#define WITNESS_SYNCED "witness_synced"

/* One opening of the gate. */
struct gate_turn {
    struct engine *engine;
    struct arena *arena;
    moment_t now;
    struct asked *list;
    size_t count;
};

struct gate_turn gate_turn_open(struct engine *engine, const struct frame *asks, size_t count);

/* Within a transaction: every ask becomes a commit point or the no that ends its attempt. */
int gate_turn_decide(const struct gate_turn *gate, struct err *err);

/* After the commit (or without one: committed false): the witness, then the answers.  -1: nothing may be sent any more.
 */
int gate_turn_close(struct gate_turn *gate, bool committed, struct err *err);

#endif
