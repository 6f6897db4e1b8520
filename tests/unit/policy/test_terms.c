/* Payment terms: the vectors of DUNNINGD_SHARED, notations, and what is refused. */
#include "policy/terms.h"

#include "unit/compose/vectors.h"

enum { ID, ISSUED, TERMS, DUE, UNTIL, PERCENT };

static day_t day(const char *text)
{
    day_t out;
    if (!day_parse(text, &out))
        fail_msg("\"%s\" is no date", text);
    return out;
}

static struct terms parsed(const char *text)
{
    struct terms terms = {.kind = TERMS_OPEN};
    struct err err;
    if (terms_parse(text, &terms, &err) != 0)
        fail_msg("\"%s\" %s", text, err.text);
    return terms;
}

/* ---- payment_terms.csv ---- */

static const char *part(struct arena *arena, char **rest)
{
    return *rest == NULL ? "" : arena_copy(arena, strsep(rest, "|"));
}

static void check_tiers(struct arena *arena, const struct vector *row, const struct terms *terms)
{
    char *until = arena_copy(arena, row->field[UNTIL]), *percent = arena_copy(arena, row->field[PERCENT]);
    for (size_t i = 0; i < terms->tier_count; i++) {
        struct discount discount = terms_discount(terms, i, day(row->field[ISSUED]), 1000000, "EUR");
        const char *date = part(arena, &until), *percents = part(arena, &percent);
        expect_int(row->field[ID], discount.until, day(date));
        expect_int(row->field[ID], (intmax_t)(strtod(percents, NULL) * 10000 + 0.5), discount.amount);
    }
    /* A discount of nothing is no tier of ours. */
    while (until != NULL && *until != '\0') {
        const char *percents = part(arena, &percent);
        (void)part(arena, &until);
        expect_int(row->field[ID], (intmax_t)(strtod(percents, NULL) * 10000 + 0.5), 0);
    }
}

static void the_vectors_hold(void **state)
{
    struct arena *arena = arena_new(0);
    const char *at = vectors_text(arena, "vectors/payment_terms.csv");
    struct vector row;
    size_t rows = 0;
    (void)state;
    expect_true("a header", vectors_next(arena, &at, &row));
    for (; vectors_next(arena, &at, &row); rows++) {
        char buffer[TERMS_TEXT_SIZE];
        if (vectors_is_divergent(&row) || row.count <= PERCENT)
            continue;
        struct terms terms = parsed(row.field[TERMS]);
        day_t due = text_empty(row.field[DUE]) ? DAY_NONE : day(row.field[DUE]);
        expect_int(row.field[ID], terms_due(&terms, day(row.field[ISSUED])), due);
        check_tiers(arena, &row, &terms);
        /* and in our own words */
        terms = parsed(terms_format(&terms, buffer));
        expect_int(buffer, terms_due(&terms, day(row.field[ISSUED])), due);
        check_tiers(arena, &row, &terms);
    }
    expect_true("some rows", rows >= 20);
    arena_free(&arena);
}

/* ---- notations ---- */

static void notations(void **state)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"net:30", "net:30"},
        {"NET30", "net:30"},
        {"Net 30", "net:30"},
        {"30 days", "net:30"},
        {"30", "net:30"},
        {"net 30 days", "net:30"},
        {"net:0", "net:0"},
        {"n/30", "net:30"},
        {"2/10 net 30", "2/10 net:30"},
        {"2/10, net 30", "2/10 net:30"},
        {"2/10 n/30", "2/10 net:30"},
        {"2%/10 1%/20 net 30 days", "2/10 1/20 net:30"},
        {"1.25/7;net:60", "1.25/7 net:60"},
        {"40/10 net 30", "40/10 net:30"},
        {"2/10 days_then_eom:45", "2/10 days_then_eom:45"},
        {"2/10", "2/10"},
        {"eom_then_days:45", "eom_then_days:45"},
        {"EOM_PLUS_MONTHS:2,DAY:31", "eom_plus_months:2,day:31"},
        {"eom_plus_months:0", "eom_plus_months:0"},
        {"swico:40/2:10;0:30", "2/10 net:30"},
        {"40/3:5;1.5:20;1:40;0:60", "3/5 1.5/20 1/40 net:60"},
        {"swico:40/0:30", "net:30"},
        {"#SKONTO#TAGE=14#PROZENT=2.00#", "2/14"},
        {"#SKONTO#TAGE=7#PROZENT=2.00#\n#SKONTO#TAGE=14#PROZENT=1.00#\r\n#SKONTO#TAGE=30#PROZENT=0.00#\n",
         "2/7 1/14 net:30"},
        {"xrechnung:#SKONTO#TAGE=7#PROZENT=2.00##SKONTO#TAGE=14#PROZENT=1.50#BASISBETRAG=252.94# net 30",
         "2/7 1.5/14 net:30"},
        {"in_msmed:agreed 60 (capped 45)", "in_msmed:agreed 60"},
        {"in_msmed:agreed 30", "in_msmed:agreed 30"},
        {"in_msmed:no agreement (15 days)", "in_msmed:no agreement"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char buffer[TERMS_TEXT_SIZE], again[TERMS_TEXT_SIZE];
        struct terms terms = parsed(rows[i].text);
        expect_text(rows[i].text, terms_format(&terms, buffer), rows[i].want);
        terms = parsed(buffer);
        expect_text("in our words", terms_format(&terms, again), buffer);
    }
}

static void refusals(void **state)
{
    static const char free_text[] = "is no payment term that has one meaning";
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"", free_text},
        {"soon", free_text},
        {"45 jours fin de mois", free_text},
        {"30 Tage netto", free_text},
        {"net 30 eom", free_text},
        {"30 days end of month", free_text},
        {"net:30abc", free_text},
        {"net:", "has no number of days"},
        {"net:3651", "has no number of days"},
        {"net:-5", "has no number of days"},
        {"net", "has no number of days"},
        {"net 30 net 60", "gives the due date twice"},
        {"2/10 1/5 net 30", "has discounts out of order"},
        {"1/10 2/20 net 30", "has discounts out of order"},
        {"10/2 net 1", "grants a discount after the day"},
        {"101/10 net 30", "has no percentage"},
        {"2,5/10 net 30", free_text},
        {"10,5/10", free_text},
        {"2/10 30", "has a number without a word"},
        {"eom_plus_months:0,day:1", "names a day of the month of issue"},
        {"2/ net 30", "has no number of days"},
        {"swico:40/2-10", "is not of the form swico:40/2:10;0:30"},
        {"swico:40/2:10;", "is not of the form swico:40/2:10;0:30"},
        {"swico:11/200101", free_text},
        {"#SKONTO#TAGE=14#PROZENT=2.00", "is not of the form #SKONTO#"},
        {"#SKONTO#PROZENT=2.00#TAGE=14#", free_text},
        {"#SKONTO#TAGE=14#PROZENT=2.00#BASISBETRAG=viel#", "has no amount behind BASISBETRAG="},
        {"#VERZUG#TAGE=14#PROZENT=2.00#", free_text},
        {"days_then_eom:", "has no number"},
        {"eom_plus_months:100", "has no number"},
        {"eom_plus_months:1,day:32", "has no day of the month"},
        {"eom_plus_months:1,day:0", "has no day of the month"},
        {"in_msmed:perhaps", "is not of the form in_msmed:"},
        {"in_msmed:agreed soon", "has no number of days"},
        {"1/1 0.9/2 0.8/3 0.7/4 0.6/5 0.5/6 0.4/7 0.3/8 0.2/9 net 30", "has more than 8 discounts"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct terms terms;
        struct err err = {.text = "accepted"};
        expect_true(rows[i].text, terms_parse(rows[i].text, &terms, &err) == -1);
        expect_part(rows[i].text, err.text, rows[i].want);
    }
}

static void a_base_bounds_the_discount(void **state)
{
    static const struct {
        const char *text;
        int64_t amount, want;
    } rows[] = {
        {"2/10 net 30", 10000, 200},
        {"2/10 net 30", 125, 3}, /* half a cent rounds up */
        {"2/10 net 30", 124, 2},
        {"#SKONTO#TAGE=14#PROZENT=2.00#BASISBETRAG=50.00#", 10000, 100},
        {"#SKONTO#TAGE=14#PROZENT=2.00#BASISBETRAG=500.00#", 10000, 200}, /* never of more than the invoice */
        {"#SKONTO#TAGE=14#PROZENT=2.00#BASISBETRAG=5.5.5#", 10000, 200},
        {"100/10 net 30", 10000, 10000},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct terms terms = parsed(rows[i].text);
        expect_int(rows[i].text, terms_discount(&terms, 0, 20000, rows[i].amount, "EUR").amount, rows[i].want);
    }
}

static void due_never_lies_before_issue(void **state)
{
    static const char *const all[] = {"net:0",
                                      "days_then_eom:45",
                                      "eom_then_days:0",
                                      "eom_plus_months:0",
                                      "eom_plus_months:1,day:1",
                                      "in_msmed:agreed 90",
                                      "in_msmed:no agreement"};
    (void)state;
    for (size_t i = 0; i < LENGTH(all); i++) {
        struct terms terms = parsed(all[i]);
        day_t before = DAY_NONE;
        for (day_t issued = day("2023-12-01"); issued < day("2025-04-01"); issued++) {
            day_t due = terms_due(&terms, issued);
            expect_true(all[i], due >= issued && due >= before);
            before = due;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_hold),
        cmocka_unit_test(notations),
        cmocka_unit_test(refusals),
        cmocka_unit_test(a_base_bounds_the_discount),
        cmocka_unit_test(due_never_lies_before_issue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
