#include "stand_ins.h"

#include <stdio.h>

#include "engine/loop.h"

struct stand_in stand_in;

/* ---- engine/clock_read.c ---- */

moment_t clock_now(const struct clock_watch *watch)
{
    return watch->fixed != MOMENT_NONE ? watch->fixed : stand_in.wall;
}

int64_t clock_boot_ms(void)
{
    return stand_in.boot_ms;
}

int64_t clock_boot(void)
{
    return stand_in.boot_ms / 1000;
}

char *clock_boot_id(char buffer[BOOT_ID_SIZE])
{
    snprintf(buffer, BOOT_ID_SIZE, "boot-%d", stand_in.boots);
    return buffer;
}

/* ---- engine/loop.c: the test turns the engine ---- */

int loop_new(struct engine *engine, struct err *err)
{
    (void)engine;
    (void)err;
    return 0;
}

void loop_free(struct engine *engine)
{
    (void)engine;
}

int loop_run(struct engine *engine, struct err *err)
{
    (void)engine;
    return err_set(err, ERR_FAILED, "this test has no loop");
}

void loop_end(struct engine *engine, int status)
{
    (void)engine;
    stand_in.ended = true;
    stand_in.end_status = status;
}

void loop_wake(struct engine *engine)
{
    (void)engine;
}

int loop_watch_child(struct engine *engine, pid_t child, struct err *err)
{
    (void)engine;
    (void)child;
    if (!stand_in.reloads)
        return err_set(err, ERR_FAILED, "this test does not reload");
    stand_in.child = true;
    return 0;
}

int loop_watch_link(struct engine *engine, struct err *err)
{
    (void)engine;
    (void)err;
    return 0;
}
