#include "policy/decide.h"

#include "base/text.h"
#include "policy/figures.h"
#include "policy/recheck.h"
#include "policy/stages.h"

static const char *const gate_words[] = {
    "ledger", "policy", "open", "hold",   "ladder",  "deadline", "release",  "when",  "amount",
    "higher", "gap",    "cap",  "window", "contact", "ride",     "approval", "whole",
};
_Static_assert(sizeof gate_words / sizeof *gate_words == GATE_COUNT, "one word for each gate");
const struct names gate_names = {gate_words, GATE_COUNT};

/* Does a person hold this notice: with an approval, a task, an address that is missing? */
static bool waits_for_person(const struct notice *notice)
{
    switch (notice->status) {
    case NOTICE_AWAITING_APPROVAL:
    case NOTICE_FAILED:
    case NOTICE_REJECTED:
        return true;
    case NOTICE_PLANNED:
        return notice->action == ACTION_TASK;
    case NOTICE_ACCEPTED:
    case NOTICE_UNCERTAIN:
    case NOTICE_WITHDRAWN:
    case NOTICE_BOUNCED:
        break;
    }
    return false;
}

/* When the time for an approval is over; MOMENT_NEVER where the policy keeps waiting. */
static moment_t approval_ends(const struct desk *desk, const struct notice *notice, const struct step *step,
                              const struct policy *policy)
{
    const struct approval *approval = &step->approval;
    struct dial dial = dial_of(desk, policy);
    int64_t seconds = duration_seconds(&approval->timeout);

    if (!approval->timeout.set || approval->on_timeout == APPROVAL_WAIT)
        return MOMENT_NEVER;
    if (seconds >= 0)
        return notice->planned_at + seconds;
    return dial_begin(&dial, calendar_add(dial.counting, notice->on, &approval->timeout, 1));
}

static void check_timeout(struct desk *desk, const struct notice *notice)
{
    const struct policy *policy = rulebook_policy(desk->rulebook, notice->policy);
    int index = policy == NULL ? -1 : policy_step(policy, notice->step);
    moment_t ends;

    if (notice->status != NOTICE_AWAITING_APPROVAL || index < 0)
        return;
    ends = approval_ends(desk, notice, &policy->steps[index], policy);
    if (ends <= desk->now)
        desk_add_timeout(desk, notice->id, policy->steps[index].approval.on_timeout == APPROVAL_APPROVE);
    else if (ends < desk->wake_at)
        desk->wake_at = ends;
}

/*
 * R10: has a step before due that waits for a person reached nobody up to the
 * due date of all its items?  It is passed over then, and the ladder goes on.
 */
static bool is_expired(struct desk *desk, const struct notice *notice)
{
    bool expired = notice->item_count > 0;

    if (notice->status != NOTICE_FAILED && notice->status != NOTICE_AWAITING_APPROVAL)
        return false;
    for (size_t i = 0; i < notice->item_count; i++) {
        const struct notice_item *item = &notice->items[i];
        const struct view *view = desk_view(desk, item->invoice_id, item->line);
        int step = view == NULL || view->policy == NULL ? -1 : policy_step(view->policy, item->step);

        if (item->occurrence == 0)
            continue;
        if (step < 0 || !step_is_before_due(&view->policy->steps[step]) || view->due == DAY_NONE)
            return false;
        if (ladder_expired(desk, view, &view->policy->steps[step]))
            continue;
        expired = false;
        if (dial_begin(&view->dial, view->due) < desk->wake_at)
            desk->wake_at = dial_begin(&view->dial, view->due);
    }
    return expired;
}

/* R27: an approval stands only while its items and amounts do; a task until its items are paid or gone. */
static void check_waiting(struct desk *desk)
{
    static const enum reason gone[] = {REASON_SETTLED, REASON_VOID, REASON_WRITTEN_OFF, REASON_COUNT};
    const struct dossier *dossier = desk->dossier;

    for (size_t i = 0; i < dossier->live_count; i++) {
        const struct notice *notice = &dossier->live[i];
        enum reason reason;

        if (!waits_for_person(notice))
            continue;
        reason = restate_check(desk, notice);
        if (reason != REASON_NONE && (notice->status == NOTICE_AWAITING_APPROVAL || reason_in(reason, gone)))
            desk_add_withdrawal(desk, notice->id, reason);
        else if (is_expired(desk, notice))
            desk_add_withdrawal(desk, notice->id, REASON_EXPIRED);
        else
            check_timeout(desk, notice);
    }
}

static bool is_withdrawn(const struct desk *desk, int64_t notice)
{
    for (size_t i = 0; i < desk->decision->withdrawal_count; i++)
        if (desk->decision->withdrawals[i].notice == notice)
            return true;
    return false;
}

static void walk_ladders(struct desk *desk)
{
    for (size_t i = 0; i < desk->count; i++) {
        struct view *view = &desk->views[i];

        if (view->busy != NULL && is_withdrawn(desk, view->busy->notice))
            view->busy = NULL;
        if (view->policy == NULL || view->verdict->reason != REASON_NONE)
            continue;
        ladder_next(desk, view);
        ladder_check(desk, view);
    }
}

/*
 * R10: a step before due that goes out now may find nobody: then it waits for
 * a person, with no outcome that would wake anybody, and ends on the due date.
 */
static void wake_at_due(struct desk *desk)
{
    for (size_t i = 0; i < desk->count; i++) {
        const struct view *view = &desk->views[i];

        if (view->verdict->notice < 0 || view->next < 0 || view->due == DAY_NONE ||
            !step_is_before_due(&view->policy->steps[view->next]))
            continue;
        moment_t due = dial_begin(&view->dial, view->due);
        if (due < desk->wake_at && due > desk->now)
            desk->wake_at = due;
    }
}

static void find_next(struct desk *desk)
{
    wake_at_due(desk);
    desk->decision->next_at = desk->wake_at;
    for (size_t i = 0; i < desk->count; i++) {
        const struct verdict *verdict = &desk->decision->verdicts[i];

        if (verdict->until < desk->decision->next_at && verdict->until > desk->now)
            desk->decision->next_at = verdict->until;
    }
}

struct decision *decide(const struct dossier *dossier, const struct rulebook *rulebook,
                        const struct conditions *conditions, moment_t now, struct arena *arena)
{
    struct desk *desk = desk_new(dossier, rulebook, conditions, now, arena);

    desk_prepare(desk);
    check_waiting(desk);
    walk_ladders(desk);
    group_decide(desk);
    tasks_decide(desk);
    find_next(desk);
    if (conditions->explain)
        figures_fill(desk);
    return desk->decision;
}
