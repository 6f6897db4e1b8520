#include "fake/test.h"

#include "config/suggest.h"
#include "config/tables.h"

static void test_counts_slips(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        size_t want;
    } rows[] = {
        {"", "", 0},
        {"a", "", 1},
        {"", "abc", 3},
        {"window", "window", 0},
        {"windw", "window", 1},
        {"wnidow", "window", 1},
        {"windows", "window", 1},
        {"wandaw", "window", 2},
        {"ab", "ba", 1},
        {"kitten", "sitting", 3},
        {"0123456789012345678901234567890123456789012345678901234567890123", "x", 64},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        expect_int(rows[i].a, (intmax_t)suggest_distance(rows[i].a, rows[i].b), (intmax_t)rows[i].want);
        expect_int(rows[i].b, (intmax_t)suggest_distance(rows[i].b, rows[i].a), (intmax_t)rows[i].want);
    }
}

static void test_names_the_nearest_key(void **state)
{
    (void)state;
    static const struct {
        const char *key, *want; /* "" : none */
    } rows[] = {
        {"min_gpa", "min_gap"},
        {"mingap", "min_gap"},
        {"minimim", "minimum"},
        {"stepz", "steps"},
        {"oh", "on"},
        {"colour", ""},
        {"zzz", ""},
        {"settlement_leg", "settlement_lag"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const char *got = suggest_option(&group_policy, rows[i].key);
        expect_text(rows[i].key, got == NULL ? "" : got, rows[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts_slips),
        cmocka_unit_test(test_names_the_nearest_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
