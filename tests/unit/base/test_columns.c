#include "fake/test.h"

#include "base/text.h"

static void columns_are_those_of_a_terminal(void **state)
{
    (void)state;
    static const struct {
        const char *remark, *text;
        size_t columns;
    } cases[] = {
        {"empty", "", 0},
        {"ASCII", "C-1042", 6},
        {"precomposed", "M\u00fcller", 6},
        {"combining", "Mu\u0308ller", 6},
        {"German sharp s", "Stra\u00dfe", 6},
        {"Devanagari: three letters, one mark beside, two above", "\u0939\u093f\u0928\u094d\u0926\u0940", 5},
        {"Han", "\u6771\u4eac", 4},
        {"Hangul", "\uc11c\uc6b8", 4},
        {"fullwidth", "\uff21", 2},
        {"euro", "\u20ac", 1},
        {"emoji", "\U0001f600", 2},
        {"zero width joiner", "a\u200db", 2},
        {"first and last of a range", "\u1100\u115f", 4},
        {"stray byte", "M\xfcl", 3},
    };
    for (size_t i = 0; i < LENGTH(cases); i++)
        expect_int(cases[i].remark, (intmax_t)text_columns(cases[i].text), (intmax_t)cases[i].columns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(columns_are_those_of_a_terminal)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
