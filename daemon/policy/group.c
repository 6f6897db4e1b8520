/*
 * From due items to the notices of one contact (RULES R1-R3, R6-R8, R14, R18,
 * R27, R33).
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "policy/stages.h"

static struct group_key key_of(const struct view *view)
{
    struct group_key key = {view->item->entity, view->item->currency,
                            view->policy->group == GROUP_INVOICE ? view->item->invoice_id : "", view->policy};

    return key;
}

static const struct step *step_of(const struct view *view)
{
    return &view->policy->steps[view->next];
}

static bool faces_customer(const struct view *view)
{
    return step_of(view)->action != ACTION_HANDOFF && step_of(view)->action != ACTION_TASK;
}

/* ---- R18: conditions, judged once, at the step's moment ---- */

static void pass_over_when(struct desk *desk, struct view *view)
{
    struct pass_over *row = desk_add_pass(desk);

    row->item = view->item;
    row->policy = view->policy;
    row->episode = view->episode;
    row->occurrence = view->verdict->occurrence;
    row->step = view->next;
    row->reason = REASON_WHEN_NOT_MET;
    row->at = desk->now;
    row->on = view->dial.today;
    desk_add_change(desk, view);
    view->passed |= UINT64_C(1) << (view->next & 63);
    view->previous_at = desk->now;
    view->previous_on = view->dial.today;
    gate_reset(view);
    ladder_next(desk, view);
    ladder_check(desk, view);
}

static bool judge_conditions(struct desk *desk)
{
    for (size_t i = 0; i < desk->count; i++) {
        struct view *view = &desk->views[i];
        struct group_key key;

        if (!view->ready || !step_of(view)->when.set)
            continue;
        key = key_of(view);
        if (!condition_met(desk, view, step_of(view), group_total(desk, &key))) {
            pass_over_when(desk, view);
            return true; /* what the group claims may have changed */
        }
    }
    return false;
}

/* ---- closing what cannot go ---- */

static void close_due(struct desk *desk, const bool *due, const struct stop *stop)
{
    for (size_t i = 0; i < desk->count; i++)
        if (due[i])
            gate_close(desk, &desk->views[i], stop->gate, stop->reason, stop->until);
}

/* What does not go without interest waits for the rate, and looks again each day. */
static void close_rateless(struct desk *desk)
{
    for (size_t i = 0; i < desk->count; i++) {
        struct view *view = &desk->views[i];

        if (view->ready && charge_waits(desk, view, view->dial.today))
            gate_close(desk, view, GATE_AMOUNT, REASON_NO_RATE,
                       opening_next(&view->dial.opening, dial_begin(&view->dial, view->dial.today + 1)));
    }
}

static void close_whole(struct desk *desk)
{
    for (size_t i = 0; i < desk->count; i++) {
        struct view *view = &desk->views[i];
        struct stop whole;

        if (!view->ready)
            continue;
        whole = contact_whole(desk, view->item->entity);
        if (whole.reason != REASON_NONE)
            gate_close(desk, view, whole.gate, whole.reason, whole.until);
    }
}

/* R14 */
static struct stop amount_stop(const struct desk *desk, const struct group_key *key)
{
    struct stop result = {GATE_AMOUNT, REASON_NONE, MOMENT_NEVER};
    int64_t total = group_total(desk, key), minimum;

    if (total <= 0)
        result.reason = REASON_NET_CREDIT;
    else if (thresholds_find(&key->policy->minimum, key->currency, &minimum) && total < minimum)
        result.reason = REASON_BELOW_MINIMUM;
    return result;
}

/* ---- making a notice ---- */

bool step_needs_approval(const struct step *step, const char *currency, int64_t total)
{
    int64_t limit;

    if (!step->approval.required)
        return false;
    if (step->approval.over.count == 0)
        return true;
    return !thresholds_find(&step->approval.over, currency, &limit) || total > limit;
}

static void bind(struct desk *desk, const struct notice *notice, const bool *due)
{
    int index = (int)(notice - desk->decision->notices);
    enum reason reason = notice->needs_approval ? REASON_APPROVAL_PENDING : REASON_NONE;

    for (size_t i = 0; i < desk->count; i++) {
        struct view *view = &desk->views[i];

        if (!due[i])
            continue;
        view->verdict->notice = index;
        desk_add_change(desk, view);
        if (reason != REASON_NONE)
            gate_close(desk, view, GATE_APPROVAL, reason, MOMENT_NEVER);
    }
}

static const struct view *first_of(const struct desk *desk, const bool *due)
{
    for (size_t i = 0; i < desk->count; i++)
        if (due[i])
            return &desk->views[i];
    return NULL;
}

static const char *task_title(const struct desk *desk, enum task_kind kind, const struct step *step)
{
    if (kind == TASK_NO_ADDRESS)
        return arena_printf(desk->arena, "no usable address for step %s: write or call", step->name);
    return text_empty(step->task_title) ? step->name : step->task_title;
}

/* The task of a step that is one, or of a notice that reaches nobody. */
static void make_task(struct desk *desk, const struct notice *notice, const struct step *step, const bool *due)
{
    const struct view *view = first_of(desk, due);
    struct new_task *task = desk_add_task(desk);

    task->kind = step->action == ACTION_TASK ? TASK_STEP : TASK_NO_ADDRESS;
    task->notice = (int)(notice - desk->decision->notices);
    task->step = step->name;
    task->title = task_title(desk, task->kind, step);
    task->assignee = text_empty(step->task_assignee) ? desk->dossier->customer->owner : step->task_assignee;
    task->due = notice->on;
    if (view == NULL)
        return;
    task->item = view->item;
    task->policy = view->policy;
    task->episode = view->episode;
    if (step->task_due.set)
        task->due = calendar_add(view->dial.counting, notice->on, &step->task_due, 1);
}

static void make_notice(struct desk *desk, const struct group_key *key, const struct step *step, const bool *due)
{
    struct notice *notice = desk_add_notice(desk);
    bool to_person = step->action == ACTION_TASK;

    statement_fill(desk, notice, key, step, due);
    notice->needs_approval = step_needs_approval(step, key->currency, notice->total);
    notice->status = notice->needs_approval ? NOTICE_AWAITING_APPROVAL : NOTICE_PLANNED;
    if (!to_person)
        to_person = recipients_fill(desk, notice, step) != REASON_NONE;
    bind(desk, notice, due);
    if (to_person)
        make_task(desk, notice, step, due);
}

/* ---- steps that do not face the customer, and steps that ask first ---- */

typedef bool view_filter(const struct view *view, const struct view *like);

static bool same_step(const struct view *view, const struct view *like)
{
    return view->ready && view->verdict->notice < 0 && view->next == like->next;
}

/* Marks in due every view of the group of `like` that the filter takes; returns their number. */
static size_t mark(const struct desk *desk, const struct group_key *key, const struct view *like, view_filter *filter,
                   bool *due)
{
    size_t count = 0;

    for (size_t i = 0; i < desk->count; i++) {
        due[i] = in_group(key, &desk->views[i]) && filter(&desk->views[i], like);
        count += due[i] ? 1 : 0;
    }
    return count;
}

static bool peels_off(const struct desk *desk, const struct view *view)
{
    struct group_key key;

    if (!view->ready || view->verdict->notice >= 0)
        return false;
    if (!faces_customer(view))
        return true;
    if (!step_of(view)->approval.required)
        return false; /* without adding up the group for each of its items */
    key = key_of(view);
    return step_needs_approval(step_of(view), view->item->currency, group_total(desk, &key));
}

static int64_t due_total(const struct desk *desk, const bool *due)
{
    int64_t total = 0;

    for (size_t i = 0; i < desk->count; i++)
        total += due[i] ? view_net(&desk->views[i]) : 0;
    return total;
}

/* What was peeled off is due no longer; what is handed over leaves the claim of the account (R33). */
static void take_off(struct desk *desk, const struct step *step, const bool *due)
{
    for (size_t i = 0; i < desk->count; i++) {
        struct view *view = &desk->views[i];

        if (!due[i])
            continue;
        view->handed = step->action == ACTION_HANDOFF && view->verdict->reason == REASON_NONE;
        view->ready = false;
    }
}

static void peel(struct desk *desk, struct view *view, bool *due)
{
    struct group_key key = key_of(view);
    struct stop low = {GATE_AMOUNT, REASON_BELOW_MINIMUM, MOMENT_NEVER};
    const struct step *step = step_of(view);
    int64_t minimum;

    mark(desk, &key, view, same_step, due);
    if (thresholds_find(&key.policy->minimum, key.currency, &minimum) && due_total(desk, due) < minimum)
        close_due(desk, due, &low);
    else
        make_notice(desk, &key, step, due);
    take_off(desk, step, due);
}

/* R33: what is handed over now takes the rest of the account off the air. */
static void hold_rest(struct desk *desk)
{
    for (size_t n = 0; n < desk->decision->notice_count; n++) {
        const struct notice *notice = &desk->decision->notices[n];
        const struct policy *policy = rulebook_policy(desk->rulebook, notice->policy);

        if (notice->action != ACTION_HANDOFF || notice->needs_approval || policy == NULL ||
            policy->after_handoff != AFTER_HANDOFF_HOLD)
            continue;
        for (size_t i = 0; i < desk->count; i++) {
            struct view *view = &desk->views[i];

            if (view->ready && view->verdict->notice < 0 && text_equal(view->item->entity, notice->entity) &&
                text_equal(view->item->currency, notice->currency))
                gate_close(desk, view, GATE_HOLD, REASON_AGENCY, MOMENT_NEVER);
        }
    }
}

static void peel_all(struct desk *desk, bool *due)
{
    for (size_t i = 0; i < desk->count; i++)
        if (peels_off(desk, &desk->views[i]))
            peel(desk, &desk->views[i], due);
    hold_rest(desk);
}

/* ---- the customer's notices ---- */

static bool is_due(const struct view *view, const struct view *like)
{
    (void)like;
    return view->ready && view->verdict->notice < 0;
}

static bool older(const struct view *a, const struct view *b)
{
    if (a->due != b->due)
        return a->due < b->due;
    return strcmp(a->item->invoice_id, b->item->invoice_id) < 0;
}

/* R2: the highest step; among equals the oldest due, then the id. */
static const struct view *driver_of(const struct desk *desk, const bool *due)
{
    const struct view *best = NULL;

    for (size_t i = 0; i < desk->count; i++) {
        const struct view *view = &desk->views[i];

        if (due[i] && (best == NULL || view->next > best->next || (view->next == best->next && older(view, best))))
            best = view;
    }
    return best;
}

/* R3: a reminder rides on anything; a notice only on a notice; an offer only on itself. */
static bool rides(const struct view *view, const struct view *driver)
{
    const struct step *step = step_of(view), *on = step_of(driver);

    switch (step->action) {
    case ACTION_REMIND:
        return true;
    case ACTION_NOTICE:
        return on->action == ACTION_NOTICE;
    case ACTION_OFFER_PLAN:
        return step == on;
    case ACTION_HANDOFF:
    case ACTION_TASK:
        break;
    }
    return false;
}

static void drop_riders(struct desk *desk, const struct view *driver, bool *due)
{
    struct group_key key = key_of(driver);
    struct dial dial = dial_of(desk, key.policy);
    day_t end =
        key.policy->min_gap.set ? calendar_add(dial.counting, dial.today, &key.policy->min_gap, 1) : dial.today + 1;

    for (size_t i = 0; i < desk->count; i++)
        if (due[i] && !rides(&desk->views[i], driver)) {
            due[i] = false;
            gate_close(desk, &desk->views[i], GATE_RIDE, REASON_CANNOT_RIDE,
                       opening_next(&dial.opening, dial_begin(&dial, end)));
        }
}

static struct stop contact_stop(const struct desk *desk, const struct group_key *key, const struct view *driver)
{
    struct stop stop = {GATE_HIGHER, REASON_NONE, MOMENT_NEVER};

    if (!step_is_before_due(step_of(driver)))
        stop = contact_higher(desk, key, driver->next);
    if (stop.reason == REASON_NONE)
        stop = contact_gap(desk, key, 0);
    if (stop.reason == REASON_NONE)
        stop = contact_cap(desk, key, 0);
    return stop;
}

static void keep_late(const struct desk *desk, bool *due)
{
    for (size_t i = 0; i < desk->count; i++)
        due[i] = due[i] && !step_is_before_due(step_of(&desk->views[i]));
}

/* R14: what is too little is closed; a note ahead of the due date may still go out by itself.  NULL: nothing may. */
static const struct view *claim_driver(struct desk *desk, const struct group_key *key, const struct view *member,
                                       bool *due)
{
    while (mark(desk, key, member, is_due, due) > 0) {
        const struct view *driver = driver_of(desk, due);
        struct stop stop = amount_stop(desk, key);

        if (stop.reason == REASON_NONE)
            return driver;
        if (!step_is_before_due(step_of(driver)))
            keep_late(desk, due);
        close_due(desk, due, &stop);
    }
    return NULL;
}

static void decide_group(struct desk *desk, const struct view *member, bool *due)
{
    struct group_key key = key_of(member);
    const struct view *driver = claim_driver(desk, &key, member, due);
    struct stop stop;

    if (driver == NULL)
        return;
    stop = contact_stop(desk, &key, driver);
    if (stop.reason != REASON_NONE) {
        close_due(desk, due, &stop);
        return;
    }
    drop_riders(desk, driver, due);
    make_notice(desk, &key, step_of(driver), due);
}

/* R8: order within a contact: action class, amount, oldest due. */
static const int action_rank[] = {
    [ACTION_REMIND] = 3, [ACTION_NOTICE] = 1, [ACTION_OFFER_PLAN] = 2, [ACTION_HANDOFF] = 0, [ACTION_TASK] = 4,
};

static day_t oldest_due(const struct notice *notice)
{
    day_t best = INT32_MAX;

    for (size_t i = 0; i < notice->item_count; i++)
        if (notice->items[i].due_on < best)
            best = notice->items[i].due_on;
    return best;
}

static int notice_order(const struct notice *a, const struct notice *b)
{
    if (action_rank[a->action] != action_rank[b->action])
        return action_rank[a->action] - action_rank[b->action];
    if (a->total != b->total)
        return a->total < b->total ? 1 : -1;
    return (oldest_due(a) > oldest_due(b)) - (oldest_due(a) < oldest_due(b));
}

static void swap_notices(struct desk *desk, size_t a, size_t b)
{
    struct decision *decision = desk->decision;
    struct notice keep = decision->notices[a];

    decision->notices[a] = decision->notices[b];
    decision->notices[b] = keep;
    for (size_t i = 0; i < desk->count; i++) {
        int *index = &decision->verdicts[i].notice;

        *index = *index == (int)a ? (int)b : *index == (int)b ? (int)a : *index;
    }
    for (size_t i = 0; i < decision->task_count; i++) {
        int *index = &decision->tasks[i].notice;

        *index = *index == (int)a ? (int)b : *index == (int)b ? (int)a : *index;
    }
}

static void order_notices(struct desk *desk)
{
    struct decision *decision = desk->decision;

    for (size_t i = 1; i < decision->notice_count; i++)
        for (size_t j = i; j > 0 && notice_order(&decision->notices[j - 1], &decision->notices[j]) > 0; j--)
            swap_notices(desk, j - 1, j);
}

void group_decide(struct desk *desk)
{
    bool *due = arena_array(desk->arena, desk->count + 1, sizeof *due);
    size_t rounds = 0;

    while (judge_conditions(desk) && rounds < 64 * desk->count)
        rounds++;
    close_whole(desk);
    close_rateless(desk);
    peel_all(desk, due);
    for (size_t i = 0; i < desk->count; i++)
        if (is_due(&desk->views[i], NULL))
            decide_group(desk, &desk->views[i], due);
    order_notices(desk);
}
