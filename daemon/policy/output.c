/* The growing lists of a decision. */
#include "policy/desk.h"

/* Makes room for one more element; the lists only grow, and old arrays die with the arena. */
static void *grow(struct desk *desk, void *list, size_t count, size_t *capacity, size_t size)
{
    size_t more;

    if (count < *capacity)
        return list;
    more = *capacity * 2 + 4;
    list = arena_grow(desk->arena, list, count, more, size);
    *capacity = more;
    return list;
}

struct pass_over *desk_add_pass(struct desk *desk)
{
    struct decision *decision = desk->decision;

    decision->passed =
        grow(desk, decision->passed, decision->passed_count, &desk->passed_capacity, sizeof *decision->passed);
    return &decision->passed[decision->passed_count++];
}

static struct item_case fresh_case(const struct view *view)
{
    struct item_case fresh = {view->item->invoice_id, view->item->line, view->episode,    MOMENT_NONE,
                              view->reopened_on,      MOMENT_NONE,      view->not_before, REASON_NONE};

    return view->known != NULL ? *view->known : fresh;
}

struct case_change *desk_add_change(struct desk *desk, const struct view *view)
{
    struct decision *decision = desk->decision;
    struct case_change *row;

    for (size_t i = 0; i < decision->change_count; i++)
        if (decision->changes[i].item == view->item)
            return &decision->changes[i];
    decision->changes =
        grow(desk, decision->changes, decision->change_count, &desk->change_capacity, sizeof *decision->changes);
    row = &decision->changes[decision->change_count++];
    row->item = view->item;
    row->after = fresh_case(view);
    return row;
}

struct notice *desk_add_notice(struct desk *desk)
{
    struct decision *decision = desk->decision;

    decision->notices =
        grow(desk, decision->notices, decision->notice_count, &desk->notice_capacity, sizeof *decision->notices);
    return &decision->notices[decision->notice_count++];
}

struct new_task *desk_add_task(struct desk *desk)
{
    struct decision *decision = desk->decision;
    struct new_task *task;

    decision->tasks = grow(desk, decision->tasks, decision->task_count, &desk->task_capacity, sizeof *decision->tasks);
    task = &decision->tasks[decision->task_count++];
    task->notice = -1;
    task->step = task->title = task->assignee = "";
    task->due = DAY_NONE;
    return task;
}

void desk_add_withdrawal(struct desk *desk, int64_t notice, enum reason reason)
{
    struct decision *decision = desk->decision;

    decision->withdrawals = grow(desk, decision->withdrawals, decision->withdrawal_count, &desk->withdrawal_capacity,
                                 sizeof *decision->withdrawals);
    decision->withdrawals[decision->withdrawal_count].notice = notice;
    decision->withdrawals[decision->withdrawal_count++].reason = reason;
}

void desk_add_timeout(struct desk *desk, int64_t notice, bool approve)
{
    struct decision *decision = desk->decision;

    decision->timeouts =
        grow(desk, decision->timeouts, decision->timeout_count, &desk->timeout_capacity, sizeof *decision->timeouts);
    decision->timeouts[decision->timeout_count++] = (struct timeout){notice, approve};
}
