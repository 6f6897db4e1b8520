#include "store/csv.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"

enum { BLOCK = 64 * 1024, FIRST_FIELDS = 64 };

enum state { FIELD_START, PLAIN, QUOTED, AFTER_QUOTE };

struct csv {
    struct arena *arena;
    int fd;
    bool started, ended;
    char delimiter;
    bool special[256]; /* bytes that end a run of ordinary ones */
    char *block;
    size_t block_length, at, bytes;
    size_t line; /* of the next byte */
    /* the record in hand */
    enum state state;
    struct text cells; /* fields one after the other, a NUL after each */
    size_t *starts;
    const char **fields;
    size_t count, capacity;
    size_t record_line, quote_line;
    unsigned char high; /* all its bytes or-ed */
    const char *problem;
};

struct csv *csv_new(int fd, struct arena *arena)
{
    struct csv *csv = arena_alloc(arena, sizeof *csv);

    *csv = (struct csv){.arena = arena, .fd = fd, .delimiter = ',', .line = 1, .problem = "", .capacity = FIRST_FIELDS};
    csv->block = arena_alloc(arena, BLOCK);
    csv->starts = arena_array(arena, csv->capacity, sizeof *csv->starts);
    csv->fields = arena_array(arena, csv->capacity, sizeof *csv->fields);
    text_init(&csv->cells, arena);
    return csv;
}

size_t csv_bytes(const struct csv *csv)
{
    return csv->bytes;
}

/* Appends to the block what one read gives: 1 some bytes, 0 the end, -1 an error. */
static int read_more(struct csv *csv, struct err *err)
{
    ssize_t got;

    do
        got = read(csv->fd, csv->block + csv->block_length, BLOCK - csv->block_length);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return err_set(err, ERR_FAILED, "reading failed: %s", strerror(errno));
    csv->block_length += (size_t)got;
    csv->bytes += (size_t)got;
    return got > 0 ? 1 : 0;
}

/* 1 with bytes in the block, 0 at the end, -1 on an error. */
static int fill(struct csv *csv, struct err *err)
{
    if (csv->at < csv->block_length)
        return 1;
    csv->at = csv->block_length = 0;
    return read_more(csv, err);
}

/* The first line decides the separator, so it is read whole, also from a pipe that gives it in pieces. */
static int fill_first(struct csv *csv, struct err *err)
{
    int more = 1;

    while (more == 1 && csv->block_length < BLOCK && memchr(csv->block, '\n', csv->block_length) == NULL)
        more = read_more(csv, err);
    return more;
}

/* ---- the first bytes ---- */

static const struct {
    const char *bytes;
    size_t length;
    const char *problem;
} strangers[] = {
    {"\xff\xfe", 2, "the file is UTF-16; save it as UTF-8"},
    {"\xfe\xff", 2, "the file is UTF-16; save it as UTF-8"},
    {"PK\x03\x04", 4, "the file is a spreadsheet or an archive; export the sheet as CSV"},
    {"\x1f\x8b", 2, "the file is compressed; unpack it first"},
    {"%PDF", 4, "the file is a PDF; export the data as CSV"},
    {"{", 1, "the file is JSON; export the data as CSV"},
    {"[", 1, "the file is JSON; export the data as CSV"},
    {"<", 1, "the file is XML or HTML; export the data as CSV"},
};

static bool begins_with(const struct csv *csv, const char *bytes, size_t length)
{
    return csv->block_length >= length && memcmp(csv->block, bytes, length) == 0;
}

/* The separator that the first line has most of; a comma on a tie. */
static char delimiter_of(const char *line, size_t length)
{
    static const char candidates[] = {',', ';', '\t'};
    size_t counts[sizeof candidates] = {0}, best = 0;
    bool quoted = false;

    for (size_t i = 0; i < length && (quoted || line[i] != '\n'); i++) {
        quoted ^= line[i] == '"';
        for (size_t k = 0; k < sizeof candidates && !quoted; k++)
            counts[k] += line[i] == candidates[k];
    }
    for (size_t k = 1; k < sizeof candidates; k++)
        if (counts[k] > counts[best])
            best = k;
    return candidates[best];
}

static int start(struct csv *csv, struct err *err)
{
    if (csv->started)
        return 0;
    if (fill_first(csv, err) < 0)
        return -1;
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
        if (begins_with(csv, strangers[i].bytes, strangers[i].length))
            csv->problem = strangers[i].problem;
    if (begins_with(csv, "\xef\xbb\xbf", 3))
        csv->at = 3;
    csv->delimiter = delimiter_of(csv->block + csv->at, csv->block_length - csv->at);
    csv->special[(unsigned char)csv->delimiter] = csv->special['\n'] = csv->special['"'] = csv->special['\0'] = true;
    csv->started = true;
    return 0;
}

/* ---- one record ---- */

static void begin_field(struct csv *csv)
{
    if (csv->count == csv->capacity) {
        csv->starts = arena_grow(csv->arena, csv->starts, csv->count, csv->capacity * 2, sizeof *csv->starts);
        csv->fields = arena_array(csv->arena, csv->capacity * 2, sizeof *csv->fields);
        csv->capacity *= 2;
    }
    csv->starts[csv->count++] = csv->cells.length;
    csv->state = FIELD_START;
}

static void begin_record(struct csv *csv)
{
    csv->cells.length = 0;
    csv->count = 0;
    csv->high = 0;
    csv->record_line = csv->line;
    begin_field(csv);
}

static void report(struct csv *csv, const char *problem)
{
    if (csv->problem[0] == '\0')
        csv->problem = problem;
}

static size_t field_length(const struct csv *csv)
{
    return csv->cells.length - csv->starts[csv->count - 1];
}

/* Turns a CR at the end of the field, which belongs to a line end, into nothing. */
static void drop_cr(struct csv *csv)
{
    if (field_length(csv) > 0 && csv->cells.data[csv->cells.length - 1] == '\r')
        csv->cells.length--;
}

static bool all_blank(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r')
            return false;
    return true;
}

/* The states' answers to a special byte: true if it ends the record. */

static bool end_field(struct csv *csv, char c)
{
    if (c == '\n') {
        if (csv->state == PLAIN)
            drop_cr(csv);
        text_add_char(&csv->cells, '\0');
        return true;
    }
    text_add_char(&csv->cells, '\0');
    begin_field(csv);
    return false;
}

static bool plain(struct csv *csv, char c)
{
    if (c == '\n' || c == csv->delimiter)
        return end_field(csv, c);
    if (c == '"' && all_blank(csv->cells.data + csv->starts[csv->count - 1], field_length(csv))) {
        csv->cells.length = csv->starts[csv->count - 1];
        csv->quote_line = csv->line;
        csv->state = QUOTED;
        return false;
    }
    text_add_char(&csv->cells, c);
    csv->state = PLAIN;
    return false;
}

static bool quoted(struct csv *csv, char c)
{
    if (c == '"') {
        csv->state = AFTER_QUOTE;
        return false;
    }
    if (c == '\n')
        drop_cr(csv);
    text_add_char(&csv->cells, c);
    return false;
}

static bool after_quote(struct csv *csv, char c)
{
    if (c == '"') {
        text_add_char(&csv->cells, '"');
        csv->state = QUOTED;
        return false;
    }
    return end_field(csv, c);
}

/* Ordinary bytes up to the next special one. */
static void take_run(struct csv *csv)
{
    const char *start = csv->block + csv->at;
    size_t length = 0, left = csv->block_length - csv->at;

    for (; length < left && !csv->special[(unsigned char)start[length]]; length++)
        csv->high |= (unsigned char)start[length];
    csv->at += length;
    if (length == 0)
        return;
    if (csv->state == AFTER_QUOTE) {
        if (!all_blank(start, length))
            report(csv, "text follows a closing quote; inside a quoted field a quote is written twice");
        return;
    }
    text_add_n(&csv->cells, start, length);
    if (csv->state == FIELD_START)
        csv->state = PLAIN;
}

static bool take_special(struct csv *csv)
{
    static bool (*const answers[])(struct csv *, char) = {
        [FIELD_START] = plain, [PLAIN] = plain, [QUOTED] = quoted, [AFTER_QUOTE] = after_quote};
    char c = csv->block[csv->at++];

    if (c == '\n')
        csv->line++;
    if (c == '\0')
        report(csv, "there is a NUL byte; the file is damaged or not text");
    return answers[csv->state](csv, c);
}

static void end_of_file(struct csv *csv)
{
    csv->ended = true;
    if (csv->state == QUOTED)
        report(csv, arena_printf(csv->arena, "the quote that opens in line %zu is never closed", csv->quote_line));
    text_add_char(&csv->cells, '\0');
}

/* 1: a record is complete, 0: nothing came before the end. */
static int read_record(struct csv *csv, struct err *err)
{
    int more;

    while ((more = fill(csv, err)) == 1) {
        take_run(csv);
        if (csv->at < csv->block_length && take_special(csv))
            return 1;
        if (csv->cells.length > CSV_RECORD_MAX) {
            csv->ended = true;
            report(csv, "the record is longer than 1 MiB; a quote is probably not closed");
            return 1;
        }
    }
    if (more < 0)
        return -1;
    end_of_file(csv);
    return csv->cells.length > 1 || csv->count > 1;
}

static void check_encoding(struct csv *csv)
{
    for (size_t i = 0; i < csv->count && csv->high >= 0x80; i++)
        if (!text_is_utf8(csv->fields[i], strlen(csv->fields[i])))
            report(csv, arena_printf(csv->arena, "field %zu is not UTF-8; save the file as UTF-8", i + 1));
}

static void finish(struct csv *csv, struct csv_record *out)
{
    for (size_t i = 0; i < csv->count; i++)
        csv->fields[i] = csv->cells.data + csv->starts[i];
    check_encoding(csv);
    *out = (struct csv_record){csv->record_line, csv->count, csv->fields, csv->problem};
    csv->problem = "";
}

static bool is_empty_line(const struct csv *csv)
{
    return csv->count == 1 && csv->cells.length == 1 && csv->state != AFTER_QUOTE && csv->problem[0] == '\0';
}

int csv_next(struct csv *csv, struct csv_record *out, struct err *err)
{
    int got;

    if (start(csv, err) != 0)
        return -1;
    if (csv->problem[0] != '\0') { /* a stranger: nothing in it is a record */
        csv->ended = true;
        *out = (struct csv_record){.line = csv->line, .problem = csv->problem};
        csv->problem = "";
        return 1;
    }
    do {
        if (csv->ended)
            return 0;
        begin_record(csv);
        got = read_record(csv, err);
    } while (got == 1 && is_empty_line(csv));
    if (got != 1)
        return got;
    finish(csv, out);
    return 1;
}
