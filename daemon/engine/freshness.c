#include "engine/freshness.h"

#include "base/arena.h"
#include "base/text.h"

/* Elapsed seconds of a unit that is no civil one, 0 for days, business days, weeks and months. */
static int64_t elapsed(const struct duration *age)
{
    switch (age->unit) {
    case UNIT_HOUR:
        return (int64_t)age->n * 3600;
    case UNIT_MINUTE:
        return (int64_t)age->n * 60;
    case UNIT_SECOND:
        return age->n;
    case UNIT_DAY:
    case UNIT_BUSINESS_DAY:
    case UNIT_WEEK:
    case UNIT_MONTH:
        break;
    }
    return 0;
}

moment_t feed_expires(moment_t until, const struct duration *max_age, const struct calendar *calendar,
                      const struct zone *zone)
{
    int32_t seconds;

    if (!max_age->set)
        return MOMENT_NEVER;
    if (until == MOMENT_NONE)
        return MOMENT_NONE;
    int64_t span = elapsed(max_age);
    if (span > 0)
        return until + span;
    day_t day = zone_day(zone, until, &seconds);
    return zone_moment(zone, calendar_add(calendar, day, max_age, 1), seconds);
}

static moment_t mark_of(const struct feed_mark *marks, size_t count, const char *entity)
{
    moment_t fallback = MOMENT_NONE;

    for (size_t i = 0; i < count; i++) {
        if (text_equal(marks[i].entity, entity))
            return marks[i].until;
        if (text_empty(marks[i].entity))
            fallback = marks[i].until;
    }
    return fallback;
}

static bool seen(const char *const *list, size_t count, const char *entity)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(list[i], entity))
            return true;
    return false;
}

void feed_stale(const struct feed *feed, const struct rulebook *rulebook, moment_t now, struct staleness *out)
{
    size_t most = feed->count + rulebook->business_count, known = 0, stale = 0;
    const char **entities = arena_array(out->arena, most + 1, sizeof *entities);
    const char **list = arena_array(out->arena, most + 1, sizeof *list);

    for (size_t i = 0; i < most; i++) {
        const char *entity = i < feed->count ? feed->marks[i].entity : rulebook->businesses[i - feed->count].entity;
        if (!seen(entities, known, entity))
            entities[known++] = entity;
    }
    for (size_t i = 0; i < known; i++) {
        moment_t until = mark_of(feed->marks, feed->count, entities[i]);
        moment_t end = feed_expires(until, feed->max_age, feed->calendar, rulebook->zone);
        if (end == MOMENT_NONE || end < now)
            list[stale++] = entities[i];
    }
    out->entities = list;
    out->count = stale;
    out->all = known > 0 && stale == known;
}

int feed_judge(struct ledger *ledger, const struct config *config, moment_t now, struct staleness *out, struct err *err)
{
    const struct calendar *calendar = rulebook_calendar(&config->rulebook, config->settings.ledger_calendar);
    struct ledger_marks found;

    *out = (struct staleness){.arena = out->arena};
    if (!config->settings.ledger_max_age.set)
        return 0;
    if (ledger_feed(ledger, out->arena, &found, err) != 0)
        return -1;
    struct feed_mark *marks = arena_array(out->arena, found.count + 1, sizeof *marks);
    for (size_t i = 0; i < found.count; i++)
        marks[i] = (struct feed_mark){found.entities[i], found.complete_until[i]};
    struct feed feed = {marks, found.count, &config->settings.ledger_max_age, calendar ? calendar : &calendar_plain};
    feed_stale(&feed, &config->rulebook, now, out);
    return 0;
}
