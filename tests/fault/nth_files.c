/* Calls on files. */
#include "nth_shim.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FDS 4096

static atomic_char tracked[FDS];

/* ---- which files ---- */

/* The path if it lies below the root, else NULL. */
static const char *below(int folder, const char *path, char out[PATH_MAX])
{
    char link[64], base[PATH_MAX / 2];
    ssize_t length;

    if (board == NULL)
        return NULL;
    if (path[0] != '/') {
        snprintf(link, sizeof link, folder == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", folder);
        length = syscall(SYS_readlinkat, AT_FDCWD, link, base, sizeof base - 1);
        if (length < 0)
            return NULL;
        base[length] = '\0';
        snprintf(out, PATH_MAX, "%s/%.2000s", base, path);
        path = out;
    }
    return strncmp(path, root, root_length) == 0 && path[root_length] == '/' ? path + root_length + 1 : NULL;
}

/* The path of a descriptor that was opened below the root, else NULL. */
static const char *path_of(int fd, char out[PATH_MAX])
{
    char link[64];
    ssize_t length;

    if (board == NULL || fd < 0 || fd >= FDS || atomic_load(&tracked[fd]) == 0)
        return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = syscall(SYS_readlinkat, AT_FDCWD, link, out, PATH_MAX - 1);
    if (length < 0)
        return NULL;
    out[length] = '\0';
    return strncmp(out, root, root_length) == 0 && out[root_length] == '/' ? out + root_length + 1 : NULL;
}

static int keep(int fd, const char *path)
{
    if (fd >= 0 && fd < FDS)
        atomic_store(&tracked[fd], path != NULL);
    return fd;
}

int close(int fd)
{
    keep(fd, NULL);
    return (int)syscall(SYS_close, fd);
}

/* ---- opening and naming ---- */

static mode_t mode_of(int flags, va_list list)
{
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;
}

#define OPEN_BODY(folder)                              \
    char place_[PATH_MAX];                             \
    const char *name_ = below((folder), path, place_); \
    va_list list_;                                     \
    va_start(list_, flags);                            \
    mode_t mode_ = mode_of(flags, list_);              \
    va_end(list_);                                     \
    FAIL_IF(OPEN, name_, -1);                          \
    return keep((int)syscall(SYS_openat, (folder), path, flags, mode_), name_);

int __open64_2(const char *path, int flags);
int __openat64_2(int folder, const char *path, int flags);

int open(const char *path, int flags, ...)
{
    OPEN_BODY(AT_FDCWD)
}

int open64(const char *path, int flags, ...)
{
    OPEN_BODY(AT_FDCWD)
}

int openat(int folder, const char *path, int flags, ...)
{
    OPEN_BODY(folder)
}

int openat64(int folder, const char *path, int flags, ...)
{
    OPEN_BODY(folder)
}

int __open64_2(const char *path, int flags)
{
    return open64(path, flags);
}

int __openat64_2(int folder, const char *path, int flags)
{
    return openat64(folder, path, flags);
}

typedef FILE *fopen_call(const char *path, const char *mode);
typedef DIR *opendir_call(const char *path);

FILE *fopen(const char *path, const char *mode)
{
    static fopen_call *next;
    char place[PATH_MAX];

    if (next == NULL)
        find(&next, "fopen");
    FAIL_IF(OPEN, below(AT_FDCWD, path, place), NULL);
    return next(path, mode);
}

FILE *fopen64(const char *path, const char *mode)
{
    return fopen(path, mode);
}

DIR *opendir(const char *path)
{
    static opendir_call *next;
    char place[PATH_MAX];

    if (next == NULL)
        find(&next, "opendir");
    FAIL_IF(OPEN, below(AT_FDCWD, path, place), NULL);
    return next(path);
}

int mkdir(const char *path, mode_t mode)
{
    char place[PATH_MAX];

    FAIL_IF(NAME, below(AT_FDCWD, path, place), -1);
    return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

int unlink(const char *path)
{
    char place[PATH_MAX];

    FAIL_IF(NAME, below(AT_FDCWD, path, place), -1);
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int unlinkat(int folder, const char *path, int flags)
{
    char place[PATH_MAX];

    FAIL_IF(NAME, below(folder, path, place), -1);
    return (int)syscall(SYS_unlinkat, folder, path, flags);
}

int rename(const char *from, const char *to)
{
    char place[PATH_MAX];

    FAIL_IF(NAME, below(AT_FDCWD, to, place), -1);
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0U);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    char place[PATH_MAX];

    FAIL_IF(NAME, below(to_folder, to, place), -1);
    return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

int link(const char *from, const char *to)
{
    char place[PATH_MAX];

    FAIL_IF(NAME, below(AT_FDCWD, to, place), -1);
    return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
    char place[PATH_MAX];

    FAIL_IF(NAME, below(to_folder, to, place), -1);
    return (int)syscall(SYS_linkat, from_folder, from, to_folder, to, flags);
}

/* ---- bytes of files ---- */

ssize_t read(int fd, void *bytes, size_t length)
{
    char place[PATH_MAX];

    FAIL_IF(READ, path_of(fd, place), -1);
    return syscall(SYS_read, fd, bytes, length);
}

ssize_t pread(int fd, void *bytes, size_t length, off_t offset)
{
    char place[PATH_MAX];

    FAIL_IF(READ, path_of(fd, place), -1);
    return syscall(SYS_pread64, fd, bytes, length, offset);
}

ssize_t pread64(int fd, void *bytes, size_t length, off64_t offset)
{
    return pread(fd, bytes, length, offset);
}

/* How much of a write happens: all, half or, with errno set, nothing. */
static ssize_t portion(int fd, size_t length, const char *call, void *from)
{
    char place[PATH_MAX];
    int how = fate(WRITE, call, path_of(fd, place), from);

    if (how == 0)
        return (ssize_t)length;
    if (how == SHORT)
        return (ssize_t)(length / 2);
    errno = how > 1000 ? EIO : how;
    return -1;
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    ssize_t some = portion(fd, length, __func__, CALLER);

    return some < 0 ? -1 : syscall(SYS_write, fd, bytes, some);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
    ssize_t some = portion(fd, length, __func__, CALLER);

    return some < 0 ? -1 : syscall(SYS_pwrite64, fd, bytes, some, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset)
{
    return pwrite(fd, bytes, length, offset);
}

static int sync_file(int fd, long number, const char *call, void *from)
{
    char place[PATH_MAX];
    int how = fate(SYNC, call, path_of(fd, place), from);
    bool works = how == 0 || how == DIE;

    if (works || how == LIE || how == LIE_AND_DIE) {
        long result = works ? syscall(number, fd) : 0;
        if (how == DIE || how == LIE_AND_DIE)
            kill(getpid(), SIGKILL);
        return (int)result;
    }
    errno = how > 1000 ? EIO : how;
    return -1;
}

int fsync(int fd)
{
    return sync_file(fd, SYS_fsync, __func__, CALLER);
}

int fdatasync(int fd)
{
    return sync_file(fd, SYS_fdatasync, __func__, CALLER);
}

int ftruncate(int fd, off_t size)
{
    char place[PATH_MAX];

    FAIL_IF(SIZE, path_of(fd, place), -1);
    return (int)syscall(SYS_ftruncate, fd, size);
}

int ftruncate64(int fd, off64_t size)
{
    return ftruncate(fd, size);
}

/* Returns its errno, and does not set it. */
int posix_fallocate(int fd, off_t offset, off_t length)
{
    char place[PATH_MAX];
    int how = fate(SIZE, __func__, path_of(fd, place), CALLER);

    if (how != 0)
        return how > 1000 ? EIO : how;
    return syscall(SYS_fallocate, fd, 0, offset, length) == 0 ? 0 : errno;
}

void *mmap(void *start, size_t length, int protection, int flags, int fd, off_t offset)
{
    char place[PATH_MAX];

    FAIL_IF(MAP, path_of(fd, place), MAP_FAILED);
    return (void *)syscall(SYS_mmap, start, length, protection, flags, fd, offset);
}

void *mmap64(void *start, size_t length, int protection, int flags, int fd, off64_t offset)
{
    return mmap(start, length, protection, flags, fd, offset);
}

static int control(int fd, int command, void *argument, const char *call, void *from)
{
    char place[PATH_MAX];
    int how = 0;

    if (command == F_ADD_SEALS)
        how = fate(MEMFD, call, "", from);
    if (command == F_SETLK || command == F_SETLKW)
        how = fate(LOCK, call, path_of(fd, place), from);
    if (how == 0)
        return (int)syscall(SYS_fcntl, fd, command, argument);
    errno = how > 1000 ? EIO : how;
    return -1;
}

int fcntl(int fd, int command, ...)
{
    va_list list;
    va_start(list, command);
    void *argument = va_arg(list, void *);
    va_end(list);
    return control(fd, command, argument, __func__, CALLER);
}

int fcntl64(int fd, int command, ...)
{
    va_list list;
    va_start(list, command);
    void *argument = va_arg(list, void *);
    va_end(list);
    return control(fd, command, argument, __func__, CALLER);
}

int flock(int fd, int operation)
{
    char place[PATH_MAX];

    FAIL_IF(LOCK, path_of(fd, place), -1);
    return (int)syscall(SYS_flock, fd, operation);
}
