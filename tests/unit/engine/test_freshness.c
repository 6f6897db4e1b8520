#include "engine/freshness.h"

#include "base/arena.h"
#include "fake/test.h"

static moment_t at(const char *text)
{
    moment_t moment;

    if (!moment_parse(text, &moment))
        fail_msg("%s is no moment", text);
    return moment;
}

static void a_mark_grows_old(void **state)
{
    static const struct {
        const char *remark, *until, *age, *end;
    } cases[] = {
        {"friday's file serves until tuesday (RULES example 28)", "2026-11-20T18:00:00Z", "2bd",
         "2026-11-24T18:00:00Z"},
        {"hours elapse", "2026-11-20T18:00:00Z", "36h", "2026-11-22T06:00:00Z"},
        {"days", "2026-11-20T18:00:00Z", "3d", "2026-11-23T18:00:00Z"},
        {"months clamp", "2026-01-31T12:00:00Z", "1m", "2026-02-28T12:00:00Z"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct duration age;
        expect_true(cases[i].remark, parse_duration(cases[i].age, &age));
        expect_int(cases[i].remark, feed_expires(at(cases[i].until), &age, &calendar_plain, &zone_utc),
                   at(cases[i].end));
    }
}

static void never_means_never(void **state)
{
    struct duration never = {.set = false};

    (void)state;
    expect_int("no max_age", feed_expires(MOMENT_NONE, &never, &calendar_plain, &zone_utc), MOMENT_NEVER);
}

static void entities_are_judged_one_by_one(void **state)
{
    static const struct business businesses[] = {{.entity = ""}, {.entity = "FR"}};
    static const struct {
        const char *remark;
        struct feed_mark marks[2];
        size_t count, stale;
        bool all;
        const char *first;
    } cases[] = {
        {"no mark at all: nothing is known", {{"", 0}}, 0, 2, true, ""},
        {"the default's mark serves everybody", {{"", 1000000}}, 1, 0, false, ""},
        {"the default's old mark too", {{"", 1000}}, 1, 2, true, ""},
        {"one is old", {{"", 1000000}, {"FR", 1000}}, 2, 1, false, "FR"},
        {"a fresh one of its own", {{"", 1000}, {"FR", 1000000}}, 2, 1, false, ""},
    };
    struct rulebook rulebook = {.businesses = businesses, .business_count = 2, .zone = &zone_utc};
    struct duration age = {1, UNIT_DAY, true};

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct feed feed = {cases[i].marks, cases[i].count, &age, &calendar_plain};
        struct staleness got = {.arena = arena_new(0)};
        feed_stale(&feed, &rulebook, 1000000 + 3600, &got);
        expect_int(cases[i].remark, (intmax_t)got.count, (intmax_t)cases[i].stale);
        expect_int(cases[i].remark, got.all, cases[i].all);
        if (got.count > 0)
            expect_text(cases[i].remark, got.entities[0], cases[i].first);
        arena_free(&got.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mark_grows_old),
        cmocka_unit_test(never_means_never),
        cmocka_unit_test(entities_are_judged_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
