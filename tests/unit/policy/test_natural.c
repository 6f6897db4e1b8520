/* Numbers of any size, against 128-bit ones and by division after multiplication. */
#include "policy/natural.h"

#include "base/arena.h"
#include "fake/test.h"

__extension__ typedef unsigned __int128 wide;

static wide value_of(const struct natural *number)
{
    wide value = 0;
    for (size_t i = number->count; i-- > 0;)
        value = value << 32 | number->limbs[i];
    return value;
}

static void test_words(void **state)
{
    static const uint64_t values[] = {0, 1, 2, 0xffffffff, 0x100000000, 0x1ffffffff, 1000000007, UINT64_MAX / 2};
    struct arena *arena = arena_new(0);
    (void)state;
    for (size_t i = 0; i < LENGTH(values); i++) {
        for (size_t j = 0; j < LENGTH(values); j++) {
            struct natural one, other;
            natural_init(&one, arena, values[i]);
            natural_init(&other, arena, values[j]);
            expect_int("compare", natural_compare(&one, &other), (values[i] > values[j]) - (values[i] < values[j]));
            struct natural sum = natural_copy(&one), product = natural_copy(&one);
            natural_add(&sum, &other);
            expect_true("sum", value_of(&sum) == (wide)values[i] + values[j]);
            natural_subtract(&sum, &other);
            expect_true("difference", natural_value(&sum) == values[i]);
            natural_multiply(&product, values[j]);
            expect_true("product", value_of(&product) == (wide)values[i] * values[j]);
            if (values[j] == 0)
                continue;
            struct natural quotient = natural_copy(&one);
            expect_true("rest", natural_divide(&quotient, values[j]) == values[i] % values[j]);
            expect_true("quotient", natural_value(&quotient) == values[i] / values[j]);
        }
    }
    arena_free(&arena);
}

static void test_long_products_come_apart_again(void **state)
{
    struct arena *arena = arena_new(0);
    struct natural number;
    (void)state;
    natural_init(&number, arena, 4711);
    for (uint64_t i = 1; i <= 1200; i++)
        natural_multiply(&number, 1200000000 + i * i);
    expect_true("it is long", number.count > 1000);
    expect_true("too long for a word", natural_value(&number) == UINT64_MAX);
    for (uint64_t i = 1200; i >= 1; i--)
        expect_true("no rest", natural_divide(&number, 1200000000 + i * i) == 0);
    expect_int("what it was", (intmax_t)natural_value(&number), 4711);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_long_products_come_apart_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
