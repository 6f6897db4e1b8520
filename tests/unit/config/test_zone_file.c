/* Files that tzdata does not have: their rules against the C library's TZ variable, and damage. */
#include "fake/test.h"

#include <time.h>

#include "base/arena.h"
#include "config/zone_file.h"
#include "config/zone_rule.h"

enum { FILE_ROOM = 512 };

struct file {
    char bytes[FILE_ROOM];
    size_t size;
};

static void put(struct file *file, uint64_t value, size_t size)
{
    assert_true(file->size + size <= FILE_ROOM);
    for (size_t i = size; i-- > 0;)
        file->bytes[file->size++] = (char)(unsigned char)(value >> 8 * i);
}

static void put_header(struct file *file, size_t transitions, size_t leaps)
{
    memcpy(file->bytes + file->size, "TZif2", 5);
    file->size += 20;
    put(file, 0, 4);
    put(file, 0, 4);
    put(file, leaps, 4);
    put(file, transitions, 4);
    put(file, 1, 4); /* types */
    put(file, 1, 4); /* characters */
}

/* A file of one offset, with these transitions to it, and a rule. */
static struct file make_file(int32_t offset, const moment_t *transitions, size_t count, const char *rule)
{
    struct file file = {.size = 0};
    for (size_t width = 4; width <= 8; width += 4) {
        put_header(&file, width == 4 ? 0 : count, 0);
        for (size_t i = 0; width == 8 && i < count; i++)
            put(&file, (uint64_t)transitions[i], 8);
        for (size_t i = 0; width == 8 && i < count; i++)
            put(&file, 0, 1);
        put(&file, (uint32_t)offset, 4);
        put(&file, 0, 2); /* no summer time, name 0 */
        put(&file, 0, 1); /* the name's end */
    }
    assert_true(file.size + strlen(rule) + 2 <= FILE_ROOM);
    file.size += (size_t)snprintf(file.bytes + file.size, FILE_ROOM - file.size, "\n%s\n", rule);
    return file;
}

static int32_t system_offset(moment_t moment)
{
    time_t at = moment;
    struct tm tm;
    assert_non_null(localtime_r(&at, &tm));
    return (int32_t)tm.tm_gmtoff;
}

static void rules_agree_with_the_c_library(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        int32_t standard;
    } cases[] = {
        {"CET-1CEST,M3.5.0,M10.5.0/3", 3600},
        {"IST-1GMT0,M10.5.0,M3.5.0/1", 3600},
        {"EST5EDT,M3.2.0,M11.1.0", -5 * 3600},
        {"<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", -3 * 3600},
        {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 37800},
        {"<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45", 45900},
        {"EET-2EEST,M3.4.4/50,M10.4.4/50", 7200},
        {"AAA4BBB,J60/0,J300/23:59:59", -4 * 3600},
        {"AAA4BBB,59/0,299/25", -4 * 3600},
        {"IST-2IDT,M3.4.4/26,M10.5.0", 7200},
        {"<+05>-5", 5 * 3600},
        {"LMT-0:53:28", 3208},
    };
    struct arena *arena = arena_new(0);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct file file = make_file(cases[i].standard, NULL, 0, cases[i].rule);
        const struct zone *zone = zone_file_read("Test/Zone", file.bytes, file.size, arena);
        expect_true(cases[i].rule, zone != NULL);
        setenv("TZ", cases[i].rule, 1);
        tzset();
        for (moment_t moment = INT64_C(31536000); moment < INT64_C(4133894400); moment += 3571)
            if (zone_offset(zone, moment) != system_offset(moment))
                fail_msg("%s at %" PRId64 ": %d, not %d", cases[i].rule, moment, (int)zone_offset(zone, moment),
                         (int)system_offset(moment));
    }
    unsetenv("TZ");
    arena_free(&arena);
}

/* RFC 8536 3.3.1: summer all year, said by an end that meets the next beginning. */
static void summer_may_last_all_year(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct file file = make_file(-5 * 3600, NULL, 0, "XXX5EDT4,0/0,J365/25");
    const struct zone *zone = zone_file_read("Test/Zone", file.bytes, file.size, arena);
    assert_non_null(zone);
    for (moment_t moment = INT64_C(31622400); moment < INT64_C(4102444800); moment += 1801)
        expect_int("in summer", zone_offset(zone, moment), -4 * 3600);
    arena_free(&arena);
}

static void refuses_what_is_no_rule(void **state)
{
    (void)state;
    static const char *const rules[] = {
        "CE-1",
        "CET",
        "CET-1CEST",
        "CET-1CEST,M3.5.0",
        "CET-25",
        "<+05-5",
        "CET-1:60",
        "CET-1:00:60",
        "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,J0,J300",
        "CET-1CEST,366,1",
        "CET-1CEST,M3.5.0/168,M10.5.0",
        "CET-1CEST,M3.5.0,M10.5.0x",
        "CET-1CEST,M3.0.0,M10.5.0",
        "CET--1",
        "-1",
        ":Europe/Berlin",
        "CET-1CEST;M3.5.0;M10.5.0",
        "CET-1000",
    };
    struct arena *arena = arena_new(0);
    struct zone_rule rule;
    for (size_t i = 0; i < LENGTH(rules); i++) {
        struct file file = make_file(3600, NULL, 0, rules[i]);
        expect_true(rules[i], !zone_rule_parse(rules[i], &rule));
        expect_true(rules[i], zone_file_read("Test/Zone", file.bytes, file.size, arena) == NULL);
    }
    arena_free(&arena);
}

static void the_rule_begins_behind_the_list(void **state)
{
    (void)state;
    static const moment_t listed[] = {INT64_C(1000000000), INT64_C(1800000000)}; /* 2027-01-15 */
    struct arena *arena = arena_new(0);
    struct file file = make_file(7200, listed, LENGTH(listed), "CET-1CEST,M3.5.0,M10.5.0/3");
    const struct zone *zone = zone_file_read("Test/Zone", file.bytes, file.size, arena);
    assert_non_null(zone);
    expect_int("the list alone speaks before", zone_offset(zone, INT64_C(1784000000)), 7200);
    expect_int("and up to the rule's first change", zone_offset(zone, INT64_C(1820000000)), 7200);
    expect_int("then winter", zone_offset(zone, INT64_C(1830000000)), 3600);
    expect_int("beyond 2100 nothing changes", zone_offset(zone, INT64_C(1) << 40), 3600);
    arena_free(&arena);
}

/* No beginning of a file is a file, and no changed byte is followed out of bounds (the sanitizers watch). */
static void damage_is_refused_or_harmless(void **state)
{
    (void)state;
    static const moment_t listed[] = {INT64_C(1000000000), INT64_C(1800000000)};
    struct arena *arena = arena_new(0);
    struct file file = make_file(7200, listed, LENGTH(listed), "CET-1CEST,M3.5.0,M10.5.0/3");
    for (size_t size = 0; size < file.size; size++) {
        char *cut = arena_alloc(arena, size + 1);
        memcpy(cut, file.bytes, size);
        expect_true("cut short", zone_file_read("Test/Zone", cut, size, arena) == NULL);
    }
    for (size_t at = 0; at < file.size; at++) {
        for (int bit = 0; bit < 8; bit++) {
            struct file bad = file;
            bad.bytes[at] = (char)(bad.bytes[at] ^ (1 << bit));
            const struct zone *zone = zone_file_read("Test/Zone", bad.bytes, bad.size, arena);
            for (size_t i = 1; zone != NULL && i < zone->count; i++)
                expect_true("in order", zone->spans[i].from > zone->spans[i - 1].from);
            arena_reset(arena);
        }
    }
    arena_free(&arena);
}

static void leap_seconds_are_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct file file = make_file(0, NULL, 0, "UTC0");
    file.bytes[44 + 7 + 31] = 1; /* the second header's count of leap seconds */
    expect_true("leap seconds", zone_file_read("Test/Zone", file.bytes, file.size, arena) == NULL);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_agree_with_the_c_library), cmocka_unit_test(summer_may_last_all_year),
        cmocka_unit_test(refuses_what_is_no_rule),        cmocka_unit_test(the_rule_begins_behind_the_list),
        cmocka_unit_test(damage_is_refused_or_harmless),  cmocka_unit_test(leap_seconds_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
