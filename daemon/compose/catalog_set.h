/*
 * The inside of the catalog, for catalog.c and catalog_check.c.
 */
#ifndef COMPOSE_CATALOG_SET_H
#define COMPOSE_CATALOG_SET_H

#include "compose/catalog.h"
#include "compose/manner.h"

struct catalog {
    struct arena *arena;
    const char *default_language;
    struct template_set **sets; /* partials are sets whose name begins with "_" */
    size_t count, capacity;
    struct manners *manners; /* a memory only: what is in it never changes what comes out */
};

/* The set of exactly this language and name, NULL if there is none. */
struct template_set *catalog_set(const struct catalog *catalog, const char *language, const char *name);

#endif
