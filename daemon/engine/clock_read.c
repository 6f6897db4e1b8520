/*
 * The readings of the machine's clocks, apart from what is made of them, so
 * that a program with a clock of its own can stand in for this file alone.
 */
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/clock.h"

moment_t clock_now(const struct clock_watch *watch)
{
    return watch->fixed != MOMENT_NONE ? watch->fixed : (moment_t)time(NULL);
}

int64_t clock_boot_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_BOOTTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_boot(void)
{
    return clock_boot_ms() / 1000;
}

char *clock_boot_id(char buffer[BOOT_ID_SIZE])
{
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, buffer, BOOT_ID_SIZE - 1);

    if (fd >= 0)
        close(fd);
    buffer[n > 0 ? n : 0] = '\0';
    buffer[strcspn(buffer, "\n")] = '\0';
    return buffer;
}
