/*
 * Everything that happens is one of these.  The table in event.c gives each
 * its word, its journal MESSAGE_ID, its priority and whether it goes to the
 * status log; events are also rows of the state (DESIGN 9).
 */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include "base/day.h"
#include "base/money.h"
#include "base/names.h"
#include "model/reason.h"

enum event_kind {
    EVENT_STARTED,
    EVENT_STOPPED,
    EVENT_RELOADED,
    EVENT_RELOAD_FAILED,
    EVENT_PASS,
    EVENT_SUMMARY,
    EVENT_BLOCKED, /* nothing is sent, with the reason */
    EVENT_UNBLOCKED,
    EVENT_PLANNED,
    EVENT_APPROVAL_ASKED,
    EVENT_APPROVED,
    EVENT_REJECTED,
    EVENT_CLAIMED,
    EVENT_ACCEPTED,
    EVENT_REFUSED,
    EVENT_REFUSED_FOR_NOW,
    EVENT_MISCONFIGURED,
    EVENT_STOPPED_AT_COMMIT, /* the gate said no */
    EVENT_UNCERTAIN,
    EVENT_SETTLED_UNCERTAIN,
    EVENT_WITHDRAWN,
    EVENT_SUPERSEDED,
    EVENT_FALLBACK,
    EVENT_REACHED,
    EVENT_PASSED_OVER,
    EVENT_HELD,
    EVENT_RELEASED,
    EVENT_TASK,
    EVENT_TASK_DONE,
    EVENT_ITEM_SETTLED,
    EVENT_ITEM_REOPENED,
    EVENT_EXHAUSTED,
    EVENT_HANDED_OFF,
    EVENT_OPTED_OUT,
    EVENT_OPTED_IN,
    EVENT_IMPORTED,
    EVENT_RECOVERED,
    EVENT_STEP_SET,
    EVENT_COUNT
};
extern const struct names event_names;

struct event_kind_info {
    const char *message_id; /* 32 hex digits */
    int priority;           /* syslog level */
    bool status_log;
    const char *sentence; /* what it means */
};
const struct event_kind_info *event_kind_info(enum event_kind kind);

/* Is the text what a person typed?  Then it may name anybody and stays in the state. */
bool event_text_is_typed(enum event_kind kind);

/* One event; "" and 0 where it does not apply. */
struct event {
    enum event_kind kind;
    moment_t at;
    int64_t notice, message;         /* 0: none */
    const char *customer, *invoices; /* invoice ids, comma separated, "id/line" for a line above 1 */
    const char *policy, *step, *channel, *provider;
    enum reason reason;
    int64_t amount;
    char currency[CURRENCY_SIZE];
    const char *provider_id; /* the provider's own id, masked where it is shown; else its reply without persons */
    const char *text;        /* further words, free of names and addresses */
    const char *author;
};
struct event event_blank(enum event_kind kind, moment_t at);

#endif
