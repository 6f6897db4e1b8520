#include "config/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_hidden(const char *name)
{
    return name[0] == '.' || text_ends(name, "~");
}

static void read_names(DIR *directory, struct arena *arena, struct folder *out)
{
    const char **names = NULL;
    size_t count = 0, capacity = 0;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (is_hidden(entry->d_name))
            continue;
        if (count == capacity) {
            capacity = capacity == 0 ? 16 : 2 * capacity;
            names = arena_grow(arena, names, count, capacity, sizeof *names);
        }
        names[count++] = arena_copy(arena, entry->d_name);
    }
    if (count > 1)
        qsort(names, count, sizeof *names, by_name);
    out->names = names;
    out->count = count;
}

bool folder_read(const char *path, bool optional, struct arena *arena, struct findings *findings, struct folder *out)
{
    *out = (struct folder){.path = arena_copy(arena, path)};
    DIR *directory = opendir(path);
    if (directory == NULL) {
        if (!optional || errno != ENOENT)
            findings_add(findings, SEVERITY_ERROR, path, 0,
                         "cannot open the directory: %s; make it, or correct "
                         "directories in dunningd.conf",
                         strerror(errno));
        return false;
    }
    read_names(directory, arena, out);
    closedir(directory);
    return true;
}

const char *folder_file(const struct folder *folder, size_t index, struct arena *arena)
{
    return arena_printf(arena, "%s/%s", folder->path, folder->names[index]);
}
