/*
 * The engine's side of the wire as fast as it can be, for tests/bench/send.sh:
 * send_load PROGRAM smtp|http URL CONNECTIONS MESSAGES BYTES.  Every question
 * is answered yes, every outcome acknowledged; prints messages a second, and
 * fails if one was not accepted.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "wire/request.h"
#include "wire/wire.h"

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void tell(int fd, struct frame frame)
{
    frame.protocol = WIRE_PROTOCOL;
    while (frame_send(fd, &frame) == 0)
        poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
    if (frame.fd >= 0)
        close(frame.fd);
}

static int start(const char *program)
{
    int pair[2];
    char number[12];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0)
        exit(1);
    if (fork() == 0) {
        close(pair[0]);
        snprintf(number, sizeof number, "%d", pair[1]);
        execl(program, program, "--fd", number, (char *)NULL);
        _exit(127);
    }
    close(pair[1]);
    return pair[0];
}

static const void *pack_mail(struct arena *arena, const char *url, enum provider_kind kind, size_t bytes,
                             size_t *length)
{
    char *body = arena_alloc(arena, bytes + 100);
    size_t at = (size_t)sprintf(body, "From: a@example.com\r\nTo: b@example.com\r\nSubject: load\r\n\r\n");
    while (at < bytes)
        at += (size_t)sprintf(body + at, "a line of the reminder that says what is due, and until when\r\n");
    struct request request = {.kind = kind,
                              .from = "a@example.com",
                              .to = "b@example.com",
                              .method = "POST",
                              .url = url,
                              .body = body,
                              .body_length = at};
    return request_pack(&request, arena, length);
}

static void give_provider(int fd, struct arena *arena, enum provider_kind kind, const char *url, int connections)
{
    const struct provider provider = {.name = "load",
                                      .kind = kind,
                                      .url = url,
                                      .tls = TLS_NONE,
                                      .connections = connections,
                                      .connect_timeout_s = 10,
                                      .reply_timeout_s = 60};
    size_t length;
    const void *bytes = provider_pack(&provider, arena, &length);
    tell(fd, (struct frame){
                 .type = FRAME_PROVIDER, .name = "load", .generation = 1, .fd = sealed_new("provider", bytes, length)});
}

struct load {
    int fd;
    int64_t submitted, done, total, refused;
    const void *bytes;
    size_t length;
};

static void on_frame(struct load *load, const struct frame *frame)
{
    struct frame answer = {.attempt = frame->attempt, .token = frame->token, .fd = -1};
    if (frame->type == FRAME_ASK) {
        answer.type = FRAME_YES;
        tell(load->fd, answer);
    } else if (frame->type == FRAME_OUTCOME) {
        answer.type = FRAME_ACK;
        tell(load->fd, answer);
        load->done++;
        if (frame->class != OUTCOME_ACCEPTED && load->refused++ == 0)
            fprintf(stderr, "not accepted: %s\n", frame->text);
    }
}

static void run(struct load *load, int64_t most)
{
    struct arena *arena = arena_new(0);
    struct frame frame;
    while (load->done < load->total) {
        while (load->submitted < load->total && load->submitted - load->done < most) {
            load->submitted++;
            tell(load->fd, (struct frame){.type = FRAME_SUBMIT,
                                          .attempt = load->submitted,
                                          .token = 1,
                                          .name = "load",
                                          .generation = 1,
                                          .fd = sealed_new("request", load->bytes, load->length)});
        }
        poll(&(struct pollfd){.fd = load->fd, .events = POLLIN}, 1, -1);
        int got;
        while ((got = frame_receive(load->fd, arena, &frame)) == 1)
            on_frame(load, &frame);
        arena_reset(arena);
        if (got < 0) {
            fprintf(stderr, "the sender is gone\n");
            exit(1);
        }
    }
    arena_free(&arena);
}

int main(int argc, char **argv)
{
    if (argc != 7)
        return 2;
    struct arena *arena = arena_new(0);
    enum provider_kind kind = strcmp(argv[2], "http") == 0 ? PROVIDER_HTTP : PROVIDER_SMTP;
    int connections = atoi(argv[4]);
    struct load load = {.fd = start(argv[1]), .total = atol(argv[5])};
    load.bytes = pack_mail(arena, argv[3], kind, (size_t)atol(argv[6]), &load.length);
    tell(load.fd, (struct frame){.type = FRAME_HELLO, .token = 1, .name = "load", .fd = -1});
    give_provider(load.fd, arena, kind, argv[3], connections);
    double started = seconds();
    run(&load, 2 * (int64_t)connections);
    printf("%.0f\n", (double)load.total / (seconds() - started));
    close(load.fd);
    wait(NULL);
    arena_free(&arena);
    return load.refused == 0 ? 0 : 1;
}
