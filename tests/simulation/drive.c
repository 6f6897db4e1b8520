/* Turns the real engine as its loop does, over the days of a world. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "engine/pulse.h"
#include "engine/work.h"
#include "memory_vfs.h"
#include "rooms.h"
#include "stand_ins.h"
#include "truth.h"

enum { TURNS_MOST = 3000, RESTLESS_S = 1, PATIENCE_MOST_S = 6 * 3600 };

static int64_t patience;

/* ---- the engine's life ---- */

static void engine_gone(struct world *world)
{
    life.running = true; /* what it writes at its end counts, or comes to nothing where it is dead */
    engine_close(world->engine);
    life.running = false;
    free(world->engine);
    world->engine = NULL;
    world->up = false;
    if (life.dead) {
        life.left = -1;
        world->kills++;
        if (world->up_at < world->t + world->away_after_kill)
            world->up_at = world->t + world->away_after_kill;
        if (world->verbose)
            printf("    dunningd is dead\n");
    }
    world->trouble_at = world->t;
    /* The sender reads what was sent before the end. */
    post_work(world);
    post_lost(world);
    life.dead = false;
    stand_in.child = stand_in.ended = false;
}

static void failed(struct world *world, const char *what, const struct err *err)
{
    if (!life.dead)
        referee_wrong(world, "engine", "%s: %s", what, err->text);
}

static void move_clock(struct world *world)
{
    stand_in.wall = wall_of(world);
    around.sender_down = world->t < world->sender_back_at;
}

static bool start(struct world *world)
{
    struct engine_options options = {.sender = "", .sender_fd = -1};
    struct err err = {0};

    move_clock(world);
    world->engine = calloc(1, sizeof *world->engine);
    if (world->engine == NULL)
        abort();
    world->up = true;
    world->starts++;
    world->config = around.config;
    life.running = true;
    int result = engine_start(world->engine, &options,
                              stand_in_config(variant_config(around.config), world->starts * 100), &err);
    if (result == 0)
        result = pulse_tick(world->engine, &err);
    life.running = false;
    if (result != 0)
        failed(world, "start", &err);
    if (result != 0 || life.dead)
        engine_gone(world);
    return world->up;
}

/* ---- one turn, in the order of engine/loop.c: the sender's frames, then work ---- */

static int read_link(struct engine *engine, bool *did, struct err *err)
{
    bool closed = false;

    if (engine->link.fd < 0)
        return 0;
    if (engine->link.first)
        closed = link_flush(&engine->link) < 0;
    if (!closed && around.incoming) {
        around.incoming = false;
        *did = true;
        if (frames_read(engine, &closed, err) != 0)
            return -1;
    }
    return closed ? pulse_link_lost(engine, err) : 0;
}

static int turn_once(struct world *world, bool *did, struct err *err)
{
    struct engine *engine = world->engine;

    if (stand_in.child) {
        stand_in.child = false;
        *did = true;
        if (reload_go_on(engine, true, err) != 0)
            return -1;
        world->config = around.config;
    }
    if (read_link(engine, did, err) != 0)
        return -1;
    int worked = pulse_work(engine, err);
    *did = *did || worked > 0;
    return worked < 0 ? -1 : 0;
}

/* Until nobody has anything to do at this moment; false if nobody had. */
static bool turn(struct world *world)
{
    struct err err = {0};
    bool did = true, any = false;

    for (int i = 0; did && !world->broken; i++) {
        did = false;
        life.running = true;
        int result = turn_once(world, &did, &err);
        life.running = false;
        world->turns++;
        if (around.connected) {
            around.connected = false;
            post_connect(world);
            did = true;
        }
        if (result != 0 || life.dead || stand_in.ended) {
            if (result != 0 || stand_in.ended)
                failed(world, "turn", &err);
            engine_gone(world);
            return true;
        }
        did = post_work(world) || did;
        any = any || did;
        if (i == TURNS_MOST)
            referee_wrong(world, "engine", "it does not come to rest");
    }
    return any;
}

static void tick(struct world *world)
{
    struct err err = {0};

    life.running = true;
    int result = pulse_tick(world->engine, &err);
    life.running = false;
    if (result != 0 || life.dead) {
        failed(world, "tick", &err);
        engine_gone(world);
    }
}

/* ---- what comes next ---- */

static int64_t sooner(int64_t next, int64_t other)
{
    return other < next ? other : next;
}

static int64_t next_deed(const struct world *world)
{
    for (int i = 0; i < world->deed_count; i++)
        if (!world->deeds[i].done)
            return world->deeds[i].t;
    return INT64_MAX;
}

static int64_t to_t(const struct world *world, moment_t at)
{
    return at == MOMENT_NEVER ? INT64_MAX : at - WORLD_BEGIN - world->offset;
}

/* When the engine has something to do by itself. */
static int64_t engine_next(const struct world *world)
{
    struct engine *engine = world->engine;
    struct err err = {0};
    moment_t wake = MOMENT_NEVER, claim = MOMENT_NEVER;
    int64_t boot = stand_in.boot_ms, next;

    state_next_wake(engine->state, &wake, &err);
    state_next_claim(engine->state, &claim, &err);
    next = sooner(to_t(world, wake), to_t(world, claim));
    if (engine->merged_at != MOMENT_NONE)
        next = sooner(next, to_t(world, engine->merged_at + engine->config->settings.reconcile_s));
    if (next <= world->t) {
        /* It waits for something else: looked for less and less often. */
        next = world->t + patience;
        patience = patience * 2 > PATIENCE_MOST_S ? PATIENCE_MOST_S : patience * 2;
    } else {
        patience = RESTLESS_S;
    }
    if (engine->link.fd < 0 && !around.sender_down)
        next = sooner(next, world->t + (engine->pulse.reconnect_ms - boot) / 1000 + 1);
    if (engine->dispatch_retry_ms != 0)
        next = sooner(next, world->t + (engine->dispatch_retry_ms - boot) / 1000 + 1);
    return next;
}

static int64_t next_moment(struct world *world, int64_t end)
{
    int64_t next = sooner(next_deed(world), end);

    if (world->up)
        next = sooner(sooner(next, engine_next(world)), post_next(world));
    else
        next = sooner(next, world->up_at);
    if (around.sender_down && world->up)
        next = sooner(next, world->sender_back_at > world->t ? world->sender_back_at : INT64_MAX);
    if (next <= world->t)
        next = world->t + 1;
    /* Some moments at which nothing is to be done are looked at, too. */
    if (next - world->t > 3600 && dice_chance(&world->dice, 3))
        next = world->t + 1 + dice_roll(&world->dice, (uint32_t)(next - world->t));
    return next;
}

/* ---- the days ---- */

static void do_deeds(struct world *world)
{
    for (int i = 0; i < world->deed_count; i++) {
        struct deed *deed = &world->deeds[i];

        if (deed->t > world->t)
            return;
        if (!deed->done && !deed->off)
            deed_do(world, deed);
        deed->done = true;
    }
}

static void live_moment(struct world *world)
{
    do_deeds(world);
    move_clock(world);
    if (world->up && world->up_at > world->t)
        engine_gone(world);
    if (!world->up && world->up_at <= world->t && !start(world))
        return;
    if (!world->up)
        return;
    feed_go_on(world);
    plant_now(world);
    tick(world);
    if (world->up && turn(world) && world->up && !world->broken)
        referee_rest(world);
}

static void walk(struct world *world)
{
    int64_t end = (int64_t)WORLD_DAYS * DAY_SECONDS;

    patience = RESTLESS_S;
    while (world->t < end && !world->broken) {
        live_moment(world);
        int64_t next = next_moment(world, end);
        stand_in.boot_ms += (next - world->t) * 1000;
        world->t = next;
        move_clock(world);
    }
}

static void leave_out(struct world *world, const bool *off, size_t count)
{
    for (int i = 0; i < world->deed_count && (size_t)i < count; i++)
        world->deeds[i].off = off[i];
    for (int i = 0; i < FATES_MAX && (size_t)(i + DEEDS_MAX) < count; i++)
        world->fates[i].off = off[DEEDS_MAX + i];
}

bool world_run(struct world *world, const bool *off, size_t off_count)
{
    leave_out(world, off, off_count);
    stand_in = (struct stand_in){.boots = 1, .boot_ms = 5000000, .reloads = true};
    around = (struct surroundings){.sender_fd = -1,
                                   .chance = world->seed,
                                   .config = world->config,
                                   .no_summary = world->seed % 2 == 0,
                                   .no_witness = world->plant == PLANT_WITNESS,
                                   .verbose = world->verbose};
    life = (struct life){.left = -1};
    rooms_enter(world);
    walk(world);
    if (world->up) {
        life.left = -1;
        engine_gone(world);
    }
    if (!world->broken)
        referee_end(world);
    rooms_leave(world);
    for (int i = 0; i < PARCELS_MAX; i++)
        free(world->parcels[i].bytes);
    return !world->broken;
}
