#include "policy/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static day_t d(int year, int month, int day)
{
    return day_from_civil(year, month, day);
}

static void splits(void **state)
{
    static const struct {
        int64_t total;
        int instalments;
        int32_t deposit_ppm;
        size_t count;
        int64_t first, middle, last;
        const char *remark;
    } cases[] = {
        {10000, 3, 0, 3, 3333, 3333, 3334, "the last one takes the rest"},
        {20000, 3, 0, 3, 6666, 6666, 6668, "the last one is never smaller"},
        {88000, 3, 200000, 4, 17600, 23466, 23468, "a deposit of 20 % comes first"},
        {5, 3, 0, 3, 1, 1, 3, "fewer cents than fair"},
        {1000, 1, 0, 1, 1000, 1000, 1000, "one instalment"},
        {1000, 4, 1000000, 1, 1000, 1000, 1000, "a deposit of all leaves nothing to split"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new(0);
        struct plan_terms terms = {.instalments = cases[i].instalments, .deposit_ppm = cases[i].deposit_ppm};
        struct instalment *rows;
        size_t count =
            plan_schedule(&terms, &(struct plan_debt){cases[i].total, "EUR", d(2026, 4, 7), NULL}, arena, &rows);
        int64_t sum = 0;

        assert_int_equal(count, cases[i].count);
        assert_int_equal(rows[0].amount, cases[i].first);
        assert_int_equal(rows[count > 1 ? 1 : 0].amount, cases[i].middle);
        assert_int_equal(rows[count - 1].amount, cases[i].last);
        for (size_t j = 0; j < count; j++)
            sum += rows[j].amount;
        assert_int_equal(sum, cases[i].total);
        arena_free(&arena);
    }
}

static void keeps_the_anchor_day(void **state)
{
    struct arena *arena = arena_new(0);
    struct plan_terms terms = {.instalments = 5, .every = {1, UNIT_MONTH, true}};
    struct instalment *rows;

    (void)state;
    assert_int_equal(plan_schedule(&terms, &(struct plan_debt){500, "EUR", d(2025, 1, 31), NULL}, arena, &rows), 5);
    assert_int_equal(rows[0].due_on, d(2025, 2, 28));
    assert_int_equal(rows[1].due_on, d(2025, 3, 31));
    assert_int_equal(rows[2].due_on, d(2025, 4, 30));
    assert_int_equal(rows[4].due_on, d(2025, 6, 30));
    assert_int_equal(plan_schedule(&terms, &(struct plan_debt){500, "EUR", d(2025, 1, 31), &calendar_plain}, arena,
                                   &rows),
                     5);
    assert_int_equal(rows[3].due_on, d(2025, 6, 2));
    arena_free(&arena);
}

static void reduces_the_number(void **state)
{
    static const struct money least = {2500, "EUR"};
    struct arena *arena = arena_new(0);
    struct plan_terms terms = {.instalments = 6, .min_instalment = {&least, 1}, .max_instalments = 0};
    struct instalment *rows;

    (void)state;
    assert_int_equal(plan_schedule(&terms, &(struct plan_debt){6000, "EUR", d(2026, 1, 1), NULL}, arena, &rows), 2);
    assert_int_equal(plan_schedule(&terms, &(struct plan_debt){1000, "EUR", d(2026, 1, 1), NULL}, arena, &rows), 1);
    assert_int_equal(plan_schedule(&terms, &(struct plan_debt){6000, "USD", d(2026, 1, 1), NULL}, arena, &rows), 6);
    terms.max_instalments = 4;
    assert_int_equal(plan_schedule(&terms, &(struct plan_debt){60000, "EUR", d(2026, 1, 1), NULL}, arena, &rows), 4);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits),
        cmocka_unit_test(keeps_the_anchor_day),
        cmocka_unit_test(reduces_the_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
