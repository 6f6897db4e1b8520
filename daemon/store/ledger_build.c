#include "store/ledger_build.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "policy/terms.h"

enum { FIRST_CAPACITY = 64 };

void *rows_add(struct rows *rows, struct arena *arena)
{
    if (rows->count == rows->capacity) {
        size_t capacity = rows->capacity == 0 ? FIRST_CAPACITY : rows->capacity * 2;

        rows->list = rows->count == 0 ? arena_array(arena, capacity, rows->size)
                                      : arena_grow(arena, rows->list, rows->count, capacity, rows->size);
        rows->capacity = capacity;
    }
    return memset(rows_at(rows, rows->count++), 0, rows->size);
}

void rows_drop(struct rows *rows)
{
    rows->count--;
}

void *rows_at(const struct rows *rows, size_t i)
{
    return (char *)rows->list + i * rows->size;
}

void rowset_init(struct rowset *rowset)
{
    *rowset = (struct rowset){.items.size = sizeof(struct item),
                              .payments.size = sizeof(struct payment),
                              .persons.size = sizeof(struct person),
                              .orphans.size = sizeof(struct orphan)};
}

/* ---- whose is which ---- */

static const char *owner_at(const struct rows *rows, size_t offset, size_t i)
{
    const char *owner;

    memcpy(&owner, (const char *)rows_at(rows, i) + offset, sizeof owner);
    return owner;
}

/* Rows of customers between two of ours belong to nobody we know and are passed over. */
static struct span take(const struct rows *rows, size_t offset, size_t *at, const char *id)
{
    struct span span;
    int order = -1;

    while (*at < rows->count && (order = strcmp(owner_at(rows, offset, *at), id)) < 0)
        (*at)++;
    span.first = *at;
    while (*at < rows->count && order == 0) {
        (*at)++;
        order = *at < rows->count ? strcmp(owner_at(rows, offset, *at), id) : 1;
    }
    span.count = *at - span.first;
    return span;
}

void rowset_share(const struct rowset *rowset, struct share *shares, size_t count)
{
    size_t item = 0, payment = 0, person = 0, orphan = 0;

    for (size_t i = 0; i < count; i++) {
        const char *id = shares[i].customer.id;

        shares[i].items = take(&rowset->items, offsetof(struct item, customer_id), &item, id);
        shares[i].payments = take(&rowset->payments, offsetof(struct payment, customer_id), &payment, id);
        shares[i].persons = take(&rowset->persons, offsetof(struct person, customer_id), &person, id);
        shares[i].orphans = take(&rowset->orphans, offsetof(struct orphan, customer_id), &orphan, id);
    }
}

/* ---- order ---- */

static int compare_items(const void *a, const void *b)
{
    const struct item *left = a, *right = b;
    int order = strcmp(left->invoice_id, right->invoice_id);

    return order != 0 ? order : (left->line > right->line) - (left->line < right->line);
}

static int compare_payments(const void *a, const void *b)
{
    const struct payment *left = a, *right = b;

    if (left->paid_on != right->paid_on)
        return left->paid_on < right->paid_on ? -1 : 1;
    return strcmp(left->id, right->id);
}

static int compare_persons(const void *a, const void *b)
{
    const struct person *left = a, *right = b;

    if (left->role != right->role)
        return left->role < right->role ? -1 : 1;
    return strcmp(left->id, right->id);
}

/* Streams come in order already but for a few, so the check is cheaper than the sort. */
static void sort(void *list, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    for (size_t i = 1; i < count; i++) {
        const char *row = (const char *)list + i * size;

        if (compare(row - size, row) > 0) {
            qsort(list, count, size, compare);
            return;
        }
    }
}

/* ---- putting together ---- */

static struct span span_at(const struct share *share, size_t offset)
{
    struct span span;

    memcpy(&span, (const char *)share + offset, sizeof span);
    return span;
}

/* Spans of one kind, the head's first; his own are left out where he is billed elsewhere himself. */
static struct span *spans_of(const struct account *account, size_t offset, struct arena *arena)
{
    struct span *spans = arena_array(arena, account->count + 1, sizeof *spans);

    if (!account->head->elsewhere)
        spans[0] = span_at(account->head, offset);
    for (size_t i = 0; i < account->count; i++)
        spans[i + 1] = span_at(&account->members[i], offset);
    return spans;
}

/* The rows of those spans in one array; a single one is used where it stands. */
static void *join(const struct rows *rows, const struct span *spans, size_t count, size_t *total, struct arena *arena)
{
    char *list, *next;

    *total = 0;
    for (size_t i = 0; i < count; i++)
        *total += spans[i].count;
    if (count == 1 || *total == 0)
        return *total > 0 ? rows_at(rows, spans[0].first) : arena_array(arena, 1, rows->size);
    next = list = arena_array(arena, *total, rows->size);
    for (size_t i = 0; i < count; i++) {
        if (spans[i].count > 0)
            memcpy(next, rows_at(rows, spans[i].first), spans[i].count * rows->size);
        next += spans[i].count * rows->size;
    }
    return list;
}

/* The discount that comes first, for an invoice that has none of its own. */
static void apply_discount(struct item *item, const struct terms *terms)
{
    if (terms->tier_count == 0 || item->kind != ITEM_INVOICE || item->amount <= 0 || item->discount_on != DAY_NONE ||
        item->discount_amount != 0)
        return;
    struct discount discount = terms_discount(terms, 0, item->issued_on, item->amount, item->currency);
    item->discount_on = discount.until;
    item->discount_amount = discount.amount;
}

/* RULES "Keys and columns": a blank due date follows the customer's terms. */
static void apply_terms(const struct rowset *rowset, const struct share *share)
{
    struct terms terms;

    if (text_empty(share->customer.terms) || terms_parse(share->customer.terms, &terms, NULL) != 0)
        return;
    for (size_t i = 0; i < share->items.count; i++) {
        struct item *item = rows_at(&rowset->items, share->items.first + i);

        if (item->due_on != DAY_NONE || item->issued_on == DAY_NONE)
            continue;
        item->due_on = terms_due(&terms, item->issued_on);
        apply_discount(item, &terms);
    }
}

/* ---- payments that contradict the invoice they name ---- */

/* The first item of an invoice, NULL if the dossier has none; its other lines follow it. */
static struct item *lines_of(struct dossier *dossier, const char *invoice_id)
{
    size_t low = 0, high = dossier->item_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(dossier->items[middle].invoice_id, invoice_id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == dossier->item_count || strcmp(dossier->items[low].invoice_id, invoice_id) != 0)
        return NULL;
    return &dossier->items[low];
}

static bool same_invoice(const struct dossier *dossier, const struct item *item, const char *invoice_id)
{
    return item < dossier->items + dossier->item_count && strcmp(item->invoice_id, invoice_id) == 0;
}

static void mark_invoice(struct dossier *dossier, const char *invoice_id)
{
    struct item *item = lines_of(dossier, invoice_id);

    for (; item != NULL && same_invoice(dossier, item, invoice_id); item++)
        item->inconsistent = true;
}

static bool fits_line(const struct payment *payment, const struct item *item)
{
    return text_equal(payment->entity, item->entity) && text_equal(payment->currency, item->currency) &&
           (payment->line == 0 || payment->line == item->line);
}

static void check_payment(struct dossier *dossier, const struct payment *payment)
{
    struct item *first = lines_of(dossier, payment->invoice_id);

    if (first == NULL)
        return;
    for (const struct item *item = first; same_invoice(dossier, item, payment->invoice_id); item++)
        if (fits_line(payment, item))
            return;
    mark_invoice(dossier, payment->invoice_id);
}

static bool has_payment(const struct dossier *dossier, const char *id)
{
    for (size_t i = 0; i < dossier->payment_count; i++)
        if (text_equal(dossier->payments[i].id, id))
            return true;
    return false;
}

/* Within one account it does not matter whose money it is, so an orphan counts only if it is not here. */
static void check_orphans(const struct rowset *rowset, const struct share *share, struct dossier *dossier)
{
    for (size_t i = 0; i < share->orphans.count; i++) {
        const struct orphan *orphan = rows_at(&rowset->orphans, share->orphans.first + i);

        if (!has_payment(dossier, orphan->payment_id))
            mark_invoice(dossier, orphan->invoice_id);
    }
}

static void check_payments(const struct rowset *rowset, const struct account *account, struct dossier *dossier)
{
    for (size_t i = 0; i < dossier->payment_count; i++)
        if (!text_empty(dossier->payments[i].invoice_id) && dossier->payments[i].status != PAYMENT_REVERSED)
            check_payment(dossier, &dossier->payments[i]);
    check_orphans(rowset, account->head, dossier);
    for (size_t i = 0; i < account->count; i++)
        check_orphans(rowset, &account->members[i], dossier);
}

static struct customer *customers_of(const struct account *account, struct arena *arena)
{
    struct customer *customers = arena_array(arena, account->count + 1, sizeof *customers);

    customers[0] = account->head->customer;
    for (size_t i = 0; i < account->count; i++)
        customers[i + 1] = account->members[i].customer;
    return customers;
}

void rowset_build(const struct rowset *rowset, const struct account *account, struct dossier *out, struct arena *arena)
{
    const struct span *items = spans_of(account, offsetof(struct share, items), arena);
    const struct span *payments = spans_of(account, offsetof(struct share, payments), arena);
    size_t count = account->count + 1;

    apply_terms(rowset, account->head);
    for (size_t i = 0; i < account->count; i++)
        apply_terms(rowset, &account->members[i]);
    *out = (struct dossier){.members = customers_of(account, arena), .member_count = count};
    out->customer = &out->members[0];
    out->items = join(&rowset->items, items, count, &out->item_count, arena);
    out->payments = join(&rowset->payments, payments, count, &out->payment_count, arena);
    out->persons = join(&rowset->persons, &account->head->persons, 1, &out->person_count, arena);
    sort(out->items, out->item_count, sizeof *out->items, compare_items);
    sort(out->payments, out->payment_count, sizeof *out->payments, compare_payments);
    sort(out->persons, out->person_count, sizeof *out->persons, compare_persons);
    check_payments(rowset, account, out);
}
