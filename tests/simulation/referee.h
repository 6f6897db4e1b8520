/* What the files of the referee share. */
#ifndef SIMULATION_REFEREE_H
#define SIMULATION_REFEREE_H

#include "truth.h"

/* Is it a contact that may have reached the customer, for all that anybody can know? */
bool letter_counts(const struct letter *letter);
bool letter_is_handoff(const struct letter *letter);

void referee_money(struct world *world, const struct letter *letter);
void referee_text(struct world *world, const struct letter *letter, const struct parcel *parcel);
void referee_ladder(struct world *world, const struct letter *letter);
void referee_further(struct world *world, const struct letter *letter);
void referee_moment(struct world *world, const struct letter *letter);
void referee_contacts(struct world *world, const struct letter *letter);
void referee_clock(struct world *world);

#endif
