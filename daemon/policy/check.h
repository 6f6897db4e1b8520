/*
 * What can be said about a policy without a customer: steps that cannot be
 * reached, anchors without ground (RULES R19), handoffs without a notice
 * (R31), and the example dates that `dunningctl check` prints.
 */
#ifndef POLICY_CHECK_H
#define POLICY_CHECK_H

#include "base/err.h"
#include "policy/rulebook.h"

/* Findings of one policy; file and lines from the policy and its steps. */
void policy_check(const struct policy *policy, const struct rulebook *rulebook, struct findings *findings);

struct example_date {
    const struct step *step;
    moment_t at; /* first open moment; MOMENT_NEVER if it depends on more */
};

/* The moments of all steps for an invoice due on `due` that nobody pays, each accepted at once.
   Returns step_count rows in the arena. */
struct example_date *policy_examples(const struct policy *policy, const struct rulebook *rulebook, day_t due,
                                     struct arena *arena);

#endif
