/*
 * A line is "SERIAL ATTEMPT TOKEN SHA256 TIME CRC": numbers in decimal, the
 * token in 16 and the CRC of all before it in 8 hexadecimal digits, time in
 * seconds since 1970-01-01.
 */
#include "store/witness.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/digest.h"
#include "store/folder.h"

#define LINE_MAX_SIZE 192
#define CHUNK 65536
#define GROUP_MOST 256 /* lines that are written and synced together; more asks are not read at once */
#define RECENT 100000  /* lines that are looked up in memory; older ones are read again */
#define CRC_DIGITS 8
#define TOKEN_DIGITS 16
#define SHA_DIGITS 64

struct entry {
    int64_t attempt;
    uint64_t token;
};

struct witness {
    struct arena *arena, *pending_arena;
    char *path;
    int fd;
    bool lacks;     /* fewer lines than were synced once */
    bool broken;    /* a write or sync failed: nothing that follows can be trusted */
    off_t size;     /* of what is whole and synced */
    int64_t serial; /* of the last line */
    int64_t last_attempt;
    struct entry *recent; /* a ring: line n stands at n % RECENT */
    struct witness_line *pending;
    size_t pending_count, pending_capacity;
};

/* ---- lines ---- */

static size_t format_line(const struct witness_line *line, char buffer[LINE_MAX_SIZE])
{
    int length = snprintf(buffer, LINE_MAX_SIZE, "%" PRId64 " %" PRId64 " %016" PRIx64 " %.64s %" PRId64 " ",
                          line->serial, line->attempt, line->token, line->sha256, line->at);
    uint32_t crc = digest_crc32(buffer, (size_t)length);

    return (size_t)length + (size_t)snprintf(buffer + length, LINE_MAX_SIZE - (size_t)length, "%08" PRIx32 "\n", crc);
}

static bool take_number(const char **at, const char *end, int64_t *out)
{
    uint64_t value = 0;
    const char *p = *at;
    int digits = 0;

    while (p < end && *p >= '0' && *p <= '9' && digits < 18) {
        value = value * 10 + (uint64_t)(*p++ - '0');
        digits++;
    }
    if (digits == 0 || p >= end || *p != ' ')
        return false;
    *at = p + 1;
    *out = (int64_t)value;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_hex(const char **at, const char *end, int digits, uint64_t *out)
{
    uint64_t value = 0;

    if (end - *at < digits)
        return false;
    for (int i = 0; i < digits; i++) {
        int digit = hex_digit((*at)[i]);

        if (digit < 0)
            return false;
        value = value << 4 | (unsigned)digit;
    }
    *at += digits;
    *out = value;
    return true;
}

static bool take_space(const char **at, const char *end)
{
    return *at < end && *(*at)++ == ' ';
}

static bool take_sha(const char **at, const char *end, char out[SHA_DIGITS + 1])
{
    if (end - *at < SHA_DIGITS)
        return false;
    memcpy(out, *at, SHA_DIGITS);
    out[SHA_DIGITS] = '\0';
    *at += SHA_DIGITS;
    return true;
}

/* length without the newline. */
static bool parse_line(const char *text, size_t length, struct witness_line *out)
{
    const char *at = text, *end = text + length;
    uint64_t crc;

    if (length <= CRC_DIGITS || length >= LINE_MAX_SIZE)
        return false;
    if (!take_number(&at, end, &out->serial) || !take_number(&at, end, &out->attempt) ||
        !take_hex(&at, end, TOKEN_DIGITS, &out->token) || !take_space(&at, end) || !take_sha(&at, end, out->sha256) ||
        !take_space(&at, end) || !take_number(&at, end, &out->at))
        return false;
    if (end - at != CRC_DIGITS || !take_hex(&at, end, CRC_DIGITS, &crc))
        return false;
    return crc == digest_crc32(text, length - CRC_DIGITS);
}

/* ---- reading: every newline-ended piece, and the unfinished rest ---- */

struct piece {
    const char *text;
    size_t length;
    off_t offset;
    bool whole; /* ended by a newline */
};

typedef bool piece_visitor(void *context, const struct piece *piece);

/* Hands on the pieces that are complete in the buffer; returns how many bytes they were. */
static size_t hand_on(const char *buffer, size_t held, off_t offset, piece_visitor *visit, void *context)
{
    size_t start = 0;

    for (;;) {
        const char *newline = memchr(buffer + start, '\n', held - start);
        struct piece piece = {buffer + start, 0, offset + (off_t)start, true};

        if (newline == NULL)
            return start;
        piece.length = (size_t)(newline - (buffer + start));
        start += piece.length + 1;
        if (!visit(context, &piece))
            return SIZE_MAX;
    }
}

/* Stops early where visit says so. */
static int read_pieces(int fd, off_t from, piece_visitor *visit, void *context)
{
    char buffer[CHUNK];
    size_t held = 0;
    ssize_t got;

    while ((got = pread(fd, buffer + held, sizeof buffer - held, from + (off_t)held)) > 0) {
        size_t used;

        held += (size_t)got;
        used = hand_on(buffer, held, from, visit, context);
        if (used == SIZE_MAX)
            return 0;
        if (used == 0 && held == sizeof buffer)
            break; /* no line is that long: damaged, and the rest is a piece that is not whole */
        memmove(buffer, buffer + used, held - used);
        held -= used;
        from += (off_t)used;
    }
    if (got < 0)
        return -1;
    if (held > 0)
        visit(context, &(struct piece){buffer, held, from, false});
    return 0;
}

/* ---- opening ---- */

static int failed(const struct witness *witness, const char *what, struct err *err)
{
    return err_set(err, ERR_FAILED, "%s: the send log %s: %s; nothing is sent without it", witness->path, what,
                   strerror(errno));
}

static void remember(struct witness *witness, const struct witness_line *line)
{
    struct entry *entry = &witness->recent[line->serial % RECENT];

    entry->attempt = line->attempt;
    entry->token = line->token;
    witness->serial = line->serial;
    if (line->attempt > witness->last_attempt)
        witness->last_attempt = line->attempt;
}

struct scan {
    struct witness *witness;
    off_t good; /* end of the last line of the unbroken beginning */
    off_t end;  /* of the last line that is whole, wherever it stands */
    bool torn;  /* something else follows the beginning */
};

static bool scan_piece(void *context, const struct piece *piece)
{
    struct scan *scan = context;
    struct witness_line line;
    bool valid = piece->whole && parse_line(piece->text, piece->length, &line);

    if (valid && !scan->torn && line.serial == scan->witness->serial + 1) {
        remember(scan->witness, &line);
        scan->good = piece->offset + (off_t)piece->length + 1;
        return true;
    }
    scan->torn = true;
    if (valid)
        scan->end = piece->offset + (off_t)piece->length + 1;
    return true;
}

/* Only the last group may be torn, with whole lines behind a sector that did not get there. */
static bool is_damaged(const struct scan *scan, int64_t synced)
{
    return scan->torn && (scan->witness->serial < synced || scan->end - scan->good > (off_t)GROUP_MOST * LINE_MAX_SIZE);
}

/*
 * A tail is torn by a crash in the middle of a write; anything else was not done by us.  What is whole is synced here:
 * a process may have been killed before its sync, and what is believed from now on must outlive a power cut.
 */
static int scan_all(struct witness *witness, int64_t synced, bool *torn, struct err *err)
{
    struct scan scan = {.witness = witness};

    if (read_pieces(witness->fd, 0, scan_piece, &scan) != 0)
        return failed(witness, "cannot be read", err);
    if (is_damaged(&scan, synced))
        return err_set(err, ERR_FAILED,
                       "%s: the send log is damaged after line %" PRId64 "; put back a copy of it, or move "
                       "it away and run `dunningctl recover`",
                       witness->path, witness->serial);
    *torn = scan.torn;
    witness->lacks = witness->serial < synced;
    witness->size = scan.good;
    if (scan.torn && ftruncate(witness->fd, scan.good) != 0)
        return failed(witness, "has a torn end that cannot be cut", err);
    return fdatasync(witness->fd) == 0 ? 0 : failed(witness, "cannot be synced", err);
}

/* Its directory too, if only that is missing: a daemon started by hand has no package that made it. */
static int open_file(struct witness *witness, struct err *err)
{
    if (folder_make_above(witness->path) != 0)
        return failed(witness, "has no directory, and it cannot be created", err);
    witness->fd = open(witness->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (witness->fd < 0)
        return failed(witness, "cannot be opened", err);
    if (folder_sync_above(witness->path) != 0)
        return failed(witness, "lies in a directory that cannot be synced", err);
    return 0;
}

int witness_open(struct witness **out, const char *path, int64_t synced, bool *torn, struct err *err)
{
    struct arena *arena = arena_new(0);
    struct witness *witness = arena_alloc(arena, sizeof *witness);

    *out = NULL;
    *torn = false;
    witness->fd = -1;
    witness->arena = arena;
    witness->pending_arena = arena_new(0);
    witness->path = arena_copy(arena, path);
    witness->recent = arena_array(arena, RECENT, sizeof *witness->recent);
    if (open_file(witness, err) != 0 || scan_all(witness, synced, torn, err) != 0) {
        witness_close(&witness);
        return -1;
    }
    *out = witness;
    return 0;
}

void witness_close(struct witness **witness)
{
    struct witness *old = *witness;
    struct arena *arena;

    *witness = NULL;
    if (old == NULL)
        return;
    if (old->fd >= 0)
        close(old->fd);
    arena_free(&old->pending_arena);
    arena = old->arena; /* the witness itself lies in it */
    arena_free(&arena);
}

/* ---- writing ---- */

static int refuse_broken(const struct witness *witness, struct err *err)
{
    return err_set(err, ERR_FAILED,
                   "%s: the send log could not be written before; make room or mend the disk and start "
                   "again",
                   witness->path);
}

int witness_add(struct witness *witness, const struct witness_line *line, struct err *err)
{
    struct witness_line *added;

    if (witness->broken)
        return refuse_broken(witness, err);
    if (witness->pending_count == witness->pending_capacity) {
        witness->pending_capacity = witness->pending_capacity * 2 + 16;
        witness->pending = arena_grow(witness->pending_arena, witness->pending, witness->pending_count,
                                      witness->pending_capacity, sizeof *witness->pending);
    }
    added = &witness->pending[witness->pending_count++];
    *added = *line;
    added->serial = witness->serial + (int64_t)witness->pending_count;
    return 0;
}

static int write_all(int fd, const char *bytes, size_t length, off_t at)
{
    while (length > 0) {
        ssize_t written = pwrite(fd, bytes, length, at);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return -1;
        bytes += written;
        at += written;
        length -= (size_t)written;
    }
    return 0;
}

static void forget_pending(struct witness *witness)
{
    arena_reset(witness->pending_arena);
    witness->pending = NULL;
    witness->pending_count = witness->pending_capacity = 0;
}

/* One write and one sync for the group.  What did not get there whole is cut off again, so that no half group stays. */
int witness_sync(struct witness *witness, struct err *err)
{
    char *bytes;
    size_t length = 0;

    if (witness->broken)
        return refuse_broken(witness, err);
    if (witness->pending_count == 0)
        return 0;
    bytes = arena_alloc(witness->pending_arena, witness->pending_count * LINE_MAX_SIZE);
    for (size_t i = 0; i < witness->pending_count; i++)
        length += format_line(&witness->pending[i], bytes + length);
    if (write_all(witness->fd, bytes, length, witness->size) != 0 || fdatasync(witness->fd) != 0) {
        failed(witness, "cannot be written", err);
        witness->broken = true;
        if (ftruncate(witness->fd, witness->size) != 0)
            errno = 0; /* the next start cuts it or finds whole lines, and both are safe */
        forget_pending(witness);
        return -1;
    }
    witness->size += (off_t)length;
    for (size_t i = 0; i < witness->pending_count; i++)
        remember(witness, &witness->pending[i]);
    forget_pending(witness);
    return 0;
}

/* ---- asking ---- */

struct search {
    int64_t attempt, from;
    uint64_t token;
    bool found;
    void (*visit)(void *context, const struct witness_line *line);
    void *context;
};

static bool search_piece(void *context, const struct piece *piece)
{
    struct search *search = context;
    struct witness_line line;

    if (!parse_line(piece->text, piece->length, &line))
        return false;
    search->found = line.attempt == search->attempt && line.token == search->token;
    return !search->found;
}

bool witness_has(const struct witness *witness, int64_t attempt, uint64_t token)
{
    struct search search = {.attempt = attempt, .token = token};
    int64_t oldest = witness->serial > RECENT ? witness->serial - RECENT : 0;

    if (witness->lacks)
        return true;
    for (int64_t serial = witness->serial; serial > oldest; serial--) {
        const struct entry *entry = &witness->recent[serial % RECENT];

        if (entry->attempt == attempt && entry->token == token)
            return true;
    }
    if (oldest > 0 && read_pieces(witness->fd, 0, search_piece, &search) != 0)
        return true; /* unreadable: in doubt, as if `yes` had left */
    return search.found;
}

struct moment_search {
    int64_t attempt;
    uint64_t token;
    moment_t at;
};

static void take_moment(void *context, const struct witness_line *line)
{
    struct moment_search *search = context;

    if (line->attempt == search->attempt && line->token == search->token)
        search->at = line->at;
}

moment_t witness_when(const struct witness *witness, int64_t attempt, uint64_t token)
{
    struct moment_search search = {attempt, token, MOMENT_NONE};

    witness_each(witness, 0, take_moment, &search);
    return search.at;
}

int64_t witness_serial(const struct witness *witness)
{
    return witness->serial;
}

bool witness_lacks_lines(const struct witness *witness)
{
    return witness->lacks;
}

int64_t witness_last_attempt(const struct witness *witness)
{
    return witness->last_attempt;
}

static bool visit_piece(void *context, const struct piece *piece)
{
    struct search *search = context;
    struct witness_line line;

    if (!piece->whole || !parse_line(piece->text, piece->length, &line))
        return false;
    if (line.serial >= search->from)
        search->visit(search->context, &line);
    return true;
}

void witness_each(const struct witness *witness, int64_t from,
                  void (*visit)(void *context, const struct witness_line *line), void *context)
{
    struct search search = {.from = from, .visit = visit, .context = context};

    read_pieces(witness->fd, 0, visit_piece, &search);
}
