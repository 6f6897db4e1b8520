/*
 * What the loop does at each turn: the order of work, the tick of the timer,
 * the sender coming and going, the end.
 */
#ifndef ENGINE_PULSE_H
#define ENGINE_PULSE_H

#include "engine/engine.h"

/* One slice of the first kind of work that has any: 1 did something, 0 idle. */
int pulse_work(struct engine *engine, struct err *err);

/* The timer came: looks whether anybody wrote, whose time has come, whether the sender is back. */
int pulse_tick(struct engine *engine, struct err *err);

/* Milliseconds until the next tick is needed. */
int pulse_next_ms(struct engine *engine, int64_t *wait_ms, struct err *err);

/* SIGTERM: nothing more is handed out, pending asks are told no, what is committed is waited for. */
int pulse_stop(struct engine *engine, struct err *err);

/* The sender's socket is closed. */
int pulse_link_lost(struct engine *engine, struct err *err);

/* Makes the link where there is none. */
int pulse_link_up(struct engine *engine, struct err *err);

#endif
