/*
 * The package for a collection agency, as JSON and as CSV.  It holds the items
 * at the handoff step and nothing else (RULES R33).  dunning-template(5)
 * describes its fields; a change of their meaning raises "version".  Private to compose/.
 */
#ifndef COMPOSE_HANDOFF_H
#define COMPOSE_HANDOFF_H

#include "compose/render.h"

struct handoff {
    const struct render_input *input;
    const char *title, *note; /* the covering note, "" none */
};

int handoff_render(const struct handoff *handoff, struct arena *arena, const char **json, const char **csv,
                   struct err *err);

/* The CSV alone: a line of names, then one line per item handed over. */
const char *handoff_csv(const struct render_input *input, struct arena *arena);

/* What is claimed on an item: open less what credits cover. */
int64_t handoff_claim(const struct notice_item *row);
/* The item's first formal notice in its episode, NULL if there was none. */
const struct record *handoff_default_notice(const struct dossier *dossier, const struct notice_item *row);

#endif
