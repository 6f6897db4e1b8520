/*
 * The files of a folder, in byte order of their names.
 */
#ifndef CONFIG_FOLDER_H
#define CONFIG_FOLDER_H

#include <stdbool.h>

#include "base/err.h"

struct arena;

struct folder {
    const char *path;
    const char *const *names; /* without those that begin with a dot or end in ~ */
    size_t count;
};

/* False if the folder cannot be read, with a finding unless it need not be there (optional) and is not. */
bool folder_read(const char *path, bool optional, struct arena *arena, struct findings *findings, struct folder *out);

/* "path/name" */
const char *folder_file(const struct folder *folder, size_t index, struct arena *arena);

#endif
