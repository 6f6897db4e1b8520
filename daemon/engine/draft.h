/*
 * A draft: one message made ready for its claim.  Its notice is stated anew,
 * rendered and turned into the provider's request, or a retry takes the bytes
 * as they are stored (RULES R40, DESIGN 7.2).
 */
#ifndef ENGINE_DRAFT_H
#define ENGINE_DRAFT_H

#include "engine/engine.h"

enum draft_kind {
    DRAFT_READY,     /* claim and submit */
    DRAFT_LATER,     /* postpone until `until` */
    DRAFT_WITHDRAW,  /* the notice no longer stands */
    DRAFT_SUPERSEDE, /* a new revision takes its place (RULES R40) */
    DRAFT_BROKEN,    /* cannot be written as configured: postpone, and say so */
    DRAFT_REFUSED    /* cannot be written to this recipient: as if a provider had refused it */
};

struct draft {
    enum draft_kind kind;
    enum reason reason;
    moment_t until;
    const struct message *message;
    const char *customer, *policy, *step; /* as long as the flight lives */
    struct way *way;
    struct flight *flight; /* READY: owns all that follows */
    int fd;                /* READY: the sealed request, -1: given away */
    struct claim claim;
    struct err err; /* BROKEN, REFUSED */
};

/* A blank draft of a message on a way (NULL: none). */
struct draft draft_blank(const struct message *message, struct way *way);
/* Makes it; -1 only where the state or the ledger failed. */
int draft_make(struct engine *engine, moment_t now, struct draft *draft, struct err *err);
void draft_drop(struct draft *draft);

/* The plan of a message within its notice, for rechecks. */
struct message_plan draft_plan(const struct notice *notice, const struct message *message);

#endif
