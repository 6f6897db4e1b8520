/*
 * CSV as people and programs really write it: comma, semicolon or tab (told by
 * the first line), LF or CR LF, a byte order mark or none, quoted fields that
 * hold line breaks and doubled quotes.  What is wrong with a record is said in
 * the record, and reading goes on with the next.
 */
#ifndef STORE_CSV_H
#define STORE_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define CSV_RECORD_MAX (1 << 20) /* bytes; a longer one is a quote without its partner */

struct arena;
struct csv;

struct csv_record {
    size_t line; /* where it begins, from 1 */
    size_t count;
    const char *const *fields; /* until the next record; CR LF inside a field is LF */
    const char *problem;       /* "" or a sentence without a full stop; the fields are then not to be used */
};

/* fd stays the caller's and is read to its end. */
struct csv *csv_new(int fd, struct arena *arena);

/* 1: a record (empty lines are passed over); 0: the end; -1: reading failed. */
int csv_next(struct csv *csv, struct csv_record *out, struct err *err);

size_t csv_bytes(const struct csv *csv); /* read so far */

#endif
