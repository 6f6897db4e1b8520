/*
 * One setting of a configuration file set to another value in the file's text:
 * everything else, comments and spaces too, stays as it is.  Pure.
 */
#ifndef CONFIG_EDIT_H
#define CONFIG_EDIT_H

#include <stdbool.h>

struct arena;

/* A text as it stands in a file, in quotes.  It has no control characters. */
const char *edit_quote(struct arena *arena, const char *text);

/*
 * The text with the setting at path, "timezone" or "business.name", at value,
 * which is as it stands in a file: true, "DE" with its quotes, ["smarthost"].
 * What is not there is added, in its group or at the end.  NULL where the path
 * leads through something that is no group.  The text has passed source_check.
 */
const char *edit_set(const char *text, const char *path, const char *value, struct arena *arena);

/* Is there a setting at path? */
bool edit_has(const char *text, const char *path, struct arena *arena);

/* The text without the setting at path; the text itself where there is no such setting. */
const char *edit_remove(const char *text, const char *path, struct arena *arena);

#endif
