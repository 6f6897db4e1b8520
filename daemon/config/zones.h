/*
 * Time zones from the system's tzdata, each read once into a table of transitions up to 2100.
 */
#ifndef CONFIG_ZONES_H
#define CONFIG_ZONES_H

#include "base/zone.h"

struct arena;
struct zones;

struct zones *zones_new(struct arena *arena);
/* NULL if the system knows no such zone (or name is ""). */
const struct zone *zones_find(struct zones *zones, const char *name);

#endif
