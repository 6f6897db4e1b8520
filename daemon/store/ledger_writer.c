#include "store/ledger_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "store/ledger_schema.h"

enum { BUSY_MS = 10000, FILE_MODE = 0640 };

/* SQLite gives its -wal and -shm files the mode of the main file, so that one is made first. */
static int create_file(const char *path, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
    int result = 0;

    if (fd < 0)
        return errno == EEXIST
                   ? 0
                   : err_set(err, ERR_FAILED, "%s: cannot be created: %s; check the directory", path, strerror(errno));
    if (fchmod(fd, FILE_MODE) != 0)
        result = err_set(err, ERR_FAILED, "%s: cannot be given its mode: %s", path, strerror(errno));
    close(fd);
    return result;
}

/* The check comes first: a database that is something else must not even change its journal mode. */
static int set_up(sqlite3 *db, const char *path, struct err *err)
{
    int empty = 0;

    if (ledger_schema_check(db, path, &empty, err) != 0 && !empty)
        return -1;
    if (sql_exec(db,
                 "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;"
                 "PRAGMA trusted_schema = 0",
                 err) != 0)
        return -1;
    return empty ? ledger_schema_create(db, err) : 0;
}

int ledger_writer_open(struct ledger_writer **out, const char *path, struct err *err)
{
    struct arena *arena;
    sqlite3 *db;

    *out = NULL;
    if (create_file(path, err) != 0 ||
        sql_open(&db, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, BUSY_MS, err) != 0)
        return -1;
    if (set_up(db, path, err) != 0) {
        sql_close(&db);
        return -1;
    }
    arena = arena_new(sizeof **out);
    *out = arena_alloc(arena, sizeof **out);
    **out = (struct ledger_writer){.arena = arena, .db = db};
    return 0;
}

void ledger_writer_close(struct ledger_writer **writer)
{
    struct arena *arena;

    if (*writer == NULL)
        return;
    arena = (*writer)->arena;
    sql_close(&(*writer)->db);
    arena_free(&arena);
    *writer = NULL;
}
