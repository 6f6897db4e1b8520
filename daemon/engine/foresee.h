/*
 * What comes next for a customer if nobody pays and nothing is changed: the
 * decisions of the days to come, each carried out at once.  Pure.
 */
#ifndef ENGINE_FORESEE_H
#define ENGINE_FORESEE_H

#include "policy/decide.h"

/* How far it looks. */
#define FORESEE_DAYS 400

struct foresee_wanted {
    const char *invoice, *step; /* a notice that records this; "" any */
    int32_t line;               /* of the invoice, 0 any */
    bool people_act; /* approvals are given and tasks done at once; else what waits for a person ends the view */
    bool rehearsal;  /* rows of the ledger are not there before their day */
    moment_t from;   /* where the view begins */
};

struct foresight {
    moment_t at;                     /* when the notice is planned */
    const struct dossier *dossier;   /* what is known then */
    const struct decision *decision; /* of which it is a part */
    const struct notice *notice;
};

/* The next notice that is wanted; false if there is none within FORESEE_DAYS. */
bool foresee(const struct dossier *dossier, const struct rulebook *rulebook, const struct foresee_wanted *wanted,
             struct arena *arena, struct foresight *out);

/* Does the notice record what is wanted? */
bool foresee_records(const struct notice *notice, const struct foresee_wanted *wanted);

#endif
