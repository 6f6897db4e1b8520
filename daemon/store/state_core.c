/* The connection of the state: transactions, statements, arguments, columns. */
#include "store/state_core.h"

#include <string.h>

#include "base/text.h"
#include "store/ballast.h"

/* ---- arguments ---- */

struct arg arg_int(int64_t number)
{
    return (struct arg){.kind = ARG_INT, .number = number};
}

struct arg arg_text(const char *text)
{
    return (struct arg){.kind = ARG_TEXT, .bytes = text, .length = strlen(text)};
}

struct arg arg_blob(const void *bytes, size_t length)
{
    return (struct arg){.kind = ARG_BLOB, .bytes = bytes, .length = length};
}

struct arg arg_day(day_t day)
{
    return day == DAY_NONE ? (struct arg){.kind = ARG_NULL} : arg_int(day);
}

struct arg arg_moment(moment_t moment)
{
    return moment == MOMENT_NONE || moment == MOMENT_NEVER ? (struct arg){.kind = ARG_NULL} : arg_int(moment);
}

struct arg arg_id(int64_t id)
{
    return id == 0 ? (struct arg){.kind = ARG_NULL} : arg_int(id);
}

struct arg arg_word(const struct names *names, int value)
{
    return arg_text(names_word(names, value));
}

/* ---- statements ---- */

/*
 * After one of these nothing that this process believes about the file is certain any more.  SQLITE_PROTOCOL: SQLite
 * has tried for ten seconds to lock the WAL's index, and it would again for each statement.
 */
static const int breaking[] = {SQLITE_IOERR,  SQLITE_FULL,     SQLITE_CORRUPT,
                               SQLITE_NOTADB, SQLITE_CANTOPEN, SQLITE_PROTOCOL};

static int failed(struct state *state)
{
    int code = sqlite3_errcode(state->db) & 0xff;

    for (size_t i = 0; i < sizeof breaking / sizeof *breaking; i++)
        if (breaking[i] == code)
            state->broken = true;
    if (code == SQLITE_FULL && state->ballast != NULL)
        ballast_give_up(state->ballast); /* for the next process */
    return -1;
}

static int refuse_broken(struct err *err)
{
    return err_set(err, ERR_FAILED,
                   "the state could not be written before and is not used any more; make room or mend the "
                   "disk and start again");
}

/* The place of a text in the table: its own, or the free one where it belongs. */
static struct cached *find(struct state *state, const char *text)
{
    size_t place = ((uintptr_t)text >> 2) * 31U % STATEMENTS_MAX;

    while (state->statements[place].text != NULL && state->statements[place].text != text)
        place = (place + 1) % STATEMENTS_MAX;
    return &state->statements[place];
}

static struct sql *prepared(struct state *state, const char *text)
{
    struct cached *cached = find(state, text);

    if (cached->text != NULL && cached->sql.stmt != NULL)
        return &cached->sql;
    cached->text = text;
    if (sql_prepare(&cached->sql, state->db, text, &state->trouble) != 0) {
        failed(state);
        cached->sql.failed = SQLITE_MISUSE;
    }
    return &cached->sql;
}

static void bind(struct sql *sql, int at, const struct arg *arg)
{
    switch (arg->kind) {
    case ARG_NULL:
        sql_bind_null(sql, at);
        break;
    case ARG_INT:
        sql_bind_int(sql, at, arg->number);
        break;
    case ARG_TEXT:
        sql_bind_text_n(sql, at, arg->bytes, arg->length);
        break;
    case ARG_BLOB:
        sql_bind_blob(sql, at, arg->bytes, arg->length);
        break;
    }
}

struct sql *state_select(struct state *state, const char *text, struct args args)
{
    struct sql *sql = prepared(state, text);

    if (sql->stmt == NULL)
        return sql;
    if (sqlite3_stmt_busy(sql->stmt) != 0)
        sql_reset(sql); /* left in the middle by a caller that failed */
    for (size_t i = 0; i < args.count; i++)
        bind(sql, (int)i + 1, &args.list[i]);
    return sql;
}

int state_row(struct state *state, struct sql *sql, struct err *err)
{
    int row;

    if (sql->stmt == NULL)
        return err_set(err, state->trouble.code, "%s", state->trouble.text);
    row = sql_step(sql, err);
    return row < 0 ? failed(state) : row;
}

int state_run(struct state *state, const char *text, struct args args, struct err *err)
{
    struct sql *sql;
    int row;

    if (state->broken)
        return refuse_broken(err);
    sql = state_select(state, text, args);
    while ((row = state_row(state, sql, err)) == 1)
        ;
    return row;
}

int state_value(struct state *state, const char *text, struct args args, int64_t *out, struct err *err)
{
    struct sql *sql = state_select(state, text, args);
    int row = state_row(state, sql, err);

    if (row == 1) {
        *out = sql_get_int(sql, 0);
        sql_reset(sql);
    }
    return row;
}

int64_t state_changed(const struct state *state)
{
    return sqlite3_changes64(state->db);
}

/* ---- transactions ---- */

static int transaction(struct state *state, const char *text, struct err *err)
{
    if (state->broken)
        return refuse_broken(err);
    return state_run(state, text, NO_ARGS, err);
}

int state_begin(struct state *state, struct err *err)
{
    arena_reset(state->scratch);
    return transaction(state, "BEGIN IMMEDIATE", err);
}

/* A commit whose checkpoint failed is in the WAL, but this process is not to go on from it. */
int state_commit(struct state *state, struct err *err)
{
    if (transaction(state, "COMMIT", err) != 0)
        return -1;
    return state->broken ? refuse_broken(err) : 0;
}

/* SQLite's own hook passes over what a checkpoint meets; a disk that fails there is as bad as anywhere. */
static int on_wal(void *context, sqlite3 *db, const char *name, int pages)
{
    struct state *state = context;

    if (pages >= WAL_PAGES && sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) != SQLITE_OK)
        failed(state);
    return SQLITE_OK;
}

void state_watch_wal(struct state *state)
{
    sqlite3_wal_hook(state->db, on_wal, state);
}

int state_checkpoint(struct state *state, struct err *err)
{
    if (state->broken)
        return refuse_broken(err);
    int code = sqlite3_wal_checkpoint_v2(state->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED)
        return 0;
    sql_error(state->db, "the checkpoint at the end", err);
    return failed(state);
}

void state_rollback(struct state *state)
{
    sql_rollback(state->db);
}

bool state_broken(const struct state *state)
{
    return state->broken;
}

bool state_short_of_room(struct state *state)
{
    return state->ballast != NULL && ballast_look(state->ballast);
}

/* ---- facts about the whole ---- */

int state_get(struct state *state, const char *key, struct arena *arena, const char **value, struct err *err)
{
    struct sql *sql = state_select(state, "SELECT value FROM meta WHERE key = ?1", ARGS(arg_text(key)));
    int row = state_row(state, sql, err);

    if (row < 0)
        return -1;
    *value = row == 1 ? sql_get_text(sql, 0, arena) : "";
    return sql_end(sql, err);
}

int state_set(struct state *state, const char *key, const char *value, struct err *err)
{
    return state_run(state,
                     "INSERT INTO meta(key, value) VALUES(?1, ?2) "
                     "ON CONFLICT DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
                     ARGS(arg_text(key), arg_text(value)), err);
}

void state_be_short(struct state *state)
{
    sql_be_short(&state->patience);
}

int64_t state_changes(const struct state *state)
{
    return sqlite3_total_changes64(state->db);
}

int state_version(struct state *state, int64_t *version, struct err *err)
{
    return state_value(state, "PRAGMA data_version", NO_ARGS, version, err) < 0 ? -1 : 0;
}

/* ---- columns ---- */

day_t get_day(struct sql *sql, int column)
{
    return sql_is_null(sql, column) ? DAY_NONE : (day_t)sql_get_int(sql, column);
}

moment_t get_moment(struct sql *sql, int column)
{
    return sql_is_null(sql, column) ? MOMENT_NONE : sql_get_int(sql, column);
}

int get_word(struct sql *sql, int column, const struct names *names)
{
    const char *word = (const char *)sqlite3_column_text(sql->stmt, column);
    int value = word == NULL ? -1 : names_find(names, word);

    if (value >= 0)
        return value;
    sql->failed = SQLITE_MISMATCH;
    return 0;
}

void get_currency(struct sql *sql, int column, char out[CURRENCY_SIZE])
{
    const char *code = (const char *)sqlite3_column_text(sql->stmt, column);

    memset(out, 0, CURRENCY_SIZE);
    if (code != NULL)
        memcpy(out, code, strnlen(code, CURRENCY_SIZE - 1));
}

/* ---- small things ---- */

void *list_grow(struct arena *arena, void *list, size_t count, size_t *capacity, size_t size)
{
    size_t more = *capacity * 2 + 4;

    if (count < *capacity)
        return list;
    *capacity = more;
    return arena_grow(arena, list, count, more, size);
}

int state_missing(const char *what, int64_t id, struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "there is no %s %lld; `dunningctl list` shows those that there are", what,
                   (long long)id);
}
