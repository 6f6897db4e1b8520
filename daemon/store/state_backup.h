/* Copies of a database.  Private to store/state*.c and facts*.c. */
#ifndef STORE_STATE_BACKUP_H
#define STORE_STATE_BACKUP_H

#include <sqlite3.h>

#include "base/err.h"

/*
 * A consistent copy that another program may go on writing beside: under a
 * temporary name, verified by integrity_check, synced, then renamed; an
 * existing file is never replaced (ERR_REFUSED).
 */
int backup_database(sqlite3 *db, const char *file, struct err *err);

/*
 * The same for whoever holds the lock of the state and must get on: where the
 * name is taken by another copy, FILE-2, FILE-3 and so on; where by the same
 * one, by a start that was cut off behind it, that one will do.
 */
int backup_keep(sqlite3 *db, const char *file, struct err *err);

#endif
