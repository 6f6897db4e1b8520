/* Counting what is new, and writing the file of metrics. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/metrics.h"
#include "engine/work.h"

enum {
    EACH_MS = 15000,
    SLICE_EVENTS = 5000, /* read at once: a state may have years of them the first time */
};

static const char kept_key[] = "metrics";

struct metrics {
    struct arena *arena;
    struct metrics_tally tally;
    int64_t kept_seq; /* of the tally in the state */
    int64_t next_ms;  /* of the boot clock: when the file is written next */
    moment_t started_at;
    bool complained;
};

/* ---- the file ---- */

static int put_bytes(int fd, const char *text)
{
    size_t length = strlen(text);

    while (length > 0) {
        ssize_t n = write(fd, text, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        text += n;
        length -= (size_t)n;
    }
    return fchmod(fd, 0644);
}

int metrics_put(const char *path, const char *text, struct err *err)
{
    char temporary[4096];

    /* The collector reads names that end in .prom only. */
    if (snprintf(temporary, sizeof temporary, "%s.new", path) >= (int)sizeof temporary)
        return err_set(err, ERR_CONFIG, "metrics: the path is too long");
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0644);
    if (fd < 0)
        return err_set(err, ERR_FAILED, "%s: cannot be written: %s", temporary, strerror(errno));
    int result = put_bytes(fd, text);
    int fault = errno;
    close(fd);
    if (result == 0 && rename(temporary, path) == 0)
        return 0;
    if (result == 0)
        fault = errno;
    unlink(temporary);
    return err_set(err, ERR_FAILED, "%s: cannot be written: %s", path, strerror(fault));
}

/* ---- counting ---- */

static int tally_begin(struct engine *engine, struct err *err)
{
    struct arena *arena = arena_new(0);
    struct metrics *metrics = arena_alloc(arena, sizeof *metrics);
    const char *kept;

    *metrics = (struct metrics){.arena = arena};
    engine->metrics = metrics;
    tally_init(&metrics->tally, metrics->arena);
    metrics->started_at = engine_now(engine);
    if (state_get(engine->state, kept_key, metrics->arena, &kept, err) != 0)
        return -1;
    tally_read(&metrics->tally, kept);
    metrics->kept_seq = metrics->tally.seq;
    return 0;
}

/* 1: there is more. */
static int tally_more(struct engine *engine, struct err *err)
{
    struct metrics *metrics = engine->metrics;
    struct event_filter filter = {.customer = "",
                                  .invoice = "",
                                  .kind = -1,
                                  .since = MOMENT_NONE,
                                  .after_seq = metrics->tally.seq,
                                  .limit = SLICE_EVENTS};
    struct event_list found;

    if (state_events(engine->state, &filter, engine->work, &found, err) != 0)
        return -1;
    for (size_t i = 0; i < found.count; i++)
        tally_add(&metrics->tally, &found.list[i]);
    return found.count == SLICE_EVENTS;
}

/* Where the counts stand goes into the state, so that years of events are read once. */
static int tally_keep(struct engine *engine, struct err *err)
{
    struct metrics *metrics = engine->metrics;

    if (metrics->tally.seq == metrics->kept_seq)
        return 0;
    if (engine_begin(engine, err) != 0)
        return -1;
    if (state_set(engine->state, kept_key, tally_text(&metrics->tally, engine->work), err) != 0) {
        engine_rollback(engine);
        return -1;
    }
    metrics->kept_seq = metrics->tally.seq;
    return engine_commit(engine, err);
}

/* ---- the scene ---- */

static const char *hindrance(const struct engine *engine)
{
    if (engine->whole.blocked != REASON_NONE)
        return names_word(&reason_names, (int)engine->whole.blocked);
    switch (engine->held) {
    case SEND_FREELY:
        break;
    case SEND_BREAKER:
        return "breaker";
    case SEND_WITNESS:
        return "send_log";
    }
    return "";
}

static int write_file(struct engine *engine, bool running, struct err *err)
{
    struct metrics *metrics = engine->metrics;
    struct metrics_scene scene = {.tally = &metrics->tally,
                                  .blocked = hindrance(engine),
                                  .running = running,
                                  .connected = running && engine->link.open,
                                  .started_at = metrics->started_at,
                                  .state_cache = state_cache_bytes(engine->state),
                                  .ledger_cache = ledger_cache_bytes(engine->watch) + ledger_cache_bytes(engine->scan) +
                                                  ledger_cache_bytes(engine->gate)};
    struct state_counts counts;
    struct ledger_marks marks;
    struct err why = {0};

    if (state_counts(engine->state, engine_now(engine) - DAY_SECONDS, &counts, err) != 0 ||
        state_next_wake(engine->state, &scene.next_look, err) != 0)
        return -1;
    /* A ledger that cannot be read now is told elsewhere. */
    if (ledger_feed(engine->watch, engine->work, &marks, &why) != 0)
        marks.count = 0;
    scene.counts = &counts;
    scene.marks = &marks;
    const char *path = engine->config->settings.metrics;
    bool put = metrics_put(path, metrics_text(&scene, engine->work), &why) == 0;
    if (!put && !metrics->complained)
        journal_say(&engine->journal, LOG_WARNING, "metrics: %s; tried again every %d s", why.text, EACH_MS / 1000);
    metrics->complained = !put;
    return 0;
}

int64_t metrics_due_ms(const struct engine *engine)
{
    bool wanted = !text_empty(engine->config->settings.metrics) && !engine->options.once;

    if (!wanted)
        return INT64_MAX;
    return engine->metrics ? engine->metrics->next_ms : 0;
}

int metrics_step(struct engine *engine, struct err *err)
{
    int64_t now = clock_boot_ms();

    if (now < metrics_due_ms(engine))
        return 0;
    arena_reset(engine->work);
    if (!engine->metrics && tally_begin(engine, err) != 0)
        return -1;
    int more = tally_more(engine, err);
    if (more != 0)
        return more;
    engine->metrics->next_ms = now + EACH_MS;
    if (tally_keep(engine, err) != 0)
        return -1;
    return write_file(engine, true, err);
}

int metrics_last(struct engine *engine, struct err *err)
{
    int more = 1;

    if (text_empty(engine->config->settings.metrics))
        return 0;
    if (!engine->metrics && tally_begin(engine, err) != 0)
        return -1;
    while (more == 1) {
        arena_reset(engine->work);
        more = tally_more(engine, err);
    }
    if (more < 0 || tally_keep(engine, err) != 0)
        return -1;
    return write_file(engine, false, err);
}

void metrics_free(struct metrics **metrics)
{
    if (!*metrics)
        return;
    struct arena *arena = (*metrics)->arena;

    *metrics = NULL;
    arena_free(&arena);
}
