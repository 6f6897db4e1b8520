/* Amounts: what is read is written back the same, and shares never exceed the whole. */
#include <inttypes.h>
#include <string.h>

#include "base/money.h"
#include "fuzz.h"
#include "store/import_amount.h"

static void check_text(const char *text, const char *currency, char decimal)
{
    struct err err = {0};
    int64_t minor = 0, again = 0;
    char written[MONEY_TEXT_SIZE];
    if (money_parse(text, currency, decimal, &minor, &err) != 0) {
        fuzz_check_err(&err);
        return;
    }
    REQUIRE(currency_digits(currency) >= 0, "an amount of a currency that is none");
    REQUIRE(minor >= -MONEY_MAX && minor <= MONEY_MAX, "%" PRId64 " is beyond the largest amount", minor);
    money_format(minor + (fuzz_plant ? 1 : 0), currency, written);
    REQUIRE(money_parse(written, currency, '.', &again, &err) == 0, "%s was written and cannot be read", written);
    REQUIRE(again == minor, "%" PRId64 " came back as %" PRId64, minor, again);
}

static void check_with_code(const char *text)
{
    struct money money = {0};
    struct err err = {0};
    if (money_parse_with_code(text, &money, &err) != 0) {
        fuzz_check_err(&err);
        return;
    }
    REQUIRE(strlen(money.currency) == 3 && currency_digits(money.currency) >= 0, "%s is no currency", money.currency);
    REQUIRE(money.minor >= -MONEY_MAX && money.minor <= MONEY_MAX, "beyond the largest amount");
}

static void check_share(int64_t amount, int32_t ppm)
{
    int64_t share = money_share(amount, ppm);
    int64_t low = amount < 0 ? amount : 0, high = amount > 0 ? amount : 0;
    REQUIRE(share >= low && share <= high, "%d ppm of %" PRId64 " is %" PRId64, ppm, amount, share);
    REQUIRE(money_share(amount, 0) == 0 && money_share(amount, 1000000) == amount, "nothing or all of it is wrong");
}

static void check_sum(int64_t a, int64_t b)
{
    int64_t sum = money_add(a, b), exact;
    if (!__builtin_add_overflow(a, b, &exact))
        REQUIRE(sum == exact, "a sum is wrong");
    else
        REQUIRE(sum == (a > 0 ? INT64_MAX : INT64_MIN), "a sum that overflows went elsewhere");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    struct arena *arena = arena_new(0);
    const char *currency = feed_line(&feed, arena), *text = feed_line(&feed, arena);
    int64_t a = (int64_t)feed_number(&feed, 8), b = (int64_t)feed_number(&feed, 8), minor = 0;
    check_text(text, currency, '.');
    check_text(text, currency, ',');
    check_with_code(arena_printf(arena, "%s %s", text, currency));
    check_with_code(text);
    check_sum(a, b);
    check_share(a % (MONEY_MAX + 1), (int32_t)((uint64_t)b % 1000001));
    if (currency_digits(currency) >= 0) {
        const char *problem = import_amount_read(text, currency, '.', &minor, arena);
        if (problem != NULL)
            fuzz_check_shown("what is wrong with an amount", problem);
    }
    arena_free(&arena);
    return 0;
}
