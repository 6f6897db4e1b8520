#include "compose/mime.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

#define LINE_WIDTH 76
#define BASE64_STEP 57 /* bytes that fill a line */

void mime_add_base64(struct text *out, const char *bytes, size_t length)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < length; i += 3) {
        unsigned a = (unsigned char)bytes[i], b = i + 1 < length ? (unsigned char)bytes[i + 1] : 0,
                 c = i + 2 < length ? (unsigned char)bytes[i + 2] : 0;
        const char four[] = {letters[a >> 2], letters[(a & 3) << 4 | b >> 4],
                             i + 1 < length ? letters[(b & 15) << 2 | c >> 6] : '=',
                             i + 2 < length ? letters[c & 63] : '='};
        text_add_n(out, four, sizeof four);
    }
}

static void add_base64_lines(struct text *out, const char *source, size_t length)
{
    for (size_t at = 0; at < length; at += BASE64_STEP) {
        mime_add_base64(out, source + at, length - at < BASE64_STEP ? length - at : BASE64_STEP);
        text_add(out, "\r\n");
    }
}

/* One line of quoted-printable being filled. */
struct line {
    struct text *out;
    char bytes[LINE_WIDTH + 3];
    size_t length;
};

static void end_line(struct line *line)
{
    memcpy(line->bytes + line->length, "\r\n", 2);
    text_add_n(line->out, line->bytes, line->length + 2);
    line->length = 0;
}

/* A soft line break keeps room for itself, whatever comes behind. */
static void put(struct line *line, const char *bytes, size_t length)
{
    if (line->length + length > LINE_WIDTH - 1) {
        line->bytes[line->length++] = '=';
        end_line(line);
    }
    memcpy(line->bytes + line->length, bytes, length);
    line->length += length;
}

static void put_hex(struct line *line, unsigned char byte)
{
    static const char digits[] = "0123456789ABCDEF";
    const char three[] = {'=', digits[byte >> 4], digits[byte & 15]};

    put(line, three, sizeof three);
}

/* Stands for itself anywhere in a line (RFC 2045 6.7). */
static bool is_plain(char c)
{
    return c >= ' ' && c < 0x7f && c != '=';
}

/*
 * The byte must be encoded though it is plain: a blank at the end of a line,
 * and what relays have been seen to change, a dot alone and "From " at a beginning.
 */
static bool is_fragile(const struct line *line, const char *at, size_t length)
{
    bool first = line->length == 0 || line->length == LINE_WIDTH - 1;

    if (*at == ' ')
        return length == 1;
    if (!first)
        return false;
    return (*at == '.' && length == 1) || (*at == 'F' && length >= 5 && strncmp(at, "From ", 5) == 0);
}

/* How many bytes can be copied as they are; a blank at the end is left over. */
static size_t plain_run(const struct line *line, const char *at, size_t length)
{
    size_t room = line->length < LINE_WIDTH - 1 ? LINE_WIDTH - 1 - line->length : LINE_WIDTH - 1, run = 0;

    if (length > 1 && at[length - 1] == ' ')
        length--;
    while (run < length && run < room && is_plain(at[run]))
        run++;
    return run;
}

static void add_line(struct line *line, const char *at, size_t length)
{
    while (length > 0) {
        size_t step = is_plain(*at) && !is_fragile(line, at, length) ? plain_run(line, at, length) : 0;
        if (step > 0) {
            put(line, at, step);
        } else {
            put_hex(line, (unsigned char)*at);
            step = 1;
        }
        at += step;
        length -= step;
    }
    end_line(line);
}

static void add_quoted_printable(struct text *out, const char *source)
{
    struct line line = {.out = out};

    while (*source != '\0') {
        size_t length = strcspn(source, "\n");
        add_line(&line, source, length);
        source += length + (source[length] == '\n');
    }
}

/* Every line end as newline says, and one at the end. */
static const char *canonical(struct arena *arena, const char *source, const char *newline)
{
    struct text out;

    text_init(&out, arena);
    while (*source != '\0') {
        size_t length = strcspn(source, "\r\n");
        text_add_n(&out, source, length);
        source += length;
        if (*source != '\0') {
            text_add(&out, newline);
            source += source[0] == '\r' && source[1] == '\n' ? 2 : 1;
        }
    }
    if (!text_ends(out.data, "\n"))
        text_add(&out, newline);
    return out.data;
}

/* For most text quoted-printable is the shorter form, for Hindi or emoji base64. */
static bool is_mostly_high(const char *text)
{
    size_t high = 0, length = 0;

    for (; text[length] != '\0'; length++)
        high += (unsigned char)text[length] >= 0x80;
    return high > length / 3;
}

void mime_add_text_part(struct text *out, const char *subtype, const char *source)
{
    bool base64 = is_mostly_high(source);

    text_addf(out, "Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: %s\r\n\r\n", subtype,
              base64 ? "base64" : "quoted-printable");
    if (base64) {
        const char *crlf = canonical(out->arena, source, "\r\n");
        add_base64_lines(out, crlf, strlen(crlf));
    } else {
        add_quoted_printable(out, canonical(out->arena, source, "\n"));
    }
}

void mime_add_png_part(struct text *out, const char *content_id, const char *bytes, size_t length)
{
    text_addf(out,
              "Content-Type: image/png; name=payment.png\r\nContent-Transfer-Encoding: base64\r\n"
              "Content-ID: <%s>\r\nContent-Disposition: inline; filename=payment.png\r\n\r\n",
              content_id);
    add_base64_lines(out, bytes, length);
}
