/*
 * What a person has to do that no step asks for: an unanswered offer, the end
 * of the ladder, the review of a dispute, a customer who is insolvent, a debit
 * that never came, the rest of an account at the agency (RULES R29, R32, R33,
 * R41, columns).
 */
#include "base/text.h"
#include "policy/stages.h"

#define DIRECT_DEBIT_DAYS 10 /* business days after due */
#define REVIEW_DAYS 30

static const struct duration debit_wait = {DIRECT_DEBIT_DAYS, UNIT_BUSINESS_DAY, true};
static const struct duration review_wait = {REVIEW_DAYS, UNIT_DAY, true};

/* Each task is asked for once in an episode; one about the customer once while it is open. */
static bool asked(const struct desk *desk, enum task_kind kind, const struct view *view)
{
    for (size_t i = 0; i < desk->dossier->task_count; i++) {
        const struct task *task = &desk->dossier->tasks[i];

        if (task->kind != kind)
            continue;
        if (view == NULL)
            return true;
        if (text_equal(task->invoice_id, view->item->invoice_id) && task->line == view->item->line &&
            task->episode == view->episode)
            return true;
    }
    for (size_t i = 0; i < desk->decision->task_count; i++)
        if (desk->decision->tasks[i].kind == kind && (view == NULL || desk->decision->tasks[i].item == view->item))
            return true;
    return false;
}

static void ask(struct desk *desk, enum task_kind kind, const struct view *view, const char *title)
{
    struct new_task *task;

    if (asked(desk, kind, view))
        return;
    task = desk_add_task(desk);
    task->kind = kind;
    task->title = title;
    task->assignee = desk->dossier->customer->owner;
    task->due = zone_day(desk->rulebook->zone, desk->now, NULL);
    if (view == NULL)
        return;
    task->item = view->item;
    task->policy = view->policy;
    task->episode = view->episode;
    task->step = view->last != NULL ? view->last->step : "";
    task->due = view->dial.today;
    desk_add_change(desk, view);
}

/* Asks once the date has come; before that the item is looked at again then. */
static void ask_on(struct desk *desk, enum task_kind kind, struct view *view, day_t day, const char *title)
{
    moment_t begins;

    if (day == DAY_NONE || asked(desk, kind, view))
        return;
    begins = dial_begin(&view->dial, day);
    if (begins <= desk->now)
        ask(desk, kind, view, title);
    else if (begins < desk->wake_at)
        desk->wake_at = begins;
}

static day_t after(const struct view *view, day_t day, const struct duration *duration)
{
    return day == DAY_NONE ? DAY_NONE : calendar_add(view->dial.counting, day, duration, 1);
}

static void review_dispute(struct desk *desk, struct view *view)
{
    day_t since = view->item->disputed_on;

    if (since == DAY_NONE && view->known != NULL && view->known->held_since != MOMENT_NONE)
        since = zone_day(view->dial.zone, view->known->held_since, NULL);
    if (since == DAY_NONE)
        since = view->dial.today;
    ask_on(desk, TASK_DISPUTE_REVIEW, view,
           after(view, since, view->policy->dispute_review.set ? &view->policy->dispute_review : &review_wait),
           "review the dispute");
}

/* R32: an offer that nobody answered, the day after its end. */
static void unanswered_offer(struct desk *desk, struct view *view)
{
    if (view->last == NULL || view->position < 0 || view->policy->steps[view->position].action != ACTION_OFFER_PLAN)
        return;
    if (view->deadline != DAY_NONE)
        ask_on(desk, TASK_OFFER_UNANSWERED, view, view->deadline + 1, "the offer of a plan was not answered");
}

/* R41: not before what was printed last has passed. */
static void at_end(struct desk *desk, struct view *view)
{
    day_t day;

    if (view->policy->at_end != AT_END_TASK || view->last == NULL)
        return;
    day = view->last->on + 1;
    if (view->policy->min_gap.set && after(view, view->last->on, &view->policy->min_gap) > day)
        day = after(view, view->last->on, &view->policy->min_gap);
    if (view->deadline != DAY_NONE && view->deadline + 1 > day)
        day = view->deadline + 1;
    if (view->deadline != DAY_NONE && view->policy->settlement_lag.set &&
        after(view, view->deadline, &view->policy->settlement_lag) > day)
        day = after(view, view->deadline, &view->policy->settlement_lag);
    ask_on(desk, TASK_AT_END, view, day, "all steps were taken and the item is still open");
}

static bool is_handed(const struct view *view)
{
    return view->position >= 0 && view->policy->steps[view->position].action == ACTION_HANDOFF;
}

static void item_tasks(struct desk *desk, struct view *view)
{
    if (view->policy == NULL || view->open <= 0)
        return;
    if (view->verdict->reason == REASON_DIRECT_DEBIT)
        ask_on(desk, TASK_DIRECT_DEBIT, view, after(view, view->due, &debit_wait), "the direct debit did not arrive");
    if (view->verdict->reason == REASON_DISPUTED)
        review_dispute(desk, view);
    if (view->verdict->reason == REASON_CUSTOMER_STATUS)
        ask(desk, TASK_CUSTOMER_STATUS, NULL, "the customer is not active; everything is held");
    if (view->verdict->reason == REASON_EXHAUSTED)
        at_end(desk, view);
    if (view->verdict->reason == REASON_AGENCY && !is_handed(view) && view->overdue)
        ask(desk, TASK_REST_AT_AGENCY, NULL, "other items of the account are held while the agency works");
    unanswered_offer(desk, view);
}

void tasks_decide(struct desk *desk)
{
    for (size_t i = 0; i < desk->count; i++)
        item_tasks(desk, &desk->views[i]);
}
