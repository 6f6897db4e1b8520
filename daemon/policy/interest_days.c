/* How time is counted: parts of one rate and one length of the year. */
#include "base/arena.h"
#include "base/err.h"
#include "policy/interest_parts.h"

struct interest_part *parts_add(struct accrual *accrual)
{
    if (accrual->parts == NULL || accrual->count == accrual->capacity) {
        accrual->capacity = accrual->capacity == 0 ? 16 : 2 * accrual->capacity;
        accrual->parts =
            arena_grow(accrual->arena, accrual->parts, accrual->count, accrual->capacity, sizeof *accrual->parts);
    }
    struct interest_part *part = &accrual->parts[accrual->count++];
    *part = (struct interest_part){.fixed = DAY_NONE, .balance = accrual->principal, .exact = ""};
    return part;
}

/* ---- rates ---- */

int64_t regime_reference(const struct regime *regime, int64_t reference)
{
    int64_t step = regime->reference_step, rest;

    if (regime->reference_rounding == REFERENCE_AS_IT_IS || step <= 0)
        return reference;
    rest = (reference % step + step) % step; /* what it lies above the next lower multiple */
    if (rest == 0 || regime->reference_rounding == REFERENCE_DOWN)
        return reference - rest;
    return regime->reference_rounding == REFERENCE_NEAREST && 2 * rest < step ? reference - rest
                                                                              : reference - rest + step;
}

day_t part_fixed_on(const struct accrual *accrual, day_t first)
{
    switch (accrual->regime->fixing) {
    case FIXING_FLOAT:
        return first;
    case FIXING_PER_REST:
    case FIXING_AT_REST_END:
        return accrual->rest_on;
    case FIXING_AT_DEFAULT:
        return accrual->start + 1;
    case FIXING_AT_DUE:
        return accrual->claim->due;
    case FIXING_CONSTANT:
        return DAY_NONE;
    }
    return first;
}

int part_rate(const struct accrual *accrual, day_t day, struct interest_part *part)
{
    const struct regime *regime = accrual->regime;
    const struct rate_row *row;

    part->reference = regime->rate;
    part->fixed = DAY_NONE;
    if (regime->fixing != FIXING_CONSTANT) {
        if (series_row(regime->series, day, &row, accrual->err) != 0)
            return -1;
        part->reference = row->rate;
        part->fixed = day;
    }
    /* Rates have four digits of six and multipliers two, so this leaves no rest. */
    part->rate = regime_reference(regime, part->reference) * regime->multiplier / 100 + regime->margin;
    part->floored = regime->floor != RATE_NONE && part->rate < regime->floor;
    if (part->floored)
        part->rate = regime->floor;
    part->capped = regime->cap != RATE_NONE && part->rate > regime->cap;
    if (part->capped)
        part->rate = regime->cap;
    if (part->rate > RATE_MAX || part->rate < -RATE_MAX)
        return err_set(accrual->err, ERR_REFUSED, "%s comes to more than 1000%% a year; look at its rates",
                       regime->name);
    return 0;
}

/* ---- days ---- */

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* 30E/360: every month has 30 days, the 31st is the 30th.  A difference of two of these adds up over any split. */
static int32_t count_30e(day_t day)
{
    int year, month, dom;

    day_to_civil(day, &year, &month, &dom);
    return year * 360 + month * 30 + (dom > 30 ? 30 : dom);
}

/* Counts the days of a part by the regime's rule. */
static void count_days(enum day_count rule, struct interest_part *part)
{
    int year, month, dom;

    part->days = part->units = part->to - part->from + 1;
    part->year = 365;
    switch (rule) {
    case DAY_COUNT_ACT_ACT:
        day_to_civil(part->from, &year, &month, &dom);
        part->year = is_leap(year) ? 366 : 365;
        return;
    case DAY_COUNT_30E_360:
        part->units = count_30e(part->to) - count_30e(part->from - 1);
        part->year = 360;
        return;
    case DAY_COUNT_ACT_360:
        part->year = 360;
        return;
    case DAY_COUNT_ACT_365:
    case DAY_COUNT_MONTHS_OR_PART:
    case DAY_COUNT_COMPLETE_MONTHS:
        return;
    }
}

/* The last day with the same rate and the same length of the year as first. */
static int last_alike(const struct accrual *accrual, day_t first, day_t *last)
{
    const struct regime *regime = accrual->regime;
    int year, month, dom;

    if (regime->day_count == DAY_COUNT_ACT_ACT) {
        day_to_civil(first, &year, &month, &dom);
        day_t end_of_year = day_from_civil(year, 12, 31);
        *last = *last < end_of_year ? *last : end_of_year;
    }
    if (regime->fixing == FIXING_FLOAT) {
        const struct series *series = regime->series;
        const struct rate_row *row;
        if (series_row(series, first, &row, accrual->err) != 0)
            return -1;
        day_t end_of_row = row + 1 < series->rows + series->count ? row[1].from - 1 : series->expires;
        *last = *last < end_of_row ? *last : end_of_row;
    }
    return 0;
}

int parts_of_days(struct accrual *accrual, day_t start, day_t end)
{
    for (day_t first = start + 1, last; first <= end; first = last + 1) {
        last = end;
        if (last_alike(accrual, first, &last) != 0)
            return -1;
        struct interest_part *part = parts_add(accrual);
        part->from = first;
        part->to = last;
        count_days(accrual->regime->day_count, part);
        if (part_rate(accrual, part_fixed_on(accrual, first), part) != 0)
            return -1;
    }
    return 0;
}

/* ---- months ---- */

static bool same_rate(const struct interest_part *part, const struct interest_part *other)
{
    return part->rate == other->rate && part->reference == other->reference;
}

/* Adds one month, or what there is of it, to the last part if its rate is the same. */
static int add_month(struct accrual *accrual, day_t before, day_t last)
{
    struct interest_part month = {.from = before + 1,
                                  .to = last,
                                  .days = last - before,
                                  .units = 1,
                                  .year = 12,
                                  .exact = "",
                                  .balance = accrual->principal};

    if (part_rate(accrual, part_fixed_on(accrual, month.from), &month) != 0)
        return -1;
    struct interest_part *open = accrual->count > 0 ? &accrual->parts[accrual->count - 1] : NULL;
    if (open == NULL || !same_rate(open, &month)) {
        *parts_add(accrual) = month;
        return 0;
    }
    open->to = last;
    open->days += month.days;
    open->units++;
    return 0;
}

int parts_of_months(struct accrual *accrual)
{
    day_t end = accrual->claim->as_of, before = accrual->start;

    for (int month = 1; before < end; month++) {
        /* Always from the first day, so that a short month does not shorten the ones behind it. */
        day_t last = day_add_months(accrual->start, month);
        if (last > end && accrual->regime->day_count == DAY_COUNT_COMPLETE_MONTHS)
            break;
        if (add_month(accrual, before, last < end ? last : end) != 0)
            return -1;
        before = last;
    }
    return 0;
}

/* ---- weights ---- */

int64_t parts_denominator(const struct regime *regime)
{
    static const int64_t denominators[] = {
        [DAY_COUNT_ACT_365] = 365, [DAY_COUNT_ACT_360] = 360,       [DAY_COUNT_ACT_ACT] = BOTH_YEARS,
        [DAY_COUNT_30E_360] = 360, [DAY_COUNT_MONTHS_OR_PART] = 12, [DAY_COUNT_COMPLETE_MONTHS] = 12,
    };
    return denominators[regime->day_count];
}

int128 part_weight(const struct regime *regime, const struct interest_part *part)
{
    return (int128)part->rate * part->units * (parts_denominator(regime) / part->year);
}
