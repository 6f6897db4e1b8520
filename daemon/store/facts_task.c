/* Facts about tasks: what a person did where no message could (RULES R25). */
#include <inttypes.h>

#include "base/text.h"
#include "store/facts_core.h"

#define TASK_AGAIN_DAYS 7
#define HALF_DAY 43200

struct done {
    int64_t task;
    struct task_result result;
    struct said said;
};

static int load_task(struct state *state, int64_t id, struct task *task, struct err *err)
{
    struct sql *sql = state_select(state, TASK_COLUMNS "WHERE id = ?1", ARGS(arg_int(id)));
    int row = state_row(state, sql, err);

    if (row != 1)
        return row == 0 ? state_missing("task", id, err) : -1;
    read_task(sql, state->scratch, task);
    if (sql_end(sql, err) != 0)
        return -1;
    if (task->status != TASK_OPEN)
        return err_set(err, ERR_REFUSED, "task %" PRId64 " is done already; `dunningctl task list` shows the open ones",
                       id);
    return 0;
}

static int close_task(struct state *state, const struct task *task, const struct done *done, struct err *err)
{
    struct notice_item item = {.invoice_id = task->invoice_id, .line = task->line};
    struct event event = fact_event(EVENT_TASK_DONE, done->said.now, done->said.author);

    event.notice = task->notice;
    event.customer = task->customer;
    event.policy = task->policy;
    event.step = task->step;
    event.text = names_word(&task_outcome_names, (int)done->result.outcome);
    if (!text_empty(task->invoice_id))
        event.invoices = invoices_of(&item, 1, state->scratch);
    if (state_run(state,
                  "UPDATE tasks SET status = 'done', outcome = ?2, done_at = ?3, done_on = ?4, author = ?5, note = ?6 "
                  "WHERE id = ?1",
                  ARGS(arg_int(done->task), arg_word(&task_outcome_names, (int)done->result.outcome),
                       arg_int(done->said.now), arg_day(done->result.on), arg_text(done->said.author),
                       arg_text(done->said.reason)),
                  err) != 0 ||
        state_event(state, &event, err) != 0)
        return -1;
    return touch(state, task->customer, err);
}

/* The moment for a date that a person named: its noon, but never later than now. */
static moment_t noon_of(day_t on, moment_t now)
{
    moment_t noon = (moment_t)on * DAY_SECONDS + HALF_DAY;

    return noon < now ? noon : now;
}

static bool is_reached(enum task_outcome outcome)
{
    switch (outcome) {
    case TASK_REACHED:
    case TASK_LETTER_SENT:
        return true;
    case TASK_NO_ANSWER:
    case TASK_REFUSED:
    case TASK_OTHER:
        break;
    }
    return false;
}

/* RULES R25: the customer was reached on a date, and that counts as acceptance. */
static int reach_by_hand(struct state *state, const struct notice *notice, const struct done *done, struct err *err)
{
    struct stamp stamp = {noon_of(done->result.on, done->said.now), done->result.on};
    struct parcel parcel = {.notice = notice->id,
                            .provider = "",
                            .customer = notice->customer,
                            .policy = notice->policy,
                            .step = notice->step,
                            .action = notice->action,
                            .total = notice->total,
                            .items = {notice->items, notice->item_count}};

    parcel.invoices = invoices_of(notice->items, notice->item_count, state->scratch);
    for (size_t i = 0; i < CURRENCY_SIZE; i++)
        parcel.currency[i] = notice->currency[i];
    return notice_accept(state, &parcel, stamp, done->result.outcome == TASK_LETTER_SENT ? "letter" : "phone", err);
}

/* The step goes on waiting, so there must go on being a task for it. */
static int open_again(struct state *state, const struct task *task, const struct done *done, struct err *err)
{
    struct task again = *task;

    again.created_at = done->said.now;
    again.due = done->result.on + TASK_AGAIN_DAYS;
    return put_task(state, &again, err);
}

static int follow_task(struct state *state, const struct task *task, const struct done *done, struct err *err)
{
    struct notice *notice;

    if (task->notice == 0)
        return 0;
    if (state_notice(state, task->notice, state->scratch, &notice, err) != 0)
        return -1;
    if (notice->status == NOTICE_AWAITING_APPROVAL && is_reached(done->result.outcome))
        return err_set(err, ERR_REFUSED, "the step of task %" PRId64 " awaits approval; approve it first", done->task);
    if (notice->status != NOTICE_PLANNED && notice->status != NOTICE_FAILED &&
        notice->status != NOTICE_AWAITING_APPROVAL)
        return 0;
    return is_reached(done->result.outcome) ? reach_by_hand(state, notice, done, err)
                                            : open_again(state, task, done, err);
}

static int do_task(struct state *state, const struct done *done, struct err *err)
{
    struct task task = {0};

    if (load_task(state, done->task, &task, err) != 0)
        return -1;
    if (done->result.on > done->said.now / DAY_SECONDS + 1)
        return err_set(err, ERR_REFUSED, "the date lies in the future; give the day on which it was done");
    if (close_task(state, &task, done, err) != 0)
        return -1;
    return follow_task(state, &task, done, err);
}

int facts_task_done(struct state *state, int64_t task, const struct task_result *result, const struct said *said,
                    struct err *err)
{
    struct done done = {task, *result, *said};
    struct fact fact;

    if (done.result.on == DAY_NONE)
        done.result.on = (day_t)(said->now / DAY_SECONDS);
    if (fact_begin(&fact, state, err) != 0)
        return -1;
    return fact_finish(&fact, do_task(state, &done, err), err);
}
