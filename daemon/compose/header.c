#include "compose/header.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/mime.h"

#define LINE_WIDTH 76  /* RFC 2047: a line with an encoded word */
#define WORD_WIDTH 75  /* an encoded word */
#define PLAIN_WIDTH 70 /* a longer plain word is encoded, so that it can be divided */
#define NAME_WHOLE 240 /* bytes of a name that stay in one encoded word, however wide that gets */
#define WRAPPING 12    /* "=?UTF-8?B?" and "?=" */

struct writer {
    struct text *out;
    size_t column;
    bool first;        /* nothing stands behind the name yet */
    bool phrase;       /* a display name: fewer characters stand for themselves */
    struct text chunk; /* what the next encoded words will say */
};

static void begin(struct writer *writer, struct text *out, const char *name)
{
    *writer = (struct writer){.out = out, .column = strlen(name) + 1, .first = true};
    text_init(&writer->chunk, out->arena);
    text_addf(out, "%s:", name);
}

static void end(struct writer *writer)
{
    text_add(writer->out, "\r\n");
}

static void put_word(struct writer *writer, const char *word)
{
    size_t length = strlen(word);

    if (!writer->first && writer->column + 1 + length > LINE_WIDTH) {
        text_add(writer->out, "\r\n");
        writer->column = 0;
    }
    writer->first = false;
    text_add_char(writer->out, ' ');
    text_add(writer->out, word);
    writer->column += 1 + length;
}

/* Stands for itself in Q: the set that RFC 2047 allows in a phrase, for all places. */
static bool is_safe(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr("!*+-/", c) != NULL;
}

static size_t size_q(const char *text, size_t length)
{
    size_t size = 0;

    for (size_t i = 0; i < length; i++)
        size += is_safe(text[i]) || text[i] == ' ' ? 1 : 3;
    return size;
}

static size_t size_b(size_t length)
{
    return (length + 2) / 3 * 4;
}

static const char *encoded_q(struct arena *arena, const char *text)
{
    struct text out;

    text_init(&out, arena);
    text_add(&out, "=?UTF-8?Q?");
    for (; *text != '\0'; text++) {
        if (is_safe(*text))
            text_add_char(&out, *text);
        else if (*text == ' ')
            text_add_char(&out, '_');
        else
            text_addf(&out, "=%02X", (unsigned)(unsigned char)*text);
    }
    text_add(&out, "?=");
    return out.data;
}

static const char *encoded_b(struct arena *arena, const char *text)
{
    struct text out;

    text_init(&out, arena);
    text_add(&out, "=?UTF-8?B?");
    mime_add_base64(&out, text, strlen(text));
    text_add(&out, "?=");
    return out.data;
}

/* The first word stays on the line of the header's name: readers make a space of a fold before it. */
static size_t room(const struct writer *writer)
{
    return (writer->first ? LINE_WIDTH - writer->column - 1 : WORD_WIDTH) - WRAPPING;
}

static size_t code_point_size(const char *text)
{
    uint32_t point;
    size_t size = text_decode(text, strnlen(text, 4), &point);

    return size > 0 ? size : 1;
}

/* The longest beginning of whole code points that fits into one encoded word. */
static size_t fitting(const char *text, size_t room)
{
    size_t length = 0, q = 0;

    while (text[length] != '\0') {
        size_t size = code_point_size(text + length);
        q += size_q(text + length, size);
        if (q > room && size_b(length + size) > room)
            break;
        length += size;
    }
    return length;
}

/*
 * Where to divide a text of which at most length bytes fit: a name between words,
 * and where possible so that base64 needs no padding, since readers have been
 * seen that join the base64 of neighbours before they decode it.
 */
static size_t division(const struct writer *writer, const char *text, size_t length)
{
    size_t between = 0, even_between = 0, even = 0;

    for (size_t at = code_point_size(text); at <= length; at += code_point_size(text + at)) {
        if (text[at] == ' ')
            between = at;
        if (text[at] == ' ' && at % 3 == 0)
            even_between = at;
        if (at % 3 == 0)
            even = at;
    }
    if (writer->phrase && between > 0)
        return even_between > 0 ? even_between : between;
    return even > 0 ? even : length;
}

/*
 * How much of the text goes into the next encoded word.  A name is not divided
 * at 75 characters as RFC 2047 has it: Python's email package makes a space of
 * the border between two encoded words of a phrase, and all readers that were
 * tried take a wider word as it is.
 */
static size_t next_piece(const struct writer *writer, const char *text)
{
    size_t length = strlen(text);

    if (writer->phrase && length <= NAME_WHOLE)
        return length;
    length = fitting(text, room(writer));
    return text[length] == '\0' ? length : division(writer, text, length);
}

/* Writes what has been gathered as encoded words. */
static void flush(struct writer *writer)
{
    struct arena *arena = writer->out->arena;

    for (const char *text = writer->chunk.data; *text != '\0';) {
        size_t length = next_piece(writer, text);
        const char *piece = arena_copy_n(arena, text, length);
        put_word(writer, size_q(piece, length) <= size_b(length) ? encoded_q(arena, piece) : encoded_b(arena, piece));
        text += length;
    }
    text_init(&writer->chunk, arena);
}

/* Gathers words to be encoded; the space between two of them is encoded too, or readers would drop it. */
static void put_encoded(struct writer *writer, const char *word)
{
    if (writer->chunk.length > 0)
        text_add_char(&writer->chunk, ' ');
    text_add(&writer->chunk, word);
}

static bool is_atom(const char *word)
{
    for (; *word != '\0'; word++) {
        if (!is_safe(*word) && strchr("#$%&'=?^_`{|}~", *word) == NULL)
            return false;
    }
    return true;
}

/* What looks like an encoded word is encoded itself: a reader must not decode what somebody wrote. */
static bool needs_encoding(const struct writer *writer, const char *word)
{
    return !text_is_ascii(word) || strstr(word, "=?") != NULL || strlen(word) > PLAIN_WIDTH ||
           (writer->phrase && !is_atom(word));
}

static void put_text(struct writer *writer, const char *value)
{
    for (;;) {
        value += strspn(value, " ");
        size_t length = strcspn(value, " ");
        if (length == 0)
            break;
        const char *word = arena_copy_n(writer->out->arena, value, length);
        if (needs_encoding(writer, word)) {
            put_encoded(writer, word);
        } else {
            flush(writer);
            put_word(writer, word);
        }
        value += length;
    }
    flush(writer);
}

/* "Doe, John" as a quoted string, if it is short enough to need no folding. */
static bool put_quoted(struct writer *writer, const char *value)
{
    struct text quoted;

    if (!text_is_ascii(value) || strstr(value, "=?") != NULL || strlen(value) > PLAIN_WIDTH / 2)
        return false;
    text_init(&quoted, writer->out->arena);
    for (; *value != '\0'; value++) {
        if (*value == '"' || *value == '\\')
            text_add_char(&quoted, '\\');
        text_add_char(&quoted, *value);
    }
    put_word(writer, arena_printf(writer->out->arena, "\"%s\"", quoted.data));
    return true;
}

static bool is_atoms(const char *value)
{
    for (; *value != '\0'; value += strspn(value, " ")) {
        size_t length = strcspn(value, " ");
        for (size_t i = 0; i < length; i++) {
            const char letter[2] = {value[i], '\0'};
            if (!is_atom(letter))
                return false;
        }
        value += length;
    }
    return true;
}

void header_add_text(struct text *out, const char *name, const char *value)
{
    struct writer writer;

    begin(&writer, out, name);
    put_text(&writer, value);
    end(&writer);
}

void header_add_mailbox(struct text *out, const char *name, const char *display, const char *address)
{
    struct writer writer;

    begin(&writer, out, name);
    writer.phrase = true;
    if (text_empty(display)) {
        put_word(&writer, address);
    } else {
        if (is_atoms(display) || !put_quoted(&writer, display))
            put_text(&writer, display);
        put_word(&writer, arena_printf(out->arena, "<%s>", address));
    }
    end(&writer);
}

void header_add_words(struct text *out, const char *name, const char *const *words, size_t count)
{
    struct writer writer;

    begin(&writer, out, name);
    for (size_t i = 0; i < count; i++)
        put_word(&writer, words[i]);
    end(&writer);
}

void header_add_date(struct text *out, moment_t date, int32_t offset)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    moment_t local = date + offset;
    day_t day = (day_t)(local / DAY_SECONDS - (local % DAY_SECONDS < 0));
    int seconds = (int)(local - (moment_t)day * DAY_SECONDS), minutes = (offset < 0 ? -offset : offset) / 60;
    int year, month, dom;

    day_to_civil(day, &year, &month, &dom);
    text_addf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d %c%02d%02d\r\n", weekday_short(day_weekday(day)), dom,
              months[month - 1], year, seconds / 3600, seconds / 60 % 60, seconds % 60, offset < 0 ? '-' : '+',
              minutes / 60, minutes % 60);
}
