#include "unit/compose/vectors.h"

#include "compose/sms.h"

static void numbers_agree_with_the_vectors(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    const char *at = vectors_text(arena, "vectors/e164.csv");
    struct vector row;
    int tried = 0;

    assert_true(vectors_next(arena, &at, &row));
    while (vectors_next(arena, &at, &row)) {
        const char *got = sms_number(arena, row.field[0], "");
        bool valid = text_equal(row.field[1], "1");
        if (vectors_is_divergent(&row))
            continue;
        expect_int(row.field[0], got != NULL, valid);
        if (valid && text_starts(row.field[2], "+")) /* what follows the number in the vector is a remark */
            expect_text(row.field[0], got, arena_copy_n(arena, row.field[2], strcspn(row.field[2], " ")));
        tried++;
    }
    assert_true(tried >= 8);
    arena_free(&arena);
}

static void numbers(void **state)
{
    (void)state;
    static const struct {
        const char *phone, *country, *want; /* NULL: no number */
    } cases[] = {
        {"+49 (0)171 / 123-45.67", "", "+491711234567"},
        {"+49\xC2\xA0"
         "171\xC2\xA0"
         "1234567",
         "", "+491711234567"},
        {"0171 1234567", "DE", "+491711234567"},
        {"0171 1234567", "de", "+491711234567"},
        {"0171 1234567", "", NULL},
        {"0171 1234567", "XX", NULL},
        {"0049 171 1234567", "DE", "+491711234567"},
        {"0049 171 1234567", "", "+491711234567"},
        {"011 49 171 1234567", "US", "+491711234567"},
        {"(415) 555-2671", "US", "+14155552671"},
        {"1 415 555 2671", "US", "+14155552671"},
        {"06 12 34 56 78", "FR", "+33612345678"},
        {"612 345 678", "ES", "+34612345678"},
        {"02 1234 5678", "IT", "+390212345678"}, /* Italy keeps its zero */
        {"06 30 123 4567", "HU", "+36301234567"},
        {"98765 43210", "IN", "+919876543210"},
        {"0 98765 43210", "IN", "+919876543210"},
        {"+0491711234567", "", NULL},
        {"+123456789012345", "", "+123456789012345"},
        {"+1234567890123456", "", NULL},
        {"+", "", NULL},
        {"0", "DE", NULL},
        {"00", "DE", NULL},
        {"+49 171 123 ext 5", "", NULL},
        {"49+171", "", NULL},
        {"++49171", "", NULL},
        {"+49171\r\n1", "", NULL},
        {"+49171;+49172", "", NULL},
        {"call me", "DE", NULL},
        {" - ", "DE", NULL},
    };
    struct arena *arena = arena_new(0);

    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *got = sms_number(arena, cases[i].phone, cases[i].country);
        expect_text(cases[i].phone, got != NULL ? got : "none", cases[i].want != NULL ? cases[i].want : "none");
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_agree_with_the_vectors),
        cmocka_unit_test(numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
