/*
 * The items of a notice as values: blocks, sums and what follows from them.
 */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/value.h"
#include "compose/values_of.h"
#include "policy/policy.h"

bool values_in_total(const struct notice *notice, const struct notice_item *item)
{
    if (notice->before_due)
        return item->block == BLOCK_UPCOMING && item->occurrence > 0;
    return item->block == BLOCK_DUE || item->block == BLOCK_CARRIED;
}

bool values_is_due(const struct notice *notice, const struct notice_item *item)
{
    return values_in_total(notice, item) && item->block != BLOCK_CARRIED;
}

/* Courtesy notes before the due date are no earlier claim. */
static bool is_claim(const struct making *making, const struct record *record)
{
    const struct policy *policy = making->input->policy;
    int step = policy != NULL ? policy_step(policy, record->step) : -1;

    if (record->status != RECORD_ACCEPTED && record->status != RECORD_UNCERTAIN)
        return false;
    return record->notice != making->input->notice->id && (step < 0 || !step_is_before_due(&policy->steps[step]));
}

static bool is_about(const struct record *record, const struct notice_item *item)
{
    return record->line == item->line && record->episode == item->episode &&
           text_equal(record->invoice_id, item->invoice_id);
}

day_t values_previous(const struct making *making)
{
    const struct dossier *dossier = making->input->dossier;
    const struct notice *notice = making->input->notice;
    day_t latest = DAY_NONE;

    for (size_t i = 0; i < notice->item_count; i++) {
        if (!values_is_due(notice, &notice->items[i]))
            continue;
        for (size_t k = 0; k < dossier->record_count; k++) {
            const struct record *record = &dossier->records[k];
            if (is_about(record, &notice->items[i]) && is_claim(making, record) && record->on > latest)
                latest = record->on;
        }
    }
    return latest;
}

/* For whom it was delivered: "" where that is the customer who is billed. */
static const char *member_name(const struct dossier *dossier, const char *customer_id)
{
    if (text_equal(customer_id, dossier->customer->id))
        return "";
    for (size_t i = 0; i < dossier->member_count; i++) {
        if (text_equal(dossier->members[i].id, customer_id))
            return dossier->members[i].name;
    }
    return "";
}

static bool is_part(const struct dossier *dossier, const struct notice_item *row)
{
    for (size_t i = 0; i < dossier->item_count; i++) {
        if (text_equal(dossier->items[i].invoice_id, row->invoice_id) && dossier->items[i].line != row->line)
            return true;
    }
    return row->line > 1;
}

static void set_ledger(const struct making *making, struct value *map, const struct notice_item *row,
                       const struct item *item)
{
    const struct dossier *dossier = making->input->dossier;
    const struct {
        const char *key, *text;
    } texts[] = {
        {"number", item->number},       {"pay_url", values_link(making, item->pay_url)},
        {"po_number", item->po_number}, {"subject", item->subject},
        {"reference", item->reference}, {"customer_name", member_name(dossier, item->customer_id)},
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        value_put_text(map, texts[i].key, texts[i].text);
    values_set_bool(making, map, "is_part", is_part(dossier, row));
    values_set_bool(making, map, "is_charge", item->kind == ITEM_CHARGE);
    values_set_date(making, map, "issued", "issued_short", item->issued_on);
    values_set_amount(making, map, "amount", "amount_raw", item->amount);
    value_put_text(map, "paid", values_amount(making, item->amount - row->open));
    values_set_bool(making, map, "is_part_paid", item->amount > row->open);
}

static void set_lateness(const struct making *making, struct value *map, const struct notice_item *row)
{
    day_t on = making->input->notice->on;
    int64_t days = row->due_on == DAY_NONE || on <= row->due_on ? 0 : on - row->due_on;

    value_put_text(map, "days_late", arena_printf(making->arena, "%lld", (long long)days));
    value_put_text(map, "late", values_days(making, days));
    values_set_bool(making, map, "is_late", days > 0);
}

static const char *block_word(const struct notice *notice, const struct notice_item *row)
{
    return names_word(&block_names, values_is_due(notice, row) ? BLOCK_DUE : (int)row->block);
}

static struct value *item_map(const struct making *making, const struct notice_item *row)
{
    /* The ledger's row is there whenever a notice is restated; the blank one only keeps every name known. */
    static const struct item blank = {.number = "",
                                      .customer_id = "",
                                      .pay_url = "",
                                      .po_number = "",
                                      .subject = "",
                                      .reference = "",
                                      .issued_on = DAY_NONE};
    const struct item *item = dossier_item(making->input->dossier, row->invoice_id, row->line);
    struct value *map = value_map(making->arena);

    value_put_text(map, "invoice_id", row->invoice_id);
    value_put_text(map, "line", arena_printf(making->arena, "%d", (int)row->line));
    value_put_text(map, "step", row->step);
    value_put_text(map, "block", block_word(making->input->notice, row));
    set_ledger(making, map, row, item != NULL ? item : &blank);
    values_set_date(making, map, "due", "due_short", row->due_on);
    values_set_amount(making, map, "open", "open_raw", row->open);
    value_put_text(map, "credited", values_amount(making, row->credited));
    value_put_text(map, "net", values_amount(making, row->open - row->credited));
    set_lateness(making, map, row);
    values_set_date(making, map, "carried_on", "carried_on_short", row->carried_on);
    values_set_date(making, map, "deadline", "deadline_short", row->deadline);
    return map;
}

const struct notice_item **values_sorted(const struct making *making)
{
    const struct notice *notice = making->input->notice;
    const struct notice_item **rows = arena_array(making->arena, notice->item_count + 1, sizeof(void *));

    for (size_t i = 0; i < notice->item_count; i++) {
        size_t at = i;
        for (; at > 0 && rows[at - 1]->due_on > notice->items[i].due_on; at--)
            rows[at] = rows[at - 1];
        rows[at] = &notice->items[i];
    }
    return rows;
}

enum shown { SHOWN_DUE, SHOWN_CARRIED, SHOWN_UPCOMING, SHOWN_INFO, SHOWN_COUNT };

static enum shown shown_in(const struct notice *notice, const struct notice_item *row)
{
    if (values_is_due(notice, row))
        return SHOWN_DUE;
    switch (row->block) {
    case BLOCK_CARRIED:
        return SHOWN_CARRIED;
    case BLOCK_UPCOMING:
        return SHOWN_UPCOMING;
    case BLOCK_DUE:
    case BLOCK_INFO:
        break;
    }
    return SHOWN_INFO;
}

/* The link of the items that make up the total, "" unless they share a single one. */
static const char *shared_link(const struct value *items)
{
    const char *link = "";

    for (size_t i = 0; i < value_count(items); i++) {
        const char *own = value_as_text(value_get(value_at(items, i), "pay_url"));
        if (i > 0 && !text_equal(own, link))
            return "";
        link = own;
    }
    return link;
}

void values_set_items(const struct making *making, struct value *root)
{
    static const char *const keys[] = {"due_items", "carried_items", "upcoming_items", "info_items"};
    _Static_assert(sizeof keys / sizeof keys[0] == SHOWN_COUNT, "one key per list");
    const struct notice *notice = making->input->notice;
    const struct notice_item **rows = values_sorted(making);
    struct value *lists[SHOWN_COUNT], *claimed = value_list(making->arena);

    for (int list = 0; list < SHOWN_COUNT; list++) {
        lists[list] = value_list(making->arena);
        for (size_t i = 0; i < notice->item_count; i++) {
            if (shown_in(notice, rows[i]) != (enum shown)list)
                continue;
            struct value *map = item_map(making, rows[i]);
            value_push(lists[list], map);
            if (values_in_total(notice, rows[i]))
                value_push(claimed, map);
        }
        value_put(root, keys[list], lists[list]);
    }
    value_put(root, "items", claimed);
    value_put_text(root, "item_count", arena_printf(making->arena, "%zu", value_count(claimed)));
    value_put_text(root, "pay_url", shared_link(claimed));
    values_set_bool(making, root, "several", value_count(claimed) > 1);
    values_set_bool(making, root, "has_carried", value_count(lists[SHOWN_CARRIED]) > 0);
    values_set_bool(making, root, "has_upcoming", value_count(lists[SHOWN_UPCOMING]) > 0);
    values_set_bool(making, root, "has_info", value_count(lists[SHOWN_INFO]) > 0);
}
