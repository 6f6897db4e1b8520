/*
 * The dossier once a decision has been carried out and everything accepted at
 * once: what simulate and the tests go on with.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "policy/stages.h"

struct after {
    struct dossier *dossier;
    const struct dossier *before;
    const struct rulebook *rulebook;
    struct arena *arena;
    moment_t now;
};

static int case_order(const void *a, const void *b)
{
    const struct item_case *x = a, *y = b;
    int order = strcmp(x->invoice_id, y->invoice_id);

    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static int record_order(const void *a, const void *b)
{
    const struct record *x = a, *y = b;
    int order = strcmp(x->invoice_id, y->invoice_id);

    if (order != 0)
        return order;
    if (x->line != y->line)
        return x->line > y->line ? 1 : -1;
    if (x->episode != y->episode)
        return x->episode > y->episode ? 1 : -1;
    return (x->at > y->at) - (x->at < y->at);
}

static void apply_changes(struct after *after, const struct decision *decision)
{
    struct dossier *dossier = after->dossier;

    dossier->cases = arena_grow(after->arena, dossier->cases, dossier->case_count,
                                dossier->case_count + decision->change_count, sizeof *dossier->cases);
    for (size_t i = 0; i < decision->change_count; i++) {
        const struct item_case *change = &decision->changes[i].after;
        size_t place = 0;

        while (place < dossier->case_count && (dossier->cases[place].line != change->line ||
                                               !text_equal(dossier->cases[place].invoice_id, change->invoice_id)))
            place++;
        dossier->cases[place] = *change;
        if (place == dossier->case_count)
            dossier->case_count++;
    }
    if (dossier->case_count > 0)
        qsort(dossier->cases, dossier->case_count, sizeof *dossier->cases, case_order);
}

static struct record *add_record(struct after *after)
{
    struct record *record = &after->dossier->records[after->dossier->record_count++];

    record->at = after->now;
    record->deadline = record->due_on = DAY_NONE;
    record->channel = "";
    return record;
}

static void add_pass(struct after *after, const struct pass_over *pass)
{
    struct record *record = add_record(after);

    record->invoice_id = pass->item->invoice_id;
    record->line = pass->item->line;
    record->episode = pass->episode;
    record->occurrence = pass->occurrence;
    record->step = pass->policy->steps[pass->step].name;
    record->policy = pass->policy->name;
    record->status = RECORD_PASSED_OVER;
    record->reason = pass->reason;
    record->at = pass->at;
    record->on = pass->on;
}

/* Waiting for a person: an approval, a task, an address. */
static bool stays_live(const struct notice *notice)
{
    if (notice->needs_approval || notice->action == ACTION_TASK)
        return true;
    return notice->message_count > 0 && notice->messages[0].channel == CHANNEL_TASK;
}

static void add_notice_record(struct after *after, const struct notice *notice, const struct notice_item *item)
{
    const struct policy *policy = rulebook_policy(after->rulebook, notice->policy);
    int step = policy == NULL ? -1 : policy_step(policy, item->step);
    struct record *record;

    if (item->occurrence == 0)
        return;
    record = add_record(after);
    record->invoice_id = item->invoice_id;
    record->line = item->line;
    record->episode = item->episode;
    record->occurrence = item->occurrence;
    record->step = item->step;
    record->policy = notice->policy;
    record->status = stays_live(notice) ? RECORD_PLANNED : RECORD_ACCEPTED;
    record->on = notice->on;
    record->deadline = item->deadline;
    record->due_on = item->due_on;
    record->notice = notice->id;
    record->first_notice_action = step >= 0 && policy->steps[step].action == ACTION_NOTICE;
}

static enum notice_status status_after(const struct notice *notice)
{
    if (notice->needs_approval)
        return NOTICE_AWAITING_APPROVAL;
    if (notice->action == ACTION_TASK)
        return NOTICE_PLANNED;
    return stays_live(notice) ? NOTICE_FAILED : NOTICE_ACCEPTED;
}

static void add_past(struct after *after, const struct notice *notice)
{
    struct notice_past *past = &after->dossier->past[after->dossier->past_count++];

    past->id = notice->id;
    past->contact = notice->contact;
    past->policy = notice->policy;
    past->step = notice->step;
    past->group_invoice = notice->group_invoice;
    past->entity = notice->entity;
    memcpy(past->currency, notice->currency, CURRENCY_SIZE);
    past->action = notice->action;
    past->status = status_after(notice);
    past->before_due = notice->before_due;
    past->at = after->now;
    past->on = notice->on;
    past->message_id = "";
}

/* What was charged once is not charged again. */
static void add_charges(struct after *after, const struct notice *notice)
{
    struct dossier *dossier = after->dossier;

    dossier->charges = arena_grow(after->arena, dossier->charges, dossier->charge_count,
                                  dossier->charge_count + notice->charge_count, sizeof *dossier->charges);
    for (size_t i = 0; i < notice->charge_count; i++) {
        if (notice->charges[i].kind != CHARGE_COMPENSATION || notice->charges[i].notice != 0)
            continue;
        dossier->charges[dossier->charge_count] = notice->charges[i];
        dossier->charges[dossier->charge_count++].notice = notice->id;
    }
}

static size_t record_growth(const struct decision *decision)
{
    size_t count = decision->passed_count;

    for (size_t i = 0; i < decision->notice_count; i++)
        count += decision->notices[i].item_count;
    return count;
}

static void add_live(struct after *after, const struct notice *notice)
{
    struct notice *live = &after->dossier->live[after->dossier->live_count++];

    *live = *notice;
    live->status = status_after(notice);
}

/* Withdrawn notices leave no trace: their records and their place in the past go. */
static void remove_withdrawn(struct dossier *dossier, int64_t notice)
{
    size_t records = 0, past = 0, live = 0, charges = 0;

    for (size_t i = 0; i < dossier->record_count; i++)
        if (dossier->records[i].notice != notice)
            dossier->records[records++] = dossier->records[i];
    for (size_t i = 0; i < dossier->past_count; i++)
        if (dossier->past[i].id != notice)
            dossier->past[past++] = dossier->past[i];
    for (size_t i = 0; i < dossier->live_count; i++)
        if (dossier->live[i].id != notice)
            dossier->live[live++] = dossier->live[i];
    for (size_t i = 0; i < dossier->charge_count; i++)
        if (dossier->charges[i].notice != notice)
            dossier->charges[charges++] = dossier->charges[i];
    dossier->charge_count = charges;
    dossier->record_count = records;
    dossier->past_count = past;
    dossier->live_count = live;
}

static void apply_notices(struct after *after, const struct decision *decision, int64_t *next_notice)
{
    int64_t contact = *next_notice;

    for (size_t i = 0; i < decision->notice_count; i++) {
        struct notice *notice = &decision->notices[i];

        notice->id = (*next_notice)++;
        notice->contact = contact;
        for (size_t j = 0; j < notice->item_count; j++)
            add_notice_record(after, notice, &notice->items[j]);
        add_past(after, notice);
        if (notice->charge_count > 0)
            add_charges(after, notice);
        if (stays_live(notice))
            add_live(after, notice);
    }
}

static void apply_tasks(struct after *after, const struct decision *decision)
{
    struct dossier *dossier = after->dossier;

    dossier->tasks = arena_grow(after->arena, dossier->tasks, dossier->task_count,
                                dossier->task_count + decision->task_count, sizeof *dossier->tasks);
    for (size_t i = 0; i < decision->task_count; i++) {
        const struct new_task *new = &decision->tasks[i];
        struct task *task = &dossier->tasks[dossier->task_count++];

        task->kind = new->kind;
        task->status = TASK_OPEN;
        task->customer = after->before->customer->id;
        task->invoice_id = new->item != NULL ? new->item->invoice_id : "";
        task->line = new->item != NULL ? new->item->line : 0;
        task->episode = new->episode;
        task->policy = new->policy != NULL ? new->policy->name : "";
        task->step = new->step;
        task->title = new->title;
        task->assignee = new->assignee;
        task->created_at = after->now;
        task->done_at = MOMENT_NONE;
        task->done_on = DAY_NONE;
    }
}

/* The records and the past of a notice whose approval ran out of time. */
static void apply_timeout(struct after *after, const struct timeout *timeout)
{
    struct dossier *dossier = after->dossier;
    enum notice_status status = timeout->approve ? NOTICE_ACCEPTED : NOTICE_REJECTED;

    for (size_t i = 0; i < dossier->past_count; i++)
        if (dossier->past[i].id == timeout->notice) {
            dossier->past[i].status = status;
            dossier->past[i].at = timeout->approve ? after->now : dossier->past[i].at;
        }
    for (size_t i = 0; i < dossier->live_count; i++)
        if (dossier->live[i].id == timeout->notice)
            dossier->live[i].status = status;
    for (size_t i = 0; timeout->approve && i < dossier->record_count; i++)
        if (dossier->records[i].notice == timeout->notice) {
            dossier->records[i].status = RECORD_ACCEPTED;
            dossier->records[i].at = after->now;
        }
}

/* What changes is copied first: the dossier before stays as it was. */
static void apply_timeouts(struct after *after, const struct decision *decision)
{
    for (size_t i = 0; i < decision->timeout_count; i++)
        apply_timeout(after, &decision->timeouts[i]);
}

struct dossier *dossier_after(const struct dossier *dossier, const struct decision *decision,
                              const struct future *future)
{
    struct arena *arena = future->arena;
    struct after after = {arena_alloc(arena, sizeof(struct dossier)), dossier, future->rulebook, arena, future->now};
    struct dossier *out = after.dossier;

    *out = *dossier;
    out->records = arena_grow(arena, out->records, out->record_count, out->record_count + record_growth(decision),
                              sizeof *out->records);
    out->past =
        arena_grow(arena, out->past, out->past_count, out->past_count + decision->notice_count, sizeof *out->past);
    out->charges = arena_grow(arena, out->charges, out->charge_count, out->charge_count + 1, sizeof *out->charges);
    out->live =
        arena_grow(arena, out->live, out->live_count, out->live_count + decision->notice_count, sizeof *out->live);
    for (size_t i = 0; i < decision->withdrawal_count; i++)
        remove_withdrawn(out, decision->withdrawals[i].notice);
    apply_timeouts(&after, decision);
    apply_changes(&after, decision);
    for (size_t i = 0; i < decision->passed_count; i++)
        add_pass(&after, &decision->passed[i]);
    apply_notices(&after, decision, future->next_notice);
    if (out->record_count > 0)
        qsort(out->records, out->record_count, sizeof *out->records, record_order);
    apply_tasks(&after, decision);
    return out;
}

void dossier_people_act(struct dossier *dossier)
{
    for (size_t i = 0; i < dossier->record_count; i++)
        if (dossier->records[i].status == RECORD_PLANNED)
            dossier->records[i].status = RECORD_ACCEPTED;
    dossier->live_count = 0;
}

bool decision_acts(const struct decision *decision)
{
    return decision->notice_count + decision->passed_count + decision->change_count + decision->withdrawal_count +
               decision->task_count + decision->timeout_count >
           0;
}
