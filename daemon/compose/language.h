/*
 * Which templates and which way of writing a message gets.  Private to compose/.
 */
#ifndef COMPOSE_LANGUAGE_H
#define COMPOSE_LANGUAGE_H

#include "compose/render.h"

struct render_language {
    const struct template_set *set; /* NULL: the template exists in no language */
    const char *folder;             /* language of the texts */
    const char *written;            /* for amounts and dates: the message's own where it is of the folder's family */
};

struct render_language render_language_of(const struct render_input *input);

#endif
