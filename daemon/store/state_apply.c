/* Carrying out a decision: all that a customer's look came to, in the caller's transaction. */
#include "base/digest.h"
#include "base/text.h"
#include "store/facts.h"
#include "store/state_turn.h"

#define DIGEST_NONE "-" /* an agency's message has no address */

struct application {
    struct state *state;
    const struct dossier *dossier;
    struct decision *decision;
    const char *customer;
    moment_t now;
    bool known;     /* rows about the customer were written */
    bool withdrawn; /* look again at once: what a withdrawal sets free was not decided */
    int64_t next_notice, contact;
};

static struct event customer_event(const struct application *app, enum event_kind kind, enum reason reason)
{
    struct event event = {.kind = kind, .at = app->now, .reason = reason};

    event.customer = app->customer;
    event.invoices = event.policy = event.step = event.channel = event.provider = "";
    event.provider_id = event.text = event.author = "";
    return event;
}

static struct event item_event(const struct application *app, enum event_kind kind, enum reason reason,
                               const struct item *item)
{
    struct event event = customer_event(app, kind, reason);
    struct notice_item one = {.invoice_id = item->invoice_id, .line = item->line};

    event.invoices = invoices_of(&one, 1, app->state->scratch);
    return event;
}

/* ---- withdrawals, approvals out of time, pass-overs, cases ---- */

static int apply_withdrawals(struct application *app, struct err *err)
{
    for (size_t i = 0; i < app->decision->withdrawal_count; i++) {
        const struct withdrawal *withdrawal = &app->decision->withdrawals[i];
        bool did = false;

        if (notice_withdraw(app->state, withdrawal, app->now, &did, err) != 0)
            return -1;
        app->withdrawn = app->withdrawn || did;
    }
    return 0;
}

static int apply_timeouts(struct application *app, struct err *err)
{
    for (size_t i = 0; i < app->decision->timeout_count; i++) {
        const struct timeout *timeout = &app->decision->timeouts[i];

        if (facts_approve(app->state, timeout->notice, timeout->approve,
                          &(struct said){"policy", "nobody decided in time", app->now}, err) != 0)
            return -1;
    }
    return 0;
}

static int apply_pass(struct application *app, const struct pass_over *pass, struct err *err)
{
    const struct step *step = &pass->policy->steps[pass->step];
    struct event event = item_event(app, EVENT_PASSED_OVER, pass->reason, pass->item);
    struct record record = {.invoice_id = pass->item->invoice_id,
                            .line = pass->item->line,
                            .episode = pass->episode,
                            .occurrence = pass->occurrence,
                            .step = step->name,
                            .policy = pass->policy->name,
                            .status = RECORD_PASSED_OVER,
                            .reason = pass->reason,
                            .at = pass->at,
                            .on = pass->on,
                            .deadline = DAY_NONE,
                            .due_on = pass->item->due_on,
                            .channel = ""};

    record.first_notice_action = step->action == ACTION_NOTICE;
    event.policy = pass->policy->name;
    event.step = step->name;
    if (put_record(app->state, &record, app->customer, err) != 0)
        return -1;
    return state_event(app->state, &event, err);
}

static int put_change(struct application *app, const struct case_change *change, struct err *err)
{
    const struct item_case *after = &change->after;

    return state_run(
        app->state,
        "INSERT INTO cases(invoice_id, line, customer, episode, settled_at, reopened_on, held_since, "
        "not_before, hold_reason) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO UPDATE SET "
        "customer = ?3, episode = ?4, settled_at = ?5, reopened_on = ?6, held_since = ?7, not_before = ?8, "
        "hold_reason = ?9",
        ARGS(arg_text(change->item->invoice_id), arg_int(change->item->line), arg_text(app->customer),
             arg_int(after->episode), arg_moment(after->settled_at), arg_day(after->reopened_on),
             arg_moment(after->held_since), arg_day(after->not_before),
             arg_word(&reason_names, (int)after->hold_reason)),
        err);
}

/* R16: with the debt go its charges: lump sum and fees, and the interest as it was last told. */
static int lapse(struct application *app, const struct case_change *change, struct event *event, struct err *err)
{
    const struct item *item = change->item;
    char number[MONEY_TEXT_SIZE];
    int64_t amount = 0;

    if (state_value(app->state,
                    "SELECT coalesce(sum(c.amount), 0) FROM charges c JOIN notices n ON n.id = c.notice "
                    "WHERE c.invoice_id = ?1 AND c.line = ?2 AND c.episode = ?3 AND c.charged_by IS NULL "
                    "AND n.status = 'accepted' AND (c.kind <> 'interest' OR NOT EXISTS(SELECT 1 FROM charges l "
                    "JOIN notices m ON m.id = l.notice WHERE l.invoice_id = ?1 AND l.line = ?2 AND l.episode = ?3 "
                    "AND l.kind = 'interest' AND l.notice > c.notice AND m.status = 'accepted'))",
                    ARGS(arg_text(item->invoice_id), arg_int(item->line), arg_int(change->after.episode)), &amount,
                    err) < 0)
        return -1;
    if (amount > 0)
        event->text = arena_printf(app->state->scratch, "charges of %s %s lapse",
                                   money_format(amount, item->currency, number), item->currency);
    return 0;
}

static int change_event(struct application *app, const struct case_change *change, struct err *err)
{
    const struct {
        bool set;
        enum event_kind kind;
    } kinds[] = {
        {change->settled, EVENT_ITEM_SETTLED},
        {change->reopened, EVENT_ITEM_REOPENED},
        {change->held, EVENT_HELD},
        {change->released, EVENT_RELEASED},
    };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct event event;

        if (!kinds[i].set)
            continue;
        event = item_event(app, kinds[i].kind, change->reason, change->item);
        if (change->settled && lapse(app, change, &event, err) != 0)
            return -1;
        if (state_event(app->state, &event, err) != 0)
            return -1;
    }
    return 0;
}

static int apply_changes(struct application *app, struct err *err)
{
    for (size_t i = 0; i < app->decision->change_count; i++) {
        const struct case_change *change = &app->decision->changes[i];

        if (put_change(app, change, err) != 0 || change_event(app, change, err) != 0)
            return -1;
    }
    return 0;
}

/* ---- notices ---- */

/* The policy of a notice and the place of its step, as the verdicts of this decision know them. */
static const struct policy *policy_of(const struct application *app, const char *name)
{
    for (size_t i = 0; i < app->decision->verdict_count; i++) {
        const struct policy *policy = app->decision->verdicts[i].policy;

        if (policy != NULL && text_equal(policy->name, name))
            return policy;
    }
    return NULL;
}

static const struct step *step_of(const struct policy *policy, const char *name)
{
    int index = policy == NULL ? -1 : policy_step(policy, name);

    return index < 0 ? NULL : &policy->steps[index];
}

/* Nobody can be reached on any channel: a task instead of messages. */
static bool is_for_people(const struct notice *notice)
{
    return notice->message_count > 0 && notice->messages[0].channel == CHANNEL_TASK;
}

static int put_planned_records(struct application *app, const struct notice *notice, const struct policy *policy,
                               struct err *err)
{
    for (size_t i = 0; i < notice->item_count; i++) {
        const struct notice_item *item = &notice->items[i];
        const struct step *step = step_of(policy, item->step);
        struct record record = {.invoice_id = item->invoice_id,
                                .line = item->line,
                                .episode = item->episode,
                                .occurrence = item->occurrence,
                                .step = item->step,
                                .policy = notice->policy,
                                .status = RECORD_PLANNED,
                                .reason = REASON_NONE,
                                .at = app->now,
                                .on = notice->on,
                                .deadline = DAY_NONE,
                                .due_on = item->due_on,
                                .notice = notice->id,
                                .channel = ""};

        if (item->occurrence == 0)
            continue;
        record.first_notice_action = step != NULL && step->action == ACTION_NOTICE;
        if (put_record(app->state, &record, app->customer, err) != 0)
            return -1;
    }
    return 0;
}

struct order { /* RULES R39: what a message is worth when not all may go at once */
    int64_t rank, amount;
    day_t oldest_due;
};

static struct order order_of(const struct notice *notice, const struct policy *policy)
{
    struct order order = {policy == NULL ? 0 : policy_step(policy, notice->step), notice->total, DAY_NONE};

    for (size_t i = 0; i < notice->item_count; i++)
        if (notice->items[i].block == BLOCK_DUE && notice->items[i].due_on != DAY_NONE &&
            (order.oldest_due == DAY_NONE || notice->items[i].due_on < order.oldest_due))
            order.oldest_due = notice->items[i].due_on;
    return order;
}

static enum turn turn_of(const struct message_plan *plan)
{
    if (!plan->later)
        return TURN_FIRST;
    return plan->fallback ? TURN_FALLBACK : TURN_FURTHER;
}

/* An address that stands twice in a plan gets one message: OR IGNORE lets the first one stay. */
static int put_message(struct application *app, const struct notice *notice, const struct message_plan *plan,
                       const struct order *order, struct err *err)
{
    const char *channel = names_word(&channel_names, (int)plan->channel);
    bool at_once = turn_of(plan) == TURN_FIRST && notice->status == NOTICE_PLANNED;
    char digest[SHA256_TEXT_SIZE] = DIGEST_NONE;

    if (plan->channel != CHANNEL_AGENCY)
        digest_address(channel, plan->address, digest);
    return state_run(
        app->state,
        "INSERT OR IGNORE INTO messages(notice, channel, recipient, revision, turn, carries, status, name, "
        "address, language, digest, rank, amount, oldest_due) "
        "VALUES(?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        ARGS(arg_int(notice->id), arg_text(channel), arg_int(plan->recipient), arg_int((int64_t)turn_of(plan)),
             arg_int(plan->carries), arg_text(at_once ? "planned" : "reserve"), arg_text(plan->name),
             arg_text(plan->address), arg_text(plan->language), arg_text(digest), arg_int(order->rank),
             arg_int(order->amount), arg_day(order->oldest_due)),
        err);
}

static int put_messages(struct application *app, const struct notice *notice, const struct policy *policy,
                        struct err *err)
{
    struct order order = order_of(notice, policy);

    for (size_t i = 0; i < notice->message_count; i++)
        if (notice->messages[i].channel != CHANNEL_TASK &&
            put_message(app, notice, &notice->messages[i], &order, err) != 0)
            return -1;
    return 0;
}

static int plan_event(struct application *app, const struct notice *notice, struct err *err)
{
    struct event event =
        customer_event(app, notice->needs_approval ? EVENT_APPROVAL_ASKED : EVENT_PLANNED, REASON_NONE);

    event.notice = notice->id;
    event.invoices = invoices_of(notice->items, notice->item_count, app->state->scratch);
    event.policy = notice->policy;
    event.step = notice->step;
    event.amount = notice->total;
    if (is_for_people(notice))
        event.reason = REASON_NO_ADDRESS;
    for (size_t i = 0; i < CURRENCY_SIZE; i++)
        event.currency[i] = notice->currency[i];
    return state_event(app->state, &event, err);
}

static enum notice_status first_status(const struct notice *notice)
{
    if (notice->needs_approval)
        return NOTICE_AWAITING_APPROVAL;
    return is_for_people(notice) ? NOTICE_FAILED : NOTICE_PLANNED;
}

static int apply_notice(struct application *app, struct notice *notice, struct err *err)
{
    const struct policy *policy = policy_of(app, notice->policy);
    const struct step *step = step_of(policy, notice->step);
    enum require require = step == NULL ? REQUIRE_FIRST : step->require;

    notice->id = app->next_notice++;
    if (app->contact == 0)
        app->contact = notice->id; /* one contact for all notices of a pass to one customer (RULES R8) */
    notice->contact = app->contact;
    notice->status = first_status(notice);
    notice->planned_at = app->now;
    notice->customer = app->customer;
    if (put_notice(app->state, notice, names_word(&require_names, (int)require), false, err) != 0 ||
        put_parts(app->state, notice, err) != 0 || put_planned_records(app, notice, policy, err) != 0 ||
        put_messages(app, notice, policy, err) != 0)
        return -1;
    return plan_event(app, notice, err);
}

static int apply_notices(struct application *app, struct err *err)
{
    if (app->decision->notice_count == 0)
        return 0;
    if (state_value(app->state, "SELECT coalesce(max(id), 0) + 1 FROM notices", NO_ARGS, &app->next_notice, err) < 0)
        return -1;
    for (size_t i = 0; i < app->decision->notice_count; i++)
        if (apply_notice(app, &app->decision->notices[i], err) != 0)
            return -1;
    return 0;
}

/* ---- tasks ---- */

static int exhausted_event(struct application *app, const struct new_task *new, struct err *err)
{
    struct event event = item_event(app, EVENT_EXHAUSTED, REASON_EXHAUSTED, new->item);

    event.policy = new->policy != NULL ? new->policy->name : "";
    event.step = new->step;
    return state_event(app->state, &event, err);
}

static int apply_task(struct application *app, const struct new_task *new, struct err *err)
{
    struct task task = {.kind = new->kind,
                        .customer = app->customer,
                        .step = new->step,
                        .title = new->title,
                        .assignee = new->assignee,
                        .episode = new->episode,
                        .due = new->due,
                        .created_at = app->now};

    task.invoice_id = new->item != NULL ? new->item->invoice_id : "";
    task.line = new->item != NULL ? new->item->line : 0;
    task.policy = new->policy != NULL ? new->policy->name : "";
    if (new->notice >= 0)
        task.notice = app->decision->notices[new->notice].id;
    if (put_task(app->state, &task, err) != 0)
        return -1;
    return new->kind == TASK_AT_END &&new->item != NULL ? exhausted_event(app, new, err) : 0;
}

static bool has_task(const struct decision *decision, size_t notice)
{
    for (size_t i = 0; i < decision->task_count; i++)
        if (decision->tasks[i].notice >= 0 && (size_t)decision->tasks[i].notice == notice)
            return true;
    return false;
}

/* What no message can do is never left without somebody to do it. */
static int apply_missing_task(struct application *app, size_t index, struct err *err)
{
    const struct notice *notice = &app->decision->notices[index];
    struct new_task task = {.kind = TASK_NO_ADDRESS,
                            .step = notice->step,
                            .title = notice->step,
                            .assignee = "",
                            .notice = (int)index,
                            .due = notice->on};

    if ((notice->action != ACTION_TASK && !is_for_people(notice)) || has_task(app->decision, index))
        return 0;
    if (notice->action == ACTION_TASK)
        task.kind = TASK_STEP;
    task.policy = policy_of(app, notice->policy);
    return apply_task(app, &task, err);
}

static int apply_tasks(struct application *app, struct err *err)
{
    for (size_t i = 0; i < app->decision->task_count; i++)
        if (apply_task(app, &app->decision->tasks[i], err) != 0)
            return -1;
    for (size_t i = 0; i < app->decision->notice_count; i++)
        if (apply_missing_task(app, i, err) != 0)
            return -1;
    return 0;
}

/* ---- the whole ---- */

static int find_case(const struct application *app, const char *invoice, int64_t *known, struct err *err)
{
    if (*known != 0)
        return 0;
    return state_value(app->state, "SELECT 1 FROM cases WHERE invoice_id = ?1", ARGS(arg_text(invoice)), known, err) < 0
               ? -1
               : 0;
}

/*
 * An item that came from another customer brings its history along (RULES
 * R38), but a dossier that was loaded without the state part, because nothing
 * was known of its customer, does not hold it.  Nothing that was decided from
 * such a dossier is carried out: the customer is known from now on and looked
 * at again.
 */
static int is_incomplete(const struct application *app, bool *incomplete, struct err *err)
{
    const struct decision *decision = app->decision;
    int64_t known = 0;

    *incomplete = false;
    if (app->dossier->case_count > 0)
        return 0;
    for (size_t i = 0; i < decision->passed_count; i++)
        if (find_case(app, decision->passed[i].item->invoice_id, &known, err) != 0)
            return -1;
    for (size_t i = 0; i < decision->change_count; i++)
        if (find_case(app, decision->changes[i].item->invoice_id, &known, err) != 0)
            return -1;
    for (size_t i = 0; i < decision->notice_count; i++)
        for (size_t j = 0; j < decision->notices[i].item_count; j++)
            if (find_case(app, decision->notices[i].items[j].invoice_id, &known, err) != 0)
                return -1;
    *incomplete = known != 0;
    return 0;
}

static int put_off(struct application *app, struct err *err)
{
    for (size_t i = 0; i < app->decision->notice_count; i++)
        app->decision->notices[i].id = app->decision->notices[i].contact = 0;
    return wake_set(app->state, app->customer, app->now, true, err);
}

static int apply_wake(struct application *app, struct err *err)
{
    moment_t at = app->decision->next_at;

    if (app->withdrawn && at > app->now)
        at = app->now;
    return wake_set(app->state, app->customer, at, app->known, err);
}

int state_apply(struct state *state, const struct dossier *dossier, struct decision *decision, moment_t now,
                struct err *err)
{
    struct application app = {
        .state = state, .dossier = dossier, .decision = decision, .customer = dossier->customer->id, .now = now};
    bool incomplete;

    app.known = decision->withdrawal_count + decision->passed_count + decision->change_count + decision->notice_count +
                    decision->task_count + decision->timeout_count >
                0;
    if (!app.known)
        return apply_wake(&app, err);
    if (is_incomplete(&app, &incomplete, err) != 0)
        return -1;
    if (incomplete)
        return put_off(&app, err);
    if (apply_withdrawals(&app, err) != 0 || apply_timeouts(&app, err) != 0)
        return -1;
    for (size_t i = 0; i < decision->passed_count; i++)
        if (apply_pass(&app, &decision->passed[i], err) != 0)
            return -1;
    if (apply_changes(&app, err) != 0 || apply_notices(&app, err) != 0 || apply_tasks(&app, err) != 0)
        return -1;
    return apply_wake(&app, err);
}
