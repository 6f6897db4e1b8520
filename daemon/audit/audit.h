/*
 * Re-checks the invariants of DESIGN 8 on the books themselves: the state, the
 * ledger and the send log as they lie on the disk.
 *
 * It shares no code with what writes them: neither the decision nor the store
 * nor the gate, so that no one mistake hides in both.  It reads with SQL and a
 * reader of its own, never writes, and holds no lock that the engine waits for.
 */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/day.h"
#include "base/err.h"

struct arena;
struct zone;

/* The invariants, and the books by themselves: do their parts fit each other? */
enum audit_rule {
    AUDIT_BOOKS,
    AUDIT_I1,
    AUDIT_I2,
    AUDIT_I3,
    AUDIT_I4,
    AUDIT_I5,
    AUDIT_I6,
    AUDIT_I7,
    AUDIT_I8,
    AUDIT_I9,
    AUDIT_I10,
    AUDIT_I11,
    AUDIT_I12,
    AUDIT_RULES
};

/* "I3"; "books" */
const char *audit_rule_word(enum audit_rule rule);
/* What the rule promises, as a sentence. */
const char *audit_rule_sentence(enum audit_rule rule);

struct audit_rung {
    const char *step; /* a name that the step had before stands at its place, too */
    int place;
    bool before_due; /* may be left out without a word by an item that is found late */
};

/* When a policy sends.  Days are closed by the mask (bit 0: Monday) and by the list, which ascends. */
struct audit_hours {
    const char *zone; /* "": the customer's */
    unsigned closed_weekdays;
    int32_t from, to; /* seconds of the day, `to` exclusive */
    const day_t *closed;
    size_t closed_count;
};

/* A policy as it is now: the order of its steps, and when it sends. */
struct audit_ladder {
    const char *policy;
    const struct audit_rung *rungs;
    size_t count;
    int reopened; /* the place at which a later episode begins */
    struct audit_hours hours;
};

struct audit_books {
    const char *state;    /* the file state.db */
    const char *ledger;   /* the file of a SQLite ledger; "": what needs it is not checked */
    const char *witness;  /* the send log; "": the same */
    moment_t now;         /* MOMENT_NONE: nothing is overdue */
    int64_t poll_s;       /* the poll interval; 0: nothing is overdue */
    int64_t cap_per_day;  /* contacts per customer and day; 0: none is set, or none that held all the time */
    int64_t cap_per_week; /* the same for seven days */
    const struct audit_ladder *ladders; /* NULL: no order is known */
    size_t ladder_count;
    moment_t since; /* limits and ladders are as they are since then; MOMENT_NONE: always were */
    const struct zone *(*zone)(void *zones, const char *name); /* NULL for a name that is none; "": the business's */
    void *zones;
    bool live;   /* an engine may be at work: what it is just about to write is no finding */
    bool deep;   /* also the pages of the database files, and the digests of all stored bytes */
    size_t most; /* findings listed for each check; 0: 20 */
};

/* One offender.  Texts live in the arena that was given. */
struct audit_finding {
    enum audit_rule rule;
    const char *check;   /* name of the check, such as "two_accepted" */
    const char *subject; /* "M-000003", "2026-0113/1 reminder", "C-17" */
    const char *text;    /* what is wrong and what it means, as a sentence */
    const char *cure;    /* what to do */
};

struct audit_report {
    struct audit_finding *list;
    size_t count;    /* listed ... */
    int64_t found;   /* ... of so many */
    size_t checks;   /* carried out */
    size_t left_out; /* for want of a ledger, a send log, a limit or a moment */
    int64_t items, notices, messages, attempts, witness_lines; /* how much there was to look at */
};

/* 0 whatever was found; -1 if the books could not be read. */
int audit_run(const struct audit_books *books, struct arena *arena, struct audit_report *out, struct err *err);

#endif
