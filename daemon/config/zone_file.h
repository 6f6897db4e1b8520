/*
 * A time zone file (TZif, RFC 8536, version 2 or later) as a table of offsets.
 */
#ifndef CONFIG_ZONE_FILE_H
#define CONFIG_ZONE_FILE_H

#include "base/zone.h"

struct arena;

/*
 * The zone in these bytes, its transitions listed or ruled up to the year
 * 2100.  NULL if they are no such file, are cut short or count leap seconds.
 * Pure; everything it gives is in the arena.
 */
const struct zone *zone_file_read(const char *name, const char *bytes, size_t size, struct arena *arena);

#endif
