#include "store/state_backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/backup_left.h"
#include "store/facts.h"
#include "store/folder.h"
#include "store/sqlite_util.h"
#include "store/state_core.h"

#define PATH_SIZE 4096
#define BUSY_WAIT_MS 50
#define COPIES_MOST 99

static int failed(const char *file, const char *what, struct err *err)
{
    return err_set(err, ERR_FAILED, "%s: %s: %s; choose another place or make room", file, what, strerror(errno));
}

static int copy_pages(sqlite3 *from, sqlite3 *to, struct err *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    int rc;

    if (backup == NULL)
        return sql_error(to, "the copy cannot be started", err);
    /* All pages in one step: in several, every commit of the engine between two would start the copy anew. */
    while ((rc = sqlite3_backup_step(backup, -1)) == SQLITE_BUSY || rc == SQLITE_LOCKED)
        sqlite3_sleep(BUSY_WAIT_MS);
    sqlite3_backup_finish(backup);
    return rc == SQLITE_DONE ? 0 : sql_error(to, "the copy was not finished", err);
}

static int verify(sqlite3 *db, struct err *err)
{
    struct sql sql;
    int row, ok;

    if (sql_prepare(&sql, db, "PRAGMA integrity_check(1)", err) != 0)
        return -1;
    row = sql_step(&sql, err);
    ok = row == 1 && strcmp((const char *)sqlite3_column_text(sql.stmt, 0), "ok") == 0;
    if (row == 1 && !ok)
        err_set(err, ERR_FAILED, "the copy does not pass SQLite's integrity check; check the disk");
    sql_finish(&sql);
    return ok ? 0 : -1;
}

/* A copy is one file: no -wal beside it that somebody could forget. */
static int write_copy(sqlite3 *db, const char *file, struct err *err)
{
    sqlite3 *copy;
    int result;

    if (sql_open(&copy, file, SQLITE_OPEN_READWRITE, 0, err) != 0)
        return -1;
    result = copy_pages(db, copy, err);
    if (result == 0)
        result = sql_exec(copy, "PRAGMA journal_mode = DELETE", err);
    if (result == 0)
        result = verify(copy, err);
    sql_close(&copy);
    return result;
}

static int sync_file(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int result = fd >= 0 && fsync(fd) == 0 ? 0 : failed(path, "cannot be synced", err);

    if (fd >= 0)
        close(fd);
    return result;
}

/* link() does what rename() cannot: it fails where the name is taken. */
static int give_name(const char *temporary, const char *file, struct err *err)
{
    if (link(temporary, file) != 0)
        return errno == EEXIST ? err_set(err, ERR_REFUSED, "%s: exists already; name a new file", file)
                               : failed(file, "cannot be created", err);
    unlink(temporary);
    return folder_sync_above(file) == 0 ? 0 : failed(file, "lies in a folder that cannot be synced", err);
}

/*
 * A verified and synced copy under a name that nobody has; nothing is left of one that failed.  *lock tells others
 * that it is on its way, until it is closed.
 */
static int make_copy(sqlite3 *db, const char *temporary, int *lock, struct err *err)
{
    *lock = open(temporary, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (*lock < 0)
        return failed(temporary, "cannot be created", err);
    flock(*lock, LOCK_EX | LOCK_NB); /* a file system without locks is as good: then nobody clears up there */
    if (write_copy(db, temporary, err) == 0 && sync_file(temporary, err) == 0)
        return 0;
    unlink(temporary);
    close(*lock);
    return -1;
}

int backup_database(sqlite3 *db, const char *file, struct err *err)
{
    char temporary[PATH_SIZE];
    int lock, result;

    if (backup_part_name(file, temporary, sizeof temporary) != 0)
        return err_set(err, ERR_FAILED, "%s: the path is too long", file);
    if (access(file, F_OK) == 0)
        return err_set(err, ERR_REFUSED, "%s: exists already; name a new file", file);
    backup_left_clear(file, BACKUP_PART);
    if (make_copy(db, temporary, &lock, err) != 0)
        return -1;
    result = give_name(temporary, file, err);
    if (result != 0)
        unlink(temporary);
    close(lock);
    return result;
}

/* ---- copies that are kept ---- */

static bool same_bytes(FILE *one, FILE *other)
{
    char left[8192], right[8192];
    size_t length;

    do {
        length = fread(left, 1, sizeof left, one);
        if (fread(right, 1, sizeof right, other) != length || memcmp(left, right, length) != 0)
            return false;
    } while (length == sizeof left);
    return !ferror(one) && !ferror(other);
}

static bool same_files(const char *one, const char *other)
{
    FILE *left = fopen(one, "re"), *right = fopen(other, "re");
    bool same = left && right && same_bytes(left, right);

    if (left)
        fclose(left);
    if (right)
        fclose(right);
    return same;
}

/* The first free name, or the one under which the same copy stands. */
static int keep_as(const char *temporary, const char *file, struct err *err)
{
    char name[PATH_SIZE];

    for (int n = 1; n <= COPIES_MOST; n++) {
        int length = n == 1 ? snprintf(name, sizeof name, "%s", file) : snprintf(name, sizeof name, "%s-%d", file, n);
        if (length < 0 || (size_t)length >= sizeof name)
            return err_set(err, ERR_FAILED, "%s: the path is too long", file);
        if (access(name, F_OK) != 0)
            return give_name(temporary, name, err);
        if (same_files(temporary, name))
            return unlink(temporary) == 0 ? 0 : failed(temporary, "cannot be removed", err);
    }
    return err_set(err, ERR_FAILED, "%s: there are too many copies already; move them elsewhere", file);
}

int backup_keep(sqlite3 *db, const char *file, struct err *err)
{
    char temporary[PATH_SIZE];
    int length = snprintf(temporary, sizeof temporary, "%s.part", file), lock, result;

    if (length < 0 || (size_t)length >= sizeof temporary)
        return err_set(err, ERR_FAILED, "%s: the path is too long", file);
    unlink(temporary); /* half a copy, of a start that was cut off */
    if (make_copy(db, temporary, &lock, err) != 0)
        return -1;
    result = keep_as(temporary, file, err);
    if (result != 0)
        unlink(temporary);
    close(lock);
    return result;
}

int state_backup(struct state *state, const char *file, struct err *err)
{
    return backup_database(state->db, file, err);
}
