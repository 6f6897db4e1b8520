/*
 * The ledger, written: schema with its triggers, and import of CSV files
 * (dunning-ledger(5)).  A file goes in wholly or not at all; the same file
 * twice changes nothing.
 */
#ifndef STORE_LEDGER_WRITE_H
#define STORE_LEDGER_WRITE_H

#include "base/day.h"
#include "base/err.h"

struct arena;
struct ledger_writer;

/* Opens for writing and creates the schema where the file is new. */
int ledger_writer_open(struct ledger_writer **out, const char *path, struct err *err);
void ledger_writer_close(struct ledger_writer **writer);

enum import_kind { IMPORT_CUSTOMERS, IMPORT_INVOICES, IMPORT_PAYMENTS, IMPORT_CONTACTS };

struct import_options {
    const char *const *map;  /* pairs OURS, THEIRS, ended by NULL; NULL: none */
    const char *date_format; /* "" ISO; else with YYYY, YY, MM, M, Mon, DD, D, e.g. "M/D/YYYY" */
    bool decimal_comma;
    bool ignore_columns;
    moment_t complete_until; /* payments: feed mark; MOMENT_NONE: newest paid_on in the file, end of that day */
    void (*progress)(void *context, size_t done, size_t total_bytes, size_t bytes); /* NULL: none */
    void *context;
};

struct import_result {
    size_t rows, inserted, updated, unchanged, ignored;
};

struct import_source {
    enum import_kind kind;
    int fd;           /* is read to its end */
    const char *file; /* its name for findings: "invoices.csv:17: amount: ..." */
    const struct import_options *options;
};
int ledger_import(struct ledger_writer *writer, const struct import_source *source, struct import_result *result,
                  struct findings *findings, struct err *err);

/* Column names of an import kind, for help and manuals: name, required, sentence. */
struct import_column {
    const char *name;
    bool required;
    const char *sentence;
};
const struct import_column *import_columns(enum import_kind kind, size_t *count);

#endif
