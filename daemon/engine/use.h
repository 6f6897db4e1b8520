/*
 * What a state may be used for: rehearsals and real sending do not mix (DESIGN 3).
 */
#ifndef ENGINE_USE_H
#define ENGINE_USE_H

#include "config/config.h"
#include "store/state.h"

/* Does any provider reach the world? */
bool use_is_real(const struct config *config);

/* ERR_USAGE: a rehearsal with a real provider. */
int use_allowed(const struct config *config, bool rehearsal, struct err *err);

/* ERR_REFUSED: the state's past does not fit.  Marks it otherwise. */
int use_mark(struct state *state, const struct config *config, bool rehearsal, struct arena *arena, struct err *err);

#endif
