/*
 * The moves that several files of the state share: rows in, and the turns of a
 * notice.  Private to store/state*.c and store/facts*.c.
 */
#ifndef STORE_STATE_PARTS_H
#define STORE_STATE_PARTS_H

#include "store/state_core.h"

/* When a message goes: at first, after the acceptance, or after a refusal (RULES R23). */
enum turn { TURN_FIRST, TURN_FURTHER, TURN_FALLBACK };

struct id_list {
    const char **list;
    size_t count;
};
struct item_list {
    struct notice_item *list;
    size_t count;
};
struct notice_list {
    struct notice *list;
    size_t count;
};
struct message_list {
    struct message *list;
    size_t count;
};

/* ---- state_read.c ---- */

#define NOTICE_COLUMNS                                                                                                 \
    "SELECT id, contact, customer, entity, policy, step, template, language, group_invoice, currency, action, status, " \
    "before_due, needs_approval, total, on_day, deadline, planned_at, at FROM notices "
#define MESSAGE_COLUMNS                                                                                                \
    "SELECT m.id, m.notice, m.channel, m.recipient, m.revision, m.carries, m.status, m.name, m.address, m.language, "  \
    "m.digest, m.message_id, m.attempts, m.not_before, m.claimed_at, m.rendered_on, m.provider "

/* sql: NOTICE_COLUMNS.  Their parts are read too. */
int read_notices(struct state *state, struct sql *sql, struct arena *arena, struct notice_list *out, struct err *err);
int read_items(struct state *state, int64_t notice, struct arena *arena, struct item_list *out, struct err *err);
/* sql: MESSAGE_COLUMNS, which more columns may follow. */
void read_message(struct sql *sql, struct arena *arena, struct message *message);
int read_messages(struct state *state, struct sql *sql, struct arena *arena, struct message_list *out, struct err *err);

#define TASK_COLUMNS                                                                                                   \
    "SELECT id, notice, kind, status, outcome, customer, invoice_id, line, episode, policy, step, title, assignee, "   \
    "due, created_at, done_at, done_on FROM tasks "
void read_task(struct sql *sql, struct arena *arena, struct task *task);
/* One notation for an address: numbers as + and digits, e-mail without white space around it. */
const char *address_normal(const char *channel, const char *address, struct arena *arena);

/* ---- state_wake.c ---- */

/* Sets when a customer is looked at next; known: there are rows about him. */
int wake_set(struct state *state, const char *customer, moment_t at, bool known, struct err *err);
/* A fact about a customer: the engine wakes him; "" is nobody. */
int touch(struct state *state, const char *customer, struct err *err);

/* ---- state_row.c: rows of a notice ---- */

int put_notice(struct state *state, const struct notice *notice, const char *require, bool manual, struct err *err);
int put_parts(struct state *state, const struct notice *notice, struct err *err);
/* Enters a record and, where the item has none, its case. */
int put_record(struct state *state, const struct record *record, const char *customer, struct err *err);
int put_task(struct state *state, struct task *task, struct err *err); /* fills in id; with its event */
/* "2026-0113,2026-0120/2": the recorded items, or all where none is. */
const char *invoices_of(const struct notice_item *items, size_t count, struct arena *arena);

/* ---- state_turn.c: what becomes of a notice ---- */

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
    char currency[CURRENCY_SIZE];
    int64_t total;
    enum action action;
    enum notice_status notice_status;
};

/* By attempt, or with attempt 0 by message and its last attempt.  Lives in the scratch arena.  1 found, 0 not, -1 failed. */
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
int notice_withdraw(struct state *state, int64_t notice, enum reason reason, moment_t now, bool *did, struct err *err);
/* The first messages of an approved notice, or the further ones after an acceptance, become planned. */
int notice_release(struct state *state, int64_t notice, enum turn last, struct err *err);
int message_end(struct state *state, int64_t message, const char *status, moment_t last_at, struct err *err);
/* Planned again, not before a moment (0: at once); frozen if the notice is uncertain. */
int message_again(struct state *state, int64_t message, moment_t not_before, struct err *err);
struct span { /* when something was said, and until when it waits (0: not at all) */
    moment_t at, until;
};
/* Another revision takes the place of this one (RULES R40). */
int message_anew(struct state *state, const struct parcel *parcel, enum reason reason, struct span span, struct err *err);
int attempt_end(struct state *state, int64_t attempt, enum attempt_status status, moment_t at, struct err *err);
int count_accepted(struct state *state, moment_t at, struct err *err);


/* ---- state_outcome.c ---- */

/* What an accepted message leads to: the step is reached where it carries, and the further channels go (RULES R23). */
int message_reach(struct state *state, const struct parcel *parcel, struct stamp stamp, struct err *err);

#endif
