/*
 * The ledger's columns, declared once: the schema, the readers, the import,
 * its help and the manual's list all walk these tables (RULES "Keys and columns").
 */
#ifndef STORE_LEDGER_COLUMNS_H
#define STORE_LEDGER_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/names.h"

enum column_type {
    COLUMN_ID,    /* a key or a reference to one: one line, at most LEDGER_ID_MAX bytes */
    COLUMN_TEXT,  /* one line */
    COLUMN_LINES, /* text that may have several lines */
    COLUMN_EMAIL,
    COLUMN_PHONE,
    COLUMN_COUNTRY,
    COLUMN_LANGUAGE,
    COLUMN_SEGMENT,
    COLUMN_TERMS, /* net:30 */
    COLUMN_WORD,  /* a word of `words`, the first one by default */
    COLUMN_CURRENCY,
    COLUMN_AMOUNT, /* integer, minor units */
    COLUMN_DAY,
    COLUMN_LINE,   /* integer, 1 to INT32_MAX */
    COLUMN_SWITCH, /* 1 by default, or 0 */
    COLUMN_STAMP   /* a moment; its date is what is read */
};
#define COLUMN_TYPES (COLUMN_STAMP + 1)

#define LEDGER_ID_MAX 200
#define LEDGER_TEXT_MAX 4096
#define COLUMN_UNREAD ((size_t)-1) /* offset of a column that no decision and no message reads */
#define TABLE_COLUMNS_MAX 32

struct column {
    const char *name;
    enum column_type type;
    bool required; /* a file must have the column; its cells may still be empty if it is nullable */
    bool nullable;
    size_t offset; /* in the model's struct */
    const struct names *words;
    const char *sentence;
};

struct table {
    const char *name;
    size_t key_count;        /* the first columns are the primary key */
    const char *by_customer; /* leading columns of the covering index, "" without one */
    const struct column *columns;
    size_t count;
};

extern const struct table ledger_customers, ledger_invoices, ledger_payments, ledger_contacts;

/* The position of a column, -1 if there is none of that name (upper and lower case are the same). */
int table_find(const struct table *table, const char *name);

#endif
