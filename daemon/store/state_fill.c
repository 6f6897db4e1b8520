/* The state part of a dossier. */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "store/state_core.h"
#include "store/state_parts.h"

/* No IN, which would build a table in memory at each run. */
#define STANDS                                                                                          \
    "(status = 'awaiting_approval' OR status = 'planned' OR status = 'uncertain' OR status = 'failed' " \
    "OR status = 'rejected')"
#define PAST_DAYS 400
#define HOLD_DAYS 60 /* how long an ended hold still re-times a step (RULES R28) */

struct filling {
    struct state *state;
    struct dossier *dossier;
    struct arena *arena;
    moment_t now;
    size_t case_capacity, record_capacity, past_capacity, hold_capacity, optout_capacity, task_capacity,
        charge_capacity;
};

/* ---- cases and records, by invoice: an item keeps its history under another customer (RULES R38) ---- */

static int fill_cases(struct filling *filling, const char *invoice, struct err *err)
{
    struct dossier *dossier = filling->dossier;
    struct sql *sql = state_select(filling->state,
                                   "SELECT line, episode, settled_at, reopened_on, held_since, not_before, hold_reason "
                                   "FROM cases WHERE invoice_id = ?1 ORDER BY line",
                                   ARGS(arg_text(invoice)));
    int row;

    while ((row = state_row(filling->state, sql, err)) == 1) {
        struct item_case *one;

        dossier->cases = list_grow(filling->arena, dossier->cases, dossier->case_count, &filling->case_capacity,
                                   sizeof *dossier->cases);
        one = &dossier->cases[dossier->case_count++];
        one->invoice_id = invoice;
        one->line = (int32_t)sql_get_int(sql, 0);
        one->episode = (int32_t)sql_get_int(sql, 1);
        one->settled_at = get_moment(sql, 2);
        one->reopened_on = get_day(sql, 3);
        one->held_since = get_moment(sql, 4);
        one->not_before = get_day(sql, 5);
        one->hold_reason = (enum reason)get_word(sql, 6, &reason_names);
    }
    return row;
}

static void read_record(struct filling *filling, struct sql *sql, const char *invoice)
{
    struct dossier *dossier = filling->dossier;
    struct record *record;

    dossier->records = list_grow(filling->arena, dossier->records, dossier->record_count, &filling->record_capacity,
                                 sizeof *dossier->records);
    record = &dossier->records[dossier->record_count++];
    record->invoice_id = invoice;
    record->line = (int32_t)sql_get_int(sql, 0);
    record->episode = (int32_t)sql_get_int(sql, 1);
    record->step = sql_get_text(sql, 2, filling->arena);
    record->occurrence = (int32_t)sql_get_int(sql, 3);
    record->policy = sql_get_text(sql, 4, filling->arena);
    record->status = (enum record_status)get_word(sql, 5, &record_status_names);
    record->reason = (enum reason)get_word(sql, 6, &reason_names);
    record->at = sql_get_int(sql, 7);
    record->on = get_day(sql, 8);
    record->deadline = get_day(sql, 9);
    record->due_on = get_day(sql, 10);
    record->notice = sql_get_int(sql, 11);
    record->first_notice_action = sql_get_int(sql, 12) != 0;
    record->channel = sql_get_text(sql, 13, filling->arena);
}

static bool is_later(const struct record *a, const struct record *b)
{
    if (a->line != b->line)
        return a->line > b->line;
    if (a->episode != b->episode)
        return a->episode > b->episode;
    return a->at != b->at ? a->at > b->at : a->notice > b->notice;
}

/* The last of the list goes where it belongs; SQLite would build a table in memory to sort the few of an invoice. */
static void keep_order(struct record *list, size_t count)
{
    struct record last = list[count - 1];
    size_t place = count - 1;

    for (; place > 0 && is_later(&list[place - 1], &last); place--)
        list[place] = list[place - 1];
    list[place] = last;
}

static int fill_records(struct filling *filling, const char *invoice, struct err *err)
{
    struct sql *sql = state_select(filling->state,
                                   "SELECT line, episode, step, occurrence, policy, status, reason, at, on_day, "
                                   "deadline, due_on, notice, formal, channel FROM records "
                                   "WHERE invoice_id = ?1 AND revoked = 0",
                                   ARGS(arg_text(invoice)));
    size_t first = filling->dossier->record_count;
    int row;

    while ((row = state_row(filling->state, sql, err)) == 1) {
        read_record(filling, sql, invoice);
        keep_order(filling->dossier->records + first, filling->dossier->record_count - first);
    }
    return row;
}

static int fill_history(struct filling *filling, struct err *err)
{
    const struct dossier *dossier = filling->dossier;

    for (size_t i = 0; i < dossier->item_count; i++) {
        const char *invoice = dossier->items[i].invoice_id;
        size_t before = dossier->case_count;

        if (i > 0 && text_equal(invoice, dossier->items[i - 1].invoice_id))
            continue;
        if (fill_cases(filling, invoice, err) != 0)
            return -1;
        if (dossier->case_count > before && fill_records(filling, invoice, err) != 0)
            return -1;
    }
    return 0;
}

/* ---- notices ---- */

static int fill_past(struct filling *filling, struct err *err)
{
    struct dossier *dossier = filling->dossier;
    struct sql *sql =
        state_select(filling->state,
                     "SELECT id, contact, policy, step, group_invoice, entity, currency, action, status, before_due, "
                     "manual, at, at_on, CASE WHEN status = 'accepted' THEN coalesce((SELECT m.message_id "
                     "FROM messages m WHERE m.notice = n.id AND m.channel = 'email' AND m.status = 'accepted' "
                     "ORDER BY m.recipient LIMIT 1), '') ELSE '' END "
                     "FROM notices n WHERE customer = ?1 AND (at >= ?2 OR " STANDS ") ORDER BY id",
                     ARGS(arg_text(dossier->customer->id), arg_int(filling->now - (moment_t)PAST_DAYS * DAY_SECONDS)));
    int row;

    while ((row = state_row(filling->state, sql, err)) == 1) {
        struct notice_past *past;

        dossier->past = list_grow(filling->arena, dossier->past, dossier->past_count, &filling->past_capacity,
                                  sizeof *dossier->past);
        past = &dossier->past[dossier->past_count++];
        past->id = sql_get_int(sql, 0);
        past->contact = sql_get_int(sql, 1);
        past->policy = sql_get_text(sql, 2, filling->arena);
        past->step = sql_get_text(sql, 3, filling->arena);
        past->group_invoice = sql_get_text(sql, 4, filling->arena);
        past->entity = sql_get_text(sql, 5, filling->arena);
        get_currency(sql, 6, past->currency);
        past->action = (enum action)get_word(sql, 7, &action_names);
        past->status = (enum notice_status)get_word(sql, 8, &notice_status_names);
        past->before_due = sql_get_int(sql, 9) != 0;
        past->manual = sql_get_int(sql, 10) != 0;
        past->at = sql_get_int(sql, 11);
        past->on = get_day(sql, 12);
        past->message_id = sql_get_text(sql, 13, filling->arena);
    }
    return row;
}

static int fill_live(struct filling *filling, struct err *err)
{
    struct dossier *dossier = filling->dossier;
    struct notice_list live;
    struct sql *sql = state_select(filling->state, NOTICE_COLUMNS "WHERE customer = ?1 AND " STANDS " ORDER BY id",
                                   ARGS(arg_text(dossier->customer->id)));

    if (read_notices(filling->state, sql, filling->arena, &live, err) != 0)
        return -1;
    dossier->live = live.list;
    dossier->live_count = live.count;
    return 0;
}

/* ---- holds ---- */

#define HOLDS_OF                                                                                         \
    "SELECT id, kind, target, reason, author, start_at, until, released_at FROM holds WHERE scope = ?1 " \
    "AND (released_at IS NULL OR released_at >= ?2) AND (until IS NULL OR until >= ?3) "

/* target "": all of that scope. */
static int fill_holds(struct filling *filling, enum hold_scope scope, const char *target, struct err *err)
{
    struct dossier *dossier = filling->dossier;
    moment_t since = filling->now - (moment_t)HOLD_DAYS * DAY_SECONDS;
    struct sql *sql =
        state_select(filling->state, text_empty(target) ? HOLDS_OF "AND ?4 = ''" : HOLDS_OF "AND target = ?4",
                     ARGS(arg_word(&hold_scope_names, (int)scope), arg_int(since), arg_int(since / DAY_SECONDS),
                          arg_text(target)));
    int row;

    while ((row = state_row(filling->state, sql, err)) == 1) {
        struct hold *hold;

        dossier->holds = list_grow(filling->arena, dossier->holds, dossier->hold_count, &filling->hold_capacity,
                                   sizeof *dossier->holds);
        hold = &dossier->holds[dossier->hold_count++];
        hold->id = sql_get_int(sql, 0);
        hold->scope = scope;
        hold->kind = (enum hold_kind)get_word(sql, 1, &hold_kind_names);
        hold->target = sql_get_text(sql, 2, filling->arena);
        hold->reason = sql_get_text(sql, 3, filling->arena);
        hold->author = sql_get_text(sql, 4, filling->arena);
        hold->start_at = sql_get_int(sql, 5);
        hold->until = get_day(sql, 6);
        hold->released_at = get_moment(sql, 7);
    }
    return row;
}

static int fill_all_holds(struct filling *filling, struct err *err)
{
    const struct dossier *dossier = filling->dossier;
    int64_t any = 0;

    if (state_value(filling->state, "SELECT EXISTS(SELECT 1 FROM holds)", NO_ARGS, &any, err) < 0)
        return -1;
    if (any == 0)
        return 0;
    if (fill_holds(filling, HOLD_POLICY, "", err) != 0)
        return -1;
    for (size_t i = 0; i < dossier->member_count; i++)
        if (fill_holds(filling, HOLD_CUSTOMER, dossier->members[i].id, err) != 0)
            return -1;
    if (dossier->member_count == 0 && fill_holds(filling, HOLD_CUSTOMER, dossier->customer->id, err) != 0)
        return -1;
    for (size_t i = 0; i < dossier->item_count; i++)
        if ((i == 0 || !text_equal(dossier->items[i].invoice_id, dossier->items[i - 1].invoice_id)) &&
            fill_holds(filling, HOLD_INVOICE, dossier->items[i].invoice_id, err) != 0)
            return -1;
    return 0;
}

/* ---- opt-outs ---- */

/* The list may hold another notation of the number than the ledger; who reads the dossier knows only the ledger's. */
static int fill_optout(struct filling *filling, const char *channel, const char *address, struct err *err)
{
    struct dossier *dossier = filling->dossier;
    char plain[SHA256_TEXT_SIZE], digest[SHA256_TEXT_SIZE];
    int64_t found = 0;

    if (text_empty(address))
        return 0;
    digest_address(channel, address, digest);
    digest_address(channel, address_normal(channel, address, filling->arena), plain);
    if (state_value(filling->state, "SELECT 1 FROM optouts WHERE channel = ?1 AND digest IN (?2, ?3)",
                    ARGS(arg_text(channel), arg_text(digest), arg_text(plain)), &found, err) < 0)
        return -1;
    if (found == 0)
        return 0;
    dossier->optouts = list_grow(filling->arena, dossier->optouts, dossier->optout_count, &filling->optout_capacity,
                                 sizeof *dossier->optouts);
    dossier->optouts[dossier->optout_count].channel = channel;
    dossier->optouts[dossier->optout_count++].digest = arena_copy(filling->arena, digest);
    return 0;
}

static int fill_optouts(struct filling *filling, struct err *err)
{
    const struct dossier *dossier = filling->dossier;
    int64_t any = 0;

    if (state_value(filling->state, "SELECT EXISTS(SELECT 1 FROM optouts)", NO_ARGS, &any, err) < 0)
        return -1;
    if (any == 0)
        return 0;
    if (fill_optout(filling, "email", dossier->customer->email, err) != 0 ||
        fill_optout(filling, "sms", dossier->customer->phone, err) != 0)
        return -1;
    for (size_t i = 0; i < dossier->person_count; i++)
        if (fill_optout(filling, "email", dossier->persons[i].email, err) != 0 ||
            fill_optout(filling, "sms", dossier->persons[i].phone, err) != 0)
            return -1;
    return 0;
}

/* ---- charges ---- */

/* Lump sums that count: of notices that went out, or may. */
static int fill_charge(struct filling *filling, const char *invoice, struct err *err)
{
    struct dossier *dossier = filling->dossier;
    struct sql *sql = state_select(filling->state,
                                   "SELECT c.line, c.episode, c.occurrence, c.step, c.amount, c.regime, c.notice "
                                   "FROM charges c JOIN notices n ON n.id = c.notice WHERE c.invoice_id = ?1 "
                                   "AND c.kind = 'compensation' AND c.charged_by IS NULL AND (n.status = 'accepted' "
                                   "OR n.status = 'awaiting_approval' OR n.status = 'planned' "
                                   "OR n.status = 'uncertain' OR n.status = 'failed')",
                                   ARGS(arg_text(invoice)));
    int row;

    while ((row = state_row(filling->state, sql, err)) == 1) {
        struct charge *charge;

        dossier->charges = list_grow(filling->arena, dossier->charges, dossier->charge_count, &filling->charge_capacity,
                                     sizeof *dossier->charges);
        charge = &dossier->charges[dossier->charge_count++];
        *charge = (struct charge){.kind = CHARGE_COMPENSATION, .invoice_id = invoice, .text = ""};
        charge->line = (int32_t)sql_get_int(sql, 0);
        charge->episode = (int32_t)sql_get_int(sql, 1);
        charge->occurrence = (int32_t)sql_get_int(sql, 2);
        charge->step = sql_get_text(sql, 3, filling->arena);
        charge->amount = sql_get_int(sql, 4);
        charge->regime = sql_get_text(sql, 5, filling->arena);
        charge->from = charge->until = DAY_NONE;
        charge->notice = sql_get_int(sql, 6);
    }
    return row;
}

static int fill_charges(struct filling *filling, struct err *err)
{
    const struct dossier *dossier = filling->dossier;
    int64_t any = 0;

    if (dossier->case_count == 0)
        return 0;
    if (state_value(filling->state, "SELECT EXISTS(SELECT 1 FROM charges)", NO_ARGS, &any, err) < 0)
        return -1;
    for (size_t i = 0; any != 0 && i < dossier->case_count; i++)
        if ((i == 0 || !text_equal(dossier->cases[i].invoice_id, dossier->cases[i - 1].invoice_id)) &&
            fill_charge(filling, dossier->cases[i].invoice_id, err) != 0)
            return -1;
    return 0;
}

/* ---- tasks ---- */

/* Done ones count as long as their item is in the episode that they were about. */
static bool is_current(const struct dossier *dossier, const struct task *task)
{
    const struct item_case *known;

    if (task->status == TASK_OPEN || text_empty(task->invoice_id))
        return true;
    known = dossier_case(dossier, task->invoice_id, task->line);
    return known == NULL || known->episode == task->episode;
}

static int fill_tasks(struct filling *filling, struct err *err)
{
    struct dossier *dossier = filling->dossier;
    struct sql *sql = state_select(filling->state, TASK_COLUMNS "WHERE customer = ?1 ORDER BY id",
                                   ARGS(arg_text(dossier->customer->id)));
    int row;

    while ((row = state_row(filling->state, sql, err)) == 1) {
        dossier->tasks = list_grow(filling->arena, dossier->tasks, dossier->task_count, &filling->task_capacity,
                                   sizeof *dossier->tasks);
        read_task(sql, filling->arena, &dossier->tasks[dossier->task_count]);
        if (is_current(dossier, &dossier->tasks[dossier->task_count]))
            dossier->task_count++;
    }
    return row;
}

int state_fill(struct state *state, struct dossier *dossier, moment_t now, struct arena *arena, struct err *err)
{
    struct filling filling = {.state = state, .dossier = dossier, .arena = arena, .now = now};

    dossier->case_count = dossier->record_count = dossier->past_count = dossier->live_count = 0;
    dossier->hold_count = dossier->optout_count = dossier->task_count = 0;
    dossier->cases = NULL;
    dossier->records = NULL;
    dossier->past = NULL;
    dossier->live = NULL;
    dossier->holds = NULL;
    dossier->optouts = NULL;
    dossier->tasks = NULL;
    dossier->charges = NULL;
    dossier->charge_count = 0;
    if (fill_history(&filling, err) != 0 || fill_past(&filling, err) != 0 || fill_live(&filling, err) != 0)
        return -1;
    if (fill_all_holds(&filling, err) != 0 || fill_optouts(&filling, err) != 0 || fill_charges(&filling, err) != 0)
        return -1;
    return fill_tasks(&filling, err);
}
