#include "engine/hold.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/limits.h"
#include "engine/work.h"

enum {
    RATE_AGAIN_MS = 10000,
    HOUR_S = 3600 - 60, /* the state counts by whole minutes */
    BACK_S = 5 * 60,    /* a clock that is set back by less goes on, and what was sent by it lies ahead */
};

static moment_t day_start(const struct engine *engine, moment_t now)
{
    const struct zone *zone = engine->config->rulebook.zone;

    return zone_moment(zone, zone_day(zone, now, NULL), 0);
}

/* ---- the breaker ---- */

/* "approved:2026-11-24" lets that day pass, "open:2026-11-24" says that it was asked. */
static const char breaker_key[] = "breaker";

static int breaker_word(struct engine *engine, const char *word, moment_t now, struct err *err)
{
    char day[DAY_TEXT_SIZE], value[32];

    snprintf(value, sizeof value, "%s:%s", word, day_format(zone_day(engine->config->rulebook.zone, now, NULL), day));
    return state_set(engine->state, breaker_key, value, err);
}

static int breaker_is(struct engine *engine, const char *word, moment_t now, bool *yes, struct err *err)
{
    char day[DAY_TEXT_SIZE];
    const char *value;

    if (state_get(engine->state, breaker_key, engine->work, &value, err) != 0)
        return -1;
    const char *wanted =
        arena_printf(engine->work, "%s:%s", word, day_format(zone_day(engine->config->rulebook.zone, now, NULL), day));
    *yes = text_equal(value, wanted);
    return 0;
}

static int breaker_ask(struct engine *engine, moment_t now, int64_t planned, int64_t limit, struct err *err)
{
    struct event event = event_blank(EVENT_BLOCKED, now);
    bool asked;

    if (breaker_is(engine, "open", now, &asked, err) != 0)
        return -1;
    if (asked)
        return 0;
    event.reason = REASON_BREAKER;
    event.text = arena_printf(engine->work,
                              "%" PRId64 " messages for today are more than the breaker's %" PRId64
                              "; look at 'dunningctl list notices', then let them go with 'dunningctl approve breaker'",
                              planned, limit);
    if (engine_begin(engine, err) != 0)
        return -1;
    if (breaker_word(engine, "open", now, err) != 0 || state_event(engine->state, &event, err) != 0) {
        engine_rollback(engine);
        return -1;
    }
    return engine_commit(engine, err);
}

/* Looks at the volume of the day; sets engine->held. */
static int breaker_check(struct engine *engine, moment_t now, struct err *err)
{
    const struct limits *limits = &engine->config->settings.limits;
    struct state_counts counts;
    int64_t days_counts[30];
    size_t days;
    bool approved;

    engine->held = SEND_FREELY;
    if (limits->breaker_tenths <= 0)
        return 0;
    if (breaker_is(engine, "approved", now, &approved, err) != 0)
        return -1;
    if (approved)
        return 0;
    if (state_counts(engine->state, day_start(engine, now), &counts, err) != 0 ||
        state_daily_counts(engine->state, now, days_counts, &days, err) != 0)
        return -1;
    int64_t planned = counts.planned + counts.in_flight + counts.accepted_today;
    int64_t limit = limits_breaker(limits, days_counts, days);
    if (planned <= limit)
        return 0;
    engine->held = SEND_BREAKER;
    return breaker_ask(engine, now, planned, limit, err);
}

int hold_approve(struct engine *engine, moment_t now, struct err *err)
{
    struct event event = event_blank(EVENT_UNBLOCKED, now);

    event.reason = REASON_BREAKER;
    if (engine_begin(engine, err) != 0)
        return -1;
    if (breaker_word(engine, "approved", now, err) != 0 || state_event(engine->state, &event, err) != 0) {
        engine_rollback(engine);
        return -1;
    }
    if (engine_commit(engine, err) != 0)
        return -1;
    if (engine->held == SEND_BREAKER) /* an older copy of the state is let go by `recover` alone */
        engine->held = SEND_FREELY;
    engine->dispatch_wanted = engine->plan_changed = true;
    return 0;
}

/* ---- rates ---- */

/* Start of the ramp that holds now, or that the next message begins. */
static int ramp_now(struct engine *engine, moment_t now, moment_t *from, struct err *err)
{
    int64_t sent;

    if (state_sent_between(engine->state, now - DAY_SECONDS + 1, now + 1, &sent, err) != 0)
        return -1;
    bool begins = limits_ramp_begins(&engine->config->settings.limits, sent, engine->ramp_from, now);
    *from = begins ? now : engine->ramp_from;
    return 0;
}

int hold_ramp(struct engine *engine, moment_t now, struct err *err)
{
    moment_t from;

    if (engine->config->settings.limits.ramp_s <= 0)
        return 0;
    if (ramp_now(engine, now, &from, err) != 0)
        return -1;
    if (from == engine->ramp_from)
        return 0;
    engine->ramp_from = from;
    return engine_set_number(engine, "ramp_from", from, err);
}

/*
 * The breaker judges a whole plan: not while a round or a merge is still making
 * it.  After a long rest, a reload, or a feed that is fresh again, messages up
 * to the breaker's number would leave before it is seen that there are more.
 */
static bool plan_is_whole(const struct engine *engine)
{
    return engine->config->settings.limits.breaker_tenths <= 0 ||
           (engine->merge.kind == MERGE_NONE && !engine->round_open);
}

static int read_pace(struct engine *engine, moment_t now, struct pace *pace, struct err *err)
{
    *pace = (struct pace){.ramp_from = engine->ramp_from};
    if (ramp_now(engine, now, &pace->ramp_from, err) != 0 ||
        state_sent_between(engine->state, now - HOUR_S, now + BACK_S + 1, &pace->last_hour, err) != 0)
        return -1;
    return state_sent_between(engine->state, day_start(engine, now), now + BACK_S + 1, &pace->today, err);
}

int hold_allowance(struct engine *engine, moment_t now, int64_t *allowed, struct err *err)
{
    const struct limits *limits = &engine->config->settings.limits;
    struct pace pace;

    *allowed = 0;
    if (!plan_is_whole(engine))
        return 0;
    /* What was let go was let go for its day: the next day's volume is judged before its first message. */
    day_t today = zone_day(engine->config->rulebook.zone, now, NULL);
    if (engine->plan_changed || engine->held == SEND_BREAKER || engine->judged_on != today) {
        if (breaker_check(engine, now, err) != 0)
            return -1;
        engine->plan_changed = false;
        engine->judged_on = today;
    }
    if (engine->held == SEND_BREAKER) {
        engine->dispatch_wanted = false;
        return 0;
    }
    *allowed = INT64_MAX;
    if (limits->per_hour <= 0 && limits->per_day <= 0)
        return 0;
    if (read_pace(engine, now, &pace, err) != 0)
        return -1;
    *allowed = limits_allowance(limits, &pace, now);
    if (*allowed == 0) {
        engine->dispatch_wanted = false;
        engine->dispatch_retry_ms = engine->options.once ? 0 : clock_boot_ms() + RATE_AGAIN_MS;
    }
    return 0;
}
