/*
 * Frames over a SOCK_SEQPACKET socket, each with at most one descriptor.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire/wire.h"

/* Room for more descriptors than a frame may bring, so that surplus ones are seen and closed. */
#define FD_ROOM 4

union control {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(FD_ROOM * sizeof(int))];
};

static bool carries_fd(enum frame_type type)
{
    return type == FRAME_PROVIDER || type == FRAME_SUBMIT;
}

static void attach_fd(struct msghdr *message, union control *control, int fd)
{
    memset(control, 0, sizeof *control);
    message->msg_control = control->bytes;
    message->msg_controllen = CMSG_SPACE(sizeof fd);
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
}

int frame_send(int socket, const struct frame *frame)
{
    unsigned char buffer[WIRE_FRAME_MAX];
    union control control;
    struct iovec part = {.iov_base = buffer, .iov_len = frame_pack(frame, buffer)};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (carries_fd(frame->type))
        attach_fd(&message, &control, frame->fd);
    ssize_t sent;
    do
        sent = sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent >= 0)
        return 1;
    /* ETOOMANYREFS: too many descriptors are under way; the other side will take some */
    bool later = errno == EAGAIN || errno == ENOBUFS || errno == ETOOMANYREFS;
    return later ? 0 : -1;
}

/* Takes the descriptors of a message: the first one into *first (-1: none); returns how many there were. */
static size_t take_fds(struct msghdr *message, int *first)
{
    size_t count = 0;
    *first = -1;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL; header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
            continue;
        size_t here = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < here; i++, count++) {
            int fd;
            memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
            if (count == 0)
                *first = fd;
            else
                close(fd);
        }
    }
    return count;
}

int frame_receive(int socket, struct arena *arena, struct frame *out)
{
    unsigned char buffer[WIRE_FRAME_MAX];
    union control control;
    struct iovec part = {.iov_base = buffer, .iov_len = sizeof buffer};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    ssize_t got;
    do
        got = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return errno == EAGAIN ? 0 : -1;

    int fd;
    size_t fds = take_fds(&message, &fd);
    bool whole = (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
    if (got > 0 && whole && frame_unpack(buffer, (size_t)got, arena, out) == 0 &&
        fds == (carries_fd(out->type) ? 1U : 0U)) {
        out->fd = fd;
        return 1;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}
