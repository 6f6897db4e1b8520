/*
 * Between the files of the interest engine: the stretches of time, what they
 * sum up to, and exact quotients.  Nobody else includes this.
 */
#ifndef POLICY_INTEREST_PARTS_H
#define POLICY_INTEREST_PARTS_H

#include "policy/interest.h"

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

/* 365 * 366: a common denominator of both kinds of years. */
#define BOTH_YEARS INT64_C(133590)

/* What is computed, and the parts that it has come to. */
struct accrual {
    const struct regime *regime;
    const struct arrears *claim;
    struct arena *arena;
    struct err *err;
    day_t start;   /* the day before the first that bears interest */
    day_t rest_on; /* of per_rest and at_rest_end: the day whose rate the running rest has */
    struct interest_part *parts;
    size_t count, capacity;
    const char *principal, *exact; /* as texts: the claim's, and the sum before it is rounded */
};

struct interest_part *parts_add(struct accrual *accrual);

/* The rate on a day; fills fixed, reference, rate, capped and floored of the part. */
int part_rate(const struct accrual *accrual, day_t day, struct interest_part *part);

/* The day whose rate a stretch has that bears interest from first on. */
day_t part_fixed_on(const struct accrual *accrual, day_t first);

/* Splits start+1 .. end into parts of one rate and one length of the year; adds them.  Days, not months. */
int parts_of_days(struct accrual *accrual, day_t start, day_t end);
/* The same in months from accrual->start. */
int parts_of_months(struct accrual *accrual);
/* Rate times units over the common denominator, without the principal. */
int128 part_weight(const struct regime *regime, const struct interest_part *part);
int64_t parts_denominator(const struct regime *regime);

/* Interest with monthly rests; fills the parts. */
int rests_compute(struct accrual *accrual, int64_t *interest);

/* numerator / denominator (> 0) rounded once; the sign is set aside for it, so half_up is away from zero. */
int128 quotient(int128 numerator, int128 denominator, enum rounding rounding);

/* "103.44262295": a number of millionths of the minor unit in major units. */
const char *exact_text(int128 millionths, const char *currency, struct arena *arena);

/* ERR_REFUSED unless it is an amount that all else can hold. */
int amount_fits(int128 amount, int64_t *out, struct err *err);

#endif
