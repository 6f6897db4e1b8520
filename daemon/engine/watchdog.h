/*
 * The sign of life that systemd waits for.  It is given for work done, or where
 * all kinds of work were looked at and none is to do; never by a timer alone.
 * Work that says it did something and changes nothing is no work.
 */
#ifndef ENGINE_WATCHDOG_H
#define ENGINE_WATCHDOG_H

#include "engine/engine.h"

/* A slice of work or frames of the sender: counts if the state or the customers looked at have moved since. */
void watchdog_busy(struct engine *engine);

/* Every kind of work had its turn and none is left, or one failed and that was said. */
void watchdog_idle(struct engine *engine);

/* Is a sign due at `now`?  mark: of the work done, -1 where none is left to do. */
bool watchdog_due(struct pulse *pulse, int64_t mark, int64_t now);

#endif
