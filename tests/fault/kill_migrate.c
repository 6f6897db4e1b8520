/*
 * Brings a state to a version that only tests know: today's steps and one more.
 *
 *     kill_migrate STATE.DB
 */
#include <stdio.h>
#include <stdlib.h>

#include "store/sqlite_util.h"
#include "store/state_schema.h"

enum { STEPS_MOST = 64 };

static const char *const next[] = {
    "ALTER TABLE customers ADD COLUMN added INTEGER NOT NULL DEFAULT 0;",
    "CREATE TABLE second(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
    "INSERT INTO second SELECT i, hex(zeroblob(40)) FROM n;"
    "UPDATE customers SET added = 1;",
    NULL,
};

int main(int argc, char **argv)
{
    const char *const *steps[STEPS_MOST];
    struct schema schema = {steps, state_schema.count + 1};
    struct err err = {.code = ERR_NONE};
    sqlite3 *db = NULL;

    if (argc != 2 || schema.count > STEPS_MOST)
        return 2;
    for (size_t i = 0; i < state_schema.count; i++)
        steps[i] = state_schema.steps[i];
    steps[state_schema.count] = next;
    if (sql_open(&db, argv[1], SQLITE_OPEN_READWRITE, 1000, &err) != 0 ||
        sql_exec(db, "PRAGMA synchronous = FULL", &err) != 0 || schema_bring(db, &schema, &err) != 0)
        fprintf(stderr, "kill_migrate: %s\n", err.text);
    sql_close(&db);
    return err.code == ERR_NONE ? EXIT_SUCCESS : EXIT_FAILURE;
}
