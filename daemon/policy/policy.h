/*
 * Policies: an ordered list of steps and the rules around them (DESIGN 6,
 * RULES "Keys and columns that follow").  Filled by config/, read everywhere.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include "model/business.h"
#include "model/item.h"
#include "policy/calendar.h"
#include "policy/step.h"

enum group { GROUP_CUSTOMER, GROUP_INVOICE };
extern const struct names group_names;
enum due_adjust { DUE_FOLLOWING, DUE_UNADJUSTED };
extern const struct names due_adjust_names; /* "following", "none" */
enum entry { ENTRY_FIRST, ENTRY_BY_AGE, ENTRY_HOLD };
extern const struct names entry_names;
enum listing { LIST_REACHED, LIST_OVERDUE, LIST_OPEN };
extern const struct names listing_names;
enum at_end { AT_END_TASK, AT_END_NOTHING };
extern const struct names at_end_names;
enum after_handoff { AFTER_HANDOFF_HOLD, AFTER_HANDOFF_CONTINUE };
extern const struct names after_handoff_names;

struct applies_to {
    struct words segment, country, currency, entity, tags_any, tags_all, tags_none, payment_method;
    struct thresholds amount_min, amount_max; /* original amount of the item, inclusive */
};

struct policy {
    const char *name, *file;
    struct applies_to applies_to;
    const struct calendar *calendar; /* NULL: none named; union of a list */
    const struct zone *zone;         /* NULL: timezone = "customer" */
    struct window window;
    struct duration settlement_lag, min_gap, pause_after_payment, reopen_window, dispute_review;
    struct thresholds minimum, item_minimum;
    const char *on_reopened; /* name of the step to start at, "" first step after due */
    struct step *steps;
    size_t step_count;
    int line;    /* of its name in the file */
    day_t start; /* items due before are left out; DAY_NONE: none */
    enum group group;
    enum due_adjust due_adjust;
    enum entry entry;
    enum listing list;
    enum at_end at_end;
    enum after_handoff after_handoff;
    bool enabled;              /* `enabled = false`: read and checked, matches nothing */
    bool calendar_of_customer; /* calendar = "customer": by the customer's country */
    bool upcoming;
};

/* Index of the step whose name or `was` is `name`, -1 if none. */
int policy_step(const struct policy *policy, const char *name);
/* Index of the first step with action notice, -1 if none. */
int policy_first_notice(const struct policy *policy);

#endif
