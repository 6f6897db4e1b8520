/*
 * Interest with monthly rests: at each rest the interest joins the balance.
 * A full month is a twelfth of a year, the stub behind the last rest follows
 * the day count.  Unrounded balances are fractions, so these are kept as
 * products of any size and divided once, at the end.
 */
#include "base/arena.h"
#include "base/err.h"
#include "policy/interest_parts.h"
#include "policy/natural.h"

enum { FINER = 1000000, MONTHS = 12 };

struct rests {
    struct accrual *accrual;
    int64_t balance;               /* with round_each_rest: what bears interest */
    int128 shown;                  /* the balance in millionths of a minor unit, near enough for people */
    struct natural product, whole; /* principal and 1, times the numerators and denominators of all rests */
    uint64_t *divisors;            /* those denominators */
    size_t count, capacity;
};

static void keep_divisor(struct rests *rests, uint64_t divisor)
{
    if (rests->count == rests->capacity) {
        rests->capacity = rests->capacity == 0 ? 32 : 2 * rests->capacity;
        rests->divisors =
            arena_grow(rests->accrual->arena, rests->divisors, rests->count, rests->capacity, sizeof *rests->divisors);
    }
    rests->divisors[rests->count++] = divisor;
}

/* The balance grows by weight / denominator, both positive or the weight the smaller one. */
static int grow(struct rests *rests, int128 weight, int64_t denominator)
{
    const struct regime *regime = rests->accrual->regime;
    int64_t before = rests->balance, after;

    rests->shown += quotient(rests->shown * weight, denominator, ROUNDING_HALF_UP);
    if (regime->round_each_rest) {
        rests->balance = before + (int64_t)quotient(before * weight, denominator, regime->rounding);
    } else {
        natural_multiply(&rests->product, (uint64_t)(denominator + weight));
        natural_multiply(&rests->whole, (uint64_t)denominator);
        keep_divisor(rests, (uint64_t)denominator);
    }
    return amount_fits(rests->shown / FINER, &after, rests->accrual->err);
}

/* The balance in millionths of a minor unit. */
static int128 balance_of(const struct rests *rests)
{
    return rests->accrual->regime->round_each_rest ? (int128)rests->balance * FINER : rests->shown;
}

static const char *shown_balance(const struct rests *rests)
{
    const struct accrual *accrual = rests->accrual;
    char text[MONEY_TEXT_SIZE];

    if (accrual->regime->round_each_rest)
        return arena_copy(accrual->arena, money_format(rests->balance, accrual->claim->currency, text));
    return exact_text(rests->shown, accrual->claim->currency, accrual->arena);
}

/* What a part bears on the balance of its rest. */
static const char *exact_of(const struct rests *rests, int128 weight, int64_t denominator)
{
    return exact_text(quotient(balance_of(rests) * weight, denominator, ROUNDING_HALF_UP),
                      rests->accrual->claim->currency, rests->accrual->arena);
}

static int full_month(struct rests *rests, day_t start, day_t end)
{
    const int64_t denominator = MONTHS * RATE_WHOLE;
    struct interest_part *part = parts_add(rests->accrual);

    *part = (struct interest_part){
        .from = start + 1, .to = end, .days = end - start, .units = 1, .year = MONTHS, .balance = shown_balance(rests)};
    if (part_rate(rests->accrual, part_fixed_on(rests->accrual, part->from), part) != 0)
        return -1;
    part->exact = exact_of(rests, part->rate, denominator);
    return grow(rests, part->rate, denominator);
}

/* The days behind the last full rest; of several lengths of the year only with act/act. */
static int stub(struct rests *rests, day_t start, day_t end)
{
    struct accrual *accrual = rests->accrual;
    size_t first = accrual->count;
    int128 weight = 0;
    const int64_t denominator = parts_denominator(accrual->regime) * RATE_WHOLE;

    if (parts_of_days(accrual, start, end) != 0)
        return -1;
    for (size_t i = first; i < accrual->count; i++) {
        struct interest_part *part = &accrual->parts[i];
        part->balance = shown_balance(rests);
        part->exact = exact_of(rests, part_weight(accrual->regime, part), denominator);
        weight += part_weight(accrual->regime, part);
    }
    return grow(rests, weight, denominator);
}

static int walk(struct rests *rests)
{
    struct accrual *accrual = rests->accrual;
    day_t before = accrual->start, end = accrual->claim->as_of;

    for (int month = 1; before < end; month++) {
        day_t rest = day_add_months(accrual->start, month), last = rest < end ? rest : end;
        accrual->rest_on = accrual->regime->fixing == FIXING_AT_REST_END ? last : before;
        if (rest > end)
            return stub(rests, before, end);
        if (full_month(rests, before, rest) != 0)
            return -1;
        before = rest;
    }
    return 0;
}

/* product / whole less the principal: the numerator over the same denominator, without its sign. */
static struct natural gain(const struct rests *rests, bool *negative)
{
    struct natural base = natural_copy(&rests->whole), more = natural_copy(&rests->product);

    natural_multiply(&base, (uint64_t)rests->accrual->claim->principal);
    *negative = natural_compare(&more, &base) < 0;
    if (*negative) {
        natural_subtract(&base, &more);
        return base;
    }
    natural_subtract(&more, &base);
    return more;
}

/* Divides by one denominator after the other, which cuts exactly like the division by their product. */
static int64_t divide_once(const struct rests *rests, enum rounding rounding)
{
    bool negative, tie = true;
    struct natural number = gain(rests, &negative);

    if (rounding != ROUNDING_DOWN) {
        /* floor(n / d + 1/2) = floor((2n + d) / 2d) */
        natural_multiply(&number, 2);
        natural_add(&number, &rests->whole);
        tie = natural_divide(&number, 2) == 0;
    }
    for (size_t i = 0; i < rests->count; i++)
        tie = natural_divide(&number, rests->divisors[i]) == 0 && tie;
    uint64_t value = natural_value(&number);
    if (rounding == ROUNDING_HALF_EVEN && tie && value % 2 == 1)
        value--;
    return negative ? -(int64_t)value : (int64_t)value;
}

int rests_compute(struct accrual *accrual, int64_t *interest)
{
    int64_t principal = accrual->claim->principal;
    struct rests rests = {.accrual = accrual, .balance = principal, .shown = (int128)principal * FINER};

    natural_init(&rests.product, accrual->arena, (uint64_t)principal);
    natural_init(&rests.whole, accrual->arena, 1);
    if (walk(&rests) != 0)
        return -1;
    accrual->exact =
        exact_text(balance_of(&rests) - (int128)principal * FINER, accrual->claim->currency, accrual->arena);
    *interest =
        accrual->regime->round_each_rest ? rests.balance - principal : divide_once(&rests, accrual->regime->rounding);
    return 0;
}
