/*
 * What becomes of a notice, its records and its messages.  Private to
 * store/state*.c and store/facts*.c.
 */
#ifndef STORE_STATE_TURN_H
#define STORE_STATE_TURN_H

#include "store/state_parts.h"

/* A message with what its notice and its last attempt say. */
struct parcel {
    int64_t message, notice, attempt;
    uint64_t token;
    enum channel channel;
    int recipient, attempts, revision;
    enum turn turn;
    bool carries, reserve;
    enum message_status status;
    enum attempt_status attempt_status;
    moment_t committed_at;
    const char *provider, *customer, *policy, *step, *require, *invoices;
    struct item_list items; /* as the notice says them */
    char currency[CURRENCY_SIZE];
    int64_t total;
    enum action action;
    enum notice_status notice_status;
};

/* By attempt, or with attempt 0 by message and its last attempt.  Lives in the scratch arena.  1 found, 0 not, -1
 * failed. */
int parcel_load(struct state *state, int64_t attempt, int64_t message, struct parcel *out, struct err *err);
struct event parcel_event(const struct parcel *parcel, enum event_kind kind, moment_t at);

struct stamp { /* a moment and its local date */
    moment_t at;
    day_t on;
};
int notice_accept(struct state *state, const struct parcel *parcel, struct stamp stamp, const char *channel,
                  struct err *err);
int notice_doubt(struct state *state, const struct parcel *parcel, struct stamp stamp, struct err *err);
/* Where the parcel was the last one in doubt: the notice, its records and its frozen messages are planned again. */
int notice_thaw(struct state *state, const struct parcel *parcel, struct err *err);
int notice_fail(struct state *state, const struct parcel *parcel, struct stamp stamp, struct err *err);
/* *did: something was withdrawn (nothing is once a message may have left). */
int notice_withdraw(struct state *state, const struct withdrawal *withdrawal, moment_t now, bool *did, struct err *err);
/* Nobody has to do anything for it any more. */
int notice_close_tasks(struct state *state, int64_t notice, enum reason reason, moment_t at, struct err *err);
/* The first messages of an approved notice, or the further ones after an acceptance, become planned. */
int notice_release(struct state *state, int64_t notice, enum turn last, struct err *err);
int message_end(struct state *state, int64_t message, const char *status, moment_t last_at, struct err *err);
/* Planned again, not before a moment (0: at once); frozen if the notice is uncertain. */
int message_again(struct state *state, int64_t message, moment_t not_before, struct err *err);
struct span { /* when something was said, and until when it waits (0: not at all) */
    moment_t at, until;
};
/* Another revision takes the place of this one (RULES R40). */
int message_anew(struct state *state, const struct parcel *parcel, enum reason reason, struct span span,
                 struct err *err);
int attempt_end(struct state *state, int64_t attempt, enum attempt_status status, moment_t at, struct err *err);
int count_accepted(struct state *state, moment_t at, struct err *err);

/* ---- state_outcome.c ---- */

/* What an accepted message leads to: the step is reached where it carries, and the further channels go (RULES R23). */
int message_reach(struct state *state, const struct parcel *parcel, struct stamp stamp, struct err *err);

#endif
