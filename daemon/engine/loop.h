/*
 * The event loop (sd-event): frames of the sender before everything, work in
 * slices, a timer for what comes next.
 */
#ifndef ENGINE_LOOP_H
#define ENGINE_LOOP_H

#include <sys/types.h>

#include "base/err.h"

struct engine;

int loop_new(struct engine *engine, struct err *err);
void loop_free(struct engine *engine);

/* Runs until loop_end; returns the exit status. */
int loop_run(struct engine *engine, struct err *err);
void loop_end(struct engine *engine, int status);

/* There may be work: the next turn looks. */
void loop_wake(struct engine *engine);

/* reload_go_on is called when the child has ended. */
int loop_watch_child(struct engine *engine, pid_t child, struct err *err);

/* The link has a socket now, or has something to send. */
int loop_watch_link(struct engine *engine, struct err *err);

#endif
