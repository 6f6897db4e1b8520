#include "engine/clock.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    BEHIND_S = 5 * 60,
    LEAP_S = 36 * 3600,
    GROUND_S = 7 * 86400, /* leaps add up for so long; years of small corrections do not */
};

/* The build gives it: no machine with this program can honestly show an earlier time. */
static const moment_t built_at = DUNNINGD_BUILT;

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

enum clock_fault clock_judge(const struct clock_watch *watch, moment_t wall, int64_t boot)
{
    if (watch->fixed != MOMENT_NONE)
        return CLOCK_FINE;
    if (wall < built_at)
        return CLOCK_BEFORE_BUILD;
    if (watch->highest != MOMENT_NONE && wall < watch->highest - BEHIND_S)
        return CLOCK_BEHIND;
    if (watch->wall != MOMENT_NONE && wall - watch->wall - (boot - watch->boot) > LEAP_S)
        return CLOCK_LEAP;
    return CLOCK_FINE;
}

const char *clock_sentence(enum clock_fault fault)
{
    switch (fault) {
    case CLOCK_FINE:
        return "";
    case CLOCK_BEHIND:
        return "the clock is behind the latest time that was recorded; set it, or confirm it with 'dunningctl recover'";
    case CLOCK_BEFORE_BUILD:
        return "the clock shows a time before this program was made; set it";
    case CLOCK_LEAP:
        return "the clock leapt ahead by more than 36 hours; set it, or confirm it with 'dunningctl recover'";
    }
    return "";
}

void clock_believe(struct clock_watch *watch, moment_t wall, int64_t boot)
{
    if (watch->wall == MOMENT_NONE || boot - watch->boot >= GROUND_S) {
        watch->wall = wall;
        watch->boot = boot;
    }
    if (watch->highest == MOMENT_NONE || wall > watch->highest)
        watch->highest = wall;
}

void clock_confirm(struct clock_watch *watch, moment_t wall, int64_t boot)
{
    watch->highest = watch->saved = watch->wall = MOMENT_NONE;
    clock_believe(watch, wall, boot);
}
