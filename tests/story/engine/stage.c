/* The stage: a disk that fails, the engine's turns, the sender's end. */
#include "stage.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/arena.h"
#include "engine/pulse.h"
#include "engine/work.h"

/* ---- the disk ---- */

int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);
int __real_statvfs(const char *path, struct statvfs *out);
int __wrap_statvfs(const char *path, struct statvfs *out);

int __wrap_fdatasync(int fd)
{
    if (!stage_world.sync_fails)
        return __real_fdatasync(fd);
    errno = EIO;
    return -1;
}

int __wrap_statvfs(const char *path, struct statvfs *out)
{
    int result = __real_statvfs(path, out);

    out->f_bavail = stage_world.disk_full ? 0 : 1 << 22;
    return result;
}

/* ---- the engine ---- */

static struct config *read_config(const struct stage *stage)
{
    struct arena *arena = arena_new(0);
    struct config *config = NULL;
    struct findings findings;

    findings_init(&findings, arena);
    if (config_load(stage_path(stage, "dunningd.conf"), 1, &config, &findings) != 0)
        fail_msg("%s", finding_line(&findings.list[0], arena));
    arena_free(&arena);
    return config;
}

void stage_start(struct stage *stage)
{
    struct engine_options options = {.sender = "", .sender_fd = -1};
    struct err err = {0};

    stage->ended = stand_in.ended = false;
    stage->engine = calloc(1, sizeof *stage->engine);
    if (engine_start(stage->engine, &options, read_config(stage), &err) != 0)
        fail_msg("start: %s", err.text);
    stage_rest(stage);
}

void stage_stop(struct stage *stage)
{
    engine_close(stage->engine);
    free(stage->engine);
    stage->engine = NULL;
    stage_leave(stage);
}

static bool to_read(int fd)
{
    struct pollfd look = {.fd = fd, .events = POLLIN};

    return fd >= 0 && poll(&look, 1, 0) > 0;
}

static bool read_frames(struct stage *stage, bool *did)
{
    struct engine *engine = stage->engine;
    struct err err = {0};
    bool closed = false;

    if (!to_read(engine->link.fd))
        return true;
    *did = true;
    return frames_read(engine, &closed, &err) == 0 && (!closed || pulse_link_lost(engine, &err) == 0);
}

static void say(const struct stage *stage, struct frame *frame)
{
    if (stage->post < 0 || frame_send(stage->post, frame) <= 0)
        fail_msg("the engine does not listen");
}

static void greet(struct stage *stage)
{
    struct frame frame = frame_blank(FRAME_HELLO);

    frame.name = "a story";
    say(stage, &frame);
    frame = frame_blank(FRAME_IN_HAND);
    for (int i = 0; i < stage->held_count; i++) {
        frame.attempt = stage->held[i]->attempt;
        frame.token = stage->held[i]->token;
        say(stage, &frame);
    }
    frame.attempt = 0;
    frame.token = 0;
    say(stage, &frame);
}

static void keep_seen(struct stage *stage, const struct frame *frame, struct arena *arena)
{
    struct seen *seen = &stage->seen[stage->count++];
    const void *bytes;

    if (stage->count == SEEN_MAX)
        fail_msg("too many frames for a story");
    *seen = (struct seen){.type = frame->type, .attempt = frame->attempt, .token = frame->token};
    snprintf(seen->provider, sizeof seen->provider, "%s", frame->name);
    snprintf(seen->reason, sizeof seen->reason, "%s", frame->reason);
    if (frame->type != FRAME_SUBMIT)
        return;
    if (sealed_read(frame->fd, 1 << 20, arena, &bytes, &seen->length) != 0)
        fail_msg("the request of attempt %" PRId64 " is not sealed", frame->attempt);
    seen->bytes = malloc(seen->length);
    memcpy(seen->bytes, bytes, seen->length);
}

/* The sender's end: who connects is greeted, what is said is kept. */
static bool read_post(struct stage *stage)
{
    struct arena *arena = arena_new(0);
    struct frame frame;
    bool any = to_read(stage->listener);

    if (any) {
        if (stage->post >= 0)
            close(stage->post);
        stage->post = accept4(stage->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        greet(stage);
    }
    while (stage->post >= 0 && frame_receive(stage->post, arena, &frame) > 0) {
        any = true;
        keep_seen(stage, &frame, arena);
        if (frame.fd >= 0)
            close(frame.fd);
    }
    arena_free(&arena);
    return any;
}

/* The engine ends as its loop would end it; what it has said is heard. */
static void failed(struct stage *stage)
{
    stage->ended = true;
    read_post(stage);
    stage_stop(stage);
}

void stage_hear(struct stage *stage)
{
    bool did = false;

    if (!read_frames(stage, &did))
        failed(stage);
    read_post(stage);
}

void stage_rest(struct stage *stage)
{
    struct err err = {0};
    bool did = true;

    if (pulse_tick(stage->engine, &err) != 0)
        fail_msg("tick: %s", err.text);
    for (int i = 0; did && stage->engine != NULL; i++) {
        did = false;
        if (!read_frames(stage, &did)) {
            failed(stage);
            return;
        }
        int worked = pulse_work(stage->engine, &err);
        if (worked < 0 || stand_in.ended) {
            failed(stage);
            return;
        }
        did = read_post(stage) || did || worked > 0;
        if (i == 1000)
            fail_msg("the engine does not come to rest");
    }
}

void stage_wait(struct stage *stage, int64_t s)
{
    stand_in.wall += s;
    stand_in.boot_ms += s * 1000;
    stage_rest(stage);
}

/* ---- the sender ---- */

int stage_submits(const struct stage *stage)
{
    int submits = 0;

    for (int i = 0; i < stage->count; i++)
        submits += stage->seen[i].type == FRAME_SUBMIT;
    return submits;
}

const struct seen *stage_submit(const struct stage *stage, int index)
{
    for (int i = 0; i < stage->count; i++)
        if (stage->seen[i].type == FRAME_SUBMIT && index-- == 0)
            return &stage->seen[i];
    fail_msg("nothing was submitted");
    return NULL;
}

void stage_ask(const struct stage *stage, const struct seen *submit)
{
    struct frame frame = frame_blank(FRAME_ASK);

    frame.attempt = submit->attempt;
    frame.token = submit->token;
    say(stage, &frame);
}

void stage_outcome(struct stage *stage, const struct seen *submit, enum outcome_class class, int retry_after_s)
{
    struct frame frame = frame_blank(FRAME_OUTCOME);

    frame.attempt = submit->attempt;
    frame.token = submit->token;
    frame.class = class;
    frame.phase = PHASE_DONE;
    frame.text = "as the story says";
    frame.retry_after_s = retry_after_s;
    say(stage, &frame);
    stage_rest(stage);
}

void stage_deliver(struct stage *stage, const struct seen *submit, enum outcome_class class)
{
    stage_ask(stage, submit);
    stage_rest(stage);
    expect_text("the gate", stage_answer(stage, submit), "yes");
    stage_outcome(stage, submit, class, 0);
}

const char *stage_answer(const struct stage *stage, const struct seen *submit)
{
    for (int i = stage->count - 1; i >= 0; i--) {
        const struct seen *seen = &stage->seen[i];

        if (seen->attempt != submit->attempt || seen->token != submit->token)
            continue;
        if (seen->type == FRAME_YES)
            return "yes";
        if (seen->type == FRAME_NO)
            return seen->reason;
    }
    return "";
}

void stage_leave(struct stage *stage)
{
    if (stage->post >= 0)
        close(stage->post);
    stage->post = -1;
}
