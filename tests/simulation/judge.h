/*
 * The judge: looks at what was sent and at the world as it then was, and knows
 * the invariants of DESIGN 8, but no line of the decision's code.
 */
#ifndef SIMULATION_JUDGE_H
#define SIMULATION_JUDGE_H

#include "world.h"

/* Judges one notice at the moment it goes out; false after saying what is wrong. */
bool judge_send(const struct world *world, const struct send *send);
/* Judges the end: whatever could go has gone (I4, I12). */
bool judge_end(const struct world *world, moment_t end);

#endif
