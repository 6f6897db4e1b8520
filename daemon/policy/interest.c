#include "policy/interest.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/names.h"
#include "policy/interest_parts.h"

/* A claim older than this is a slip of the pen. */
enum { DAYS_MAX = 36525 };

static const char *const verdict_words[] = {
    [INTEREST_DUE] = "due",           [INTEREST_NOT_LATE] = "not_late",
    [INTEREST_IN_GRACE] = "in_grace", [INTEREST_NOT_BEGUN] = "not_begun",
    [INTEREST_NOT_FOR] = "not_for",
};
const struct names interest_verdict_names = {verdict_words, sizeof verdict_words / sizeof *verdict_words};

/* ---- exact quotients ---- */

int128 quotient(int128 numerator, int128 denominator, enum rounding rounding)
{
    bool negative = numerator < 0;
    int128 size = negative ? -numerator : numerator;
    int128 whole = size / denominator, rest = size % denominator;

    switch (rounding) {
    case ROUNDING_HALF_UP:
        whole += rest >= denominator - rest;
        break;
    case ROUNDING_HALF_EVEN:
        whole += rest > denominator - rest || (rest == denominator - rest && whole % 2 == 1);
        break;
    case ROUNDING_DOWN:
        break;
    }
    return negative ? -whole : whole;
}

int amount_fits(int128 amount, int64_t *out, struct err *err)
{
    if (amount > MONEY_MAX || amount < -MONEY_MAX)
        return err_set(err, ERR_REFUSED, "the interest is larger than any amount can be; look at the dates and rates");
    *out = (int64_t)amount;
    return 0;
}

const char *exact_text(int128 millionths, const char *currency, struct arena *arena)
{
    enum { MILLION = 1000000, FINER = 6, SIZE = 64 };
    int digits = currency_digits(currency);
    int places = FINER + (digits > 0 ? digits : 0);
    uint128 left = millionths < 0 ? (uint128)-millionths : (uint128)millionths;
    char text[SIZE];
    int at = SIZE - 1;

    text[at] = '\0';
    for (int place = 0; left > 0 || place <= places; place++) {
        if (place == places)
            text[--at] = '.';
        text[--at] = (char)('0' + (int)(left % 10));
        left /= 10;
    }
    if (millionths < 0)
        text[--at] = '-';
    return arena_copy(arena, text + at);
}

/* ---- simple interest ---- */

/* One sum of numerators, one division, one rounding. */
static int add_up(struct accrual *accrual, int64_t *interest)
{
    enum { FINER = 1000000 };
    const struct arrears *claim = accrual->claim;
    int128 sum = 0, denominator = (int128)parts_denominator(accrual->regime) * (int128)RATE_WHOLE;

    for (size_t i = 0; i < accrual->count; i++) {
        struct interest_part *part = &accrual->parts[i];
        sum += part_weight(accrual->regime, part);
        /* RATE_WHOLE is a hundred times FINER. */
        part->exact = exact_text(quotient((int128)claim->principal * part->rate * part->units,
                                          (int128)part->year * (int128)(RATE_WHOLE / FINER), ROUNDING_HALF_UP),
                                 claim->currency, accrual->arena);
    }
    accrual->exact = exact_text(quotient(sum * claim->principal, denominator / FINER, ROUNDING_HALF_UP),
                                claim->currency, accrual->arena);
    return amount_fits(quotient(sum * claim->principal, denominator, accrual->regime->rounding), interest,
                       accrual->err);
}

static int accrue(struct accrual *accrual, int64_t *interest)
{
    enum day_count rule = accrual->regime->day_count;

    if (accrual->regime->compounding == COMPOUNDING_MONTHLY_REST)
        return rests_compute(accrual, interest);
    bool months = rule == DAY_COUNT_MONTHS_OR_PART || rule == DAY_COUNT_COMPLETE_MONTHS;
    if ((months ? parts_of_months(accrual) : parts_of_days(accrual, accrual->start, accrual->claim->as_of)) != 0)
        return -1;
    return add_up(accrual, interest);
}

/* ---- whether and from when ---- */

static enum interest_verdict judge(const struct regime *regime, const struct arrears *claim, day_t *from)
{
    day_t grace_end = claim->due + regime->grace_days;

    if (!regime_is_for(regime, claim->debtor))
        return INTEREST_NOT_FOR;
    if (claim->as_of <= claim->due)
        return INTEREST_NOT_LATE;
    if (claim->as_of <= grace_end)
        return INTEREST_IN_GRACE;
    *from = (regime->grace_retroactive ? claim->due : grace_end) + regime->first_day_offset;
    return claim->as_of < *from ? INTEREST_NOT_BEGUN : INTEREST_DUE;
}

static void compensate(const struct regime *regime, const struct arrears *claim, struct interest *out)
{
    struct money amount = {.minor = claim->principal};

    for (size_t i = 0; i < CURRENCY_SIZE; i++)
        amount.currency[i] = claim->currency[i];
    out->band = compensation_band(&regime->compensation, &amount);
    if (out->band == NULL)
        return;
    out->band_index = (size_t)(out->band - regime->compensation.bands);
    out->compensation = out->band->sum.minor;
}

int interest_compute(const struct regime *regime, const struct arrears *claim, struct arena *arena,
                     struct interest *out, struct err *err)
{
    struct accrual accrual = {
        .regime = regime, .claim = claim, .arena = arena, .err = err, .principal = "", .exact = ""};
    struct interest result = {.from = DAY_NONE, .exact = ""};
    day_t from = DAY_NONE;

    if (claim->principal < 0 || claim->principal > MONEY_MAX)
        return err_set(err, ERR_REFUSED, "only an amount of zero or more bears interest");
    if ((int64_t)claim->as_of - claim->due > DAYS_MAX)
        return err_set(err, ERR_REFUSED, "more than a hundred years lie between the dates; look at them");
    result.verdict = judge(regime, claim, &from);
    if (result.verdict == INTEREST_DUE) {
        char text[MONEY_TEXT_SIZE];
        accrual.start = from - 1;
        accrual.principal = arena_copy(arena, money_format(claim->principal, claim->currency, text));
        if (accrue(&accrual, &result.interest) != 0)
            return -1;
        result.from = from;
        result.days = claim->as_of - from + 1;
        result.parts = accrual.parts;
        result.part_count = accrual.count;
        result.exact = accrual.exact;
        compensate(regime, claim, &result);
    }
    *out = result;
    return 0;
}
