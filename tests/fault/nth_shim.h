/* What the parts of the shim share: the board, and the fate of a call. */
#ifndef FAULT_NTH_SHIM_H
#define FAULT_NTH_SHIM_H

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAGIC 0x4854414eu /* as it stands in lib_nth_board.py, with the order of the kinds and tricks */

enum kind { MEM, OPEN, READ, WRITE, SYNC, SIZE, NAME, MAP, LOCK, SOCKET, SEND, RECV, WAIT, RANDOM, MEMFD, KINDS };

/* Instead of an errno: half of a write; a sync that does nothing and says it did, also with SIGKILL; one that is
 * killed. */
enum trick { SHORT = 1001, LIE = 1002, LIE_AND_DIE = 1003, DIE = 1004 };

enum program { ENGINE, SENDER, CTL, PROGRAMS };

struct board {
    uint32_t magic, program, kind, forever;
    uint64_t at;
    uint32_t how;
    _Atomic uint32_t fired, signal, signal_program;
    _Atomic uint64_t seen[PROGRAMS][KINDS];
    char call[64], caller[128], path[256]; /* of the first call that failed */
    char crash[128];                       /* where a process died by a signal */
};

/* NULL: this process is none of those that are watched. */
extern struct board *board;
/* The folder below which files count, and its length. */
extern char root[PATH_MAX];
extern size_t root_length;

/* 0: go on; else the errno or trick of this call.  A NULL path: a file that does not count. */
int fate(enum kind kind, const char *call, const char *path, void *from);
/* The next definition of a function, put into *out. */
void find(void *out, const char *name);

#define CALLER __builtin_return_address(0)

/* In a wrapper: the call fails with its errno. */
#define FAIL_IF(kind, path, failure)                       \
    do {                                                   \
        int how_ = fate((kind), __func__, (path), CALLER); \
        if (how_ != 0) {                                   \
            errno = how_ > 1000 ? EIO : how_;              \
            return (failure);                              \
        }                                                  \
    } while (0)

#endif
