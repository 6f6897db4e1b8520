#include "shelf.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECTIONS_MAX = 24, STATEMENTS_MAX = 1024, SETTINGS_MAX = 4, NAME_SIZE = 256 };

struct kept_statement {
    char *text;
    sqlite3_stmt *stmt;
    bool lent;
};

/* A slot without `db` is free. */
struct kept_connection {
    sqlite3 *db;
    char path[NAME_SIZE];
    int flags;
    bool lent;
    char *settings[SETTINGS_MAX]; /* what was said to it once and need not be said again */
    struct kept_statement statements[STATEMENTS_MAX];
    int statement_count;
};

static struct kept_connection connections[CONNECTIONS_MAX];

int __real_sqlite3_open_v2(const char *path, sqlite3 **out, int flags, const char *vfs);
int __wrap_sqlite3_open_v2(const char *path, sqlite3 **out, int flags, const char *vfs);
int __real_sqlite3_close(sqlite3 *db);
int __wrap_sqlite3_close(sqlite3 *db);
int __real_sqlite3_prepare_v3(sqlite3 *db, const char *text, int length, unsigned flags, sqlite3_stmt **out,
                              const char **tail);
int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *text, int length, unsigned flags, sqlite3_stmt **out,
                              const char **tail);
int __wrap_sqlite3_prepare_v2(sqlite3 *db, const char *text, int length, sqlite3_stmt **out, const char **tail);
int __real_sqlite3_finalize(sqlite3_stmt *stmt);
int __wrap_sqlite3_finalize(sqlite3_stmt *stmt);
int __real_sqlite3_exec(sqlite3 *db, const char *text, int (*row)(void *, int, char **, char **), void *context,
                        char **error);
int __wrap_sqlite3_exec(sqlite3 *db, const char *text, int (*row)(void *, int, char **, char **), void *context,
                        char **error);

static struct kept_connection *connection_of(const sqlite3 *db)
{
    for (int i = 0; i < CONNECTIONS_MAX && db != NULL; i++)
        if (connections[i].db == db)
            return &connections[i];
    return NULL;
}

/* ---- statements ---- */

static uint64_t hash_of(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    while (*text != '\0')
        hash = (hash ^ (unsigned char)*text++) * UINT64_C(0x100000001b3);
    return hash;
}

/* Its place, or the free one where it belongs; NULL: no room. */
static struct kept_statement *place_of(struct kept_connection *connection, const char *text)
{
    size_t at = hash_of(text) % STATEMENTS_MAX;

    while (connection->statements[at].text != NULL && strcmp(connection->statements[at].text, text) != 0)
        at = (at + 1) % STATEMENTS_MAX;
    if (connection->statements[at].text == NULL && connection->statement_count > STATEMENTS_MAX / 2)
        return NULL;
    return &connection->statements[at];
}

/* Most of the others are done while they are prepared. */
static bool may_be_kept(const char *text)
{
    return strncmp(text, "PRAGMA", 6) != 0 || strncmp(text, "PRAGMA quick_check", 18) == 0;
}

int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *text, int length, unsigned flags, sqlite3_stmt **out,
                              const char **tail)
{
    struct kept_connection *connection = connection_of(db);
    struct kept_statement *place = NULL;

    if (connection != NULL && length < 0 && tail == NULL && may_be_kept(text))
        place = place_of(connection, text);
    if (place != NULL && place->stmt != NULL && !place->lent) {
        place->lent = true;
        *out = place->stmt;
        return SQLITE_OK;
    }
    int rc = __real_sqlite3_prepare_v3(db, text, length, flags, out, tail);
    if (rc != SQLITE_OK || *out == NULL || place == NULL || place->lent)
        return rc;
    if (place->text == NULL) {
        place->text = strdup(text);
        connection->statement_count++;
    }
    place->stmt = *out;
    place->lent = true;
    return rc;
}

int __wrap_sqlite3_prepare_v2(sqlite3 *db, const char *text, int length, sqlite3_stmt **out, const char **tail)
{
    return __wrap_sqlite3_prepare_v3(db, text, length, SQLITE_PREPARE_PERSISTENT, out, tail);
}

static struct kept_statement *lent_place(sqlite3_stmt *stmt)
{
    struct kept_connection *connection = stmt == NULL ? NULL : connection_of(sqlite3_db_handle(stmt));
    struct kept_statement *place = connection == NULL ? NULL : place_of(connection, sqlite3_sql(stmt));

    return place != NULL && place->stmt == stmt ? place : NULL;
}

int __wrap_sqlite3_finalize(sqlite3_stmt *stmt)
{
    struct kept_statement *place = lent_place(stmt);

    if (place == NULL)
        return __real_sqlite3_finalize(stmt);
    int rc = sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
    place->lent = false;
    return rc;
}

static bool any_lent(const struct kept_connection *connection)
{
    for (int i = 0; i < STATEMENTS_MAX; i++)
        if (connection->statements[i].lent)
            return true;
    return false;
}

/* ---- connections ---- */

/* What has no statement and is no row is a setting, or the joining of another file; the same one again changes nothing.
 */
static char **setting_of(struct kept_connection *connection, const char *text)
{
    for (int i = 0; i < SETTINGS_MAX; i++)
        if (connection->settings[i] == NULL || strcmp(connection->settings[i], text) == 0)
            return &connection->settings[i];
    return NULL;
}

int __wrap_sqlite3_exec(sqlite3 *db, const char *text, int (*row)(void *, int, char **, char **), void *context,
                        char **error)
{
    struct kept_connection *connection = connection_of(db);
    char **setting = NULL;

    if (connection != NULL && (strncmp(text, "PRAGMA", 6) == 0 || strncmp(text, "ATTACH", 6) == 0))
        setting = setting_of(connection, text);
    if (setting != NULL && *setting != NULL)
        return SQLITE_OK;
    int rc = __real_sqlite3_exec(db, text, row, context, error);
    if (rc == SQLITE_OK && setting != NULL)
        *setting = strdup(text);
    return rc;
}

static void begin_to_keep(sqlite3 *db, const char *path, int flags)
{
    size_t length = strlen(path);

    for (int i = 0; i < CONNECTIONS_MAX && length < NAME_SIZE; i++) {
        struct kept_connection *connection = &connections[i];

        if (connection->db != NULL)
            continue;
        /* A plan that depends on what is bound would have to be made again and again. */
        sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
        connection->db = db;
        connection->flags = flags;
        connection->lent = true;
        memcpy(connection->path, path, length + 1);
        return;
    }
}

/* In the order of the slots, so that each of several connections to one file has the same task again. */
int __wrap_sqlite3_open_v2(const char *path, sqlite3 **out, int flags, const char *vfs)
{
    for (int i = 0; i < CONNECTIONS_MAX; i++)
        if (connections[i].db != NULL && !connections[i].lent && connections[i].flags == flags &&
            strcmp(connections[i].path, path) == 0) {
            connections[i].lent = true;
            *out = connections[i].db;
            return SQLITE_OK;
        }
    int rc = __real_sqlite3_open_v2(path, out, flags, vfs);
    if (rc == SQLITE_OK && vfs == NULL)
        begin_to_keep(*out, path, flags);
    return rc;
}

static void forget(struct kept_connection *connection)
{
    for (int i = 0; i < STATEMENTS_MAX; i++) {
        if (connection->statements[i].stmt != NULL && !connection->statements[i].lent)
            __real_sqlite3_finalize(connection->statements[i].stmt);
        free(connection->statements[i].text);
    }
    for (int i = 0; i < SETTINGS_MAX; i++)
        free(connection->settings[i]);
    memset(connection, 0, sizeof *connection);
}

int __wrap_sqlite3_close(sqlite3 *db)
{
    struct kept_connection *connection = connection_of(db);

    if (connection == NULL)
        return __real_sqlite3_close(db);
    if (!sqlite3_get_autocommit(db))
        __real_sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    if (!sqlite3_get_autocommit(db) || any_lent(connection)) {
        forget(connection);
        return __real_sqlite3_close(db);
    }
    sqlite3_progress_handler(db, 0, NULL, NULL);
    sqlite3_wal_hook(db, NULL, NULL);
    sqlite3_busy_timeout(db, 0);
    connection->lent = false;
    return SQLITE_OK;
}

void shelf_clear(void)
{
    for (int i = 0; i < CONNECTIONS_MAX; i++) {
        sqlite3 *db = connections[i].db;

        if (db == NULL || connections[i].lent)
            continue;
        forget(&connections[i]);
        __real_sqlite3_close(db);
    }
}
