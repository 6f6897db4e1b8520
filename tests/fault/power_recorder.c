/*
 * Preloaded into the programs: writes down, in one order over all of them, how
 * they change files under a folder and when these changes were synced.
 *
 * DUNNINGD_POWER_LOG    the file that gets the records, appended one write each
 * DUNNINGD_POWER_ROOT   the folder; all else is left alone
 * DUNNINGD_POWER_CLOCK  seconds by which the wall clock is put forward
 * DUNNINGD_POWER_KILL   "PROGRAM KIND N": SIGKILL right after the Nth record of that kind
 *
 * A change is written down when it is done and a sync when it has returned,
 * before the program learns of either.  A sync also says where the log ended
 * when it began: it covers the changes before that place.  SQLite's -shm files
 * are rebuilt at the first opening after a crash and are not recorded.
 */
#undef _FORTIFY_SOURCE /* its inline functions have the names of those here */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define FDS 4096
#define MAGIC 0x52575044u /* as it stands in lib_power_log.py */

enum kind { OPEN = 1, WRITE, TRUNCATE, SYNC, RENAME, LINK, UNLINK, MKDIR, RMDIR, ALLOCATE };

static const char *const kind_words[] = {
    [OPEN] = "open", [WRITE] = "write",   [TRUNCATE] = "truncate", [SYNC] = "sync",   [RENAME] = "rename",
    [LINK] = "link", [UNLINK] = "unlink", [MKDIR] = "mkdir",       [RMDIR] = "rmdir", [ALLOCATE] = "allocate",
};

struct record {
    uint32_t magic, size; /* size of the bytes that follow */
    uint32_t kind, pid;
    uint64_t inode;
    int64_t offset;
    int64_t began; /* of a sync: the size of the log when it was called */
};

static int log_fd = -1;
static char root[PATH_MAX];
static size_t root_length;
static time_t clock_shift;
static enum kind kill_kind;
static atomic_long kill_left;
static atomic_char tracked[FDS];
/* A change and its record are one: no thread is killed between the two. */
static pthread_mutex_t changing = PTHREAD_MUTEX_INITIALIZER;

/* ---- the settings ---- */

static void read_kill(const char *text)
{
    char program[32], word[16];
    long n;

    if (text == NULL || sscanf(text, "%31s %15s %ld", program, word, &n) != 3 ||
        strcmp(program, program_invocation_short_name) != 0)
        return;
    for (size_t i = OPEN; i < sizeof kind_words / sizeof *kind_words; i++)
        if (strcmp(kind_words[i], word) == 0) {
            kill_kind = (enum kind)i;
            atomic_store(&kill_left, n);
        }
}

__attribute__((constructor)) static void begin(void)
{
    const char *log = getenv("DUNNINGD_POWER_LOG"), *folder = getenv("DUNNINGD_POWER_ROOT");
    const char *shift = getenv("DUNNINGD_POWER_CLOCK");

    clock_shift = shift != NULL ? strtol(shift, NULL, 10) : 0;
    if (log == NULL || folder == NULL)
        return;
    root_length = (size_t)snprintf(root, sizeof root, "%s", folder);
    read_kill(getenv("DUNNINGD_POWER_KILL"));
    log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CLOEXEC, 0);
    if (log_fd >= 0) { /* out of the way of descriptors that a program counts on */
        int high = fcntl(log_fd, F_DUPFD_CLOEXEC, 200);
        syscall(SYS_close, log_fd);
        log_fd = high;
    }
}

/* ---- the log ---- */

static int64_t log_size(void)
{
    struct stat status;
    return fstat(log_fd, &status) == 0 ? status.st_size : 0;
}

static void put(const struct record *record, const void *bytes)
{
    struct record head = *record;
    struct iovec parts[2] = {{&head, sizeof head}, {NULL, record->size}};
    int error = errno;

    memcpy(&parts[1].iov_base, &bytes, sizeof bytes);
    head.magic = MAGIC;
    head.pid = (uint32_t)getpid();
    if (syscall(SYS_writev, log_fd, parts, 2) != (long)(sizeof head + record->size))
        abort(); /* a log with a gap proves nothing */
    if (kill_kind == (enum kind)record->kind && atomic_fetch_sub(&kill_left, 1) == 1)
        kill(getpid(), SIGKILL);
    errno = error;
}

static void put_path(enum kind kind, const char *path, uint64_t inode, int64_t offset)
{
    put(&(struct record){.size = (uint32_t)strlen(path), .kind = kind, .inode = inode, .offset = offset}, path);
}

static void put_two(enum kind kind, const char *from, const char *to)
{
    char both[2 * PATH_MAX];
    size_t first = strlen(from) + 1, second = strlen(to);

    memcpy(both, from, first);
    memcpy(both + first, to, second);
    put(&(struct record){.size = (uint32_t)(first + second), .kind = kind}, both);
}

/* ---- which files ---- */

/* The absolute path; "" if it is neither the root nor under it. */
static const char *full(int folder, const char *path, char out[PATH_MAX])
{
    char name[64], base[PATH_MAX] = "";
    size_t length;

    if (log_fd < 0)
        return "";
    if (path[0] == '/') {
        snprintf(out, PATH_MAX, "%s", path);
    } else {
        snprintf(name, sizeof name, folder == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", folder);
        if (readlink(name, base, sizeof base - 1) < 0)
            return "";
        snprintf(out, PATH_MAX, "%.2000s/%.2000s", base, path);
    }
    length = strlen(out);
    if (strncmp(out, root, root_length) != 0 || (out[root_length] != '/' && out[root_length] != '\0'))
        return "";
    return length > 4 && strcmp(out + length - 4, "-shm") == 0 ? "" : out;
}

static bool is_tracked(int fd, struct stat *status)
{
    return log_fd >= 0 && fd >= 0 && fd < FDS && atomic_load(&tracked[fd]) != 0 && fstat(fd, status) == 0 &&
           (S_ISREG(status->st_mode) || S_ISDIR(status->st_mode));
}

/* ---- opening and closing ---- */

static int open_at(int folder, const char *path, int flags, mode_t mode)
{
    char buffer[PATH_MAX];
    const char *name = full(folder, path, buffer);
    struct stat status;
    bool there;
    int fd;

    if (name[0] == '\0')
        return (int)syscall(SYS_openat, folder, path, flags, mode);
    pthread_mutex_lock(&changing);
    there = syscall(SYS_faccessat, AT_FDCWD, name, F_OK) == 0;
    fd = (int)syscall(SYS_openat, folder, path, flags, mode);
    if (fd >= 0 && fd < FDS) {
        atomic_store(&tracked[fd], 1);
        if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && (!there || (flags & O_TRUNC) != 0))
            put_path(there ? TRUNCATE : OPEN, there ? "" : name, status.st_ino, 0);
    }
    pthread_mutex_unlock(&changing);
    return fd;
}

static mode_t mode_of(int flags, va_list list)
{
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;
}

#define OPEN_BODY(folder)               \
    va_list list;                       \
    va_start(list, flags);              \
    mode_t mode = mode_of(flags, list); \
    va_end(list);                       \
    return open_at((folder), path, flags, mode);

int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int folder, const char *path, int flags);
int __openat64_2(int folder, const char *path, int flags);

int open(const char *path, int flags, ...)
{
    OPEN_BODY(AT_FDCWD)
}

int open64(const char *path, int flags, ...)
{
    OPEN_BODY(AT_FDCWD)
}

int openat(int folder, const char *path, int flags, ...)
{
    OPEN_BODY(folder)
}

int openat64(int folder, const char *path, int flags, ...)
{
    OPEN_BODY(folder)
}

int __open_2(const char *path, int flags)
{
    return open_at(AT_FDCWD, path, flags, 0);
}

int __open64_2(const char *path, int flags)
{
    return open_at(AT_FDCWD, path, flags, 0);
}

int __openat_2(int folder, const char *path, int flags)
{
    return open_at(folder, path, flags, 0);
}

int __openat64_2(int folder, const char *path, int flags)
{
    return open_at(folder, path, flags, 0);
}

int close(int fd)
{
    if (fd >= 0 && fd < FDS)
        atomic_store(&tracked[fd], 0);
    return (int)syscall(SYS_close, fd);
}

/* ---- bytes ---- */

static void wrote(const struct stat *status, const void *bytes, ssize_t length, int64_t offset)
{
    struct record record = {.size = (uint32_t)length, .kind = WRITE, .inode = status->st_ino, .offset = offset};

    if (length > 0)
        put(&record, bytes);
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    struct stat status;
    ssize_t n;

    if (!is_tracked(fd, &status))
        return syscall(SYS_write, fd, bytes, length);
    pthread_mutex_lock(&changing);
    n = syscall(SYS_write, fd, bytes, length);
    wrote(&status, bytes, n, lseek(fd, 0, SEEK_CUR) - n);
    pthread_mutex_unlock(&changing);
    return n;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
    struct stat status;
    ssize_t n;

    if (!is_tracked(fd, &status))
        return syscall(SYS_pwrite64, fd, bytes, length, offset);
    pthread_mutex_lock(&changing);
    n = syscall(SYS_pwrite64, fd, bytes, length, offset);
    wrote(&status, bytes, n, offset);
    pthread_mutex_unlock(&changing);
    return n;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset)
{
    return pwrite(fd, bytes, length, offset);
}

static int resized(int fd, enum kind kind, int64_t offset, long result)
{
    struct stat status;

    if (result == 0 && is_tracked(fd, &status))
        put(&(struct record){.kind = kind, .inode = status.st_ino, .offset = offset}, "");
    pthread_mutex_unlock(&changing);
    return (int)result;
}

int ftruncate(int fd, off_t size)
{
    pthread_mutex_lock(&changing);
    return resized(fd, TRUNCATE, size, syscall(SYS_ftruncate, fd, size));
}

int ftruncate64(int fd, off64_t size)
{
    return ftruncate(fd, size);
}

int fallocate(int fd, int mode, off_t offset, off_t length)
{
    pthread_mutex_lock(&changing);
    return resized(fd, ALLOCATE, mode == 0 ? offset + length : 0, syscall(SYS_fallocate, fd, mode, offset, length));
}

int fallocate64(int fd, int mode, off64_t offset, off64_t length)
{
    return fallocate(fd, mode, offset, length);
}

int posix_fallocate(int fd, off_t offset, off_t length)
{
    return fallocate(fd, 0, offset, length) == 0 ? 0 : errno;
}

int posix_fallocate64(int fd, off64_t offset, off64_t length)
{
    return posix_fallocate(fd, offset, length);
}

/* ---- syncs ---- */

/* Only told, not done: the disk is a model, and the real one need not be waited for. */
static int tell_sync(int fd)
{
    struct stat status;
    int64_t began = log_fd >= 0 ? log_size() : 0;

    if (fstat(fd, &status) != 0)
        return -1;
    if (is_tracked(fd, &status)) {
        pthread_mutex_lock(&changing);
        put(&(struct record){.kind = SYNC, .inode = status.st_ino, .began = began}, "");
        pthread_mutex_unlock(&changing);
    }
    return 0;
}

int fsync(int fd)
{
    return tell_sync(fd);
}

int fdatasync(int fd)
{
    return tell_sync(fd);
}

/* ---- names ---- */

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    char one[PATH_MAX], two[PATH_MAX];
    const char *old = full(from_folder, from, one), *new = full(to_folder, to, two);
    int result;

    pthread_mutex_lock(&changing);
    result = (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
    if (result == 0 && old[0] != '\0' && new[0] != '\0')
        put_two(RENAME, old, new);
    pthread_mutex_unlock(&changing);
    return result;
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    return renameat2(from_folder, from, to_folder, to, 0);
}

int rename(const char *from, const char *to)
{
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
    char one[PATH_MAX], two[PATH_MAX];
    const char *old = full(from_folder, from, one), *new = full(to_folder, to, two);
    int result;

    pthread_mutex_lock(&changing);
    result = (int)syscall(SYS_linkat, from_folder, from, to_folder, to, flags);
    if (result == 0 && old[0] != '\0' && new[0] != '\0')
        put_two(LINK, old, new);
    pthread_mutex_unlock(&changing);
    return result;
}

int link(const char *from, const char *to)
{
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlinkat(int folder, const char *path, int flags)
{
    char buffer[PATH_MAX];
    const char *name = full(folder, path, buffer);
    int result;

    pthread_mutex_lock(&changing);
    result = (int)syscall(SYS_unlinkat, folder, path, flags);
    if (result == 0 && name[0] != '\0')
        put_path((flags & AT_REMOVEDIR) != 0 ? RMDIR : UNLINK, name, 0, 0);
    pthread_mutex_unlock(&changing);
    return result;
}

int unlink(const char *path)
{
    return unlinkat(AT_FDCWD, path, 0);
}

int rmdir(const char *path)
{
    return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

int mkdirat(int folder, const char *path, mode_t mode)
{
    char buffer[PATH_MAX];
    const char *name = full(folder, path, buffer);
    struct stat status;
    int result;

    pthread_mutex_lock(&changing);
    result = (int)syscall(SYS_mkdirat, folder, path, mode);
    if (result == 0 && name[0] != '\0' && stat(name, &status) == 0)
        put_path(MKDIR, name, status.st_ino, 0);
    pthread_mutex_unlock(&changing);
    return result;
}

int mkdir(const char *path, mode_t mode)
{
    return mkdirat(AT_FDCWD, path, mode);
}

/* ---- the clock ---- */

int clock_gettime(clockid_t clock, struct timespec *out)
{
    int result = (int)syscall(SYS_clock_gettime, clock, out);

    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        out->tv_sec += clock_shift;
    return result;
}

time_t time(time_t *out)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;

    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return 0;
}
