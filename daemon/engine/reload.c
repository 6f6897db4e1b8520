/*
 * Reload (DESIGN 9): a throw-away child reads the configuration first, since
 * libconfig ends the process on some mistakes; then it is read here, and all of
 * it is swapped or nothing.  What is claimed is not altered (I11).  The merge
 * that follows decides everybody anew and counts what that changes (RULES R37).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <syslog.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/written.h"
#include "engine/loop.h"
#include "engine/reload_report.h"
#include "engine/use.h"
#include "engine/work.h"

enum { CHILD_CPU_S = 30, HURRY_MS = 45000 };

static void read_in_child(const char *file)
{
    struct rlimit cpu = {CHILD_CPU_S, CHILD_CPU_S}, core = {0, 0};
    struct arena *arena = arena_new(0);
    struct findings findings;
    struct config *config;

    setrlimit(RLIMIT_CPU, &cpu);
    setrlimit(RLIMIT_CORE, &core);
    findings_init(&findings, arena);
    config_load(file, 0, &config, &findings);
    _exit(0);
}

/* Of the clock that systemd compares with its own. */
static int64_t monotonic_usec(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int reload_begin(struct engine *engine, int64_t request, struct err *err)
{
    if (engine->reloading || engine->merge.request != 0) {
        engine->reload_again = true; /* a signal while another one is under way */
        return 0;
    }
    pid_t child = fork();

    if (child == 0)
        read_in_child(engine->config->settings.file);
    if (child < 0)
        return request_reply(engine, request, false, "cannot start a process to read the configuration; try again",
                             err);
    engine->reloading = true;
    engine->merge.request = request;
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, monotonic_usec());
    return loop_watch_child(engine, child, err);
}

/* ---- findings and answers ---- */

static const char *all_findings(const struct findings *findings, struct arena *arena)
{
    struct text text;

    text_init(&text, arena);
    for (size_t i = 0; i < findings->count; i++)
        text_addf(&text, "%s\n", finding_line(&findings->list[i], arena));
    return text.data;
}

/* The findings as one line: an event has no more. */
static const char *in_one_line(const char *text, struct arena *arena)
{
    struct text line;
    size_t length = strlen(text);

    while (length > 0 && text[length - 1] == '\n')
        length--;
    text_init(&line, arena);
    for (size_t i = 0; i < length; i++)
        text_add_n(&line, text[i] == '\n' ? "; " : text + i, text[i] == '\n' ? 2 : 1);
    return line.data;
}

static int failed(struct engine *engine, const char *text, struct err *err)
{
    int64_t request = engine->merge.request;

    engine->merge.request = 0;
    if (engine_event(engine, EVENT_RELOAD_FAILED, REASON_NONE, in_one_line(text, engine->work), err) != 0)
        return -1;
    return request_reply(engine, request, false, text, err);
}

/* ---- settings that are read once ---- */

static const struct fixed_setting {
    const char *name;
    size_t offset;
} fixed_settings[] = {
    {"ledger.path", offsetof(struct settings, ledger_path)},
    {"ledger.driver", offsetof(struct settings, ledger_driver)},
    {"state.directory", offsetof(struct settings, state_directory)},
    {"witness", offsetof(struct settings, witness)},
    {"sender.socket", offsetof(struct settings, sender_socket)},
};

static void note_restart(const struct config *old, const struct config *new, struct findings *findings)
{
    for (size_t i = 0; i < sizeof fixed_settings / sizeof *fixed_settings; i++) {
        const char *before, *after;
        memcpy(&before, (const char *)&old->settings + fixed_settings[i].offset, sizeof before);
        memcpy(&after, (const char *)&new->settings + fixed_settings[i].offset, sizeof after);
        if (!text_equal(before, after))
            findings_add(findings, SEVERITY_WARNING, new->settings.file, 0,
                         "%s: takes effect when dunningd is restarted", fixed_settings[i].name);
    }
}

/* Who sent a signal gets no answer, so what is worth a look is said in the journal as well. */
static void tell_findings(const struct engine *engine, const struct findings *findings, struct arena *arena)
{
    for (size_t i = 0; i < findings->count; i++)
        journal_note(&engine->journal, NOTE_FINDING, "%s", finding_line(&findings->list[i], arena));
}

/* ---- the swap ---- */

static int swap(struct engine *engine, struct config *fresh, struct findings *findings, struct err *err)
{
    struct arena *arena = findings->arena;
    struct written_changes changes = written_compare(engine->config->written, fresh->written, arena);
    const char *notes = reload_notes(all_findings(findings, arena), &changes, arena);

    config_free(&engine->merge.former);
    free(engine->merge.notes);
    free(engine->merge.by_policy);
    engine->merge.former = engine->config;
    engine->merge.notes = arena_must(strdup(notes));
    engine->merge.by_policy = reload_counts_new(fresh);
    engine->config = fresh;
    ways_build(&engine->ways, fresh);
    engine->whole.seen_at = MOMENT_NONE;
    journal_reopen(&engine->journal, fresh->settings.status_log);
    merge_begin(engine, MERGE_FULL);
    if (engine->link.greeted && frames_providers(engine, err) != 0)
        journal_say(&engine->journal, LOG_WARNING, "%s", err->text);
    if (reload_remember(engine, err) != 0)
        return -1;
    return engine_event(engine, EVENT_RELOADED, REASON_NONE, reload_words(&changes, arena), err);
}

/* Rehearsed states and real providers do not meet by a reload either. */
static int take_over(struct engine *engine, struct config *fresh, struct findings *findings, struct err *err)
{
    struct err why = {0};

    if (use_mark(engine->state, fresh, engine->options.rehearsal, findings->arena, &why) != 0) {
        config_free(&fresh);
        return failed(engine, why.text, err);
    }
    note_restart(engine->config, fresh, findings);
    tell_findings(engine, findings, findings->arena);
    return swap(engine, fresh, findings, err);
}

int reload_go_on(struct engine *engine, bool well, struct err *err)
{
    struct arena *arena = arena_new(0);
    struct findings findings;
    struct config *fresh = NULL;
    int result;

    engine->reloading = false;
    findings_init(&findings, arena);
    if (!well) {
        result = failed(engine, "the configuration ends the process that reads it; undo the last change", err);
    } else if (config_load(engine->config->settings.file, engine->config->rulebook.generation + 1, &fresh, &findings) !=
               0) {
        result = failed(engine, all_findings(&findings, arena), err);
    } else {
        result = take_over(engine, fresh, &findings, err);
    }
    arena_free(&arena);
    sd_notify(0, "READY=1");
    engine->facts_wanted = true; /* requests that came meanwhile */
    return result;
}

/* ---- the answer ---- */

/* Whoever asked waits a minute at most; a blocked or a very long merge is not waited for. */
int reload_hurry(struct engine *engine, struct err *err)
{
    struct merge *merge = &engine->merge;
    int64_t request = merge->request;

    if (request == 0 || engine->reloading ||
        (engine->whole.blocked == REASON_NONE && clock_boot_ms() - merge->began_ms < HURRY_MS))
        return 0;
    merge->request = 0;
    const char *text = arena_printf(engine->work, "%sreloaded; what it changes is known when everybody was looked at\n",
                                    merge->notes ? merge->notes : "");
    return request_reply(engine, request, true, text, err);
}

static const char *last_line(const char *text)
{
    const char *end = strrchr(text, '\n');

    return end ? end + 1 : text;
}

int reload_compared(struct engine *engine, struct err *err)
{
    struct merge *merge = &engine->merge;
    int64_t request = merge->request;

    if (!merge->former)
        return 0;
    const char *change = reload_counts(engine, engine->work);
    const char *text = arena_printf(engine->work, "%s%s\n", merge->notes ? merge->notes : "", change);
    config_free(&merge->former);
    free(merge->by_policy);
    merge->by_policy = NULL;
    free(merge->notes);
    merge->notes = NULL;
    merge->request = 0;
    journal_note(&engine->journal, NOTE_CHANGES, "%s", last_line(change));
    engine->facts_wanted = true;
    return request_reply(engine, request, true, text, err);
}
