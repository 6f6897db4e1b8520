/*
 * What the files behind render_values share.  Private to compose/.
 */
#ifndef COMPOSE_VALUES_OF_H
#define COMPOSE_VALUES_OF_H

#include "compose/manner.h"
#include "compose/render.h"

struct making {
    const struct render_input *input;
    struct arena *arena;
    struct manner *manner; /* only to remember what it was asked for */
};

/* An amount and a count of days as the language writes them. */
const char *values_amount(const struct making *making, int64_t minor);
const char *values_days(const struct making *making, int64_t days);

/* Sets both keys: the date in words and in figures. */
void values_set_date(const struct making *making, struct value *map, const char *key, const char *short_key, day_t day);
/* Sets both keys: the amount as people and as machines write it. */
void values_set_amount(const struct making *making, struct value *map, const char *key, const char *raw_key,
                       int64_t minor);
void values_set_bool(const struct making *making, struct value *map, const char *key, bool yes);

/* True if the item makes up the total (RULES R4; a notice before due claims its own items). */
bool values_in_total(const struct notice *notice, const struct notice_item *item);
/* True if the item is what this notice is about. */
bool values_is_due(const struct notice *notice, const struct notice_item *item);

/* The rows of the notice, item_count of them, the oldest debt first. */
const struct notice_item **values_sorted(const struct making *making);

/* The five lists of items, item_count, several and what else follows from the items. */
void values_set_items(const struct making *making, struct value *root);

/* The charges, their sums and what follows from them. */
void values_set_charges(const struct making *making, struct value *root);

/* The latest earlier notice about the items due now, DAY_NONE if there was none. */
day_t values_previous(const struct making *making);

/* The URL if a browser may be sent there, else "". */
const char *values_link(const char *url);

#endif
