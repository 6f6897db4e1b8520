#include "engine/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "base/arena.h"
#include "engine/pulse.h"
#include "engine/watchdog.h"
#include "engine/work.h"

enum {
    PRIORITY_SENDER = -10,
    PRIORITY_REST = 0,
    PRIORITY_WORK = 10,
    TIMER_ACCURACY_US = 10000,
    LOOK_MS = 1000, /* how long what people write is looked for, and how often */
    LOOK_EACH_MS = 100,
};

struct loop {
    sd_event *event;
    sd_event_source *socket, *timer, *work, *jump, *child;
    int jump_fd;
    int64_t look_until_ms;
};

static int refused(int code, const char *what, struct err *err)
{
    return err_set(err, ERR_FAILED, "event loop: %s: %s", what, strerror(-code));
}

void loop_wake(struct engine *engine)
{
    if (engine->loop)
        sd_event_source_set_enabled(engine->loop->work, SD_EVENT_ON);
}

void loop_end(struct engine *engine, int status)
{
    if (engine->loop)
        sd_event_exit(engine->loop->event, status);
}

/* A handler's failure ends the engine: what it could not do must not be passed over. */
static int handled(struct engine *engine, int result, const struct err *err)
{
    if (result < 0)
        engine_fail(engine, err);
    return 0;
}

/* ---- the sender's socket ---- */

static void watch_output(struct engine *engine)
{
    uint32_t events = EPOLLIN | (engine->link.first ? (uint32_t)EPOLLOUT : 0U);

    if (engine->loop->socket)
        sd_event_source_set_io_events(engine->loop->socket, events);
}

static int on_socket(sd_event_source *source, int fd, uint32_t revents, void *context)
{
    struct engine *engine = context;
    struct err err = {0};
    bool closed = false;
    int result = 0;

    (void)source;
    (void)fd;
    if (revents & EPOLLOUT)
        closed = link_flush(&engine->link) < 0;
    if (!closed && (revents & (EPOLLIN | EPOLLHUP | EPOLLERR)))
        result = frames_read(engine, &closed, &err);
    watchdog_busy(engine);
    if (result == 0 && closed) {
        engine->loop->socket = sd_event_source_disable_unref(engine->loop->socket);
        result = pulse_link_lost(engine, &err);
    }
    watch_output(engine);
    loop_wake(engine);
    return handled(engine, result, &err);
}

int loop_watch_link(struct engine *engine, struct err *err)
{
    struct loop *loop = engine->loop;

    loop->socket = sd_event_source_disable_unref(loop->socket);
    int code = sd_event_add_io(loop->event, &loop->socket, engine->link.fd, EPOLLIN, on_socket, engine);
    if (code < 0)
        return refused(code, "cannot watch the sender", err);
    sd_event_source_set_priority(loop->socket, PRIORITY_SENDER);
    watch_output(engine);
    return 0;
}

/* ---- work and time ---- */

static int arm_timer(struct engine *engine, struct err *err)
{
    int64_t wait_ms;
    int armed = SD_EVENT_OFF;

    /* While messages fly each outcome comes by here; the timer that runs is near enough. */
    sd_event_source_get_enabled(engine->loop->timer, &armed);
    if (engine->flights.count > 0 && armed != SD_EVENT_OFF)
        return 0;
    if (pulse_next_ms(engine, &wait_ms, err) != 0)
        return -1;
    if (clock_boot_ms() < engine->loop->look_until_ms && wait_ms > LOOK_EACH_MS)
        wait_ms = LOOK_EACH_MS;
    int code = sd_event_source_set_time_relative(engine->loop->timer, (uint64_t)wait_ms * 1000U);
    if (code < 0)
        return refused(code, "cannot set the timer", err);
    sd_event_source_set_enabled(engine->loop->timer, SD_EVENT_ONESHOT);
    return 0;
}

static int on_work(sd_event_source *source, void *context)
{
    struct engine *engine = context;
    struct err err = {0};

    int did = pulse_work(engine, &err);
    watch_output(engine);
    if (did > 0)
        return 0;
    sd_event_source_set_enabled(source, SD_EVENT_OFF);
    if (did == 0)
        did = arm_timer(engine, &err);
    return handled(engine, did, &err);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *context)
{
    struct engine *engine = context;
    struct err err = {0};

    (void)source;
    (void)usec;
    int result = pulse_tick(engine, &err);
    loop_wake(engine);
    return handled(engine, result, &err);
}

/* ---- the clock was set ---- */

static int jump_arm(int fd)
{
    struct itimerspec never = {.it_value = {.tv_sec = INT32_MAX}};

    never.it_value.tv_sec *= 4;
    return timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
}

static int on_jump(sd_event_source *source, int fd, uint32_t revents, void *context)
{
    struct engine *engine = context;
    struct err err = {0};
    uint64_t count;

    (void)source;
    (void)revents;
    if (read(fd, &count, sizeof count) < 0 && errno != ECANCELED && errno != EAGAIN)
        return -errno;
    jump_arm(fd);
    engine->whole.seen_at = MOMENT_NONE;
    int result = pulse_tick(engine, &err);
    loop_wake(engine);
    return handled(engine, result, &err);
}

static int watch_clock(struct engine *engine, struct err *err)
{
    struct loop *loop = engine->loop;

    loop->jump_fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (loop->jump_fd < 0 || jump_arm(loop->jump_fd) != 0)
        return refused(-errno, "cannot watch the clock", err);
    int code = sd_event_add_io(loop->event, &loop->jump, loop->jump_fd, EPOLLIN, on_jump, engine);
    return code < 0 ? refused(code, "cannot watch the clock", err) : 0;
}

/* ---- what people write ---- */

static int on_state_written(sd_event_source *source, const struct inotify_event *event, void *context)
{
    struct engine *engine = context;
    struct err err = {0};

    (void)source;
    (void)event;
    int result = intake_poll(engine, &err);
    /* The file is written before its transaction can be read: then it is looked at again soon. */
    if (!engine->facts_wanted)
        engine->loop->look_until_ms = clock_boot_ms() + LOOK_MS;
    loop_wake(engine);
    return handled(engine, result, &err);
}

/* dunningctl writes into the state: its wish is seen at once, not only at the next poll. */
static int watch_state(struct engine *engine, struct err *err)
{
    sd_event_source *source;
    const char *directory = engine->config->settings.state_directory;
    int code = sd_event_add_inotify(engine->loop->event, &source, directory, IN_MODIFY, on_state_written, engine);

    if (code < 0)
        return refused(code, "cannot watch the state directory", err);
    code = sd_event_source_set_floating(source, 1);
    sd_event_source_unref(source);
    return code < 0 ? refused(code, "cannot keep watching the state directory", err) : 0;
}

/* ---- signals and children ---- */

static int on_stop(sd_event_source *source, const struct signalfd_siginfo *info, void *context)
{
    struct engine *engine = context;
    struct err err = {0};

    (void)source;
    (void)info;
    int result = pulse_stop(engine, &err);
    loop_wake(engine);
    return handled(engine, result, &err);
}

static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *info, void *context)
{
    struct engine *engine = context;
    struct err err = {0};

    (void)source;
    (void)info;
    journal_reopen(&engine->journal, engine->journal.path);
    return handled(engine, reload_begin(engine, 0, &err), &err);
}

static int on_child(sd_event_source *source, const siginfo_t *info, void *context)
{
    struct engine *engine = context;
    struct err err = {0};
    bool well = info->si_code == CLD_EXITED && info->si_status == 0;

    (void)source;
    int result = reload_go_on(engine, well, &err);
    loop_wake(engine);
    return handled(engine, result, &err);
}

/* The log was rotated: its file is opened again, and nothing else is read. */
static int on_rotated(sd_event_source *source, const struct signalfd_siginfo *info, void *context)
{
    struct engine *engine = context;

    (void)source;
    (void)info;
    journal_reopen(&engine->journal, engine->journal.path);
    loop_wake(engine);
    return 0;
}

int loop_watch_child(struct engine *engine, pid_t child, struct err *err)
{
    struct loop *loop = engine->loop;

    loop->child = sd_event_source_disable_unref(loop->child); /* the one before has ended; its descriptor goes */
    int code = sd_event_add_child(loop->event, &loop->child, child, WEXITED, on_child, engine);

    return code < 0 ? refused(code, "cannot watch a child", err) : 0;
}

static int watch_signals(struct engine *engine, struct err *err)
{
    static const struct {
        int number;
        sd_event_signal_handler_t handler;
    } signals[] = {{SIGTERM, on_stop}, {SIGINT, on_stop}, {SIGHUP, on_hangup}, {SIGUSR1, on_rotated}};

    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        int code = sd_event_add_signal(engine->loop->event, NULL, signals[i].number, signals[i].handler, engine);
        if (code < 0)
            return refused(code, "cannot watch signals", err);
    }
    return 0;
}

/* ---- the loop ---- */

static int add_sources(struct engine *engine, struct err *err)
{
    struct loop *loop = engine->loop;
    int code = sd_event_add_defer(loop->event, &loop->work, on_work, engine);

    if (code >= 0)
        code = sd_event_add_time_relative(loop->event, &loop->timer, CLOCK_BOOTTIME, 0, TIMER_ACCURACY_US, on_timer,
                                          engine);
    if (code < 0)
        return refused(code, "cannot make its sources", err);
    sd_event_source_set_priority(loop->work, PRIORITY_WORK);
    sd_event_source_set_priority(loop->timer, PRIORITY_REST);
    sd_event_source_set_enabled(loop->work, SD_EVENT_ON);
    if (watch_signals(engine, err) != 0)
        return -1;
    if (engine->options.once)
        return 0;
    return watch_clock(engine, err) != 0 ? -1 : watch_state(engine, err);
}

int loop_new(struct engine *engine, struct err *err)
{
    engine->loop = arena_must(calloc(1, sizeof *engine->loop));
    engine->loop->jump_fd = -1;
    int code = sd_event_new(&engine->loop->event);
    if (code < 0)
        return refused(code, "cannot be made", err);
    return add_sources(engine, err);
}

int loop_run(struct engine *engine, struct err *err)
{
    int code = sd_event_loop(engine->loop->event);

    return code < 0 ? refused(code, "ended", err) : code;
}

void loop_free(struct engine *engine)
{
    struct loop *loop = engine->loop;

    if (!loop)
        return;
    sd_event_source_disable_unref(loop->socket);
    sd_event_source_disable_unref(loop->timer);
    sd_event_source_disable_unref(loop->work);
    sd_event_source_disable_unref(loop->jump);
    sd_event_source_disable_unref(loop->child);
    if (loop->jump_fd >= 0)
        close(loop->jump_fd);
    sd_event_unref(loop->event);
    free(loop);
    engine->loop = NULL;
}
