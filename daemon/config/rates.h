/*
 * The folder of rates: regimes and series in .conf files, the rates of a
 * series in a .csv file beside them (dunningd-rates(5)).
 */
#ifndef CONFIG_RATES_H
#define CONFIG_RATES_H

#include <stdbool.h>

#include "base/day.h"
#include "base/err.h"

struct config;
struct rates;
struct reader;
struct regime;

/* Reads the folder into config->rulebook.rates; a folder that is not there has no rates. */
void rates_load(struct reader *reader, const char *path);

/* The same for a folder by itself, without a configuration; it must be there.  NULL with findings. */
struct arena;
const struct rates *rates_read(const char *path, struct arena *arena, struct findings *findings);

/* Sets one key of a regime as its file would; false with findings, in whose arena it lives. */
bool rates_change(const struct rates *rates, struct regime *regime, const char *key, const char *value,
                  struct findings *findings);

/* What does not fit together in a regime: a sentence that begins with a key, "" if all does. */
const char *rates_fault(const struct regime *regime);

/* Tells of series that regimes use and that end soon, or have ended, on that day; a warning where a policy uses them.
 */
struct rulebook;
void rates_check_horizon(const struct rulebook *rulebook, day_t today, struct findings *findings);

#endif
