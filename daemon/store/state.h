/*
 * The daemon's own database: cases, records, notices, messages, attempts,
 * facts and events (DESIGN 5-9).  WAL, synchronous=FULL; every write below
 * happens inside a transaction that the caller opened with state_begin.
 *
 * Any I/O error of SQLite makes the state unusable (state_broken): the engine
 * then stops sending and exits; nothing is retried in the same process.
 */
#ifndef STORE_STATE_H
#define STORE_STATE_H

#include "base/err.h"
#include "model/dossier.h"
#include "model/event.h"
#include "policy/decide.h"

struct arena;
struct state;

enum state_role {
    STATE_ENGINE, /* creates, migrates, takes the lock file */
    STATE_ONCE,   /* as the engine, for --once */
    STATE_FACTS,  /* dunningctl: writes facts; refuses other schema versions */
    STATE_READ    /* read only */
};

/* ERR_REFUSED: another engine holds the lock, the schema is another version, or a rehearsal state meets real providers.
   STATE_READ of a state that does not exist yet is ERR_NOT_FOUND. */
int state_open(struct state **out, const char *directory, enum state_role role, struct err *err);
void state_close(struct state **state);
bool state_broken(const struct state *state);
/* Who holds the lock of a state that need not exist; *pid 0: nobody, no engine is running. */
int state_engine_pid(const char *directory, long *pid, struct err *err);

int state_begin(struct state *state, struct err *err);    /* BEGIN IMMEDIATE, waits up to 10 s */
int state_commit(struct state *state, struct err *err);
void state_rollback(struct state *state);

/* Small facts about the whole: "ledger_seq", "highest_wall", "rehearsal", "scan_after", "summary_day", ... */
int state_get(struct state *state, const char *key, struct arena *arena, const char **value, struct err *err); /* "" none */
int state_set(struct state *state, const char *key, const char *value, struct err *err);

/* ---- waking: one row per bill-to customer ---- */
int state_wake(struct state *state, const char *customer, moment_t at, struct err *err); /* never later than it was */
int state_due(struct state *state, moment_t now, size_t max, struct arena *arena, const char ***customers, size_t *count,
              struct err *err);
int state_next_wake(struct state *state, moment_t *at, struct err *err); /* MOMENT_NEVER: none */
/* Customers touched by facts that dunningctl wrote since the last call (kept by triggers), and forgets them. */
int state_take_touched(struct state *state, size_t max, struct arena *arena, const char ***customers, size_t *count,
                       struct err *err);
int state_version(struct state *state, int64_t *version, struct err *err); /* data_version: did anyone else write? */

/* ---- the dossier's state part; no write ---- */
int state_fill(struct state *state, struct dossier *dossier, moment_t now, struct arena *arena, struct err *err);
/* For full merges: true if the customer has any state row at all (else state_fill would find nothing). */
int state_known(struct state *state, const char *customer, bool *known, struct err *err);

/* ---- carrying out a decision: cases, pass-overs, withdrawals, notices with items, records and messages, tasks,
        events, next_at.  Fills in decision->notices[i].id and .contact.  A unique-key violation is ERR_FAILED. ---- */
int state_apply(struct state *state, const struct dossier *dossier, struct decision *decision, moment_t now,
                struct err *err);

/* ---- messages and attempts ---- */
struct message {
    int64_t id, notice;
    enum channel channel;
    int recipient, revision;
    bool carries;
    enum message_status status;
    const char *name, *address, *language, *digest;
    const char *message_id; /* header, "" before the first claim */
    int attempts;           /* made so far */
    moment_t not_before;    /* next try */
    moment_t claimed_at;
    day_t rendered_on;      /* local date of the first claim of this revision, DAY_NONE: not rendered */
    const char *provider;   /* of the last attempt */
    bool reserve;           /* waits (approval, acceptance, refusal, doubt): MESSAGE_PLANNED, MOMENT_NEVER */
};

/* Messages that may be claimed now, best first: highest step, amount, oldest due, id (RULES R39). */
int state_claimable(struct state *state, moment_t now, size_t max, struct arena *arena, struct message **out,
                    size_t *count, struct err *err);
int state_next_claim(struct state *state, moment_t *at, struct err *err); /* earliest not_before, MOMENT_NEVER: none */

int state_notice(struct state *state, int64_t id, struct arena *arena, struct notice **out, struct err *err);
int state_message(struct state *state, int64_t id, struct arena *arena, struct message **out, struct err *err);
int state_messages(struct state *state, int64_t notice, struct arena *arena, struct message **out, size_t *count,
                   struct err *err);

/* The stored request of a revision, NULL if it was never rendered. */
int state_request(struct state *state, int64_t message, struct arena *arena, const void **bytes, size_t *length,
                  struct err *err);

struct claim {
    int64_t message, attempt;   /* attempt is filled in by state_claim */
    uint64_t token;             /* random, not 0 */
    const char *provider;
    const void *request;        /* the whole serialised request */
    size_t request_length;
    unsigned char sha256[32];
    const char *message_id;
    int64_t ledger_version;     /* of the gate connection at the claim */
    day_t rendered_on;
    moment_t at;
    const struct notice *restated; /* amounts, items, credits, deadline as rendered; NULL on a retry of identical bytes */
};
int state_claim(struct state *state, struct claim *claim, struct err *err);

struct attempt {
    int64_t id, message, notice;
    int n;
    uint64_t token;
    enum attempt_status status;
    const char *provider;
    const char *phase, *text, *provider_id;
    int code;
    moment_t claimed_at, committed_at, done_at;
    int64_t ledger_version;
    const char *sha256; /* hex */
};

/* Compare-and-set claimed -> committing on (attempt, token); *done false if it was not claimed with that token. */
int state_commit_point(struct state *state, int64_t attempt, uint64_t token, moment_t now, bool *done, struct err *err);

struct outcome {
    int64_t attempt;
    uint64_t token;
    enum outcome_class class;
    const char *phase;
    int code;
    const char *text;        /* the reply in full, kept in the state only */
    const char *public_text; /* free of addresses, for events */
    const char *provider_id;
    enum reason reason;      /* of a gate's no */
    int32_t retry_after_s;   /* 0: none given */
    moment_t at;
};

/*
 * Records an outcome and what follows from it (RULES R23-R26, R40): message, notice and record states, the further
 * channels, the fallback channels or task, the next try with its back-off, events, waking of the customer.
 * *known is false for an unknown token or an outcome that was already recorded: then nothing changes.
 * next_deadline etc. come from the notice as it was rendered.
 */
int state_outcome(struct state *state, const struct outcome *outcome, const struct zone *zone, bool *known,
                  struct err *err);

/* An attempt by id, and all attempts in a status; for recovery, status and the gate. */
int state_attempt(struct state *state, int64_t id, struct arena *arena, struct attempt **out, struct err *err);
int state_attempts(struct state *state, enum attempt_status status, struct arena *arena, struct attempt **out,
                   size_t *count, struct err *err);
int state_message_attempts(struct state *state, int64_t message, struct arena *arena, struct attempt **out,
                           size_t *count, struct err *err); /* in the order they were made */
/* claimed or committing -> claimed is undone (message planned again, attempt not_handed_over); for recovery. */
int state_unclaim(struct state *state, int64_t attempt, const char *why, moment_t now, struct err *err);
/* committing -> uncertain, with everything that follows (RULES R26). */
int state_make_uncertain(struct state *state, int64_t attempt, const char *why, moment_t now, const struct zone *zone,
                         struct err *err);
/* Withdraws a notice: its unsent messages withdrawn, records withdrawn, customer woken. */
int state_withdraw(struct state *state, int64_t notice, enum reason reason, moment_t now, struct err *err);
/* RULES R40: the message's revision is superseded; a new planned one with revision + 1 takes its place. */
int state_supersede(struct state *state, int64_t message, enum reason reason, moment_t now, struct err *err);
/* Puts a claimable message off (rate limit, provider down) without an attempt. */
int state_postpone(struct state *state, int64_t message, moment_t until, struct err *err);
/* Message-IDs of accepted emails of the same episodes, oldest first. */
int state_references(struct state *state, int64_t notice, struct arena *arena, const char ***ids, size_t *count,
                     struct err *err);

/* ---- events ---- */
int state_event(struct state *state, const struct event *event, struct err *err);
struct event_filter {
    const char *customer, *invoice; /* "" any */
    int kind;                       /* enum event_kind, -1 any */
    moment_t since;                 /* MOMENT_NONE any */
    int64_t after_seq;
    int64_t notice;                 /* 0 any */
    size_t limit;                   /* 0: 1000; the newest ones, in ascending order */
};
struct logged_event {
    int64_t seq;
    struct event event;
};
int state_events(struct state *state, const struct event_filter *filter, struct arena *arena, struct logged_event **out,
                 size_t *count, struct err *err);

/* Message and contact counts for limits and breaker: accepted or uncertain in [from, to), and claimed but undecided. */
int state_sent_between(struct state *state, moment_t from, moment_t to, int64_t *messages, struct err *err);
/* Accepted messages per day of the last 30 days that had any, ascending; for the breaker's median. */
int state_daily_counts(struct state *state, moment_t now, int64_t counts[30], size_t *days, struct err *err);

struct state_counts {
    int64_t planned, in_flight, uncertain, awaiting_approval, failed, open_tasks, active_holds, accepted_today,
        refused_today, customers_waiting, exhausted;
    moment_t oldest_planned;
};
int state_counts(struct state *state, moment_t day_start, struct state_counts *out, struct err *err);

#endif
