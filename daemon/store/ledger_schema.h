/*
 * The schema of the embedded ledger: tables made from ledger_columns.h, the
 * covering indexes, and the triggers that keep `changes` and `orphans` right
 * whoever writes (DESIGN 5).
 */
#ifndef STORE_LEDGER_SCHEMA_H
#define STORE_LEDGER_SCHEMA_H

#include <sqlite3.h>

#include "base/err.h"

#define LEDGER_APPLICATION_ID 0x64756e6c /* "dunl" */
#define LEDGER_SCHEMA_VERSION 1

struct arena;
struct table;
struct text;

/* Everything in one transaction; the file must be empty. */
int ledger_schema_create(sqlite3 *db, struct err *err);

/* 0 if this is a ledger of our version; else a sentence that says what it is.  *empty (NULL allowed): a new file. */
int ledger_schema_check(sqlite3 *db, const char *path, int *empty, struct err *err);

/* The columns that are read, in the table's order, with commas: for SELECT lists. */
void ledger_columns_add(struct text *text, const struct table *table);

/* SQL: the bill-to customer of the customer id that the expression gives (one level; himself if it names nobody). */
#define LEDGER_BILL_TO(id)                                                                                             \
    "coalesce((SELECT head.customer_id FROM customers member JOIN customers head ON head.customer_id = member.bill_to" \
    " WHERE member.customer_id = " id " AND member.bill_to <> ''), " id ")"

#endif
