/* What does not fit together within one regime or one series. */
#include "config/rates_file.h"

#include "base/text.h"
#include "config/rates.h"
#include "config/tables.h"

/* ---- regimes ---- */

static const char *series_fault(const struct regime *regime)
{
    bool constant = regime->fixing == FIXING_CONSTANT, named = regime->series_name[0] != '\0';

    if (constant && regime->rate == RATE_NONE)
        return "rate: fixing constant needs one; add rate = \"9.00%\";";
    if (constant && named)
        return "series: fixing constant takes none; remove it, or choose another fixing";
    if (!constant && !named)
        return "series: it is missing; name one, or write fixing = \"constant\"; and a rate";
    if (!constant && regime->rate != RATE_NONE)
        return "rate: only fixing constant takes one; remove it, or the series";
    return "";
}

static const char *rest_fault(const struct regime *regime)
{
    bool rests = regime->compounding == COMPOUNDING_MONTHLY_REST;
    bool by_rest = regime->fixing == FIXING_PER_REST || regime->fixing == FIXING_AT_REST_END;

    if (by_rest && !rests)
        return "fixing: per_rest and at_rest_end need rests; add compounding = \"monthly_rest\";";
    if (rests && regime->fixing == FIXING_FLOAT)
        return "fixing: a rest has one rate; use per_rest, at_rest_end, at_default, at_due or constant";
    if (rests && (regime->day_count == DAY_COUNT_MONTHS_OR_PART || regime->day_count == DAY_COUNT_COMPLETE_MONTHS))
        return "day_count: with monthly rests it counts the days behind the last one; use act/365, act/360, act/act or "
               "30E/360";
    if (regime->round_each_rest && !rests)
        return "round_each_rest: there are no rests; add compounding = \"monthly_rest\"; or remove it";
    return "";
}

const char *rates_fault(const struct regime *regime)
{
    const char *fault = series_fault(regime);

    if (fault[0] == '\0')
        fault = rest_fault(regime);
    if (fault[0] != '\0')
        return fault;
    if (regime->cap != RATE_NONE && regime->floor != RATE_NONE && regime->cap < regime->floor)
        return "cap: it is lower than the floor; correct one of them";
    if (regime->grace_retroactive && regime->grace_days == 0)
        return "grace_retroactive: there is no grace; add grace_days, or remove it";
    if (regime->reference_step <= 0)
        return "round_reference_to: it must be above zero, like \"0.50%\"";
    return "";
}

void rates_file_finish_regime(struct reader *reader, config_setting_t *setting, void *target)
{
    struct regime *regime = target;
    const char *fault = rates_fault(regime);
    char key[32] = "";

    regime->file = reader->file;
    regime->line = (int)config_setting_source_line(reader_member(setting, "name"));
    if (fault[0] == '\0')
        return;
    for (size_t i = 0; fault[i] != ':' && i + 1 < sizeof key; i++)
        key[i] = fault[i];
    reader_error(reader, reader_member(setting, key), "%s", fault);
}

/* ---- bands ---- */

static bool is_given(const struct money *money)
{
    return money->currency[0] != '\0';
}

static const struct money *limit_of(const struct band *band)
{
    return is_given(&band->below) ? &band->below : &band->up_to;
}

void rates_file_finish_band(struct reader *reader, config_setting_t *setting, void *target)
{
    const struct band *band = target;
    const struct money *limit = limit_of(band);

    if (is_given(&band->below) && is_given(&band->up_to))
        reader_error(reader, reader_member(setting, "up_to"),
                     "up_to: there is below already; keep the one that the law says");
    else if (is_given(limit) && is_given(&band->sum) && !text_equal(limit->currency, band->sum.currency))
        reader_error(reader, reader_member(setting, "sum"), "sum: it is in %s, the limit in %s; use one currency",
                     band->sum.currency, limit->currency);
}

/* The band before this one in its currency; NULL: it is the first. */
static const struct band *before(const struct compensation *all, size_t at)
{
    for (size_t i = at; i-- > 0;)
        if (text_equal(all->bands[i].sum.currency, all->bands[at].sum.currency))
            return &all->bands[i];
    return NULL;
}

static bool is_last(const struct compensation *all, size_t at)
{
    for (size_t i = at + 1; i < all->band_count; i++)
        if (text_equal(all->bands[i].sum.currency, all->bands[at].sum.currency))
            return false;
    return true;
}

/* "below 1000" and then "up to 1000" is an order, too: the second is for 1000 itself. */
static bool lies_above(const struct band *band, const struct band *lower)
{
    const struct money *limit = limit_of(band), *lower_limit = limit_of(lower);

    if (!is_given(limit))
        return true;
    return limit->minor > lower_limit->minor ||
           (limit->minor == lower_limit->minor && is_given(&lower->below) && is_given(&band->up_to));
}

static void check_band(struct reader *reader, config_setting_t *setting, const struct compensation *all, size_t at)
{
    config_setting_t *line = config_setting_get_elem(config_setting_get_member(setting, "bands"), (unsigned)at);
    const struct band *band = &all->bands[at], *lower = before(all, at);

    if (lower != NULL && !is_given(limit_of(lower)))
        reader_error(reader, line, "bands: the one above has no limit, so this one is never reached; remove one");
    else if (lower != NULL && !lies_above(band, lower))
        reader_error(reader, line, "bands: this one ends below the one above; sort them, smallest claims first");
    if (is_last(all, at) && is_given(limit_of(band)))
        reader_warn(reader, line, "bands: larger claims in %s have no lump sum; add a band without a limit",
                    band->sum.currency);
}

void rates_file_finish_compensation(struct reader *reader, config_setting_t *setting, void *target)
{
    const struct compensation *all = target;

    for (size_t i = 0; all->bands != NULL && i < all->band_count; i++)
        check_band(reader, setting, all, i);
}

/* ---- series ---- */

void rates_file_finish_series(struct reader *reader, config_setting_t *setting, void *target)
{
    struct series_keys *keys = target;

    keys->line = (int)config_setting_source_line(reader_member(setting, "name"));
    if (keys->series.kind == SERIES_HALF_YEAR && keys->series.expires != DAY_NONE)
        reader_error(reader, reader_member(setting, "expires"),
                     "expires: a half-yearly series ends with its last half-year; remove the line");
}
