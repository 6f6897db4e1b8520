#include "fake/sender.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/text.h"
#include "fake/test.h"
#include "wire/request.h"

struct script {
    const struct sender_row *rows;
    size_t count;
    int used[64];
    struct sender_log *log;
    int64_t asked_ms[SENDER_SEEN_MAX];
    int fd;
};

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct frame blank(enum frame_type type)
{
    return (struct frame){
        .type = type, .protocol = WIRE_PROTOCOL, .name = "", .reason = "", .text = "", .provider_id = "", .fd = -1};
}

static void say(const struct script *script, const struct frame *frame)
{
    struct pollfd room = {.fd = script->fd, .events = POLLOUT};

    while (frame_send(script->fd, frame) == 0)
        poll(&room, 1, 1000);
}

static int find_row(struct script *script, const char *to)
{
    for (size_t i = 0; i < script->count; i++) {
        const struct sender_row *row = &script->rows[i];
        if (strstr(to, row->to) == NULL || (row->times > 0 && script->used[i] >= row->times))
            continue;
        script->used[i]++;
        return (int)i;
    }
    return -1;
}

static void outcome(const struct script *script, const struct sender_seen *seen, enum outcome_class class)
{
    struct frame frame = blank(FRAME_OUTCOME);
    const struct sender_row *row = seen->row < 0 ? NULL : &script->rows[seen->row];

    frame.attempt = seen->attempt;
    frame.token = seen->token;
    frame.class = class;
    frame.phase = seen->yes ? PHASE_DONE : PHASE_ENVELOPE;
    frame.code = row ? row->code : 0;
    frame.text = row && row->text ? row->text : "250 2.0.0 queued as F4KE";
    say(script, &frame);
}

static void look_into(struct sender_seen *seen, int fd, struct arena *arena)
{
    unsigned char sha[SHA256_SIZE];
    struct request request;
    const void *bytes;
    size_t length;

    if (sealed_map(fd, 1 << 26, &bytes, &length) != 0)
        return;
    digest_sha256(bytes, length, sha);
    digest_hex(sha, sizeof sha, seen->sha256);
    if (request_unpack(bytes, length, arena, &request, NULL) == 0)
        snprintf(seen->to, sizeof seen->to, "%s", request.kind == PROVIDER_DROP ? request.file : request.to);
    munmap((void *)(uintptr_t)bytes, length);
}

static void on_submit(struct script *script, const struct frame *frame, struct arena *arena)
{
    struct sender_log *log = script->log;

    if (log->count >= SENDER_SEEN_MAX)
        _exit(3);
    struct sender_seen *seen = &log->seen[log->count];
    *seen = (struct sender_seen){.attempt = frame->attempt, .token = frame->token};
    snprintf(seen->provider, sizeof seen->provider, "%s", frame->name);
    look_into(seen, frame->fd, arena);
    seen->row = find_row(script, seen->to);
    log->count++;
    if (seen->row >= 0 && script->rows[seen->row].no_ask) {
        outcome(script, seen, script->rows[seen->row].class);
        return;
    }
    if (seen->row >= 0 && script->rows[seen->row].before_ask)
        script->rows[seen->row].before_ask();
    struct frame ask = blank(FRAME_ASK);
    ask.attempt = seen->attempt;
    ask.token = seen->token;
    seen->asked = true;
    script->asked_ms[log->count - 1] = now_ms();
    say(script, &ask);
}

static void on_answer(struct script *script, struct sender_seen *seen, const struct frame *frame)
{
    const struct sender_row *row = seen->row < 0 ? NULL : &script->rows[seen->row];
    int took = (int)(now_ms() - script->asked_ms[seen - script->log->seen]);

    if (took > script->log->answer_ms_max)
        script->log->answer_ms_max = took;
    seen->yes = frame->type == FRAME_YES;
    seen->no = !seen->yes;
    snprintf(seen->reason, sizeof seen->reason, "%s", frame->reason);
    if (seen->yes && row && row->die_after_yes)
        _exit(0);
    if (seen->yes && row && row->silent_after_yes)
        return;
    outcome(script, seen, seen->no ? OUTCOME_GATE_NO : (row ? row->class : OUTCOME_ACCEPTED));
}

static struct sender_seen *find_seen(struct sender_log *log, const struct frame *frame)
{
    for (int i = 0; i < log->count; i++)
        if (log->seen[i].attempt == frame->attempt && log->seen[i].token == frame->token)
            return &log->seen[i];
    return NULL;
}

static void take(struct script *script, const struct frame *frame, struct arena *arena)
{
    struct sender_seen *seen = find_seen(script->log, frame);

    if (frame->type == FRAME_HELLO)
        script->log->hellos++;
    if (frame->type == FRAME_PROVIDER) {
        script->log->providers++;
        script->log->generation = frame->generation;
    }
    if (frame->type == FRAME_SUBMIT)
        on_submit(script, frame, arena);
    if (seen && (frame->type == FRAME_YES || frame->type == FRAME_NO))
        on_answer(script, seen, frame);
    if (seen && frame->type == FRAME_ACK)
        seen->acknowledged = true;
    if (frame->fd >= 0)
        close(frame->fd);
}

static void greet(const struct script *script, const struct sender_seen *in_hand)
{
    struct frame hello = blank(FRAME_HELLO), end = blank(FRAME_IN_HAND);

    hello.name = "fake";
    say(script, &hello);
    for (; in_hand && in_hand->attempt != 0; in_hand++) {
        struct frame held = blank(FRAME_IN_HAND);
        held.attempt = in_hand->attempt;
        held.token = in_hand->token;
        held.phase = PHASE_COMMITTED;
        say(script, &held);
    }
    say(script, &end);
}

static void run(struct script *script, const struct sender_seen *in_hand)
{
    struct arena *arena = arena_new(0);
    struct pollfd input = {.fd = script->fd, .events = POLLIN};
    struct frame frame;

    greet(script, in_hand);
    for (;;) {
        arena_reset(arena);
        int got = frame_receive(script->fd, arena, &frame);
        if (got < 0)
            _exit(0);
        if (got == 0)
            poll(&input, 1, -1);
        else
            take(script, &frame, arena);
    }
}

struct fake_sender fake_sender_start(const struct sender_row *rows, size_t count, const struct sender_seen *in_hand)
{
    struct fake_sender sender = {.fd = -1};
    struct script script = {.rows = rows, .count = count};
    int pair[2];

    sender.log = mmap(NULL, sizeof *sender.log, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (sender.log == MAP_FAILED || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0)
        fail_msg("the fake sender cannot be made");
    script.log = sender.log;
    script.fd = pair[1];
    sender.pid = fork();
    if (sender.pid == 0) {
        close(pair[0]);
        signal(SIGPIPE, SIG_IGN);
        run(&script, in_hand);
    }
    close(pair[1]);
    sender.fd = pair[0];
    return sender;
}

void fake_sender_wait(struct fake_sender *sender)
{
    if (sender->pid > 0)
        waitpid(sender->pid, NULL, 0);
    sender->pid = 0;
}

void fake_sender_stop(struct fake_sender *sender)
{
    fake_sender_wait(sender);
    if (sender->log)
        munmap(sender->log, sizeof *sender->log);
    *sender = (struct fake_sender){.fd = -1};
}
