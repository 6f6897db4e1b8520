/*
 * What is open and what is claimed: payments first, then credit notes and
 * unapplied cash of the same account (RULES R12-R14).
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "policy/stages.h"

static bool is_debt(const struct item *item)
{
    return item->kind != ITEM_CREDIT_NOTE && item->status != ITEM_VOID;
}

static bool counts(const struct payment *payment)
{
    return payment->status != PAYMENT_REVERSED;
}

static bool pays(const struct payment *payment, const struct item *item)
{
    return text_equal(payment->invoice_id, item->invoice_id) && text_equal(payment->currency, item->currency) &&
           text_equal(payment->entity, item->entity) && (payment->line == 0 || payment->line == item->line);
}

/* First view of an invoice; views of one invoice stand together, by line. */
static size_t first_view(const struct desk *desk, const char *invoice_id)
{
    size_t low = 0, high = desk->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(desk->views[middle].item->invoice_id, invoice_id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void book(struct view *view, const struct payment *payment, int64_t amount)
{
    if (payment->status == PAYMENT_PENDING)
        view->pending = money_add(view->pending, amount);
    else
        view->paid = money_add(view->paid, amount);
}

static int64_t still_open(const struct view *view)
{
    int64_t left = view->item->amount - view->paid - view->pending;

    return left > 0 ? left : 0;
}

/* Money that goes back comes off the lines in the opposite order; what no line has got comes off the first one. */
static void take_back(struct desk *desk, size_t first, const struct payment *payment)
{
    int64_t left = -payment->amount;
    size_t end = first;

    while (end < desk->count && text_equal(desk->views[end].item->invoice_id, payment->invoice_id))
        end++;
    for (size_t i = end; i > first && left > 0; i--) {
        struct view *view = &desk->views[i - 1];
        int64_t part = view->paid < left ? view->paid : left;

        if (!pays(payment, view->item) || part <= 0)
            continue;
        view->paid -= part;
        left -= part;
    }
    if (left > 0 && pays(payment, desk->views[first].item))
        desk->views[first].paid -= left;
}

/* A payment of an invoice as a whole fills its lines in order; what is left over stays on the last one. */
static void spread(struct desk *desk, size_t first, const struct payment *payment)
{
    int64_t left = payment->amount;
    size_t last = first;

    if (left < 0 && payment->line == 0 && payment->status == PAYMENT_BOOKED) {
        take_back(desk, first, payment);
        return;
    }
    for (size_t i = first; i < desk->count; i++) {
        struct view *view = &desk->views[i];
        int64_t part;

        if (!text_equal(view->item->invoice_id, payment->invoice_id))
            break;
        if (!pays(payment, view->item))
            continue;
        last = i;
        part = payment->line != 0 || left < 0 || left < still_open(view) ? left : still_open(view);
        book(view, payment, part);
        left -= part;
        if (left == 0)
            return;
    }
    if (left != 0 && pays(payment, desk->views[last].item))
        book(&desk->views[last], payment, left);
}

static void add_credit(struct desk *desk, const struct credit *credit)
{
    if (credit->amount > 0)
        desk->credits[desk->credit_count++] = *credit;
}

static void take_payment(struct desk *desk, const struct payment *payment)
{
    size_t first;
    struct credit cash = {payment->id,       payment->id,      payment->reference, payment->entity,
                          payment->currency, payment->paid_on, payment->amount,    payment->amount};

    if (!counts(payment))
        return;
    if (!text_empty(payment->invoice_id)) {
        first = first_view(desk, payment->invoice_id);
        if (first < desk->count)
            spread(desk, first, payment);
    } else if (payment->status == PAYMENT_BOOKED && payment->amount != 0) {
        desk->credits[desk->credit_count++] = cash;
    }
}

/* Refunds of unapplied cash come off the other unapplied cash of the account. */
static void settle_refunds(struct desk *desk)
{
    for (size_t i = 0; i < desk->credit_count; i++) {
        struct credit *refund = &desk->credits[i];

        for (size_t j = 0; j < desk->credit_count && refund->left < 0; j++) {
            struct credit *cash = &desk->credits[j];
            int64_t part = cash->left < -refund->left ? cash->left : -refund->left;

            if (cash->left <= 0 || !text_equal(cash->entity, refund->entity) ||
                !text_equal(cash->currency, refund->currency))
                continue;
            cash->left -= part;
            refund->left += part;
        }
        if (refund->left < 0)
            refund->left = 0;
    }
}

/* Credit notes, and what was paid beyond an item's amount. */
static void take_item(struct desk *desk, struct view *view)
{
    const struct item *item = view->item;
    struct credit credit = {
        item->invoice_id, item->number, item->related_invoice, item->entity, item->currency, item->issued_on, 0, 0};

    if (item->status == ITEM_VOID)
        return;
    if (item->kind == ITEM_CREDIT_NOTE) {
        credit.amount = -(item->amount - view->paid);
    } else {
        view->open = item->amount - view->paid;
        credit.refers = "";
        credit.amount = -view->open;
        if (view->open < 0)
            view->open = 0;
    }
    credit.left = credit.amount;
    add_credit(desk, &credit);
}

void net_direct(struct desk *desk)
{
    desk->credits = arena_array(desk->arena, desk->dossier->payment_count + desk->count, sizeof *desk->credits);
    for (size_t i = 0; i < desk->dossier->payment_count; i++)
        take_payment(desk, &desk->dossier->payments[i]);
    settle_refunds(desk);
    for (size_t i = 0; i < desk->count; i++)
        take_item(desk, &desk->views[i]);
}

static bool fits(const struct credit *credit, const struct view *view)
{
    return view_net(view) > 0 && is_debt(view->item) && text_equal(credit->entity, view->item->entity) &&
           text_equal(credit->currency, view->item->currency);
}

static void allocate(struct desk *desk, size_t credit, size_t view, int64_t amount)
{
    struct allocation *row;

    if (desk->allocation_count == desk->allocation_capacity) {
        size_t more = desk->allocation_capacity * 2 + 8;

        desk->allocations =
            arena_grow(desk->arena, desk->allocations, desk->allocation_count, more, sizeof *desk->allocations);
        desk->allocation_capacity = more;
    }
    row = &desk->allocations[desk->allocation_count++];
    row->credit = credit;
    row->view = view;
    row->amount = amount;
    desk->credits[credit].left -= amount;
    desk->views[view].credited += amount;
}

static void use(struct desk *desk, size_t credit, size_t view)
{
    int64_t left = desk->credits[credit].left;
    int64_t net = view_net(&desk->views[view]);

    if (left > 0 && net > 0)
        allocate(desk, credit, view, left < net ? left : net);
}

static bool refers_to(const struct credit *credit, const struct item *item)
{
    return !text_empty(credit->refers) &&
           (text_equal(credit->refers, item->invoice_id) || text_equal(credit->refers, item->number));
}

static bool may_be_netted(const struct view *view)
{
    static const enum reason excluded[] = {REASON_DISPUTED, REASON_AGENCY, REASON_PLAN, REASON_COUNT};

    return !reason_in(view->verdict->reason, excluded) && view->item->status != ITEM_WRITTEN_OFF;
}

/* Oldest first: due, issued, id, line; items without a due date come last. */
static int older(const struct view *a, const struct view *b)
{
    if (a->due != b->due)
        return a->due == DAY_NONE || (b->due != DAY_NONE && a->due > b->due) ? 1 : -1;
    if (a->item->issued_on != b->item->issued_on)
        return a->item->issued_on > b->item->issued_on ? 1 : -1;
    return strcmp(a->item->invoice_id, b->item->invoice_id) != 0
               ? strcmp(a->item->invoice_id, b->item->invoice_id)
               : (a->item->line > b->item->line) - (a->item->line < b->item->line);
}

static void allocate_by_reference(struct desk *desk, size_t credit)
{
    if (text_empty(desk->credits[credit].refers))
        return;
    for (size_t i = 0; i < desk->count; i++)
        if (fits(&desk->credits[credit], &desk->views[i]) && refers_to(&desk->credits[credit], desk->views[i].item))
            use(desk, credit, i);
}

/* The items that a credit may go to without naming them, oldest first. */
struct queue {
    struct view **list;
    size_t count;
};

static int by_age(const void *a, const void *b)
{
    return older(*(struct view *const *)a, *(struct view *const *)b);
}

static struct queue queue_of(const struct desk *desk)
{
    struct queue queue = {arena_array(desk->arena, desk->count + 1, sizeof *queue.list), 0};

    for (size_t i = 0; i < desk->count; i++)
        if (is_debt(desk->views[i].item) && view_net(&desk->views[i]) > 0 && may_be_netted(&desk->views[i]))
            queue.list[queue.count++] = &desk->views[i];
    qsort(queue.list, queue.count, sizeof *queue.list, by_age);
    return queue;
}

static void allocate_exact(struct desk *desk, const struct queue *queue, size_t credit)
{
    int64_t left = desk->credits[credit].left;

    for (size_t i = 0; i < queue->count && left > 0; i++) {
        if (view_net(queue->list[i]) == left && fits(&desk->credits[credit], queue->list[i])) {
            use(desk, credit, (size_t)(queue->list[i] - desk->views));
            return;
        }
    }
}

static void allocate_oldest(struct desk *desk, struct queue *queue, size_t credit)
{
    for (size_t i = 0; i < queue->count && desk->credits[credit].left > 0; i++)
        if (fits(&desk->credits[credit], queue->list[i]))
            use(desk, credit, (size_t)(queue->list[i] - desk->views));
    /* What is used up at the front is never looked at again. */
    while (queue->count > 0 && view_net(queue->list[0]) <= 0) {
        queue->list++;
        queue->count--;
    }
}

/* R12: all references first, then all exact amounts, then the oldest items. */
void net_allocate(struct desk *desk)
{
    struct queue queue;

    for (size_t credit = 0; credit < desk->credit_count; credit++)
        allocate_by_reference(desk, credit);
    if (desk->credit_count == 0)
        return;
    queue = queue_of(desk);
    for (size_t credit = 0; credit < desk->credit_count; credit++)
        allocate_exact(desk, &queue, credit);
    for (size_t credit = 0; credit < desk->credit_count; credit++)
        allocate_oldest(desk, &queue, credit);
}
