#include "ctl/settings.h"

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "config/main_file.h"
#include "config/policy_file.h"
#include "config/templates.h"
#include "config/zones.h"

static const char *absolute(const char *file, struct arena *arena)
{
    char folder[4096];

    if (file[0] == '/' || !getcwd(folder, sizeof folder))
        return file;
    return arena_printf(arena, "%s/%s", folder, file);
}

struct config *settings_read(const char *file, struct arena *arena)
{
    struct config *config = arena_alloc(arena, sizeof *config);
    const char *path = absolute(file, arena), *slash = strrchr(path, '/');
    struct reader reader = {.arena = arena, .config = config};
    struct findings findings;

    findings_init(&findings, arena);
    reader.findings = &findings;
    reader.folder = arena_copy_n(arena, path, slash ? (size_t)(slash - path) : 0);
    config->arena = arena;
    config->zones = zones_new(arena);
    config_t *document = main_file_load(&reader, path);
    bool read = document != NULL;
    if (read)
        reader_close(&document);
    return read && findings.errors == 0 ? config : NULL;
}

int settings_with_policies(const struct config *config, const char *folder, struct arena *arena, struct config *out,
                           struct findings *findings)
{
    struct reader reader = {.arena = arena, .findings = findings, .file = folder, .folder = folder, .config = out};
    size_t errors = findings->errors;

    *out = *config;
    out->settings.policies_dir = folder;
    out->rulebook.policies = NULL;
    out->rulebook.policy_count = 0;
    policy_files_load(&reader, folder);
    templates_check_policies(&reader);
    return findings->errors > errors ? -1 : 0;
}
