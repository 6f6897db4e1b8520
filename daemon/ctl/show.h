/*
 * The pages of `show`, and parts of them that `explain` shows too.
 */
#ifndef CTL_SHOW_H
#define CTL_SHOW_H

#include "ctl/page.h"
#include "model/dossier.h"

struct err;
struct ref;
struct session;

int show_customer(struct session *session, const struct ref *ref, struct err *err);
int show_invoice(struct session *session, const struct ref *ref, struct err *err);
int show_notice(struct session *session, const struct ref *ref, struct err *err);
int show_message(struct session *session, const struct ref *ref, struct err *err);

/* The items under a title, the credits and the instalments of a notice. */
void show_notice_items(struct session *session, struct page *page, const char *title, const struct notice *notice);

#endif
