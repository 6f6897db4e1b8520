/*
 * Bytes that nobody can change any more: memfds with all their seals, so that
 * what was hashed and recorded is what is sent.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire/wire.h"

#define ALL_SEALS (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)

static int write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return -1;
        bytes += written;
        length -= (size_t)written;
    }
    return 0;
}

int sealed_new(const char *name, const void *bytes, size_t length)
{
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return -1;
    if (write_all(fd, bytes, length) != 0 || fcntl(fd, F_ADD_SEALS, ALL_SEALS) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

int sealed_map(int fd, size_t max, const void **bytes, size_t *length)
{
    struct stat status;
    int seals = fcntl(fd, F_GET_SEALS);
    if (seals < 0 || (seals & ALL_SEALS) != ALL_SEALS || fstat(fd, &status) != 0)
        return -1;
    if (status.st_size <= 0 || (uintmax_t)status.st_size > max)
        return -1;
    void *map = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED)
        return -1;
    *bytes = map;
    *length = (size_t)status.st_size;
    return 0;
}

void sealed_unmap(const void *bytes, size_t length)
{
    if (bytes != NULL)
        munmap((void *)(uintptr_t)bytes, length);
}
