/*
 * What becomes of a notice, its records and its messages when one of them was
 * accepted, refused, left in doubt or withdrawn (RULES R23-R27).
 */
#include "store/state_turn.h"
#include "base/text.h"

/* ---- parcels ---- */

static void read_parcel(struct sql *sql, struct arena *arena, struct parcel *out)
{
    out->attempt = sql_get_int(sql, 0);
    out->token = (uint64_t)sql_get_int(sql, 1);
    out->attempt_status =
        sql_is_null(sql, 2) ? ATTEMPT_CLAIMED : (enum attempt_status)get_word(sql, 2, &attempt_status_names);
    out->committed_at = get_moment(sql, 3);
    out->provider = sql_get_text(sql, 4, arena);
    out->message = sql_get_int(sql, 5);
    out->notice = sql_get_int(sql, 6);
    out->channel = (enum channel)get_word(sql, 7, &channel_names);
    out->recipient = (int)sql_get_int(sql, 8);
    out->attempts = (int)sql_get_int(sql, 9);
    out->revision = (int)sql_get_int(sql, 10);
    out->turn = (enum turn)sql_get_int(sql, 11);
    out->carries = sql_get_int(sql, 12) != 0 || out->turn == TURN_FALLBACK;
    out->status = (enum message_status)get_word(sql, 13, &message_status_names);
    out->customer = sql_get_text(sql, 14, arena);
    out->policy = sql_get_text(sql, 15, arena);
    out->step = sql_get_text(sql, 16, arena);
    out->require = sql_get_text(sql, 17, arena);
    get_currency(sql, 18, out->currency);
    out->total = sql_get_int(sql, 19);
    out->action = (enum action)get_word(sql, 20, &action_names);
    out->notice_status = (enum notice_status)get_word(sql, 21, &notice_status_names);
    out->reserve = sql_get_int(sql, 22) != 0;
}

#define PARCEL_COLUMNS                                                                                                 \
    "SELECT a.id, a.token, a.status, a.committed_at, a.provider, m.id, m.notice, m.channel, m.recipient, m.attempts, " \
    "m.revision, m.turn, m.carries, iif(m.status IN ('reserve', 'frozen'), 'planned', m.status), n.customer, "         \
    "n.policy, n.step, n.require, n.currency, n.total, n.action, n.status, m.status IN ('reserve', 'frozen') "

int parcel_load(struct state *state, int64_t attempt, int64_t message, struct parcel *out, struct err *err)
{
    struct sql *sql =
        attempt != 0 ? state_select(state,
                                    PARCEL_COLUMNS "FROM attempts a JOIN messages m ON m.id = a.message "
                                                   "JOIN notices n ON n.id = m.notice WHERE a.id = ?1",
                                    ARGS(arg_int(attempt)))
                     : state_select(state,
                                    PARCEL_COLUMNS
                                    "FROM messages m JOIN notices n ON n.id = m.notice "
                                    "LEFT JOIN attempts a ON a.message = m.id AND a.n = m.attempts WHERE m.id = ?1",
                                    ARGS(arg_int(message)));
    int row = state_row(state, sql, err);

    if (row != 1)
        return row;
    read_parcel(sql, state->scratch, out);
    if (sql_end(sql, err) != 0 || read_items(state, out->notice, state->scratch, &out->items, err) != 0)
        return -1;
    out->invoices = invoices_of(out->items.list, out->items.count, state->scratch);
    return 1;
}

struct event parcel_event(const struct parcel *parcel, enum event_kind kind, moment_t at)
{
    struct event event = {
        .kind = kind, .at = at, .notice = parcel->notice, .message = parcel->message, .amount = parcel->total};

    event.customer = parcel->customer;
    event.invoices = parcel->invoices;
    event.policy = parcel->policy;
    event.step = parcel->step;
    event.channel = names_word(&channel_names, (int)parcel->channel);
    event.provider = parcel->provider;
    event.provider_id = event.text = event.author = "";
    for (size_t i = 0; i < CURRENCY_SIZE; i++)
        event.currency[i] = parcel->currency[i];
    return event;
}

/* ---- records ---- */

#define RECORDS_OF                                                                                        \
    "FROM notice_items i WHERE i.notice = ?1 AND i.occurrence > 0 AND records.invoice_id = i.invoice_id " \
    "AND records.line = i.line AND records.episode = i.episode AND records.step = i.step "                \
    "AND records.occurrence = i.occurrence AND records.revoked = 0 AND records.notice = ?1"

struct mark {
    enum record_status status;
    struct stamp stamp;
    const char *channel;
};

static int record_mark(struct state *state, int64_t notice, const struct notice_item *item, const struct mark *mark,
                       struct err *err)
{
    return state_run(
        state,
        "UPDATE records SET status = ?7, at = ?8, on_day = ?9, deadline = ?10, due_on = ?11, channel = ?12 "
        "WHERE notice = ?1 AND invoice_id = ?2 AND line = ?3 AND episode = ?4 AND step = ?5 "
        "AND occurrence = ?6 AND revoked = 0",
        ARGS(arg_int(notice), arg_text(item->invoice_id), arg_int(item->line), arg_int(item->episode),
             arg_text(item->step), arg_int(item->occurrence), arg_word(&record_status_names, (int)mark->status),
             arg_int(mark->stamp.at), arg_day(mark->stamp.on), arg_day(item->deadline), arg_day(item->due_on),
             arg_text(mark->channel)),
        err);
}

/* One by one: this is done for each message, and an UPDATE over a join builds a table in memory first. */
static int records_mark(struct state *state, const struct parcel *parcel, const struct mark *mark, struct err *err)
{
    for (size_t i = 0; i < parcel->items.count; i++)
        if (parcel->items.list[i].occurrence > 0 &&
            record_mark(state, parcel->notice, &parcel->items.list[i], mark, err) != 0)
            return -1;
    return 0;
}

static int records_plan(struct state *state, int64_t notice, struct err *err)
{
    return state_run(state,
                     "UPDATE records SET status = 'planned', deadline = NULL, channel = '' " RECORDS_OF
                     " AND records.status = 'uncertain'",
                     ARGS(arg_int(notice)), err);
}

/* revoked takes the notice's number, so that the line is free for another one. */
static int records_withdraw(struct state *state, int64_t notice, struct err *err)
{
    return state_run(state,
                     "UPDATE records SET status = 'withdrawn', revoked = ?1 " RECORDS_OF
                     " AND records.status IN ('planned', 'uncertain')",
                     ARGS(arg_int(notice)), err);
}

/* ---- messages and attempts ---- */

int message_end(struct state *state, int64_t message, const char *status, moment_t last_at, struct err *err)
{
    return state_run(state, "UPDATE messages SET status = ?2, last_at = ?3 WHERE id = ?1",
                     ARGS(arg_int(message), arg_text(status), arg_moment(last_at)), err);
}

int message_again(struct state *state, int64_t message, moment_t not_before, struct err *err)
{
    return state_run(
        state,
        "UPDATE messages SET not_before = ?2, last_at = NULL, status = iif((SELECT n.status FROM notices n "
        "WHERE n.id = messages.notice) = 'uncertain', 'frozen', 'planned') WHERE id = ?1",
        ARGS(arg_int(message), arg_int(not_before)), err);
}

int message_anew(struct state *state, const struct parcel *parcel, enum reason reason, struct span span,
                 struct err *err)
{
    struct event event = parcel_event(parcel, EVENT_SUPERSEDED, span.at);

    event.reason = reason;
    if (message_end(state, parcel->message, "superseded", MOMENT_NONE, err) != 0 ||
        state_run(state,
                  "INSERT INTO messages(notice, channel, recipient, revision, turn, carries, status, name, address, "
                  "language, digest, not_before, rank, amount, oldest_due) "
                  "SELECT notice, channel, recipient, revision + 1, turn, carries, 'planned', name, address, language, "
                  "digest, ?2, rank, amount, oldest_due FROM messages WHERE id = ?1",
                  ARGS(arg_int(parcel->message), arg_int(span.until)), err) != 0)
        return -1;
    return state_event(state, &event, err);
}

int attempt_end(struct state *state, int64_t attempt, enum attempt_status status, moment_t at, struct err *err)
{
    return state_run(state, "UPDATE attempts SET status = ?2, done_at = ?3 WHERE id = ?1",
                     ARGS(arg_int(attempt), arg_word(&attempt_status_names, (int)status), arg_moment(at)), err);
}

int notice_release(struct state *state, int64_t notice, enum turn last, struct err *err)
{
    int64_t waits = 0;

    /* Most notices keep nothing in reserve, and looking costs less than an UPDATE that finds nothing. */
    if (state_value(state, "SELECT 1 FROM messages WHERE notice = ?1 AND status = 'reserve' AND turn <= ?2 LIMIT 1",
                    ARGS(arg_int(notice), arg_int((int64_t)last)), &waits, err) < 0)
        return -1;
    if (waits == 0)
        return 0;
    return state_run(state,
                     "UPDATE messages SET status = 'planned', not_before = 0 "
                     "WHERE notice = ?1 AND status = 'reserve' AND turn <= ?2",
                     ARGS(arg_int(notice), arg_int((int64_t)last)), err);
}

int count_accepted(struct state *state, moment_t at, struct err *err)
{
    return state_run(state,
                     "INSERT INTO daily(day, accepted) VALUES(?1, 1) "
                     "ON CONFLICT DO UPDATE SET accepted = accepted + 1",
                     ARGS(arg_int(at / DAY_SECONDS)), err);
}

/* ---- the notice ---- */

static int notice_set(struct state *state, int64_t notice, enum notice_status status, struct stamp stamp,
                      struct err *err)
{
    return state_run(state, "UPDATE notices SET status = ?2, at = ?3, at_on = ?4 WHERE id = ?1",
                     ARGS(arg_int(notice), arg_word(&notice_status_names, (int)status), arg_int(stamp.at),
                          arg_day(stamp.on)),
                     err);
}

static int notice_mark(struct state *state, int64_t notice, enum notice_status status, struct err *err)
{
    return state_run(state, "UPDATE notices SET status = ?2 WHERE id = ?1",
                     ARGS(arg_int(notice), arg_word(&notice_status_names, (int)status)), err);
}

int notice_accept(struct state *state, const struct parcel *parcel, struct stamp stamp, const char *channel,
                  struct err *err)
{
    struct event reached = parcel_event(parcel, EVENT_REACHED, stamp.at);
    struct mark mark = {RECORD_ACCEPTED, stamp, channel};

    reached.channel = channel;
    if (notice_set(state, parcel->notice, NOTICE_ACCEPTED, stamp, err) != 0 ||
        records_mark(state, parcel, &mark, err) != 0 || state_event(state, &reached, err) != 0)
        return -1;
    if (parcel->action != ACTION_HANDOFF)
        return 0;
    reached.kind = EVENT_HANDED_OFF;
    return state_event(state, &reached, err);
}

/* RULES R26: the items are frozen on all channels, so what is still planned waits. */
int notice_doubt(struct state *state, const struct parcel *parcel, struct stamp stamp, struct err *err)
{
    struct mark mark = {RECORD_UNCERTAIN, stamp, names_word(&channel_names, (int)parcel->channel)};

    if (notice_set(state, parcel->notice, NOTICE_UNCERTAIN, stamp, err) != 0 ||
        records_mark(state, parcel, &mark, err) != 0)
        return -1;
    return state_run(state, "UPDATE messages SET status = 'frozen' WHERE notice = ?1 AND status = 'planned'",
                     ARGS(arg_int(parcel->notice)), err);
}

int notice_thaw(struct state *state, const struct parcel *parcel, struct err *err)
{
    int64_t doubts = 0;

    if (parcel->notice_status != NOTICE_UNCERTAIN)
        return 0;
    if (state_value(state,
                    "SELECT EXISTS(SELECT 1 FROM messages WHERE notice = ?1 AND id <> ?2 AND status = 'uncertain')",
                    ARGS(arg_int(parcel->notice), arg_int(parcel->message)), &doubts, err) < 0)
        return -1;
    if (doubts != 0)
        return 0;
    if (notice_mark(state, parcel->notice, NOTICE_PLANNED, err) != 0 || records_plan(state, parcel->notice, err) != 0)
        return -1;
    return state_run(state, "UPDATE messages SET status = 'planned' WHERE notice = ?1 AND status = 'frozen'",
                     ARGS(arg_int(parcel->notice)), err);
}

int notice_fail(struct state *state, const struct parcel *parcel, struct stamp stamp, struct err *err)
{
    struct task task = {.notice = parcel->notice, .kind = TASK_NO_ADDRESS, .created_at = stamp.at, .due = stamp.on};

    if (notice_mark(state, parcel->notice, NOTICE_FAILED, err) != 0)
        return -1;
    task.customer = parcel->customer;
    task.policy = parcel->policy;
    task.step = parcel->step;
    task.title = "every channel of the step was refused; reach the customer another way";
    task.invoice_id = task.assignee = "";
    for (size_t i = 0; i < parcel->items.count && text_empty(task.invoice_id); i++)
        if (parcel->items.list[i].occurrence > 0) {
            task.invoice_id = parcel->items.list[i].invoice_id;
            task.line = parcel->items.list[i].line;
            task.episode = parcel->items.list[i].episode;
        }
    return put_task(state, &task, err);
}

/* ---- withdrawal ---- */

struct withdrawn {
    int64_t notice;
    enum notice_status status;
    struct event event;
};

static int load_withdrawn(struct state *state, const struct withdrawal *withdrawal, struct withdrawn *out,
                          struct err *err)
{
    struct notice *stored;

    if (state_notice(state, withdrawal->notice, state->scratch, &stored, err) != 0)
        return -1;
    out->notice = withdrawal->notice;
    out->status = stored->status;
    out->event = (struct event){.kind = EVENT_WITHDRAWN,
                                .notice = stored->id,
                                .reason = withdrawal->reason,
                                .amount = stored->total};
    out->event.customer = stored->customer;
    out->event.invoices = invoices_of(stored->items, stored->item_count, state->scratch);
    out->event.policy = stored->policy;
    out->event.step = stored->step;
    out->event.channel = out->event.provider = out->event.provider_id = out->event.text = out->event.author = "";
    for (size_t i = 0; i < CURRENCY_SIZE; i++)
        out->event.currency[i] = stored->currency[i];
    return 0;
}

/* Once `yes` may have been said for a message of the notice, only its outcome decides. */
static int may_have_left(struct state *state, int64_t notice, int64_t *out, struct err *err)
{
    return state_value(
        state,
        "SELECT EXISTS(SELECT 1 FROM messages m JOIN attempts a ON a.message = m.id AND a.n = m.attempts "
        "WHERE m.notice = ?1 AND m.status IN ('in_flight', 'uncertain') "
        "AND a.status IN ('committing', 'uncertain'))",
        ARGS(arg_int(notice)), out, err);
}

/* A claimed attempt that is still with the sender gets `no` when it asks: it is not claimed any more. */
static int stop_attempts(struct state *state, const struct withdrawn *withdrawn, struct err *err)
{
    return state_run(state,
                     "UPDATE attempts SET status = 'gate_no', reason = ?2, done_at = ?3 WHERE status = 'claimed' AND "
                     "message IN (SELECT id FROM messages WHERE notice = ?1 AND status = 'in_flight')",
                     ARGS(arg_int(withdrawn->notice), arg_word(&reason_names, (int)withdrawn->event.reason),
                          arg_int(withdrawn->event.at)),
                     err);
}

static int stop_messages(struct state *state, const struct withdrawn *withdrawn, int64_t *stopped, struct err *err)
{
    /* What an accepted notice keeps in reserve is for a bounce. */
    bool keep = withdrawn->status == NOTICE_ACCEPTED;

    if (stop_attempts(state, withdrawn, err) != 0 ||
        state_run(state,
                  "UPDATE messages SET status = 'withdrawn', last_at = NULL WHERE notice = ?1 AND "
                  "(status IN ('planned', 'frozen', 'in_flight') OR (status = 'reserve' AND NOT ?2))",
                  ARGS(arg_int(withdrawn->notice), arg_int(keep)), err) != 0)
        return -1;
    *stopped = state_changed(state);
    return 0;
}

int notice_close_tasks(struct state *state, int64_t notice, enum reason reason, moment_t at, struct err *err)
{
    return state_run(state,
                     "UPDATE tasks SET status = 'done', outcome = 'other', done_at = ?2, note = ?3 "
                     "WHERE notice = ?1 AND status = 'open'",
                     ARGS(arg_int(notice), arg_int(at), arg_word(&reason_names, (int)reason)), err);
}

static bool stands(enum notice_status status)
{
    return status == NOTICE_AWAITING_APPROVAL || status == NOTICE_PLANNED || status == NOTICE_FAILED ||
           status == NOTICE_REJECTED;
}

int notice_withdraw(struct state *state, const struct withdrawal *withdrawal, moment_t now, bool *did, struct err *err)
{
    int64_t notice = withdrawal->notice;
    struct withdrawn withdrawn;
    int64_t left = 0, stopped = 0;

    *did = false;
    if (load_withdrawn(state, withdrawal, &withdrawn, err) != 0 || may_have_left(state, notice, &left, err) < 0)
        return -1;
    withdrawn.event.at = now;
    if (left != 0 || (!stands(withdrawn.status) && withdrawn.status != NOTICE_ACCEPTED))
        return 0;
    if (stop_messages(state, &withdrawn, &stopped, err) != 0)
        return -1;
    *did = stopped > 0 || stands(withdrawn.status);
    if (!*did)
        return 0;
    if (stands(withdrawn.status) &&
        (records_withdraw(state, notice, err) != 0 || notice_mark(state, notice, NOTICE_WITHDRAWN, err) != 0 ||
         notice_close_tasks(state, notice, withdrawal->reason, now, err) != 0))
        return -1;
    if (state_event(state, &withdrawn.event, err) != 0)
        return -1;
    return state_wake(state, withdrawn.event.customer, now, err);
}

int state_withdraw(struct state *state, int64_t notice, enum reason reason, moment_t now, struct err *err)
{
    bool did;

    return notice_withdraw(state, &(struct withdrawal){notice, reason}, now, &did, err);
}
