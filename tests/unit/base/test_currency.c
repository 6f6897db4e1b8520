#include "fake/test.h"

#include "base/money.h"

static void digits_are_those_of_iso_4217(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        int digits;
    } cases[] = {
        {"EUR", 2},  {"USD", 2},  {"GBP", 2},  {"CHF", 2},  {"INR", 2},      {"ZWG", 2},        {"XCG", 2},
        {"AED", 2},  {"HUF", 2},  {"JPY", 0},  {"KRW", 0},  {"ISK", 0},      {"XPF", 0},        {"BIF", 0},
        {"BHD", 3},  {"TND", 3},  {"CLF", 4},  {"UYW", 4},  {"HRK", 2},      {"BGN", 2},        {"XXX", -1},
        {"XAU", -1}, {"ABC", -1}, {"eur", -1}, {"", -1},    {"E", -1},       {"EU", -1},        {"EURO", -1},
        {"UR ", -1}, {" EU", -1}, {"R F", -1}, {"   ", -1}, {"EUR USD", -1}, {"E\xc3\x9c", -1},
    };
    for (size_t i = 0; i < LENGTH(cases); i++)
        expect_int(cases[i].code, currency_digits(cases[i].code), cases[i].digits);
}

/* Of all words of three letters, as many are currencies as the list has; a slip in the list changes the counts. */
static void the_list_is_complete(void **state)
{
    (void)state;
    int counts[6] = {0};
    for (int i = 0; i < 26 * 26 * 26; i++) {
        char code[] = {(char)('A' + i / 676), (char)('A' + i / 26 % 26), (char)('A' + i % 26), '\0'};
        counts[currency_digits(code) + 1]++;
    }
    assert_int_equal(counts[1 + 0], 17);
    assert_int_equal(counts[1 + 2], 139 + 6); /* six withdrawn since 2020 */
    assert_int_equal(counts[1 + 3], 7);
    assert_int_equal(counts[1 + 4], 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_are_those_of_iso_4217),
        cmocka_unit_test(the_list_is_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
