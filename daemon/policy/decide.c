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

/* R27: a notice that waits for approval stands only while its items and amounts do. */
static void check_awaiting(struct desk *desk)
{
    const struct dossier *dossier = desk->dossier;

    for (size_t i = 0; i < dossier->live_count; i++) {
        const struct notice *notice = &dossier->live[i];
        enum reason reason;

        if (notice->status != NOTICE_AWAITING_APPROVAL)
            continue;
        reason = restate_check(desk, notice);
        if (reason != REASON_NONE)
            desk_add_withdrawal(desk, notice->id, reason);
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

static void find_next(struct desk *desk)
{
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
    check_awaiting(desk);
    walk_ladders(desk);
    group_decide(desk);
    tasks_decide(desk);
    find_next(desk);
    if (conditions->explain)
        figures_fill(desk);
    return desk->decision;
}
