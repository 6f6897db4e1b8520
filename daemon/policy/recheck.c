#include "policy/recheck.h"

#include "base/text.h"
#include "policy/stages.h"

/* Items that a notice records, as opposed to those it only lists. */
static bool is_recorded(const struct notice_item *item)
{
    return item->occurrence > 0;
}

static struct view *view_of(const struct desk *desk, const struct notice_item *item)
{
    return desk_view(desk, item->invoice_id, item->line);
}

enum reason restate_check(const struct desk *desk, const struct notice *notice)
{
    int64_t before = 0, today = 0;

    for (size_t i = 0; i < notice->item_count; i++) {
        const struct notice_item *item = &notice->items[i];
        const struct view *view = view_of(desk, item);

        if (!is_recorded(item))
            continue;
        if (view == NULL || view->episode != item->episode)
            return REASON_SETTLED;
        if (view->verdict->reason != REASON_NONE)
            return view->verdict->reason;
        /* R1: the policy is part of what makes the group. */
        if (view->policy == NULL || !text_equal(view->policy->name, notice->policy) ||
            policy_step(view->policy, item->step) < 0)
            return REASON_POLICY_CHANGED;
        before += item->open - item->credited;
        today += view_net(view);
    }
    return notice->needs_approval && today > before ? REASON_AMOUNT_CHANGED : REASON_NONE;
}

/*
 * R23: the further channels of an accepted notice repeat what it says, as long
 * as that stands, by the customer's own date, and is the last word.
 */
static enum reason check_last_word(const struct desk *desk, const struct view *view, const struct notice *notice,
                                   int step)
{
    if (notice->deadline != DAY_NONE && zone_day(view->dial.zone, desk->now, NULL) > notice->deadline)
        return REASON_EXPIRED;
    if (view->position > step || (view->busy != NULL && view->busy->notice != notice->id))
        return REASON_ALREADY_REACHED;
    return REASON_NONE;
}

/* Puts the item on its recorded step and asks whether the ladder still agrees. */
static enum reason place(struct desk *desk, struct view *view, const struct notice_item *item,
                         const struct notice *notice)
{
    int step = policy_step(view->policy, item->step);
    enum reason said = REASON_NONE;

    if (notice->status == NOTICE_ACCEPTED)
        said = check_last_word(desk, view, notice, step);
    if (said != REASON_NONE)
        return said;
    if (notice->status != NOTICE_ACCEPTED) {
        if (view->busy != NULL && view->busy->notice == notice->id)
            view->busy = NULL;
        ladder_next(desk, view);
        if (view->next != step)
            return REASON_POLICY_CHANGED;
        ladder_check(desk, view);
        if (view->verdict->reason != REASON_NONE)
            return view->verdict->reason == REASON_NOT_DUE ? REASON_DUE_CHANGED : view->verdict->reason;
    }
    view->next = step;
    view->verdict->occurrence = item->occurrence;
    view->ready = true;
    return REASON_NONE;
}

/* Everybody else is judged too, since what is carried depends on it; but nobody else is due here. */
static void judge_others(struct desk *desk, const bool *due)
{
    for (size_t i = 0; i < desk->count; i++) {
        struct view *view = &desk->views[i];

        if (due[i] || view->policy == NULL || view->verdict->reason != REASON_NONE)
            continue;
        ladder_next(desk, view);
        ladder_check(desk, view);
        view->ready = false;
    }
}

static enum reason place_all(struct desk *desk, const struct notice *notice, bool *due)
{
    for (size_t i = 0; i < notice->item_count; i++) {
        const struct notice_item *item = &notice->items[i];
        struct view *view;
        enum reason reason;

        if (!is_recorded(item))
            continue;
        view = view_of(desk, item);
        reason = place(desk, view, item, notice);
        if (reason != REASON_NONE)
            return reason;
        due[view - desk->views] = true;
    }
    judge_others(desk, due);
    return REASON_NONE;
}

static enum reason check_contact(const struct desk *desk, const struct group_key *key, const struct notice *notice,
                                 const struct step *step)
{
    struct stop stop = contact_whole(desk, key->entity);
    int64_t minimum;

    if (stop.reason == REASON_NONE && notice->status != NOTICE_ACCEPTED && step->action != ACTION_HANDOFF) {
        stop = contact_gap(desk, key, notice->id);
        if (stop.reason == REASON_NONE)
            stop = contact_cap(desk, key, notice->id);
    }
    if (stop.reason != REASON_NONE)
        return stop.reason;
    if (thresholds_find(&key->policy->minimum, key->currency, &minimum) && step->action != ACTION_HANDOFF &&
        group_total(desk, key) < minimum)
        return REASON_BELOW_MINIMUM;
    return REASON_NONE;
}

static enum reason check_conditions(const struct desk *desk, const struct group_key *key, const bool *due)
{
    for (size_t i = 0; i < desk->count; i++) {
        const struct view *view = &desk->views[i];

        if (due[i] && !condition_met(desk, view, &view->policy->steps[view->next], group_total(desk, key)))
            return REASON_WHEN_NOT_MET;
    }
    return REASON_NONE;
}

static const struct view *first_due(const struct desk *desk, const bool *due)
{
    for (size_t i = 0; i < desk->count; i++)
        if (due[i])
            return &desk->views[i];
    return NULL;
}

/* An accepted notice keeps its date and what it promised; only further channels follow. */
static void keep_dates(struct notice *fresh, const struct notice *notice)
{
    fresh->on = notice->on;
    fresh->deadline = notice->deadline;
    fresh->instalments = notice->instalments;
    fresh->instalment_count = notice->instalment_count;
    fresh->charges = notice->charges;
    fresh->charge_count = notice->charge_count;
    for (size_t i = 0; i < fresh->item_count; i++)
        for (size_t j = 0; j < notice->item_count; j++)
            if (fresh->items[i].line == notice->items[j].line &&
                text_equal(fresh->items[i].invoice_id, notice->items[j].invoice_id))
                fresh->items[i] = notice->items[j].occurrence > 0 ? notice->items[j] : fresh->items[i];
}

/* R24: what follows an acceptance is exempt from gap and cap, never from the window. */
static bool is_shut(const struct desk *desk, const struct notice *notice, const bool *due)
{
    const struct view *view = first_due(desk, due);

    return notice->status == NOTICE_ACCEPTED && !opening_is_open(&view->dial.opening, desk->now);
}

/*
 * R27: what is carried on an approved notice is claimed by it, too, and was not
 * approved where it is new.  One that nobody was asked about may need it by now.
 */
static bool exceeds_approval(const struct notice *fresh, const struct notice *notice, const struct step *step)
{
    if (notice->status == NOTICE_ACCEPTED)
        return false;
    if (notice->needs_approval)
        return fresh->total > notice->total;
    return step_needs_approval(step, fresh->currency, fresh->total);
}

static const struct notice_item *same_item(const struct notice *notice, const struct notice_item *like)
{
    for (size_t i = 0; i < notice->item_count; i++)
        if (notice->items[i].line == like->line && notice->items[i].block == like->block &&
            text_equal(notice->items[i].invoice_id, like->invoice_id))
            return &notice->items[i];
    return NULL;
}

/* What is on record stands there by the name that the step had then (`was`). */
static void keep_step_names(struct notice *fresh, const struct notice *notice, struct arena *arena)
{
    for (size_t i = 0; i < fresh->item_count; i++) {
        const struct notice_item *recorded = same_item(notice, &fresh->items[i]);

        if (recorded != NULL && is_recorded(recorded))
            fresh->items[i].step = arena_copy(arena, recorded->step);
    }
}

static struct notice *state_anew(struct desk *desk, const struct group_key *key, const struct step *step,
                                 const struct notice *notice, const bool *due)
{
    struct notice *fresh = arena_alloc(desk->arena, sizeof *fresh);

    fresh->id = notice->id;
    statement_fill(desk, fresh, key, step, due);
    fresh->contact = notice->contact;
    fresh->status = notice->status;
    fresh->needs_approval = notice->needs_approval;
    fresh->planned_at = notice->planned_at;
    fresh->accepted_at = notice->accepted_at;
    if (notice->status == NOTICE_ACCEPTED)
        keep_dates(fresh, notice);
    keep_step_names(fresh, notice, desk->arena);
    recipients_fill(desk, fresh, step);
    return fresh;
}

static bool lacks_rate(const struct desk *desk, const bool *due)
{
    for (size_t i = 0; i < desk->count; i++)
        if (due[i] && charge_waits(desk, &desk->views[i], desk->views[i].dial.today))
            return true;
    return false;
}

enum reason restate_notice(const struct question *question, const struct notice *notice, struct arena *arena,
                           struct notice **out)
{
    struct desk *desk = desk_new(question->dossier, question->rulebook, question->conditions, question->now, arena);
    bool *due = arena_array(arena, desk->count + 1, sizeof *due);
    const struct step *step;
    struct group_key key;
    enum reason reason;
    int index;

    desk_prepare(desk);
    reason = restate_check(desk, notice);
    if (reason == REASON_NONE)
        reason = place_all(desk, notice, due);
    if (reason != REASON_NONE)
        return reason;
    if (first_due(desk, due) == NULL)
        return REASON_SETTLED;
    if (notice->status != NOTICE_ACCEPTED && lacks_rate(desk, due))
        return REASON_NO_RATE;
    key.policy = first_due(desk, due)->policy;
    key.entity = notice->entity;
    key.currency = notice->currency;
    key.invoice = notice->group_invoice;
    index = policy_step(key.policy, notice->step);
    if (index < 0)
        return REASON_POLICY_CHANGED;
    step = &key.policy->steps[index];
    reason = check_contact(desk, &key, notice, step);
    if (reason == REASON_NONE && notice->status != NOTICE_ACCEPTED)
        reason = check_conditions(desk, &key, due);
    if (reason == REASON_NONE && is_shut(desk, notice, due))
        reason = REASON_WINDOW;
    if (reason != REASON_NONE)
        return reason;
    *out = state_anew(desk, &key, step, notice, due);
    return exceeds_approval(*out, notice, step) ? REASON_AMOUNT_CHANGED : REASON_NONE;
}

/* ---- the commit point ---- */

static enum reason compare(const struct notice *rendered, const struct notice *fresh)
{
    if (rendered->item_count != fresh->item_count || rendered->total != fresh->total ||
        rendered->credit_count != fresh->credit_count)
        return REASON_AMOUNT_CHANGED;
    for (size_t i = 0; i < rendered->item_count; i++) {
        const struct notice_item *now = same_item(fresh, &rendered->items[i]);

        if (now == NULL || now->open != rendered->items[i].open || now->credited != rendered->items[i].credited)
            return REASON_AMOUNT_CHANGED;
        if (now->due_on != rendered->items[i].due_on)
            return REASON_DUE_CHANGED;
    }
    return rendered->on != fresh->on ? REASON_STALE_DAY : REASON_NONE;
}

/* Is the address still among those the notice would go to? */
static enum reason check_address(const struct notice *fresh, const struct message_plan *message)
{
    for (size_t i = 0; i < fresh->message_count; i++)
        if (fresh->messages[i].channel == message->channel && text_equal(fresh->messages[i].address, message->address))
            return REASON_NONE;
    return REASON_OPTED_OUT;
}

enum reason recheck_notice(const struct question *question, const struct notice *notice,
                           const struct message_plan *message)
{
    struct arena *arena = arena_new(0);
    struct notice *fresh = NULL;
    enum reason reason = restate_notice(question, notice, arena, &fresh);

    if (reason == REASON_NONE)
        reason = compare(notice, fresh);
    if (reason == REASON_NONE)
        reason = check_address(fresh, message);
    arena_free(&arena);
    return reason;
}
