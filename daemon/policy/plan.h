/*
 * Instalment schedules (domain.md 6): deposit first, then equal parts rounded
 * down, the last one takes the rest; due dates keep the anchor day.
 */
#ifndef POLICY_PLAN_H
#define POLICY_PLAN_H

#include "policy/policy.h"

struct arena;

/*
 * total > 0 in minor units.  start is the last day of the offer (its printed
 * `valid`): the deposit is due then, and instalment i one `every` later each,
 * rolled to an open day of the calendar (NULL: not rolled).  min_instalment
 * reduces the number.  Returns the count and *out.
 */
size_t plan_schedule(const struct plan_terms *terms, int64_t total, const char *currency, day_t start,
                     const struct calendar *calendar, struct arena *arena, struct instalment **out);

#endif
