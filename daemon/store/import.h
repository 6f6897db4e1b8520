/*
 * One import under way: shared by the files import*.c.
 *
 * A record goes through four steps: its header's mapping (import_header), each
 * cell by its type (import_cell), the row by the rules of its kind
 * (import_rules), and the database (import_put).
 */
#ifndef STORE_IMPORT_H
#define STORE_IMPORT_H

#include "policy/terms.h"
#include "store/import_seen.h"
#include "store/ledger_columns.h"
#include "store/ledger_writer.h"

struct csv;
struct csv_record;

#define IMPORT_FINDINGS_MAX 100 /* of each severity; the rest is counted */

/* A cell as it goes into the database. */
struct cell {
    const char *text;
    int64_t number;
    bool given; /* the file has the column and the cell is not empty */
    bool null;
};

struct import {
    sqlite3 *db;
    enum import_kind kind;
    const struct table *table;
    const struct import_options *options;
    struct import_result *result;
    /* what is said */
    const char *file;
    struct findings *findings;
    size_t said[SEVERITY_NOTE + 1];
    uint32_t warned; /* columns about which a warning was given, which is enough once */
    /* the file */
    struct arena *life, *row; /* row is reset before each record */
    struct csv *csv;
    size_t line;                     /* of the record in hand, as are the cells */
    size_t fields;                   /* in the header */
    int *column_of;                  /* of each field, -1: ignored */
    bool present[TABLE_COLUMNS_MAX]; /* the header has it */
    bool written[TABLE_COLUMNS_MAX]; /* present, or made up by a rule */
    struct cell cells[TABLE_COLUMNS_MAX];
    char currency[CURRENCY_SIZE]; /* "" if the row's is wrong */
    size_t terms_field;           /* of invoices: the field behind which payment terms stand, counted from 1; 0: none */
    struct terms terms;           /* the row's; open, without discounts, where it has none */
    /* the database */
    struct sql find, insert, update, customer, account, invoice;
    const char *stamp;                      /* changed_at of what is written, one for the whole file */
    char customer_known[LEDGER_ID_MAX + 1]; /* the last one that was found */
    struct seen seen;
    int64_t orphans_before;
    /* for the feed */
    day_t newest;
    const char **entities;
    size_t entity_count;
};

/* A finding about the line in hand; column "" for the row as a whole. */
void import_say(struct import *import, enum severity severity, const char *column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Reads the first record; false if it does not name the columns rightly (said) or cannot be read (err, nothing said).
 */
bool import_header(struct import *import, struct err *err);

/* All cells of a record; false if one was refused (said). */
bool import_cells(struct import *import, const struct csv_record *record);

enum import_verdict { IMPORT_TAKE, IMPORT_IGNORE, IMPORT_REFUSE, IMPORT_FAILED };

/* The rules of the kind; REFUSE and IGNORE have been said, FAILED is in err. */
enum import_verdict import_rules(struct import *import, struct err *err);
/* What can only be said when all rows are in: 0, or -1 with err. */
int import_last_rules(struct import *import, struct err *err);

int import_put_open(struct import *import, struct err *err);
int import_put(struct import *import, struct err *err);
int import_put_feed(struct import *import, struct err *err);
void import_put_close(struct import *import);

static inline struct cell *import_cell(struct import *import, const char *column)
{
    return &import->cells[table_find(import->table, column)];
}

#endif
