/*
 * SQLite with our errors: open, prepare, bind, step.
 *
 * A statement remembers the first thing that went wrong while it was bound or
 * read (memory, a text too long); the next sql_step, sql_run or sql_end
 * reports it, so binds and gets need no check of their own.
 */
#ifndef STORE_SQLITE_UTIL_H
#define STORE_SQLITE_UTIL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct arena;

struct sql {
    sqlite3 *db;
    sqlite3_stmt *stmt; /* NULL: not prepared */
    int failed;         /* first result code of a bind or get that was not SQLITE_OK */
};

/* sqlite3_open_v2 with extended result codes and a busy time-out; flags are SQLITE_OPEN_*.  *out is NULL on failure. */
int sql_open(sqlite3 **out, const char *path, int flags, int busy_ms, struct err *err);
/*
 * How long one connection waits for others' locks.  After a wait that was in
 * vain the next ones are short for half a minute: a lock that cannot be had at
 * all (a file system that refuses locks looks to SQLite like another user)
 * costs one long wait and not one for each statement.  Zero it, set wait_ms.
 */
struct sql_patience {
    int wait_ms;
    int64_t until_ms, in_vain_ms; /* of the monotonic clock: end of this wait, of the last one in vain; 0: never */
};
/* patience: must live as long as the connection. */
void sql_be_patient(sqlite3 *db, struct sql_patience *patience);
/* From now on as after a wait in vain. */
void sql_be_short(struct sql_patience *patience);
/* For it: may the wait go on?  first: it begins. */
bool sql_may_wait(struct sql_patience *patience, bool first, int64_t now_ms);

/* Bytes of pages that the connection keeps in memory; at most what its PRAGMA cache_size says. 0 for NULL. */
int64_t sql_cache_bytes(sqlite3 *db);

/* Closes and sets *db to NULL; a NULL handle is allowed. */
void sql_close(sqlite3 **db);

/* "FILE: WHAT: the message of SQLite (code)" into *err; returns -1. */
int sql_error(sqlite3 *db, const char *what, struct err *err);

/* Runs one or more statements that give no rows. */
int sql_exec(sqlite3 *db, const char *text, struct err *err);
/* The integer that a query such as "PRAGMA user_version" gives in its first column. */
int sql_query_int(sqlite3 *db, const char *text, int64_t *out, struct err *err);

int sql_begin(sqlite3 *db, struct err *err); /* IMMEDIATE: a write transaction from the start */
int sql_commit(sqlite3 *db, struct err *err);
/* Harmless where SQLite has already rolled back by itself. */
void sql_rollback(sqlite3 *db);

/* Prepares a statement for many uses. */
int sql_prepare(struct sql *sql, sqlite3 *db, const char *text, struct err *err);
/* Gives the statement back; one that was never prepared (all zero) is allowed. */
void sql_finish(struct sql *sql);

/* Parameters count from 1.  Texts and blobs are not copied: they must live until the statement is reset. */
void sql_bind_text(struct sql *sql, int at, const char *value);
void sql_bind_text_n(struct sql *sql, int at, const char *value, size_t length);
void sql_bind_int(struct sql *sql, int at, int64_t value);
void sql_bind_blob(struct sql *sql, int at, const void *bytes, size_t length);
void sql_bind_null(struct sql *sql, int at);

/* 1: a row; 0: no more rows; -1: failed.  After 0 and -1 the statement is reset and can be bound anew. */
int sql_step(struct sql *sql, struct err *err);
/* To the end, any rows ignored. */
int sql_run(struct sql *sql, struct err *err);
/* Needed only where rows are left unread; what went wrong with the last row read is forgotten. */
void sql_reset(struct sql *sql);
/* The same where the row read was the only one wanted: -1 if something in it could not be read. */
int sql_end(struct sql *sql, struct err *err);

/* Columns count from 0.  NULL reads as "" and 0. */
const char *sql_get_text(struct sql *sql, int column, struct arena *arena);
int64_t sql_get_int(struct sql *sql, int column);
const void *sql_get_blob(struct sql *sql, int column, struct arena *arena, size_t *length);
int sql_is_null(struct sql *sql, int column);

#endif
