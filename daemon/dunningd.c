/*
 * dunningd: the engine's program, dunningd(8).
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/parse.h"
#include "config/config.h"
#include "engine/engine.h"

struct run_options {
    struct engine_options engine;
    const char *config, *as_of;
    bool check, version, help;
};

enum option_id { OPTION_CONFIG, OPTION_ONCE, OPTION_AS_OF, OPTION_PROGRESS, OPTION_CHECK, OPTION_VERSION, OPTION_HELP };

/* One row per option: getopt's table and the help are made from it. */
static const struct option_row {
    const char *name, *argument, *sentence;
} option_rows[] = {
    [OPTION_CONFIG] = {"config", "FILE", "the configuration; /etc/dunningd/dunningd.conf"},
    [OPTION_ONCE] = {"once", NULL, "one complete pass: look, decide, deliver what is due, wait for the outcomes, end"},
    [OPTION_AS_OF] = {"as-of", "YYYY-MM-DDTHH:MM", "with --once: a rehearsal at that local time; drop providers only"},
    [OPTION_PROGRESS] = {"progress", NULL, "with --once: show on standard error how far it is"},
    [OPTION_CHECK] = {"check", NULL, "read everything, say what is wrong, end"},
    [OPTION_VERSION] = {"version", NULL, "print the version"},
    [OPTION_HELP] = {"help", NULL, "print this"},
};
#define OPTION_COUNT (sizeof option_rows / sizeof *option_rows)

static void print_help(void)
{
    printf("usage: dunningd [--config FILE] [--once [--as-of YYYY-MM-DDTHH:MM] [--progress]] [--check]\n\n"
           "Watches the invoice store and sends what the policies say is due.\n\n");
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        char word[64];
        snprintf(word, sizeof word, "--%s%s%s", row->name, row->argument ? " " : "",
                 row->argument ? row->argument : "");
        printf("  %-26s %s\n", word, row->sentence);
    }
    printf("\nexample: dunningd --config /etc/dunningd/dunningd.conf --once\n");
}

/* ---- the command line ---- */

static void take_option(enum option_id id, struct run_options *options)
{
    switch (id) {
    case OPTION_CONFIG:
        options->config = optarg;
        break;
    case OPTION_ONCE:
        options->engine.once = true;
        break;
    case OPTION_AS_OF:
        options->as_of = optarg;
        break;
    case OPTION_PROGRESS:
        options->engine.progress = true;
        break;
    case OPTION_CHECK:
        options->check = true;
        break;
    case OPTION_VERSION:
        options->version = true;
        break;
    case OPTION_HELP:
        options->help = true;
        break;
    }
}

static int check_options(struct run_options *options, struct err *err)
{
    if (options->as_of && !options->engine.once)
        return err_set(err, ERR_USAGE, "--as-of is for --once only");
    if (options->engine.progress && !options->engine.once)
        return err_set(err, ERR_USAGE, "--progress is for --once only");
    if (!options->as_of)
        return 0;
    options->engine.rehearsal = true;
    if (!parse_local(options->as_of, &options->engine.as_of, &options->engine.as_of_seconds))
        return err_set(err, ERR_USAGE, "--as-of %s: give a local time such as 2026-11-24T09:00", options->as_of);
    return 0;
}

static int read_options(int argc, char **argv, struct run_options *options, struct err *err)
{
    struct option table[OPTION_COUNT + 1] = {{NULL, 0, NULL, 0}};
    int id;

    for (size_t i = 0; i < OPTION_COUNT; i++)
        table[i] = (struct option){option_rows[i].name, option_rows[i].argument ? required_argument : no_argument, NULL,
                                   (int)i};
    opterr = 0;
    while ((id = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (id < 0 || id >= (int)OPTION_COUNT)
            return err_set(err, ERR_USAGE, "%s: unknown option, or its argument is missing; dunningd --help lists them",
                           argv[optind - 1]);
        take_option((enum option_id)id, options);
    }
    if (optind < argc)
        return err_set(err, ERR_USAGE, "%s: no arguments are taken; dunningd --help lists the options", argv[optind]);
    return check_options(options, err);
}

/* ---- the configuration ---- */

static void print_findings(const struct findings *findings, struct arena *arena)
{
    struct journal journal = {.quiet = false};

    journal_begin(&journal);
    for (size_t i = 0; i < findings->count; i++) {
        const char *line = finding_line(&findings->list[i], arena);
        if (journal_listens(&journal))
            journal_note(&journal, NOTE_FINDING, "%s", line);
        else
            fprintf(stderr, "%s\n", line);
    }
    journal_done(&journal);
}

static struct config *load(const char *file, struct err *err)
{
    struct arena *arena = arena_new(0);
    struct config *config = NULL;
    struct findings findings;

    findings_init(&findings, arena);
    if (config_load(file, 1, &config, &findings) != 0)
        err_set(err, ERR_CONFIG, "%s: %zu %s to be mended", file, findings.errors,
                findings.errors == 1 ? "mistake has" : "mistakes have");
    print_findings(&findings, arena);
    arena_free(&arena);
    return config;
}

static int check(struct config *config, struct err *err)
{
    const struct settings *settings = &config->settings;
    struct ledger *ledger = NULL;
    int result = ledger_open(&ledger, settings->ledger_driver, settings->ledger_path, LEDGER_WATCH, err);

    if (result == 0)
        printf("%s: good: %zu policies, %zu providers, ledger %s\n", settings->file, config->rulebook.policy_count,
               config->provider_count, settings->ledger_path);
    ledger_close(&ledger);
    config_free(&config);
    return result;
}

/* ---- the run ---- */

static int run(const struct run_options *options, struct config *config, struct err *err)
{
    struct engine *engine = arena_must(calloc(1, sizeof *engine));

    int status = engine_start(engine, &options->engine, config, err);
    if (status == 0)
        status = engine_run(engine, err);
    if (status == 0 && options->engine.once)
        printf("%lld notices planned, %lld messages accepted\n", (long long)engine->planned, (long long)engine->sent);
    engine_close(engine);
    free(engine);
    return status;
}

static int perform(int argc, char **argv, struct err *err)
{
    struct run_options options = {.config = "/etc/dunningd/dunningd.conf"};

    options.engine.sender = "";
    options.engine.sender_fd = -1;
    if (read_options(argc, argv, &options, err) != 0)
        return -1;
    if (options.help)
        print_help();
    if (options.version)
        printf("dunningd %s\n", DUNNINGD_VERSION);
    if (options.help || options.version)
        return 0;
    struct config *config = load(options.config, err);
    if (!config)
        return -1;
    return options.check ? check(config, err) : run(&options, config, err);
}

/* What ended it, at its start or later. */
static void say_why_not(const struct err *err)
{
    struct journal journal = {.quiet = false};

    journal_begin(&journal);
    journal_note(&journal, NOTE_NOT_STARTED, "%s", err->text);
    journal_done(&journal);
}

int main(int argc, char **argv)
{
    struct err err = {.code = ERR_NONE};

    umask(0077);
    int status = perform(argc, argv, &err);
    if (status >= 0)
        return status;
    say_why_not(&err);
    return err.code == ERR_NONE ? ERR_FAILED : (int)err.code;
}
