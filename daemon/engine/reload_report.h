/*
 * What a reload changes: the settings, and what follows from them for the
 * items (RULES R37).
 */
#ifndef ENGINE_RELOAD_REPORT_H
#define ENGINE_RELOAD_REPORT_H

#include "engine/engine.h"

/* In the state: SHA-256 of what was written in the files, and since when it is in force. */
#define CONFIG_DIGEST_KEY "config_digest"
#define CONFIG_READ_KEY "config_read_at"

struct written_changes;

/* The counts of one policy. */
struct reload_count {
    int64_t redated;     /* items whose next step has another moment */
    int64_t moved;       /* whose next step is another one */
    int64_t fallen_back; /* whose step is gone, so that they stand lower */
    int64_t fire;        /* notices that become due at once; less than 0: that no longer are */
};

/* One for each policy of the configuration, in its order; for free(). */
struct reload_count *reload_counts_new(const struct config *config);

/* The findings, then the changes, a line each; a long list is cut, and says how long it is. */
const char *reload_notes(const char *findings, const struct written_changes *changes, struct arena *arena);
/* The first changes in one line, for the event. */
const char *reload_words(const struct written_changes *changes, struct arena *arena);
/* What the merge has counted: a line for each policy that it concerns, then the sums. */
const char *reload_counts(const struct engine *engine, struct arena *arena);

/* Keeps in the state which configuration is in force, so that `status` sees when the files are others. */
int reload_remember(struct engine *engine, struct err *err);

#endif
