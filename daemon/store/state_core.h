/*
 * Inside the state: the connection, its statements and their arguments.
 * Private to store/state*.c and store/facts*.c.
 */
#ifndef STORE_STATE_CORE_H
#define STORE_STATE_CORE_H

#include "base/arena.h"
#include "base/names.h"
#include "store/sqlite_util.h"
#include "store/state.h"

#define FIGURES_MAX 16
#define WAL_PAGES 4000     /* a commit that makes the WAL longer writes it into the database */
#define STATEMENTS_MAX 512 /* a power of two, well above the number of statements in the sources */

struct ballast;

/* A prepared statement, found again by the address of its text. */
struct cached {
    const char *text;
    struct sql sql;
};

struct state {
    sqlite3 *db;
    struct sql_patience patience;
    enum state_role role;
    bool broken;
    struct ballast *ballast; /* of an engine, else NULL */
    int lock_fd;             /* -1: not held */
    struct arena *arena;     /* lives as long as the state */
    struct arena *scratch;   /* lives as long as a transaction */
    struct err trouble;      /* why the last statement could not be prepared */
    struct cached statements[STATEMENTS_MAX];
    /* the figures of the last call and how much had been written when each was counted */
    struct state_counts counts;
    bool counted;
    int64_t counts_version, counts_changes, counts_minute, figure_changes[FIGURES_MAX];
};

/* ---- arguments of a statement ---- */

enum arg_kind { ARG_NULL, ARG_INT, ARG_TEXT, ARG_BLOB };

struct arg {
    enum arg_kind kind;
    int64_t number;
    const void *bytes; /* must live until the statement is reset */
    size_t length;
};

struct args {
    const struct arg *list;
    size_t count;
};

/* ARGS(arg_text(id), arg_int(line)) binds parameters 1 and 2. */
#define ARGS(...) \
    ((struct args){(const struct arg[]){__VA_ARGS__}, sizeof((const struct arg[]){__VA_ARGS__}) / sizeof(struct arg)})
#define NO_ARGS ((struct args){NULL, 0})

struct arg arg_int(int64_t number);
struct arg arg_text(const char *text);
struct arg arg_blob(const void *bytes, size_t length);
struct arg arg_day(day_t day);          /* NULL for DAY_NONE */
struct arg arg_moment(moment_t moment); /* NULL for MOMENT_NONE and MOMENT_NEVER */
struct arg arg_id(int64_t id);          /* NULL for 0 */
struct arg arg_word(const struct names *names, int value);

/* ---- statements ---- */

/* Binds a statement; state_row then steps it.  Never NULL; a failure is reported by state_row. */
struct sql *state_select(struct state *state, const char *text, struct args args);
/* 1: a row, 0: no more rows, -1: failed.  An I/O error, a full disk or corruption breaks the state. */
int state_row(struct state *state, struct sql *sql, struct err *err);
/* A statement that gives no rows. */
int state_run(struct state *state, const char *text, struct args args, struct err *err);
/* The first column of the first row: 1, or 0 where there is none (*out unchanged), or -1. */
int state_value(struct state *state, const char *text, struct args args, int64_t *out, struct err *err);
/* Rows written by the last state_run. */
int64_t state_changed(const struct state *state);

/* Lets a commit that makes the WAL long see to it, and not pass over what fails there. */
void state_watch_wal(struct state *state);

/* ---- columns ---- */

day_t get_day(struct sql *sql, int column);
moment_t get_moment(struct sql *sql, int column);
/* A word that is not in the table fails the statement: the state was written by something else. */
int get_word(struct sql *sql, int column, const struct names *names);
void get_currency(struct sql *sql, int column, char out[CURRENCY_SIZE]);

/* ---- small things ---- */

/* Room for one more element of a list that grows in an arena. */
void *list_grow(struct arena *arena, void *list, size_t count, size_t *capacity, size_t size);
/* Sentences for what a caller asks for and what is not there. */
int state_missing(const char *what, int64_t id, struct err *err);

#endif
