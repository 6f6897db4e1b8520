#include "delivery/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/parse.h"
#include "base/text.h"

#define FIRST_ACTIVATED 3
#define BACKLOG 4

static bool is_seqpacket(int fd, bool listening)
{
    int type = 0, accepts = 0;
    socklen_t length = sizeof type;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) != 0 || type != SOCK_SEQPACKET)
        return false;
    length = sizeof accepts;
    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &length) == 0 && (accepts != 0) == listening;
}

static int set_flags(int fd)
{
    int status = fcntl(fd, F_GETFL);
    if (status < 0 || fcntl(fd, F_SETFL, status | O_NONBLOCK) != 0)
        return -1;
    return fcntl(fd, F_SETFD, FD_CLOEXEC);
}

int socket_adopt(int fd, struct err *err)
{
    if (is_seqpacket(fd, false) && set_flags(fd) == 0)
        return 0;
    return err_set(err, ERR_USAGE, "descriptor %d is no connected SOCK_SEQPACKET socket; dunningd passes one by --fd",
                   fd);
}

static bool fill_address(struct sockaddr_un *address, const char *path)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address->sun_path)
        return false;
    memcpy(address->sun_path, path, strlen(path));
    return true;
}

/* True if nobody listens at the socket any more. */
static bool is_dead(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    bool dead = connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 && errno == ECONNREFUSED;
    close(fd);
    return dead;
}

int socket_listen(const char *path, struct err *err)
{
    struct sockaddr_un address;
    if (!fill_address(&address, path))
        return err_set(err, ERR_USAGE, "the path %s is too long for a socket", path);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_set(err, ERR_FAILED, "cannot make a socket: %s", strerror(errno));
    mode_t mask = umask(0177);
    int result = bind(fd, (const struct sockaddr *)&address, sizeof address);
    if (result != 0 && errno == EADDRINUSE && is_dead(&address) && unlink(path) == 0)
        result = bind(fd, (const struct sockaddr *)&address, sizeof address);
    umask(mask);
    if (result == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    err_set(err, ERR_FAILED, "cannot listen at %s: %s", path, strerror(errno));
    close(fd);
    return -1;
}

int socket_activated(int *fd, struct err *err)
{
    const char *pid_text = getenv("LISTEN_PID"), *count_text = getenv("LISTEN_FDS");
    int64_t pid, count;
    if (pid_text == NULL || count_text == NULL || !parse_i64(pid_text, 1, INT32_MAX, &pid) || pid != getpid())
        return 0;
    bool one = parse_i64(count_text, 1, 1, &count);
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    if (!one || !is_seqpacket(FIRST_ACTIVATED, true) || set_flags(FIRST_ACTIVATED) != 0)
        return err_set(err, ERR_USAGE, "the socket unit must have one ListenSequentialPacket= and nothing else");
    *fd = FIRST_ACTIVATED;
    return 1;
}

void socket_notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address;
    if (path == NULL || (path[0] != '/' && path[0] != '@') || !fill_address(&address, path))
        return;
    if (path[0] == '@')
        address.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    ssize_t sent = sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&address, length);
    (void)sent; /* a manager that does not listen is no reason to stop */
    close(fd);
}

int socket_watchdog_ms(void)
{
    const char *time_text = getenv("WATCHDOG_USEC"), *pid_text = getenv("WATCHDOG_PID");
    int64_t time_us, pid;
    if (time_text == NULL || !parse_i64(time_text, 1, INT64_C(3600000000), &time_us))
        return 0;
    if (pid_text != NULL && (!parse_i64(pid_text, 1, INT32_MAX, &pid) || pid != getpid()))
        return 0;
    return (int)(time_us / 1000);
}
