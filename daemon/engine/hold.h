/*
 * How many messages may leave now, by rates, ramp and breaker; the state's
 * side of limits.h.
 */
#ifndef ENGINE_HOLD_H
#define ENGINE_HOLD_H

#include "engine/engine.h"

/* *allowed 0: nothing may leave now; engine->held and dispatch_retry_ms then say why and when. */
int hold_allowance(struct engine *engine, moment_t now, int64_t *allowed, struct err *err);

/* Within a transaction that claims messages: the ramp begins with the first one after a rest. */
int hold_ramp(struct engine *engine, moment_t now, struct err *err);

/* A person lets today's volume pass the breaker. */
int hold_approve(struct engine *engine, moment_t now, struct err *err);

#endif
