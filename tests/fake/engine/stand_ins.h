/*
 * What stands in for the world around the real engine in a test that turns it
 * itself: the clocks of engine/clock_read.c and the loop of engine/loop.c.  To
 * be compiled into the test's program, so that the linker takes these.
 */
#ifndef FAKE_ENGINE_STAND_INS_H
#define FAKE_ENGINE_STAND_INS_H

#include "engine/engine.h"

struct stand_in {
    moment_t wall;   /* what the machine's clock shows */
    int64_t boot_ms; /* since the machine's start */
    int boots;       /* starts of the machine */
    bool reloads;    /* a child may read the configuration */
    bool child;      /* one does */
    bool ended;      /* the engine ended its loop */
    int end_status;  /* ... with this */
};
extern struct stand_in stand_in;

#endif
