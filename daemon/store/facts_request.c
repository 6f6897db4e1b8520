/* Requests to the engine and its answers, in one row each. */
#include "store/facts_core.h"

int facts_request(struct state *state, const char *kind, const struct said *said, int64_t *id, struct err *err)
{
    struct fact fact;
    int result;

    if (fact_begin(&fact, state, err) != 0)
        return -1;
    result = state_run(state, "INSERT INTO requests_to_engine(kind, author, at) VALUES(?1, ?2, ?3)",
                       ARGS(arg_text(kind), arg_text(said->author), arg_int(said->now)), err);
    *id = sqlite3_last_insert_rowid(state->db);
    return fact_finish(&fact, result, err);
}

int facts_answer(struct state *state, int64_t id, struct arena *arena, struct request_answer *out, struct err *err)
{
    struct sql *sql =
        state_select(state, "SELECT done, ok, text FROM requests_to_engine WHERE id = ?1", ARGS(arg_int(id)));
    int row = state_row(state, sql, err);

    if (row != 1)
        return row == 0 ? state_missing("request", id, err) : -1;
    out->done = sql_get_int(sql, 0) != 0;
    out->ok = sql_get_int(sql, 1) != 0;
    out->text = sql_get_text(sql, 2, arena);
    return sql_end(sql, err);
}

int facts_next_request(struct state *state, struct arena *arena, int64_t *id, const char **kind, struct err *err)
{
    struct sql *sql =
        state_select(state, "SELECT id, kind FROM requests_to_engine WHERE done = 0 ORDER BY id LIMIT 1", NO_ARGS);
    int row = state_row(state, sql, err);

    if (row < 0)
        return -1;
    *id = row == 1 ? sql_get_int(sql, 0) : 0;
    *kind = row == 1 ? sql_get_text(sql, 1, arena) : "";
    return sql_end(sql, err);
}

int facts_reply(struct state *state, int64_t id, bool ok, const char *text, struct err *err)
{
    struct fact fact;

    if (fact_begin(&fact, state, err) != 0)
        return -1;
    return fact_finish(&fact,
                       state_run(state, "UPDATE requests_to_engine SET done = 1, ok = ?2, text = ?3 WHERE id = ?1",
                                 ARGS(arg_int(id), arg_int(ok), arg_text(text)), err),
                       err);
}
