/*
 * The worked examples of DUNNINGD_SHARED/vectors, by the rules and tables that
 * are shipped.  Columns that say how a row differs from its regime's usual
 * reading become keys of the regime, as in a file.
 */
#include "unit/compose/vectors.h"
#include "unit/config/fixture.h"

#include "config/rates.h"
#include "policy/interest.h"

enum {
    AT_ID,
    AT_REGIME,
    AT_PRINCIPAL,
    AT_CURRENCY,
    AT_DUE,
    AT_AS_OF,
    AT_INTEREST,
    AT_COMPENSATION,
    AT_SOURCE,
    AT_STATUS,
    AT_CUSTOMER,
    AT_FIXING,
    AT_DAY_COUNT,
    AT_TRACE,
    AT_NOTE,
    AT_COUNT
};

static const struct rates *load(struct arena *arena)
{
    struct findings findings;
    findings_init(&findings, arena);
    const struct rates *rates = rates_read(project_path(arena, "policies/rates"), arena, &findings);
    for (size_t i = 0; i < findings.count; i++)
        print_message("%s\n", finding_line(&findings.list[i], arena));
    if (rates == NULL || findings.count > 0)
        fail_msg("the shipped rates have findings");
    return rates;
}

static void set(const struct rates *rates, struct regime *regime, const char *key, const char *value)
{
    struct arena *arena = arena_new(0);
    struct findings findings;
    findings_init(&findings, arena);
    if (!rates_change(rates, regime, key, value, &findings))
        fail_msg("%s", finding_line(&findings.list[0], arena));
    arena_free(&arena);
}

/* What the words of the column rate_fixing mean. */
static const struct reading {
    const char *word, *key, *value;
} readings[] = {
    {"float_half_year", "fixing", "float"},
    {"fixed_at_default", "fixing", "at_default"},
    {"fixed_at_due", "fixing", "at_due"},
    {"float_per_rest", "fixing", "per_rest"},
    {"rate_at_rest_date", "fixing", "at_rest_end"},
    {"month_or_part", "day_count", "months_or_part"},
    {"complete_months", "day_count", "complete_months"},
    {"compound_monthly", "day_count", "act/365"},
    {"compound_monthly", "compounding", "monthly_rest"},
    {"daily_365", "day_count", "act/365"},
    {"daily_365_cap_10pct", "day_count", "act/365"},
    {"daily_365_cap_10pct", "cap", "10%"},
};

/* "fixed": the rate stands in the trace, behind the @. */
static void fix(struct regime *regime, const char *trace)
{
    char text[16] = "";
    const char *at = strchr(trace, '@');
    if (at == NULL)
        return;
    for (size_t i = 0; i + 1 < sizeof text && at[1 + i] != '\0' && at[1 + i] != ' '; i++)
        text[i] = at[1 + i];
    regime->fixing = FIXING_CONSTANT;
    regime->series = NULL;
    regime->series_name = "";
    regime->margin = 0;
    regime->multiplier = 100;
    expect_true(text, rate_parse(text, &regime->rate));
}

static void apply(const struct rates *rates, const struct vector *row, struct regime *regime)
{
    bool known = text_equal(row->field[AT_FIXING], "fixed");
    for (size_t i = 0; i < LENGTH(readings); i++) {
        if (!text_equal(readings[i].word, row->field[AT_FIXING]))
            continue;
        set(rates, regime, readings[i].key, readings[i].value);
        known = true;
    }
    expect_true(row->field[AT_FIXING], known);
    if (text_equal(row->field[AT_FIXING], "fixed"))
        fix(regime, row->field[AT_TRACE]);
    if (names_find(&day_count_names, row->field[AT_DAY_COUNT]) >= 0)
        set(rates, regime, "day_count", row->field[AT_DAY_COUNT]);
    if (strstr(row->field[AT_SOURCE], "each rest rounded") != NULL)
        set(rates, regime, "round_each_rest", "true");
    expect_text(row->field[AT_ID], rates_fault(regime), "");
}

static struct arrears claim_of(const struct vector *row)
{
    struct arrears claim = {.debtor = DEBTOR_B2B};
    struct err err = {.code = ERR_NONE};
    const char *id = row->field[AT_ID];
    memcpy(claim.currency, row->field[AT_CURRENCY], CURRENCY_SIZE);
    expect_int(id, money_parse(row->field[AT_PRINCIPAL], claim.currency, '.', &claim.principal, &err), 0);
    expect_true(id, day_parse(row->field[AT_DUE], &claim.due) && day_parse(row->field[AT_AS_OF], &claim.as_of));
    if (text_equal(row->field[AT_CUSTOMER], "B2C"))
        claim.debtor = DEBTOR_B2C;
    return claim;
}

/* "2024-06-01..2024-06-30:30d@12.62" says of a part what it must be. */
static void check_trace(const struct vector *row, const struct interest *interest)
{
    size_t at = 0;
    if (strstr(row->field[AT_TRACE], "..") == NULL)
        return;
    for (const char *word = row->field[AT_TRACE]; *word != '\0'; word += strcspn(word, " "), word += *word == ' ') {
        char expected[64], got[64], from[DAY_TEXT_SIZE], to[DAY_TEXT_SIZE], rate[RATE_TEXT_SIZE];
        const struct interest_part *part = &interest->parts[at];
        expect_true(row->field[AT_ID], at++ < interest->part_count);
        snprintf(expected, sizeof expected, "%.*s", (int)strcspn(word, " "), word);
        snprintf(got, sizeof got, "%s..%s:%dd@%s", day_format(part->from, from), day_format(part->to, to),
                 (int)part->days, rate_format(part->rate, rate));
        expect_text(row->field[AT_ID], got, expected);
    }
    expect_int(row->field[AT_ID], (intmax_t)at, (intmax_t)interest->part_count);
}

static void check(const struct rates *rates, const struct vector *row, struct arena *arena)
{
    const char *id = row->field[AT_ID];
    char text[MONEY_TEXT_SIZE];
    struct arrears claim = claim_of(row);
    struct interest interest;
    struct err err = {.code = ERR_NONE};
    const struct regime *shipped = rates_regime(rates, row->field[AT_REGIME], claim.due);
    if (shipped == NULL)
        fail_msg("%s: there is no regime %s", id, row->field[AT_REGIME]);
    struct regime regime = *shipped;
    apply(rates, row, &regime);
    if (interest_compute(&regime, &claim, arena, &interest, &err) != 0)
        fail_msg("%s: %s", id, err.text);
    expect_text(id, money_format(interest.interest, claim.currency, text), row->field[AT_INTEREST]);
    expect_text(id, money_format(interest.compensation, claim.currency, text), row->field[AT_COMPENSATION]);
    check_trace(row, &interest);
}

static void test_interest(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    const struct rates *rates = load(arena);
    const char *at = vectors_text(arena, "vectors/interest.csv");
    struct vector row;
    size_t count = 0;
    expect_true("header", vectors_next(arena, &at, &row));
    while (vectors_next(arena, &at, &row)) {
        expect_int("fields", (intmax_t)row.count, AT_COUNT);
        if (vectors_is_divergent(&row))
            continue;
        check(rates, &row, arena);
        count++;
    }
    expect_true("some rows", count > 20);
    arena_free(&arena);
}

/* id,regime,customer,overdue_amounts,currency,expected_total,...: amounts are separated by | */
static size_t amounts_of(const struct vector *row, struct arena *arena, struct money *claims, size_t most)
{
    size_t count = 0;
    struct err err;
    char *list = arena_copy(arena, row->field[3]);
    for (char *amount; (amount = strsep(&list, "|")) != NULL; count++) {
        expect_true(row->field[0], count < most);
        memcpy(claims[count].currency, row->field[4], CURRENCY_SIZE);
        expect_int(amount, money_parse(amount, row->field[4], '.', &claims[count].minor, &err), 0);
    }
    return count;
}

static void test_compensation(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    const struct rates *rates = load(arena);
    const char *at = vectors_text(arena, "vectors/compensation.csv");
    day_t due = day_from_civil(2025, 1, 15);
    struct vector row;
    expect_true("header", vectors_next(arena, &at, &row));
    while (vectors_next(arena, &at, &row)) {
        struct money claims[8];
        char text[MONEY_TEXT_SIZE];
        if (vectors_is_divergent(&row))
            continue;
        size_t count = amounts_of(&row, arena, claims, LENGTH(claims));
        const struct regime *regime = rates_regime(rates, row.field[1], due);
        expect_true(row.field[1], regime != NULL);
        int debtor = names_find(&debtor_names, text_lower(arena, row.field[2]));
        bool owed = regime != NULL && (debtor < 0 || regime_is_for(regime, (enum debtor)debtor));
        int64_t sum = owed ? compensation_of(&regime->compensation, claims, count) : 0;
        expect_text(row.field[0], money_format(sum, row.field[4], text), row.field[5]);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interest),
        cmocka_unit_test(test_compensation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
