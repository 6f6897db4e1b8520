/*
 * Parts of `status`.
 */
#ifndef CTL_STATUS_H
#define CTL_STATUS_H

#include "base/err.h"
#include "ctl/page.h"
#include "engine/freshness.h"
#include "store/state.h"

struct session;

/* Why nothing is sent at all; text "" where sending is free. */
struct hindrance {
    enum reason reason;
    const char *text;
};

struct standing {
    struct session *session;
    long pid; /* of the daemon, 0: none runs */
    struct state_counts counts;
    struct staleness stale;
    struct hindrance block;
    moment_t next_wake, next_claim;
    moment_t config_read_at;   /* since when the configuration in force is that, MOMENT_NONE: unknown */
    bool config_differs;       /* the files, without mistakes, say something else */
    const char *const *broken; /* providers that were found misconfigured in the last hour and have not worked since */
    size_t broken_count;
};

/* Fills *out from the lock, the ledger and the state. */
int standing_find(struct session *session, struct standing *out, struct err *err);

/* The oldest uncertain messages, and what a person can do about them. */
int status_doubts(struct session *session, struct err *err);

/*
 * One line for monitoring.  The exit status is the error's code, without a
 * text: 0 well, 1 warning, 2 critical.
 */
int status_check(const struct standing *standing, struct err *err);

#endif
