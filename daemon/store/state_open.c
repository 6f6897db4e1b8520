/* Opening and closing the state: directory, lock file, connection, schema. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/ballast.h"
#include "store/folder.h"
#include "store/state_core.h"
#include "store/state_schema.h"

#define BUSY_MS 10000
#define PATH_SIZE 4096
#define LOCK_TRIES 5
#define LOCK_PAUSE_NS 10000000
#define QUICK_CHECK_MAX (INT64_C(32) << 20) /* bytes: what is checked in a fraction of a second */

static const char pragmas[] = "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON;"
                              "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -16384;"
                              "PRAGMA wal_autocheckpoint = 4000"; /* as WAL_PAGES, for dunningctl */

static bool is_engine(const struct state *state)
{
    return state->role == STATE_ENGINE || state->role == STATE_ONCE;
}

static int path_in(const char *directory, const char *name, char path[PATH_SIZE], struct err *err)
{
    int length = snprintf(path, PATH_SIZE, "%s/%s", directory, name);

    if (length < 0 || length >= PATH_SIZE)
        return err_set(err, ERR_CONFIG, "%s: the path is too long; choose a shorter state directory", directory);
    return 0;
}

static int failed(const char *path, const char *what, struct err *err)
{
    return err_set(err, ERR_FAILED, "%s: %s: %s; the state directory must belong to the user of the daemon", path, what,
                   strerror(errno));
}

/* 0700, whatever was there: names and addresses are in it. */
static int make_directory(const char *directory, struct err *err)
{
    struct stat status;

    if (folder_make(directory) != 0)
        return failed(directory, "cannot be created", err);
    if (stat(directory, &status) != 0)
        return failed(directory, "cannot be read", err);
    if ((status.st_mode & 077) != 0 && chmod(directory, 0700) != 0)
        return failed(directory, "is open to others and cannot be closed to them", err);
    return 0;
}

/* ---- the lock file ---- */

static long pid_in(int fd)
{
    char text[32] = "";
    ssize_t length = pread(fd, text, sizeof text - 1, 0);

    return length > 0 ? strtol(text, NULL, 10) : 0;
}

static int lock_taken(int fd, const char *path, struct err *err)
{
    if (errno != EWOULDBLOCK)
        return failed(path, "cannot be locked", err);
    return err_set(err, ERR_REFUSED, "another dunningd (pid %ld) works on this state; stop it first", pid_in(fd));
}

static int write_pid(int fd, const char *path, struct err *err)
{
    char text[32];
    int length = snprintf(text, sizeof text, "%ld\n", (long)getpid());

    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)length, 0) != length)
        return failed(path, "cannot be written", err);
    return 0;
}

static int lock_at_once(int fd)
{
    static const struct timespec pause = {0, LOCK_PAUSE_NS};

    /* A few tries, because state_engine_pid holds the lock for a moment to see whether somebody else does. */
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return 0;
        if (errno != EWOULDBLOCK || i + 1 == LOCK_TRIES)
            break;
        nanosleep(&pause, NULL);
    }
    return -1;
}

static int take_lock(struct state *state, const char *directory, struct err *err)
{
    char path[PATH_SIZE];

    if (path_in(directory, "lock", path, err) != 0)
        return -1;
    state->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (state->lock_fd < 0)
        return failed(path, "cannot be opened", err);
    if (lock_at_once(state->lock_fd) != 0)
        return lock_taken(state->lock_fd, path, err);
    return write_pid(state->lock_fd, path, err);
}

int state_engine_pid(const char *directory, long *pid, struct err *err)
{
    char path[PATH_SIZE];
    int fd;

    *pid = 0;
    if (path_in(directory, "lock", path, err) != 0)
        return -1;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? 0 : failed(path, "cannot be opened", err);
    if (flock(fd, LOCK_SH | LOCK_NB) != 0)
        *pid = pid_in(fd);
    close(fd);
    return 0;
}

/* ---- the database ---- */

/* Created here and not by SQLite, so that it never has a wider mode; -wal and -shm take over its mode. */
static int create_file(const char *path, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return failed(path, "cannot be created", err);
    if (fchmod(fd, 0600) != 0) {
        failed(path, "cannot be closed to others", err);
        close(fd);
        return -1;
    }
    close(fd);
    return 0;
}

static int use_wal(sqlite3 *db, struct err *err)
{
    struct sql sql;
    int row, wal;

    if (sql_prepare(&sql, db, "PRAGMA journal_mode = WAL", err) != 0)
        return -1;
    row = sql_step(&sql, err);
    wal = row == 1 && strcmp((const char *)sqlite3_column_text(sql.stmt, 0), "wal") == 0;
    if (row == 1 && !wal)
        err_set(err, ERR_FAILED, "%s: this file system does not support SQLite's WAL; use a local one",
                sqlite3_db_filename(db, "main"));
    sql_finish(&sql);
    return wal ? 0 : -1;
}

/* Early notice of a damaged file, where it costs little. */
static int quick_check(sqlite3 *db, const char *path, struct err *err)
{
    struct stat status;
    struct sql sql;
    int row, ok;

    if (stat(path, &status) != 0 || status.st_size > QUICK_CHECK_MAX)
        return 0;
    if (sql_prepare(&sql, db, "PRAGMA quick_check(1)", err) != 0)
        return -1;
    row = sql_step(&sql, err);
    ok = row == 1 && strcmp((const char *)sqlite3_column_text(sql.stmt, 0), "ok") == 0;
    if (row == 1 && !ok)
        err_set(err, ERR_FAILED, "%s: is damaged; put back a backup, start once, then run `dunningctl recover`", path);
    sql_finish(&sql);
    return ok ? 0 : -1;
}

static int open_database(struct state *state, const char *path, struct err *err)
{
    if (access(path, F_OK) != 0 && errno == ENOENT && !is_engine(state))
        return err_set(err, ERR_NOT_FOUND, "%s: does not exist yet; start dunningd once so that it is set up", path);
    if (is_engine(state) && create_file(path, err) != 0)
        return -1;
    if (sql_open(&state->db, path, SQLITE_OPEN_READWRITE, BUSY_MS, err) != 0)
        return -1;
    state->patience.wait_ms = BUSY_MS;
    sql_be_patient(state->db, &state->patience);
    return 0;
}

static int prepare_database(struct state *state, const char *path, struct err *err)
{
    if (sql_exec(state->db, pragmas, err) != 0)
        return -1;
    if (state->role == STATE_ENGINE && quick_check(state->db, path, err) != 0)
        return -1;
    if (!is_engine(state)) {
        if (state->role == STATE_READ && sql_exec(state->db, "PRAGMA query_only = ON", err) != 0)
            return -1;
        return schema_expect(state->db, &state_schema, err);
    }
    if (use_wal(state->db, err) != 0)
        return -1;
    state_watch_wal(state);
    return schema_bring(state->db, &state_schema, err);
}

/* On a full disk what was reserved is needed now: to open at all. */
static int take_ballast(struct state *state, const char *directory, struct err *err)
{
    char path[PATH_SIZE];

    if (path_in(directory, "ballast", path, err) != 0)
        return -1;
    state->ballast = arena_alloc(state->arena, sizeof *state->ballast);
    state->ballast->path = arena_copy(state->arena, path);
    ballast_look(state->ballast);
    return 0;
}

int state_open(struct state **out, const char *directory, enum state_role role, struct err *err)
{
    struct arena *arena = arena_new(0);
    struct state *state = arena_alloc(arena, sizeof *state);
    char path[PATH_SIZE];

    state->role = role;
    state->lock_fd = -1;
    state->arena = arena;
    state->scratch = arena_new(0);
    *out = NULL;
    if (path_in(directory, "state.db", path, err) != 0)
        goto failed;
    if (is_engine(state) && (make_directory(directory, err) != 0 || take_ballast(state, directory, err) != 0 ||
                             take_lock(state, directory, err) != 0))
        goto failed;
    if (open_database(state, path, err) != 0 || prepare_database(state, path, err) != 0)
        goto failed;
    *out = state;
    return 0;
failed:
    state_close(&state);
    return -1;
}

void state_close(struct state **state)
{
    struct state *old = *state;
    struct arena *arena;

    *state = NULL;
    if (old == NULL)
        return;
    for (size_t i = 0; i < STATEMENTS_MAX; i++)
        sql_finish(&old->statements[i].sql);
    sql_close(&old->db);
    if (old->lock_fd >= 0)
        close(old->lock_fd);
    arena_free(&old->scratch);
    arena = old->arena; /* the state itself lies in it */
    arena_free(&arena);
}
