/* The boundaries of the interest engine, one row each, and what holds for all claims. */
#include "policy/interest.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "fake/test.h"

#define PERCENT RATE_PERCENT

static struct arena *arena;

static day_t day(const char *text)
{
    day_t out = DAY_NONE;
    expect_true(text, day_parse(text, &out));
    return out;
}

/* ---- a table and a regime to start from ---- */

static struct rate_row rows[4];
static struct series series = {.name = "REF", .file = "rates/REF.csv", .kind = SERIES_HALF_YEAR, .rows = rows};

static void make_series(void)
{
    static const struct {
        const char *from;
        int64_t rate;
    } cells[] = {
        {"2023-07-01", 4 * PERCENT},
        {"2024-01-01", 9 * PERCENT / 2},
        {"2024-07-01", -PERCENT / 2},
        {"2025-01-01", 3 * PERCENT},
    };
    for (size_t i = 0; i < LENGTH(cells); i++)
        rows[i] = (struct rate_row){.from = day(cells[i].from), .rate = cells[i].rate, .line = (int)i + 2};
    series.count = LENGTH(cells);
    series.expires = day("2025-06-30");
}

static struct regime floating(void)
{
    return (struct regime){.name = "TEST",
                           .title = "",
                           .file = "",
                           .valid_from = DAY_NONE,
                           .series_name = "REF",
                           .series = &series,
                           .rate = RATE_NONE,
                           .multiplier = 100,
                           .reference_step = PERCENT / 2,
                           .fixing = FIXING_FLOAT,
                           .day_count = DAY_COUNT_ACT_365,
                           .cap = RATE_NONE,
                           .floor = RATE_NONE,
                           .first_day_offset = 1};
}

static struct regime constant(int64_t rate)
{
    struct regime regime = floating();
    regime.series = NULL;
    regime.series_name = "";
    regime.fixing = FIXING_CONSTANT;
    regime.rate = rate;
    return regime;
}

static struct arrears claim_of(int64_t principal, const char *due, const char *as_of)
{
    return (struct arrears){.principal = principal, .currency = "EUR", .due = day(due), .as_of = day(as_of)};
}

static struct interest compute(const struct regime *regime, const struct arrears *claim)
{
    struct interest interest;
    struct err err = {.code = ERR_NONE};
    if (interest_compute(regime, claim, arena, &interest, &err) != 0)
        fail_msg("%s", err.text);
    return interest;
}

/* ---- one row for each switch ---- */

static struct regime of_rate(const char *what)
{
    struct regime regime = constant(5 * PERCENT);
    static const struct band bands[] = {{.sum = {4000, "EUR"}}};
    regime.compensation = (struct compensation){.bands = arena_alloc(arena, sizeof bands), .band_count = 1};
    memcpy(regime.compensation.bands, bands, sizeof bands);
    if (text_starts(what, "half-even"))
        regime.rounding = ROUNDING_HALF_EVEN;
    if (text_starts(what, "down"))
        regime.rounding = ROUNDING_DOWN;
    if (text_starts(what, "grace"))
        regime.grace_days = 10;
    if (text_starts(what, "grace, from the due date"))
        regime.grace_retroactive = true;
    if (text_starts(what, "offset"))
        regime.first_day_offset = 3;
    if (text_starts(what, "360"))
        regime.day_count = DAY_COUNT_ACT_360;
    if (text_starts(what, "30E"))
        regime.day_count = DAY_COUNT_30E_360;
    if (text_starts(what, "act/act"))
        regime.day_count = DAY_COUNT_ACT_ACT;
    if (text_starts(what, "begun months"))
        regime.day_count = DAY_COUNT_MONTHS_OR_PART;
    if (text_starts(what, "whole months"))
        regime.day_count = DAY_COUNT_COMPLETE_MONTHS;
    if (text_starts(what, "rests"))
        regime.compounding = COMPOUNDING_MONTHLY_REST;
    if (text_starts(what, "rests, each rounded"))
        regime.round_each_rest = true;
    return regime;
}

static void test_switches(void **state)
{
    static const struct {
        const char *what;
        int64_t principal;
        const char *due, *as_of;
        int64_t interest, compensation;
        int32_t days;
    } cases[] = {
        {"on the due date nothing is late", 1000000, "2024-03-01", "2024-03-01", 0, 0, 0},
        {"before it neither", 1000000, "2024-03-01", "2024-02-01", 0, 0, 0},
        {"the first late day is the one after", 3650, "2025-03-10", "2025-03-11", 1, 4000, 1},
        {"half-even: 0.005 to 0.00", 3650, "2025-03-10", "2025-03-11", 0, 4000, 1},
        {"half-even: 0.015 to 0.02", 10950, "2025-03-10", "2025-03-11", 2, 4000, 1},
        {"down: 0.999 to 0.99", 729270, "2025-03-10", "2025-03-11", 99, 4000, 1},
        {"36.50 and 182.50 make 0.03 in one day", 18250, "2025-03-10", "2025-03-11", 3, 4000, 1},
        {"grace: its last day", 1000000, "2025-03-01", "2025-03-11", 0, 0, 0},
        {"grace, from its end", 730000, "2025-03-01", "2025-03-12", 100, 4000, 1},
        {"grace, from the due date once it is over", 730000, "2025-03-01", "2025-03-12", 1100, 4000, 11},
        {"offset: late, but not begun", 730000, "2025-03-01", "2025-03-03", 0, 0, 0},
        {"offset: the third day is the first", 730000, "2025-03-01", "2025-03-04", 100, 4000, 1},
        {"360 days a year", 720000, "2025-03-01", "2025-03-02", 100, 4000, 1},
        {"30E: 31 March to 30 April is one month", 720000, "2025-03-31", "2025-04-30", 3000, 4000, 30},
        {"30E: the 31st is no day of its own", 720000, "2025-03-30", "2025-03-31", 0, 4000, 1},
        {"act/act: a day of a leap year", 732000, "2024-03-01", "2024-03-02", 100, 4000, 1},
        {"act/act: 31 December and 1 January differ", 13359000, "2024-12-30", "2025-01-01", 1825 + 1830, 4000, 2},
        {"begun months: one day", 1200000, "2025-01-31", "2025-02-01", 5000, 4000, 1},
        {"begun months: 28 February ends the first", 1200000, "2025-01-31", "2025-02-28", 5000, 4000, 28},
        {"begun months: 1 March begins the second", 1200000, "2025-01-31", "2025-03-01", 10000, 4000, 29},
        {"begun months: 31 March ends it, not the 28th", 1200000, "2025-01-31", "2025-03-31", 10000, 4000, 59},
        {"whole months: 30 March is not yet the second", 1200000, "2025-01-31", "2025-03-30", 5000, 4000, 58},
        {"whole months: none", 1200000, "2025-01-31", "2025-02-27", 0, 4000, 27},
        {"rests: two months of 5000 and 5020.83", 1200000, "2025-01-31", "2025-03-31", 10021, 4000, 59},
        {"rests, each rounded: 5000 and 5021", 1200000, "2025-01-31", "2025-03-31", 10021, 4000, 59},
        {"rests: a month and a day, on the larger balance", 1200000, "2025-01-31", "2025-03-01", 5165, 4000, 29},
        {"nothing is owed on nothing", 0, "2025-01-31", "2025-03-01", 0, 0, 29},
        {"a hundred years", 100, "1925-01-31", "2024-12-31", 500, 4000, 36494},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct regime regime = of_rate(cases[i].what);
        struct arrears claim = claim_of(cases[i].principal, cases[i].due, cases[i].as_of);
        struct interest interest = compute(&regime, &claim);
        expect_int(cases[i].what, interest.interest, cases[i].interest);
        expect_int(cases[i].what, interest.compensation, cases[i].compensation);
        expect_int(cases[i].what, interest.days, cases[i].days);
    }
}

static void test_rates_of_a_day(void **state)
{
    static const struct {
        const char *what;
        enum fixing fixing;
        int64_t margin, multiplier, cap, floor;
        enum reference_rounding rounding;
        const char *due, *rates; /* of the parts, to 2024-07-02 */
    } cases[] = {
        {"each day its own", FIXING_FLOAT, 8 * PERCENT, 100, RATE_NONE, RATE_NONE, 0, "2023-12-30", "12.00 12.50 7.50"},
        {"that of the first day", FIXING_AT_DEFAULT, 8 * PERCENT, 100, RATE_NONE, RATE_NONE, 0, "2023-12-31", "12.50"},
        {"that of the due date", FIXING_AT_DUE, 8 * PERCENT, 100, RATE_NONE, RATE_NONE, 0, "2023-12-31", "12.00"},
        {"trebled before the margin", FIXING_AT_DUE, PERCENT, 300, RATE_NONE, RATE_NONE, 0, "2024-01-01", "14.50"},
        {"negative without a clamp", FIXING_FLOAT, 0, 100, RATE_NONE, RATE_NONE, 0, "2024-06-30", "-0.50"},
        {"at least", FIXING_FLOAT, 0, 100, RATE_NONE, PERCENT, 0, "2024-06-29", "4.50 1.00"},
        {"at most", FIXING_FLOAT, 0, 100, PERCENT, RATE_NONE, 0, "2024-06-29", "1.00 -0.50"},
        {"rounded up", FIXING_FLOAT, 0, 100, RATE_NONE, RATE_NONE, REFERENCE_UP, "2024-06-29", "5.00 0.00"},
        {"rounded down", FIXING_FLOAT, 0, 100, RATE_NONE, RATE_NONE, REFERENCE_DOWN, "2024-06-29", "4.00 -1.00"},
        {"rounded to the nearest", FIXING_FLOAT, 0, 100, RATE_NONE, RATE_NONE, REFERENCE_NEAREST, "2024-06-29",
         "5.00 0.00"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct regime regime = floating();
        struct arrears claim = claim_of(1000000, cases[i].due, "2024-07-02");
        struct text rates;
        regime.fixing = cases[i].fixing;
        regime.margin = cases[i].margin;
        regime.multiplier = cases[i].multiplier;
        regime.cap = cases[i].cap;
        regime.floor = cases[i].floor;
        regime.reference_rounding = cases[i].rounding;
        regime.reference_step = PERCENT;
        struct interest interest = compute(&regime, &claim);
        text_init(&rates, arena);
        for (size_t j = 0; j < interest.part_count; j++) {
            char text[RATE_TEXT_SIZE];
            text_addf(&rates, "%s%s", j == 0 ? "" : " ", rate_format(interest.parts[j].rate, text));
        }
        expect_text(cases[i].what, rates.data, cases[i].rates);
    }
}

static void test_refusals(void **state)
{
    static const struct {
        const char *what;
        int64_t principal, rate; /* 0: floating */
        const char *due, *as_of, *sentence;
    } cases[] = {
        {"past the end", 100, 0, "2025-05-01", "2025-07-01",
         "REF has no rate for 2025-07-01, it ends on 2025-06-30; "
         "add the later rates to rates/REF.csv"},
        {"before the beginning", 100, 0, "2023-06-29", "2023-08-01",
         "REF has no rate for 2023-06-30, it begins on "
         "2023-07-01"},
        {"a negative amount", -1, 0, "2024-05-01", "2024-07-01", "an amount of zero or more"},
        {"more than all amounts", MONEY_MAX, 100 * PERCENT, "2000-01-01", "2024-07-01", "larger than any amount"},
        {"more than a century", 100, PERCENT, "1900-01-01", "2024-07-01", "hundred years"},
        {"an absurd rate", 100, 0, "2024-05-01", "2024-07-01", "more than 1000%"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct regime regime = cases[i].rate == 0 ? floating() : constant(cases[i].rate);
        struct arrears claim = claim_of(cases[i].principal, cases[i].due, cases[i].as_of);
        struct interest interest = {.days = -7};
        struct err err = {.code = ERR_NONE};
        if (text_starts(cases[i].what, "an absurd"))
            regime.margin = 999 * PERCENT;
        expect_int(cases[i].what, interest_compute(&regime, &claim, arena, &interest, &err), -1);
        expect_int(cases[i].what, (intmax_t)err.code, ERR_REFUSED);
        expect_part(cases[i].what, err.text, cases[i].sentence);
        expect_int("nothing is touched", interest.days, -7);
    }
}

/* ---- what holds for all ---- */

static uint64_t dice_state = 88172645463325252U;

static int64_t dice(int64_t limit)
{
    dice_state ^= dice_state << 13;
    dice_state ^= dice_state >> 7;
    dice_state ^= dice_state << 17;
    return (int64_t)(dice_state % (uint64_t)limit);
}

static struct regime any_regime(void)
{
    struct regime regime = dice(2) == 0 ? floating() : constant(dice(3000) * PERCENT / 100);
    static const enum day_count counts[] = {DAY_COUNT_ACT_365, DAY_COUNT_ACT_360,        DAY_COUNT_ACT_ACT,
                                            DAY_COUNT_30E_360, DAY_COUNT_MONTHS_OR_PART, DAY_COUNT_COMPLETE_MONTHS};
    regime.day_count = counts[dice(LENGTH(counts))];
    regime.margin = 8 * PERCENT;
    if (regime.series == NULL && regime.day_count <= DAY_COUNT_30E_360 && dice(3) == 0) {
        regime.compounding = COMPOUNDING_MONTHLY_REST;
        regime.round_each_rest = dice(2) == 0;
    }
    return regime;
}

static void test_monotone_in_days_and_principal(void **state)
{
    (void)state;
    for (int round = 0; round < 400; round++) {
        struct regime regime = any_regime();
        struct arrears claim = {.principal = dice(100000000), .currency = "EUR"};
        int64_t before = 0;
        claim.due = day("2023-06-30") + (day_t)dice(300);
        for (claim.as_of = claim.due; claim.as_of < claim.due + 300; claim.as_of += 1 + (day_t)dice(20)) {
            struct arrears larger = claim;
            int64_t now = compute(&regime, &claim).interest;
            larger.principal += dice(1000);
            expect_true("a later day never takes interest away", now >= before);
            expect_true("a larger claim never bears less", compute(&regime, &larger).interest >= now);
            before = now;
        }
        arena_reset(arena);
    }
}

__extension__ typedef __int128 wide;

/* The sum of rates times time, over a denominator that all years divide. */
static wide weight(const struct interest *interest)
{
    const wide all = (wide)365 * 366 * 360;
    wide sum = 0;
    for (size_t i = 0; i < interest->part_count; i++)
        sum += interest->parts[i].rate * (all / interest->parts[i].year) * interest->parts[i].units;
    return sum;
}

static void test_splits_add_up_before_rounding(void **state)
{
    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct regime regime = floating();
        struct arrears whole = {.principal = dice(100000000), .currency = "EUR"}, first, second;
        regime.day_count = (enum day_count)dice(DAY_COUNT_30E_360 + 1);
        regime.margin = 8 * PERCENT;
        whole.due = day("2023-06-30") + (day_t)dice(300);
        whole.as_of = whole.due + (day_t)dice(400);
        first = second = whole;
        first.as_of = second.due = whole.due + (day_t)dice(whole.as_of - whole.due + 1);
        struct interest all = compute(&regime, &whole), one = compute(&regime, &first), two = compute(&regime, &second);
        expect_true("two parts make the whole", weight(&all) == weight(&one) + weight(&two));
        expect_int("and all its days", all.days, one.days + two.days);
        arena_reset(arena);
    }
}

/* Rates that stay the same may be cut anywhere, also with the sum of two claims. */
static void test_rounding_is_once(void **state)
{
    struct regime regime = constant(5 * PERCENT);
    struct arrears claim = claim_of(3650, "2025-01-01", "2025-01-02");
    (void)state;
    expect_int("half a cent a day", compute(&regime, &claim).interest, 1);
    claim.as_of += 1;
    expect_int("is one cent in two", compute(&regime, &claim).interest, 1);
    claim.as_of = claim.due + 365;
    expect_int("and 1.825 in a year", compute(&regime, &claim).interest, 183);
    regime.rounding = ROUNDING_HALF_EVEN;
    expect_int("which is even down to the cent", compute(&regime, &claim).interest, 182);
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(0);
    make_series();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_switches),
        cmocka_unit_test(test_rates_of_a_day),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_monotone_in_days_and_principal),
        cmocka_unit_test(test_splits_add_up_before_rounding),
        cmocka_unit_test(test_rounding_is_once),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
