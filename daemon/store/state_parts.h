/* Rows in and out that several files of the state share.  Private to store/state*.c and store/facts*.c. */
#ifndef STORE_STATE_PARTS_H
#define STORE_STATE_PARTS_H

#include "store/state_core.h"

/* When a message goes: at first, after the acceptance, or after a refusal (RULES R23). */
enum turn { TURN_FIRST, TURN_FURTHER, TURN_FALLBACK };

struct item_list {
    struct notice_item *list;
    size_t count;
};

/* ---- state_read.c ---- */

#define NOTICE_COLUMNS                                                                                          \
    "SELECT id, contact, customer, entity, policy, step, template, language, group_invoice, currency, action, " \
    "status, before_due, needs_approval, total, on_day, deadline, planned_at, at FROM notices "
#define MESSAGE_COLUMNS                                                                                               \
    "SELECT m.id, m.notice, m.channel, m.recipient, m.revision, m.carries, m.status, m.name, m.address, m.language, " \
    "m.digest, m.message_id, m.attempts, m.not_before, m.claimed_at, m.rendered_on, m.provider "

/* Of one column. */
int read_ids(struct state *state, struct sql *sql, struct arena *arena, struct id_list *out, struct err *err);
/* sql: NOTICE_COLUMNS.  Their parts are read too. */
int read_notices(struct state *state, struct sql *sql, struct arena *arena, struct notice_list *out, struct err *err);
int read_items(struct state *state, int64_t notice, struct arena *arena, struct item_list *out, struct err *err);
/* sql: MESSAGE_COLUMNS, which more columns may follow. */
void read_message(struct sql *sql, struct arena *arena, struct message *message);
int read_messages(struct state *state, struct sql *sql, struct arena *arena, struct message_list *out, struct err *err);

#define TASK_COLUMNS                                                                                                 \
    "SELECT id, notice, kind, status, outcome, customer, invoice_id, line, episode, policy, step, title, assignee, " \
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

#endif
