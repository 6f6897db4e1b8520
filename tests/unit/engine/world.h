/*
 * A small world for tests of the engine: configuration, ledger and state in a
 * folder of its own, and a scripted sender.  Included by one test each.
 */
#ifndef TEST_WORLD_H
#define TEST_WORLD_H

#include <fcntl.h>
#include <ftw.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "engine/engine.h"
#include "fake/sender.h"
#include "fake/test.h"
#include "store/facts.h"
#include "store/ledger_write.h"

struct world {
    char folder[64];
    struct engine *engine;
    struct fake_sender sender;
    const struct sender_row *rows;
    size_t row_count;
    const struct sender_seen *in_hand;
};

static inline const char *world_path(const struct world *world, const char *name)
{
    static char path[160];

    snprintf(path, sizeof path, "%s/%s", world->folder, name);
    return path;
}

static inline void world_write(const struct world *world, const char *name, const char *text)
{
    FILE *file = fopen(world_path(world, name), "we");

    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        fail_msg("%s cannot be written", name);
}

static inline char *world_read(const struct world *world, const char *name)
{
    static char text[65536];
    FILE *file = fopen(world_path(world, name), "re");
    size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0;

    if (file)
        fclose(file);
    text[n] = '\0';
    return text;
}

/* How often a text stands in a file. */
static inline int world_count(const struct world *world, const char *name, const char *part)
{
    int count = 0;

    for (const char *at = world_read(world, name); (at = strstr(at, part)) != NULL; at += strlen(part))
        count++;
    return count;
}

static inline void world_import(const struct world *world, enum import_kind kind, const char *csv)
{
    struct import_options options = {.date_format = "", .complete_until = MOMENT_NONE};
    struct arena *arena = arena_new(0);
    struct ledger_writer *writer;
    struct import_result result;
    struct findings findings;
    struct err err = {0};
    int fd = memfd_create("csv", MFD_CLOEXEC);

    findings_init(&findings, arena);
    if (fd < 0 || write(fd, csv, strlen(csv)) != (ssize_t)strlen(csv) || lseek(fd, 0, SEEK_SET) != 0)
        fail_msg("no memory file");
    if (ledger_writer_open(&writer, world_path(world, "ledger.db"), &err) != 0)
        fail_msg("%s", err.text);
    if (ledger_import(writer, &(struct import_source){kind, fd, "csv", &options}, &result, &findings, &err) != 0)
        fail_msg("%s%s", err.text, findings.count > 0 ? findings.list[0].text : "");
    ledger_writer_close(&writer);
    close(fd);
    arena_free(&arena);
}

static const char world_conf[] =
    "business = { name = \"Example GmbH\"; email = \"accounts@example.invalid\"; };\n"
    "timezone = \"UTC\"; language = \"en\"; country = \"DE\";\n"
    "ledger = { path = \"ledger.db\"; max_age = \"never\"; };\n"
    "state = { directory = \"state\"; };\n"
    "directories = { policies = \"policies\"; providers = \"providers\"; templates = \"templates\";\n"
    "                calendars = \"calendars\"; };\n"
    "channels = { email = [\"box\"]; };\n"
    "status_log = \"status.log\";\n";

static const char world_policy[] =
    "policy = { name = \"plain\"; steps = (\n"
    "  { name = \"first\"; action = \"remind\"; at = \"due + 3d\"; send = [\"email\"]; template = \"t\"; },\n"
    "  { name = \"second\"; action = \"remind\"; at = \"due + 10d\"; send = [\"email\"]; template = \"t\"; }\n"
    "); };\n";

static inline void world_limits(const struct world *world, const char *limits)
{
    char text[2048];

    snprintf(text, sizeof text, "%slimits = { %s };\n", world_conf, limits);
    world_write(world, "dunningd.conf", text);
}

static inline void world_make(struct world *world)
{
    static const char *const folders[] = {"policies", "providers", "templates", "templates/en", "calendars", "outbox"};

    *world = (struct world){.folder = "/tmp/dunningd-test-XXXXXX", .sender = {.fd = -1}};
    if (!mkdtemp(world->folder))
        fail_msg("no folder in /tmp");
    for (size_t i = 0; i < LENGTH(folders); i++)
        mkdir(world_path(world, folders[i]), 0700);
    world_limits(world, "breaker = \"off\"; ramp = \"off\"");
    world_write(world, "policies/plain.conf", world_policy);
    world_write(world, "providers/box.conf",
                "provider = { name = \"box\"; kind = \"drop\"; directory = \"outbox\"; };\n");
    world_write(world, "templates/en/t.subject", "Invoice {{notice.reference}}\n");
    world_write(world, "templates/en/t.txt", "{{#due_items}}{{number}} {{open}}\n{{/due_items}}");
    world_import(world, IMPORT_CUSTOMERS,
                 "customer_id,name,email\nC-1,Anna,anna@shop.invalid\nC-2,Bert,bert@shop.invalid\n");
    world_import(world, IMPORT_INVOICES,
                 "invoice_id,customer_id,issued_on,due_on,currency,amount\n"
                 "I-1,C-1,2026-01-01,2026-02-02,EUR,100.00\nI-2,C-2,2026-01-01,2026-02-02,EUR,50.00\n");
}

static inline int world_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline void world_unmake(struct world *world)
{
    nftw(world->folder, world_remove, 16, FTW_DEPTH | FTW_PHYS);
}

static inline struct config *world_config(const struct world *world)
{
    struct arena *arena = arena_new(0);
    struct config *config = NULL;
    struct findings findings;

    findings_init(&findings, arena);
    if (config_load(world_path(world, "dunningd.conf"), 1, &config, &findings) != 0)
        fail_msg("%s", finding_line(&findings.list[0], arena));
    arena_free(&arena);
    return config;
}

/* Starts an engine on the world; as_of "": the real clock.  Returns what engine_start does. */
static inline int world_start(struct world *world, const char *as_of, struct err *err)
{
    struct engine_options options = {
        .once = true, .progress = true, .rehearsal = as_of[0] != '\0', .sender = "", .sender_fd = -1};

    if (options.rehearsal && !parse_local(as_of, &options.as_of, &options.as_of_seconds))
        fail_msg("%s is no local time", as_of);
    world->sender = fake_sender_start(world->rows, world->row_count, world->in_hand);
    options.sender_fd = world->sender.fd;
    world->engine = calloc(1, sizeof *world->engine);
    return engine_start(world->engine, &options, world_config(world), err);
}

/* One whole pass; what the sender saw is copied out. */
static inline int world_once(struct world *world, const char *as_of, struct sender_log *log, struct err *err)
{
    int status = world_start(world, as_of, err);

    if (status == 0)
        status = engine_run(world->engine, err);
    engine_close(world->engine);
    free(world->engine);
    world->engine = NULL;
    fake_sender_wait(&world->sender); /* it reads what the engine said last after the engine has ended */
    if (log)
        *log = *world->sender.log;
    fake_sender_stop(&world->sender);
    return status;
}

#endif
