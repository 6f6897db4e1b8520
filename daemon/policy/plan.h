/*
 * Instalment schedules (domain.md 6): deposit first, then equal parts rounded
 * down, the last one takes the rest; due dates keep the anchor day.
 */
#ifndef POLICY_PLAN_H
#define POLICY_PLAN_H

#include "policy/policy.h"

struct arena;

/* What is owed, and from when it may be paid in parts. */
struct plan_debt {
    int64_t total; /* above 0, in minor units */
    const char *currency;
    day_t start;                     /* the last day of the offer, its printed `valid` */
    const struct calendar *calendar; /* NULL: days are not rolled */
};

/*
 * The deposit is due at the start, and instalment i one `every` later each,
 * rolled to an open day of the calendar.  min_instalment reduces the number.
 * Returns the count and *out.
 */
size_t plan_schedule(const struct plan_terms *terms, const struct plan_debt *debt, struct arena *arena,
                     struct instalment **out);

#endif
