/*
 * Facts that people write: holds, opt-outs, approvals, tasks (DESIGN 3, 4).
 */
#ifndef MODEL_HOLD_H
#define MODEL_HOLD_H

#include "base/day.h"
#include "base/names.h"
#include "model/reason.h"

enum hold_scope { HOLD_CUSTOMER, HOLD_INVOICE, HOLD_POLICY };
extern const struct names hold_scope_names;

enum hold_kind {
    HOLD_OPERATOR,
    HOLD_DISPUTE,
    HOLD_PROMISE,
    HOLD_PLAN,
    HOLD_MORATORIUM,
    HOLD_INSOLVENCY,
    HOLD_DECEASED,
    HOLD_LEGAL,
    HOLD_AGENCY
};
extern const struct names hold_kind_names;
enum reason hold_reason(enum hold_kind kind); /* why nothing is sent under such a hold */

struct hold {
    int64_t id;
    enum hold_scope scope;
    enum hold_kind kind;
    const char *target; /* customer id, invoice id or policy name */
    const char *reason, *author;
    moment_t start_at;
    day_t until;          /* last day of the hold, DAY_NONE: until released */
    moment_t released_at; /* MOMENT_NONE while it lasts */
};

/* A suppressed address of one channel, known by its digest only (base/digest.h). */
struct optout {
    const char *channel;
    const char *digest;
};

enum task_status { TASK_OPEN, TASK_DONE };
extern const struct names task_status_names;

enum task_outcome { TASK_REACHED, TASK_LETTER_SENT, TASK_NO_ANSWER, TASK_REFUSED, TASK_OTHER };
extern const struct names task_outcome_names;

enum task_kind {
    TASK_STEP,       /* a step with action "task" */
    TASK_NO_ADDRESS, /* nobody can be reached on any channel of the step: fallback "task" */
    TASK_OFFER_UNANSWERED,
    TASK_AT_END,
    TASK_DISPUTE_REVIEW,
    TASK_CUSTOMER_STATUS,
    TASK_DIRECT_DEBIT,
    TASK_REST_AT_AGENCY,
    TASK_OTHER_KIND
};
extern const struct names task_kind_names;

struct task {
    int64_t id, notice; /* notice 0: none */
    enum task_kind kind;
    enum task_status status;
    enum task_outcome outcome; /* valid when done */
    const char *customer, *invoice_id, *policy, *step;
    int32_t line, episode;
    const char *title, *assignee;
    day_t due;
    moment_t created_at, done_at;
    day_t done_on;
};

#endif
