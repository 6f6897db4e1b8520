/*
 * The embedded driver's connection, shared by its two halves: single look-ups
 * (ledger_sqlite.c) and dossiers (ledger_scan.c).
 */
#ifndef STORE_LEDGER_SQLITE_H
#define STORE_LEDGER_SQLITE_H

#include <sys/types.h>

#include "store/ledger_driver.h"
#include "store/sqlite_util.h"

enum statement {
    STATEMENT_BEGIN,
    STATEMENT_END,
    STATEMENT_VERSION,
    STATEMENT_CHANGES,
    STATEMENT_LAST_CHANGE,
    STATEMENT_FEED,
    STATEMENT_FIND_INVOICE,
    STATEMENT_FIND_CUSTOMER,
    STATEMENT_FIND_NUMBER,
    /* for dossiers; but for the first two, ?1 and ?2 are the first and last customer of a range */
    STATEMENT_CUSTOMER,
    STATEMENT_CUSTOMERS_AFTER,
    STATEMENT_MEMBERS,
    STATEMENT_ITEMS,
    STATEMENT_PAYMENTS,
    STATEMENT_PERSONS,
    STATEMENT_ORPHANS,
    STATEMENT_COUNT
};

struct ledger_sqlite {
    struct arena *arena; /* holds this struct and the path */
    const char *path;
    enum ledger_role role;
    sqlite3 *db;
    struct sql_patience patience;
    struct sql statements[STATEMENT_COUNT];
    dev_t device;
    ino_t inode;
    int64_t generation;  /* how often the file was replaced under us */
    int64_t deadline_ms; /* of the gate's reads, monotonic */
};

/* The statement, prepared at its first use; NULL on failure. */
struct sql *ledger_sqlite_statement(struct ledger_sqlite *self, enum statement which, struct err *err);

/* One consistent view for several reads; opens the file anew where another one has taken its place. */
int ledger_sqlite_begin(struct ledger_sqlite *self, struct err *err);
void ledger_sqlite_end(struct ledger_sqlite *self);

int ledger_sqlite_load(void *self, const char *customer, struct dossier **out, const struct ledger_call *call);
int ledger_sqlite_customer(void *self, const char *id, struct customer *out, const struct ledger_call *call);
int ledger_sqlite_slice(void *self, struct ledger_slice *slice, const struct ledger_call *call);

#endif
