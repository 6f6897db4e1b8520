#include "policy/stages.h"

#include <string.h>

#include "base/text.h"

/* ---- dials ---- */

struct dial dial_of(const struct desk *desk, const struct policy *policy)
{
    static const struct window always = {false, 0, 0, 0};
    const struct rulebook *rulebook = desk->rulebook;
    struct dial dial = {rulebook->zone, rulebook->zone, NULL, &calendar_plain, {&always, NULL, rulebook->zone}, 0};
    day_t here;

    if (policy != NULL) {
        if (policy->zone != NULL)
            dial.zone = policy->zone;
        else if (desk->dossier->zone != NULL)
            dial.zone = desk->dossier->zone;
        dial.calendar = policy->calendar_of_customer ? rulebook_calendar(rulebook, desk->dossier->customer->country)
                                                     : policy->calendar;
        dial.opening.window = &policy->window;
    }
    if (dial.calendar != NULL)
        dial.counting = dial.calendar;
    dial.opening.calendar = dial.calendar;
    dial.opening.zone = dial.zone;
    dial.today = zone_day(dial.zone, desk->now, NULL);
    here = zone_day(dial.business, desk->now, NULL);
    if (here < dial.today)
        dial.today = here;
    return dial;
}

moment_t dial_begin(const struct dial *dial, day_t day)
{
    moment_t theirs = zone_moment(dial->zone, day, 0);
    moment_t ours = dial->zone == dial->business ? theirs : zone_moment(dial->business, day, 0);

    return theirs > ours ? theirs : ours;
}

/* ---- views ---- */

bool same_account(const struct item *a, const struct item *b)
{
    return text_equal(a->currency, b->currency) && text_equal(a->entity, b->entity);
}

struct view *desk_view(const struct desk *desk, const char *invoice_id, int32_t line)
{
    const struct item *item = dossier_item(desk->dossier, invoice_id, line);

    return item == NULL ? NULL : &desk->views[item - desk->dossier->items];
}

int64_t view_net(const struct view *view)
{
    return view->open - view->credited;
}

bool reason_in(enum reason reason, const enum reason *list)
{
    while (*list != REASON_COUNT && *list != reason)
        list++;
    return *list != REASON_COUNT;
}

/* Beside the item's own gates, these take an item out of the claim. */
static const enum reason unclaimed[] = {REASON_IN_FLIGHT,    REASON_DIRECT_DEBIT, REASON_NO_POLICY,
                                        REASON_BEFORE_START, REASON_ENTRY_HOLD,   REASON_COUNT};

bool view_claimable(const struct view *view)
{
    const struct verdict *verdict = view->verdict;
    bool held = false;

    for (size_t i = 0; i < verdict->gate_count; i++)
        held = held || (!verdict->gates[i].passed && verdict->gates[i].gate <= GATE_HOLD);
    return view->policy != NULL && view->item->kind != ITEM_CREDIT_NOTE && view_net(view) > 0 && !held &&
           !view->handed && !reason_in(verdict->reason, unclaimed);
}

static const struct customer *owner_of(const struct dossier *dossier, const struct item *item)
{
    for (size_t i = 0; i < dossier->member_count; i++)
        if (text_equal(dossier->members[i].id, item->customer_id))
            return &dossier->members[i];
    return dossier->customer;
}

struct desk *desk_new(const struct dossier *dossier, const struct rulebook *rulebook,
                      const struct conditions *conditions, moment_t now, struct arena *arena)
{
    struct desk *desk = arena_alloc(arena, sizeof *desk);

    if (conditions->rehearsal)
        dossier = dossier_as_of(dossier, zone_day(rulebook->zone, now, NULL), arena);
    desk->dossier = dossier;
    desk->rulebook = rulebook;
    desk->conditions = conditions;
    desk->now = now;
    desk->arena = arena;
    desk->count = dossier->item_count;
    desk->views = arena_array(arena, desk->count, sizeof *desk->views);
    desk->decision = arena_alloc(arena, sizeof *desk->decision);
    desk->decision->verdicts = arena_array(arena, desk->count, sizeof *desk->decision->verdicts);
    desk->decision->verdict_count = desk->count;
    desk->decision->next_at = desk->wake_at = MOMENT_NEVER;
    return desk;
}

/* R21, R35, RULES columns: due is never before sent_on, counts from a re-opening, and rolls to an open day. */
static day_t effective_due(const struct view *view)
{
    day_t due = view->item->due_on;

    if (due == DAY_NONE)
        return DAY_NONE;
    if (view->item->sent_on != DAY_NONE && view->item->sent_on > due)
        due = view->item->sent_on;
    if (view->reopened_on != DAY_NONE && view->reopened_on > due)
        due = view->reopened_on;
    if (view->dial.calendar != NULL && view->policy->due_adjust == DUE_FOLLOWING)
        due = calendar_following(view->dial.calendar, due);
    return due;
}

static void take_records(const struct desk *desk, struct view *view)
{
    const struct dossier *dossier = desk->dossier;
    const struct record *all = dossier->records;
    size_t low = 0, high = dossier->record_count, last;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(all[middle].invoice_id, view->item->invoice_id);

        if (order < 0 || (order == 0 && (all[middle].line < view->item->line || (all[middle].line == view->item->line &&
                                                                                 all[middle].episode < view->episode))))
            low = middle + 1;
        else
            high = middle;
    }
    for (last = low; last < dossier->record_count; last++)
        if (!text_equal(all[last].invoice_id, view->item->invoice_id) || all[last].line != view->item->line ||
            all[last].episode != view->episode)
            break;
    view->records = low < dossier->record_count ? &all[low] : NULL;
    view->record_count = last - low;
}

static void open_view(struct desk *desk, size_t index)
{
    struct view *view = &desk->views[index];

    view->item = &desk->dossier->items[index];
    view->owner = owner_of(desk->dossier, view->item);
    view->known = dossier_case(desk->dossier, view->item->invoice_id, view->item->line);
    view->verdict = &desk->decision->verdicts[index];
    view->verdict->item = view->item;
    view->verdict->notice = -1;
    view->verdict->next = view->verdict->position = -1;
    view->verdict->at = view->verdict->until = MOMENT_NEVER;
    view->verdict->policy_source = "";
    view->position = view->next = -1;
    view->due = view->deadline = view->previous_on = view->held_since = DAY_NONE;
    view->reopened_on = view->not_before = DAY_NONE;
    view->policy = match_policy(desk, view, &view->verdict->policy_source);
    view->verdict->policy = view->policy;
    view->dial = dial_of(desk, view->policy);
}

/* The item itself: is it there, is it an invoice, does it have a due date? */
static enum reason item_reason(const struct view *view)
{
    if (view->item->status == ITEM_VOID)
        return REASON_VOID;
    if (view->item->status == ITEM_WRITTEN_OFF)
        return REASON_WRITTEN_OFF;
    if (view->item->kind == ITEM_CREDIT_NOTE)
        return REASON_CREDIT_NOTE;
    if (view->open <= 0)
        return REASON_SETTLED;
    return REASON_NONE;
}

static bool debit_returned(const struct desk *desk, const struct view *view)
{
    for (size_t i = 0; i < desk->dossier->payment_count; i++) {
        const struct payment *payment = &desk->dossier->payments[i];

        if (text_equal(payment->invoice_id, view->item->invoice_id) &&
            (payment->amount < 0 || payment->status == PAYMENT_REVERSED))
            return true;
    }
    return false;
}

static enum reason dunnable_reason(const struct desk *desk, const struct view *view)
{
    if (view->policy == NULL)
        return REASON_NO_POLICY;
    if (view->item->kind == ITEM_CHARGE)
        return REASON_CHARGE;
    if (view->item->due_on == DAY_NONE)
        return REASON_NO_DUE_DATE;
    if (view->item->method == METHOD_DIRECT_DEBIT && !debit_returned(desk, view))
        return REASON_DIRECT_DEBIT;
    return REASON_NONE;
}

static enum gate gate_of_item(enum reason reason)
{
    if (reason == REASON_SETTLED)
        return GATE_OPEN;
    return reason == REASON_NO_POLICY ? GATE_POLICY : GATE_LEDGER;
}

/* R13, R14: what credits cover drives nothing. */
static void check_cover(struct desk *desk, struct view *view)
{
    int64_t owed = 0, credit = 0;

    if (view->verdict->reason != REASON_NONE)
        return;
    if (view->pending >= view_net(view) && view->pending > 0) {
        gate_close(desk, view, GATE_OPEN, REASON_PAYMENT_PENDING, MOMENT_NEVER);
        return;
    }
    if (view_net(view) > 0)
        return;
    for (size_t i = 0; i < desk->count; i++)
        if (same_account(desk->views[i].item, view->item))
            owed += view_net(&desk->views[i]);
    for (size_t i = 0; i < desk->credit_count; i++)
        if (text_equal(desk->credits[i].currency, view->item->currency) &&
            text_equal(desk->credits[i].entity, view->item->entity))
            credit += desk->credits[i].left;
    gate_close(desk, view, GATE_OPEN, owed <= credit ? REASON_NET_CREDIT : REASON_COVERED, MOMENT_NEVER);
}

/* R15: a rest after part payment, measured against item_minimum, by default the policy's minimum. */
static bool is_small_rest(const struct view *view)
{
    const struct policy *policy = view->policy;
    int64_t limit;

    if (view->paid == 0 && view->credited == 0)
        return false;
    if (!thresholds_find(policy->item_minimum.count > 0 ? &policy->item_minimum : &policy->minimum,
                         view->item->currency, &limit))
        return false;
    return view_net(view) < limit;
}

static void read_item(struct desk *desk, struct view *view)
{
    enum reason reason = item_reason(view);

    episode_find(desk, view);
    view->verdict->episode = view->episode;
    take_records(desk, view);
    if (view->policy != NULL)
        view->due = effective_due(view);
    view->overdue = view->due != DAY_NONE && view->dial.today > view->due;
    ladder_read(view);
    view->verdict->position = view->position;
    if (reason == REASON_NONE)
        reason = dunnable_reason(desk, view);
    if (reason != REASON_NONE)
        gate_close(desk, view, gate_of_item(reason), reason, MOMENT_NEVER);
}

void desk_prepare(struct desk *desk)
{
    for (size_t i = 0; i < desk->count; i++)
        open_view(desk, i);
    net_direct(desk);
    for (size_t i = 0; i < desk->count; i++)
        read_item(desk, &desk->views[i]);
    holds_prepare(desk);
    for (size_t i = 0; i < desk->count; i++)
        if (desk->views[i].verdict->reason == REASON_NONE)
            holds_check(desk, &desk->views[i]);
    net_allocate(desk);
    for (size_t i = 0; i < desk->count; i++) {
        struct view *view = &desk->views[i];

        check_cover(desk, view);
        holds_track(desk, view);
        view->small_rest = view->policy != NULL && is_small_rest(view);
        view->verdict->open = view->open;
        view->verdict->credited = view->credited;
    }
}

/* ---- gates ---- */

/* R10: whatever keeps a step before due, on the due date it is over and the next one comes. */
static void heed_expiry(struct view *view)
{
    moment_t over;

    if (view->policy == NULL || view->next < 0 || view->due == DAY_NONE ||
        !step_is_before_due(&view->policy->steps[view->next]))
        return;
    over = zone_moment(view->dial.zone, view->due, 0);
    if (over < view->verdict->until)
        view->verdict->until = over;
}

void gate_set(const struct desk *desk, struct view *view, const struct gate_result *result)
{
    struct verdict *verdict = view->verdict;

    if (verdict->gates == NULL)
        verdict->gates = arena_array(desk->arena, GATE_COUNT + 2, sizeof *verdict->gates);
    if (verdict->gate_count < GATE_COUNT + 2)
        verdict->gates[verdict->gate_count++] = *result;
    if (!result->passed && verdict->reason == REASON_NONE) {
        verdict->reason = result->reason;
        verdict->until = result->until;
        heed_expiry(view);
    }
}

void gate_open(const struct desk *desk, struct view *view, enum gate gate, const char *figures)
{
    struct gate_result result = {gate, true, REASON_NONE, MOMENT_NEVER, figures};

    gate_set(desk, view, &result);
}

void gate_close(const struct desk *desk, struct view *view, enum gate gate, enum reason reason, moment_t until)
{
    struct gate_result result = {gate, false, reason, until, ""};

    gate_set(desk, view, &result);
    view->ready = false;
}

void gate_reset(struct view *view)
{
    view->verdict->gate_count = 0;
    view->verdict->reason = REASON_NONE;
    view->verdict->until = MOMENT_NEVER;
}
