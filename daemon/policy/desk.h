/*
 * The desk: the workspace of one decision.  Private to policy/; each file of
 * the decision reads the views, adds what it finds out, and hands on:
 *
 *   match -> net -> episode -> holds -> ladder -> group -> (tasks) -> decision
 */
#ifndef POLICY_DESK_H
#define POLICY_DESK_H

#include "base/arena.h"
#include "policy/decide.h"

/* Dates and moments of one policy for this customer (RULES R20, R22). */
struct dial {
    const struct zone *zone, *business;
    const struct calendar *calendar; /* NULL: none named, every day is open for sending */
    const struct calendar *counting; /* for business days: the calendar, or the plain one */
    struct opening opening;
    day_t today;
};

/* One item and what is known about it so far. */
struct view {
    const struct item *item;
    const struct customer *owner;  /* the item's own customer */
    const struct item_case *known; /* its case row, NULL: no history */
    const struct policy *policy;
    struct dial dial;
    struct verdict *verdict;
    /* net */
    int64_t paid, pending, open, credited;
    /* episode */
    int32_t episode;
    day_t due; /* not before sent_on or the re-opening, rolled (R21, R35); DAY_NONE: none */
    day_t reopened_on, not_before;
    day_t held_since;             /* of the hold in force, DAY_NONE: when it was first seen */
    const struct record *records; /* of this episode, live ones, by time */
    size_t record_count;
    /* ladder */
    const struct record *last; /* last acceptance, NULL: none */
    const struct record *busy; /* planned or uncertain record, NULL: none */
    day_t previous_on;         /* R19; DAY_NONE: none */
    moment_t previous_at;
    day_t deadline;   /* latest printed one that is not void */
    day_t reached_on; /* first acceptance of the step at `position` */
    int position, next, occurrence;
    moment_t at;
    enum reason waits; /* which bound of `at` decides */
    uint64_t passed;   /* steps passed over, one bit each */
    bool ready;        /* at has come and no gate of the item is closed */
    bool overdue;      /* due has passed */
    bool handed;       /* goes to the agency in this decision */
    bool small_rest;   /* R15 */
};

struct credit {
    const char *id, *number, *refers; /* refers: invoice id or number it names, "" none */
    const char *entity, *currency;
    day_t on;
    int64_t amount, left;
};

struct allocation { /* a part of a credit set against an item */
    size_t credit, view;
    int64_t amount;
};

struct desk {
    const struct dossier *dossier;
    const struct rulebook *rulebook;
    const struct conditions *conditions;
    moment_t now;
    struct arena *arena;
    struct view *views; /* one per item of the dossier */
    size_t count;
    bool any_handoff; /* some item has been handed over or is about to be */
    struct credit *credits;
    size_t credit_count;
    struct allocation *allocations;
    size_t allocation_count, allocation_capacity;
    struct decision *decision;
    size_t passed_capacity, change_capacity, withdrawal_capacity, timeout_capacity, notice_capacity, task_capacity;
    moment_t wake_at; /* when to look again for the sake of tasks and approvals */
};

/* ---- desk.c ---- */
struct desk *desk_new(const struct dossier *dossier, const struct rulebook *rulebook,
                      const struct conditions *conditions, moment_t now, struct arena *arena);
/* Views, policies, nets, episodes: all that does not depend on steps. */
void desk_prepare(struct desk *desk);
struct dial dial_of(const struct desk *desk, const struct policy *policy);
/* A date begins when it has begun in the customer's and the business's zone. */
moment_t dial_begin(const struct dial *dial, day_t day);
/* Is the reason one of a list that ends in REASON_COUNT? */
bool reason_in(enum reason reason, const enum reason *list);
bool same_account(const struct item *a, const struct item *b);
struct view *desk_view(const struct desk *desk, const char *invoice_id, int32_t line);
int64_t view_net(const struct view *view);
/* An open invoice whose net may be claimed: not held, due date known. */
bool view_claimable(const struct view *view);

/* Records a gate.  The first closed one gives the verdict's reason and time. */
void gate_set(const struct desk *desk, struct view *view, const struct gate_result *result);
void gate_open(const struct desk *desk, struct view *view, enum gate gate, const char *figures);
void gate_close(const struct desk *desk, struct view *view, enum gate gate, enum reason reason, moment_t until);
void gate_reset(struct view *view); /* forgets what was found out; the item is judged again */

struct pass_over *desk_add_pass(struct desk *desk);
struct case_change *desk_add_change(struct desk *desk, const struct view *view); /* the one of this item, new or not */
struct notice *desk_add_notice(struct desk *desk);
struct new_task *desk_add_task(struct desk *desk);
void desk_add_timeout(struct desk *desk, int64_t notice, bool approve);
void desk_add_withdrawal(struct desk *desk, int64_t notice, enum reason reason);

#endif
