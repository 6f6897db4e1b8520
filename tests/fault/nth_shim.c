/*
 * Preloaded into the programs: counts their calls by kind, and lets the Nth
 * one of a kind fail, or that one and all that follow.
 *
 * DUNNINGD_NTH_BOARD  a file of struct board, shared by all processes of a run: what to do and what was seen
 * DUNNINGD_NTH_ROOT   calls on files count only below this folder
 *
 * How a call fails stands in the board: an errno, or one of the tricks below.
 * A process that dies by a signal of its own making says so in the board.
 */
#include "nth_shim.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *const programs[] = {[ENGINE] = "dunningd", [SENDER] = "dunningd-send", [CTL] = "dunningctl"};

struct board *board;
static int self = PROGRAMS;
char root[PATH_MAX];
size_t root_length;

/* ---- the board ---- */

static void copy(char *out, size_t size, const char *text)
{
    size_t length = strlen(text);

    if (length >= size)
        length = size - 1;
    memcpy(out, text, length);
    out[length] = '\0';
}

/* "SYMBOL@LIBRARY" of a place in the code, by which findings are told apart. */
static void name_place(char *out, size_t size, void *place)
{
    Dl_info info = {0};

    if (dladdr(place, &info) == 0 || info.dli_fname == NULL)
        return;
    const char *slash = strrchr(info.dli_fname, '/');
    copy(out, size, info.dli_sname != NULL ? info.dli_sname : "?");
    size_t used = strlen(out);
    if (used + 2 < size) {
        out[used] = '@';
        copy(out + used + 1, size - used - 1, slash != NULL ? slash + 1 : info.dli_fname);
    }
}

static void note(const char *call, const char *path, void *from)
{
    copy(board->call, sizeof board->call, call);
    copy(board->path, sizeof board->path, path);
    name_place(board->caller, sizeof board->caller, from);
}

/* The innermost place that is neither ours nor the C library's. */
static void note_crash(void)
{
    void *places[24];
    int count = backtrace(places, 24);

    for (int i = 0; i < count; i++) {
        name_place(board->crash, sizeof board->crash, places[i]);
        if (strstr(board->crash, "@libc.so") == NULL && strstr(board->crash, "@libnth_shim.so") == NULL)
            return;
    }
}

static void on_crash(int number)
{
    if (board != NULL && atomic_exchange(&board->signal, (uint32_t)number) == 0) {
        atomic_store(&board->signal_program, (uint32_t)self);
        note_crash();
    }
    signal(number, SIG_DFL);
    raise(number);
}

static void find_self(void)
{
    for (int i = 0; i < PROGRAMS; i++)
        if (strcmp(programs[i], program_invocation_short_name) == 0)
            self = i;
}

__attribute__((constructor)) static void begin(void)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
    const char *name = getenv("DUNNINGD_NTH_BOARD"), *folder = getenv("DUNNINGD_NTH_ROOT");
    int fd;

    find_self();
    if (name == NULL || folder == NULL || self == PROGRAMS)
        return;
    root_length = (size_t)snprintf(root, sizeof root, "%s", folder);
    fd = (int)syscall(SYS_openat, AT_FDCWD, name, O_RDWR | O_CLOEXEC, 0);
    void *place = (void *)syscall(SYS_mmap, NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0L);
    syscall(SYS_close, fd);
    if (place == MAP_FAILED || ((struct board *)place)->magic != MAGIC) {
        static const char line[] = "nth_shim: the board cannot be read\n";
        syscall(SYS_write, STDERR_FILENO, line, sizeof line - 1);
        _exit(99); /* a run without its fault proves nothing */
    }
    void *first[1];
    backtrace(first, 1); /* loads what it needs while there is memory */
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
        signal(crashes[i], on_crash);
    board = place;
}

int fate(enum kind kind, const char *call, const char *path, void *from)
{
    if (board == NULL || path == NULL)
        return 0;
    uint64_t number = atomic_fetch_add(&board->seen[self][kind], 1) + 1;
    if (board->program != (uint32_t)self || board->kind != (uint32_t)kind || board->at == 0 || number < board->at ||
        (number > board->at && board->forever == 0))
        return 0;
    if (atomic_fetch_add(&board->fired, 1) == 0)
        note(call, path, from);
    return (int)board->how;
}

/* ---- memory: the next allocator is found once, and what dlsym itself needs comes from here ---- */

typedef void *malloc_call(size_t size);
typedef void *calloc_call(size_t count, size_t size);
typedef void *realloc_call(void *old, size_t size);
static malloc_call *next_malloc;
static calloc_call *next_calloc;
static realloc_call *next_realloc;
static _Alignas(max_align_t) char spare[4096];
static size_t spare_used;
static bool finding;

/* ISO C knows no way from an object pointer to a function pointer but the bytes. */
void find(void *out, const char *name)
{
    void *symbol = dlsym(RTLD_NEXT, name);

    memcpy(out, &symbol, sizeof symbol);
}

static void *from_spare(size_t size)
{
    size_t need = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    char *piece = spare + spare_used;

    if (need > sizeof spare - spare_used)
        return NULL;
    spare_used += need;
    return piece;
}

static bool found(void)
{
    if (next_realloc != NULL)
        return true;
    if (finding)
        return false;
    finding = true;
    find(&next_malloc, "malloc");
    find(&next_calloc, "calloc");
    find(&next_realloc, "realloc");
    finding = false;
    return true;
}

void *malloc(size_t size)
{
    if (!found())
        return from_spare(size);
    FAIL_IF(MEM, "", NULL);
    return next_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    if (!found())
        return from_spare(count * size);
    FAIL_IF(MEM, "", NULL);
    return next_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    if (!found())
        return NULL;
    FAIL_IF(MEM, "", NULL);
    return next_realloc(old, size);
}
