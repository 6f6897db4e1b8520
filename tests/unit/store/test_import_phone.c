#include "unit/compose/vectors.h"

#include "store/import_phone.h"

static const struct {
    const char *phone;
    const char *problem; /* NULL: good */
} cases[] = {
    {"+49 171 1234567", NULL},
    {"0171/123-45.67", NULL},
    {"+44 (0)7700 900123", NULL},
    {"00 49 171 1234567", NULL},
    {"+123456", NULL},
    {"+123456789012345", NULL},
    {"011123456789012345", NULL},
    {"0111234567890123456", "15 digits"},
    {"+1234567890123456", "15 digits"},
    {"+12", "too few digits"},
    {"+", "too few digits"},
    {"+0171 1234567", "no country code"},
    {"+ (0)171 1234567", "no country code"},
    {"-", "too few digits"},
    {"+49 171 123 ext 5", "no telephone number"},
    {"siehe Notiz", "no telephone number"},
    {"+49171;+49172", "no telephone number"},
    {"tel:+4917112345", "no telephone number"},
    {"+49171 +49172", "has a + within it"},
    {"++4917112345", "has a + within it"},
    {"+49171\r\n12345", "control character"},
    {"+49\x1b[31m17112345", "control character"},
    {"+4930\xef\xbc\x91\xef\xbc\x92\xef\xbc\x93", "no telephone number"}, /* full-width digits */
};

static void test_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *problem = import_phone_problem(cases[i].phone);

        expect_int(cases[i].phone, problem == NULL, cases[i].problem == NULL);
        if (problem != NULL)
            expect_part(cases[i].phone, problem, cases[i].problem);
    }
}

/* What only lacks a country is no mistake of the file. */
static void test_vectors(void **state)
{
    struct arena *arena = arena_new(0);
    const char *at = vectors_text(arena, "vectors/e164.csv");
    struct vector row;
    size_t rows = 0;

    (void)state;
    assert_true(vectors_next(arena, &at, &row));
    for (; vectors_next(arena, &at, &row); rows++) {
        bool good = text_equal(row.field[1], "1");
        if (!vectors_is_divergent(&row) && row.count > 3 && (good || row.field[0][0] == '+'))
            expect_int(row.field[0], import_phone_problem(row.field[0]) == NULL, good);
    }
    expect_true("some rows", rows >= 8);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_numbers), cmocka_unit_test(test_vectors)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
