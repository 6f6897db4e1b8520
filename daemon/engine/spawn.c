#include "engine/link.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SENDER_FD = 3 };

/* The program of that name beside this one, or where it is installed. */
static int find_sender(char path[PATH_MAX], struct err *err)
{
    ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - sizeof "dunningd-send");

    if (n > 0) {
        path[n] = '\0';
        char *slash = strrchr(path, '/');
        memcpy(slash ? slash + 1 : path, "dunningd-send", sizeof "dunningd-send");
        if (access(path, X_OK) == 0)
            return 0;
    }
    snprintf(path, PATH_MAX, "%s/dunningd-send", DUNNINGD_SBINDIR);
    if (access(path, X_OK) == 0)
        return 0;
    return err_set(err, ERR_FAILED, "cannot find dunningd-send, neither beside this program nor in %s; install it",
                   DUNNINGD_SBINDIR);
}

/* In the child: the socket becomes descriptor 3, signals are as they were at the start of the world. */
static void become_sender(const char *program, const char *credentials, int fd)
{
    char number[12];
    sigset_t none;

    if (fd == SENDER_FD)
        fcntl(fd, F_SETFD, 0);
    else if (dup2(fd, SENDER_FD) < 0)
        _exit(126);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    snprintf(number, sizeof number, "%d", SENDER_FD);
    if (credentials[0] != '\0')
        execl(program, program, "--fd", number, "--credentials", credentials, (char *)NULL);
    else
        execl(program, program, "--fd", number, (char *)NULL);
    _exit(127);
}

int link_spawn(struct link *link, const char *program, const char *credentials, struct err *err)
{
    char path[PATH_MAX];
    int pair[2];

    if (program[0] == '\0') {
        if (find_sender(path, err) != 0)
            return -1;
        program = path;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0)
        return err_set(err, ERR_FAILED, "cannot make a socket pair: %s", strerror(errno));
    pid_t child = fork();
    if (child == 0)
        become_sender(program, credentials, pair[1]);
    int fault = errno;
    close(pair[1]);
    if (child < 0) {
        close(pair[0]);
        return err_set(err, ERR_FAILED, "cannot start the sender: %s", strerror(fault));
    }
    link->child = child;
    link_adopt(link, pair[0]);
    return 0;
}
