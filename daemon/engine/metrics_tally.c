/* Counting events, and how the state keeps the counts: one line each. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/metrics.h"
#include "engine/metrics_words.h"

const enum event_kind tally_outcome_kinds[TALLY_OUTCOMES] = {EVENT_ACCEPTED,          EVENT_REFUSED,
                                                             EVENT_REFUSED_FOR_NOW,   EVENT_MISCONFIGURED,
                                                             EVENT_STOPPED_AT_COMMIT, EVENT_UNCERTAIN};

void tally_init(struct metrics_tally *tally, struct arena *arena)
{
    *tally = (struct metrics_tally){.arena = arena, .accepted_at = MOMENT_NONE, .reloaded_at = MOMENT_NONE};
}

static int outcome_of(enum event_kind kind)
{
    for (int i = 0; i < TALLY_OUTCOMES; i++)
        if (tally_outcome_kinds[i] == kind)
            return i;
    return -1;
}

static struct tally_way *way_of(struct metrics_tally *tally, const char *channel, const char *provider)
{
    for (size_t i = 0; i < tally->way_count; i++)
        if (text_equal(tally->ways[i].channel, channel) && text_equal(tally->ways[i].provider, provider))
            return &tally->ways[i];
    if (tally->way_count == tally->way_room) {
        size_t room = tally->way_room == 0 ? 8 : tally->way_room * 2;
        struct tally_way *more = arena_array(tally->arena, room, sizeof *more);
        if (tally->way_count > 0)
            memcpy(more, tally->ways, tally->way_count * sizeof *more);
        tally->ways = more;
        tally->way_room = room;
    }
    struct tally_way *way = &tally->ways[tally->way_count++];
    *way = (struct tally_way){.channel = arena_copy(tally->arena, channel),
                              .provider = arena_copy(tally->arena, provider)};
    return way;
}

void tally_add(struct metrics_tally *tally, const struct logged_event *logged)
{
    const struct event *event = &logged->event;
    int outcome = outcome_of(event->kind);

    if (logged->seq <= tally->seq)
        return;
    tally->seq = logged->seq;
    tally->events[event->kind]++;
    if (outcome >= 0 && !text_empty(event->channel))
        way_of(tally, event->channel, event->provider)->by_outcome[outcome]++;
    if (event->kind == EVENT_ACCEPTED)
        tally->accepted_at = event->at;
    if (event->kind == EVENT_RELOADED || event->kind == EVENT_STARTED)
        tally->reloaded_at = event->at;
    if (event->kind == EVENT_RELOADED || event->kind == EVENT_STARTED || event->kind == EVENT_RELOAD_FAILED)
        tally->reload_failed = event->kind == EVENT_RELOAD_FAILED;
}

/* ---- as the state keeps it ---- */

const char *tally_text(const struct metrics_tally *tally, struct arena *arena)
{
    struct text out;

    text_init(&out, arena);
    text_addf(&out, "seq %" PRId64 "\n", tally->seq);
    text_addf(&out, "last %" PRId64 " %" PRId64 " %d\n", tally->accepted_at, tally->reloaded_at, tally->reload_failed);
    for (int i = 0; i < EVENT_COUNT; i++)
        if (tally->events[i] > 0)
            text_addf(&out, "event %s %" PRId64 "\n", names_word(&event_names, i), tally->events[i]);
    for (size_t i = 0; i < tally->way_count; i++) {
        const struct tally_way *way = &tally->ways[i];
        text_addf(&out, "way %s %s", way->channel, text_empty(way->provider) ? "-" : way->provider);
        for (int k = 0; k < TALLY_OUTCOMES; k++)
            text_addf(&out, " %" PRId64, way->by_outcome[k]);
        text_add(&out, "\n");
    }
    return out.data;
}

static void read_event(struct metrics_tally *tally, const char *line)
{
    char word[64];
    int64_t count;

    if (sscanf(line, "event %63s %" SCNd64, word, &count) != 2 || count < 0)
        return;
    int kind = names_find(&event_names, word);
    if (kind >= 0)
        tally->events[kind] = count;
}

static void read_way(struct metrics_tally *tally, const char *line)
{
    char channel[32], provider[128];
    int64_t n[TALLY_OUTCOMES];

    if (sscanf(line, "way %31s %127s %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64, channel,
               provider, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5]) != 2 + TALLY_OUTCOMES)
        return;
    struct tally_way *way = way_of(tally, channel, text_equal(provider, "-") ? "" : provider);
    memcpy(way->by_outcome, n, sizeof n);
}

static void read_line(struct metrics_tally *tally, const char *line)
{
    int failed;

    if (sscanf(line, "last %" SCNd64 " %" SCNd64 " %d", &tally->accepted_at, &tally->reloaded_at, &failed) == 3)
        tally->reload_failed = failed != 0;
    else if (sscanf(line, "seq %" SCNd64, &tally->seq) != 1) {
        read_event(tally, line);
        read_way(tally, line);
    }
}

void tally_read(struct metrics_tally *tally, const char *text)
{
    while (!text_empty(text)) {
        size_t length = strcspn(text, "\n");

        read_line(tally, arena_printf(tally->arena, "%.*s", (int)length, text));
        text += length + (text[length] == '\n');
    }
}
