/*
 * What a person can do about a reason, in words.
 */
#ifndef CTL_ADVICE_H
#define CTL_ADVICE_H

#include "model/reason.h"

struct arena;

/*
 * A sentence without a full stop; "" where there is nothing to do but wait.
 * id: of the invoice or customer; notice: of what is planned for it.
 */
const char *advice_for(enum reason reason, const char *id, const char *notice, struct arena *arena);

#endif
