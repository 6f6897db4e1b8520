/* Zones from GLib against the C library's own reading of the same files. */
#include "fake/test.h"

#include <time.h>

#include "base/arena.h"
#include "config/zones.h"

#define YEAR_2100 INT64_C(4102444800)
#define YEAR_2037 INT64_C(2114380800)

static const struct {
    const char *name;
    moment_t until;
} sample[] = {
    {"Europe/Berlin", YEAR_2100},
    {"Europe/London", YEAR_2100},
    {"Europe/Moscow", YEAR_2100},
    {"America/New_York", YEAR_2100},
    {"America/Sao_Paulo", YEAR_2100},
    {"America/St_Johns", YEAR_2100},
    {"America/Caracas", YEAR_2100},
    {"Africa/Casablanca", YEAR_2100},
    {"Africa/Cairo", YEAR_2100},
    {"Asia/Kolkata", YEAR_2100},
    {"Asia/Tehran", YEAR_2100},
    {"Asia/Kathmandu", YEAR_2100},
    {"Asia/Gaza", YEAR_2100},
    {"Asia/Pyongyang", YEAR_2100},
    {"Australia/Sydney", YEAR_2100},
    {"Australia/Lord_Howe", YEAR_2100},
    {"Pacific/Apia", YEAR_2100},
    {"Pacific/Kiritimati", YEAR_2100},
    {"Pacific/Chatham", YEAR_2100},
    {"Antarctica/Troll", YEAR_2100},
    {"UTC", YEAR_2100},
    {"Etc/GMT+5", YEAR_2100},
    {"EST5EDT", YEAR_2100},
    {"Asia/Dubai", YEAR_2100},
    /* GLib reads rules with a negative summer time wrongly; they count only behind the listed transitions. */
    {"Europe/Dublin", YEAR_2037},
};

static int32_t system_offset(moment_t moment)
{
    time_t at = moment;
    struct tm tm;
    localtime_r(&at, &tm);
    return (int32_t)tm.tm_gmtoff;
}

static void compare_at(const struct zone *zone, moment_t moment)
{
    int32_t want = system_offset(moment), got = zone_offset(zone, moment);
    if (got != want)
        fail_msg("%s at %" PRId64 ": offset %d, the system has %d", zone->name, moment, (int)got, (int)want);
}

/* Around every transition of ours, and on a grid that would meet one that we do not have. */
static void compare_zone(const struct zone *zone, moment_t end)
{
    for (size_t i = 1; i < zone->count; i++) {
        if (zone->spans[i].from < 0 || zone->spans[i].from > end)
            continue;
        compare_at(zone, zone->spans[i].from - 1);
        compare_at(zone, zone->spans[i].from);
    }
    for (moment_t moment = 0; moment < end; moment += INT64_C(6) * 86400 + 7)
        compare_at(zone, moment);
}

static void test_agrees_with_the_system(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct zones *zones = zones_new(arena);
    for (size_t i = 0; i < LENGTH(sample); i++) {
        const struct zone *zone = zones_find(zones, sample[i].name);
        expect_true(sample[i].name, zone != NULL);
        setenv("TZ", arena_printf(arena, ":%s", sample[i].name), 1);
        tzset();
        compare_zone(zone, sample[i].until);
    }
    unsetenv("TZ");
    arena_free(&arena);
}

static void test_spans_are_in_order(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct zones *zones = zones_new(arena);
    for (size_t i = 0; i < LENGTH(sample); i++) {
        const struct zone *zone = zones_find(zones, sample[i].name);
        expect_true("the first begins with time", zone->spans[0].from == MOMENT_NONE);
        for (size_t j = 1; j < zone->count; j++) {
            expect_true(sample[i].name, zone->spans[j].from > zone->spans[j - 1].from);
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
        cmocka_unit_test(test_agrees_with_the_system),
        cmocka_unit_test(test_spans_are_in_order),
        cmocka_unit_test(test_refuses_what_is_no_zone),
        cmocka_unit_test(test_a_zone_is_read_once),
        cmocka_unit_test(test_unknown_names_take_bounded_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
