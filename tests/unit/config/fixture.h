/*
 * A folder with a small valid configuration, for tests that break it.
 */
#ifndef UNIT_CONFIG_FIXTURE_H
#define UNIT_CONFIG_FIXTURE_H

#include "fake/test.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/config.h"

static inline const char *project_path(struct arena *arena, const char *name)
{
    const char *source = getenv("DUNNINGD_SOURCE");
    return arena_printf(arena, "%s/%s", source == NULL ? "." : source, name);
}

/* A file of the project. */
static inline char *project_file(struct arena *arena, const char *name, size_t *length)
{
    static char buffer[262144];
    FILE *file = fopen(project_path(arena, name), "r");
    if (file == NULL)
        fail_msg("cannot open %s", name);
    *length = fread(buffer, 1, sizeof buffer, file);
    fclose(file);
    return arena_copy_n(arena, buffer, *length);
}

struct fixture {
    char folder[32];
    struct arena *arena;
    struct findings findings;
    struct config *config;
};

static inline const char *fixture_path(struct fixture *fixture, const char *name)
{
    return arena_printf(fixture->arena, "%s/%s", fixture->folder, name);
}

static inline void fixture_write_bytes(struct fixture *fixture, const char *name, const char *bytes, size_t length)
{
    FILE *file = fopen(fixture_path(fixture, name), "w");
    if (file == NULL || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
        fail_msg("cannot write %s", name);
}

static inline void fixture_write(struct fixture *fixture, const char *name, const char *text)
{
    fixture_write_bytes(fixture, name, text, strlen(text));
}

static inline void fixture_folder(struct fixture *fixture, const char *name)
{
    if (mkdir(fixture_path(fixture, name), 0700) != 0)
        fail_msg("cannot make %s", name);
}

#define FIXTURE_MAIN "business = { name = \"Example GmbH\"; email = \"accounts@example.invalid\"; };\n" FIXTURE_REST
#define FIXTURE_REST                                                                                   \
    "timezone = \"Europe/Berlin\"; language = \"en\"; country = \"DE\";\n"                             \
    "ledger = { path = \"ledger.db\"; };\n"                                                            \
    "state = { directory = \"state\"; };\n"                                                            \
    "directories = { policies = \"policies\"; providers = \"providers\"; templates = \"templates\";\n" \
    "  calendars = \"calendars\"; };\n"                                                                \
    "channels = { email = [\"box\"]; sms = [\"box\"]; agency = [\"box\"]; };\n"

static inline void fixture_new(struct fixture *fixture)
{
    static const char *const folders[] = {"policies", "providers", "templates", "templates/en", "calendars"};
    static const char *const files[][2] = {
        {"dunningd.conf", FIXTURE_MAIN},
        {"providers/box.conf", "provider = { name = \"box\"; kind = \"drop\"; directory = \"outbox\"; };\n"},
        {"policies/50-standard.conf",
         "policy = { name = \"standard\"; calendar = \"de\"; steps = (\n"
         "  { name = \"reminder\"; action = \"remind\"; at = \"due + 5bd\"; send = [\"email\"]; template = \"t\"; }\n"
         "); };\n"},
        {"templates/en/t.subject", "Invoice {{notice.reference}}\n"},
        {"templates/en/t.txt", "{{total}}\n"},
        {"templates/en/t.sms", "{{total}}\n"},
        {"calendars/de.txt", "# Germany\n2026-12-25 Christmas\n2026-05-01\n"},
    };
    *fixture = (struct fixture){.folder = "/tmp/config.XXXXXX", .arena = arena_new(0)};
    findings_init(&fixture->findings, fixture->arena);
    if (mkdtemp(fixture->folder) == NULL)
        fail_msg("cannot make a folder in /tmp");
    for (size_t i = 0; i < LENGTH(folders); i++)
        fixture_folder(fixture, folders[i]);
    for (size_t i = 0; i < LENGTH(files); i++)
        fixture_write(fixture, files[i][0], files[i][1]);
}

static inline int fixture_load(struct fixture *fixture)
{
    config_free(&fixture->config);
    findings_init(&fixture->findings, fixture->arena);
    return config_load(fixture_path(fixture, "dunningd.conf"), 1, &fixture->config, &fixture->findings);
}

/* One finding as "name:line: sentence", with the folder cut off. */
static inline const char *fixture_finding(struct fixture *fixture, size_t index)
{
    const char *line = finding_line(&fixture->findings.list[index], fixture->arena);
    size_t length = strlen(fixture->folder);
    return text_starts(line, fixture->folder) && line[length] == '/' ? line + length + 1 : line;
}

/* All findings, one per line. */
static inline const char *fixture_findings(struct fixture *fixture)
{
    struct text text;
    text_init(&text, fixture->arena);
    for (size_t i = 0; i < fixture->findings.count; i++)
        text_addf(&text, "%s\n", fixture_finding(fixture, i));
    return text.data;
}

static inline int fixture_remove(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status;
    (void)type;
    (void)where;
    return remove(path);
}

static inline void fixture_done(struct fixture *fixture)
{
    config_free(&fixture->config);
    nftw(fixture->folder, fixture_remove, 8, FTW_DEPTH | FTW_PHYS);
    arena_free(&fixture->arena);
}

#endif
