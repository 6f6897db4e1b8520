#include "fake/test.h"

#include "base/err.h"
#include "base/money.h"

static void decimals_become_minor_units(void **state)
{
    (void)state;
    static const struct {
        const char *text, *currency;
        char decimal;
        int64_t minor;
        const char *shown;
    } cases[] = {
        {"1234.56", "EUR", '.', 123456, "1234.56"},
        {"1234,56", "EUR", ',', 123456, "1234.56"},
        {"0.05", "EUR", '.', 5, "0.05"},
        {"-0.05", "EUR", '.', -5, "-0.05"},
        {"0", "EUR", '.', 0, "0.00"},
        {"-0", "EUR", '.', 0, "0.00"},
        {"10", "EUR", '.', 1000, "10.00"},
        {"10.5", "EUR", '.', 1050, "10.50"},
        {"-3", "USD", '.', -300, "-3.00"},
        {"0010.00", "EUR", '.', 1000, "10.00"},
        {"10.5000000000000000000000000", "EUR", '.', 1050, "10.50"},
        {"8.850", "EUR", '.', 885, "8.85"},
        {"8.850", "BHD", '.', 8850, "8.850"},
        {"8.85", "BHD", '.', 8850, "8.850"},
        {"500", "JPY", '.', 500, "500"},
        {"500.00", "JPY", '.', 500, "500"},
        {"1.2345", "CLF", '.', 12345, "1.2345"},
        {"9999999999999.99", "EUR", '.', MONEY_MAX, "9999999999999.99"},
        {"-9999999999999.99", "EUR", '.', -MONEY_MAX, "-9999999999999.99"},
        {"999999999999999", "JPY", '.', MONEY_MAX, "999999999999999"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        int64_t minor = 42;
        struct err err = {0};
        char buffer[MONEY_TEXT_SIZE];
        int result = money_parse(cases[i].text, cases[i].currency, cases[i].decimal, &minor, &err);
        expect_int(cases[i].text, result, 0);
        expect_int(cases[i].text, minor, cases[i].minor);
        expect_text(cases[i].text, money_format(minor, cases[i].currency, buffer), cases[i].shown);
    }
}

static void everything_else_is_refused_with_a_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *text, *currency;
        char decimal;
        const char *sentence;
    } cases[] = {
        {"", "EUR", '.', "amount \"\" is no number"},
        {"-", "EUR", '.', "is no number"},
        {"+5", "EUR", '.', "is no number"},
        {".50", "EUR", '.', "is no number"},
        {"5.", "EUR", '.', "is no number"},
        {" 5", "EUR", '.', "is no number"},
        {"5 ", "EUR", '.', "is no number"},
        {"--5", "EUR", '.', "is no number"},
        {"1,234.56", "EUR", '.', "with a decimal point and no other signs"},
        {"1.234,56", "EUR", ',', "with a decimal comma and no other signs"},
        {"1234.56", "EUR", ',', "with a decimal comma"},
        {"1234,56", "EUR", '.', "with a decimal point"},
        {"1 234.56", "EUR", '.', "is no number"},
        {"1.2.3", "EUR", '.', "is no number"},
        {"1e3", "EUR", '.', "is no number"},
        {"0x10", "EUR", '.', "is no number"},
        {"NaN", "EUR", '.', "is no number"},
        {"5EUR", "EUR", '.', "is no number"},
        {"1.005", "EUR", '.', "finer than the smallest unit of EUR, which has 2 digits"},
        {"1.0000000000000000000001", "EUR", '.', "finer than"},
        {"0.5", "JPY", '.', "finer than the smallest unit of JPY, which has 0 digits"},
        {"1.2345", "BHD", '.', "which has 3 digits"},
        {"10000000000000.00", "EUR", '.', "is too large"},
        {"-10000000000000", "EUR", '.', "is too large"},
        {"1000000000000000", "JPY", '.', "is too large"},
        {"99999999999999999999999999999999999", "EUR", '.', "is too large"},
        {"5", "XYZ", '.', "there is no currency \"XYZ\""},
        {"5", "eur", '.', "there is no currency \"eur\""},
        {"5", "", '.', "there is no currency \"\""},
        {"1\n2", "EUR", '.', "amount \"1?2\" is no number"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        int64_t minor = 42;
        struct err err = {0};
        expect_int(cases[i].text, money_parse(cases[i].text, cases[i].currency, cases[i].decimal, &minor, &err), -1);
        expect_int(cases[i].text, minor, 42);
        expect_int(cases[i].text, err.code, ERR_CONFIG);
        expect_part(cases[i].text, err.text, cases[i].sentence);
    }
}

static void policies_write_the_currency_behind(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t minor;
        const char *currency, *sentence; /* currency NULL: refused with the sentence */
    } cases[] = {
        {"10.00 EUR", 1000, "EUR", ""},
        {"-1 JPY", -1, "JPY", ""},
        {"0.001  KWD", 1, "KWD", ""},
        {"10.00", 0, NULL, "has no currency: write it like 10.00 EUR"},
        {"10.00 ", 0, NULL, "there is no currency \"\""},
        {"EUR 10.00", 0, NULL, "there is no currency \"10.00\""},
        {"10.00 EUR ", 0, NULL, "there is no currency \"EUR \""},
        {"10.00 EURO", 0, NULL, "there is no currency \"EURO\""},
        {" 10.00 EUR", 0, NULL, "there is no currency"},
        {"10,00 EUR", 0, NULL, "with a decimal point"},
        {"10.005 EUR", 0, NULL, "finer than"},
        {"", 0, NULL, "has no currency"},
        {"0000000000000000000000000000000000000000000000000000000000000000000001 EUR", 0, NULL, "has no currency"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct money money = {.minor = 42, .currency = "ZZZ"};
        struct err err = {0};
        bool good = cases[i].currency != NULL;
        expect_int(cases[i].text, money_parse_with_code(cases[i].text, &money, &err), good ? 0 : -1);
        expect_int(cases[i].text, money.minor, good ? cases[i].minor : 42);
        expect_text(cases[i].text, money.currency, good ? cases[i].currency : "ZZZ");
        expect_part(cases[i].text, err.text, cases[i].sentence);
    }
}

static void formats_reach_the_ends(void **state)
{
    (void)state;
    char buffer[MONEY_TEXT_SIZE];
    assert_string_equal(money_format(INT64_MIN, "JPY", buffer), "-9223372036854775808");
    assert_string_equal(money_format(INT64_MIN, "CLF", buffer), "-922337203685477.5808");
    assert_string_equal(money_format(INT64_MAX, "EUR", buffer), "92233720368547758.07");
    assert_string_equal(money_format(-1234, "???", buffer), "-1234");
}

static void sums_saturate(void **state)
{
    (void)state;
    assert_true(money_add(2, -5) == -3);
    assert_true(money_add(INT64_MAX, 1) == INT64_MAX);
    assert_true(money_add(INT64_MAX, INT64_MAX) == INT64_MAX);
    assert_true(money_add(INT64_MIN, -1) == INT64_MIN);
    assert_true(money_add(INT64_MIN, INT64_MAX) == -1);
    assert_true(money_add(-1, INT64_MIN) == INT64_MIN);
    /* The promise of the header. */
    int64_t sum = 0;
    for (int i = 0; i < 9000; i++)
        sum = money_add(sum, MONEY_MAX);
    assert_true(sum == 9000 * MONEY_MAX);
}

static void shares_round_half_up(void **state)
{
    (void)state;
    static const struct {
        int64_t amount;
        int32_t ppm;
        int64_t want;
    } cases[] = {
        {100000, 200000, 20000},
        {1, 500000, 1},
        {1, 499999, 0},
        {3, 500000, 2},
        {10, 333333, 3},
        {15, 100000, 2},
        {14, 100000, 1},
        {-15, 100000, -1},
        {-16, 100000, -2},
        {-1, 500000, 0},
        {-1, 1000000, -1},
        {0, 999999, 0},
        {7, 0, 0},
        {7, 1000000, 7},
        {MONEY_MAX, 1000000, MONEY_MAX},
        {MONEY_MAX, 1, INT64_C(1000000000)},
        {-MONEY_MAX, 1000000, -MONEY_MAX},
        {INT64_MAX, 1000000, INT64_MAX},
        {INT64_MAX, 500000, INT64_C(4611686018427387904)},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char remark[80];
        snprintf(remark, sizeof remark, "%" PRId64 " at %" PRId32 " ppm", cases[i].amount, cases[i].ppm);
        expect_int(remark, money_share(cases[i].amount, cases[i].ppm), cases[i].want);
    }
    /* Against wide arithmetic. */
    for (int64_t amount = -3000; amount <= 3000; amount += 7) {
        for (int32_t ppm = 0; ppm <= 1000000; ppm += 12345) {
            int64_t twice = 2 * amount * ppm + 1000000;
            int64_t want = twice / 2000000 - (twice % 2000000 < 0);
            assert_int_equal(money_share(amount, ppm), want);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimals_become_minor_units),
        cmocka_unit_test(everything_else_is_refused_with_a_sentence),
        cmocka_unit_test(policies_write_the_currency_behind),
        cmocka_unit_test(formats_reach_the_ends),
        cmocka_unit_test(sums_saturate),
        cmocka_unit_test(shares_round_half_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
