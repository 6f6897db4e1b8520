/*
 * A stage for stories of the engine: the real engine, stores and configuration
 * in a folder of its own, clocks that are set by hand, and a sender that does
 * at its end of the socket what the story says.
 */
#ifndef STORY_STAGE_H
#define STORY_STAGE_H

#include "engine/engine.h"
#include "fake/engine/stand_ins.h"
#include "fake/test.h"

enum { SEEN_MAX = 256, HELD_MAX = 8 };

/* What the engine said to its sender. */
struct seen {
    enum frame_type type;
    int64_t attempt;
    uint64_t token;
    char provider[16], reason[24];
    unsigned char *bytes; /* of a request */
    size_t length;
};

struct stage {
    char folder[80];
    struct engine *engine;
    int listener, post; /* -1: nobody is connected */
    bool ended;         /* the engine ended by itself */
    struct seen seen[SEEN_MAX];
    int count;
    const struct seen *held[HELD_MAX]; /* what the sender says it has in hand when it is connected to */
    int held_count;
};

/* Figures that a story differs in; NULL: the stage's own. */
struct scene {
    const char *steps; /* of the only policy */
    const char *more;  /* further settings of that policy */
    const char *limits;
    const char *channels;
    const char *max_age;
    int connections; /* of each provider, 0: 8 */
};

/* The world around, beside the clocks of fake/engine/stand_ins.h: a disk. */
struct stage_world {
    bool disk_full, sync_fails;
};
extern struct stage_world stage_world;

void stage_open(struct stage *stage, const struct scene *scene);
void stage_close(struct stage *stage);
const char *stage_path(const struct stage *stage, const char *name); /* good until the next call */

/* ---- the ledger, the books ---- */
void stage_ledger(const struct stage *stage, const char *sql);
/* A customer with one invoice that is due for its first step today. */
void stage_debtor(const struct stage *stage, const char *customer, const char *invoice, int euros);
int64_t stage_number(const struct stage *stage, const char *sql);
void stage_request(const struct stage *stage, const char *kind);
/* A person has found out what became of the uncertain message of that channel. */
void stage_settle(const struct stage *stage, const char *channel, bool sent);
/* A person has written a letter today about another invoice of that customer. */
void stage_record(const struct stage *stage, const char *customer, const char *invoice, const char *step);
/* An older copy of the state, kept and brought back. */
void stage_keep_state(const struct stage *stage);
void stage_restore_state(const struct stage *stage);

/* ---- the engine ---- */
void stage_start(struct stage *stage);
void stage_stop(struct stage *stage);            /* as if it was killed: what is on disk is all that is left */
void stage_rest(struct stage *stage);            /* a tick, then turns until nobody has anything to do */
void stage_hear(struct stage *stage);            /* the engine reads what its sender said, and does no other work */
void stage_wait(struct stage *stage, int64_t s); /* time passes, then rest */

/* ---- the sender ---- */
int stage_submits(const struct stage *stage);
const struct seen *stage_submit(const struct stage *stage, int index); /* from 0; fails if there is none */
void stage_ask(const struct stage *stage, const struct seen *submit);
void stage_outcome(struct stage *stage, const struct seen *submit, enum outcome_class class, int retry_after_s);
/* Asks, and expects a yes; then the outcome, if there is to be one. */
void stage_deliver(struct stage *stage, const struct seen *submit, enum outcome_class class);
/* The last answer to an ask: "yes", a reason, or "" for none. */
const char *stage_answer(const struct stage *stage, const struct seen *submit);
void stage_leave(struct stage *stage); /* the sender ends; it can be connected to again at once */

#endif
