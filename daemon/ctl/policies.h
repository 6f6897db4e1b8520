/*
 * The rulebook as it would be with the policies of another folder.
 */
#ifndef CTL_POLICIES_H
#define CTL_POLICIES_H

#include "config/config.h"

struct arena;

/* Everything else stays as it is in the configuration.  -1 where the folder has errors. */
int policies_read(const struct config *config, const char *folder, struct arena *arena, struct config *out,
                  struct findings *findings);

#endif
