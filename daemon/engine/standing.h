/*
 * What a reason means for a notice that is planned already.
 */
#ifndef ENGINE_STANDING_H
#define ENGINE_STANDING_H

#include "engine/draft.h"

/* DRAFT_WITHDRAW, DRAFT_SUPERSEDE, or DRAFT_LATER with the seconds to wait; the same table as for the gate's no. */
enum draft_kind standing_of(enum reason reason, int32_t *wait_s);

/* When to look again at a message that waits for a window: the next opening of its policy for this customer. */
moment_t standing_opens(const struct rulebook *rulebook, const struct policy *policy, const struct dossier *dossier,
                        moment_t now);

#endif
