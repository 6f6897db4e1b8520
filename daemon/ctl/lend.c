#include "ctl/lend.h"

#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/folder.h"
#include "ctl/rights.h"
#include "ctl/session.h"

enum { SECRET_MAX = 64 * 1024 };

struct secret {
    const char *path;
    char *bytes;
    size_t length;
};

/* ---- which ---- */

static bool any_names(const struct provider_field *fields, size_t count, const char *reference)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(fields[i].value, reference) != NULL)
            return true;
    return false;
}

/* By a key, or in a template as {{credential.NAME}}. */
static bool needs(const struct provider *provider, const char *name, struct arena *arena)
{
    const char *reference = arena_printf(arena, "credential.%s", name);

    if (text_equal(provider->credential, name) || text_equal(provider->oauth, name))
        return true;
    return provider->kind == PROVIDER_HTTP &&
           (strstr(provider->url, reference) != NULL || strstr(provider->body, reference) != NULL ||
            any_names(provider->headers, provider->header_count, reference) ||
            any_names(provider->fields, provider->field_count, reference));
}

/* ---- how ---- */

static void read_secret(struct secret *secret, struct arena *arena)
{
    int fd = open(secret->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    ssize_t got;

    secret->bytes = arena_alloc(arena, SECRET_MAX);
    while (fd >= 0 && secret->length < SECRET_MAX &&
           (got = read(fd, secret->bytes + secret->length, SECRET_MAX - secret->length)) > 0)
        secret->length += (size_t)got;
    if (fd >= 0)
        close(fd);
}

static void write_secret(const struct secret *secret, const struct stat *owner)
{
    int fd = open(secret->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);

    if (fd < 0)
        return;
    if (write(fd, secret->bytes, secret->length) != (ssize_t)secret->length ||
        fchown(fd, owner->st_uid, owner->st_gid) != 0)
        unlink(secret->path);
    close(fd);
}

/* Over the folder, in a namespace that is this process's alone. */
static bool cover(const char *folder, const struct stat *owner)
{
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700,size=4m") != 0)
        return false;
    return chown(folder, owner->st_uid, owner->st_gid) == 0;
}

static void lend(struct session *session, const struct provider *provider, const struct folder *folder,
                 const struct stat *owner)
{
    struct secret *secrets = arena_array(session->arena, folder->count + 1, sizeof *secrets);
    size_t count = 0;

    for (size_t i = 0; i < folder->count; i++) {
        if (!needs(provider, folder->names[i], session->arena))
            continue;
        secrets[count].path = folder_file(folder, i, session->arena);
        read_secret(&secrets[count++], session->arena);
    }
    bool covered = count > 0 && cover(folder->path, owner);
    for (size_t i = 0; i < count; i++) {
        if (covered)
            write_secret(&secrets[i], owner);
        explicit_bzero(secrets[i].bytes, SECRET_MAX);
    }
    if (covered)
        setenv("CREDENTIALS_DIRECTORY", folder->path, 1);
}

void lend_secrets(struct session *session, const char *provider_name)
{
    const struct settings *settings = &session->config->settings;
    const struct provider *provider = config_provider(session->config, provider_name);
    const char *given = getenv("CREDENTIALS_DIRECTORY"), *slash = strrchr(settings->file, '/');
    const char *name = settings->credentials_dir;
    struct findings ignored;
    struct folder folder;
    struct stat owner;

    if (!provider || !rights_will_change(settings->state_directory) || (text_empty(name) && !text_empty(given)) ||
        !slash)
        return;
    if (text_empty(name))
        name = arena_printf(session->arena, "%.*s/credentials", (int)(slash - settings->file), settings->file);
    findings_init(&ignored, session->arena);
    if (stat(settings->state_directory, &owner) == 0 && folder_read(name, true, session->arena, &ignored, &folder))
        lend(session, provider, &folder, &owner);
}
