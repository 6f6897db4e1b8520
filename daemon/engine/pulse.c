#include "engine/pulse.h"

#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <systemd/sd-daemon.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/loop.h"
#include "engine/watchdog.h"
#include "engine/work.h"

enum {
    DRAIN_MS = 20000, /* DESIGN 9 */
    RECONNECT_FIRST_MS = 500,
    RECONNECT_MOST_MS = 30000,
    SENDER_PATIENCE_MS = 30000, /* of --once, with messages to send and no sender */
    SPAWNS_MOST = 3,            /* of --once */
    STATUS_MS = 5000,
    PROGRESS_MS = 200,
    BEHIND_MS = 1000, /* for a journal or a status log that takes nothing */
    WALL_S = 3600,    /* the highest wall time is stored at least this often */
};

/* ---- work ---- */

typedef int work_step(struct engine *engine, struct err *err);

/* In this order: what people said, who changed, who is due, what can leave, the long look at everybody. */
static work_step *const steps[] = {facts_step, intake_step,  round_step,  dispatch_step,
                                   merge_step, summary_step, metrics_step};

/* What the ledger or a lock could not give now may be there at the next tick; the state's own faults end the engine. */
static int work_fault(struct engine *engine, const struct err *why, struct err *err)
{
    struct pulse *pulse = &engine->pulse;

    if (state_broken(engine->state) || engine->options.once)
        return err_set(err, why->code, "%s", why->text);
    if (!text_equal(pulse->complaint, why->text))
        journal_note(&engine->journal, NOTE_FAULT, "%s", why->text);
    snprintf(pulse->complaint, sizeof pulse->complaint, "%s", why->text);
    return 0;
}

static void show_progress(struct engine *engine, bool last)
{
    int64_t now = clock_boot_ms(), sum = engine->merge.customers + engine->planned + engine->sent;

    if (!engine->options.progress || (!last && now - engine->pulse.shown_ms < PROGRESS_MS) ||
        (!last && sum == engine->pulse.shown_sum))
        return;
    engine->pulse.shown_ms = now;
    engine->pulse.shown_sum = sum;
    fprintf(stderr, "\r%lld customers looked at, %lld notices planned, %lld messages accepted%s",
            (long long)engine->merge.customers, (long long)engine->planned, (long long)engine->sent, last ? "\n" : "");
}

/* Is a sender needed that has not listed yet what it has in hand: to send, or to say what became of a `yes`? */
static int waits_for_sender(struct engine *engine, bool *waits, struct err *err)
{
    struct attempt_list committing;
    moment_t claim;

    *waits = false;
    if (engine->link.open || engine->link.mismatched)
        return 0;
    arena_reset(engine->scratch);
    if (state_next_claim(engine->state, &claim, err) != 0 ||
        state_attempts(engine->state, ATTEMPT_COMMITTING, engine->scratch, &committing, err) != 0)
        return -1;
    bool sends = claim <= engine_now(engine) && engine->whole.blocked == REASON_NONE && engine->held != SEND_WITNESS;
    *waits = sends || committing.count > 0;
    return 0;
}

/* --once is over when nothing is to do and nothing is on its way. */
static int once_over(struct engine *engine, bool *over, struct err *err)
{
    bool waits;

    *over = false;
    if (engine->flights.count > 0 || engine->link.first || engine->dispatch_retry_ms != 0)
        return 0;
    if (waits_for_sender(engine, &waits, err) != 0)
        return -1;
    *over = !waits;
    return 0;
}

static int end_status(const struct engine *engine)
{
    if (engine->failed)
        return ERR_FAILED;
    return engine->options.once && engine->held == SEND_WITNESS ? ERR_REFUSED : 0;
}

static int idle(struct engine *engine, struct err *err)
{
    bool over = false;

    if (engine->stopping)
        over = flights_committed(&engine->flights) == 0 || clock_boot_ms() >= engine->pulse.drain_until_ms;
    else if (engine->options.once && once_over(engine, &over, err) != 0)
        return -1;
    if (over) {
        show_progress(engine, true);
        loop_end(engine, end_status(engine));
    }
    return 0;
}

int pulse_work(struct engine *engine, struct err *err)
{
    struct err why = {0};

    show_progress(engine, false);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        int did = steps[i](engine, &why);
        if (did > 0) {
            engine->pulse.complaint[0] = '\0';
            watchdog_busy(engine);
            return 1;
        }
        if (did < 0 && work_fault(engine, &why, err) != 0)
            return -1;
        if (did < 0) {
            watchdog_idle(engine);
            return engine->stopping ? idle(engine, err) : 0; /* work that fails does not keep it from stopping */
        }
    }
    watchdog_idle(engine);
    return idle(engine, err);
}

/* ---- the sender ---- */

int pulse_link_up(struct engine *engine, struct err *err)
{
    const struct settings *settings = &engine->config->settings;
    struct link *link = &engine->link;
    int result;

    if (link->fd < 0) {
        engine->pulse.spawns++;
        result = text_empty(settings->sender_socket)
                     ? link_spawn(link, engine->options.sender, settings->credentials_dir, err)
                     : link_connect(link, settings->sender_socket, err);
        if (result != 0)
            return -1;
    }
    engine->hands.count = 0;
    if (frames_hello(engine) != 0)
        return err_set(err, ERR_FAILED, "the sender is gone before it was greeted");
    return loop_watch_link(engine, err);
}

static void reconnect_later(struct engine *engine)
{
    struct pulse *pulse = &engine->pulse;

    pulse->wait_ms = pulse->wait_ms == 0 ? RECONNECT_FIRST_MS : pulse->wait_ms * 2;
    if (pulse->wait_ms > RECONNECT_MOST_MS)
        pulse->wait_ms = RECONNECT_MOST_MS;
    pulse->reconnect_ms = clock_boot_ms() + pulse->wait_ms;
}

int pulse_link_lost(struct engine *engine, struct err *err)
{
    link_close(&engine->link);
    link_wait(&engine->link, 2000);
    if (engine->stopping)
        return 0;
    if (engine->options.once && engine->pulse.spawns >= SPAWNS_MOST)
        return err_set(err, ERR_FAILED, "the sender ended several times; see what it says above");
    journal_note(&engine->journal, NOTE_SENDER, "the sender is gone; what it has in hand is known when it is back");
    reconnect_later(engine);
    return 0;
}

/* Is the sender there?  Tries again when it is time. */
static int look_for_sender(struct engine *engine, struct err *err)
{
    struct pulse *pulse = &engine->pulse;
    struct err why = {0};

    if (engine->link.open)
        pulse->wait_ms = 0;
    if (engine->link.fd >= 0 || engine->stopping || clock_boot_ms() < pulse->reconnect_ms)
        return 0;
    if (pulse_link_up(engine, &why) == 0)
        return 0;
    bool forked = text_empty(engine->config->settings.sender_socket);
    if (engine->options.once && (forked || clock_boot_ms() - pulse->began_ms > SENDER_PATIENCE_MS))
        return err_set(err, why.code, "%s", why.text);
    if (pulse->wait_ms == 0)
        journal_note(&engine->journal, NOTE_SENDER, "%s", why.text);
    link_close(&engine->link);
    reconnect_later(engine);
    return 0;
}

/* ---- the tick ---- */

static int tick_wall(struct engine *engine, struct err *err)
{
    moment_t now = engine_now(engine);

    if (engine->clock.fixed != MOMENT_NONE || engine->whole.blocked == REASON_CLOCK ||
        (engine->clock.saved != MOMENT_NONE && now - engine->clock.saved < WALL_S))
        return 0;
    return engine_begin(engine, err) != 0 ? -1 : engine_commit(engine, err);
}

static int tick_dispatch(struct engine *engine, struct err *err)
{
    moment_t claim;

    if (state_next_claim(engine->state, &claim, err) != 0)
        return -1;
    if (claim <= engine_now(engine))
        engine->dispatch_wanted = true;
    engine->dispatch_retry_ms = 0;
    return 0;
}

static void tick_merge(struct engine *engine)
{
    moment_t now = engine_now(engine);

    if (!engine->options.once && engine->merge.kind == MERGE_NONE && engine->merged_at != MOMENT_NONE &&
        now - engine->merged_at >= engine->config->settings.reconcile_s)
        merge_begin(engine, MERGE_FULL);
}

static void tell_status(struct engine *engine)
{
    struct pulse *pulse = &engine->pulse;

    if (engine->options.once || !getenv("NOTIFY_SOCKET") || clock_boot_ms() - pulse->status_ms < STATUS_MS)
        return;
    pulse->status_ms = clock_boot_ms();
    arena_reset(engine->scratch);
    sd_notifyf(0, "STATUS=%s", status_text(engine, engine->scratch));
}

int pulse_tick(struct engine *engine, struct err *err)
{
    struct err why = {0};

    if (look_for_sender(engine, err) != 0)
        return -1;
    if (engine->journal.behind &&
        journal_follow(&engine->journal, engine->state, engine->config->rulebook.zone, &why) != 0)
        return work_fault(engine, &why, err);
    tick_merge(engine);
    if (intake_poll(engine, &why) != 0 || tick_wall(engine, &why) != 0 || tick_dispatch(engine, &why) != 0 ||
        reload_hurry(engine, &why) != 0)
        return work_fault(engine, &why, err);
    tell_status(engine);
    return 0;
}

static int64_t sooner(int64_t wait_ms, int64_t other)
{
    int64_t other_ms = other < 0 ? 0 : other;

    return other_ms < wait_ms ? other_ms : wait_ms;
}

/* A moment that lies ahead, as milliseconds from now. */
static int64_t sooner_moment(int64_t wait_ms, moment_t at, moment_t now)
{
    if (at == MOMENT_NEVER || at <= now || at - now > 86400)
        return wait_ms;
    return sooner(wait_ms, (at - now) * 1000);
}

int pulse_next_ms(struct engine *engine, int64_t *wait_ms, struct err *err)
{
    const struct pulse *pulse = &engine->pulse;
    int64_t boot = clock_boot_ms(), wait = (int64_t)engine->config->settings.poll_interval_s * 1000;
    moment_t now = engine_now(engine), wake, claim;

    if (state_next_wake(engine->state, &wake, err) != 0 || state_next_claim(engine->state, &claim, err) != 0)
        return -1;
    if (engine->clock.fixed == MOMENT_NONE)
        wait = sooner_moment(sooner_moment(wait, wake, now), claim, now);
    if (engine->link.fd < 0 && !engine->stopping)
        wait = sooner(wait, pulse->reconnect_ms - boot);
    if (engine->dispatch_retry_ms != 0)
        wait = sooner(wait, engine->dispatch_retry_ms - boot);
    if (metrics_due_ms(engine) != INT64_MAX)
        wait = sooner(wait, metrics_due_ms(engine) - boot);
    if (pulse->watchdog_ms != 0)
        wait = sooner(wait, pulse->watchdog_ms / 3);
    if (engine->journal.behind)
        wait = sooner(wait, BEHIND_MS);
    if (engine->stopping)
        wait = sooner(wait, pulse->drain_until_ms - boot);
    *wait_ms = engine->options.once ? sooner(wait, 1000) : wait;
    return 0;
}

/* ---- the end ---- */

int pulse_stop(struct engine *engine, struct err *err)
{
    (void)err;
    if (engine->stopping)
        return 0;
    engine->stopping = true;
    engine->pulse.drain_until_ms = clock_boot_ms() + DRAIN_MS;
    sd_notify(0, "STOPPING=1\nSTATUS=stopping");
    return 0;
}

void engine_fail(struct engine *engine, const struct err *err)
{
    journal_say(&engine->journal, LOG_ERR, "%s", err->text);
    engine->failed = true;
    state_be_short(engine->state);
    loop_end(engine, ERR_FAILED);
}
