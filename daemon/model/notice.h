/*
 * A notice: what one customer gets at one time for one group (RULES R1), its
 * items and its messages, as they are planned and kept.
 */
#ifndef MODEL_NOTICE_H
#define MODEL_NOTICE_H

#include "base/money.h"
#include "model/charge.h"
#include "model/outcome.h"

enum action { ACTION_REMIND, ACTION_NOTICE, ACTION_OFFER_PLAN, ACTION_HANDOFF, ACTION_TASK };
extern const struct names action_names;

enum channel { CHANNEL_EMAIL, CHANNEL_SMS, CHANNEL_AGENCY, CHANNEL_TASK, CHANNEL_LETTER, CHANNEL_PHONE };
extern const struct names channel_names;

enum notice_status {
    NOTICE_AWAITING_APPROVAL,
    NOTICE_PLANNED,
    NOTICE_ACCEPTED,
    NOTICE_FAILED, /* refused everywhere, waits for a task */
    NOTICE_UNCERTAIN,
    NOTICE_WITHDRAWN,
    NOTICE_REJECTED,
    NOTICE_BOUNCED
};
extern const struct names notice_status_names;

/* Why an item is on a notice (RULES R4). */
enum block {
    BLOCK_DUE,      /* due now: recorded at its own step */
    BLOCK_CARRIED,  /* stands at an earlier, already sent step */
    BLOCK_UPCOMING, /* not in the total; recorded if it has a step */
    BLOCK_INFO      /* listed only: rests below item_minimum, list = "overdue" or "open" */
};
extern const struct names block_names;

struct notice_item {
    const char *invoice_id;
    int32_t line, episode, occurrence; /* occurrence 0: not recorded */
    enum block block;
    const char *step; /* recorded step, or of the carried item's last notice; "" if none */
    int64_t open;     /* amount less payments */
    int64_t credited; /* of that, covered by credits and unapplied cash */
    day_t due_on;     /* the ledger's due date */
    day_t carried_on; /* date of the carried item's last notice, else DAY_NONE */
    day_t deadline;   /* binding for this item: the notice's for recorded ones, its own for carried ones */
};

struct instalment {
    day_t due_on;
    int64_t amount;
};

/* One credit or payment on account that reduces this notice. */
struct notice_credit {
    const char *id; /* credit note's invoice id, or payment id */
    const char *number;
    day_t on;
    int64_t amount; /* the part used here, positive */
};

struct message_plan {
    enum channel channel;
    int recipient; /* 1-based among the notice's recipients of that channel */
    bool carries;  /* its acceptance reaches the step (RULES R23) */
    bool later;    /* planned only when its turn comes: after a refusal if fallback, else after the acceptance */
    bool fallback;
    const char *name, *address, *language;
};

struct notice {
    int64_t id;           /* 0 until stored; shown as N-000123 */
    int64_t contact;      /* all notices of one pass to one customer share it */
    const char *customer; /* bill-to */
    const char *entity, *policy, *step, *template_name, *language;
    const char *group_invoice; /* group = "invoice", else "" */
    char currency[CURRENCY_SIZE];
    enum action action;
    enum notice_status status;
    bool before_due; /* every recorded step lies before due: starts no gap (RULES R10) */
    bool needs_approval;
    int64_t total;  /* due now + carried - credits, minor units; of a notice before due: its items */
    day_t on;       /* local date of the notice */
    day_t deadline; /* printed deadline or end of the offer, DAY_NONE: none */
    moment_t planned_at, accepted_at;
    struct notice_item *items;
    size_t item_count;
    struct notice_credit *credits;
    size_t credit_count;
    struct instalment *instalments; /* offer_plan only */
    size_t instalment_count;
    struct charge *charges;
    size_t charge_count;
    struct message_plan *messages;
    size_t message_count;
};

/* What the ladder needs to know of earlier notices to a customer (RULES R7, R8). */
struct notice_past {
    int64_t id, contact;
    const char *policy, *step, *group_invoice, *entity;
    char currency[CURRENCY_SIZE];
    enum action action;
    enum notice_status status;
    bool before_due, manual;
    moment_t at; /* acceptance; commit for an uncertain one; planning for a planned one */
    day_t on;
    const char *message_id; /* of the accepted email, for References; "" if none */
};

#define NOTICE_TEXT_SIZE 24
/* "N-000123"; returns buffer. */
char *notice_name(int64_t id, char buffer[NOTICE_TEXT_SIZE]);
/* Reads "N-000123" or "123"; 0 if it is neither. */
int64_t notice_number(const char *text);

#endif
