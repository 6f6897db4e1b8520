/*
 * Customer by customer through the ledger, each with what would be decided now.
 */
#ifndef CTL_WALK_H
#define CTL_WALK_H

#include "engine/simulate.h"

struct session;

struct walked {
    struct session *session;
    const struct dossier *dossier; /* until the visit returns */
    const struct decision *decision;
    void *context;
    bool enough; /* set by the visit: go no further */
};

typedef int walk_visit(struct walked *walked, struct err *err);

/* All customers, or the one that --customer names. */
int walk_customers(struct session *session, walk_visit *visit, void *context, struct err *err);

#endif
