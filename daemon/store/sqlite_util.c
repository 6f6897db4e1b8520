#include "store/sqlite_util.h"

#include <string.h>
#include <time.h>

#include "base/arena.h"

static const char *file_of(sqlite3 *db)
{
    const char *file = sqlite3_db_filename(db, "main");

    return file != NULL && file[0] != '\0' ? file : "database";
}

int sql_error(sqlite3 *db, const char *what, struct err *err)
{
    return err_set(err, ERR_FAILED, "%s: %.160s: %s (SQLite code %d)", file_of(db), what, sqlite3_errmsg(db),
                   sqlite3_extended_errcode(db));
}

/* A connection belongs to one thread, so SQLite need not lock it at each call, nor count its memory under a lock. */
int sql_open(sqlite3 **out, const char *path, int flags, int busy_ms, struct err *err)
{
    sqlite3 *db = NULL;
    int rc;

    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* refused, and of no consequence, once a connection is open */
    rc = sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    *out = NULL;
    if (rc != SQLITE_OK) {
        err_set(err, ERR_FAILED,
                "%s: cannot be opened: %s; check that the file exists and that its owner and mode let this "
                "user in",
                path, db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(rc));
        sqlite3_close(db);
        return -1;
    }
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, busy_ms);
    *out = db;
    return 0;
}

/* ---- waiting for others ---- */

enum { SHORT_MS = 100, SHORT_FOR_MS = 30000, NAP_FIRST_MS = 1, NAP_MOST_MS = 50 };

bool sql_may_wait(struct sql_patience *patience, bool first, int64_t now_ms)
{
    if (first) {
        bool lately = patience->in_vain_ms != 0 && now_ms - patience->in_vain_ms < SHORT_FOR_MS;
        int limit = lately && patience->wait_ms > SHORT_MS ? SHORT_MS : patience->wait_ms;
        patience->until_ms = now_ms + limit;
    }
    if (now_ms < patience->until_ms)
        return true;
    patience->in_vain_ms = now_ms;
    return false;
}

static int64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void sql_be_short(struct sql_patience *patience)
{
    patience->in_vain_ms = monotonic_ms();
}

/* SQLite's busy handler: 0 gives up.  count is 0 where a wait begins. */
static int on_busy(void *context, int count)
{
    struct sql_patience *patience = context;

    if (!sql_may_wait(patience, count == 0, monotonic_ms()))
        return 0;
    int nap_ms = NAP_FIRST_MS + count * 2;
    nanosleep(&(struct timespec){.tv_nsec = (nap_ms < NAP_MOST_MS ? nap_ms : NAP_MOST_MS) * 1000000L}, NULL);
    return 1;
}

void sql_be_patient(sqlite3 *db, struct sql_patience *patience)
{
    sqlite3_busy_handler(db, on_busy, patience);
}

int64_t sql_cache_bytes(sqlite3 *db)
{
    int now = 0, highest = 0;

    if (!db || sqlite3_db_status(db, SQLITE_DBSTATUS_CACHE_USED, &now, &highest, 0) != SQLITE_OK)
        return 0;
    return now;
}

void sql_close(sqlite3 **db)
{
    sqlite3_close(*db);
    *db = NULL;
}

int sql_exec(sqlite3 *db, const char *text, struct err *err)
{
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
        return sql_error(db, text, err);
    return 0;
}

int sql_query_int(sqlite3 *db, const char *text, int64_t *out, struct err *err)
{
    struct sql sql;
    int row;

    if (sql_prepare(&sql, db, text, err) != 0)
        return -1;
    row = sql_step(&sql, err);
    if (row == 1)
        *out = sql_get_int(&sql, 0);
    if (row == 0)
        err_set(err, ERR_FAILED, "%s: %s: gives no row", file_of(db), text);
    sql_finish(&sql);
    return row == 1 ? 0 : -1;
}

int sql_begin(sqlite3 *db, struct err *err)
{
    return sql_exec(db, "BEGIN IMMEDIATE", err);
}

int sql_commit(sqlite3 *db, struct err *err)
{
    return sql_exec(db, "COMMIT", err);
}

void sql_rollback(sqlite3 *db)
{
    if (!sqlite3_get_autocommit(db))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
}

int sql_prepare(struct sql *sql, sqlite3 *db, const char *text, struct err *err)
{
    *sql = (struct sql){.db = db};
    if (sqlite3_prepare_v3(db, text, -1, SQLITE_PREPARE_PERSISTENT, &sql->stmt, NULL) != SQLITE_OK)
        return sql_error(db, text, err);
    return 0;
}

void sql_finish(struct sql *sql)
{
    sqlite3_finalize(sql->stmt);
    *sql = (struct sql){0};
}

static void remember(struct sql *sql, int rc)
{
    if (rc != SQLITE_OK && sql->failed == SQLITE_OK)
        sql->failed = rc;
}

void sql_bind_text(struct sql *sql, int at, const char *value)
{
    sql_bind_text_n(sql, at, value, strlen(value));
}

void sql_bind_text_n(struct sql *sql, int at, const char *value, size_t length)
{
    remember(sql, sqlite3_bind_text64(sql->stmt, at, value, length, SQLITE_STATIC, SQLITE_UTF8));
}

void sql_bind_int(struct sql *sql, int at, int64_t value)
{
    remember(sql, sqlite3_bind_int64(sql->stmt, at, value));
}

void sql_bind_blob(struct sql *sql, int at, const void *bytes, size_t length)
{
    remember(sql, sqlite3_bind_blob64(sql->stmt, at, bytes, length, SQLITE_STATIC));
}

void sql_bind_null(struct sql *sql, int at)
{
    remember(sql, sqlite3_bind_null(sql->stmt, at));
}

/* The sentence comes first: resetting may change what the connection reports. */
static int step_failed(struct sql *sql, int rc, struct err *err)
{
    if (sql->failed != SQLITE_OK)
        err_set(err, ERR_FAILED, "%s: %.160s: %s", file_of(sql->db), sqlite3_sql(sql->stmt), sqlite3_errstr(rc));
    else
        sql_error(sql->db, sqlite3_sql(sql->stmt), err);
    sql_reset(sql);
    return -1;
}

int sql_step(struct sql *sql, struct err *err)
{
    int rc;

    if (sql->failed != SQLITE_OK)
        return step_failed(sql, sql->failed, err);
    rc = sqlite3_step(sql->stmt);
    if (rc == SQLITE_ROW)
        return 1;
    if (rc != SQLITE_DONE)
        return step_failed(sql, rc, err);
    sql_reset(sql);
    return 0;
}

int sql_run(struct sql *sql, struct err *err)
{
    int row;

    while ((row = sql_step(sql, err)) == 1)
        ;
    return row;
}

void sql_reset(struct sql *sql)
{
    sqlite3_reset(sql->stmt);
    sql->failed = SQLITE_OK;
}

int sql_end(struct sql *sql, struct err *err)
{
    if (sql->failed != SQLITE_OK)
        return step_failed(sql, sql->failed, err);
    sql_reset(sql);
    return 0;
}

const char *sql_get_text(struct sql *sql, int column, struct arena *arena)
{
    const char *text = (const char *)sqlite3_column_text(sql->stmt, column);

    if (text != NULL)
        return text[0] != '\0' ? arena_copy_n(arena, text, (size_t)sqlite3_column_bytes(sql->stmt, column)) : "";
    if (!sql_is_null(sql, column))
        remember(sql, SQLITE_NOMEM);
    return "";
}

int64_t sql_get_int(struct sql *sql, int column)
{
    return sqlite3_column_int64(sql->stmt, column);
}

const void *sql_get_blob(struct sql *sql, int column, struct arena *arena, size_t *length)
{
    const void *bytes = sqlite3_column_blob(sql->stmt, column);

    *length = (size_t)sqlite3_column_bytes(sql->stmt, column);
    if (bytes == NULL || *length == 0) {
        *length = 0;
        return "";
    }
    return arena_copy_n(arena, bytes, *length);
}

int sql_is_null(struct sql *sql, int column)
{
    return sqlite3_column_type(sql->stmt, column) == SQLITE_NULL;
}
