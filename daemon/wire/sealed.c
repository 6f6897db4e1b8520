/*
 * Bytes that nobody can change any more: memfds with all their seals, so that
 * what was hashed and recorded is what is sent.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "wire/wire.h"

#define ALL_SEALS (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)

int wire_write_all(int fd, const char *bytes, size_t length)
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
    if (wire_write_all(fd, bytes, length) != 0 || fcntl(fd, F_ADD_SEALS, ALL_SEALS) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* The length of a file with all its seals, 0 if it is none or longer than max. */
static size_t sealed_length(int fd, size_t max)
{
    struct stat status;
    int seals = fcntl(fd, F_GET_SEALS);
    if (seals < 0 || (seals & ALL_SEALS) != ALL_SEALS || fstat(fd, &status) != 0)
        return 0;
    if (status.st_size <= 0 || (uintmax_t)status.st_size > max)
        return 0;
    return (size_t)status.st_size;
}

int sealed_map(int fd, size_t max, const void **bytes, size_t *length)
{
    size_t size = sealed_length(fd, max);
    void *map = size == 0 ? MAP_FAILED : mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED)
        return -1;
    *bytes = map;
    *length = size;
    return 0;
}

int sealed_read(int fd, size_t max, struct arena *arena, const void **bytes, size_t *length)
{
    size_t size = sealed_length(fd, max);
    if (size == 0)
        return -1;
    char *copy = arena_alloc(arena, size);
    for (size_t at = 0; at < size;) {
        ssize_t got = pread(fd, copy + at, size - at, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return -1;
        at += (size_t)got;
    }
    *bytes = copy;
    *length = size;
    return 0;
}

void sealed_unmap(const void *bytes, size_t length)
{
    void *map; /* the same address without const, as munmap wants it */
    memcpy(&map, &bytes, sizeof map);
    if (map != NULL)
        munmap(map, length);
}
