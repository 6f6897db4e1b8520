#include "base/text.h"

#include "base/arena.h"

#include <stdio.h>
#include <string.h>

/* One row per length: lead bytes, and the smallest code point that needs so many bytes (less would be overlong). */
static const struct form {
    unsigned char mask, lead;
    uint32_t smallest;
} forms[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};

/* Bytes in a code point that starts with lead, 0 if none does. */
static size_t form_size(unsigned char lead)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if ((lead & forms[i].mask) == forms[i].lead)
            return i + 1;
    return 0;
}

size_t text_decode(const char *bytes, size_t length, uint32_t *code)
{
    if (length == 0)
        return 0;
    unsigned char lead = (unsigned char)bytes[0];
    size_t size = form_size(lead);
    if (size == 0 || size > length)
        return 0;
    const struct form *form = &forms[size - 1];
    uint32_t value = lead & (unsigned char)~form->mask;
    for (size_t i = 1; i < size; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if ((byte & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (byte & 0x3fu);
    }
    bool surrogate = value >= 0xd800 && value <= 0xdfff;
    if (value < form->smallest || value > 0x10ffff || surrogate)
        return 0;
    *code = value;
    return size;
}

bool text_is_ascii(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text >= 0x80)
            return false;
    }
    return true;
}

bool text_is_utf8(const char *bytes, size_t length)
{
    for (size_t at = 0, size; at < length; at += size) {
        uint32_t code;
        size = text_decode(bytes + at, length - at, &code);
        if (size == 0)
            return false;
    }
    return true;
}

size_t text_cut(const char *text, size_t max)
{
    size_t length = strnlen(text, max + 1);
    if (length <= max)
        return length;
    /* Step back over continuation bytes, at most as many as a code point has. */
    size_t cut = max;
    while (cut > 0 && max - cut < 3 && ((unsigned char)text[cut] & 0xc0) == 0x80)
        cut--;
    return ((unsigned char)text[cut] & 0xc0) == 0x80 ? max : cut;
}

static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f);
}

/* The size of the printable code point at text, 0 where there is none. */
static size_t printable_size(const char *text, size_t length)
{
    uint32_t code = 0;
    size_t size = text_decode(text, length, &code);
    return is_control(code) ? 0 : size;
}

bool text_has_control(const char *text)
{
    size_t length = strlen(text);
    for (size_t at = 0, size; at < length; at += size) {
        size = printable_size(text + at, length - at);
        if (size == 0)
            return true;
    }
    return false;
}

char *text_clip(const char *text, char *buffer, size_t size)
{
    static const char dots[] = "...";
    size_t length = strlen(text), out = 0;
    bool whole = length < size;
    size_t room = whole ? size - 1 : size - sizeof dots;
    for (size_t at = 0, step; at < length; at += step) {
        size_t printable = printable_size(text + at, length - at);
        step = printable > 0 ? printable : 1;
        if (out + step > room)
            break;
        memcpy(buffer + out, printable > 0 ? text + at : "?", step);
        out += step;
    }
    memcpy(buffer + out, dots, whole ? 0 : sizeof dots - 1);
    out += whole ? 0 : sizeof dots - 1;
    buffer[out] = '\0';
    return buffer;
}

/* One piece of the escaped form of what stands at text; returns how many bytes of text it covers. */
static size_t escape_one(const char *text, size_t length, char piece[5])
{
    size_t size = printable_size(text, length);
    if (size == 0) {
        snprintf(piece, 5, "\\x%02x", (unsigned)(unsigned char)*text);
        return 1;
    }
    size_t slash = *text == '"' || *text == '\\';
    piece[0] = '\\';
    memcpy(piece + slash, text, size);
    piece[slash + size] = '\0';
    return size;
}

char *text_escape_log(struct arena *arena, const char *text, size_t max)
{
    struct text escaped;
    text_init(&escaped, arena);
    size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        char piece[5];
        at += escape_one(text + at, length - at, piece);
        if (escaped.length + strlen(piece) > max)
            break;
        text_add(&escaped, piece);
    }
    return escaped.data;
}
