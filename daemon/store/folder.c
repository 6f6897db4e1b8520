#include "store/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 4096

int folder_sync(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int result = fd >= 0 && fsync(fd) == 0 ? 0 : -1;
    int error = errno;

    if (fd >= 0)
        close(fd);
    errno = error;
    return result;
}

int folder_sync_above(const char *path)
{
    char copy[PATH_SIZE];

    snprintf(copy, sizeof copy, "%s", path);
    return folder_sync(dirname(copy));
}

int folder_make(const char *folder)
{
    int made = mkdir(folder, 0700);

    if (made != 0 && errno != EEXIST)
        return -1;
    return folder_sync_above(folder) == 0 || made != 0 ? 0 : -1;
}

int folder_make_above(const char *file)
{
    char copy[PATH_SIZE];

    snprintf(copy, sizeof copy, "%s", file);
    return folder_make(dirname(copy));
}
