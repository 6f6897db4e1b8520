/*
 * What stands on a notice: due now, carried, credits, upcoming; total,
 * deadline, instalments (RULES R4, R5).
 */
#include <string.h>

#include "base/text.h"
#include "policy/plan.h"
#include "policy/stages.h"

bool in_group(const struct group_key *key, const struct view *view)
{
    return view->policy == key->policy && text_equal(view->item->entity, key->entity) &&
           text_equal(view->item->currency, key->currency) &&
           (text_empty(key->invoice) || text_equal(view->item->invoice_id, key->invoice));
}

/* An accepted step on or after due: the item has been claimed before. */
static bool has_been_claimed(const struct view *view)
{
    return view->position >= 0 && view->last != NULL && !step_is_before_due(&view->policy->steps[view->position]);
}

bool is_carried(const struct view *view)
{
    if (!view_claimable(view) || view->ready || !view->overdue)
        return false;
    return view->item->kind == ITEM_CHARGE || has_been_claimed(view);
}

static bool before_due(const struct view *view)
{
    return view->next >= 0 && step_is_before_due(&view->policy->steps[view->next]);
}

int64_t group_total(const struct desk *desk, const struct group_key *key)
{
    int64_t claimed = 0, early = 0;
    bool any = false;

    for (size_t i = 0; i < desk->count; i++) {
        const struct view *view = &desk->views[i];

        if ((!view->ready && !is_carried(view)) || !in_group(key, view))
            continue;
        if (view->ready && before_due(view)) {
            early += view_net(view);
        } else {
            claimed += view_net(view);
            any = any || view->ready;
        }
    }
    return any || early == 0 ? claimed : early;
}

static struct notice_item *add_item(struct notice *notice, const struct view *view, enum block block)
{
    struct notice_item *item = &notice->items[notice->item_count++];

    item->invoice_id = view->item->invoice_id;
    item->line = view->item->line;
    item->episode = view->episode;
    item->block = block;
    item->step = "";
    item->open = view->open;
    item->credited = view->credited;
    item->due_on = view->item->due_on;
    item->carried_on = item->deadline = DAY_NONE;
    return item;
}

static void add_due(struct notice *notice, const struct view *view)
{
    const struct step *step = &view->policy->steps[view->next];
    struct notice_item *item = add_item(notice, view, before_due(view) ? BLOCK_UPCOMING : BLOCK_DUE);

    item->step = step->name;
    item->occurrence = view->verdict->occurrence;
}

static void add_carried(struct notice *notice, const struct view *view)
{
    struct notice_item *item = add_item(notice, view, BLOCK_CARRIED);

    if (view->last == NULL)
        return;
    item->step = view->last->step;
    item->carried_on = view->last->on;
    item->deadline = view->deadline;
}

/* list and upcoming of the policy: for information, never in the total. */
static void add_listed(struct notice *notice, const struct view *view)
{
    const struct policy *policy = view->policy;

    if (!view_claimable(view) || view->busy != NULL || view->item->due_on == DAY_NONE)
        return;
    if (!view->overdue && policy->upcoming)
        add_item(notice, view, BLOCK_UPCOMING);
    else if (policy->list == LIST_OPEN || (view->overdue && policy->list == LIST_OVERDUE))
        add_item(notice, view, BLOCK_INFO);
}

static bool in_total(const struct notice *notice, const struct notice_item *item)
{
    if (notice->before_due)
        return item->block == BLOCK_UPCOMING && item->occurrence > 0;
    return item->block == BLOCK_DUE || item->block == BLOCK_CARRIED;
}

static const struct notice_item *item_of(const struct notice *notice, const struct view *view)
{
    for (size_t i = 0; i < notice->item_count; i++)
        if (notice->items[i].line == view->item->line &&
            text_equal(notice->items[i].invoice_id, view->item->invoice_id))
            return &notice->items[i];
    return NULL;
}

static void add_credit(struct notice *notice, const struct credit *credit, int64_t amount)
{
    struct notice_credit *row;

    for (size_t i = 0; i < notice->credit_count; i++)
        if (text_equal(notice->credits[i].id, credit->id)) {
            notice->credits[i].amount += amount;
            return;
        }
    row = &notice->credits[notice->credit_count++];
    row->id = credit->id;
    row->number = credit->number;
    row->on = credit->on;
    row->amount = amount;
}

static void fill_credits(const struct desk *desk, struct notice *notice)
{
    notice->credits = arena_array(desk->arena, desk->credit_count, sizeof *notice->credits);
    for (size_t i = 0; i < desk->allocation_count; i++) {
        const struct allocation *part = &desk->allocations[i];
        const struct notice_item *item = item_of(notice, &desk->views[part->view]);

        if (item != NULL && in_total(notice, item))
            add_credit(notice, &desk->credits[part->credit], part->amount);
    }
}

static void later_deadline(const struct view *view, const struct duration *duration, day_t from, day_t *best)
{
    day_t day;

    if (!duration->set)
        return;
    day = calendar_add(view->dial.counting, from, duration, 1);
    if (view->dial.calendar != NULL)
        day = calendar_following(view->dial.calendar, day);
    if (day > *best)
        *best = day;
}

/* R5: the longest deadline among the steps recorded; an offer's `valid` is one. */
static void fill_deadline(const struct desk *desk, struct notice *notice, const bool *due)
{
    notice->deadline = DAY_NONE;
    for (size_t i = 0; i < desk->count; i++) {
        const struct view *view = &desk->views[i];
        const struct step *step;

        if (!due[i] || before_due(view))
            continue;
        step = &view->policy->steps[view->next];
        later_deadline(view, &step->deadline, notice->on, &notice->deadline);
        if (step->action == ACTION_OFFER_PLAN)
            later_deadline(view, &step->plan.valid, notice->on, &notice->deadline);
    }
    for (size_t i = 0; i < notice->item_count; i++)
        if (notice->items[i].block == BLOCK_DUE)
            notice->items[i].deadline = notice->deadline;
}

static void fill_plan(const struct desk *desk, struct notice *notice, const struct group_key *key,
                      const struct step *step)
{
    struct dial dial = dial_of(desk, key->policy);

    if (step->action != ACTION_OFFER_PLAN || notice->total <= 0)
        return;
    notice->instalment_count =
        plan_schedule(&step->plan,
                      &(struct plan_debt){notice->total, notice->currency,
                                          notice->deadline == DAY_NONE ? notice->on : notice->deadline, dial.calendar},
                      desk->arena, &notice->instalments);
}

static void fill_items(const struct desk *desk, struct notice *notice, const struct group_key *key, const bool *due)
{
    bool package = notice->action == ACTION_HANDOFF || notice->action == ACTION_TASK;

    notice->items = arena_array(desk->arena, desk->count, sizeof *notice->items);
    notice->item_count = 0;
    notice->before_due = true;
    for (size_t i = 0; i < desk->count; i++) {
        const struct view *view = &desk->views[i];

        if (due[i]) {
            add_due(notice, view);
            notice->before_due = notice->before_due && before_due(view);
        } else if (!package && in_group(key, view) && !view->ready) {
            if (is_carried(view))
                add_carried(notice, view);
            else
                add_listed(notice, view);
        }
    }
}

void statement_fill(struct desk *desk, struct notice *notice, const struct group_key *key, const struct step *step,
                    const bool *due)
{
    const struct customer *payer = desk->dossier->customer;

    notice->customer = payer->id;
    notice->entity = key->entity;
    notice->policy = key->policy->name;
    notice->group_invoice = key->invoice;
    memcpy(notice->currency, key->currency, CURRENCY_SIZE);
    notice->step = step->name;
    notice->action = step->action;
    notice->template_name = step->template_name;
    notice->language = text_empty(payer->language) ? desk->rulebook->language : payer->language;
    notice->planned_at = desk->now;
    notice->accepted_at = MOMENT_NONE;
    notice->on = zone_day(dial_of(desk, key->policy).zone, desk->now, NULL);
    fill_items(desk, notice, key, due);
    notice->total = 0;
    for (size_t i = 0; i < notice->item_count; i++)
        if (in_total(notice, &notice->items[i]))
            notice->total += notice->items[i].open - notice->items[i].credited;
    fill_credits(desk, notice);
    fill_deadline(desk, notice, due);
    fill_plan(desk, notice, key, step);
    charge_fill(desk, notice, step, due);
}
