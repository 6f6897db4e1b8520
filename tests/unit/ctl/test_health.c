#include "ctl/health.h"

#include "base/arena.h"
#include "fake/test.h"

enum { NOW = 1795420800, HOUR = 3600 };

static struct health well(void)
{
    return (struct health){.now = NOW,
                           .has_ledger = true,
                           .has_state = true,
                           .runs = true,
                           .was_service = true,
                           .passed_at = NOW - HOUR,
                           .blocked = REASON_NONE,
                           .block_text = "",
                           .next_claim = MOMENT_NEVER,
                           .accepted_at = MOMENT_NONE};
}

static void expect(const char *remark, const struct health *health, enum health_level level, const char *words)
{
    struct arena *arena = arena_new(0);
    const char *found;

    expect_int(remark, (int64_t)health_judge(health, arena, &found), (int64_t)level);
    expect_text(remark, found, words);
    arena_free(&arena);
}

/* Each case is a well one with one thing changed. */
#define CASE(remark, level, words, ...)        \
    do {                                       \
        struct health health = well();         \
        __VA_ARGS__;                           \
        expect(remark, &health, level, words); \
    } while (0)

static void what_is_critical(void **state)
{
    (void)state;
    CASE("well", HEALTH_OK, "", health.now = NOW);
    CASE("never ran", HEALTH_CRITICAL, "dunningd has never run", health.has_state = health.runs = false);
    CASE("a dead service", HEALTH_CRITICAL, "dunningd is not running", health.runs = false);
    CASE("single passes", HEALTH_OK, "", health.runs = health.was_service = false);
    CASE("the last second of a pass", HEALTH_OK, "", health.runs = health.was_service = false;
         health.passed_at = NOW - 26 * HOUR);
    CASE("no pass today", HEALTH_CRITICAL, "the last pass was 26 hours ago", health.runs = health.was_service = false;
         health.passed_at = NOW - 26 * HOUR - 1);
    CASE("no pass at all", HEALTH_CRITICAL, "no pass over the ledger was ever complete",
         health.runs = health.was_service = false;
         health.passed_at = MOMENT_NONE);
    CASE("blocked", HEALTH_CRITICAL, "nothing is sent: the clock is behind", health.blocked = REASON_CLOCK;
         health.block_text = "the clock is behind");
    CASE("one provider", HEALTH_CRITICAL, "a provider does not work", health.broken = 1);
    CASE("provider", HEALTH_CRITICAL, "2 providers do not work", health.broken = 2);
}

static void what_is_a_warning(void **state)
{
    (void)state;
    CASE("breaker", HEALTH_WARNING, "the volume breaker asks", health.blocked = REASON_BREAKER);
    CASE("doubt", HEALTH_WARNING, "3 uncertain", health.uncertain = 3);
    CASE("no ledger", HEALTH_WARNING, "there is no ledger yet", health.has_ledger = false);
    CASE("a calendar", HEALTH_WARNING, "a calendar ends soon", health.calendars = 1);
    CASE("calendars", HEALTH_WARNING, "2 calendars end soon", health.calendars = 2);
    CASE("a bad edit", HEALTH_WARNING, "1 mistake in the configuration", health.mistakes = 1);
    CASE("one creditor", HEALTH_WARNING, "some payments are not known", health.partly_stale = true);
    CASE("stuck", HEALTH_WARNING, "7 messages wait, and none left for an hour", health.planned = 7;
         health.next_claim = NOW - HOUR - 1);
    CASE("waits an hour", HEALTH_OK, "", health.next_claim = NOW - HOUR);
    CASE("a rate keeps it back", HEALTH_OK, "", health.next_claim = NOW - 9 * HOUR; health.accepted_at = NOW - 60);
    CASE("the worst counts", HEALTH_CRITICAL, "2 providers do not work, 3 uncertain", health.uncertain = 3;
         health.broken = 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_critical), cmocka_unit_test(what_is_a_warning)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
