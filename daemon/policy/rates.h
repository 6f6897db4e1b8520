/*
 * What interest on arrears is computed from: series of reference rates and
 * regimes, the rules of one law or contract.  Filled by config/, read
 * everywhere.  A rate is an integer in millionths of a percent per year.
 */
#ifndef POLICY_RATES_H
#define POLICY_RATES_H

#include "base/day.h"
#include "base/money.h"
#include "policy/step.h"

#define RATE_PERCENT INT64_C(1000000)   /* 1 % */
#define RATE_WHOLE (100 * RATE_PERCENT) /* 100 % */
#define RATE_MAX (1000 * RATE_PERCENT)  /* a larger one is a slip of the pen */
#define RATE_TEXT_SIZE 24

enum series_kind { SERIES_HALF_YEAR, SERIES_CHANGE_DATE };
extern const struct names series_kind_names; /* "half_year", "change_date" */

struct rate_row {
    day_t from;
    int64_t rate;
    int line; /* in the file */
};

struct series {
    const char *name, *file;
    enum series_kind kind;
    const struct rate_row *rows; /* ascending */
    size_t count;
    day_t expires; /* the last day that the table speaks for */
};

enum fixing { FIXING_FLOAT, FIXING_AT_DEFAULT, FIXING_AT_DUE, FIXING_PER_REST, FIXING_AT_REST_END, FIXING_CONSTANT };
extern const struct names fixing_names;
enum day_count {
    DAY_COUNT_ACT_365,
    DAY_COUNT_ACT_360,
    DAY_COUNT_ACT_ACT,
    DAY_COUNT_30E_360,
    DAY_COUNT_MONTHS_OR_PART,
    DAY_COUNT_COMPLETE_MONTHS
};
extern const struct names day_count_names;
enum compounding { COMPOUNDING_NONE, COMPOUNDING_MONTHLY_REST };
extern const struct names compounding_names;
enum rounding { ROUNDING_HALF_UP, ROUNDING_HALF_EVEN, ROUNDING_DOWN };
extern const struct names rounding_names;
enum reference_rounding { REFERENCE_AS_IT_IS, REFERENCE_UP, REFERENCE_DOWN, REFERENCE_NEAREST };
extern const struct names reference_rounding_names;
enum debtor { DEBTOR_B2B, DEBTOR_B2C, DEBTOR_B2G, DEBTOR_COUNT };
extern const struct names debtor_names;

/* A lump sum for claims below (exclusive) or up_to (inclusive) an amount; neither: for all larger ones. */
struct band {
    struct money below, up_to, sum; /* currency "": not given */
};

enum compensation_per { COMPENSATION_PER_INVOICE, COMPENSATION_PER_CLAIM };
extern const struct names compensation_per_names;

struct compensation {
    struct band *bands; /* ascending */
    size_t band_count;
    enum compensation_per per;
    struct thresholds minimum; /* claims below are left alone */
    bool offset;               /* credited against the costs of enforcement */
};

struct regime {
    const char *name, *title, *file;
    struct words aliases;
    int line;
    day_t valid_from; /* claims due before follow an earlier block of the same name; DAY_NONE: from ever */
    enum debtor customers[DEBTOR_COUNT + 1];
    size_t customer_count;       /* 0: all */
    const char *series_name;     /* "" none */
    const struct series *series; /* NULL: constant */
    int64_t rate;                /* constant: the rate, instead of a series; RATE_NONE: none */
    int64_t margin;              /* percentage points on top */
    int64_t multiplier;          /* in hundredths */
    int64_t reference_step;      /* what reference_rounding rounds to */
    enum reference_rounding reference_rounding;
    enum fixing fixing;
    enum day_count day_count;
    enum compounding compounding;
    bool round_each_rest;
    int64_t cap, floor; /* RATE_NONE: none */
    int first_day_offset, grace_days;
    bool grace_retroactive;
    enum rounding rounding;
    struct compensation compensation;
};
#define RATE_NONE INT64_MIN

struct rates {
    const struct series *series;
    size_t series_count;
    const struct regime *regimes;
    size_t regime_count;
};

/* "12.25", "-0.88", at most four digits after the point, so that hundredths of it are exact; false beyond RATE_MAX. */
bool rate_parse(const char *text, int64_t *rate);
/* "12.25", with at least two digits after the point; returns buffer. */
char *rate_format(int64_t rate, char buffer[RATE_TEXT_SIZE]);

const struct series *rates_series(const struct rates *rates, const char *name);
/* The regime of a name or alias that holds for a claim due on that day; NULL: there is none. */
const struct regime *rates_regime(const struct rates *rates, const char *name, day_t due);

/* The row that holds on a day; ERR_REFUSED, naming the file to update, where the table does not speak for it. */
struct err;
int series_row(const struct series *series, day_t day, const struct rate_row **row, struct err *err);

/* True if the regime is for such customers. */
bool regime_is_for(const struct regime *regime, enum debtor debtor);

#endif
