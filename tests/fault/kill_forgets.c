/*
 * Preloaded into the engine by the test of the checker: writes to the send log
 * succeed and do nothing, as if its author had forgotten the line that matters.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int is_send_log(int fd)
{
    char link[64], path[4096];
    ssize_t length;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = '\0';
    return strstr(path, "/send.log") != NULL;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at)
{
    static ssize_t (*real)(int, const void *, size_t, off_t);

    if (is_send_log(fd))
        return (ssize_t)length;
    if (!real) {
        void *symbol = dlsym(RTLD_NEXT, "pwrite");
        memcpy(&real, &symbol, sizeof real);
    }
    return real(fd, bytes, length, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t at)
{
    return pwrite(fd, bytes, length, at);
}
