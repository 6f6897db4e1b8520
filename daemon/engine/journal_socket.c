#include "engine/journal_socket.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/clock.h"
#include "wire/wire.h"

enum {
    PATIENCE_MS = 50,      /* for a journald that is only slow */
    BUFFER_BYTES = 8 << 20 /* as libsystemd asks for; the kernel gives what it may */
};

struct journal_socket {
    struct sockaddr_un address;
    int fd; /* -1: not connected */
    bool stalled;
    size_t lost;
};

struct journal_socket *journal_socket_new(const char *path)
{
    struct journal_socket *made = arena_must(calloc(1, sizeof *made));

    made->fd = -1;
    made->address.sun_family = AF_UNIX;
    snprintf(made->address.sun_path, sizeof made->address.sun_path, "%s", path);
    return made;
}

static void hang_up(struct journal_socket *journal)
{
    if (journal->fd >= 0)
        close(journal->fd);
    journal->fd = -1;
}

void journal_socket_free(struct journal_socket **socket)
{
    if (!*socket)
        return;
    hang_up(*socket);
    free(*socket);
    *socket = NULL;
}

bool journal_socket_stalled(const struct journal_socket *socket)
{
    return socket->stalled;
}

void journal_socket_count_lost(struct journal_socket *socket)
{
    socket->lost++;
}

size_t journal_socket_take_lost(struct journal_socket *socket)
{
    size_t lost = socket->lost;

    socket->lost = 0;
    return lost;
}

/* ---- the record ---- */

/* A value with a line end is written with its length: eight bytes, the lowest first. */
static void add_field(struct text *record, const char *field)
{
    const char *value = strchr(field, '=');

    if (!value)
        return;
    if (!strchr(value, '\n')) {
        text_addf(record, "%s\n", field);
        return;
    }
    uint64_t length = strlen(++value);
    char bytes[8];
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(length >> (8 * i) & 0xffU);
    text_add_n(record, field, (size_t)(value - 1 - field));
    text_add_char(record, '\n');
    text_add_n(record, bytes, sizeof bytes);
    text_addf(record, "%s\n", value);
}

/* ---- the way there ---- */

static bool is_connected(struct journal_socket *journal)
{
    int bytes = BUFFER_BYTES;

    if (journal->fd >= 0)
        return true;
    journal->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (journal->fd < 0)
        return false;
    setsockopt(journal->fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    if (connect(journal->fd, (const struct sockaddr *)&journal->address, sizeof journal->address) == 0)
        return true;
    int fault = errno;
    hang_up(journal);
    errno = fault;
    return false;
}

/* What is too long for a datagram goes as a sealed file. */
static ssize_t send_file(int fd, const struct text *record)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {.bytes = {0}};
    struct msghdr message = {.msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    int file = sealed_new("journal", record->data, record->length);

    if (file < 0)
        return -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof file);
    memcpy(CMSG_DATA(header), &file, sizeof file);
    ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    int fault = errno;
    close(file);
    errno = fault;
    return sent;
}

/* 0, or the errno. */
static int try_once(struct journal_socket *journal, const struct text *record)
{
    if (!is_connected(journal))
        return errno;
    ssize_t sent = send(journal->fd, record->data, record->length, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EMSGSIZE || errno == ENOBUFS))
        sent = send_file(journal->fd, record);
    return sent < 0 ? errno : 0;
}

static bool is_full(int fault)
{
    return fault == EAGAIN || fault == ENOBUFS || fault == ENOMEM || fault == ETOOMANYREFS;
}

/* A journald that was started anew listens at a socket of the same name. */
static bool is_gone(int fault)
{
    return fault == ECONNREFUSED || fault == ECONNRESET || fault == ENOTCONN || fault == EPIPE;
}

static int try_anew(struct journal_socket *journal, const struct text *record)
{
    int fault = try_once(journal, record);

    if (!is_gone(fault))
        return fault;
    hang_up(journal);
    return try_once(journal, record);
}

static int try_patiently(struct journal_socket *journal, const struct text *record)
{
    int64_t until = clock_boot_ms() + (journal->stalled ? 0 : PATIENCE_MS);

    for (;;) {
        int fault = try_anew(journal, record);
        int64_t left = until - clock_boot_ms();
        if (!is_full(fault) || left <= 0)
            return fault;
        struct pollfd room = {.fd = journal->fd, .events = POLLOUT};
        poll(&room, 1, (int)left);
    }
}

bool journal_socket_send(struct journal_socket *socket, const char *const *fields, size_t count)
{
    struct arena *arena = arena_new(0);
    struct text record;

    text_init(&record, arena);
    for (size_t i = 0; i < count; i++)
        add_field(&record, fields[i]);
    int fault = try_patiently(socket, &record);
    socket->stalled = is_full(fault) || is_gone(fault);
    arena_free(&arena);
    return !socket->stalled;
}
