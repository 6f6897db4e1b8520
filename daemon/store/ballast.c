#include "store/ballast.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define PATH_SIZE 4096

int64_t ballast_free_bytes(const char *path)
{
    struct statvfs disk;

    if (statvfs(path, &disk) != 0)
        return -1;
    return (int64_t)(disk.f_bavail * disk.f_frsize);
}

static int64_t free_beside(const char *file)
{
    char copy[PATH_SIZE];

    snprintf(copy, sizeof copy, "%s", file);
    return ballast_free_bytes(dirname(copy));
}

static int open_file(const struct ballast *ballast)
{
    return open(ballast->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

void ballast_give_up(struct ballast *ballast)
{
    int fd = open_file(ballast);

    if (fd < 0)
        return;
    ballast->held = ftruncate(fd, 0) != 0;
    close(fd);
}

/* What an earlier process reserved counts too: allocating it again costs nothing. */
static void take(struct ballast *ballast)
{
    int fd = open_file(ballast);

    if (fd < 0)
        return;
    ballast->held = posix_fallocate(fd, 0, BALLAST_SIZE) == 0 || ftruncate(fd, 0) != 0;
    close(fd);
}

bool ballast_look(struct ballast *ballast)
{
    int64_t room = free_beside(ballast->path);

    if (room < 0)
        return false;
    if (room < BALLAST_LAST)
        ballast_give_up(ballast);
    else if (!ballast->held && room >= BALLAST_FLOOR)
        take(ballast);
    ballast->is_short = room < (ballast->is_short ? BALLAST_ENOUGH : BALLAST_FLOOR);
    return ballast->is_short;
}
