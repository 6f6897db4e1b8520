/*
 * A parsed template: the tree between template_parse.c, which builds it, and
 * template_render.c and catalog_check.c, which walk it.  Private to compose/.
 */
#ifndef COMPOSE_TEMPLATE_NODE_H
#define COMPOSE_TEMPLATE_NODE_H

#include "compose/template.h"

#define TEMPLATE_SOURCE_MAX 262144
#define TEMPLATE_SECTIONS_MAX 32
#define TEMPLATE_PARTIALS_MAX 32
#define TEMPLATE_NAME_MAX 100
#define TEMPLATE_STEPS_MAX 1000000 /* nodes visited in one walk: stops partials that multiply each other */

enum node_kind {
    NODE_TEXT,     /* literal text */
    NODE_VALUE,    /* {{name}} */
    NODE_RAW,      /* {{{name}}}, {{&name}} */
    NODE_SECTION,  /* {{#name}} */
    NODE_INVERTED, /* {{^name}} */
    NODE_PARTIAL   /* {{>name}} */
};

struct node {
    enum node_kind kind;
    int line;
    const char *text;         /* the literal text, or the name as written */
    const char *const *parts; /* a dotted name taken apart; none for "." */
    size_t part_count;
    bool standalone; /* a partial alone on its line: each of its lines gets indent */
    const char *indent;
    struct node *children, *next;
};

struct template
{
    const char *name;
    struct node *nodes;
};

/*
 * Appends the text as the context demands.  Returns NULL, or what forbids it,
 * to follow "the value ": header and SMS values must be free of control characters.
 */
const char *template_escape(struct text *out, enum escape escape, const char *value);

#endif
