#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <systemd/sd-daemon.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/gate.h"
#include "engine/loop.h"
#include "engine/pulse.h"
#include "engine/reload_report.h"
#include "engine/use.h"
#include "engine/work.h"
#include "store/send_note.h"

/* sd-event reads signals from a descriptor; they must not arrive otherwise. */
static void block_signals(void)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGCHLD};
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaddset(&set, numbers[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static void set_blank(struct engine *engine, const struct engine_options *options, struct config *config)
{
    *engine = (struct engine){.options = *options, .config = config};
    link_init(&engine->link);
    if (options->sender_fd >= 0)
        link_adopt(&engine->link, options->sender_fd);
    engine->work = arena_new(0);
    engine->scratch = arena_new(0);
    engine->whole = (struct whole){.arena = arena_new(0), .seen_at = MOMENT_NONE, .why = ""};
    engine->clock =
        (struct clock_watch){.fixed = MOMENT_NONE, .highest = MOMENT_NONE, .saved = MOMENT_NONE, .wall = MOMENT_NONE};
    engine->journal = (struct journal){.fd = -1, .path = "", .quiet = options->progress};
    engine->summary_day = DAY_NONE;
    engine->facts_wanted = engine->dispatch_wanted = engine->plan_changed = true;
    if (options->rehearsal)
        engine->clock.fixed = zone_moment(config->rulebook.zone, options->as_of, options->as_of_seconds);
}

/* ---- the sender, before any database handle exists ---- */

static int start_sender(struct engine *engine, struct err *err)
{
    const struct settings *settings = &engine->config->settings;

    engine->pulse.began_ms = clock_boot_ms();
    if (engine->link.fd >= 0 || !text_empty(settings->sender_socket))
        return 0; /* given already, or a service of its own that is looked for when the loop runs */
    engine->pulse.spawns = 1;
    return link_spawn(&engine->link, engine->options.sender, settings->credentials_dir, err);
}

/* ---- the stores ---- */

static int open_ledgers(struct engine *engine, struct err *err)
{
    const struct settings *settings = &engine->config->settings;
    const char *driver = settings->ledger_driver, *path = settings->ledger_path;

    if (ledger_open(&engine->watch, driver, path, LEDGER_WATCH, err) != 0 ||
        ledger_open(&engine->scan, driver, path, LEDGER_SCAN, err) != 0)
        return -1;
    return ledger_open(&engine->gate, driver, path, LEDGER_GATE, err);
}

static int open_stores(struct engine *engine, struct err *err)
{
    const struct settings *settings = &engine->config->settings;
    int64_t synced = 0;
    bool torn = false;

    if (state_open(&engine->state, settings->state_directory, engine->options.once ? STATE_ONCE : STATE_ENGINE, err) !=
        0)
        return -1;
    if (journal_init(&engine->journal, settings->status_log, engine->state, err) != 0 ||
        open_ledgers(engine, err) != 0 || engine_get_number(engine, WITNESS_SYNCED, 0, &synced, err) != 0 ||
        witness_open(&engine->witness, settings->witness, synced, &torn, err) != 0 ||
        send_notes_open(&engine->notes, settings->witness, err) != 0)
        return -1;
    if (torn)
        journal_note(&engine->journal, NOTE_SEND_LOG_TORN, "%s: the last line was torn and is cut off",
                     settings->witness);
    if (witness_lacks_lines(engine->witness))
        journal_note(&engine->journal, NOTE_SEND_LOG_SHORT,
                     "%s: lines up to %" PRId64 " were written once and are missing; what may have been sent since "
                     "is uncertain",
                     settings->witness, synced);
    return 0;
}

/* ---- what the state remembers ---- */

static int read_clock(struct engine *engine, struct err *err)
{
    struct clock_watch *clock = &engine->clock;
    char id[BOOT_ID_SIZE], known[BOOT_ID_SIZE];
    const char *pair;
    int64_t boot, wall;

    if (engine_get_number(engine, "highest_wall", MOMENT_NONE, &clock->highest, err) != 0 ||
        state_get(engine->state, "clock", engine->work, &pair, err) != 0)
        return -1;
    clock->saved = clock->highest;
    if (sscanf(pair, "%39s %" SCNd64 " %" SCNd64, known, &boot, &wall) == 3 && text_equal(known, clock_boot_id(id))) {
        clock->boot = boot;
        clock->wall = wall;
    }
    return 0;
}

static int read_memory(struct engine *engine, struct err *err)
{
    if (read_clock(engine, err) != 0 || engine_get_number(engine, "ledger_seq", 0, &engine->ledger_seq, err) != 0 ||
        engine_get_number(engine, "merged_at", MOMENT_NONE, &engine->merged_at, err) != 0)
        return -1;
    return engine_get_number(engine, "ramp_from", MOMENT_NONE, &engine->ramp_from, err);
}

static int begin_work(struct engine *engine, struct err *err)
{
    ways_build(&engine->ways, engine->config);
    merge_begin(engine, engine->merged_at == MOMENT_NONE ? MERGE_FIRST : MERGE_FULL);
    if (recover_start(engine, err) != 0 || intake_poll(engine, err) != 0)
        return -1;
    if (engine->options.once)
        return 0;
    if (reload_remember(engine, err) != 0)
        return -1;
    return engine_event(engine, EVENT_STARTED, REASON_NONE, "version=" DUNNINGD_VERSION, err);
}

int engine_start(struct engine *engine, const struct engine_options *options, struct config *config, struct err *err)
{
    set_blank(engine, options, config);
    block_signals();
    if (use_allowed(config, options->rehearsal, err) != 0 || start_sender(engine, err) != 0 ||
        open_stores(engine, err) != 0)
        return -1;
    arena_reset(engine->work);
    if (use_mark(engine->state, config, options->rehearsal, engine->work, err) != 0 || read_memory(engine, err) != 0 ||
        begin_work(engine, err) != 0)
        return -1;
    return loop_new(engine, err);
}

/* ---- the run ---- */

static void watchdog_init(struct engine *engine)
{
    uint64_t usec = 0;

    if (sd_watchdog_enabled(0, &usec) > 0)
        engine->pulse.watchdog_ms = (int64_t)(usec / 1000);
}

/* The last words, and how far the journal got: what was told is not told again at the next start. */
static void say_goodbye(struct engine *engine)
{
    const struct journal *journal = &engine->journal;
    struct err err = {0};
    int result = 0;

    if (state_broken(engine->state))
        return;
    if (!engine->options.once)
        result = engine_event(engine, EVENT_STOPPED, REASON_NONE, "", &err);
    if (result == 0 && (journal->told != journal->saved_told || journal->logged != journal->saved_logged))
        result = engine_begin(engine, &err) == 0 ? engine_commit(engine, &err) : -1;
    if (result == 0)
        result = metrics_last(engine, &err);
    if (result != 0)
        journal_say(journal, LOG_WARNING, "%s", err.text);
}

int engine_run(struct engine *engine, struct err *err)
{

    watchdog_init(engine);
    if (engine->link.fd >= 0 && pulse_link_up(engine, err) != 0)
        return -1;
    if (engine->link.fd < 0 && pulse_tick(engine, err) != 0)
        return -1;
    sd_notify(0, "READY=1");
    int status = loop_run(engine, err);
    if (status >= 0)
        say_goodbye(engine);
    /* What the end writes into the database is the last that can fail, and closing would not say so. */
    if (status == 0 && state_checkpoint(engine->state, err) != 0)
        return -1;
    return status;
}

void engine_close(struct engine *engine)
{
    loop_free(engine);
    link_close(&engine->link);
    ledger_close(&engine->gate);
    ledger_close(&engine->scan);
    ledger_close(&engine->watch);
    send_notes_close(&engine->notes);
    witness_close(&engine->witness);
    state_close(&engine->state);
    journal_done(&engine->journal);
    flights_clear(&engine->flights);
    ways_clear(&engine->ways);
    free(engine->hands.list);
    free(engine->merge.after);
    free(engine->merge.notes);
    free(engine->merge.by_policy);
    config_free(&engine->merge.former);
    config_free(&engine->config);
    metrics_free(&engine->metrics);
    arena_free(&engine->whole.arena);
    arena_free(&engine->scratch);
    arena_free(&engine->work);
    link_wait(&engine->link, 5000);
}
