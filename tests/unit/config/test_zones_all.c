/*
 * Every zone that tzdata names, from 1970 to 2100, against the C library: the
 * offset around each transition, between them and at random moments, and the
 * way back from a wall clock.  The names, the transitions and the answers are
 * the C library's and tzdata's own; none is asked of the code under test.
 */
#include "fake/test.h"

#include <time.h>

#include "base/arena.h"
#include "config/zones.h"

static const moment_t first = 0;                 /* 1970-01-01 */
static const moment_t end = INT64_C(4133980800); /* 2101-01-01 */
static const moment_t grid = INT64_C(86400) * 2 + 60;

enum { NAMES_MIN = 500, TRANSITIONS_MAX = 1000, RANDOM = 500 };

struct sight {
    moment_t at[TRANSITIONS_MAX]; /* the first moment of each new offset */
    size_t count;
};

static struct {
    size_t zones, transitions, moments, clocks, different;
} figures;

static char complaint[200]; /* the first one */

static void differ(const char *name, const char *what, moment_t at, moment_t got, moment_t want)
{
    if (figures.different++ == 0)
        snprintf(complaint, sizeof complaint, "%s: %s %" PRId64 " is %" PRId64 ", the C library has %" PRId64, name,
                 what, at, got, want);
}

static uint64_t seed = 1970;

/* The generator of Knuth's MMIX; its high bits are good enough to pick moments. */
static moment_t random_moment(void)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return first + (moment_t)((seed >> 16) % (uint64_t)(end - first));
}

static void read_clock(moment_t moment, struct tm *tm)
{
    time_t at = moment;
    assert_non_null(localtime_r(&at, tm));
}

static int32_t system_offset(moment_t moment)
{
    struct tm tm;
    read_clock(moment, &tm);
    return (int32_t)tm.tm_gmtoff;
}

/* The first moment in (low, high] whose offset is not that of low; there is one. */
static moment_t change_of(moment_t low, moment_t high)
{
    int32_t before = system_offset(low);
    while (high - low > 1) {
        moment_t middle = low + (high - low) / 2;
        if (system_offset(middle) == before)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static void find_transitions(struct sight *sight)
{
    int32_t before = system_offset(first);
    sight->count = 0;
    for (moment_t moment = first; moment + grid < end; moment += grid) {
        int32_t after = system_offset(moment + grid);
        if (after == before)
            continue;
        assert_true(sight->count < TRANSITIONS_MAX);
        sight->at[sight->count++] = change_of(moment, moment + grid);
        before = after;
    }
}

static void compare_offset(const struct zone *zone, moment_t moment)
{
    int32_t want = system_offset(moment), got = zone_offset(zone, moment);
    figures.moments++;
    if (got != want)
        differ(zone->name, "the offset at", moment, got, want);
}

/* True if the C library shows this wall clock at the moment. */
static bool shows(moment_t moment, moment_t local)
{
    return moment + system_offset(moment) == local;
}

/* What mktime makes of a wall clock, in three moods. */
static void ask_mktime(moment_t local, moment_t answers[3])
{
    time_t at = local;
    struct tm plain;
    assert_non_null(gmtime_r(&at, &plain));
    for (int mood = 0; mood < 3; mood++) {
        struct tm tm = plain;
        tm.tm_isdst = mood - 1;
        answers[mood] = mktime(&tm);
    }
}

/*
 * The first moment that shows the wall clock, or else the end of the jump over
 * it; `change` is the transition near it, or any moment near it.
 */
static moment_t system_moment(moment_t local, moment_t change)
{
    moment_t best = MOMENT_NEVER, answers[5];
    ask_mktime(local, answers);
    answers[3] = local - system_offset(change - 1);
    answers[4] = local - system_offset(change);
    for (size_t i = 0; i < LENGTH(answers); i++)
        if (answers[i] < best && shows(answers[i], local))
            best = answers[i];
    return best == MOMENT_NEVER ? change : best;
}

static void compare_clock(const struct zone *zone, moment_t local, moment_t change)
{
    moment_t want = system_moment(local, change);
    day_t day = (day_t)(local / DAY_SECONDS - (local % DAY_SECONDS < 0));
    int32_t seconds = (int32_t)(local - (moment_t)day * DAY_SECONDS), back;
    moment_t got = zone_moment(zone, day, seconds);
    figures.clocks++;
    if (got != want)
        differ(zone->name, "the moment of wall clock", local, got, want);
    if (shows(got, local) && (zone_day(zone, got, &back) != day || back != seconds))
        differ(zone->name, "the wall clock of", got, (moment_t)day * DAY_SECONDS + back, local);
}

static void compare_transition(const struct zone *zone, moment_t change, moment_t next)
{
    moment_t old = change + system_offset(change - 1), new = change + system_offset(change);
    figures.transitions++;
    for (moment_t step = -1; step <= 1; step++)
        compare_offset(zone, change + step);
    compare_offset(zone, change + (next - change) / 2);
    const moment_t clocks[] = {old - 1, old, old + 1, new - 1, new, new + 1, (old + new) / 2};
    for (size_t i = 0; i < LENGTH(clocks); i++)
        compare_clock(zone, clocks[i], change);
}

static void compare_zone(const struct zone *zone, struct sight *sight)
{
    find_transitions(sight);
    for (size_t i = 0; i < sight->count; i++)
        compare_transition(zone, sight->at[i], i + 1 < sight->count ? sight->at[i + 1] : end);
    for (int i = 0; i < RANDOM; i++)
        compare_offset(zone, random_moment());
    /* A transition that only we have would fall on the middle of nothing: look at ours, too. */
    for (size_t i = 1; i < zone->count; i++) {
        if (zone->spans[i].from <= first || zone->spans[i].from >= end)
            continue;
        compare_offset(zone, zone->spans[i].from - 1);
        compare_offset(zone, zone->spans[i].from);
    }
    figures.zones++;
}

/* The name of a line of tzdata.zi: "Z NAME ..." is a zone, "L TARGET NAME" another name of one; NULL for others. */
static const char *name_of(char *line)
{
    char *save = NULL;
    char *kind = strtok_r(line, " \n", &save);
    char *word = kind == NULL ? NULL : strtok_r(NULL, " \n", &save);
    if (kind == NULL || strlen(kind) != 1)
        return NULL;
    if (kind[0] == 'Z')
        return word;
    return kind[0] == 'L' ? strtok_r(NULL, " \n", &save) : NULL;
}

static void every_zone_agrees_with_the_c_library(void **state)
{
    (void)state;
    static struct sight sight;
    char line[512];
    struct arena *arena = arena_new(0);
    struct zones *zones = zones_new(arena);
    FILE *list = fopen("/usr/share/zoneinfo/tzdata.zi", "re");
    assert_non_null(list);
    while (fgets(line, sizeof line, list) != NULL) {
        const char *name = name_of(line);
        if (name == NULL)
            continue;
        const struct zone *zone = zones_find(zones, name);
        expect_true(name, zone != NULL);
        setenv("TZ", arena_printf(arena, ":%s", name), 1);
        tzset();
        compare_zone(zone, &sight);
    }
    fclose(list);
    unsetenv("TZ");
    arena_free(&arena);
    print_message("%zu zones, %zu transitions, %zu moments, %zu wall clocks, seed 1970: %zu different\n", figures.zones,
                  figures.transitions, figures.moments, figures.clocks, figures.different);
    expect_text("no complaint", complaint, "");
    expect_true("all of tzdata was read", figures.zones >= NAMES_MIN);
}

/* The comparison has to see a table that is wrong in one place. */
static void planted_faults_are_seen(void **state)
{
    (void)state;
    static struct sight sight;
    static const char *const remarks[] = {"a transition a second late", "a transition a second early", "an hour wrong",
                                          "one missing", "none missing"};
    struct arena *arena = arena_new(0);
    const struct zone *good = zones_find(zones_new(arena), "Europe/Berlin");
    setenv("TZ", ":Europe/Berlin", 1);
    tzset();
    for (size_t fault = 0; fault < LENGTH(remarks); fault++) {
        struct zone_span *spans = arena_array(arena, good->count, sizeof *spans);
        struct zone bad = {.name = "Europe/Berlin", .spans = spans, .count = good->count};
        size_t place = good->count - 7;
        memcpy(spans, good->spans, good->count * sizeof *spans);
        spans[place].from += fault == 0 ? 1 : (fault == 1 ? -1 : 0);
        spans[place].offset += fault == 2 ? 3600 : 0;
        if (fault == 3)
            spans[place] = spans[place + 1] = spans[place - 1];
        figures.different = 0;
        compare_zone(&bad, &sight);
        expect_int(remarks[fault], figures.different > 0, fault != LENGTH(remarks) - 1);
    }
    complaint[0] = '\0';
    memset(&figures, 0, sizeof figures);
    unsetenv("TZ");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_faults_are_seen),
        cmocka_unit_test(every_zone_agrees_with_the_c_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
