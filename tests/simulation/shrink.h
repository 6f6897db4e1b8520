/* Makes the story of a failing seed shorter, for as long as the same rule is broken. */
#ifndef SIMULATION_SHRINK_H
#define SIMULATION_SHRINK_H

#include "truth.h"

#define CHOICES_MAX (DEEDS_MAX + FATES_MAX)

/* Fills off[] with what can be left out; returns how many choices are left. */
size_t shrink(uint64_t seed, enum plant plant, bool off[CHOICES_MAX]);
/* Prints what is left in plain lines. */
void shrink_tell(uint64_t seed, enum plant plant, const bool off[CHOICES_MAX]);

#endif
