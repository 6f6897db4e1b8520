/*
 * The ledger, read: the embedded SQLite driver of DESIGN 5 behind a record of
 * functions, so that a foreign database can stand beside it.  No statement is
 * left open between calls; every string lives in the caller's arena.
 */
#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H

#include "base/err.h"
#include "model/dossier.h"

struct arena;
struct ledger;

enum ledger_role { LEDGER_WATCH, LEDGER_SCAN, LEDGER_GATE }; /* one connection each (DESIGN 5) */

/* Opens read-only (query_only, trusted_schema off, limits).  The schema's user_version must fit. */
int ledger_open(struct ledger **out, const char *driver, const char *path, enum ledger_role role, struct err *err);
void ledger_close(struct ledger **ledger);

/* A number that changes whenever another connection has committed; costs about a microsecond. */
int ledger_version(struct ledger *ledger, int64_t *version, struct err *err);

/* The next marks in `changes`: after and max are the caller's, the rest is filled in. */
struct ledger_changes {
    int64_t after; /* a seq */
    size_t max;
    const char **customers;
    size_t count;
    int64_t seq; /* of the last row read, `after` if none was */
};
/* Bill-to customers with rows in `changes`, ascending by seq.  A customer with another bill_to is reported as that one,
   and himself only if others are billed to him.  One may be reported twice, and one who is gone, or whom nobody has
   ever been, is reported too. */
int ledger_changes(struct ledger *ledger, struct arena *arena, struct ledger_changes *changes, struct err *err);

/* The ledger part of one bill-to customer's dossier.  ERR_NOT_FOUND if there is no such customer. */
int ledger_load(struct ledger *ledger, const char *customer, struct arena *arena, struct dossier **out,
                struct err *err);

/* One customer's row alone, at the cost of one look-up.  ERR_NOT_FOUND if there is no such customer. */
int ledger_customer(struct ledger *ledger, const char *id, struct arena *arena, struct customer *out, struct err *err);

/* A slice of a full merge: after and max are the caller's, the rest is filled in. */
struct ledger_slice {
    const char *after; /* an id, "" from the start */
    size_t max;
    struct dossier *list;
    size_t count; /* 0 at the end */
};
/*
 * The dossiers of the next bill-to customers in byte order of id.  Three
 * ordered streams, no probing row by row.
 */
int ledger_slice(struct ledger *ledger, struct arena *arena, struct ledger_slice *slice, struct err *err);

/* feed.complete_until of each entity; MOMENT_NONE where it cannot be read. */
struct ledger_marks {
    const char **entities;
    moment_t *complete_until;
    size_t count;
};
int ledger_feed(struct ledger *ledger, struct arena *arena, struct ledger_marks *out, struct err *err);

struct ledger_found {
    const char *customer, *invoice; /* invoice "" where the id is a customer's */
};
/* Bill-to customer of an invoice (by id or number) or of a customer id. ERR_NOT_FOUND with a sentence. */
int ledger_find(struct ledger *ledger, const char *id, struct arena *arena, struct ledger_found *out, struct err *err);

struct ledger_totals {
    int64_t customers, items, payments, orphans;
};
int ledger_totals(struct ledger *ledger, struct ledger_totals *out, struct err *err);

/* Memory that holds pages of the ledger for this connection. */
int64_t ledger_cache_bytes(const struct ledger *ledger);

#endif
