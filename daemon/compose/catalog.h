/*
 * The template catalog: LANGUAGE/NAME.{subject,txt,html,sms}, and partials
 * LANGUAGE/_NAME.txt or .html.  Language fallback (de-AT, de, default) is for
 * the whole set of a name, never per part (RULES).  One thread at a time: what
 * is rendered from a catalog leaves in it a memory of how languages write.
 */
#ifndef COMPOSE_CATALOG_H
#define COMPOSE_CATALOG_H

#include "base/err.h"
#include "base/names.h"
#include "compose/template.h"

enum part { PART_SUBJECT, PART_TEXT, PART_HTML, PART_SMS, PART_COUNT };
extern const struct names part_names; /* the endings: "subject", "txt", "html", "sms" */

struct catalog;

struct catalog *catalog_new(struct arena *arena, const char *default_language);

/* One file, as it was read. */
struct template_file {
    const char *language, *name;
    enum part part;            /* from the ending of its name */
    const char *file, *source; /* file is its name for findings */
};
void catalog_add(struct catalog *catalog, const struct template_file *added, struct findings *findings);

/* After the last add: unknown variables, missing partials, sets without subject or text. */
void catalog_check(struct catalog *catalog, struct findings *findings);

struct template_set {
    const char *language, *name;
    const struct template *part[PART_COUNT]; /* NULL: none */
};

/* The set for a language by fallback, NULL if the name exists in none. */
const struct template_set *catalog_find(const struct catalog *catalog, const char *language, const char *name);

/* The partial lookup for template_render with this set's language; context is a struct catalog_scope. */
struct catalog_scope {
    const struct catalog *catalog;
    const char *language;
    enum part part;
};
const struct template *catalog_partial(void *scope, const char *name);

#endif
