#include "stand_ins.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/text.h"
#include "memory_vfs.h"
#include "variants.h"

struct surroundings around = {.sender_fd = -1};

/* ---- engine/journal.c: nothing is told, what is said is shown to whoever replays a seed ---- */

int journal_init(struct journal *journal, const char *path, struct state *state, struct err *err)
{
    (void)state;
    (void)err;
    *journal = (struct journal){.path = path, .fd = -1, .quiet = true};
    return 0;
}

void journal_done(struct journal *journal)
{
    journal->fd = -1;
}

void journal_reopen(struct journal *journal, const char *path)
{
    journal->path = path;
}

int journal_save(struct journal *journal, struct state *state, struct err *err)
{
    (void)journal;
    (void)state;
    (void)err;
    return 0;
}

int journal_follow(struct journal *journal, struct state *state, const struct zone *zone, struct err *err)
{
    (void)journal;
    (void)state;
    (void)zone;
    (void)err;
    return 0;
}

void journal_say(const struct journal *journal, int level, const char *format, ...)
{
    va_list args;

    (void)journal;
    if (!around.verbose)
        return;
    va_start(args, format);
    printf("    engine says (%d): ", level);
    vprintf(format, args);
    printf("\n");
    va_end(args);
}

void journal_note(const struct journal *journal, enum journal_note note, const char *format, ...)
{
    va_list args;

    (void)journal;
    if (!around.verbose)
        return;
    va_start(args, format);
    printf("    engine notes (%d): ", (int)note);
    vprintf(format, args);
    printf("\n");
    va_end(args);
}

/* ---- wrapped: what the floors call outside ---- */

ssize_t __wrap_getrandom(void *buffer, size_t length, unsigned flags);
pid_t __wrap_fork(void);
int __wrap_sigprocmask(int how, const sigset_t *set, sigset_t *old);
int __wrap_statvfs(const char *path, struct statvfs *out);
int __wrap_stat(const char *path, struct stat *out);
int __real_stat(const char *path, struct stat *out);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t length, off_t at);
ssize_t __real_pwrite(int fd, const void *bytes, size_t length, off_t at);
int __wrap_fdatasync(int fd);
int __wrap_fsync(int fd);
int __wrap_ftruncate(int fd, off_t length);
int __real_ftruncate(int fd, off_t length);
int __wrap_frame_send(int socket, const struct frame *frame);
int __real_frame_send(int socket, const struct frame *frame);
int __wrap_config_load(const char *file, int64_t generation, struct config **out, struct findings *findings);
void __wrap_config_free(struct config **config);
int __wrap_link_connect(struct link *link, const char *path, struct err *err);

ssize_t __wrap_getrandom(void *buffer, size_t length, unsigned flags)
{
    unsigned char *bytes = buffer;

    (void)flags;
    for (size_t i = 0; i < length; i++) {
        around.chance = around.chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        bytes[i] = (unsigned char)(around.chance >> 56);
    }
    return (ssize_t)length;
}

pid_t __wrap_fork(void)
{
    return 1;
}

/* The disk has room. */
int __wrap_statvfs(const char *path, struct statvfs *out)
{
    (void)path;
    *out = (struct statvfs){
        .f_bsize = 4096, .f_frsize = 4096, .f_blocks = 1 << 24, .f_bfree = 1 << 23, .f_bavail = 1 << 23};
    return 0;
}

/* Whoever stops the simulation stops it at once. */
int __wrap_sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
    (void)how;
    (void)set;
    (void)old;
    return 0;
}

/* Is the ledger still the same file, asks the engine at each of its ticks.  It is. */
int __wrap_stat(const char *path, struct stat *out)
{
    static struct stat ledger;
    static bool known;
    const char *slash = strrchr(path, '/');

    if (slash == NULL || strcmp(slash, "/ledger.db") != 0)
        return __real_stat(path, out);
    if (!known && __real_stat(path, &ledger) != 0)
        return -1;
    known = true;
    *out = ledger;
    return 0;
}

static int killed(void)
{
    errno = EIO;
    return -1;
}

ssize_t __wrap_pwrite(int fd, const void *bytes, size_t length, off_t at)
{
    if (life_ends_here())
        return killed();
    return around.no_witness ? (ssize_t)length : __real_pwrite(fd, bytes, length, at);
}

int __wrap_fdatasync(int fd)
{
    (void)fd;
    return life_ends_here() ? killed() : 0;
}

int __wrap_fsync(int fd)
{
    (void)fd;
    return life_ends_here() ? killed() : 0;
}

int __wrap_ftruncate(int fd, off_t length)
{
    return life_ends_here() ? killed() : __real_ftruncate(fd, length);
}

/* A sender's frame may be lost with the engine, an engine's with the sender; see post.c. */
int __wrap_frame_send(int socket, const struct frame *frame)
{
    if (life_ends_here())
        return killed();
    around.outgoing = around.outgoing || life.running;
    return __real_frame_send(socket, frame);
}

/* The sender is a service of its own that can be away. */
int __wrap_link_connect(struct link *link, const char *path, struct err *err)
{
    int pair[2];

    (void)path;
    if (around.sender_down)
        return err_set(err, ERR_FAILED, "the sender is away");
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0)
        return err_set(err, ERR_FAILED, "cannot make a socket pair: %s", strerror(errno));
    if (around.sender_fd >= 0)
        close(around.sender_fd);
    around.sender_fd = pair[1];
    around.connected = true;
    around.outgoing = false;
    link_adopt(link, pair[0]);
    return 0;
}

struct config *stand_in_config(const struct config *cached, int64_t generation)
{
    struct config *copy = malloc(sizeof *copy);

    if (copy == NULL)
        abort();
    *copy = *cached;
    copy->rulebook.generation = generation;
    /* More than a file may say: what a merge would find, changes find sooner, and merges cost the most. */
    if (copy->settings.reconcile_s >= 7 * DAY_SECONDS)
        copy->settings.reconcile_s = 90 * DAY_SECONDS;
    if (around.no_summary)
        copy->settings.summary_at = "";
    return copy;
}

int __wrap_config_load(const char *file, int64_t generation, struct config **out, struct findings *findings)
{
    (void)file;
    (void)findings;
    *out = stand_in_config(variant_config(around.config), generation);
    return 0;
}

void __wrap_config_free(struct config **config)
{
    free(*config);
    *config = NULL;
}
