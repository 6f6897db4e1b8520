#include <string.h>

#include "base/arena.h"
#include "compose/catalog_set.h"

static const char *const part_words[] = {"subject", "txt", "html", "sms"};

const struct names part_names = {part_words, sizeof part_words / sizeof part_words[0]};
_Static_assert(sizeof part_words / sizeof part_words[0] == PART_COUNT, "one word per part");

struct catalog *catalog_new(struct arena *arena, const char *default_language)
{
    struct catalog *catalog = arena_alloc(arena, sizeof *catalog);

    catalog->arena = arena;
    catalog->default_language = arena_copy(arena, default_language);
    catalog->manners = arena_alloc(arena, sizeof *catalog->manners);
    catalog->manners->arena = arena;
    return catalog;
}

static char language_letter(char c)
{
    if (c == '_')
        return '-';
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* de-AT, de-at and de_AT are one language; of language only the first length bytes count. */
static bool same_language(const char *folder, const char *language, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (folder[i] == '\0' || language_letter(folder[i]) != language_letter(language[i]))
            return false;
    }
    return folder[length] == '\0';
}

static struct template_set *find_set(const struct catalog *catalog, const char *language, size_t length,
                                     const char *name)
{
    for (size_t i = 0; i < catalog->count; i++) {
        struct template_set *set = catalog->sets[i];
        if (same_language(set->language, language, length) && text_equal(set->name, name))
            return set;
    }
    return NULL;
}

struct template_set *catalog_set(const struct catalog *catalog, const char *language, const char *name)
{
    return find_set(catalog, language, strlen(language), name);
}

static struct template_set *new_set(struct catalog *catalog, const char *language, const char *name)
{
    struct template_set *set = arena_alloc(catalog->arena, sizeof *set);

    if (catalog->count == catalog->capacity) {
        size_t capacity = catalog->capacity > 0 ? 2 * catalog->capacity : 32;
        catalog->sets = arena_grow(catalog->arena, catalog->sets, catalog->count, capacity, sizeof(void *));
        catalog->capacity = capacity;
    }
    set->language = arena_copy(catalog->arena, language);
    set->name = arena_copy(catalog->arena, name);
    catalog->sets[catalog->count++] = set;
    return set;
}

void catalog_add(struct catalog *catalog, const struct template_file *added, struct findings *findings)
{
    struct template_set *set = catalog_set(catalog, added->language, added->name);
    const char *file = arena_copy(catalog->arena, added->file);
    struct template *template = NULL;
    struct template_fault fault = {0};

    if (set == NULL)
        set = new_set(catalog, added->language, added->name);
    if (set->part[added->part] != NULL) {
        findings_add(findings, SEVERITY_ERROR, file, 0,
                     "this template was read already, in a folder whose name "
                     "differs only in its letters' case; remove one of the two");
        return;
    }
    if (template_parse_at(catalog->arena, file, added->source, &template, &fault) != 0) {
        findings_add(findings, SEVERITY_ERROR, file, fault.line, "%s", fault.err.text);
        template_parse_at(catalog->arena, file, "", &template, &fault);
    }
    set->part[added->part] = template;
}

/* The set for a language or what it begins with: de-AT, then de. */
static const struct template_set *find_by_prefix(const struct catalog *catalog, const char *language, const char *name)
{
    const struct template_set *set = NULL;
    size_t length = strlen(language);

    while (set == NULL && length > 0) {
        set = find_set(catalog, language, length, name);
        while (length > 0 && language_letter(language[--length]) != '-')
            ;
    }
    return set;
}

const struct template_set *catalog_find(const struct catalog *catalog, const char *language, const char *name)
{
    const struct template_set *set = find_by_prefix(catalog, language, name);

    return set != NULL ? set : find_by_prefix(catalog, catalog->default_language, name);
}

const struct template *catalog_partial(void *scope, const char *name)
{
    const struct catalog_scope *here = scope;
    const struct catalog *catalog = here->catalog;

    for (size_t i = 0; i < catalog->count; i++) {
        const struct template_set *set = catalog->sets[i];
        if (set->name[0] == '_' && text_equal(set->name + 1, name) &&
            same_language(set->language, here->language, strlen(here->language)))
            return set->part[here->part];
    }
    return NULL;
}
