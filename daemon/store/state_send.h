/* The state, sending: claims, attempts, outcomes (DESIGN 7).  Included by store/state.h. */
#ifndef STORE_STATE_SEND_H
#define STORE_STATE_SEND_H

#include "base/zone.h"
#include "model/reason.h"
#include "store/state_messages.h"

struct claim {
    int64_t message, attempt; /* attempt is filled in by state_claim */
    uint64_t token;           /* random, not 0 */
    const char *provider;
    const void *request; /* the whole serialised request */
    size_t request_length;
    unsigned char sha256[32];
    const char *message_id;
    int64_t ledger_version; /* of the gate connection at the claim */
    day_t rendered_on;
    moment_t at;
    const struct notice *restated; /* what was rendered; NULL on a retry of identical bytes */
};
int state_claim(struct state *state, struct claim *claim, struct err *err);

struct attempt {
    int64_t id, message, notice;
    int n;
    uint64_t token;
    enum attempt_status status;
    const char *provider, *phase, *text, *provider_id;
    int code;
    moment_t claimed_at, committed_at, done_at;
    int64_t ledger_version;
    const char *sha256; /* hex */
};

struct ticket {
    int64_t attempt;
    uint64_t token;
};
/* Compare-and-set claimed -> committing on (attempt, token); *done false if it was not claimed with that token. */
int state_commit_point(struct state *state, const struct ticket *ticket, moment_t now, bool *done, struct err *err);

struct outcome {
    int64_t attempt;
    uint64_t token;
    enum outcome_class class;
    const char *phase;
    int code;
    const char *text;        /* the reply in full, kept in the state only */
    const char *public_text; /* free of addresses, for events */
    const char *provider_id;
    enum reason reason;    /* of a gate's no */
    int32_t retry_after_s; /* 0: none given */
    moment_t at;
};

/*
 * Records an outcome and what follows (RULES R23-R26, R40): message, notice, records, further channels, fallback or
 * task, the next try, events, waking.  *known is false for an unknown token or what was recorded before: nothing
 * changes.
 */
int state_outcome(struct state *state, const struct outcome *outcome, const struct zone *zone, bool *known,
                  struct err *err);

/* An attempt by id, and all attempts in a status; for recovery, status and the gate. */
int state_attempt(struct state *state, int64_t id, struct arena *arena, struct attempt **out, struct err *err);
int state_attempts(struct state *state, enum attempt_status status, struct arena *arena, struct attempt_list *out,
                   struct err *err);
/* Those of one message in the order they were made. */
int state_message_attempts(struct state *state, int64_t message, struct arena *arena, struct attempt_list *out,
                           struct err *err);
/* The last attempt for the same channel and recipient of the notice, of any revision; *out NULL: there was none. */
int state_last_attempt(struct state *state, const struct message *message, struct arena *arena, struct attempt **out,
                       struct err *err);
/* claimed or committing -> claimed is undone (message planned again, attempt not_handed_over); for recovery. */
int state_unclaim(struct state *state, int64_t attempt, const char *why, moment_t now, struct err *err);
/* committing -> uncertain, with everything that follows (RULES R26). */
struct doubt {
    const char *why;
    moment_t now;
    const struct zone *zone; /* in which the notice's dates are counted */
};
int state_make_uncertain(struct state *state, int64_t attempt, const struct doubt *doubt, struct err *err);
/* Its unsent messages and its records are withdrawn, the customer woken; nothing is once a message may have left. */
int state_withdraw(struct state *state, int64_t notice, enum reason reason, moment_t now, struct err *err);
/* RULES R40: the message's revision is superseded; a new planned one with revision + 1 takes its place. */
int state_supersede(struct state *state, int64_t message, enum reason reason, moment_t now, struct err *err);
/* Sets when a planned message may be claimed (rate limit, provider down, another provider), without an attempt. */
int state_postpone(struct state *state, int64_t message, moment_t until, struct err *err);
#endif
