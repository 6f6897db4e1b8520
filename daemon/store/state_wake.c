/* Waking: when each bill-to customer is looked at again, and whom people have touched. */
#include <stdlib.h>
#include <string.h>

#include "store/state_core.h"
#include "store/state_parts.h"

int state_wake(struct state *state, const char *customer, moment_t at, struct err *err)
{
    if (at == MOMENT_NEVER)
        return 0;
    return state_run(state,
                     "INSERT INTO customers(customer, next_at, known) VALUES(?1, ?2, 0) ON CONFLICT DO UPDATE "
                     "SET next_at = excluded.next_at WHERE next_at IS NULL OR next_at > excluded.next_at",
                     ARGS(arg_text(customer), arg_int(at)), err);
}

/* A customer about whom nothing is known and who never wakes needs no row. */
static int forget(struct state *state, const char *customer, struct err *err)
{
    if (state_run(state, "DELETE FROM customers WHERE customer = ?1 AND known = 0", ARGS(arg_text(customer)), err) != 0)
        return -1;
    return state_run(state, "UPDATE customers SET next_at = NULL WHERE customer = ?1 AND next_at IS NOT NULL",
                     ARGS(arg_text(customer)), err);
}

int wake_set(struct state *state, const char *customer, moment_t at, bool known, struct err *err)
{
    if (at == MOMENT_NEVER && !known)
        return forget(state, customer, err);
    return state_run(state,
                     "INSERT INTO customers(customer, next_at, known) VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE "
                     "SET next_at = excluded.next_at, known = max(known, excluded.known) "
                     "WHERE next_at IS NOT excluded.next_at OR known < excluded.known",
                     ARGS(arg_text(customer), arg_moment(at), arg_int(known)), err);
}

static int by_id(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;

    return strcmp(*x, *y);
}

/* They are worked on, and written, in the order of their ids (perf: sorted batches). */
static int read_sorted(struct state *state, struct sql *sql, struct arena *arena, struct id_list *out, struct err *err)
{
    if (read_ids(state, sql, arena, out, err) != 0)
        return -1;
    if (out->count > 1)
        qsort(out->list, out->count, sizeof *out->list, by_id);
    return 0;
}

int state_due(struct state *state, const struct due *due, struct arena *arena, struct id_list *out, struct err *err)
{
    struct sql *sql = state_select(state,
                                   "SELECT customer FROM customers WHERE next_at IS NOT NULL AND next_at <= ?1 "
                                   "ORDER BY next_at LIMIT ?2",
                                   ARGS(arg_int(due->now), arg_int((int64_t)due->max)));

    return read_sorted(state, sql, arena, out, err);
}

int state_next_wake(struct state *state, moment_t *at, struct err *err)
{
    moment_t found = MOMENT_NEVER;
    int row = state_value(state, "SELECT next_at FROM customers WHERE next_at IS NOT NULL ORDER BY next_at LIMIT 1",
                          NO_ARGS, &found, err);

    if (row < 0)
        return -1;
    *at = found;
    return 0;
}

/* ---- touched by facts ---- */

int touch(struct state *state, const char *customer, struct err *err)
{
    if (*customer == '\0')
        return 0;
    if (state_run(state,
                  "INSERT INTO customers(customer, next_at, known) VALUES(?1, NULL, 1) "
                  "ON CONFLICT DO UPDATE SET known = 1 WHERE known = 0",
                  ARGS(arg_text(customer)), err) != 0)
        return -1;
    return state_run(state, "INSERT OR IGNORE INTO touched(customer) VALUES(?1)", ARGS(arg_text(customer)), err);
}

int state_take_touched(struct state *state, size_t max, struct arena *arena, struct id_list *out, struct err *err)
{
    struct sql *sql =
        state_select(state, "SELECT customer FROM touched ORDER BY customer LIMIT ?1", ARGS(arg_int((int64_t)max)));

    if (read_sorted(state, sql, arena, out, err) != 0)
        return -1;
    for (size_t i = 0; i < out->count; i++)
        if (state_run(state, "DELETE FROM touched WHERE customer = ?1", ARGS(arg_text(out->list[i])), err) != 0)
            return -1;
    return 0;
}

/* ---- known ---- */

/* Opt-outs are found by address and holds of a policy by its name, so with any of these everybody may be concerned. */
int state_known(struct state *state, const char *customer, bool *known, struct err *err)
{
    int64_t value = 0;
    int row = state_value(state,
                          "SELECT EXISTS(SELECT 1 FROM customers WHERE customer = ?1 AND known = 1) "
                          "OR EXISTS(SELECT 1 FROM optouts) OR EXISTS(SELECT 1 FROM holds WHERE scope = 'policy')",
                          ARGS(arg_text(customer)), &value, err);

    if (row < 0)
        return -1;
    *known = value != 0;
    return 0;
}
