/* The derivation of interest and lump sum, for people. */
#include "base/arena.h"
#include "base/text.h"
#include "policy/interest.h"

struct lines {
    const struct regime *regime;
    const struct arrears *claim;
    const struct interest *interest;
    struct arena *arena;
    const char **list;
    size_t count;
};

static const char *shown_rate(const struct lines *lines, int64_t rate)
{
    char text[RATE_TEXT_SIZE];

    return arena_printf(lines->arena, "%s%%", rate_format(rate, text));
}

static const char *shown_money(const struct lines *lines, int64_t minor)
{
    char text[MONEY_TEXT_SIZE];

    return arena_printf(lines->arena, "%s %s", money_format(minor, lines->claim->currency, text),
                        lines->claim->currency);
}

static const char *shown_day(const struct lines *lines, day_t day)
{
    char text[DAY_TEXT_SIZE];

    return arena_copy(lines->arena, day_format(day, text));
}

/* "2.5" of 250 hundredths */
static void add_multiplier(struct text *out, int64_t hundredths)
{
    text_addf(out, "%lld", (long long)(hundredths / 100));
    if (hundredths % 10 != 0)
        text_addf(out, ".%02lld", (long long)(hundredths % 100));
    else if (hundredths % 100 != 0)
        text_addf(out, ".%lld", (long long)(hundredths % 100 / 10));
    text_add(out, " x ");
}

/* "3.62% + 9.00% = 12.62%", "3 x 6.50% = 19.50%", "18.00%, at most 10.00%" */
static const char *rate_sentence(const struct lines *lines, const struct interest_part *part)
{
    const struct regime *regime = lines->regime;
    int64_t rounded = regime_reference(regime, part->reference);
    int64_t sum = rounded * regime->multiplier / 100 + regime->margin;
    struct text out;

    text_init(&out, lines->arena);
    if (regime->multiplier != 100)
        add_multiplier(&out, regime->multiplier);
    text_add(&out, shown_rate(lines, rounded));
    if (rounded != part->reference)
        text_addf(&out, " (rounded from %s)", shown_rate(lines, part->reference));
    if (regime->margin != 0)
        text_addf(&out, " %c %s", regime->margin < 0 ? '-' : '+',
                  shown_rate(lines, regime->margin < 0 ? -regime->margin : regime->margin));
    if (regime->margin != 0 || regime->multiplier != 100)
        text_addf(&out, " = %s", shown_rate(lines, sum));
    if (part->capped)
        text_addf(&out, ", at most %s", shown_rate(lines, part->rate));
    if (part->floored)
        text_addf(&out, ", at least %s", shown_rate(lines, part->rate));
    return out.data;
}

static const char *unit_of(const struct lines *lines, const struct interest_part *part)
{
    if (part->year == 12)
        return part->units == 1 ? "month" : "months";
    if (lines->regime->day_count == DAY_COUNT_30E_360)
        return part->units == 1 ? "day of months of 30" : "days of months of 30";
    return part->units == 1 ? "day" : "days";
}

static const char *fixed_sentence(const struct lines *lines, const struct interest_part *part)
{
    const struct regime *regime = lines->regime;

    if (part->fixed == DAY_NONE)
        return "";
    return arena_printf(lines->arena, ", %s of %s", regime->series_name, shown_day(lines, part->fixed));
}

static const char *part_line(const struct lines *lines, const struct interest_part *part)
{
    char rate[RATE_TEXT_SIZE];

    return arena_printf(lines->arena, "%s to %s: %d %s at %s%s: %s x %s%% x %d/%d = %s", shown_day(lines, part->from),
                        shown_day(lines, part->to), (int)part->units, unit_of(lines, part), rate_sentence(lines, part),
                        fixed_sentence(lines, part), part->balance, rate_format(part->rate, rate), (int)part->units,
                        (int)part->year, part->exact);
}

static void add(struct lines *lines, const char *line)
{
    lines->list[lines->count++] = line;
}

/* ---- why not ---- */

static const char *nothing_line(const struct lines *lines)
{
    const struct regime *regime = lines->regime;

    switch (lines->interest->verdict) {
    case INTEREST_DUE:
        break;
    case INTEREST_NOT_LATE:
        return "the claim is not late on that day: nothing is owed";
    case INTEREST_IN_GRACE:
        return arena_printf(lines->arena, "there is a grace of %d days, until %s: nothing is owed", regime->grace_days,
                            shown_day(lines, lines->claim->due + regime->grace_days));
    case INTEREST_NOT_BEGUN:
        return "the first day that bears interest is still to come: nothing is owed";
    case INTEREST_NOT_FOR:
        return arena_printf(lines->arena, "%s is not for %s customers: nothing is owed", regime->name,
                            names_word(&debtor_names, (int)lines->claim->debtor));
    }
    return "";
}

/* ---- lump sum ---- */

static const char *limit_sentence(const struct lines *lines, const struct band *band)
{
    if (band->below.currency[0] != '\0')
        return arena_printf(lines->arena, ", for claims below %s", shown_money(lines, band->below.minor));
    if (band->up_to.currency[0] != '\0')
        return arena_printf(lines->arena, ", for claims up to %s", shown_money(lines, band->up_to.minor));
    return lines->regime->compensation.band_count > 1 ? ", for all larger claims" : "";
}

static const char *compensation_line(const struct lines *lines)
{
    const struct compensation *all = &lines->regime->compensation;
    const struct band *band = lines->interest->band;

    if (band != NULL)
        return arena_printf(lines->arena, "lump sum: %s for each %s%s%s", shown_money(lines, band->sum.minor),
                            names_word(&compensation_per_names, (int)all->per), limit_sentence(lines, band),
                            all->offset ? ", credited against the costs of enforcement" : "");
    if (all->band_count == 0)
        return "lump sum: none by this regime";
    return arena_printf(lines->arena, "lump sum: none for a claim of %s", shown_money(lines, lines->claim->principal));
}

const char *const *interest_lines(const struct regime *regime, const struct arrears *claim,
                                  const struct interest *interest, struct arena *arena, size_t *count)
{
    enum { MORE = 3 };
    struct lines lines = {.regime = regime, .claim = claim, .interest = interest, .arena = arena};

    lines.list = arena_array(arena, interest->part_count + MORE, sizeof *lines.list);
    if (interest->verdict != INTEREST_DUE) {
        add(&lines, nothing_line(&lines));
    } else {
        for (size_t i = 0; i < interest->part_count; i++)
            add(&lines, part_line(&lines, &interest->parts[i]));
        add(&lines, arena_printf(arena, "interest: %s, rounded %s from %s", shown_money(&lines, interest->interest),
                                 names_word(&rounding_names, (int)regime->rounding), interest->exact));
        add(&lines, compensation_line(&lines));
    }
    *count = lines.count;
    return lines.list;
}
