/*
 * Payment terms: when an invoice is due, and until when how much may be taken
 * off.  Only notations with one meaning are read; free text never is.
 */
#ifndef POLICY_TERMS_H
#define POLICY_TERMS_H

#include "base/day.h"
#include "base/err.h"
#include "base/money.h"

#define TERMS_TIERS_MAX 8
#define TERMS_TEXT_SIZE 256

enum terms_kind {
    TERMS_OPEN,            /* no due date is given */
    TERMS_NET,             /* n days after issue */
    TERMS_DAYS_THEN_EOM,   /* the end of the month in which n days have passed */
    TERMS_EOM_THEN_DAYS,   /* n days after the end of the month of issue */
    TERMS_EOM_PLUS_MONTHS, /* the end, or a day, of the nth month after that of issue */
    TERMS_MSMED_AGREED,    /* India, MSMED Act: n days, at most 45 */
    TERMS_MSMED_NONE,      /* the same without an agreement: 15 days */
    TERMS_KIND_COUNT
};

struct terms_tier {
    int32_t ppm;                /* of the gross amount, or of the base */
    int days;                   /* after issue, the last one included */
    char base[MONEY_TEXT_SIZE]; /* an amount in major units, "": the invoice's */
};

struct terms {
    enum terms_kind kind;
    int n, day;                               /* day of the month, 0: its end */
    struct terms_tier tiers[TERMS_TIERS_MAX]; /* days ascending, discounts descending */
    size_t tier_count;
};

/*
 * "net:30", "days_then_eom:45", "eom_then_days:45", "eom_plus_months:2,day:15",
 * "2/10 1/20 net 30", "swico:40/2:10;0:30",
 * "#SKONTO#TAGE=14#PROZENT=2.00#", "in_msmed:agreed 60", "in_msmed:no
 * agreement"; upper and lower case are the same.  -1 and the end of a sentence
 * for all else.
 */
int terms_parse(const char *text, struct terms *out, struct err *err);

/* In one notation for all; a tier's base is left out. */
char *terms_format(const struct terms *terms, char buffer[TERMS_TEXT_SIZE]);

/* DAY_NONE if the terms are open. */
day_t terms_due(const struct terms *terms, day_t issued);

struct discount {
    day_t until;
    int64_t amount; /* minor units */
};

/* What a tier takes off an invoice above zero. */
struct discount terms_discount(const struct terms *terms, size_t tier, day_t issued, int64_t amount,
                               const char *currency);

#endif
