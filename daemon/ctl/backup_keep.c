#include "ctl/backup_keep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "store/folder.h"

/* In UTC, so that the order of the names is the order of the times; a digit stands where it has a 0. */
static const char shape[] = "state-00000000T000000Z.db";

static bool is_backup(const char *name)
{
    if (strlen(name) != sizeof shape - 1)
        return false;
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        bool digit = name[i] >= '0' && name[i] <= '9';
        if (shape[i] == '0' ? !digit : name[i] != shape[i])
            return false;
    }
    return true;
}

int backup_target(struct session *session, const char **file, struct err *err)
{
    const char *word = session->arguments->words[0];
    char name[sizeof shape];
    time_t now = (time_t)session->now;
    struct tm utc;

    *file = word;
    if (!session->arguments->given[OPTION_KEEP])
        return 0;
    if (folder_make(word) != 0)
        return err_set(err, ERR_FAILED, "%s: cannot be made: %s; with --keep it is a folder", word, strerror(errno));
    if (!gmtime_r(&now, &utc) || strftime(name, sizeof name, "state-%Y%m%dT%H%M%SZ.db", &utc) != sizeof name - 1)
        return err_set(err, ERR_FAILED, "the clock shows a time that has no name; set it");
    *file = arena_printf(session->arena, "%s/%s", word, name);
    return 0;
}

/* ---- pruning ---- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names of the backups, the oldest first. */
static const char **list_backups(DIR *folder, struct arena *arena, size_t *count)
{
    const char **names = NULL;
    const struct dirent *entry;
    struct stat st;

    *count = 0;
    while ((entry = readdir(folder)) != NULL) {
        if (!is_backup(entry->d_name) || fstatat(dirfd(folder), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(st.st_mode))
            continue;
        names = arena_grow(arena, names, *count, *count + 1, sizeof *names);
        names[(*count)++] = arena_copy(arena, entry->d_name);
    }
    if (*count > 1)
        qsort(names, *count, sizeof *names, compare_names);
    return names;
}

static int remove_oldest(struct session *session, DIR *folder, size_t keep, struct err *err)
{
    size_t count;
    const char *path = session->arguments->words[0];
    const char **names = list_backups(folder, session->arena, &count);

    for (size_t i = 0; i + keep < count; i++) {
        if (unlinkat(dirfd(folder), names[i], 0) != 0)
            return err_set(err, ERR_FAILED, "%s/%s: the backup was made, but this old one cannot be removed: %s", path,
                           names[i], strerror(errno));
        page_linef(session->page, "%s/%s is removed: %zu are kept", path, names[i], keep);
    }
    return 0;
}

int backup_prune(struct session *session, struct err *err)
{
    const char *path = session->arguments->words[0];

    if (!session->arguments->given[OPTION_KEEP])
        return 0;
    DIR *folder = opendir(path);
    if (!folder)
        return err_set(err, ERR_FAILED, "%s: the backup was made, but the old ones cannot be listed: %s", path,
                       strerror(errno));
    int result = remove_oldest(session, folder, (size_t)session->arguments->number[OPTION_KEEP], err);
    closedir(folder);
    return result;
}
