/*
 * Preloaded into dunningd: a small disk.  What lies below a folder may grow by
 * so many bytes and no more; what is cut off makes room again.
 *
 * DUNNINGD_DISK_FREE  a file of one 64-bit number, the bytes that are free
 * DUNNINGD_DISK_ROOT  the folder
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

static int64_t *free_bytes; /* NULL: a disk as it is */
static const char *root;

__attribute__((constructor)) static void begin(void)
{
    const char *name = getenv("DUNNINGD_DISK_FREE");

    root = getenv("DUNNINGD_DISK_ROOT");
    if (name == NULL || root == NULL || strcmp(program_invocation_short_name, "dunningd") != 0)
        return;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, name, O_RDWR | O_CLOEXEC, 0);
    void *place = mmap(NULL, sizeof *free_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (place == MAP_FAILED)
        _exit(99);
    free_bytes = place;
}

static bool is_ours(int fd, struct stat *status)
{
    char link[64], path[PATH_MAX];

    if (free_bytes == NULL)
        return false;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (length < 0 || fstat(fd, status) != 0 || !S_ISREG(status->st_mode))
        return false;
    path[length] = '\0';
    return strncmp(path, root, strlen(root)) == 0;
}

/* Takes room for a file that is to end there; false: there is none. */
static bool grow(int fd, int64_t end)
{
    struct stat status;

    if (!is_ours(fd, &status) || end <= status.st_size)
        return true;
    if (end - status.st_size > *free_bytes)
        return false;
    *free_bytes -= end - status.st_size;
    return true;
}

int statvfs(const char *path, struct statvfs *out)
{
    (void)path;
    *out = (struct statvfs){.f_frsize = 1, .f_bsize = 1};
    out->f_bavail = free_bytes != NULL ? (fsblkcnt_t)*free_bytes : (fsblkcnt_t)1 << 40;
    return 0;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
    if (grow(fd, offset + (off_t)length))
        return syscall(SYS_pwrite64, fd, bytes, length, offset);
    errno = ENOSPC;
    return -1;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset)
{
    return pwrite(fd, bytes, length, offset);
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    struct stat status;

    if (!is_ours(fd, &status) || grow(fd, status.st_size + (off_t)length))
        return syscall(SYS_write, fd, bytes, length);
    errno = ENOSPC;
    return -1;
}

int posix_fallocate(int fd, off_t offset, off_t length)
{
    if (!grow(fd, offset + length))
        return ENOSPC;
    return syscall(SYS_fallocate, fd, 0, offset, length) == 0 ? 0 : errno;
}

int ftruncate(int fd, off_t size)
{
    struct stat status;

    if (is_ours(fd, &status) && size < status.st_size)
        *free_bytes += status.st_size - size;
    return (int)syscall(SYS_ftruncate, fd, size);
}

int ftruncate64(int fd, off64_t size)
{
    return ftruncate(fd, size);
}
