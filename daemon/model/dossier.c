#include "model/dossier.h"

#include <string.h>

#include "base/arena.h"

/* DAY_NONE sorts before every day, so a row without a date is always visible. */
static bool item_visible(const struct item *item, day_t day)
{
    return item->issued_on <= day;
}

static bool payment_visible(const struct payment *payment, day_t day)
{
    return payment->paid_on <= day;
}

static void keep_items(struct dossier *out, const struct dossier *from, day_t day, struct arena *arena)
{
    out->items = arena_array(arena, from->item_count, sizeof *out->items);
    out->item_count = 0;
    for (size_t i = 0; i < from->item_count; i++)
        if (item_visible(&from->items[i], day))
            out->items[out->item_count++] = from->items[i];
}

static void keep_payments(struct dossier *out, const struct dossier *from, day_t day, struct arena *arena)
{
    out->payments = arena_array(arena, from->payment_count, sizeof *out->payments);
    out->payment_count = 0;
    for (size_t i = 0; i < from->payment_count; i++)
        if (payment_visible(&from->payments[i], day))
            out->payments[out->payment_count++] = from->payments[i];
}

struct dossier *dossier_as_of(const struct dossier *dossier, day_t day, struct arena *arena)
{
    struct dossier *out = arena_alloc(arena, sizeof *out);

    *out = *dossier;
    keep_items(out, dossier, day, arena);
    keep_payments(out, dossier, day, arena);
    return out;
}

static void earlier(day_t *best, day_t candidate, day_t after)
{
    if (candidate > after && (*best == DAY_NONE || candidate < *best))
        *best = candidate;
}

day_t dossier_next_row(const struct dossier *dossier, day_t day)
{
    day_t best = DAY_NONE;

    for (size_t i = 0; i < dossier->item_count; i++)
        earlier(&best, dossier->items[i].issued_on, day);
    for (size_t i = 0; i < dossier->payment_count; i++)
        earlier(&best, dossier->payments[i].paid_on, day);
    return best;
}

/* Order of the key (invoice_id, line) in byte order. */
static int key_order(const char *a, int32_t a_line, const char *b, int32_t b_line)
{
    int order = strcmp(a, b);

    return order != 0 ? order : (a_line > b_line) - (a_line < b_line);
}

const struct item *dossier_item(const struct dossier *dossier, const char *invoice_id, int32_t line)
{
    size_t low = 0, high = dossier->item_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct item *item = &dossier->items[middle];
        int order = key_order(item->invoice_id, item->line, invoice_id, line);

        if (order == 0)
            return item;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct item_case *dossier_case(const struct dossier *dossier, const char *invoice_id, int32_t line)
{
    size_t low = 0, high = dossier->case_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct item_case *found = &dossier->cases[middle];
        int order = key_order(found->invoice_id, found->line, invoice_id, line);

        if (order == 0)
            return found;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
