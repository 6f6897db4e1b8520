#include <stdio.h>
#include <string.h>

#include "compose/template_node.h"

static bool is_control(const char *c)
{
    unsigned char byte = (unsigned char)*c;

    return byte < 0x20 || byte == 0x7f || (byte == 0xc2 && ((unsigned char)c[1] & 0xe0) == 0x80);
}

/* One character of plain text: a stray control character becomes a space. */
static size_t plain(struct text *out, const char *c)
{
    if (!is_control(c) || strchr("\t\r\n", *c) != NULL) {
        text_add_char(out, *c);
        return 1;
    }
    text_add_char(out, ' ');
    return (unsigned char)*c == 0xc2 ? 2 : 1;
}

static size_t html(struct text *out, const char *c)
{
    static const struct {
        char character;
        const char *entity;
    } entities[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};

    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
        if (*c == entities[i].character) {
            text_add(out, entities[i].entity);
            return 1;
        }
    }
    return plain(out, c);
}

static size_t json(struct text *out, const char *c)
{
    unsigned char byte = (unsigned char)*c;

    if (byte < 0x20 || byte == 0x7f) {
        text_addf(out, "\\u%04x", (unsigned)byte);
    } else {
        if (byte == '"' || byte == '\\')
            text_add_char(out, '\\');
        text_add_char(out, *c);
    }
    return 1;
}

/* RFC 3986: all but the unreserved characters, which do not come here. */
static size_t url(struct text *out, const char *c)
{
    text_addf(out, "%%%02X", (unsigned)(unsigned char)*c);
    return 1;
}

static size_t sms(struct text *out, const char *c)
{
    text_add_char(out, strchr("\t\r\n", *c) != NULL ? ' ' : *c);
    return 1;
}

static size_t header(struct text *out, const char *c)
{
    text_add_char(out, *c);
    return 1;
}

typedef size_t escape_one(struct text *out, const char *c);

static escape_one *const escapes[] = {
    [ESCAPE_NONE] = plain, [ESCAPE_HTML] = html, [ESCAPE_HEADER] = header,
    [ESCAPE_SMS] = sms,    [ESCAPE_JSON] = json, [ESCAPE_URL] = url,
};
_Static_assert(sizeof escapes / sizeof escapes[0] == ESCAPE_URL + 1, "one function per escape");

/* In an SMS a line end in a value is only a space; anything else of the kind is an attack or a broken ledger. */
static bool forbidden(enum escape escape, const char *value)
{
    if (escape == ESCAPE_HEADER)
        return text_has_control(value);
    if (escape != ESCAPE_SMS)
        return false;
    for (; *value != '\0'; value++) {
        if (is_control(value) && strchr("\t\r\n", *value) == NULL)
            return true;
    }
    return false;
}

/* What no escape changes: the unreserved characters of RFC 3986. */
static bool is_untouched(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

const char *template_escape(struct text *out, enum escape escape, const char *value)
{
    if (!text_is_utf8(value, strlen(value)))
        return "is not UTF-8; correct it in the ledger";
    if (forbidden(escape, value))
        return "holds a line end or another control character, which must not reach a header or an SMS; "
               "correct it in the ledger";
    while (*value != '\0') {
        size_t run = 0;
        while (is_untouched(value[run]))
            run++;
        text_add_n(out, value, run);
        value += run;
        if (*value != '\0')
            value += escapes[escape](out, value);
    }
    return NULL;
}
