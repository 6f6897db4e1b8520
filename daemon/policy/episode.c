/*
 * Episodes: an item that was paid and is open again goes on where it stood if
 * that was soon after, else begins anew (RULES R35).
 */
#include "base/text.h"
#include "policy/stages.h"

#define REOPEN_DAYS_DEFAULT 5 /* business days */

static const struct duration reopen_default = {REOPEN_DAYS_DEFAULT, UNIT_BUSINESS_DAY, true};

/* One movement of an item's balance; a payment of the invoice as a whole reaches a line when those before are paid. */
struct movement {
    day_t on;
    int64_t amount;
    bool whole;
};

static bool concerns(const struct payment *payment, const struct view *view)
{
    return text_equal(payment->invoice_id, view->item->invoice_id) &&
           (payment->line == 0 || payment->line == view->item->line);
}

static size_t add_movement(struct movement *list, size_t count, day_t on, int64_t amount, bool whole)
{
    size_t i = count;

    for (; i > 0 && list[i - 1].on > on; i--)
        list[i] = list[i - 1];
    list[i].on = on;
    list[i].amount = amount;
    list[i].whole = whole;
    return count + 1;
}

/* A row that was marked reversed came in once and left on the day of the mark. */
static size_t movements(const struct desk *desk, const struct view *view, struct movement *list)
{
    size_t count = 0;

    for (size_t i = 0; i < desk->dossier->payment_count; i++) {
        const struct payment *payment = &desk->dossier->payments[i];
        bool whole = payment->line == 0;

        if (!concerns(payment, view) || payment->status == PAYMENT_PENDING)
            continue;
        if (payment->status == PAYMENT_BOOKED) {
            count = add_movement(list, count, payment->paid_on, payment->amount, whole);
        } else if (payment->changed_on != DAY_NONE) {
            count = add_movement(list, count, payment->paid_on, payment->amount, whole);
            count = add_movement(list, count, payment->changed_on, -payment->amount, whole);
        }
    }
    return count;
}

static int64_t paid_directly(const struct desk *desk, const struct item *item)
{
    int64_t sum = 0;

    for (size_t i = 0; i < desk->dossier->payment_count; i++) {
        const struct payment *payment = &desk->dossier->payments[i];

        if (payment->line == item->line && payment->status == PAYMENT_BOOKED &&
            text_equal(payment->invoice_id, item->invoice_id))
            sum = money_add(sum, payment->amount);
    }
    return sum;
}

/* What a payment of the whole invoice fills before it comes to this line; lines of one invoice stand together. */
static int64_t filled_before(const struct desk *desk, const struct view *view)
{
    int64_t sum = 0;

    for (const struct view *other = view; other > desk->views; other--) {
        const struct item *item = other[-1].item;
        int64_t rest;

        if (!text_equal(item->invoice_id, view->item->invoice_id))
            break;
        rest = item->amount - paid_directly(desk, item);
        sum = money_add(sum, rest > 0 ? rest : 0);
    }
    return sum;
}

/* The ledger's own evidence: when the item was last paid in full, and when it opened again. */
static void from_ledger(const struct desk *desk, const struct view *view, day_t *settled, day_t *reopened)
{
    struct movement *list = arena_array(desk->arena, 2 * desk->dossier->payment_count + 1, sizeof *list);
    size_t count = movements(desk, view, list);
    int64_t direct = 0, whole = -filled_before(desk, view), sum;
    bool paid = false;

    *settled = *reopened = DAY_NONE;
    for (size_t i = 0; i < count; i++) {
        int64_t *part = list[i].whole ? &whole : &direct;

        *part = money_add(*part, list[i].amount);
        sum = money_add(direct, whole > 0 ? whole : 0);
        if (!paid && sum >= view->item->amount) {
            paid = true;
            *settled = list[i].on;
        } else if (paid && sum < view->item->amount) {
            paid = false;
            *reopened = list[i].on;
        }
    }
    if (*settled != DAY_NONE && *reopened < *settled)
        *reopened = DAY_NONE;
}

static bool payments_go_back(const struct desk *desk, const struct view *view)
{
    for (size_t i = 0; i < desk->dossier->payment_count; i++) {
        const struct payment *payment = &desk->dossier->payments[i];

        if (concerns(payment, view) && (payment->amount < 0 || payment->status == PAYMENT_REVERSED))
            return true;
    }
    return false;
}

static bool within_window(const struct view *view, day_t settled, day_t reopened)
{
    const struct duration *window = &view->policy->reopen_window;

    return reopened <= calendar_add(view->dial.counting, settled, window->set ? window : &reopen_default, 1);
}

static void change(struct desk *desk, struct view *view, bool settled, day_t reopened_on)
{
    struct case_change *row = desk_add_change(desk, view);

    row->settled = settled;
    row->reopened = !settled;
    row->after.settled_at = settled ? desk->now : MOMENT_NONE;
    row->after.episode = view->episode;
    if (reopened_on != DAY_NONE)
        row->after.reopened_on = reopened_on;
    if (!settled)
        row->after.not_before = DAY_NONE;
    row->reason = settled ? REASON_SETTLED : REASON_REOPENED;
}

static void reopen(struct desk *desk, struct view *view, day_t settled, day_t reopened)
{
    bool marked = view->known != NULL && view->known->settled_at != MOMENT_NONE;

    if (view->known != NULL && !marked && view->known->reopened_on != DAY_NONE && view->known->reopened_on >= reopened)
        return; /* this re-opening is on record */
    if (within_window(view, settled, reopened)) {
        if (marked)
            change(desk, view, false, DAY_NONE);
        return;
    }
    view->episode++;
    view->reopened_on = reopened;
    change(desk, view, false, reopened);
}

static void start_view(struct view *view)
{
    const struct item_case *known = view->known;

    view->episode = known != NULL ? known->episode : 1;
    view->reopened_on = known != NULL ? known->reopened_on : DAY_NONE;
    view->not_before = known != NULL ? known->not_before : DAY_NONE;
}

/* An open item: was it paid before, by the ledger's own rows or by what was seen? */
static void look_for_reopening(struct desk *desk, struct view *view, bool marked)
{
    day_t settled = DAY_NONE, reopened = DAY_NONE;

    if (payments_go_back(desk, view))
        from_ledger(desk, view, &settled, &reopened);
    if (marked && settled == DAY_NONE)
        settled = zone_day(view->dial.zone, view->known->settled_at, NULL);
    if (marked && reopened == DAY_NONE)
        reopened = view->dial.today;
    if (settled != DAY_NONE && reopened != DAY_NONE)
        reopen(desk, view, settled, reopened);
}

void episode_find(struct desk *desk, struct view *view)
{
    bool marked = view->known != NULL && view->known->settled_at != MOMENT_NONE;

    start_view(view);
    if (view->item->kind == ITEM_CREDIT_NOTE || view->policy == NULL)
        return;
    if (view->open > 0)
        look_for_reopening(desk, view, marked);
    else if (view->known != NULL && !marked)
        change(desk, view, true, DAY_NONE);
}
