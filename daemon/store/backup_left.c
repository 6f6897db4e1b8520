#include "store/backup_left.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/text.h"

int backup_part_name(const char *file, char *name, size_t size)
{
    int length = snprintf(name, size, "%s.%ld.part", file, (long)getpid());

    return length < 0 || (size_t)length >= size ? -1 : 0;
}

/* Past digits, of which there is at least one; NULL: there is none. */
static const char *past_digits(const char *at)
{
    const char *start = at;

    while (text_is_digit(*at))
        at++;
    return at > start ? at : NULL;
}

/* Past the base, in which each number may be another one; NULL: the name begins otherwise. */
static const char *past_base(const char *name, const char *base)
{
    while (*base != '\0') {
        if (text_is_digit(*base)) {
            base = past_digits(base);
            name = past_digits(name);
            if (name == NULL)
                return NULL;
        } else if (*base++ != *name++) {
            return NULL;
        }
    }
    return name;
}

static bool is_left(const char *name, const char *base, enum backup_left what)
{
    const char *at = past_base(name, base);

    if (what == BACKUP_WHOLE && at != NULL && *at == '\0')
        return true;
    if (at == NULL || *at != '.')
        return false;
    at = past_digits(at + 1);
    return at != NULL && text_equal(at, ".part");
}

static bool is_nobodys(int folder, const char *name)
{
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    bool free = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;

    if (fd >= 0)
        close(fd);
    return free;
}

/* With the journal that SQLite had beside it. */
static void remove_part(int folder, const char *name)
{
    char journal[NAME_MAX + 16];

    snprintf(journal, sizeof journal, "%s-journal", name);
    unlinkat(folder, journal, 0);
    unlinkat(folder, name, 0);
}

void backup_left_clear(const char *file, enum backup_left what)
{
    const char *slash = strrchr(file, '/');
    const char *base = slash == NULL ? file : slash + 1;
    const struct dirent *entry;
    char path[PATH_MAX];

    if (slash == NULL)
        snprintf(path, sizeof path, ".");
    else if ((size_t)(slash - file) + 2 > sizeof path)
        return;
    else
        snprintf(path, sizeof path, "%.*s/", (int)(slash - file), file);
    DIR *folder = opendir(path);
    if (folder == NULL)
        return;
    while ((entry = readdir(folder)) != NULL)
        if (is_left(entry->d_name, base, what) && is_nobodys(dirfd(folder), entry->d_name))
            remove_part(dirfd(folder), entry->d_name);
    closedir(folder);
}
