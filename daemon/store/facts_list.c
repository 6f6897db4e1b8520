/* Rows for `list`: the newest ones that fit, in ascending order. */
#include "base/text.h"
#include "store/facts_core.h"

#define LIMIT_DEFAULT 1000

static int64_t limit_of(const struct fact_filter *filter)
{
    return filter->limit == 0 ? LIMIT_DEFAULT : (int64_t)filter->limit;
}

/* The word of a filter's status, "" for any. */
static const char *status_of(const struct fact_filter *filter, const struct names *names)
{
    return filter->status < 0 ? "" : names_word(names, filter->status);
}

#define WHERE_NOTICE "(?1 = '' OR n.customer = ?1) AND (?2 = '' OR n.policy = ?2) AND (?3 = '' OR n.step = ?3) "

int facts_notices(struct state *state, const struct fact_filter *filter, struct arena *arena, struct notice_list *out,
                  struct err *err)
{
    struct sql *sql =
        state_select(state,
                     NOTICE_COLUMNS "WHERE id IN (SELECT n.id FROM notices n WHERE " WHERE_NOTICE
                                    "AND (?4 = '' OR n.status = ?4) ORDER BY n.id DESC LIMIT ?5) ORDER BY id",
                     ARGS(arg_text(filter->customer), arg_text(filter->policy), arg_text(filter->step),
                          arg_text(status_of(filter, &notice_status_names)), arg_int(limit_of(filter))));

    return read_notices(state, sql, arena, out, err);
}

int facts_messages(struct state *state, const struct fact_filter *filter, struct arena *arena, struct message_list *out,
                   struct err *err)
{
    struct sql *sql = state_select(state,
                                   MESSAGE_COLUMNS "FROM messages m WHERE m.id IN (SELECT k.id FROM messages k JOIN "
                                                   "notices n ON n.id = k.notice WHERE " WHERE_NOTICE
                                                   "AND (?4 = '' OR k.status = ?4 OR (?4 = 'planned' AND k.status IN "
                                                   "('reserve', 'frozen'))) ORDER BY k.id DESC LIMIT ?5) ORDER BY m.id",
                                   ARGS(arg_text(filter->customer), arg_text(filter->policy), arg_text(filter->step),
                                        arg_text(status_of(filter, &message_status_names)), arg_int(limit_of(filter))));

    return read_messages(state, sql, arena, out, err);
}

static void read_hold(struct sql *sql, struct arena *arena, struct hold *hold)
{
    hold->id = sql_get_int(sql, 0);
    hold->scope = (enum hold_scope)get_word(sql, 1, &hold_scope_names);
    hold->kind = (enum hold_kind)get_word(sql, 2, &hold_kind_names);
    hold->target = sql_get_text(sql, 3, arena);
    hold->reason = sql_get_text(sql, 4, arena);
    hold->author = sql_get_text(sql, 5, arena);
    hold->start_at = sql_get_int(sql, 6);
    hold->until = get_day(sql, 7);
    hold->released_at = get_moment(sql, 8);
}

int facts_holds(struct state *state, const struct fact_filter *filter, struct arena *arena, struct hold_list *out,
                struct err *err)
{
    struct hold *list = NULL;
    size_t found = 0, capacity = 0;
    struct sql *sql = state_select(state,
                                   "SELECT id, scope, kind, target, reason, author, start_at, until, released_at FROM "
                                   "holds WHERE id IN (SELECT id FROM holds WHERE (?1 = '' OR (scope = 'customer' AND "
                                   "target = ?1)) AND (?2 = '' OR (scope = 'policy' AND target = ?2)) AND "
                                   "(?3 < 0 OR (released_at IS NOT NULL) = ?3) ORDER BY id DESC LIMIT ?4) ORDER BY id",
                                   ARGS(arg_text(filter->customer), arg_text(filter->policy), arg_int(filter->status),
                                        arg_int(limit_of(filter))));
    int row;

    while ((row = state_row(state, sql, err)) == 1) {
        list = list_grow(arena, list, found, &capacity, sizeof *list);
        read_hold(sql, arena, &list[found++]);
    }
    *out = (struct hold_list){list, found};
    return row;
}

int facts_tasks(struct state *state, const struct fact_filter *filter, struct arena *arena, struct task_list *out,
                struct err *err)
{
    struct task *list = NULL;
    size_t found = 0, capacity = 0;
    struct sql *sql =
        state_select(state,
                     TASK_COLUMNS "WHERE id IN (SELECT n.id FROM tasks n WHERE " WHERE_NOTICE
                                  "AND (?4 = '' OR n.status = ?4) ORDER BY n.id DESC LIMIT ?5) ORDER BY id",
                     ARGS(arg_text(filter->customer), arg_text(filter->policy), arg_text(filter->step),
                          arg_text(status_of(filter, &task_status_names)), arg_int(limit_of(filter))));
    int row;

    while ((row = state_row(state, sql, err)) == 1) {
        list = list_grow(arena, list, found, &capacity, sizeof *list);
        read_task(sql, arena, &list[found++]);
    }
    *out = (struct task_list){list, found};
    return row;
}

int facts_optouts(struct state *state, struct arena *arena, struct optout_list *out, struct err *err)
{
    struct optout_row *list = NULL;
    size_t found = 0, capacity = 0;
    struct sql *sql =
        state_select(state, "SELECT channel, digest, author, reason, at FROM optouts ORDER BY at, channel, digest",
                     NO_ARGS);
    int row;

    while ((row = state_row(state, sql, err)) == 1) {
        list = list_grow(arena, list, found, &capacity, sizeof *list);
        list[found].channel = sql_get_text(sql, 0, arena);
        list[found].digest = sql_get_text(sql, 1, arena);
        list[found].author = sql_get_text(sql, 2, arena);
        list[found].reason = sql_get_text(sql, 3, arena);
        list[found++].at = sql_get_int(sql, 4);
    }
    *out = (struct optout_list){list, found};
    return row;
}
