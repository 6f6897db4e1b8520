/* Reading notices, messages and attempts. */
#include <string.h>

#include "base/text.h"
#include "store/state_core.h"
#include "store/state_parts.h"

/* ---- notices ---- */

static void read_notice(struct sql *sql, struct arena *arena, struct notice *notice)
{
    notice->id = sql_get_int(sql, 0);
    notice->contact = sql_get_int(sql, 1);
    notice->customer = sql_get_text(sql, 2, arena);
    notice->entity = sql_get_text(sql, 3, arena);
    notice->policy = sql_get_text(sql, 4, arena);
    notice->step = sql_get_text(sql, 5, arena);
    notice->template_name = sql_get_text(sql, 6, arena);
    notice->language = sql_get_text(sql, 7, arena);
    notice->group_invoice = sql_get_text(sql, 8, arena);
    get_currency(sql, 9, notice->currency);
    notice->action = (enum action)get_word(sql, 10, &action_names);
    notice->status = (enum notice_status)get_word(sql, 11, &notice_status_names);
    notice->before_due = sql_get_int(sql, 12) != 0;
    notice->needs_approval = sql_get_int(sql, 13) != 0;
    notice->total = sql_get_int(sql, 14);
    notice->on = get_day(sql, 15);
    notice->deadline = get_day(sql, 16);
    notice->planned_at = sql_get_int(sql, 17);
    notice->accepted_at = notice->status == NOTICE_ACCEPTED ? sql_get_int(sql, 18) : MOMENT_NONE;
}

int read_items(struct state *state, int64_t notice, struct arena *arena, struct item_list *out, struct err *err)
{
    struct sql *sql = state_select(state,
                                   "SELECT invoice_id, line, episode, occurrence, block, step, open, credited, due_on, "
                                   "carried_on, deadline FROM notice_items WHERE notice = ?1 ORDER BY place",
                                   ARGS(arg_int(notice)));
    struct notice_item *list = NULL;
    size_t found = 0, capacity = 0;
    int row;

    while ((row = state_row(state, sql, err)) == 1) {
        struct notice_item *item;

        list = list_grow(arena, list, found, &capacity, sizeof *list);
        item = &list[found++];
        item->invoice_id = sql_get_text(sql, 0, arena);
        item->line = (int32_t)sql_get_int(sql, 1);
        item->episode = (int32_t)sql_get_int(sql, 2);
        item->occurrence = (int32_t)sql_get_int(sql, 3);
        item->block = (enum block)get_word(sql, 4, &block_names);
        item->step = sql_get_text(sql, 5, arena);
        item->open = sql_get_int(sql, 6);
        item->credited = sql_get_int(sql, 7);
        item->due_on = get_day(sql, 8);
        item->carried_on = get_day(sql, 9);
        item->deadline = get_day(sql, 10);
    }
    *out = (struct item_list){list, found};
    return row;
}

static int read_credits(struct state *state, struct notice *notice, struct arena *arena, struct err *err)
{
    struct sql *sql = state_select(state,
                                   "SELECT credit_id, number, on_day, amount FROM notice_credits "
                                   "WHERE notice = ?1 ORDER BY place",
                                   ARGS(arg_int(notice->id)));
    size_t capacity = 0;
    int row;

    while ((row = state_row(state, sql, err)) == 1) {
        struct notice_credit *credit;

        notice->credits = list_grow(arena, notice->credits, notice->credit_count, &capacity, sizeof *notice->credits);
        credit = &notice->credits[notice->credit_count++];
        credit->id = sql_get_text(sql, 0, arena);
        credit->number = sql_get_text(sql, 1, arena);
        credit->on = get_day(sql, 2);
        credit->amount = sql_get_int(sql, 3);
    }
    return row;
}

static int read_instalments(struct state *state, struct notice *notice, struct arena *arena, struct err *err)
{
    struct sql *sql = state_select(state, "SELECT due_on, amount FROM instalments WHERE notice = ?1 ORDER BY place",
                                   ARGS(arg_int(notice->id)));
    size_t capacity = 0;
    int row;

    while ((row = state_row(state, sql, err)) == 1) {
        struct instalment *instalment;

        notice->instalments =
            list_grow(arena, notice->instalments, notice->instalment_count, &capacity, sizeof *notice->instalments);
        instalment = &notice->instalments[notice->instalment_count++];
        instalment->due_on = get_day(sql, 0);
        instalment->amount = sql_get_int(sql, 1);
    }
    return row;
}

static int read_charges(struct state *state, struct notice *notice, struct arena *arena, struct err *err)
{
    struct sql *sql =
        state_select(state,
                     "SELECT kind, invoice_id, line, episode, occurrence, step, amount, regime, from_day, "
                     "until_day, charged_by, text FROM charges WHERE notice = ?1 ORDER BY place",
                     ARGS(arg_int(notice->id)));
    size_t capacity = 0;
    int row;

    while ((row = state_row(state, sql, err)) == 1) {
        struct charge *charge;

        notice->charges = list_grow(arena, notice->charges, notice->charge_count, &capacity, sizeof *notice->charges);
        charge = &notice->charges[notice->charge_count++];
        charge->kind = (enum charge_kind)get_word(sql, 0, &charge_kind_names);
        charge->invoice_id = sql_get_text(sql, 1, arena);
        charge->line = (int32_t)sql_get_int(sql, 2);
        charge->episode = (int32_t)sql_get_int(sql, 3);
        charge->occurrence = (int32_t)sql_get_int(sql, 4);
        charge->step = sql_get_text(sql, 5, arena);
        charge->amount = sql_get_int(sql, 6);
        charge->regime = sql_get_text(sql, 7, arena);
        charge->from = get_day(sql, 8);
        charge->until = get_day(sql, 9);
        charge->notice = sql_get_int(sql, 10);
        charge->text = sql_get_text(sql, 11, arena);
    }
    return row;
}

static void read_plan(struct sql *sql, struct arena *arena, struct message_plan *plan)
{
    plan->channel = (enum channel)get_word(sql, 0, &channel_names);
    plan->recipient = (int)sql_get_int(sql, 1);
    plan->carries = sql_get_int(sql, 2) != 0;
    plan->later = sql_get_int(sql, 3) != TURN_FIRST;
    plan->fallback = sql_get_int(sql, 3) == TURN_FALLBACK;
    plan->name = sql_get_text(sql, 4, arena);
    plan->address = sql_get_text(sql, 5, arena);
    plan->language = sql_get_text(sql, 6, arena);
}

/* The last plan goes where its message's number belongs; SQLite would build a table in memory to sort the few. */
static void keep_order(struct message_plan *plans, int64_t *ids, size_t count)
{
    struct message_plan last = plans[count - 1];
    int64_t id = ids[count - 1];
    size_t place = count - 1;

    for (; place > 0 && ids[place - 1] > id; place--) {
        plans[place] = plans[place - 1];
        ids[place] = ids[place - 1];
    }
    plans[place] = last;
    ids[place] = id;
}

/* The messages as they were planned: the newest revision of each. */
static int read_plans(struct state *state, struct notice *notice, struct arena *arena, struct err *err)
{
    struct sql *sql = state_select(state,
                                   "SELECT channel, recipient, carries, turn, name, address, language, id "
                                   "FROM messages WHERE notice = ?1 AND status <> 'superseded'",
                                   ARGS(arg_int(notice->id)));
    struct message_plan *plans = NULL;
    int64_t *ids = NULL;
    size_t count = 0, plan_capacity = 0, id_capacity = 0;
    int row;

    while ((row = state_row(state, sql, err)) == 1) {
        plans = list_grow(arena, plans, count, &plan_capacity, sizeof *plans);
        ids = list_grow(arena, ids, count, &id_capacity, sizeof *ids);
        read_plan(sql, arena, &plans[count]);
        ids[count++] = sql_get_int(sql, 7);
        keep_order(plans, ids, count);
    }
    notice->messages = plans;
    notice->message_count = count;
    return row;
}

static int read_parts(struct state *state, struct notice *notice, struct arena *arena, struct err *err)
{
    struct item_list items;

    if (read_items(state, notice->id, arena, &items, err) != 0 || read_credits(state, notice, arena, err) != 0 ||
        read_instalments(state, notice, arena, err) != 0 || read_charges(state, notice, arena, err) != 0 ||
        read_plans(state, notice, arena, err) != 0)
        return -1;
    notice->items = items.list;
    notice->item_count = items.count;
    return 0;
}

int state_notice(struct state *state, int64_t id, struct arena *arena, struct notice **out, struct err *err)
{
    struct notice *notice = arena_alloc(arena, sizeof *notice);
    struct sql *sql = state_select(state, NOTICE_COLUMNS "WHERE id = ?1", ARGS(arg_int(id)));
    int row = state_row(state, sql, err);

    if (row != 1)
        return row == 0 ? state_missing("notice", id, err) : -1;
    read_notice(sql, arena, notice);
    if (sql_end(sql, err) != 0 || read_parts(state, notice, arena, err) != 0)
        return -1;
    *out = notice;
    return 0;
}

int read_notices(struct state *state, struct sql *sql, struct arena *arena, struct notice_list *out, struct err *err)
{
    struct notice *list = NULL;
    size_t found = 0, capacity = 0;
    int row;

    while ((row = state_row(state, sql, err)) == 1) {
        list = list_grow(arena, list, found, &capacity, sizeof *list);
        read_notice(sql, arena, &list[found++]);
    }
    if (row < 0)
        return -1;
    for (size_t i = 0; i < found; i++)
        if (read_parts(state, &list[i], arena, err) != 0)
            return -1;
    *out = (struct notice_list){list, found};
    return 0;
}

/* ---- messages ---- */

/* `reserve` waits for its turn, `frozen` for the end of a doubt: planned, but not before something happens. */
static void read_status(struct sql *sql, struct message *message)
{
    const char *word = (const char *)sqlite3_column_text(sql->stmt, 6);

    if (word != NULL && (strcmp(word, "reserve") == 0 || strcmp(word, "frozen") == 0)) {
        message->status = MESSAGE_PLANNED;
        message->reserve = true;
        message->not_before = MOMENT_NEVER;
    } else {
        message->status = (enum message_status)get_word(sql, 6, &message_status_names);
        message->not_before = sql_get_int(sql, 13);
    }
}

void read_message(struct sql *sql, struct arena *arena, struct message *message)
{
    message->id = sql_get_int(sql, 0);
    message->notice = sql_get_int(sql, 1);
    message->channel = (enum channel)get_word(sql, 2, &channel_names);
    message->recipient = (int)sql_get_int(sql, 3);
    message->revision = (int)sql_get_int(sql, 4);
    message->carries = sql_get_int(sql, 5) != 0;
    read_status(sql, message);
    message->name = sql_get_text(sql, 7, arena);
    message->address = sql_get_text(sql, 8, arena);
    message->language = sql_get_text(sql, 9, arena);
    message->digest = sql_get_text(sql, 10, arena);
    message->message_id = sql_get_text(sql, 11, arena);
    message->attempts = (int)sql_get_int(sql, 12);
    message->claimed_at = get_moment(sql, 14);
    message->rendered_on = get_day(sql, 15);
    message->provider = sql_get_text(sql, 16, arena);
}

int read_messages(struct state *state, struct sql *sql, struct arena *arena, struct message_list *out, struct err *err)
{
    struct message *list = NULL;
    size_t found = 0, capacity = 0;
    int row;

    while ((row = state_row(state, sql, err)) == 1) {
        list = list_grow(arena, list, found, &capacity, sizeof *list);
        read_message(sql, arena, &list[found++]);
    }
    *out = (struct message_list){list, found};
    return row;
}

int state_message(struct state *state, int64_t id, struct arena *arena, struct message **out, struct err *err)
{
    struct sql *sql = state_select(state, MESSAGE_COLUMNS "FROM messages m WHERE m.id = ?1", ARGS(arg_int(id)));
    struct message_list found;

    if (read_messages(state, sql, arena, &found, err) != 0)
        return -1;
    if (found.count == 0)
        return state_missing("message", id, err);
    *out = found.list;
    return 0;
}

int state_messages(struct state *state, int64_t notice, struct arena *arena, struct message_list *out, struct err *err)
{
    struct sql *sql =
        state_select(state, MESSAGE_COLUMNS "FROM messages m WHERE m.notice = ?1 ORDER BY m.id", ARGS(arg_int(notice)));

    return read_messages(state, sql, arena, out, err);
}

int state_request(struct state *state, int64_t message, struct arena *arena, struct request_bytes *out, struct err *err)
{
    struct sql *sql = state_select(state, "SELECT bytes FROM requests WHERE message = ?1", ARGS(arg_int(message)));
    int row = state_row(state, sql, err);

    if (row < 0)
        return -1;
    *out = (struct request_bytes){NULL, 0};
    if (row == 1)
        out->bytes = sql_get_blob(sql, 0, arena, &out->length);
    return sql_end(sql, err);
}

int read_ids(struct state *state, struct sql *sql, struct arena *arena, struct id_list *out, struct err *err)
{
    const char **list = NULL;
    size_t found = 0, capacity = 0;
    int row;

    while ((row = state_row(state, sql, err)) == 1) {
        list = list_grow(arena, list, found, &capacity, sizeof *list);
        list[found++] = sql_get_text(sql, 0, arena);
    }
    *out = (struct id_list){list, found};
    return row;
}

int state_references(struct state *state, int64_t notice, struct arena *arena, struct id_list *out, struct err *err)
{
    struct sql *sql = state_select(state,
                                   "SELECT DISTINCT m.message_id FROM notice_items i "
                                   "JOIN records r ON r.invoice_id = i.invoice_id AND r.line = i.line "
                                   "AND r.episode = i.episode AND r.revoked = 0 "
                                   "JOIN messages m ON m.notice = r.notice "
                                   "WHERE i.notice = ?1 AND i.occurrence > 0 AND r.notice <> ?1 "
                                   "AND m.channel = 'email' AND m.status = 'accepted' AND m.message_id <> '' "
                                   "ORDER BY m.last_at, m.id",
                                   ARGS(arg_int(notice)));

    return read_ids(state, sql, arena, out, err);
}

/* ---- attempts ---- */

static void read_attempt(struct sql *sql, struct arena *arena, struct attempt *attempt)
{
    attempt->id = sql_get_int(sql, 0);
    attempt->message = sql_get_int(sql, 1);
    attempt->notice = sql_get_int(sql, 2);
    attempt->n = (int)sql_get_int(sql, 3);
    attempt->token = (uint64_t)sql_get_int(sql, 4);
    attempt->status = (enum attempt_status)get_word(sql, 5, &attempt_status_names);
    attempt->provider = sql_get_text(sql, 6, arena);
    attempt->phase = sql_get_text(sql, 7, arena);
    attempt->code = (int)sql_get_int(sql, 8);
    attempt->text = sql_get_text(sql, 9, arena);
    attempt->provider_id = sql_get_text(sql, 10, arena);
    attempt->claimed_at = sql_get_int(sql, 11);
    attempt->committed_at = get_moment(sql, 12);
    attempt->done_at = get_moment(sql, 13);
    attempt->ledger_version = sql_get_int(sql, 14);
    attempt->sha256 = sql_get_text(sql, 15, arena);
}

#define ATTEMPT_COLUMNS                                                                                              \
    "SELECT a.id, a.message, m.notice, a.n, a.token, a.status, a.provider, a.phase, a.code, a.text, a.provider_id, " \
    "a.claimed_at, a.committed_at, a.done_at, a.ledger_version, a.sha256 "                                           \
    "FROM attempts a JOIN messages m ON m.id = a.message "

static int read_attempts(struct state *state, struct sql *sql, struct arena *arena, struct attempt_list *out,
                         struct err *err)
{
    struct attempt *list = NULL;
    size_t found = 0, capacity = 0;
    int row;

    while ((row = state_row(state, sql, err)) == 1) {
        list = list_grow(arena, list, found, &capacity, sizeof *list);
        read_attempt(sql, arena, &list[found++]);
    }
    *out = (struct attempt_list){list, found};
    return row;
}

int state_attempt(struct state *state, int64_t id, struct arena *arena, struct attempt **out, struct err *err)
{
    struct sql *sql = state_select(state, ATTEMPT_COLUMNS "WHERE a.id = ?1", ARGS(arg_int(id)));
    struct attempt_list found;

    if (read_attempts(state, sql, arena, &found, err) != 0)
        return -1;
    if (found.count == 0)
        return state_missing("attempt", id, err);
    *out = found.list;
    return 0;
}

/* Recovery asks for open ones, which have an index of their own; the condition repeats that index's. */
static const char *attempts_query(enum attempt_status status)
{
    return attempt_is_open(status) ? ATTEMPT_COLUMNS
               "WHERE a.status = ?1 AND (a.status = 'claimed' OR a.status = 'committing' OR a.status = 'uncertain') "
               "ORDER BY a.id"
                                   : ATTEMPT_COLUMNS "WHERE a.status = ?1 ORDER BY a.id";
}

int state_attempts(struct state *state, enum attempt_status status, struct arena *arena, struct attempt_list *out,
                   struct err *err)
{
    struct sql *sql = state_select(state, attempts_query(status), ARGS(arg_word(&attempt_status_names, (int)status)));

    return read_attempts(state, sql, arena, out, err);
}

int state_message_attempts(struct state *state, int64_t message, struct arena *arena, struct attempt_list *out,
                           struct err *err)
{
    struct sql *sql = state_select(state, ATTEMPT_COLUMNS "WHERE a.message = ?1 ORDER BY a.n", ARGS(arg_int(message)));

    return read_attempts(state, sql, arena, out, err);
}

int state_last_attempt(struct state *state, const struct message *message, struct arena *arena, struct attempt **out,
                       struct err *err)
{
    struct sql *sql = state_select(
        state, ATTEMPT_COLUMNS "WHERE m.notice = ?1 AND m.channel = ?2 AND m.recipient = ?3 ORDER BY a.id DESC LIMIT 1",
        ARGS(arg_int(message->notice), arg_word(&channel_names, (int)message->channel), arg_int(message->recipient)));
    struct attempt_list found;

    if (read_attempts(state, sql, arena, &found, err) != 0)
        return -1;
    *out = found.count > 0 ? found.list : NULL;
    return 0;
}

/* ---- tasks and addresses ---- */

void read_task(struct sql *sql, struct arena *arena, struct task *task)
{
    task->id = sql_get_int(sql, 0);
    task->notice = sql_get_int(sql, 1);
    task->kind = (enum task_kind)get_word(sql, 2, &task_kind_names);
    task->status = (enum task_status)get_word(sql, 3, &task_status_names);
    task->outcome = (enum task_outcome)get_word(sql, 4, &task_outcome_names);
    task->customer = sql_get_text(sql, 5, arena);
    task->invoice_id = sql_get_text(sql, 6, arena);
    task->line = (int32_t)sql_get_int(sql, 7);
    task->episode = (int32_t)sql_get_int(sql, 8);
    task->policy = sql_get_text(sql, 9, arena);
    task->step = sql_get_text(sql, 10, arena);
    task->title = sql_get_text(sql, 11, arena);
    task->assignee = sql_get_text(sql, 12, arena);
    task->due = get_day(sql, 13);
    task->created_at = sql_get_int(sql, 14);
    task->done_at = get_moment(sql, 15);
    task->done_on = get_day(sql, 16);
}

const char *address_normal(const char *channel, const char *address, struct arena *arena)
{
    struct text text;
    const char *p = address;

    if (!text_equal(channel, "sms"))
        return text_trim(arena, address);
    text_init(&text, arena);
    p = text_trim(arena, address);
    if (*p == '+' || text_starts(p, "00"))
        text_add_char(&text, '+');
    if (text_starts(p, "00"))
        p += 2;
    for (; *p != '\0'; p++)
        if (*p >= '0' && *p <= '9')
            text_add_char(&text, *p);
    return text.data;
}
