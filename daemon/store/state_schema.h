/* The tables of state.db and how one version becomes the next.  Private to store/state*.c. */
#ifndef STORE_STATE_SCHEMA_H
#define STORE_STATE_SCHEMA_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define STATE_APPLICATION_ID 0x44554e4e /* "DUNN" */

/* steps[n] makes version n + 1 out of version n, by statements ended by NULL; their number is this program's version.
 */
struct schema {
    const char *const *const *steps;
    size_t count;
};
extern const struct schema state_schema;

/* ERR_REFUSED unless the file is ours and of exactly this version. */
int schema_expect(sqlite3 *db, const struct schema *schema, struct err *err);

/*
 * Creates an empty database or brings an older one to this version: all in one
 * transaction, after a verified copy of what was there (FILE.before-vN).
 */
int schema_bring(sqlite3 *db, const struct schema *schema, struct err *err);

#endif
