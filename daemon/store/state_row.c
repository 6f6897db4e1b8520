/* Rows of a notice: itself, its parts, the records of its items, the tasks. */
#include "base/text.h"
#include "store/state_core.h"
#include "store/state_parts.h"

int put_notice(struct state *state, const struct notice *notice, const char *require, bool manual, struct err *err)
{
    return state_run(
        state,
        "INSERT INTO notices(id, contact, customer, entity, policy, step, template, language, "
        "group_invoice, currency, action, status, require, before_due, needs_approval, manual, total, "
        "on_day, deadline, planned_at, at, at_on) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, "
        "?20, ?18)",
        ARGS(arg_int(notice->id), arg_int(notice->contact), arg_text(notice->customer), arg_text(notice->entity),
             arg_text(notice->policy), arg_text(notice->step), arg_text(notice->template_name),
             arg_text(notice->language), arg_text(notice->group_invoice), arg_text(notice->currency),
             arg_word(&action_names, (int)notice->action), arg_word(&notice_status_names, (int)notice->status),
             arg_text(require), arg_int(notice->before_due), arg_int(notice->needs_approval), arg_int(manual),
             arg_int(notice->total), arg_day(notice->on), arg_day(notice->deadline), arg_int(notice->planned_at)),
        err);
}

static int put_item(struct state *state, int64_t notice, size_t place, const struct notice_item *item, struct err *err)
{
    return state_run(
        state,
        "INSERT INTO notice_items(notice, place, invoice_id, line, episode, occurrence, block, step, open, "
        "credited, due_on, carried_on, deadline) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        ARGS(arg_int(notice), arg_int((int64_t)place), arg_text(item->invoice_id), arg_int(item->line),
             arg_int(item->episode), arg_int(item->occurrence), arg_word(&block_names, (int)item->block),
             arg_text(item->step), arg_int(item->open), arg_int(item->credited), arg_day(item->due_on),
             arg_day(item->carried_on), arg_day(item->deadline)),
        err);
}

static int put_credit(struct state *state, int64_t notice, size_t place, const struct notice_credit *credit,
                      struct err *err)
{
    return state_run(state,
                     "INSERT INTO notice_credits(notice, place, credit_id, number, on_day, amount) "
                     "VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                     ARGS(arg_int(notice), arg_int((int64_t)place), arg_text(credit->id), arg_text(credit->number),
                          arg_day(credit->on), arg_int(credit->amount)),
                     err);
}

static int put_instalment(struct state *state, int64_t notice, size_t place, const struct instalment *instalment,
                          struct err *err)
{
    return state_run(state, "INSERT INTO instalments(notice, place, due_on, amount) VALUES(?1, ?2, ?3, ?4)",
                     ARGS(arg_int(notice), arg_int((int64_t)place), arg_day(instalment->due_on),
                          arg_int(instalment->amount)),
                     err);
}

static int put_charge(struct state *state, int64_t notice, size_t place, const struct charge *charge, struct err *err)
{
    return state_run(state,
                     "INSERT INTO charges(notice, place, kind, invoice_id, line, episode, occurrence, step, amount, "
                     "regime, from_day, until_day, charged_by, text) "
                     "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
                     ARGS(arg_int(notice), arg_int((int64_t)place), arg_word(&charge_kind_names, (int)charge->kind),
                          arg_text(charge->invoice_id), arg_int(charge->line), arg_int(charge->episode),
                          arg_int(charge->occurrence), arg_text(charge->step), arg_int(charge->amount),
                          arg_text(charge->regime), arg_day(charge->from), arg_day(charge->until),
                          arg_id(charge->notice), arg_text(charge->text)),
                     err);
}

int put_parts(struct state *state, const struct notice *notice, struct err *err)
{
    for (size_t i = 0; i < notice->item_count; i++)
        if (put_item(state, notice->id, i, &notice->items[i], err) != 0)
            return -1;
    for (size_t i = 0; i < notice->credit_count; i++)
        if (put_credit(state, notice->id, i, &notice->credits[i], err) != 0)
            return -1;
    for (size_t i = 0; i < notice->instalment_count; i++)
        if (put_instalment(state, notice->id, i, &notice->instalments[i], err) != 0)
            return -1;
    for (size_t i = 0; i < notice->charge_count; i++)
        if (put_charge(state, notice->id, i, &notice->charges[i], err) != 0)
            return -1;
    return 0;
}

/* An item with a record always has a case, so that state_fill may look for cases alone. */
static int put_case(struct state *state, const struct record *record, const char *customer, struct err *err)
{
    return state_run(state, "INSERT OR IGNORE INTO cases(invoice_id, line, customer, episode) VALUES(?1, ?2, ?3, ?4)",
                     ARGS(arg_text(record->invoice_id), arg_int(record->line), arg_text(customer),
                          arg_int(record->episode)),
                     err);
}

int put_record(struct state *state, const struct record *record, const char *customer, struct err *err)
{
    if (put_case(state, record, customer, err) != 0)
        return -1;
    return state_run(state,
                     "INSERT INTO records(invoice_id, line, episode, step, occurrence, policy, status, reason, at, "
                     "on_day, deadline, due_on, notice, formal, channel) "
                     "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
                     ARGS(arg_text(record->invoice_id), arg_int(record->line), arg_int(record->episode),
                          arg_text(record->step), arg_int(record->occurrence), arg_text(record->policy),
                          arg_word(&record_status_names, (int)record->status),
                          arg_word(&reason_names, (int)record->reason), arg_int(record->at), arg_day(record->on),
                          arg_day(record->deadline), arg_day(record->due_on), arg_id(record->notice),
                          arg_int(record->first_notice_action), arg_text(record->channel)),
                     err);
}

static int task_event(struct state *state, const struct task *task, struct err *err)
{
    struct notice_item item = {.invoice_id = task->invoice_id, .line = task->line};
    struct event event = {.kind = EVENT_TASK, .at = task->created_at, .notice = task->notice};

    event.customer = task->customer;
    event.invoices = text_empty(task->invoice_id) ? "" : invoices_of(&item, 1, state->scratch);
    event.policy = task->policy;
    event.step = task->step;
    event.channel = event.provider = event.provider_id = event.author = "";
    event.text = names_word(&task_kind_names, (int)task->kind);
    return state_event(state, &event, err);
}

int put_task(struct state *state, struct task *task, struct err *err)
{
    if (state_run(state,
                  "INSERT INTO tasks(notice, kind, status, customer, invoice_id, line, episode, policy, step, title, "
                  "assignee, due, created_at) VALUES(?1, ?2, 'open', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                  ARGS(arg_id(task->notice), arg_word(&task_kind_names, (int)task->kind), arg_text(task->customer),
                       arg_text(task->invoice_id), arg_int(task->line), arg_int(task->episode), arg_text(task->policy),
                       arg_text(task->step), arg_text(task->title), arg_text(task->assignee), arg_day(task->due),
                       arg_int(task->created_at)),
                  err) != 0)
        return -1;
    task->id = sqlite3_last_insert_rowid(state->db);
    return task_event(state, task, err);
}

static void add_invoice(struct text *text, const struct notice_item *item)
{
    if (text->length > 0)
        text_add_char(text, ',');
    text_add(text, item->invoice_id);
    if (item->line > 1)
        text_addf(text, "/%d", item->line);
}

const char *invoices_of(const struct notice_item *items, size_t count, struct arena *arena)
{
    struct text text;

    text_init(&text, arena);
    for (size_t i = 0; i < count; i++)
        if (items[i].occurrence > 0)
            add_invoice(&text, &items[i]);
    if (text.length > 0)
        return text.data;
    for (size_t i = 0; i < count; i++)
        add_invoice(&text, &items[i]);
    return text.data;
}
