#include "delivery/link.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "delivery/carry.h"
#include "delivery/desk.h"
#include "wire/wire.h"

#define LAST_REPLIES_MS 630000 /* how long replies are waited for after the end was announced */
#define LAST_ACKS_MS 5000      /* how long a connected engine may take to acknowledge the last outcomes */
#define LAST_ENGINE_MS 20000   /* how long an engine may take to come back for them */

struct link {
    struct desk *desk;
    const struct link_options *options;
    struct arena *arena; /* for one frame after the other */
    uint64_t boot;
    int socket;
    bool greeted;    /* our hello is sent */
    bool blocked;    /* the socket takes no more for now */
    bool mismatched; /* the engine speaks another protocol */
    bool stopping;
    int64_t end_ms;      /* when it stops whatever is left; INT64_MAX not yet */
    int64_t settled_ms;  /* since when nothing runs, while stopping; 0 something does */
    int64_t watchdog_ms; /* when to tell the watchdog next */
    bool stuck;          /* a worker hangs, and that was said */
};

static void announce_end(struct link *link)
{
    if (link->end_ms == INT64_MAX)
        link->end_ms = carry_clock_ms() + LAST_REPLIES_MS;
    link->stopping = true;
    desk_give_up_uncommitted(link->desk, true);
}

/* What has no yes stops now; what has one runs to its end, here or until the engine comes back. */
static void lose_engine(struct link *link)
{
    close(link->socket);
    link->socket = -1;
    link->blocked = false;
    desk_give_up_uncommitted(link->desk, false);
    if (link->options->listener < 0)
        announce_end(link);
}

static void take_engine(struct link *link, int socket)
{
    link->socket = socket;
    link->greeted = link->blocked = link->mismatched = false;
    desk_connected(link->desk);
}

static void accept_engine(struct link *link)
{
    int socket = accept4(link->options->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (socket < 0)
        return;
    if (link->socket < 0)
        take_engine(link, socket);
    else
        close(socket); /* one engine at a time */
}

/* ---- frames in ---- */

static void on_hello(struct link *link, const struct frame *frame)
{
    if (frame->protocol == WIRE_PROTOCOL)
        return;
    link->mismatched = true;
    fprintf(stderr, "dunningd-send: dunningd speaks another protocol; restart dunningd-send\n");
}

static void on_provider(struct link *link, const struct frame *frame)
{
    struct err err;
    if (desk_provider(link->desk, frame, &err) != 0)
        fprintf(stderr, "dunningd-send: %s\n", err.text);
    close(frame->fd);
}

static void on_submit(struct link *link, const struct frame *frame)
{
    desk_submit(link->desk, frame);
}

static void on_answer(struct link *link, const struct frame *frame)
{
    desk_answer(link->desk, frame);
}

static void on_ack(struct link *link, const struct frame *frame)
{
    desk_acknowledge(link->desk, frame);
}

/* NULL: a frame that only we send; who sends it is no engine. */
static void (*const handlers[FRAME_COUNT])(struct link *, const struct frame *) = {
    [FRAME_HELLO] = on_hello, [FRAME_PROVIDER] = on_provider, [FRAME_SUBMIT] = on_submit,
    [FRAME_YES] = on_answer,  [FRAME_NO] = on_answer,         [FRAME_ACK] = on_ack,
};

static void read_frames(struct link *link)
{
    struct frame frame;
    int got;
    arena_reset(link->arena);
    while ((got = frame_receive(link->socket, link->arena, &frame)) == 1) {
        bool wanted = handlers[frame.type] != NULL && (!link->mismatched || frame.type == FRAME_HELLO);
        if (wanted)
            handlers[frame.type](link, &frame);
        else if (frame.fd >= 0)
            close(frame.fd);
        if (handlers[frame.type] == NULL) {
            got = -1;
            break;
        }
        arena_reset(link->arena);
    }
    if (got < 0)
        lose_engine(link);
}

/* ---- frames out ---- */

static int send_hello(struct link *link)
{
    const struct frame hello = {.type = FRAME_HELLO,
                                .protocol = WIRE_PROTOCOL,
                                .token = link->boot,
                                .name = link->options->version,
                                .reason = "",
                                .text = "",
                                .provider_id = "",
                                .fd = -1};
    return frame_send(link->socket, &hello);
}

/* Sends all there is to tell, until the socket is full. */
static void write_frames(struct link *link)
{
    struct frame frame;
    int sent = 1;
    if (!link->greeted) {
        sent = send_hello(link);
        link->greeted = sent == 1;
    }
    while (sent == 1 && !link->mismatched && desk_next(link->desk, &frame)) {
        sent = frame_send(link->socket, &frame);
        if (sent == 1)
            desk_told(link->desk);
    }
    link->blocked = sent == 0;
    if (sent < 0)
        lose_engine(link);
}

/* ---- the loop ---- */

static void read_signal(struct link *link)
{
    struct signalfd_siginfo info;
    if (read(link->options->signal_fd, &info, sizeof info) != (ssize_t)sizeof info)
        return;
    link->options->notify("STOPPING=1");
    announce_end(link);
}

/* True once there is nothing left to do or to wait for. */
static bool finished(struct link *link)
{
    int64_t now = carry_clock_ms();
    if (!link->stopping)
        return false;
    struct desk_counts counts = desk_count(link->desk);
    if (counts.running > 0)
        return now >= link->end_ms;
    if (counts.finished == 0)
        return true;
    if (link->socket < 0 && link->options->listener < 0)
        return true;
    if (link->settled_ms == 0)
        link->settled_ms = now;
    return now >= link->settled_ms + (link->socket >= 0 ? LAST_ACKS_MS : LAST_ENGINE_MS);
}

/* How long poll may sleep. */
static int sleep_ms(const struct link *link)
{
    int64_t now = carry_clock_ms(), until = link->stopping ? now + 500 : INT64_MAX;
    if (link->options->watchdog_ms > 0 && link->watchdog_ms < until)
        until = link->watchdog_ms;
    if (until == INT64_MAX)
        return -1;
    return until <= now ? 0 : (int)(until - now);
}

/* A loop that turns is no progress while a worker hangs: then the watchdog is left to end the program. */
static void tell_watchdog(struct link *link)
{
    int64_t now = carry_clock_ms();
    if (link->options->watchdog_ms <= 0 || now < link->watchdog_ms)
        return;
    link->watchdog_ms = now + link->options->watchdog_ms / 2;
    bool stuck = desk_stuck(link->desk, now);
    if (stuck && !link->stuck)
        fprintf(stderr, "dunningd-send: an attempt is stuck beyond its last deadline; the watchdog is not fed\n");
    link->stuck = stuck;
    if (!stuck)
        link->options->notify("WATCHDOG=1");
}

enum { WATCH_SIGNAL, WATCH_DESK, WATCH_LISTENER, WATCH_SOCKET, WATCH_COUNT };

static int turn(struct link *link)
{
    struct pollfd watched[WATCH_COUNT] = {
        [WATCH_SIGNAL] = {.fd = link->options->signal_fd, .events = POLLIN},
        [WATCH_DESK] = {.fd = desk_event_fd(link->desk), .events = POLLIN},
        [WATCH_LISTENER] = {.fd = link->options->listener, .events = POLLIN},
        [WATCH_SOCKET] = {.fd = link->socket, .events = (short)(POLLIN | (link->blocked ? POLLOUT : 0))},
    };
    if (poll(watched, WATCH_COUNT, sleep_ms(link)) < 0)
        return errno == EINTR ? 0 : -1;
    if (watched[WATCH_SIGNAL].revents != 0)
        read_signal(link);
    if (watched[WATCH_DESK].revents != 0)
        desk_heard(link->desk);
    if (watched[WATCH_SOCKET].revents & (POLLIN | POLLHUP | POLLERR))
        read_frames(link);
    if (watched[WATCH_LISTENER].revents != 0)
        accept_engine(link);
    if (link->socket >= 0)
        write_frames(link);
    tell_watchdog(link);
    return 0;
}

int link_run(struct desk *desk, const struct link_options *options, struct err *err)
{
    struct link link = {.desk = desk, .options = options, .arena = arena_new(0), .socket = -1, .end_ms = INT64_MAX};
    int result = 0;
    if (getrandom(&link.boot, sizeof link.boot, 0) != (ssize_t)sizeof link.boot)
        link.boot = (uint64_t)getpid();
    if (options->socket >= 0)
        take_engine(&link, options->socket);
    while (result == 0 && !finished(&link))
        result = turn(&link);
    if (result != 0)
        err_set(err, ERR_FAILED, "cannot wait for events: %s", strerror(errno));
    if (link.socket >= 0)
        close(link.socket);
    arena_free(&link.arena);
    return result;
}
