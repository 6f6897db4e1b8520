/*
 * Fills a catalog from a folder LANGUAGE/NAME.PART, as config/ does.
 */
#ifndef COMPOSE_TEMPLATES_H
#define COMPOSE_TEMPLATES_H

#include <dirent.h>

#include "fake/test.h"

#include "base/arena.h"
#include "base/text.h"
#include "compose/catalog.h"

static inline const char *source_path(struct arena *arena, const char *path)
{
    const char *source = getenv("DUNNINGD_SOURCE");

    return arena_printf(arena, "%s/%s", source != NULL ? source : ".", path);
}

static inline const char *file_text(struct arena *arena, const char *path)
{
    FILE *stream = fopen(path, "r");
    struct text text;
    char part[4096];

    if (stream == NULL)
        fail_msg("%s cannot be read", path);
    text_init(&text, arena);
    for (size_t got; (got = fread(part, 1, sizeof part, stream)) > 0;)
        text_add_n(&text, part, got);
    fclose(stream);
    return text.data;
}

static inline int templates_read_language(struct catalog *catalog, struct arena *arena, const char *folder,
                                          const char *language, struct findings *findings)
{
    DIR *stream = opendir(arena_printf(arena, "%s/%s", folder, language));
    int count = 0;

    for (struct dirent *entry; stream != NULL && (entry = readdir(stream)) != NULL;) {
        const char *dot = strrchr(entry->d_name, '.');
        int part = dot != NULL ? names_find(&part_names, dot + 1) : -1;
        if (part < 0 || dot == entry->d_name)
            continue;
        const char *file = arena_printf(arena, "%s/%s", language, entry->d_name);
        catalog_add(catalog,
                    &(struct template_file){language, arena_copy_n(arena, entry->d_name, (size_t)(dot - entry->d_name)),
                                            (enum part)part, file,
                                            file_text(arena, arena_printf(arena, "%s/%s", folder, file))},
                    findings);
        count++;
    }
    if (stream != NULL)
        closedir(stream);
    return count;
}

/* All languages of a folder below the source; the number of files. */
static inline int templates_read(struct catalog *catalog, struct arena *arena, const char *folder,
                                 struct findings *findings)
{
    const char *path = source_path(arena, folder);
    DIR *stream = opendir(path);
    int count = 0;

    for (struct dirent *entry; stream != NULL && (entry = readdir(stream)) != NULL;) {
        if (entry->d_name[0] != '.')
            count += templates_read_language(catalog, arena, path, arena_copy(arena, entry->d_name), findings);
    }
    if (stream != NULL)
        closedir(stream);
    return count;
}

static inline void templates_expect_clean(const struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        print_error("%s\n", finding_line(&findings->list[i], findings->arena));
    assert_int_equal(findings->count, 0);
}

#endif
