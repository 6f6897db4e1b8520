#include "ctl/put_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "store/folder.h"

#define NEW_SUFFIX ".new"

/* ".NAME.new" in the same folder: nothing reads files that begin with a dot. */
static void name_new(const char *path, char out[PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash + 1 - path) : 0;

    snprintf(out, PATH_MAX, "%.*s.%s" NEW_SUFFIX, folder, path, path + folder);
}

static int write_all(int fd, const char *text)
{
    size_t length = strlen(text);

    while (length > 0) {
        ssize_t written = write(fd, text, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -1;
        text += written;
        length -= (size_t)written;
    }
    return fsync(fd);
}

/* As the file that was there: whose it is, and who may read it. */
static int take_after(int fd, const char *path, mode_t mode)
{
    struct stat before;

    if (stat(path, &before) != 0)
        return fchmod(fd, mode);
    if (fchown(fd, before.st_uid, before.st_gid) != 0 && geteuid() == 0)
        return -1;
    return fchmod(fd, before.st_mode & 07777);
}

static int write_new(const char *name, const struct put *put, const char *path)
{
    unlink(name);
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return -1;
    int result = take_after(fd, path, put->mode) == 0 && write_all(fd, put->text) == 0 ? 0 : -1;
    int fault = errno;
    close(fd);
    errno = fault;
    return result;
}

static int put_in_place(const struct put *put, const char *path)
{
    char name[PATH_MAX];

    name_new(path, name);
    if (write_new(name, put, path) == 0 && (text_empty(put->kept) || link(path, put->kept) == 0 || errno == ENOENT) &&
        rename(name, path) == 0)
        return folder_sync_above(path);
    int fault = errno;
    unlink(name);
    errno = fault;
    return -1;
}

int put_file(const struct put *put, struct err *err)
{
    char real[PATH_MAX];
    const char *path = realpath(put->path, real) ? real : put->path;

    if (put_in_place(put, path) == 0)
        return 0;
    return err_set(err, ERR_FAILED, "%s: cannot be written: %s%s", put->path, strerror(errno),
                   errno == EACCES ? "; run it as root" : "");
}

void put_file_clean(const char *path)
{
    char name[PATH_MAX];

    name_new(path, name);
    unlink(name);
}

int put_folder(const char *folder, mode_t mode, struct err *err)
{
    char path[PATH_MAX];
    size_t length = strlen(folder);

    if (length >= sizeof path)
        return err_set(err, ERR_FAILED, "%s: the path is too long", folder);
    for (size_t i = 1; i <= length; i++) {
        if (folder[i] != '/' && folder[i] != '\0')
            continue;
        memcpy(path, folder, i);
        path[i] = '\0';
        if (mkdir(path, mode) == 0 && (chmod(path, mode) != 0 || folder_sync_above(path) != 0))
            return err_set(err, ERR_FAILED, "%s: cannot be made: %s", path, strerror(errno));
        if (access(path, F_OK) != 0)
            return err_set(err, ERR_FAILED, "%s: cannot be made: %s", path, strerror(errno));
    }
    return 0;
}
