/*
 * The complete list of gates of each verdict, with figures, for explain.
 */
#ifndef POLICY_FIGURES_H
#define POLICY_FIGURES_H

struct desk;

void figures_fill(struct desk *desk);

#endif
