/*
 * The writing connection, shared by what opens it and what imports through it.
 */
#ifndef STORE_LEDGER_WRITER_H
#define STORE_LEDGER_WRITER_H

#include "store/ledger_write.h"
#include "store/sqlite_util.h"

struct ledger_writer {
    struct arena *arena; /* holds this struct */
    sqlite3 *db;
};

#endif
