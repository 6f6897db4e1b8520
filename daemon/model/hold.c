#include "model/hold.h"

static const char *const hold_scope_words[] = {"customer", "invoice", "policy"};
const struct names hold_scope_names = {hold_scope_words, sizeof hold_scope_words / sizeof *hold_scope_words};
_Static_assert(sizeof hold_scope_words / sizeof *hold_scope_words == HOLD_POLICY + 1, "one word for each value");

static const char *const hold_kind_words[] = {"operator",   "dispute",  "promise", "plan",  "moratorium",
                                              "insolvency", "deceased", "legal",   "agency"};
const struct names hold_kind_names = {hold_kind_words, sizeof hold_kind_words / sizeof *hold_kind_words};
_Static_assert(sizeof hold_kind_words / sizeof *hold_kind_words == HOLD_AGENCY + 1, "one word for each value");

static const enum reason reason_of_kind[] = {
    [HOLD_OPERATOR] = REASON_HELD,
    [HOLD_DISPUTE] = REASON_DISPUTED,
    [HOLD_PROMISE] = REASON_PROMISE,
    [HOLD_PLAN] = REASON_PLAN,
    [HOLD_MORATORIUM] = REASON_MORATORIUM,
    [HOLD_INSOLVENCY] = REASON_CUSTOMER_STATUS,
    [HOLD_DECEASED] = REASON_CUSTOMER_STATUS,
    [HOLD_LEGAL] = REASON_HELD,
    [HOLD_AGENCY] = REASON_AGENCY,
};
_Static_assert(sizeof reason_of_kind / sizeof *reason_of_kind == HOLD_AGENCY + 1, "one reason for each kind");

enum reason hold_reason(enum hold_kind kind)
{
    return (unsigned)kind <= HOLD_AGENCY ? reason_of_kind[kind] : REASON_HELD;
}

static const char *const task_status_words[] = {"open", "done"};
const struct names task_status_names = {task_status_words, sizeof task_status_words / sizeof *task_status_words};
_Static_assert(sizeof task_status_words / sizeof *task_status_words == TASK_DONE + 1, "one word for each value");

static const char *const task_outcome_words[] = {"reached", "letter_sent", "no_answer", "refused", "other"};
const struct names task_outcome_names = {task_outcome_words, sizeof task_outcome_words / sizeof *task_outcome_words};
_Static_assert(sizeof task_outcome_words / sizeof *task_outcome_words == TASK_OTHER + 1, "one word for each value");

static const char *const task_kind_words[] = {"step",         "no_address",     "offer_unanswered",
                                              "at_end",       "dispute_review", "customer_status",
                                              "direct_debit", "rest_at_agency", "other"};
const struct names task_kind_names = {task_kind_words, sizeof task_kind_words / sizeof *task_kind_words};
_Static_assert(sizeof task_kind_words / sizeof *task_kind_words == TASK_OTHER_KIND + 1, "one word for each value");
