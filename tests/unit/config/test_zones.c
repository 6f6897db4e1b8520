/* Zones by name.  What they hold is compared with the C library's reading in test_zones_all.c. */
#include "fake/test.h"

#include "base/arena.h"
#include "config/zones.h"

static const char *const sample[] = {
    "Europe/Berlin", "Europe/Dublin", "America/Sao_Paulo",  "Africa/Casablanca",
    "Asia/Kolkata",  "Asia/Gaza",     "Pacific/Kiritimati", "Antarctica/Troll",
    "UTC",           "Etc/GMT+5",
};

static void test_spans_are_in_order(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct zones *zones = zones_new(arena);
    for (size_t i = 0; i < LENGTH(sample); i++) {
        const struct zone *zone = zones_find(zones, sample[i]);
        expect_true("the first begins with time", zone->spans[0].from == MOMENT_NONE);
        for (size_t j = 1; j < zone->count; j++) {
            expect_true(sample[i], zone->spans[j].from > zone->spans[j - 1].from);
            expect_true("neighbours differ", zone->spans[j].offset != zone->spans[j - 1].offset);
        }
    }
    arena_free(&arena);
}

static void test_refuses_what_is_no_zone(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "Europe/Berlyn",
        "europe/berlin",
        "Europe",
        "Europe/",
        "/Europe/Berlin",
        "../zoneinfo/UTC",
        "Europe//Berlin",
        "+05:00",
        "05",
        "CET-1CEST",
        "CET-1CEST,M3.5.0,M10.5.0/3",
        "ABC1",
        "posix/Europe/Berlin",
        "Europe/Berlin ",
        "Europe/Ber\xC3\xBClin",
        "zone.tab",
        "Zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
    };
    struct arena *arena = arena_new(0);
    struct zones *zones = zones_new(arena);
    for (size_t i = 0; i < LENGTH(rows); i++)
        expect_true(rows[i], zones_find(zones, rows[i]) == NULL);
    arena_free(&arena);
}

static void test_a_zone_is_read_once(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct zones *zones = zones_new(arena);
    const struct zone *first = zones_find(zones, "Europe/Paris");
    size_t used = arena_used(arena);
    expect_true("the same zone", zones_find(zones, "Europe/Paris") == first);
    expect_int("nothing more is kept", (intmax_t)arena_used(arena), (intmax_t)used);
    arena_free(&arena);
}

/* A hostile ledger may name a new zone in each row. */
static void test_unknown_names_take_bounded_memory(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct zones *zones = zones_new(arena);
    char name[32];
    size_t used = 0;
    for (int i = 0; i < 5000; i++) {
        snprintf(name, sizeof name, "Nowhere/N%d", i);
        expect_true(name, zones_find(zones, name) == NULL);
        if (i == 2000)
            used = arena_used(arena);
    }
    expect_int("it stops to grow", (intmax_t)arena_used(arena), (intmax_t)used);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spans_are_in_order),
        cmocka_unit_test(test_refuses_what_is_no_zone),
        cmocka_unit_test(test_a_zone_is_read_once),
        cmocka_unit_test(test_unknown_names_take_bounded_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
