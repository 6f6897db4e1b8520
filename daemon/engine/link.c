#include "engine/link.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"

/* Engine frames carry one string at most: a provider, a version or a reason. */
struct outgoing {
    struct outgoing *next;
    struct frame frame;
    char word[201];
};

void link_init(struct link *link)
{
    *link = (struct link){.fd = -1};
    if (getrandom(&link->boot, sizeof link->boot, 0) != (ssize_t)sizeof link->boot)
        link->boot = (uint64_t)getpid();
}

void link_adopt(struct link *link, int fd)
{
    link->fd = fd;
    link->greeted = link->mismatched = link->open = false;
}

int link_connect(struct link *link, const char *path, struct err *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (strlen(path) >= sizeof address.sun_path)
        return err_set(err, ERR_CONFIG, "sender socket %s: the path is too long", path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_set(err, ERR_FAILED, "cannot make a socket: %s", strerror(errno));
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        int fault = errno;
        close(fd);
        return err_set(err, ERR_FAILED, "cannot reach the sender at %s: %s; is dunningd-send running?", path,
                       strerror(fault));
    }
    link_adopt(link, fd);
    return 0;
}

/* 1 sent, 0 would block, -1 broken; the descriptor is closed unless it would block. */
static int send_now(struct link *link, const struct frame *frame)
{
    int sent = frame_send(link->fd, frame);

    if (sent != 0 && frame->fd >= 0)
        close(frame->fd);
    return sent;
}

static void keep(struct link *link, const struct frame *frame)
{
    struct outgoing *kept = arena_must(calloc(1, sizeof *kept));
    bool named = frame->name[0] != '\0';

    kept->frame = *frame;
    snprintf(kept->word, sizeof kept->word, "%s", named ? frame->name : frame->reason);
    kept->frame.name = named ? kept->word : "";
    kept->frame.reason = named ? "" : kept->word;
    if (link->last)
        link->last->next = kept;
    else
        link->first = kept;
    link->last = kept;
}

int link_send(struct link *link, const struct frame *frame)
{
    if (link->fd < 0) {
        if (frame->fd >= 0)
            close(frame->fd);
        return -1;
    }
    int sent = link->first ? 0 : send_now(link, frame);
    if (sent == 0)
        keep(link, frame);
    if (sent >= 0)
        return 0;
    /* A frame is lost, so the link is over, also where the sender could still be heard. */
    shutdown(link->fd, SHUT_RDWR);
    return -1;
}

int link_flush(struct link *link)
{
    while (link->first) {
        struct outgoing *kept = link->first;
        int sent = send_now(link, &kept->frame);
        if (sent == 0)
            return 1;
        link->first = kept->next;
        if (!link->first)
            link->last = NULL;
        free(kept);
        if (sent < 0)
            return -1;
    }
    return 0;
}

void link_close(struct link *link)
{
    while (link->first) {
        struct outgoing *kept = link->first;
        link->first = kept->next;
        if (kept->frame.fd >= 0)
            close(kept->frame.fd);
        free(kept);
    }
    link->last = NULL;
    if (link->fd >= 0)
        close(link->fd);
    link->fd = -1;
    link->greeted = link->mismatched = link->open = false;
}

bool link_wait(struct link *link, int ms)
{
    if (link->child == 0)
        return true;
    int fd = (int)syscall(SYS_pidfd_open, link->child, 0);
    if (fd >= 0) {
        struct pollfd ended = {.fd = fd, .events = POLLIN};
        poll(&ended, 1, ms);
        close(fd);
    }
    if (waitpid(link->child, NULL, WNOHANG) == 0)
        return false;
    link->child = 0;
    return true;
}
