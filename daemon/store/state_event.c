/* The event log. */
#include "base/text.h"
#include "store/state_core.h"

#define LIMIT_DEFAULT 1000

int state_event(struct state *state, const struct event *event, struct err *err)
{
    return state_run(
        state,
        "INSERT INTO events(kind, at, customer, invoices, notice, message, policy, step, channel, provider, "
        "reason, amount, currency, provider_id, text, author) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        ARGS(arg_word(&event_names, (int)event->kind), arg_int(event->at), arg_text(event->customer),
             arg_text(event->invoices), arg_id(event->notice), arg_id(event->message), arg_text(event->policy),
             arg_text(event->step), arg_text(event->channel), arg_text(event->provider),
             arg_word(&reason_names, (int)event->reason), arg_int(event->amount), arg_text(event->currency),
             arg_text(event->provider_id), arg_text(event->text), arg_text(event->author)),
        err);
}

static void read_event(struct sql *sql, struct arena *arena, struct logged_event *out)
{
    struct event *event = &out->event;

    out->seq = sql_get_int(sql, 0);
    event->kind = (enum event_kind)get_word(sql, 1, &event_names);
    event->at = sql_get_int(sql, 2);
    event->customer = sql_get_text(sql, 3, arena);
    event->invoices = sql_get_text(sql, 4, arena);
    event->notice = sql_get_int(sql, 5);
    event->message = sql_get_int(sql, 6);
    event->policy = sql_get_text(sql, 7, arena);
    event->step = sql_get_text(sql, 8, arena);
    event->channel = sql_get_text(sql, 9, arena);
    event->provider = sql_get_text(sql, 10, arena);
    event->reason = (enum reason)get_word(sql, 11, &reason_names);
    event->amount = sql_get_int(sql, 12);
    get_currency(sql, 13, event->currency);
    event->provider_id = sql_get_text(sql, 14, arena);
    event->text = sql_get_text(sql, 15, arena);
    event->author = sql_get_text(sql, 16, arena);
}

#define COLUMNS                                                                                                    \
    "SELECT seq, kind, at, customer, invoices, notice, message, policy, step, channel, provider, reason, amount, " \
    "currency, provider_id, text, author FROM events "
#define MATCH                                                                       \
    "(?2 = '' OR kind = ?2) AND at >= ?3 AND seq > ?4 AND (?5 = 0 OR notice = ?5) " \
    "AND (?6 = '' OR instr(',' || invoices || ',', ',' || ?6 || ',') OR "           \
    "instr(',' || invoices, ',' || ?6 || '/')) "

/* The newest ones come last to first; what follows a known event comes in order, so that a follower misses none. */
static const char *const queries[2][2] = {
    {COLUMNS "WHERE ?1 = '' AND " MATCH "ORDER BY seq DESC LIMIT ?7",
     COLUMNS "WHERE ?1 = '' AND " MATCH "ORDER BY seq LIMIT ?7"},
    {COLUMNS "WHERE customer = ?1 AND " MATCH "ORDER BY seq DESC LIMIT ?7",
     COLUMNS "WHERE customer = ?1 AND " MATCH "ORDER BY seq LIMIT ?7"},
};

static void turn_round(struct logged_event *list, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct logged_event first = list[i];

        list[i] = list[count - 1 - i];
        list[count - 1 - i] = first;
    }
}

/* The customer of a notice: his events are few and indexed. */
static int customer_of(struct state *state, const struct event_filter *filter, struct arena *arena,
                       const char **customer, struct err *err)
{
    struct sql *sql;
    int row;

    *customer = filter->customer;
    if (filter->notice == 0 || !text_empty(filter->customer))
        return 0;
    sql = state_select(state, "SELECT customer FROM notices WHERE id = ?1", ARGS(arg_int(filter->notice)));
    row = state_row(state, sql, err);
    if (row == 1)
        *customer = sql_get_text(sql, 0, arena);
    return row < 0 ? -1 : sql_end(sql, err);
}

int state_events(struct state *state, const struct event_filter *filter, struct arena *arena, struct event_list *out,
                 struct err *err)
{
    const char *kind = filter->kind < 0 ? "" : names_word(&event_names, filter->kind);
    bool follows = filter->after_seq != 0;
    struct logged_event *list = NULL;
    size_t found = 0, capacity = 0;
    const char *customer;
    struct sql *sql;
    int row;

    if (customer_of(state, filter, arena, &customer, err) != 0)
        return -1;
    sql = state_select(state, queries[!text_empty(customer)][follows],
                       ARGS(arg_text(customer), arg_text(kind), arg_int(filter->since), arg_int(filter->after_seq),
                            arg_int(filter->notice), arg_text(filter->invoice),
                            arg_int(filter->limit == 0 ? LIMIT_DEFAULT : (int64_t)filter->limit)));
    while ((row = state_row(state, sql, err)) == 1) {
        list = list_grow(arena, list, found, &capacity, sizeof *list);
        read_event(sql, arena, &list[found++]);
    }
    if (row < 0)
        return -1;
    if (!follows)
        turn_round(list, found);
    *out = (struct event_list){list, found};
    return 0;
}
