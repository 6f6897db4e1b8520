/*
 * Where a world lives: a folder with the configurations, and databases in
 * memory that begin each time as they were when they were new.
 */
#ifndef SIMULATION_ROOMS_H
#define SIMULATION_ROOMS_H

#include "truth.h"

/* Makes the folder and the templates of the databases; false with a word on standard error. */
bool rooms_build(void);
void rooms_clear(void);

void rooms_enter(struct world *world);
void rooms_leave(struct world *world);

/* A path in the folder; valid until the next call. */
const char *rooms_path(const char *name);

#endif
