#include "policy/rates.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"

#define TABLE(name, ...)                                     \
    static const char *const name##_words[] = {__VA_ARGS__}; \
    const struct names name##_names = {name##_words, sizeof name##_words / sizeof *name##_words}

TABLE(series_kind, [SERIES_HALF_YEAR] = "half_year", [SERIES_CHANGE_DATE] = "change_date");
TABLE(fixing, [FIXING_FLOAT] = "float", [FIXING_AT_DEFAULT] = "at_default", [FIXING_AT_DUE] = "at_due",
      [FIXING_PER_REST] = "per_rest", [FIXING_AT_REST_END] = "at_rest_end", [FIXING_CONSTANT] = "constant");
TABLE(day_count, [DAY_COUNT_ACT_365] = "act/365", [DAY_COUNT_ACT_360] = "act/360", [DAY_COUNT_ACT_ACT] = "act/act",
      [DAY_COUNT_30E_360] = "30E/360", [DAY_COUNT_MONTHS_OR_PART] = "months_or_part",
      [DAY_COUNT_COMPLETE_MONTHS] = "complete_months");
TABLE(compounding, [COMPOUNDING_NONE] = "none", [COMPOUNDING_MONTHLY_REST] = "monthly_rest");
TABLE(rounding, [ROUNDING_HALF_UP] = "half_up", [ROUNDING_HALF_EVEN] = "half_even", [ROUNDING_DOWN] = "down");
TABLE(reference_rounding, [REFERENCE_AS_IT_IS] = "none", [REFERENCE_UP] = "up", [REFERENCE_DOWN] = "down",
      [REFERENCE_NEAREST] = "nearest");
TABLE(debtor, [DEBTOR_B2B] = "b2b", [DEBTOR_B2C] = "b2c", [DEBTOR_B2G] = "b2g");
TABLE(compensation_per, [COMPENSATION_PER_INVOICE] = "invoice", [COMPENSATION_PER_CLAIM] = "claim");

/* ---- rates as people write them ---- */

enum { FRACTION_DIGITS = 4, WHOLE_DIGITS = 4 };
#define FRACTION_STEP INT64_C(100) /* the fifth and sixth digit of a rate_t are zero */

bool rate_parse(const char *text, int64_t *rate)
{
    bool negative = *text == '-';
    const char *at = text + negative;
    size_t whole = strspn(at, "0123456789");
    size_t fraction = at[whole] == '.' ? strspn(at + whole + 1, "0123456789") : 0;
    int64_t value = 0;

    if (whole == 0 || whole > WHOLE_DIGITS || fraction > FRACTION_DIGITS ||
        at[whole + (fraction > 0 ? fraction + 1 : 0)] != '\0')
        return false;
    for (size_t i = 0; i < whole; i++)
        value = value * 10 + (at[i] - '0');
    for (size_t i = 0; i < FRACTION_DIGITS; i++)
        value = value * 10 + (i < fraction ? at[whole + 1 + i] - '0' : 0);
    value *= FRACTION_STEP;
    if (value > RATE_MAX)
        return false;
    *rate = negative ? -value : value;
    return true;
}

char *rate_format(int64_t rate, char buffer[RATE_TEXT_SIZE])
{
    int64_t left = rate < 0 ? -rate : rate;
    int length = snprintf(buffer, RATE_TEXT_SIZE, "%s%lld.%06lld", rate < 0 ? "-" : "",
                          (long long)(left / RATE_PERCENT), (long long)(left % RATE_PERCENT));

    for (int kept = 6; kept > 2 && buffer[length - 1] == '0'; kept--)
        buffer[--length] = '\0';
    return buffer;
}

/* ---- look-ups ---- */

const struct series *rates_series(const struct rates *rates, const char *name)
{
    for (size_t i = 0; i < rates->series_count; i++)
        if (text_equal(rates->series[i].name, name))
            return &rates->series[i];
    return NULL;
}

const struct regime *rates_regime(const struct rates *rates, const char *name, day_t due)
{
    const struct regime *found = NULL;

    for (size_t i = 0; i < rates->regime_count; i++) {
        const struct regime *regime = &rates->regimes[i];
        if (!text_equal(regime->name, name) && !words_have(&regime->aliases, name))
            continue;
        if (regime->valid_from <= due && (found == NULL || regime->valid_from > found->valid_from))
            found = regime;
    }
    return found;
}

int series_row(const struct series *series, day_t day, const struct rate_row **row, struct err *err)
{
    char text[DAY_TEXT_SIZE], edge[DAY_TEXT_SIZE];
    size_t low = 0, high = series->count;

    day_format(day, text);
    if (series->count == 0 || day < series->rows[0].from)
        return err_set(err, ERR_REFUSED, "%s has no rate for %s, it begins on %s; add the earlier rates to %s",
                       series->name, text, day_format(series->count == 0 ? DAY_NONE : series->rows[0].from, edge),
                       series->file);
    if (day > series->expires)
        return err_set(err, ERR_REFUSED, "%s has no rate for %s, it ends on %s; add the later rates to %s",
                       series->name, text, day_format(series->expires, edge), series->file);
    /* The last row that begins on or before the day. */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (series->rows[middle].from <= day)
            low = middle;
        else
            high = middle;
    }
    *row = &series->rows[low];
    return 0;
}

bool regime_is_for(const struct regime *regime, enum debtor debtor)
{
    for (size_t i = 0; i < regime->customer_count; i++)
        if (regime->customers[i] == debtor)
            return true;
    return regime->customer_count == 0;
}
