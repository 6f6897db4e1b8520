/* How a check is written down.  Private to audit/. */
#ifndef AUDIT_CHECK_H
#define AUDIT_CHECK_H

#include <sqlite3.h>

#include "audit/audit.h"

/* What a check cannot do without. */
enum need {
    NEED_LEDGER = 1,    /* a ledger of SQLite, attached as `ledger` */
    NEED_STAMPS = 2,    /* ... whose rows were stamped by the clock that sending went by */
    NEED_WITNESS = 4,   /* the send log */
    NEED_DAY_CAP = 8,   /* :cap_day */
    NEED_WEEK_CAP = 16, /* :cap_week */
    NEED_LADDERS = 32,  /* ladder(policy, step, place, before_due, reopened) stands before the query */
    NEED_ORDER = 64,    /* moments that tell what came first: the clock was never set back */
    NEED_DEEP = 128
};

/*
 * A query that gives one row for each offender: what it is about, and a
 * sentence.  Parameters by name: :cap_day, :cap_week, :since, :poll, :now.
 */
struct check {
    enum audit_rule rule;
    const char *name;
    unsigned needs;
    const char *query;
    const char *cure;
};

/* Each ends with a row whose query is NULL. */
extern const struct check checks_books[], checks_gate[], checks_ladder[], checks_lost[], checks_sent[];

struct audit {
    const struct audit_books *books;
    struct arena *arena;
    struct audit_report *report;
    size_t capacity;
    sqlite3 *db;
    unsigned has;
};

/* Seconds by which the moment of a fact may lie before its transaction. */
#define SLACK_S 60
#define SLACK "60"

/* ---- audit.c ---- */

/* One offender; texts are copied.  Beyond the most of a check (`listed` before this one) it is only counted. */
void audit_note(struct audit *audit, const struct audit_finding *finding, size_t listed);
int audit_failed(const struct audit *audit, const char *what, struct err *err);
int audit_prepare(const struct audit *audit, const char *query, sqlite3_stmt **out, struct err *err);
/* Runs a check's query, with `before` in front of it, and notes what it gives. */
int audit_query(struct audit *audit, const struct check *check, const char *before, struct err *err);

/* ---- words.c, bytes.c, hours.c, sends.c ---- */

int audit_words(struct audit *audit, struct err *err);
int audit_bytes(struct audit *audit, struct err *err);
int audit_hours(struct audit *audit, struct err *err);
int audit_sends(struct audit *audit, struct err *err);

/* ---- in the sentences ---- */

#define MESSAGE(id) "printf('M-%06d', " id ")"
#define NOTICE(id) "printf('N-%06d', " id ")"
#define ATTEMPT(a) "printf('M-%06d attempt %d', " a ".message, " a ".n)"
#define ITEM(r) r ".invoice_id || iif(" r ".line = 1, '', '/' || " r ".line)"
#define TIME(at) "strftime('%Y-%m-%d %H:%M:%S UTC', " at ", 'unixepoch')"
#define DAY(day) "coalesce(date(" day " * 86400, 'unixepoch'), 'no day')"

#endif
