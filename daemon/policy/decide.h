/*
 * The decision: from a dossier, the rulebook and the moment to what is due for
 * one bill-to customer, with every gate passed and failed.  Pure.  The same
 * function serves the daemon, explain, preview, simulate and the tests.
 */
#ifndef POLICY_DECIDE_H
#define POLICY_DECIDE_H

#include "model/dossier.h"
#include "policy/gate.h"
#include "policy/rulebook.h"

struct arena;

/* What became of one item in this decision. */
struct verdict {
    const struct item *item;
    const struct policy *policy; /* NULL: none matches */
    const char *policy_source;   /* "invoice", "customer", "match", "" */
    int32_t episode;
    int position;           /* index of the last step reached in this episode, -1: none */
    int next;               /* index of the next step, -1: none left */
    int32_t occurrence;     /* of that step, from 1 */
    int64_t open, credited; /* minor units; the net is open - credited */
    moment_t at;            /* the step's own moment, window included; MOMENT_NEVER: unknown */
    moment_t until;         /* when this item is looked at again */
    enum reason reason;     /* first gate that is closed; REASON_NONE: goes out in this decision */
    int notice;             /* index into decision.notices, -1 */
    struct gate_result *gates;
    size_t gate_count;
};

struct pass_over {
    const struct item *item;
    const struct policy *policy;
    int32_t episode, occurrence;
    int step;
    enum reason reason; /* expired, when_not_met, entered_by_age, account_at_notice, ... */
    moment_t at;
    day_t on;
};

/* A change of an item's case row (inserted if there is none). */
struct case_change {
    const struct item *item;
    struct item_case after;
    bool settled, reopened, held, released; /* which event it is, at most one */
    enum reason reason;
};

struct withdrawal { /* a live notice that no longer stands */
    int64_t notice;
    enum reason reason;
};

struct timeout { /* an approval that nobody gave in time, and what its policy says then (RULES R27) */
    int64_t notice;
    bool approve; /* else rejected */
};

struct new_task {
    enum task_kind kind;
    const struct item *item; /* NULL: about the customer */
    const struct policy *policy;
    const char *step;
    const char *title, *assignee;
    int32_t episode;
    int notice; /* index into decision.notices whose task it is, -1 */
    day_t due;
};

struct decision {
    struct verdict *verdicts; /* one per item of the dossier, same order */
    size_t verdict_count;
    struct pass_over *passed; /* to be recorded, in order */
    size_t passed_count;
    struct case_change *changes;
    size_t change_count;
    struct withdrawal *withdrawals;
    size_t withdrawal_count;
    struct timeout *timeouts;
    size_t timeout_count;
    struct notice *notices; /* to be planned now, in the order they are sent; id and contact are 0 */
    size_t notice_count;
    struct new_task *tasks;
    size_t task_count;
    moment_t next_at; /* when to look again if nothing changes, MOMENT_NEVER: not before a change */
};

/* Decides for the dossier's customer.  Everything returned lives in the arena and in the inputs. */
struct decision *decide(const struct dossier *dossier, const struct rulebook *rulebook,
                        const struct conditions *conditions, moment_t now, struct arena *arena);

/* Does it ask for anything but to look again later? */
bool decision_acts(const struct decision *decision);

struct future {
    const struct rulebook *rulebook;
    moment_t now;
    int64_t *next_notice; /* where the ids of new notices continue */
    struct arena *arena;
};

/*
 * The dossier as it will be once the decision has been carried out and every
 * message accepted at `now`; steps that wait for approval or a task stay live.
 * For simulate and for tests.
 */
struct dossier *dossier_after(const struct dossier *dossier, const struct decision *decision,
                              const struct future *future);
/* Approvals are given and tasks done, so that what follows them can be seen. */
void dossier_people_act(struct dossier *dossier);

#endif
