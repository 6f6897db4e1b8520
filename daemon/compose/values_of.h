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

/* The invoices that make up the total, each once, the oldest first; list has room for all items of the notice. */
size_t values_invoices(const struct making *making, const struct item **list);

/* How the total can be paid: account, links and codes.  Returns what to quote in a payment. */
const char *values_set_pay(const struct making *making, struct value *root);

/* The Message-ID with angle brackets, and the Content-ID of the picture, without them. */
const char *values_message_id(const struct render_input *input, struct arena *arena);
const char *values_image_id(const struct making *making);

/* The URL if a browser may be sent there or it is a sound UPI link, else "". */
const char *values_link(const struct making *making, const char *url);

#endif
