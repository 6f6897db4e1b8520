/*
 * What keeps an item from moving: the ledger's blocks, holds, disputes,
 * uncertain messages, the agency (RULES R13, R26, R29, R33), and how the step
 * is re-timed when it ends (R28).
 */
#include "base/text.h"
#include "policy/stages.h"

/* A reason to hold and the last day it is known to last. */
struct found {
    enum reason reason;
    day_t until; /* DAY_NONE: nobody can say */
    day_t since; /* DAY_NONE: from when it was first seen */
};

static bool in_force(const struct hold *hold, const struct view *view, moment_t now)
{
    return hold->released_at == MOMENT_NONE && hold->start_at <= now &&
           (hold->until == DAY_NONE || view->dial.today <= hold->until);
}

static bool aims_at(const struct hold *hold, const struct desk *desk, const struct view *view)
{
    switch (hold->scope) {
    case HOLD_CUSTOMER:
        return text_equal(hold->target, desk->dossier->customer->id) ||
               text_equal(hold->target, view->item->customer_id);
    case HOLD_INVOICE:
        return text_equal(hold->target, view->item->invoice_id);
    case HOLD_POLICY:
        return view->policy != NULL && text_equal(hold->target, view->policy->name);
    }
    return false;
}

static bool blocked_until(const char *reason, day_t until, day_t today)
{
    if (until != DAY_NONE)
        return today <= until;
    return !text_empty(reason);
}

static struct found found(enum reason reason, day_t until, day_t since)
{
    struct found result = {reason, until, since};

    return result;
}

static bool whole_dispute(const struct view *view)
{
    return view->item->status == ITEM_DISPUTED &&
           (view->item->disputed_amount <= 0 || view->item->disputed_amount >= view->open);
}

static struct found in_ledger(const struct desk *desk, const struct view *view)
{
    const struct customer *payer = desk->dossier->customer;
    const struct item *item = view->item;
    day_t today = view->dial.today;

    if (item->inconsistent)
        return found(REASON_LEDGER_INCONSISTENT, DAY_NONE, DAY_NONE);
    if (payer->status != CUSTOMER_ACTIVE || view->owner->status != CUSTOMER_ACTIVE)
        return found(REASON_CUSTOMER_STATUS, DAY_NONE, DAY_NONE);
    if (whole_dispute(view))
        return found(REASON_DISPUTED, DAY_NONE, item->disputed_on);
    if (blocked_until(item->hold_reason, item->hold_until, today))
        return found(REASON_LEDGER_HOLD, item->hold_until, DAY_NONE);
    if (blocked_until(payer->hold_reason, payer->hold_until, today))
        return found(REASON_LEDGER_HOLD, payer->hold_until, DAY_NONE);
    if (blocked_until(view->owner->hold_reason, view->owner->hold_until, today))
        return found(REASON_LEDGER_HOLD, view->owner->hold_until, DAY_NONE);
    return found(REASON_NONE, DAY_NONE, DAY_NONE);
}

/* Holds add by union: the one that lasts longest decides. */
static struct found in_state(const struct desk *desk, const struct view *view)
{
    struct found best = {REASON_NONE, DAY_NONE, DAY_NONE};

    for (size_t i = 0; i < desk->dossier->hold_count; i++) {
        const struct hold *hold = &desk->dossier->holds[i];

        if (!aims_at(hold, desk, view) || !in_force(hold, view, desk->now))
            continue;
        if (best.reason == REASON_NONE || hold->until == DAY_NONE ||
            (best.until != DAY_NONE && hold->until > best.until)) {
            best.reason = hold_reason(hold->kind);
            best.until = hold->until;
            best.since = zone_day(view->dial.zone, hold->start_at, NULL);
        }
    }
    return best;
}

static bool at_handoff(const struct view *view)
{
    return view->last != NULL && view->policy != NULL && view->position >= 0 &&
           view->policy->steps[view->position].action == ACTION_HANDOFF;
}

static bool handed(const struct view *view)
{
    return at_handoff(view) && view->open > 0;
}

static const struct notice *live_notice(const struct desk *desk, int64_t id)
{
    for (size_t i = 0; i < desk->dossier->live_count; i++)
        if (desk->dossier->live[i].id == id)
            return &desk->dossier->live[i];
    return NULL;
}

/* On its way to the agency, on another notice than `view`, and nobody has to approve it any more. */
static bool in_handover(const struct desk *desk, const struct view *other, const struct view *view)
{
    const struct notice *notice;

    if (other->busy == NULL || (view->busy != NULL && view->busy->notice == other->busy->notice))
        return false;
    notice = live_notice(desk, other->busy->notice);
    return notice != NULL && notice->action == ACTION_HANDOFF &&
           (notice->status == NOTICE_PLANNED || notice->status == NOTICE_UNCERTAIN);
}

static struct found at_agency(const struct desk *desk, const struct view *view)
{
    if (!desk->any_handoff)
        return found(REASON_NONE, DAY_NONE, DAY_NONE);
    if (handed(view))
        return found(REASON_AGENCY, DAY_NONE, DAY_NONE);
    for (size_t i = 0; i < desk->count; i++) {
        const struct view *other = &desk->views[i];

        if (other->policy == NULL || other->policy->after_handoff != AFTER_HANDOFF_HOLD ||
            !same_account(other->item, view->item))
            continue;
        if (handed(other))
            return found(REASON_AGENCY, DAY_NONE, other->last->on);
        if (in_handover(desk, other, view))
            return found(REASON_AGENCY, DAY_NONE, other->busy->on);
    }
    return found(REASON_NONE, DAY_NONE, DAY_NONE);
}

static struct found find(const struct desk *desk, const struct view *view)
{
    struct found result = in_ledger(desk, view);

    if (result.reason == REASON_NONE)
        result = in_state(desk, view);
    if (result.reason == REASON_NONE)
        result = at_agency(desk, view);
    if (result.reason == REASON_NONE && view->busy != NULL && view->busy->status == RECORD_UNCERTAIN)
        result = found(REASON_UNCERTAIN, DAY_NONE, view->busy->on);
    return result;
}

/* Accounts may have thousands of items and hardly ever a handoff, so each item asks the others only if there is one. */
void holds_prepare(struct desk *desk)
{
    for (size_t i = 0; i < desk->count && !desk->any_handoff; i++)
        desk->any_handoff = at_handoff(&desk->views[i]);
    for (size_t i = 0; i < desk->dossier->live_count && !desk->any_handoff; i++)
        desk->any_handoff = desk->dossier->live[i].action == ACTION_HANDOFF;
}

static bool subject_to_holds(const struct view *view)
{
    return view->item->kind != ITEM_CREDIT_NOTE && view->item->status != ITEM_VOID && view->open > 0 &&
           view->policy != NULL;
}

void holds_check(struct desk *desk, struct view *view)
{
    struct found result;

    if (!subject_to_holds(view))
        return;
    result = find(desk, view);
    if (result.reason == REASON_NONE && view->item->status == ITEM_DISPUTED)
        view->open -= view->item->disputed_amount; /* the undisputed rest goes on */
    if (result.reason == REASON_NONE)
        return;
    view->held_since = result.since;
    gate_close(desk, view, GATE_HOLD, result.reason,
               result.until == DAY_NONE ? MOMENT_NEVER : dial_begin(&view->dial, result.until + 1));
}

/* ---- R28: what a release does to the timing ---- */

/*
 * The date on which the last hold ended: its release or the day after its last
 * one.  Today where what was seen to hold the item last is none of those that
 * are on record: nothing says when the ledger took its own block away.
 */
static day_t released_on(const struct desk *desk, const struct view *view)
{
    day_t since = zone_day(view->dial.zone, view->known->held_since, NULL);
    enum reason last = view->known->hold_reason;
    bool named = false;
    day_t best = DAY_NONE;

    for (size_t i = 0; i < desk->dossier->hold_count; i++) {
        const struct hold *hold = &desk->dossier->holds[i];
        day_t end;

        if (!aims_at(hold, desk, view) || hold->start_at > desk->now)
            continue;
        end = hold->released_at != MOMENT_NONE ? zone_day(view->dial.zone, hold->released_at, NULL) : hold->until + 1;
        if (end < since || end > view->dial.today)
            continue;
        named = named || hold_reason(hold->kind) == last;
        if (end > best)
            best = end;
    }
    if (last == REASON_DISPUTED && view->item->disputed_on != DAY_NONE)
        named = false; /* the ledger's dispute */
    return named ? best : view->dial.today;
}

static day_t retimed(const struct view *view, day_t since, day_t release)
{
    const struct calendar *calendar = view->dial.counting;
    const struct policy *policy = view->policy;
    day_t next = calendar_add_open(calendar, release, 1);
    day_t gap = policy->min_gap.set ? calendar_add(calendar, release, &policy->min_gap, 1) : next;

    if (gap > next)
        next = gap;
    /* One that was printed after the release did not run during the hold. */
    bool ran = view->last == NULL || view->last->on < release;
    if (ran && view->deadline != DAY_NONE && view->deadline >= since) {
        day_t rest = release + (view->deadline - since);

        if (policy->settlement_lag.set)
            rest = calendar_add(calendar, rest, &policy->settlement_lag, 1);
        if (rest > next)
            next = rest;
    }
    return next;
}

/* Several holds are one; what is seen to hold the item last is kept, since its end is the end of all (R28). */
static void track_hold(struct desk *desk, struct view *view, enum reason reason, bool was)
{
    struct case_change *row;

    if (was && view->known->hold_reason == reason)
        return;
    row = desk_add_change(desk, view);
    if (was) {
        row->after.hold_reason = reason;
        return;
    }
    row->held = true;
    row->reason = reason;
    row->after.hold_reason = reason;
    row->after.held_since =
        view->held_since == DAY_NONE ? desk->now : zone_moment(view->dial.zone, view->held_since, 0);
}

/* A doubtful message that was sent after all: its step goes on from the commit moment (R26). */
static bool was_sent(const struct view *view, day_t since)
{
    return view->known->hold_reason == REASON_UNCERTAIN && view->last != NULL && view->last->on >= since;
}

static void track_release(struct desk *desk, struct view *view)
{
    day_t since = zone_day(view->dial.zone, view->known->held_since, NULL);
    struct case_change *row = desk_add_change(desk, view);

    if (!was_sent(view, since))
        view->not_before = retimed(view, since, released_on(desk, view));
    row->released = true;
    row->reason = view->known->hold_reason;
    row->after.held_since = MOMENT_NONE;
    row->after.hold_reason = REASON_NONE;
    row->after.not_before = view->not_before;
}

static void raise_not_before(struct view *view, day_t since, day_t release)
{
    day_t next;

    if (release > view->dial.today || view->item->issued_on >= release)
        return;
    next = retimed(view, since, release);
    if (next > view->not_before)
        view->not_before = next;
}

/* A hold that came and went while nobody looked re-times like any other. */
static void heed_past(struct desk *desk, struct view *view)
{
    const day_t until[] = {view->item->hold_until, desk->dossier->customer->hold_until, view->owner->hold_until};

    for (size_t i = 0; i < sizeof until / sizeof *until; i++)
        if (until[i] != DAY_NONE)
            raise_not_before(view, until[i] + 1, until[i] + 1);
    for (size_t i = 0; i < desk->dossier->hold_count; i++) {
        const struct hold *hold = &desk->dossier->holds[i];
        const struct zone *zone = view->dial.zone;

        if (!aims_at(hold, desk, view) || hold->start_at > desk->now || in_force(hold, view, desk->now))
            continue;
        raise_not_before(view, zone_day(zone, hold->start_at, NULL),
                         hold->released_at != MOMENT_NONE ? zone_day(zone, hold->released_at, NULL) : hold->until + 1);
    }
}

/* The reasons whose end re-times the step. */
static bool holds_item(enum reason reason)
{
    static const enum reason holding[] = {
        REASON_LEDGER_INCONSISTENT,
        REASON_PAYMENT_PENDING,
        REASON_COVERED,
        REASON_HELD,
        REASON_LEDGER_HOLD,
        REASON_DISPUTED,
        REASON_PROMISE,
        REASON_PLAN,
        REASON_AGENCY,
        REASON_MORATORIUM,
        REASON_UNCERTAIN,
        REASON_CUSTOMER_STATUS,
        REASON_NET_CREDIT,
        REASON_WRITTEN_OFF,
        REASON_COUNT,
    };

    return reason_in(reason, holding);
}

void holds_track(struct desk *desk, struct view *view)
{
    bool was = view->known != NULL && view->known->held_since != MOMENT_NONE;
    bool is = holds_item(view->verdict->reason);

    if (!subject_to_holds(view))
        return;
    if (is)
        track_hold(desk, view, view->verdict->reason, was);
    else if (was)
        track_release(desk, view);
    else
        heed_past(desk, view);
}
