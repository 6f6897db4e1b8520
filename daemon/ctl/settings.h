/*
 * Parts of the configuration by themselves.
 */
#ifndef CTL_SETTINGS_H
#define CTL_SETTINGS_H

#include "config/config.h"

struct arena;

/*
 * dunningd.conf alone, without policies, providers, templates and calendars:
 * enough for what does not ask them.  NULL where that file itself is wrong.
 */
struct config *settings_read(const char *file, struct arena *arena);

/* Everything as in the configuration, but the policies of another folder.  -1 where the folder has errors. */
int settings_with_policies(const struct config *config, const char *folder, struct arena *arena, struct config *out,
                           struct findings *findings);

#endif
