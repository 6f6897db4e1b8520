/*
 * The ladder: where an item stands, which step comes next and when (RULES R5,
 * R9, R10, R19-R21, R28, R37).
 */
#include "base/text.h"
#include "policy/stages.h"

#define ENTRY_STEPS_MAX 64 /* one bit each in view.passed */

static void read_accepted(struct view *view, const struct record *record)
{
    int index = policy_step(view->policy, record->step);

    if (index > view->position) {
        view->position = index;
        view->occurrence = 0;
        view->reached_on = record->on;
    }
    if (index == view->position)
        view->occurrence++;
    if (view->last == NULL || record->at >= view->last->at)
        view->last = record;
    /* A due date that was moved later voids the deadlines printed before (R38). */
    if (record->deadline != DAY_NONE && record->deadline > view->deadline &&
        (record->due_on == DAY_NONE || view->item->due_on <= record->due_on))
        view->deadline = record->deadline;
    if (record->at >= view->previous_at) {
        view->previous_at = record->at;
        view->previous_on = record->on;
    }
}

static void read_passed(struct view *view, const struct record *record)
{
    int index = policy_step(view->policy, record->step);

    if (index >= 0 && index < ENTRY_STEPS_MAX)
        view->passed |= UINT64_C(1) << index;
    if (record->reason == REASON_WHEN_NOT_MET && record->at >= view->previous_at) {
        view->previous_at = record->at;
        view->previous_on = record->on;
    }
}

void ladder_read(struct view *view)
{
    view->position = -1;
    view->previous_at = MOMENT_NONE;
    view->previous_on = view->deadline = view->reached_on = DAY_NONE;
    if (view->policy == NULL)
        return;
    for (size_t i = 0; i < view->record_count; i++) {
        const struct record *record = &view->records[i];

        switch (record->status) {
        case RECORD_ACCEPTED:
            read_accepted(view, record);
            break;
        case RECORD_PASSED_OVER:
            read_passed(view, record);
            break;
        case RECORD_PLANNED:
        case RECORD_UNCERTAIN:
            view->busy = record;
            break;
        case RECORD_WITHDRAWN:
        case RECORD_BOUNCED:
            break;
        }
    }
}

/* ---- moments ---- */

static day_t anchor_date(const struct view *view, enum anchor anchor)
{
    day_t sent = view->item->sent_on != DAY_NONE ? view->item->sent_on : view->item->issued_on;

    switch (anchor) {
    case ANCHOR_DUE:
        return view->due;
    case ANCHOR_DUE_EOM:
        return view->due == DAY_NONE ? DAY_NONE : day_end_of_month(view->due);
    case ANCHOR_ISSUED:
        return view->item->issued_on;
    case ANCHOR_SENT:
        return sent;
    case ANCHOR_PREVIOUS:
        return view->previous_on != DAY_NONE ? view->previous_on : view->due;
    case ANCHOR_DEADLINE:
        if (view->deadline != DAY_NONE)
            return view->deadline;
        return view->previous_on != DAY_NONE ? view->previous_on : view->due;
    case ANCHOR_REOPENED:
        return view->reopened_on != DAY_NONE ? view->reopened_on : view->due;
    }
    return DAY_NONE;
}

/* The date of a step's `at`; for elapsed time also the exact moment, else MOMENT_NONE (R20). */
day_t ladder_step_date(const struct view *view, const struct step *step, moment_t *exact)
{
    day_t anchor = anchor_date(view, step->at.anchor);
    int64_t seconds = duration_seconds(&step->at.offset);
    moment_t from;

    *exact = MOMENT_NONE;
    if (anchor == DAY_NONE)
        return DAY_NONE;
    if (seconds < 0)
        return calendar_add(view->dial.counting, anchor, &step->at.offset, step->at.sign);
    from = step->at.anchor == ANCHOR_PREVIOUS && view->previous_at != MOMENT_NONE ? view->previous_at
                                                                                  : dial_begin(&view->dial, anchor);
    *exact = from + (step->at.sign < 0 ? -seconds : seconds);
    return zone_day(view->dial.zone, *exact, NULL);
}

/* A lower bound of the next moment and why. */
struct bound {
    moment_t at;
    enum reason reason;
};

static void raise_bound(struct bound *bound, moment_t at, enum reason reason)
{
    if (at > bound->at) {
        bound->at = at;
        bound->reason = reason;
    }
}

static void raise_date(const struct view *view, struct bound *bound, day_t day, enum reason reason)
{
    if (day != DAY_NONE)
        raise_bound(bound, dial_begin(&view->dial, day), reason);
}

static day_t add(const struct view *view, day_t day, const struct duration *duration)
{
    return duration->set ? calendar_add(view->dial.counting, day, duration, 1) : day;
}

static bool is_fixed(const struct step *step)
{
    return step->at.anchor != ANCHOR_PREVIOUS && step->at.anchor != ANCHOR_DEADLINE;
}

/* Days from one step's `at` to another's; 0 where there is no telling. */
static day_t distance(const struct view *view, const struct step *from, const struct step *to)
{
    moment_t exact;
    day_t begin = DAY_NONE, end = DAY_NONE;

    if (is_fixed(from) && is_fixed(to)) {
        begin = ladder_step_date(view, from, &exact);
        end = ladder_step_date(view, to, &exact);
    }
    return begin != DAY_NONE && end > begin ? end - begin : 0;
}

/* R9: steps keep their distance, counted from acceptance, and never share a date. */
static void bound_by_previous(const struct view *view, const struct step *step, struct bound *bound)
{
    const struct step *before = view->position >= 0 ? &view->policy->steps[view->position] : NULL;

    if (view->last == NULL)
        return;
    raise_date(view, bound, view->last->on + 1, REASON_WAITS_PREVIOUS);
    if (before == NULL || step_is_before_due(before))
        return;
    if (view->policy->min_gap.set)
        raise_date(view, bound, add(view, view->last->on, &view->policy->min_gap), REASON_WAITS_PREVIOUS);
    else
        raise_date(view, bound, view->reached_on + distance(view, before, step), REASON_WAITS_PREVIOUS);
}

/* A step counted from the invoice may come before due on purpose; all others are after due, wherever that moves (R38).
 */
static bool lies_before_due(const struct view *view, const struct step *step)
{
    bool by_invoice = step->at.anchor == ANCHOR_ISSUED || step->at.anchor == ANCHOR_SENT;
    moment_t exact;

    return step_is_before_due(step) || (by_invoice && ladder_step_date(view, step, &exact) < view->due);
}

/* R5, R21 and R38: what was printed must have passed, and money in flight must have had its time. */
static void bound_by_lag(const struct view *view, const struct step *step, struct bound *bound)
{
    const struct duration *lag = &view->policy->settlement_lag;

    if (view->deadline != DAY_NONE) {
        raise_date(view, bound, view->deadline + 1, REASON_WAITS_DEADLINE);
        raise_date(view, bound, add(view, view->deadline, lag), REASON_WAITS_DEADLINE);
    }
    if (view->due == DAY_NONE || lies_before_due(view, step))
        return;
    raise_date(view, bound, add(view, view->due, lag), lag->set ? REASON_WAITS_LAG : REASON_NOT_DUE);
    if (step->at.anchor != ANCHOR_DUE) /* on the due date itself it can still be paid */
        raise_date(view, bound, view->due + 1, REASON_NOT_DUE);
}

static day_t last_payment(const struct desk *desk, const struct view *view)
{
    day_t best = DAY_NONE;

    for (size_t i = 0; i < desk->dossier->payment_count; i++) {
        const struct payment *payment = &desk->dossier->payments[i];

        if (payment->amount > 0 && payment->status != PAYMENT_REVERSED &&
            text_equal(payment->entity, view->item->entity) && text_equal(payment->currency, view->item->currency) &&
            payment->paid_on > best)
            best = payment->paid_on;
    }
    return best;
}

/* The step's own moment with every bound, before the window. */
static struct bound step_moment(const struct desk *desk, const struct view *view, const struct step *step)
{
    struct bound bound = {MOMENT_NEVER, REASON_NO_DUE_DATE};
    moment_t exact;
    day_t date = ladder_step_date(view, step, &exact);

    if (date == DAY_NONE)
        return bound;
    bound.at = exact != MOMENT_NONE ? exact : dial_begin(&view->dial, date);
    bound.reason = REASON_NOT_DUE;
    bound_by_previous(view, step, &bound);
    bound_by_lag(view, step, &bound);
    raise_date(view, &bound, view->not_before, REASON_RELEASED);
    if (view->policy->pause_after_payment.set && last_payment(desk, view) != DAY_NONE)
        raise_date(view, &bound, add(view, last_payment(desk, view), &view->policy->pause_after_payment),
                   REASON_WAITS_PAYMENT);
    return bound;
}

/* ---- which step ---- */

static bool is_passed(const struct view *view, int step)
{
    return step < ENTRY_STEPS_MAX && ((view->passed >> step) & 1U) != 0;
}

bool ladder_expired(const struct desk *desk, const struct view *view, const struct step *step)
{
    return step_is_before_due(step) && view->due != DAY_NONE &&
           (view->dial.today >= view->due || zone_day(view->dial.zone, desk->now, NULL) >= view->due);
}

/* R35: a later episode starts at on.reopened, by default at the first step after due. */
static int first_allowed(const struct view *view)
{
    int start = text_empty(view->policy->on_reopened) ? -1 : policy_step(view->policy, view->policy->on_reopened);

    if (view->reopened_on == DAY_NONE)
        return 0;
    if (start >= 0)
        return start;
    for (size_t i = 0; i < view->policy->step_count; i++)
        if (!step_is_before_due(&view->policy->steps[i]))
            return (int)i;
    return 0;
}

static int next_after(const struct desk *desk, const struct view *view, int position)
{
    int start = first_allowed(view);

    for (int i = position + 1 > start ? position + 1 : start; i < (int)view->policy->step_count; i++)
        if (!is_passed(view, i) && !ladder_expired(desk, view, &view->policy->steps[i]))
            return i;
    return -1;
}

/* The moment a step would have come if all before had been taken in time; for entry = "by_age". */
static int step_by_age(const struct view *view, int first)
{
    struct view ghost = *view;
    int limit = policy_first_notice(view->policy);
    int best = first;

    for (int i = first; i < (int)view->policy->step_count && (limit < 0 || i <= limit); i++) {
        const struct step *step = &view->policy->steps[i];
        moment_t exact;
        day_t date = ladder_step_date(&ghost, step, &exact);

        if (date == DAY_NONE || date > view->dial.today)
            break;
        best = i;
        ghost.previous_on = date;
        ghost.previous_at = dial_begin(&view->dial, date);
        if (step->deadline.set)
            ghost.deadline = add(view, date, &step->deadline);
    }
    return best;
}

static void pass(struct desk *desk, struct view *view, int step, enum reason reason)
{
    struct pass_over *row = desk_add_pass(desk);

    row->item = view->item;
    row->policy = view->policy;
    row->episode = view->episode;
    row->occurrence = 1;
    row->step = step;
    row->reason = reason;
    row->at = desk->now;
    row->on = view->dial.today;
    if (step < ENTRY_STEPS_MAX)
        view->passed |= UINT64_C(1) << step;
}

/* R39: an item found late. */
static void enter_by_age(struct desk *desk, struct view *view)
{
    int entry = step_by_age(view, view->next);

    for (int i = view->next; i < entry; i++)
        pass(desk, view, i, REASON_ENTERED_BY_AGE);
    view->next = entry;
}

static bool is_new(const struct view *view)
{
    return view->position < 0 && view->last == NULL && view->passed == 0;
}

/* Months are counted from the first occurrence, so that a short month does not shift those after it (R20). */
static day_t next_occurrence(const struct view *view, const struct duration *every)
{
    struct duration span = *every;

    span.n = every->n * (view->occurrence - 1);
    if (add(view, view->reached_on, &span) != view->last->on)
        return add(view, view->last->on, every);
    span.n = every->n * view->occurrence;
    return add(view, view->reached_on, &span);
}

/* `repeat`: a further occurrence comes first if its moment is earlier than the next step's. */
static bool repeats(const struct desk *desk, const struct view *view, struct bound *repeat)
{
    const struct step *step;

    if (view->position < 0 || view->last == NULL)
        return false;
    step = &view->policy->steps[view->position];
    if (step->repeat_times == 0 || view->occurrence > step->repeat_times)
        return false;
    *repeat = step_moment(desk, view, step);
    repeat->at = dial_begin(&view->dial, next_occurrence(view, &step->repeat_every));
    repeat->reason = REASON_NOT_DUE;
    bound_by_lag(view, step, repeat);
    raise_date(view, repeat, view->not_before, REASON_RELEASED);
    return true;
}

void ladder_next(struct desk *desk, struct view *view)
{
    struct bound bound = {MOMENT_NEVER, REASON_EXHAUSTED}, repeat;
    int accepted = view->occurrence;

    view->next = next_after(desk, view, view->position);
    if (view->next >= 0 && is_new(view) && view->policy->entry == ENTRY_BY_AGE)
        enter_by_age(desk, view);
    if (view->next >= 0)
        bound = step_moment(desk, view, &view->policy->steps[view->next]);
    view->verdict->occurrence = 1;
    if (repeats(desk, view, &repeat) && (view->next < 0 || repeat.at < bound.at)) {
        bound = repeat;
        view->next = view->position;
        view->verdict->occurrence = accepted + 1;
    }
    view->waits = bound.reason;
    view->at = opening_next(&view->dial.opening, bound.at);
    if (view->at > bound.at && bound.at <= desk->now)
        view->waits = REASON_WINDOW;
    view->verdict->position = view->position;
    view->verdict->next = view->next;
    view->verdict->at = view->at;
}

/* ---- gates ---- */

static void check_entry(struct desk *desk, struct view *view)
{
    if (view->policy->start != DAY_NONE && view->item->due_on < view->policy->start && view->last == NULL)
        gate_close(desk, view, GATE_POLICY, REASON_BEFORE_START, MOMENT_NEVER);
    else if (view->next >= 0 && is_new(view) && view->policy->entry == ENTRY_HOLD &&
             step_by_age(view, view->next) > view->next)
        gate_close(desk, view, GATE_LADDER, REASON_ENTRY_HOLD, MOMENT_NEVER);
}

static enum reason busy_reason(const struct desk *desk, const struct view *view)
{
    for (size_t i = 0; i < desk->dossier->past_count; i++) {
        const struct notice_past *past = &desk->dossier->past[i];

        if (past->id != view->busy->notice)
            continue;
        switch (past->status) {
        case NOTICE_AWAITING_APPROVAL:
            return REASON_APPROVAL_PENDING;
        case NOTICE_REJECTED:
            return REASON_APPROVAL_REJECTED;
        case NOTICE_FAILED:
            return REASON_TASK_OPEN;
        case NOTICE_UNCERTAIN:
            return REASON_UNCERTAIN;
        case NOTICE_PLANNED:
            return past->action == ACTION_TASK ? REASON_TASK_OPEN : REASON_IN_FLIGHT;
        case NOTICE_ACCEPTED:
        case NOTICE_WITHDRAWN:
        case NOTICE_BOUNCED:
            return REASON_IN_FLIGHT;
        }
    }
    return REASON_IN_FLIGHT;
}

static enum gate gate_of_wait(enum reason reason)
{
    static const struct {
        enum reason reason;
        enum gate gate;
    } gates[] = {
        {REASON_WAITS_DEADLINE, GATE_DEADLINE},
        {REASON_WAITS_LAG, GATE_DEADLINE},
        {REASON_RELEASED, GATE_RELEASE},
        {REASON_WINDOW, GATE_WINDOW},
    };

    for (size_t i = 0; i < sizeof gates / sizeof *gates; i++)
        if (gates[i].reason == reason)
            return gates[i].gate;
    return GATE_LADDER;
}

/* R10: while any item of the account stands at a notice, nothing is sent before due. */
static bool account_at_notice(const struct desk *desk, const struct view *view)
{
    for (size_t i = 0; i < desk->count; i++) {
        const struct view *other = &desk->views[i];
        int first = other->policy == NULL ? -1 : policy_first_notice(other->policy);

        if (first >= 0 && other->position >= first && other->open > 0 && same_account(other->item, view->item))
            return true;
    }
    return false;
}

/* R31: for each item, an accepted notice whose deadline has passed. */
static bool handoff_floor(const struct view *view)
{
    for (size_t i = 0; i < view->record_count; i++) {
        const struct record *record = &view->records[i];

        if (record->status == RECORD_ACCEPTED && record->first_notice_action && record->deadline != DAY_NONE &&
            record->deadline < view->dial.today)
            return true;
    }
    return false;
}

static void check_step(struct desk *desk, struct view *view)
{
    const struct step *step = &view->policy->steps[view->next];

    if (view->at > desk->now)
        gate_close(desk, view, gate_of_wait(view->waits), view->waits, view->at);
    else if (!opening_is_open(&view->dial.opening, desk->now))
        gate_close(desk, view, GATE_WINDOW, REASON_WINDOW, opening_next(&view->dial.opening, desk->now));
    else if (step_is_before_due(step) && account_at_notice(desk, view))
        gate_close(desk, view, GATE_LADDER, REASON_ACCOUNT_AT_NOTICE, dial_begin(&view->dial, view->due));
    else if (step->action == ACTION_HANDOFF && !handoff_floor(view))
        gate_close(desk, view, GATE_DEADLINE, REASON_HANDOFF_FLOOR, MOMENT_NEVER);
    else if (view->small_rest)
        gate_close(desk, view, GATE_AMOUNT, REASON_BELOW_ITEM_MINIMUM, MOMENT_NEVER);
}

void ladder_check(struct desk *desk, struct view *view)
{
    if (view->verdict->reason != REASON_NONE)
        return;
    check_entry(desk, view);
    if (view->busy != NULL)
        gate_close(desk, view, GATE_LADDER, busy_reason(desk, view), MOMENT_NEVER);
    else if (view->next < 0)
        gate_close(desk, view, GATE_LADDER, REASON_EXHAUSTED, MOMENT_NEVER);
    else if (view->verdict->reason == REASON_NONE)
        check_step(desk, view);
    view->ready = view->verdict->reason == REASON_NONE;
}
