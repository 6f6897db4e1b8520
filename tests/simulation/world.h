/*
 * The world of the simulation: one customer, his policy, and what happens to
 * him in two years, all from one seed.
 */
#ifndef SIMULATION_WORLD_H
#define SIMULATION_WORLD_H

#include <stdint.h>

#include "base/arena.h"
#include "policy/decide.h"

#define ITEMS_MAX 16
#define PAYMENTS_MAX 48
#define HOLDS_MAX 16
#define DEEDS_MAX 48
#define SENDS_MAX 2048

struct dice {
    uint64_t state;
};
uint32_t roll(struct dice *dice, uint32_t sides); /* 0 .. sides - 1 */
bool chance(struct dice *dice, uint32_t percent);

/* What happens on a day; a deed changes the ledger or the facts. */
enum deed_kind {
    DEED_DISPUTE,
    DEED_UNDISPUTE,
    DEED_HOLD,
    DEED_RELEASE,
    DEED_VOID,
    DEED_DUE_LATER,
    DEED_UNPAY,
    DEED_COUNT
};
struct deed {
    enum deed_kind kind;
    moment_t at;
    int target; /* index of the item, the payment or the hold */
    bool done;
};

/* One notice as it went out, with what it recorded. */
struct send {
    moment_t at;
    day_t on;
    int64_t id, contact, total;
    day_t deadline;
    enum action action;
    bool before_due, uncertain;
    size_t count;
    struct {
        int item, step, occurrence, episode;
        int64_t net;
        day_t deadline;
    } rows[ITEMS_MAX];
};

struct world {
    uint64_t seed;
    struct dice dice;
    struct arena *arena;
    const struct policy *policy;
    struct rulebook rulebook;
    struct customer customer;
    struct item items[ITEMS_MAX];
    size_t item_count;
    struct payment payments[PAYMENTS_MAX];
    size_t payment_count;
    struct hold holds[HOLDS_MAX];
    size_t hold_count;
    struct deed deeds[DEEDS_MAX];
    size_t deed_count;
    struct dossier *dossier;
    struct send *sends;
    size_t send_count;
    bool faults; /* the sender refuses, doubts and delays */
    bool verbose;
};

/* Makes the world of a seed. */
void world_make(struct world *world, uint64_t seed, struct arena *arena);
void world_do(struct world *world, const struct deed *deed);

#endif
