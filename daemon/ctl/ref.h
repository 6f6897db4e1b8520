/*
 * What an ID of the command line names.
 */
#ifndef CTL_REF_H
#define CTL_REF_H

#include "engine/simulate.h"

struct session;

enum ref_kind { REF_CUSTOMER, REF_INVOICE, REF_NOTICE, REF_MESSAGE };

struct ref {
    enum ref_kind kind;
    const char *customer; /* bill-to, "" for notices and messages */
    const char *target;   /* the customer or invoice id that is meant */
    int32_t line;         /* of an invoice written as ID/2, 0: all lines */
    int64_t number;       /* of a notice or message */
};

/* A customer, or an invoice by id or number, perhaps with "/LINE". */
int ref_find(struct session *session, const char *word, struct ref *out, struct err *err);
/* The same, and N-... and M-... */
int ref_find_any(struct session *session, const char *word, struct ref *out, struct err *err);
/* An invoice and nothing else. */
int ref_find_invoice(struct session *session, const char *word, struct ref *out, struct err *err);

/* N-000012 or 12; ERR_USAGE otherwise. */
int ref_notice(const char *word, int64_t *number, struct err *err);
int ref_message(const char *word, int64_t *number, struct err *err);

#define MESSAGE_TEXT_SIZE 24
/* "M-000012"; returns buffer. */
char *message_name(int64_t id, char buffer[MESSAGE_TEXT_SIZE]);

/* The decision about a customer now, as explain shows it; at MOMENT_NONE: now with all gates. */
int ref_explain(struct session *session, const char *customer, moment_t at, struct explained *out, struct err *err);

/* Is the verdict about the invoice (and line) that is meant? */
bool ref_is_item(const struct ref *ref, const struct item *item);

#endif
