/*
 * The small business of tests/data/ctl in a folder of its own, with what the
 * daemon made of it by Tuesday 2026-11-24, and verbs run over it at that time.
 */
#ifndef TEST_CTL_WORLD_H
#define TEST_CTL_WORLD_H

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/parse.h"
#include "ctl/session.h"
#include "engine/engine.h"
#include "fake/sender.h"
#include "fake/test.h"

#define WORLD_NOW INT64_C(1795514400) /* Tue 2026-11-24 11:00 in Berlin */
#define WORLD_WORDS 24

struct world {
    char folder[64];
    char *out; /* of the last verb */
    int status;
    struct err err;
};

static inline const char *world_path(const struct world *world, const char *name)
{
    static char paths[4][200];
    static size_t turn;
    char *path = paths[turn++ % 4];

    snprintf(path, sizeof paths[0], "%s/%s", world->folder, name);
    return path;
}

static inline const char *world_source(void)
{
    const char *source = getenv("DUNNINGD_SOURCE");

    return source ? source : ".";
}

/* The folder's name differs from run to run, so its place is marked. */
static inline void world_mask(const struct world *world, char *text)
{
    size_t length = strlen(world->folder);

    for (char *at = strstr(text, world->folder); at; at = strstr(at, world->folder)) {
        memcpy(at, "FOLDER", 6);
        memmove(at + 6, at + length, strlen(at + length) + 1);
    }
}

/* Places in the event log depend on what else is logged. */
static inline void world_mask_places(char *text)
{
    static const char key[] = "\"seq\": ";

    for (char *at = strstr(text, key); at; at = strstr(at, key)) {
        at += sizeof key - 1;
        size_t digits = strspn(at, "0123456789");
        if (digits > 0) {
            at[0] = '0';
            memmove(at + 1, at + digits, strlen(at + digits) + 1);
        }
    }
}

/* Words of a line; double quotes hold spaces, FOLDER/ stands for the folder. */
static inline int world_split(const struct world *world, const char *line, struct arena *arena, const char **words)
{
    char *copy = arena_copy(arena, line);
    int count = 0;

    words[count++] = "dunningctl";
    while (*copy != '\0' && count < WORLD_WORDS - 3) {
        bool quoted = *copy == '"';
        copy += quoted;
        const char *word = copy;
        copy += strcspn(copy, quoted ? "\"" : " ");
        if (*copy != '\0')
            *copy++ = '\0';
        while (*copy == ' ')
            copy++;
        words[count++] = strncmp(word, "FOLDER/", 7) == 0 ? arena_copy(arena, world_path(world, word + 7)) : word;
    }
    words[count++] = "--config";
    words[count++] = arena_copy(arena, world_path(world, "dunningd.conf"));
    return count;
}

/* Runs a verb at a moment; its output, and behind it its error, are in world->out. */
static inline int world_verb_at(struct world *world, const char *line, moment_t now)
{
    struct session session = {.arena = arena_new(0), .now = now, .author = "tester"};
    const char *words[WORLD_WORDS];
    size_t length = 0;
    int count = world_split(world, line, session.arena, words);

    free(world->out);
    world->out = NULL;
    world->err = (struct err){.code = ERR_NONE};
    session.out = open_memstream(&world->out, &length);
    if (!session.out)
        fail_msg("no memory stream");
    world->status = session_perform(&session, count, words, &world->err) == 0 ? 0 : (int)world->err.code;
    if (world->status != 0)
        fprintf(session.out, "dunningctl: %s\n", world->err.text);
    fclose(session.out);
    arena_free(&session.arena);
    world_mask(world, world->out);
    world_mask_places(world->out);
    return world->status;
}

static inline int world_verb(struct world *world, const char *line)
{
    return world_verb_at(world, line, WORLD_NOW);
}

static inline void world_must(struct world *world, const char *line)
{
    if (world_verb(world, line) != 0)
        fail_msg("%s: %s", line, world->out);
}

/* ---- its past ---- */

/* The engine's own lines are not what is tested here. */
static inline int world_hush(int to)
{
    int before = dup(STDERR_FILENO);

    fflush(stderr);
    if (before < 0 || dup2(to, STDERR_FILENO) < 0)
        fail_msg("standard error cannot be turned");
    close(to);
    return before;
}

/* A whole pass of the daemon as of a local time, against a sender that follows the rows. */
static inline void world_pass(struct world *world, const char *at, const struct sender_row *rows, size_t count)
{
    struct engine_options options = {.once = true, .progress = true, .rehearsal = true, .sender = "", .sender_fd = -1};
    struct fake_sender sender = fake_sender_start(rows, count, NULL);
    struct engine *engine = calloc(1, sizeof *engine);
    struct arena *arena = arena_new(0);
    struct config *config = NULL;
    struct findings findings;

    findings_init(&findings, arena);
    options.sender_fd = sender.fd;
    if (!engine || !parse_local(at, &options.as_of, &options.as_of_seconds))
        fail_msg("%s is no local time", at);
    if (config_load(world_path(world, "dunningd.conf"), 1, &config, &findings) != 0)
        fail_msg("%s", finding_line(&findings.list[0], arena));
    int before = world_hush(open("/dev/null", O_WRONLY | O_CLOEXEC));
    int status = engine_start(engine, &options, config, &world->err);
    if (status == 0)
        status = engine_run(engine, &world->err);
    engine_close(engine);
    free(engine);
    close(world_hush(before));
    fake_sender_stop(&sender);
    arena_free(&arena);
    if (status != 0)
        fail_msg("pass as of %s: %s", at, world->err.text);
}

/* Every working morning from the first due date on; one message stays in doubt. */
static inline void world_live(struct world *world)
{
    static const struct sender_row rows[] = {
        {.to = "N-000010-email-1", .class = OUTCOME_UNCERTAIN, .text = "reply lost after the end of the mail"},
        {.to = "", .class = OUTCOME_ACCEPTED, .code = 201, .text = "accepted"},
    };
    day_t last = day_from_civil(2026, 11, 24);

    for (day_t day = day_from_civil(2026, 9, 14); day <= last; day++) {
        char date[DAY_TEXT_SIZE], at[32];
        if (day_weekday(day) >= SATURDAY)
            continue;
        snprintf(at, sizeof at, "%sT09:00", day_format(day, date));
        world_pass(world, at, rows, LENGTH(rows));
    }
}

static inline void world_make(struct world *world)
{
    static const char *const imports[] = {
        "import customers FOLDER/customers.csv",
        "import invoices FOLDER/invoices.csv",
        "import payments FOLDER/payments.csv --complete-until 2026-11-23",
    };
    char command[400];

    *world = (struct world){.folder = "/tmp/dunningd-ctl-XXXXXX"};
    if (!mkdtemp(world->folder))
        fail_msg("no folder in /tmp");
    snprintf(command, sizeof command, "cp -r '%s'/tests/data/ctl/. '%s' && mkdir -p '%s'/outbox '%s'/calendars",
             world_source(), world->folder, world->folder, world->folder);
    if (system(command) != 0)
        fail_msg("the sample cannot be copied");
    for (size_t i = 0; i < LENGTH(imports); i++)
        world_must(world, imports[i]);
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
    free(world->out);
    world->out = NULL;
}

#endif
