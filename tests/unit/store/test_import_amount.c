#include "fake/test.h"

#include "base/arena.h"
#include "store/import_amount.h"

static const struct {
    const char *text, *currency;
    char decimal;
    int64_t minor;
    const char *problem; /* NULL: read */
} cases[] = {
    {"1234.56", "EUR", '.', 123456, NULL},
    {"-3", "EUR", '.', -300, NULL},
    {"0", "EUR", '.', 0, NULL},
    {"8.850", "EUR", '.', 885, NULL},
    {"8.855", "EUR", '.', 0, "is no amount in EUR, which has 2 digits after the point"},
    {"9999999999999.99", "EUR", '.', 999999999999999, NULL},
    {"10000000000000.00", "EUR", '.', 0, "is too large"},
    {"90000000000000000", "EUR", '.', 0, "is too large"},
    {"1000000000000000", "JPY", '.', 0, "is too large"},
    {"100", "JPY", '.', 100, NULL},
    {"100.00", "JPY", '.', 100, NULL},
    {"100.50", "JPY", '.', 0, "is no amount in JPY, which has 0 digits after the point"},
    {"1.234", "BHD", '.', 1234, NULL},
    {"1234,56", "EUR", ',', 123456, NULL},
    {"12,50", "EUR", '.', 0, "has a comma for the decimal point; give --decimal-comma"},
    {"12.50", "EUR", ',', 0, "has a point for the decimal comma; leave out --decimal-comma"},
    {"$4,235.00", "USD", '.', 0, "has a currency sign"},
    {"4235.00 USD", "USD", '.', 0, "has a currency sign"},
    {"\xe2\x82\xac 10", "EUR", '.', 0, "has a currency sign"},
    {"4,235.00", "USD", '.', 0, "has separators between thousands"},
    {"4,235", "USD", '.', 0, "has separators between thousands"},
    {"1.234,56", "EUR", '.', 0, "points for thousands and a comma for the decimals"},
    {"1,234.56", "EUR", ',', 0, "commas for thousands and a decimal point"},
    {"1.234,56", "EUR", ',', 0, "has separators between thousands"},
    {"1 234.56", "EUR", '.', 0, "has separators between thousands"},
    {"1\xc2\xa0"
     "234.56",
     "EUR", '.', 0, "has separators between thousands"},
    {"1'234.56", "CHF", '.', 0, "has separators between thousands"},
    {"(100.00)", "EUR", '.', 0, "write a negative amount as -100.00"},
    {"100.00-", "EUR", '.', 0, "write a negative amount as -100.00"},
    {"ten", "EUR", '.', 0, "is no amount such as 1234.56"},
    {"1e3", "EUR", '.', 0, "is no amount such as 1234.56"},
    {"0x10", "EUR", '.', 0, "is no amount such as 1234.56"},
    {"99999999999999999999", "EUR", '.', 0, "is too large"},
};

static void test_amounts(void **state)
{
    struct arena *arena = arena_new(0);

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        int64_t minor = 0;
        const char *problem = import_amount_read(cases[i].text, cases[i].currency, cases[i].decimal, &minor, arena);

        expect_int(cases[i].text, problem == NULL, cases[i].problem == NULL);
        if (problem != NULL)
            expect_part(cases[i].text, problem, cases[i].problem);
        else
            expect_int(cases[i].text, minor, cases[i].minor);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_amounts)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
