/* A small valid configuration in memory, of which a target replaces one file. */
#ifndef FUZZ_LIB_CONFIG_H
#define FUZZ_LIB_CONFIG_H

#include "config/config.h"
#include "fuzz.h"

/* Loads it with these bytes as the file of that name ("dunningd.conf", "policies/50-standard.conf", ...). */
struct config *config_with(const char *name, const struct feed *bytes, struct findings *findings);

/* The configuration as it stands, loaded once and kept. */
const struct config *config_usual(void);

/* A whole target: loads twice, checks what was said and what was made of it. */
void config_try(const char *name, const struct feed *bytes);

#endif
