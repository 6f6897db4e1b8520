/* The keys of the files of rates. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/rates_file.h"
#include "config/tables.h"
#include "config/values.h"

#define FILE_NAME "rates"
#define MANUAL "dunningd-rates(5)"

/* ---- rates and amounts ---- */

/* "9.00%": the sign stands there so that nobody takes it for a fraction. */
static bool parse_rate(struct reader *reader, const char *text, int64_t *rate)
{
    size_t length = strlen(text);

    return length > 1 && text[length - 1] == '%' &&
           rate_parse(arena_copy_n(reader->findings->arena, text, length - 1), rate);
}

static void read_rate(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    const char *text = reader_text(reader, setting);
    int64_t rate = 0;

    if (text == NULL)
        return;
    if (text_equal(text, "none") && option->preset != NULL && text_equal(option->preset, "\"none\""))
        *(int64_t *)member = RATE_NONE;
    else if (parse_rate(reader, text, &rate))
        *(int64_t *)member = rate;
    else
        reader_error(reader, setting,
                     "%s: \"%s\" is no rate; write percent a year with at most four digits after the point, like "
                     "\"9.00%%\"",
                     option->name, text);
}

/* "3" or "2.5" */
static void read_multiplier(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    enum { HUNDREDTH = RATE_PERCENT / 100, MOST = 100 };
    const char *text = reader_text(reader, setting);
    int64_t value = 0;

    if (text == NULL)
        return;
    if (!rate_parse(text, &value) || value % HUNDREDTH != 0 || value <= 0 || value > MOST * RATE_PERCENT)
        reader_error(reader, setting,
                     "%s: \"%s\" is no multiplier; write a number from 0.01 to 100 with at most two digits after the "
                     "point, like \"3\"",
                     option->name, text);
    else
        *(int64_t *)member = value / HUNDREDTH;
}

static void read_money(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    const char *text = reader_text(reader, setting);
    struct money money;
    struct err err;

    if (text == NULL)
        return;
    if (money_parse_with_code(text, &money, &err) != 0)
        reader_error(reader, setting, "%s: %s", option->name, err.text);
    else if (money.minor < 0)
        reader_error(reader, setting, "%s: \"%s\" is negative; write an amount of zero or more", option->name, text);
    else
        *(struct money *)member = money;
}

/* ---- tables ---- */

static const struct option equals_options[] = {
    {.name = "series",
     .type = OPTION_NAME,
     AT(struct equals_keys, series),
     .example = "\"EU_LPD_REF\"",
     .sentence = "Name of the other series."},
    {.name = "plus",
     .type = OPTION_SPECIAL,
     AT(struct equals_keys, plus),
     .example = "\"-0.88%\"",
     .read = read_rate,
     .sentence = "What is to be added to the other one."},
    {.name = "since",
     .type = OPTION_DATE,
     AT(struct equals_keys, since),
     .example = "\"2009-01-01\"",
     .sentence = "The first day from which it is so."},
};

static const struct option series_options[] = {
    {.name = "name",
     .type = OPTION_NAME,
     AT(struct series_keys, series.name),
     .example = "\"DE_BASISZINS\"",
     .sentence = "Name of the series; regimes use it."},
    {.name = "table",
     .type = OPTION_NAME,
     AT(struct series_keys, table),
     .preset = "",
     .example = "\"DE_BASISZINS.csv\"",
     .sentence = "File of its rates, in this folder.  Default: the name and .csv."},
    {.name = "kind",
     .type = OPTION_WORD,
     AT(struct series_keys, series.kind),
     .names = &series_kind_names,
     .example = "\"half_year\"",
     .sentence = "One rate for each half-year, or one for each day on which it changed."},
    {.name = "expires",
     .type = OPTION_DATE,
     AT(struct series_keys, series.expires),
     .preset = "",
     .example = "\"2026-12-31\"",
     .sentence = "Of change_date: the last day that somebody has looked up.  Default: the end of the half-year of the "
                 "last rate."},
    {.name = "equals",
     .type = OPTION_GROUP,
     AT(struct series_keys, equals),
     .preset = "",
     .group = &group_equals,
     .sentence = "Another series from which this one can be told; both are held against each other."},
};

static const struct option band_options[] = {
    {.name = "below",
     .type = OPTION_SPECIAL,
     AT(struct band, below),
     .preset = "",
     .example = "\"1000.00 GBP\"",
     .read = read_money,
     .sentence = "For claims below this amount (<)."},
    {.name = "up_to",
     .type = OPTION_SPECIAL,
     AT(struct band, up_to),
     .preset = "",
     .example = "\"1000.00 EUR\"",
     .read = read_money,
     .sentence = "For claims up to and with this amount (<=)."},
    {.name = "sum",
     .type = OPTION_SPECIAL,
     AT(struct band, sum),
     .example = "\"40.00 EUR\"",
     .read = read_money,
     .sentence = "The lump sum."},
};

static const struct option compensation_options[] = {
    {.name = "bands",
     .type = OPTION_LIST,
     LIST_AT(struct compensation, bands, band_count),
     .preset = "",
     .example = "( { sum = \"40.00 EUR\"; } )",
     .group = &group_band,
     .sentence =
         "Lump sums by the amount of the claim, smallest claims first; the first band that fits gives the sum."},
    {.name = "per",
     .type = OPTION_WORD,
     AT(struct compensation, per),
     .names = &compensation_per_names,
     .preset = "\"invoice\"",
     .sentence = "Whether each invoice of a claim bears it, or the claim as a whole."},
    {.name = "minimum",
     .type = OPTION_MONEY_LIST,
     LIST_AT(struct compensation, minimum.list, minimum.count),
     .preset = "",
     .example = "[\"5.00 EUR\"]",
     .sentence = "Claims below this bear none, of the creditor's own choice."},
    {.name = "offset",
     .type = OPTION_BOOL,
     AT(struct compensation, offset),
     .preset = "false",
     .sentence = "Whether it is credited against the costs of enforcement."},
};

static const struct option regime_options[] = {
    {.name = "name",
     .type = OPTION_NAME,
     AT(struct regime, name),
     .example = "\"DE_BGB288_B2B\"",
     .sentence = "Name of the regime; several blocks may share it if their valid_from differ."},
    {.name = "aliases",
     .type = OPTION_TEXT_LIST,
     WORDS_AT(struct regime, aliases),
     .preset = "",
     .example = "[\"DE_BGB288_5\"]",
     .sentence = "Other names for it."},
    {.name = "title",
     .type = OPTION_TEXT,
     AT(struct regime, title),
     .preset = "",
     .example = "\"German Civil Code, section 288(2)\"",
     .sentence = "What it is, for people."},
    {.name = "valid_from",
     .type = OPTION_DATE,
     AT(struct regime, valid_from),
     .preset = "",
     .example = "\"2014-07-29\"",
     .sentence = "For claims due on this day or later.  Default: for all that no other block is for."},
    {.name = "customers",
     .type = OPTION_WORD_LIST,
     LIST_AT(struct regime, customers, customer_count),
     .names = &debtor_names,
     .preset = "",
     .example = "[\"b2b\", \"b2g\"]",
     .sentence = "Which customers owe it.  Default: all."},
    {.name = "series",
     .type = OPTION_NAME,
     AT(struct regime, series_name),
     .preset = "",
     .example = "\"DE_BASISZINS\"",
     .sentence = "The series of reference rates."},
    {.name = "rate",
     .type = OPTION_SPECIAL,
     AT(struct regime, rate),
     .preset = "\"none\"",
     .read = read_rate,
     .sentence = "Of fixing constant: the rate, instead of a series."},
    {.name = "margin",
     .type = OPTION_SPECIAL,
     AT(struct regime, margin),
     .preset = "\"0.00%\"",
     .read = read_rate,
     .sentence = "Percentage points on top of the reference rate."},
    {.name = "multiplier",
     .type = OPTION_SPECIAL,
     AT(struct regime, multiplier),
     .preset = "\"1\"",
     .read = read_multiplier,
     .sentence = "What the reference rate is multiplied by, before the margin."},
    {.name = "round_reference",
     .type = OPTION_WORD,
     AT(struct regime, reference_rounding),
     .names = &reference_rounding_names,
     .preset = "\"none\"",
     .sentence = "How the reference rate is rounded before anything else."},
    {.name = "round_reference_to",
     .type = OPTION_SPECIAL,
     AT(struct regime, reference_step),
     .preset = "\"0.50%\"",
     .read = read_rate,
     .sentence = "What it is rounded to a multiple of."},
    {.name = "fixing",
     .type = OPTION_WORD,
     AT(struct regime, fixing),
     .names = &fixing_names,
     .preset = "\"float\"",
     .sentence = "Which day's reference rate holds."},
    {.name = "day_count",
     .type = OPTION_WORD,
     AT(struct regime, day_count),
     .names = &day_count_names,
     .preset = "\"act/365\"",
     .sentence = "How time is counted."},
    {.name = "compounding",
     .type = OPTION_WORD,
     AT(struct regime, compounding),
     .names = &compounding_names,
     .preset = "\"none\"",
     .sentence = "Whether interest bears interest."},
    {.name = "round_each_rest",
     .type = OPTION_BOOL,
     AT(struct regime, round_each_rest),
     .preset = "false",
     .sentence = "Of monthly_rest: round at each rest instead of once at the end."},
    {.name = "cap",
     .type = OPTION_SPECIAL,
     AT(struct regime, cap),
     .preset = "\"none\"",
     .read = read_rate,
     .sentence = "The rate is never higher."},
    {.name = "floor",
     .type = OPTION_SPECIAL,
     AT(struct regime, floor),
     .preset = "\"none\"",
     .read = read_rate,
     .sentence = "The rate is never lower."},
    {.name = "first_day_offset",
     .type = OPTION_INT,
     AT(struct regime, first_day_offset),
     .values = "0..60",
     .preset = "1",
     .sentence = "Days from the due date to the first day that bears interest."},
    {.name = "grace_days",
     .type = OPTION_INT,
     AT(struct regime, grace_days),
     .values = "0..365",
     .preset = "0",
     .sentence = "Days after the due date during which nothing is owed."},
    {.name = "grace_retroactive",
     .type = OPTION_BOOL,
     AT(struct regime, grace_retroactive),
     .preset = "false",
     .sentence = "Whether interest is counted from the due date once the grace is over."},
    {.name = "rounding",
     .type = OPTION_WORD,
     AT(struct regime, rounding),
     .names = &rounding_names,
     .preset = "\"half_up\"",
     .sentence = "How the sum is rounded, once, to the smallest unit of the currency."},
    {.name = "compensation",
     .type = OPTION_GROUP,
     AT(struct regime, compensation),
     .preset = "",
     .group = &group_compensation,
     .sentence = "Lump sum for the costs of recovery.  Default: none."},
};

static const struct option rates_file_options[] = {
    {.name = "series",
     .type = OPTION_LIST,
     LIST_AT(struct rates_file, series, series_count),
     .preset = "",
     .example = "( { ... } )",
     .group = &group_series,
     .sentence = "Series of reference rates."},
    {.name = "regimes",
     .type = OPTION_LIST,
     LIST_AT(struct rates_file, regimes, regime_count),
     .preset = "",
     .example = "( { ... } )",
     .group = &group_regime,
     .sentence = "Regimes: the rules of a law or a contract."},
};

const struct option_group group_rates_file = {FILE_NAME, "", MANUAL, GROUP_OF(rates_file_options, struct rates_file)};
const struct option_group group_series = {FILE_NAME, "series", MANUAL, GROUP_OF(series_options, struct series_keys),
                                          .finish = rates_file_finish_series};
const struct option_group group_equals = {FILE_NAME, "equals", MANUAL, GROUP_OF(equals_options, struct equals_keys)};
const struct option_group group_regime = {FILE_NAME, "regime", MANUAL, GROUP_OF(regime_options, struct regime),
                                          .finish = rates_file_finish_regime};
const struct option_group group_compensation = {FILE_NAME, "compensation", MANUAL,
                                                GROUP_OF(compensation_options, struct compensation),
                                                .finish = rates_file_finish_compensation};
const struct option_group group_band = {FILE_NAME, "band", MANUAL, GROUP_OF(band_options, struct band),
                                        .finish = rates_file_finish_band};
