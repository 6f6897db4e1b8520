/*
 * The daily summary (DESIGN 9): one event, at summary_at by the business's clock.
 */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/parse.h"
#include "base/text.h"
#include "engine/work.h"

static const struct counted {
    const char *word;
    size_t offset;
} counted[] = {
    {"accepted", offsetof(struct state_counts, accepted_today)},
    {"refused", offsetof(struct state_counts, refused_today)},
    {"planned", offsetof(struct state_counts, planned)},
    {"in_flight", offsetof(struct state_counts, in_flight)},
    {"uncertain", offsetof(struct state_counts, uncertain)},
    {"awaiting_approval", offsetof(struct state_counts, awaiting_approval)},
    {"failed", offsetof(struct state_counts, failed)},
    {"tasks", offsetof(struct state_counts, open_tasks)},
    {"holds", offsetof(struct state_counts, active_holds)},
    {"exhausted", offsetof(struct state_counts, exhausted)},
};

const char *summary_text(const struct state_counts *counts, struct arena *arena)
{
    struct text text;

    text_init(&text, arena);
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        int64_t value;
        memcpy(&value, (const char *)counts + counted[i].offset, sizeof value);
        text_addf(&text, "%s%s=%" PRId64, i == 0 ? "" : " ", counted[i].word, value);
    }
    return text.data;
}

static int record(struct engine *engine, const char *today, moment_t now, bool say, struct err *err)
{
    struct event event = event_blank(EVENT_SUMMARY, now);
    struct state_counts counts;

    /* What happened since this time yesterday. */
    if (state_counts(engine->state, now - DAY_SECONDS, &counts, err) != 0)
        return -1;
    event.text = summary_text(&counts, engine->work);
    if (engine_begin(engine, err) != 0)
        return -1;
    if ((say && state_event(engine->state, &event, err) != 0) ||
        state_set(engine->state, "summary_day", today, err) != 0) {
        engine_rollback(engine);
        return -1;
    }
    return engine_commit(engine, err);
}

int summary_step(struct engine *engine, struct err *err)
{
    moment_t now = engine_now(engine);
    char today[DAY_TEXT_SIZE];
    int32_t at, seconds;
    const char *last;

    if (engine->options.once || !parse_clock(engine->config->settings.summary_at, &at))
        return 0;
    day_t day = zone_day(engine->config->rulebook.zone, now, &seconds);
    if (seconds < at || day == engine->summary_day)
        return 0;
    arena_reset(engine->work);
    day_format(day, today);
    if (state_get(engine->state, "summary_day", engine->work, &last, err) != 0)
        return -1;
    engine->summary_day = day;
    if (text_equal(last, today))
        return 0;
    /* A state that has no day yet has nothing to sum up. */
    return record(engine, today, now, !text_empty(last), err) == 0 ? 1 : -1;
}
