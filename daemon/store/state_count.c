/* Figures: what the limits and the breaker count, and what `status` shows. */
#include <stddef.h>
#include <string.h>

#include "store/state_core.h"
#include "store/state_parts.h"

#define DAYS_MAX 30
#define MINUTE 60

struct period {
    moment_t from, to;
};

/* By whole minutes: the one that `from` lies in counts in full. */
static int sum_minutes(struct state *state, const char *status, const struct period *period, int64_t *sum,
                       struct err *err)
{
    return state_value(state,
                       "SELECT coalesce(sum(messages), 0) FROM minutes "
                       "WHERE status = ?1 AND minute >= ?2 AND minute <= ?3",
                       ARGS(arg_text(status), arg_int(period->from / MINUTE), arg_int((period->to - 1) / MINUTE)), sum,
                       err);
}

int state_sent_between(struct state *state, moment_t from, moment_t to, int64_t *messages, struct err *err)
{
    int64_t accepted = 0, uncertain = 0, undecided = 0;
    struct period period = {from, to};

    if (sum_minutes(state, "accepted", &period, &accepted, err) < 0 ||
        sum_minutes(state, "uncertain", &period, &uncertain, err) < 0 ||
        state_value(state, "SELECT count(*) FROM messages WHERE status = 'in_flight'", NO_ARGS, &undecided, err) < 0)
        return -1;
    *messages = accepted + uncertain + undecided;
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

/* ---- figures of `status` ---- */

/* ?1 is the minute in which the day begins, ?2 its date.  Each is a walk over an index of open rows. */
struct figure {
    size_t offset;
    bool by_day;
    const char *text;
};

#define FIGURE(member, by_day, text)                        \
    {                                                       \
        offsetof(struct state_counts, member), by_day, text \
    }

static const struct figure figures[] = {
    FIGURE(planned, false,
           "SELECT (SELECT count(*) FROM messages WHERE status = 'planned' AND not_before = 0) + "
           "(SELECT count(*) FROM messages WHERE status = 'planned' AND not_before > 0), ?1, ?2"),
    FIGURE(in_flight, false, "SELECT count(*), ?1, ?2 FROM messages WHERE status = 'in_flight'"),
    FIGURE(uncertain, false, "SELECT count(*), ?1, ?2 FROM messages WHERE status = 'uncertain'"),
    FIGURE(awaiting_approval, false, "SELECT count(*), ?1, ?2 FROM notices WHERE status = 'awaiting_approval'"),
    FIGURE(failed, false, "SELECT count(*), ?1, ?2 FROM notices WHERE status = 'failed'"),
    FIGURE(open_tasks, false, "SELECT count(*), ?1, ?2 FROM tasks WHERE status = 'open'"),
    FIGURE(exhausted, false, "SELECT count(*), ?1, ?2 FROM tasks WHERE kind = 'at_end' AND status = 'open'"),
    FIGURE(customers_waiting, false, "SELECT count(*), ?1, ?2 FROM customers WHERE next_at IS NOT NULL"),
    FIGURE(oldest_planned, false,
           "SELECT min(planned_at), ?1, ?2 FROM notices WHERE status = 'planned' AND action <> 'task'"),
    FIGURE(active_holds, true,
           "SELECT count(*), ?1, ?2 FROM holds WHERE released_at IS NULL AND (until IS NULL OR until >= ?2)"),
    FIGURE(accepted_today, true,
           "SELECT coalesce(sum(messages), 0), ?1, ?2 FROM minutes WHERE status = 'accepted' AND minute >= ?1"),
    FIGURE(refused_today, true,
           "SELECT coalesce(sum(messages), 0), ?1, ?2 FROM minutes WHERE status = 'refused' AND minute >= ?1"),
};
enum { FIGURES = sizeof figures / sizeof *figures };
_Static_assert(FIGURES <= FIGURES_MAX, "room for each figure");

/* What has happened since the figures were asked for last. */
struct since {
    int64_t version, changes, minute;
    bool other; /* another connection wrote, or nothing was counted yet */
    bool quiet; /* nothing was written at all */
};

/*
 * A large figure is not counted anew after every row: while writing goes on it
 * may be a thirty-second part of itself behind, and it is exact again as soon
 * as writing stops.  So counting costs little beside the writing, and an idle
 * poll costs the same however large the state is.
 */
static bool is_stale(const struct state *state, size_t index, const struct since *since, int64_t value)
{
    int64_t written = since->changes - state->figure_changes[index];

    if (since->other || (figures[index].by_day && since->minute != state->counts_minute))
        return true;
    if (figures[index].offset == offsetof(struct state_counts, oldest_planned))
        return written > 0; /* a probe, not a count */
    return written > 0 && (since->quiet || written > value / 32);
}

static int count_one(struct state *state, size_t index, moment_t day_start, struct err *err)
{
    day_t today = (day_t)((day_start + DAY_SECONDS / 2) / DAY_SECONDS); /* the date, whatever the zone */
    struct sql *sql = state_select(state, figures[index].text, ARGS(arg_int(day_start / MINUTE), arg_day(today)));
    moment_t value;

    if (state_row(state, sql, err) < 0)
        return -1;
    value = get_moment(sql, 0);
    memcpy((char *)&state->counts + figures[index].offset, &value, sizeof value);
    sql_reset(sql);
    state->figure_changes[index] = sqlite3_total_changes64(state->db);
    return 0;
}

static int look(struct state *state, moment_t day_start, struct since *since, struct err *err)
{
    since->changes = sqlite3_total_changes64(state->db);
    since->minute = day_start / MINUTE;
    if (state_version(state, &since->version, err) != 0)
        return -1;
    since->other = !state->counted || since->version != state->counts_version;
    since->quiet = since->changes == state->counts_changes;
    return 0;
}

int state_counts(struct state *state, moment_t day_start, struct state_counts *out, struct err *err)
{
    struct since since;

    if (look(state, day_start, &since, err) != 0)
        return -1;
    for (size_t i = 0; i < FIGURES; i++) {
        int64_t value;

        memcpy(&value, (const char *)&state->counts + figures[i].offset, sizeof value);
        if (is_stale(state, i, &since, value) && count_one(state, i, day_start, err) != 0)
            return -1;
    }
    state->counted = true;
    state->counts_version = since.version;
    state->counts_changes = since.changes;
    state->counts_minute = since.minute;
    *out = state->counts;
    return 0;
}

int64_t state_cache_bytes(const struct state *state)
{
    return sql_cache_bytes(state->db);
}
