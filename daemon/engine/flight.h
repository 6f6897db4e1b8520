/*
 * Attempts that the sender has in hand, and the ways they take: what the
 * engine remembers between a claim and its outcome.  Nothing here is needed to
 * be right after a crash; recover.c builds it anew from the state.
 */
#ifndef ENGINE_FLIGHT_H
#define ENGINE_FLIGHT_H

#include "config/config.h"
#include "model/dossier.h"

struct flight {
    struct arena *arena; /* of this flight, its dossier included */
    int64_t attempt, message, notice;
    uint64_t token;
    enum channel channel;
    int recipient;
    const char *provider, *address;
    const char *zone;        /* name of the zone in which its dates are counted */
    bool committed;          /* `yes` was given */
    struct dossier *dossier; /* as loaded for the claim; NULL: not known */
    int64_t ledger_version;  /* of the gate's connection before that */
};

struct flights {
    struct flight **list;
    size_t count, capacity;
};

/* A new flight with its arena; the caller fills it and adds it, or frees it. */
struct flight *flight_new(void);
void flight_free(struct flight **flight);
void flights_add(struct flights *flights, struct flight *flight);
struct flight *flights_find(const struct flights *flights, int64_t attempt, uint64_t token);
/* Removes and frees it; a NULL flight is allowed. */
void flights_remove(struct flights *flights, struct flight *flight);
void flights_clear(struct flights *flights);
size_t flights_committed(const struct flights *flights);

/* ---- ways: one per provider ---- */

struct way {
    const struct provider *provider;
    char name[128];
    int outstanding;   /* submits without an outcome */
    bool stopped;      /* misconfigured: until retry_at or a reload */
    moment_t retry_at; /* not before, MOMENT_NONE: usable */
    int refusals;      /* refused_for_now in a row */
    int64_t second;    /* the second counted for per_second */
    int in_second;
};

struct ways {
    struct way *list;
    size_t count;
};

/* Builds the ways of a configuration; what is in flight on a provider of the same name goes on counting. */
void ways_build(struct ways *ways, const struct config *config);
void ways_clear(struct ways *ways);
struct way *ways_find(struct ways *ways, const char *name);

enum way_state { WAY_FREE, WAY_BUSY, WAY_DOWN };

struct choice {
    enum way_state state;
    struct way *way;
    moment_t until; /* WAY_DOWN: when to look again */
};

struct way_query {
    enum channel channel;
    const char *last; /* provider of the message's last attempt, "" none */
    bool turned_away; /* ... which did not take it: the next one is to be tried */
    const char *only; /* this provider and no other, "" any of the channel */
    moment_t now;
    int64_t second; /* of any clock, for per_second */
};

/*
 * The way of a message: the first usable provider of its channel in order, from the one it had come to (after the last
 * one from the beginning); way NULL where the channel has none.
 */
struct choice ways_choose(struct ways *ways, const struct config *config, const struct way_query *query);

/* Counts a claim on a way. */
void way_take(struct way *way, int64_t second);
void way_release(struct ways *ways, const char *name);

/*
 * Learns from an outcome: back-off after refusals in a row, a stop after misconfigured.  True if another provider of
 * the channel is to be tried at once.
 */
bool ways_learn(struct ways *ways, const struct config *config, const struct flight *flight, enum outcome_class class,
                moment_t now);

/* Is any way free?  Are all of them down? */
bool ways_any_free(const struct ways *ways, moment_t now);

#endif
