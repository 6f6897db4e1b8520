/*
 * Tables that several verbs show.
 */
#ifndef CTL_LISTS_H
#define CTL_LISTS_H

#include "ctl/page.h"
#include "policy/decide.h"
#include "store/facts.h"

struct session;

/* ---- the lists of `list`, with its filters ---- */
int list_items(struct session *session, struct err *err);
int list_accounts(struct session *session, struct err *err);
int list_notices(struct session *session, struct err *err);
int list_messages(struct session *session, struct err *err);
int list_holds(struct session *session, struct err *err);
/* status: where --status is not given; -1 any. */
int list_tasks(struct session *session, int status, struct err *err);

/* ---- tables, and rows for them; strings are copied where their owner is short-lived ---- */
struct table *items_table(struct page *page, const char *title);
void items_add(struct session *session, struct table *table, const struct verdict *verdict);
struct table *accounts_table(struct page *page, const char *title);
/* Rows for all accounts of a customer in which anything is open. */
void accounts_add(struct session *session, struct table *table, const struct dossier *dossier,
                  const struct decision *decision);
void notices_table(struct session *session, struct page *page, const struct notice *list, size_t count);
void messages_table(struct session *session, struct page *page, const struct message *list, size_t count);
void holds_table(struct page *page, const struct hold *list, size_t count);
void tasks_table(struct page *page, const struct task *list, size_t count);

/* "R-1004", "R-1004/2" */
const char *item_name(struct arena *arena, const char *invoice_id, int32_t line);
/* The word of a verdict: its reason, or "due". */
const char *verdict_word(const struct verdict *verdict);

#endif
