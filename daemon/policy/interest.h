/*
 * Interest on arrears and lump sums for late payment, exactly (domain.md 1).
 *
 * All is done in integers: numerators of days are summed over one common
 * denominator, divided once and rounded once.  Pure; the date up to which is
 * counted is a parameter.
 */
#ifndef POLICY_INTEREST_H
#define POLICY_INTEREST_H

#include "policy/rates.h"

struct arena;

struct arrears {
    int64_t principal; /* minor units, 0 to MONEY_MAX */
    char currency[CURRENCY_SIZE];
    day_t due, as_of;
    enum debtor debtor;
};

/* A stretch of time with one rate and one way to count; from and to are inclusive. */
struct interest_part {
    day_t from, to;
    int32_t days;            /* from the calendar */
    int32_t units;           /* as the day count has it: days, days of 30-day months, or months */
    int32_t year;            /* how many units make a year: 365, 366, 360 or 12 */
    day_t fixed;             /* the day whose reference rate is taken; DAY_NONE: a constant rate */
    int64_t reference, rate; /* before and after rounding, multiplier, margin, floor and cap */
    bool capped, floored;
    const char *balance; /* what bears interest, for people */
    const char *exact;   /* its interest, six digits finer than the minor unit; for people only */
};

enum interest_verdict {
    INTEREST_DUE,
    INTEREST_NOT_LATE, /* as_of is not after due */
    INTEREST_IN_GRACE,
    INTEREST_NOT_BEGUN, /* late, but the first day that counts is still to come */
    INTEREST_NOT_FOR    /* the regime is not for such customers */
};
extern const struct names interest_verdict_names;

struct interest {
    enum interest_verdict verdict;
    day_t from;   /* first day that bears interest; DAY_NONE: none does */
    int32_t days; /* that bear interest, from the calendar */
    const struct interest_part *parts;
    size_t part_count;
    int64_t interest;        /* minor units, rounded once */
    const char *exact;       /* before that, six digits finer than the minor unit; for people only */
    int64_t compensation;    /* minor units */
    const struct band *band; /* that gave it; NULL: none */
    size_t band_index;
};

/*
 * 0, or -1 with ERR_REFUSED where a rate is not known: past the end of a table
 * nothing is computed, and the sentence names the file to update.
 */
int interest_compute(const struct regime *regime, const struct arrears *claim, struct arena *arena,
                     struct interest *out, struct err *err);

/* A reference rate as the regime rounds it. */
int64_t regime_reference(const struct regime *regime, int64_t reference);

/*
 * The derivation for people, one sentence a line: each part, the sum, the lump
 * sum; or why nothing is owed.
 */
const char *const *interest_lines(const struct regime *regime, const struct arrears *claim,
                                  const struct interest *interest, struct arena *arena, size_t *count);

/* The band of a claim of this amount; NULL: no lump sum, or none in this currency. */
const struct band *compensation_band(const struct compensation *compensation, const struct money *claim);

/* The lump sums of several claims made at once: for each invoice, or one for their sum. */
int64_t compensation_of(const struct compensation *compensation, const struct money *claims, size_t count);

/* What remains of the costs of enforcement once the lump sum is credited against them. */
int64_t compensation_rest(const struct compensation *compensation, int64_t sum, int64_t costs);

#endif
