#include "ctl/health.h"

#include "base/arena.h"
#include "base/text.h"

enum {
    PASS_AGE_S = 26 * 3600, /* a daily pass, and two hours */
    STUCK_S = 3600,         /* longer than any rate keeps the next message back */
};

/* ---- one function for each finding: its words, or "" ---- */

static const char *no_state(const struct health *health, struct arena *arena)
{
    (void)arena;
    return health->has_state ? "" : "dunningd has never run";
}

static const char *not_running(const struct health *health, struct arena *arena)
{
    (void)arena;
    return health->has_state && health->was_service && !health->runs ? "dunningd is not running" : "";
}

static const char *no_pass(const struct health *health, struct arena *arena)
{
    if (!health->has_state || health->was_service || health->runs)
        return "";
    if (health->passed_at == MOMENT_NONE)
        return "no pass over the ledger was ever complete";
    if (health->now - health->passed_at <= PASS_AGE_S)
        return "";
    return arena_printf(arena, "the last pass was %lld hours ago",
                        (long long)((health->now - health->passed_at) / 3600));
}

static const char *is_blocked(const struct health *health, struct arena *arena)
{
    if (health->blocked == REASON_NONE || health->blocked == REASON_BREAKER)
        return "";
    return arena_printf(arena, "nothing is sent: %s", health->block_text);
}

static const char *broken_provider(const struct health *health, struct arena *arena)
{
    if (health->broken == 0)
        return "";
    return health->broken == 1 ? "a provider does not work"
                               : arena_printf(arena, "%zu providers do not work", health->broken);
}

static const char *breaker(const struct health *health, struct arena *arena)
{
    (void)arena;
    return health->blocked == REASON_BREAKER ? "the volume breaker asks" : "";
}

static const char *doubts(const struct health *health, struct arena *arena)
{
    return health->uncertain == 0 ? "" : arena_printf(arena, "%lld uncertain", (long long)health->uncertain);
}

static const char *no_ledger(const struct health *health, struct arena *arena)
{
    (void)arena;
    return health->has_ledger ? "" : "there is no ledger yet";
}

static const char *mistakes(const struct health *health, struct arena *arena)
{
    if (health->mistakes == 0)
        return "";
    return arena_printf(arena, "%zu mistake%s in the configuration", health->mistakes,
                        health->mistakes == 1 ? "" : "s");
}

static const char *calendars(const struct health *health, struct arena *arena)
{
    if (health->calendars == 0)
        return "";
    return health->calendars == 1 ? "a calendar ends soon"
                                  : arena_printf(arena, "%zu calendars end soon", health->calendars);
}

static const char *some_stale(const struct health *health, struct arena *arena)
{
    (void)arena;
    return health->partly_stale && health->blocked != REASON_FEED_STALE ? "some payments are not known" : "";
}

/* A rate keeps messages back, but then others leave; here none does. */
static const char *stuck(const struct health *health, struct arena *arena)
{
    bool waits = health->runs && health->blocked == REASON_NONE && health->next_claim != MOMENT_NEVER &&
                 health->next_claim < health->now - STUCK_S;

    if (!waits || (health->accepted_at != MOMENT_NONE && health->accepted_at > health->now - STUCK_S))
        return "";
    return arena_printf(arena, "%lld messages wait, and none left for an hour", (long long)health->planned);
}

/* ---- the verdict ---- */

static const struct finding_row {
    enum health_level level;
    const char *(*find)(const struct health *health, struct arena *arena);
} rows[] = {
    {HEALTH_CRITICAL, no_state},   {HEALTH_CRITICAL, not_running},     {HEALTH_CRITICAL, no_pass},
    {HEALTH_CRITICAL, is_blocked}, {HEALTH_CRITICAL, broken_provider}, {HEALTH_WARNING, breaker},
    {HEALTH_WARNING, doubts},      {HEALTH_WARNING, no_ledger},        {HEALTH_WARNING, mistakes},
    {HEALTH_WARNING, calendars},   {HEALTH_WARNING, some_stale},       {HEALTH_WARNING, stuck},
};

enum health_level health_judge(const struct health *health, struct arena *arena, const char **out)
{
    enum health_level worst = HEALTH_OK;
    struct text text;

    text_init(&text, arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *found = rows[i].find(health, arena);

        if (text_empty(found))
            continue;
        text_addf(&text, "%s%s", text.length > 0 ? ", " : "", found);
        if (rows[i].level > worst)
            worst = rows[i].level;
    }
    *out = text.data;
    return worst;
}
