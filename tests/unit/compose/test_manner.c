/*
 * What was learnt from ICU by a few samples must be what ICU says about
 * everything else, in every language it knows.
 */
#include "fake/test.h"

#include <unicode/uloc.h>

#include "base/arena.h"
#include "compose/format.h"
#include "compose/manner.h"

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed;
}

static int64_t random_amount(uint32_t *seed)
{
    int64_t amount = (int64_t)next_random(seed) << 20 ^ next_random(seed);

    amount >>= next_random(seed) >> 27; /* all magnitudes */
    return next_random(seed) >> 31 != 0 ? -amount : amount;
}

static void expect_same_amounts(struct arena *arena, const char *language, uint32_t *seed)
{
    static const char *const currencies[] = {"EUR", "JPY", "BHD", "USD"};
    static const int64_t edges[] = {0, 1, -1, 99, 100, 99999, 100000, 123456, 999999, 1000000, 12345678, -100000};

    for (size_t k = 0; k < LENGTH(currencies); k++) {
        struct formats *formats = formats_open(arena, language, currencies[k]);
        const struct manner *manner = manner_learn(arena, language, currencies[k]);
        for (size_t i = 0; i < LENGTH(edges) + 4; i++) {
            int64_t minor = i < LENGTH(edges) ? edges[i] : random_amount(seed);
            expect_text(language, manner_amount(manner, arena, minor), formats_amount(formats, minor));
        }
        formats_close(&formats);
    }
}

static void expect_same_dates(struct arena *arena, const char *language, uint32_t *seed)
{
    struct manner *manner = manner_learn(arena, language, "EUR");
    struct formats *formats = formats_open(arena, language, "EUR");
    day_t first = day_from_civil(1900, 1, 1);

    for (int i = 0; i < 40; i++) {
        day_t day = first + (day_t)(next_random(seed) % 200000);
        expect_text(language, manner_date(manner, arena, day), formats_date(formats, day));
        expect_text(language, manner_date_short(manner, arena, day), formats_date_short(formats, day));
    }
    for (int64_t days = 0; days < 1000; days += days < 30 ? 1 : 97)
        expect_text(language, manner_days(manner, arena, days), formats_days(formats, days));
    formats_close(&formats);
}

static void every_language_is_learnt_rightly(void **state)
{
    (void)state;
    int32_t count = uloc_countAvailable();
    uint32_t seed = 2026;

    assert_true(count > 500);
    /* all of them take seconds: every third here, and always those that are shipped and some odd ones */
    static const char *const always[] = {"en", "de",    "fr", "es", "de_CH", "de_AT", "en_US",
                                         "hi", "pt_PT", "pl", "sv", "it",    "nl",    "xx"};
    for (int32_t i = 0; i < count / 3 + (int32_t)LENGTH(always); i++) {
        struct arena *arena = arena_new(0);
        const char *language =
            i < (int32_t)LENGTH(always) ? always[i] : uloc_getAvailable(3 * (i - (int32_t)LENGTH(always)));
        expect_same_amounts(arena, language, &seed);
        expect_same_dates(arena, language, &seed);
        arena_free(&arena);
    }
}

static void manners_are_kept_up_to_a_number(void **state)
{
    (void)state;
    struct arena *keep = arena_new(0), *scratch = arena_new(0);
    struct manners manners = {.arena = keep};

    const struct manner *first = manners_find(&manners, "de", "EUR", scratch);
    assert_ptr_equal(manners_find(&manners, "de", "EUR", scratch), first);
    for (int i = 0; i < 100; i++)
        expect_text("many",
                    manner_amount(manners_find(&manners, arena_printf(scratch, "x%d", i), "EUR", scratch), scratch,
                                  100),
                    "EUR\xC2\xA0"
                    "1.00");
    assert_int_equal(manners.count, MANNERS_MAX);
    assert_ptr_not_equal(manners_find(&manners, "de", "USD", scratch), first);
    assert_ptr_equal(manners_find(&manners, "de", "EUR", scratch), first);
    expect_text("one too many", manner_amount(manners_find(&manners, "fr", "EUR", scratch), scratch, 100),
                "1,00\xC2\xA0"
                "EUR");
    arena_free(&keep);
    arena_free(&scratch);
}

static void odd_dates_are_written_plainly(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct manner *manner = manner_learn(arena, "en", "EUR");

    expect_text("none", manner_date(manner, arena, DAY_NONE), "");
    expect_text("none", manner_date_short(manner, arena, DAY_NONE), "");
    expect_text("long ago", manner_date(manner, arena, day_from_civil(800, 12, 25)), "0800-12-25");
    expect_text("far away", manner_date_short(manner, arena, day_from_civil(9999, 12, 31)), "31/12/9999");
    expect_text("many days", manner_days(manner, arena, 123456), "123,456 days");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_language_is_learnt_rightly),
        cmocka_unit_test(manners_are_kept_up_to_a_number),
        cmocka_unit_test(odd_dates_are_written_plainly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
