/* Figures: what the limits and the breaker count, and what `status` shows. */
#include <stddef.h>

#include "store/state_core.h"
#include "store/state_parts.h"

#define DAYS_MAX 30

int state_sent_between(struct state *state, moment_t from, moment_t to, int64_t *messages, struct err *err)
{
    int64_t sent = 0, undecided = 0;

    if (state_value(state,
                    "SELECT count(*) FROM messages WHERE last_at >= ?1 AND last_at < ?2 "
                    "AND status IN ('accepted', 'uncertain')",
                    ARGS(arg_int(from), arg_int(to)), &sent, err) < 0 ||
        state_value(state, "SELECT count(*) FROM messages WHERE status = 'in_flight'", NO_ARGS, &undecided, err) < 0)
        return -1;
    *messages = sent + undecided;
    return 0;
}

/* Today is not over, so it does not count yet. */
int state_daily_counts(struct state *state, moment_t now, int64_t counts[30], size_t *days, struct err *err)
{
    int64_t today = now / DAY_SECONDS;
    struct sql *sql = state_select(state, "SELECT accepted FROM daily WHERE day >= ?1 AND day < ?2 ORDER BY accepted",
                                   ARGS(arg_int(today - DAYS_MAX), arg_int(today)));
    int row;

    *days = 0;
    while ((row = state_row(state, sql, err)) == 1)
        if (*days < DAYS_MAX)
            counts[(*days)++] = sql_get_int(sql, 0);
    return row;
}

/* One figure of `status`; ?1 is the beginning of the day, ?2 its date.  Each is a walk over an index of open rows. */
struct figure {
    size_t offset;
    const char *text;
};

#define FIGURE(member, text)                        \
    {                                               \
        offsetof(struct state_counts, member), text \
    }

static const struct figure figures[] = {
    FIGURE(planned, "SELECT (SELECT count(*) FROM messages WHERE status = 'planned' AND not_before = 0) + "
                    "(SELECT count(*) FROM messages WHERE status = 'planned' AND not_before > 0), ?1, ?2"),
    FIGURE(in_flight, "SELECT count(*), ?1, ?2 FROM messages WHERE status = 'in_flight'"),
    FIGURE(uncertain, "SELECT count(*), ?1, ?2 FROM messages WHERE status = 'uncertain'"),
    FIGURE(awaiting_approval, "SELECT count(*), ?1, ?2 FROM notices WHERE status = 'awaiting_approval'"),
    FIGURE(failed, "SELECT count(*), ?1, ?2 FROM notices WHERE status = 'failed'"),
    FIGURE(open_tasks, "SELECT count(*), ?1, ?2 FROM tasks WHERE status = 'open'"),
    FIGURE(active_holds,
           "SELECT count(*), ?1, ?2 FROM holds WHERE released_at IS NULL AND (until IS NULL OR until >= ?2)"),
    FIGURE(accepted_today, "SELECT count(*), ?1, ?2 FROM messages WHERE last_at >= ?1 AND status = 'accepted'"),
    FIGURE(refused_today, "SELECT count(*), ?1, ?2 FROM messages WHERE last_at >= ?1 AND status = 'refused'"),
    FIGURE(customers_waiting, "SELECT count(*), ?1, ?2 FROM customers WHERE next_at IS NOT NULL"),
    FIGURE(exhausted, "SELECT count(*), ?1, ?2 FROM tasks WHERE kind = 'at_end' AND status = 'open'"),
    FIGURE(oldest_planned, "SELECT min(n.planned_at), ?1, ?2 FROM messages m JOIN notices n ON n.id = m.notice "
                           "WHERE m.status = 'planned'"),
};

static int count_all(struct state *state, moment_t day_start, struct state_counts *out, struct err *err)
{
    day_t today = (day_t)((day_start + DAY_SECONDS / 2) / DAY_SECONDS); /* the date, whatever the zone */

    *out = (struct state_counts){.oldest_planned = MOMENT_NONE};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        struct sql *sql = state_select(state, figures[i].text, ARGS(arg_int(day_start), arg_day(today)));
        void *place = (char *)out + figures[i].offset;
        int64_t *figure = place;

        if (state_row(state, sql, err) < 0)
            return -1;
        *figure = get_moment(sql, 0);
        sql_reset(sql);
    }
    return 0;
}

/* Asked for at every poll, counted only after somebody wrote: an idle poll does not grow with the state. */
int state_counts(struct state *state, moment_t day_start, struct state_counts *out, struct err *err)
{
    int64_t changes = sqlite3_total_changes64(state->db), version = 0;

    if (state_version(state, &version, err) != 0)
        return -1;
    if (version != state->counts_version || changes != state->counts_changes || day_start != state->counts_day) {
        if (count_all(state, day_start, &state->counts, err) != 0)
            return -1;
        state->counts_version = version;
        state->counts_changes = changes;
        state->counts_day = day_start;
    }
    *out = state->counts;
    return 0;
}
