#include "engine/flight.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"

enum {
    SUBMITS_PER_CONNECTION = 2, /* DESIGN 7a */
    REFUSALS_IN_A_ROW = 3,      /* before a provider itself is taken to be unwell */
    BACKOFF_FIRST_S = 60,
    BACKOFF_MAX_S = 3600,
    STOPPED_S = 3600, /* misconfigured: until a reload or this long */
    DETOURS_MAX = 4096
};

static struct way way_of(const struct provider *provider, struct ways *former)
{
    struct way way = {.provider = provider, .retry_at = MOMENT_NONE};
    const struct way *old = ways_find(former, provider->name);

    snprintf(way.name, sizeof way.name, "%s", provider->name);
    if (old)
        way.outstanding = old->outstanding;
    return way;
}

void ways_build(struct ways *ways, const struct config *config)
{
    struct ways former = *ways;

    *ways = (struct ways){0};
    ways->list = arena_must(calloc(config->provider_count + 1, sizeof(struct way)));
    for (size_t i = 0; i < config->provider_count; i++)
        ways->list[ways->count++] = way_of(&config->providers[i], &former);
    ways_clear(&former);
}

void ways_clear(struct ways *ways)
{
    free(ways->list);
    *ways = (struct ways){0};
}

struct way *ways_find(struct ways *ways, const char *name)
{
    for (size_t i = 0; i < ways->count; i++)
        if (text_equal(ways->list[i].name, name))
            return &ways->list[i];
    return NULL;
}

/* ---- choosing ---- */

static enum way_state way_state(const struct way *way, moment_t now, int64_t second)
{
    const struct provider *provider = way->provider;

    if (way->retry_at != MOMENT_NONE && way->retry_at > now)
        return WAY_DOWN;
    if (way->outstanding >= SUBMITS_PER_CONNECTION * provider->connections)
        return WAY_BUSY;
    if (provider->per_second > 0 && way->second == second && way->in_second >= provider->per_second)
        return WAY_BUSY;
    return WAY_FREE;
}

/* Where the search for a way begins: at the provider of the last attempt, or behind it if it turned the message away.
 */
static size_t come_to(const struct way_query *query, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(names[i], query->last))
            return query->turned_away ? (i + 1) % count : i;
    return 0;
}

static struct choice choose_from(struct ways *ways, const struct config *config, const struct way_query *query,
                                 size_t first)
{
    struct choice choice = {.state = WAY_DOWN, .until = MOMENT_NEVER};
    size_t count;
    const char *const *names = config_channel(config, query->channel, &count);

    for (size_t i = first; i < count; i++) {
        struct way *way = ways_find(ways, names[i]);
        if (!way || (!text_empty(query->only) && !text_equal(query->only, names[i])))
            continue;
        choice.state = way_state(way, query->now, query->second);
        choice.way = way;
        if (choice.state != WAY_DOWN)
            return choice;
        if (way->retry_at < choice.until)
            choice.until = way->retry_at;
    }
    return choice;
}

struct choice ways_choose(struct ways *ways, const struct config *config, const struct way_query *query)
{
    size_t count;
    const char *const *names = config_channel(config, query->channel, &count);
    struct choice choice = choose_from(ways, config, query, come_to(query, names, count));

    return choice.way ? choice : choose_from(ways, config, query, 0);
}

void way_take(struct way *way, int64_t second)
{
    if (way->second != second)
        way->in_second = 0;
    way->second = second;
    way->in_second++;
    way->outstanding++;
}

void way_release(struct ways *ways, const char *name)
{
    struct way *way = ways_find(ways, name);

    if (way && way->outstanding > 0)
        way->outstanding--;
}

/* ---- learning ---- */

static void way_back_off(struct way *way, moment_t now)
{
    int doublings = way->refusals - REFUSALS_IN_A_ROW;
    int64_t wait = BACKOFF_FIRST_S;

    while (doublings-- > 0 && wait < BACKOFF_MAX_S)
        wait *= 2;
    way->retry_at = now + (wait < BACKOFF_MAX_S ? wait : BACKOFF_MAX_S);
}

static void way_well(struct way *way)
{
    way->refusals = 0;
    way->stopped = false;
    way->retry_at = MOMENT_NONE;
}

static void way_stop(struct way *way, moment_t now)
{
    way->stopped = true;
    way->retry_at = now + STOPPED_S;
}

/* Is there a provider of the channel behind this one? */
static bool another_follows(const struct config *config, const struct flight *flight)
{
    size_t count;
    const char *const *names = config_channel(config, flight->channel, &count);

    for (size_t i = 0; i + 1 < count; i++)
        if (text_equal(names[i], flight->provider))
            return true;
    return false;
}

bool ways_learn(struct ways *ways, const struct config *config, const struct flight *flight, enum outcome_class class,
                moment_t now)
{
    struct way *way = ways_find(ways, flight->provider);

    switch (class) {
    case OUTCOME_ACCEPTED:
    case OUTCOME_REFUSED:
        if (way)
            way_well(way);
        return false;
    case OUTCOME_REFUSED_FOR_NOW:
        if (way && ++way->refusals >= REFUSALS_IN_A_ROW)
            way_back_off(way, now);
        return another_follows(config, flight);
    case OUTCOME_MISCONFIGURED:
        if (way)
            way_stop(way, now);
        return another_follows(config, flight);
    case OUTCOME_NOT_HANDED_OVER:
    case OUTCOME_GATE_NO:
    case OUTCOME_UNCERTAIN:
        break;
    }
    return false;
}

bool ways_any_free(const struct ways *ways, moment_t now)
{
    for (size_t i = 0; i < ways->count; i++)
        if (way_state(&ways->list[i], now, -1) == WAY_FREE)
            return true;
    return false;
}
