/*
 * A database that nobody vouches for: the tables of a good one without types
 * and rules, so that any row goes in, beside what was in the good one.
 */
#ifndef FUZZ_LIB_HOSTILE_H
#define FUZZ_LIB_HOSTILE_H

#include <sqlite3.h>

#include "fuzz.h"

enum { HOSTILE_TABLES = 32 };

struct hostile {
    sqlite3 *db; /* the good one's rows are attached as `good` */
    const char *tables[HOSTILE_TABLES];
    size_t count;
    const char *const *words; /* what a cell may well hold */
    size_t word_count;
};

/* Makes the file, with the good one's tables and its marks, and no rows. */
void hostile_open(struct hostile *hostile, const char *file, const char *good);

/* All tables empty, or as in the good one. */
void hostile_clear(struct hostile *hostile);
void hostile_restore(struct hostile *hostile);

/* A row of any cells in one of the tables; a cell of a row, or the whole row, changed or taken away. */
void hostile_put_row(struct hostile *hostile, struct feed *feed);
void hostile_change(struct hostile *hostile, struct feed *feed);

void hostile_sql(struct hostile *hostile, const char *sql);

#endif
