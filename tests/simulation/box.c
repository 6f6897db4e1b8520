/* The folder into which a drop provider puts its files; the engine looks there, too, where a sender is gone. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "rooms.h"
#include "wire/classify.h"
#include "wire/request.h"

enum { NAME_SIZE = 400 };

void box_clear(void)
{
    DIR *folder = opendir(rooms_path("box"));
    const struct dirent *entry;

    while (folder != NULL && (entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder != NULL)
        closedir(folder);
}

static int put_file(const char *name, const char *bytes, size_t length)
{
    char path[NAME_SIZE], there[1 << 16];
    int result = DROP_WRITTEN;

    snprintf(path, sizeof path, "%s/%s", rooms_path("box"), name);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ssize_t got = fd < 0 ? -1 : read(fd, there, sizeof there);
    if (got > 0)
        result = (size_t)got == length && memcmp(there, bytes, length) == 0 ? DROP_THERE : DROP_OTHER_CONTENT;
    else if (got < 0 || write(fd, bytes, length) != (ssize_t)length)
        result = 0;
    if (fd >= 0)
        close(fd);
    return result;
}

int box_put(const void *bytes, size_t length)
{
    struct arena *arena = arena_new(0);
    struct request request;
    int result = 0;

    if (request_unpack(bytes, length, arena, &request, NULL) == 0) {
        if (request.second_length > 0)
            put_file(request.second_file, request.second_body, request.second_length);
        result = put_file(request.file, request.body, request.body_length);
    }
    arena_free(&arena);
    return result;
}
