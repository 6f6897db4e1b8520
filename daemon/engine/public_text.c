#include "engine/report.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

enum { MANY_DIGITS = 7 };
static const char mask[] = "<recipient>";

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What may stand inside a telephone number between its digits. */
static bool is_separator(char c)
{
    return c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')';
}

/* Bytes of UTF-8 beyond ASCII belong to addresses too (RFC 6531). */
static bool is_address_byte(char c)
{
    return is_letter(c) || is_digit(c) || (c != '\0' && strchr(".!#$%&'*+-/=?^_`{|}~", c) != NULL) ||
           (signed char)c < 0;
}

/* Length of local-part@domain at the start of text, 0 if there is none. */
static size_t address_length(const char *text)
{
    size_t at = 0;

    while (is_address_byte(text[at]))
        at++;
    if (at == 0 || text[at] != '@')
        return 0;
    size_t end = at + 1;
    while (is_address_byte(text[end]))
        end++;
    while (end > at + 1 && (text[end - 1] == '.' || text[end - 1] == '?' || text[end - 1] == '!'))
        end--;
    return end > at + 1 ? end : 0;
}

/*
 * Length of a number of many digits at the start of text, 0 if there is none.
 * One that begins like a telephone number (+ or 0) may have separators; any
 * other is one run of digits, so that reply codes and dates stay.  A group of
 * digits that goes on with a letter, as in "2nd", is a word behind the number.
 */
static size_t number_length(const char *text)
{
    bool spaced = text[0] == '+' || text[0] == '0';
    size_t end = 0, digits = 0, last = 0;

    if (text[0] == '+')
        end++;
    for (; is_digit(text[end]) || (spaced && digits > 0 && is_separator(text[end])); end++) {
        if (!is_digit(text[end]))
            continue;
        digits++;
        if (digits >= MANY_DIGITS && !is_digit(text[end + 1]) && !is_letter(text[end + 1]))
            last = end + 1;
    }
    return last;
}

/* Length of the recipient at the start of text: as it stands, or the same digits with separators. */
static size_t recipient_length(const char *text, const char *recipient)
{
    size_t length = strlen(recipient), end = 0, r = recipient[0] == '+' ? 1 : 0;

    if (length == 0)
        return 0;
    if (strncasecmp(text, recipient, length) == 0)
        return length;
    if (strchr(recipient, '@') || length < MANY_DIGITS || !is_digit(text[0]))
        return 0;
    while (recipient[r] != '\0') {
        if (text[end] == recipient[r])
            r++;
        else if (end == 0 || !is_separator(text[end]))
            return 0;
        end++;
    }
    return end;
}

static size_t person_length(const char *start, const char *at, const char *recipient)
{
    size_t length = recipient_length(at, recipient);
    char before = at > start ? at[-1] : ' ';

    if (length > 0)
        return length;
    if (!is_address_byte(before) && (length = address_length(at)) > 0)
        return length;
    if (is_letter(before) || is_digit(before) || before == '.')
        return 0;
    return number_length(at);
}

/* Line ends and tabs become one space, other control characters \xNN. */
static void add_plain(struct text *out, char c)
{
    unsigned char byte = (unsigned char)c;

    if (c == '\r' || c == '\n' || c == '\t') {
        if (out->length > 0 && out->data[out->length - 1] != ' ')
            text_add_char(out, ' ');
    } else if (byte < 0x20 || byte == 0x7f) {
        text_addf(out, "\\x%02x", (unsigned)byte);
    } else {
        text_add_char(out, c);
    }
}

/* Not inside a code point. */
static size_t cut(const char *text, size_t length, size_t max)
{
    if (length <= max)
        return length;
    while (max > 0 && ((unsigned char)text[max] & 0xc0) == 0x80)
        max--;
    return max;
}

const char *public_text(struct arena *arena, const char *text, const char *recipient)
{
    struct text out;

    text_init(&out, arena);
    for (const char *at = text; *at != '\0';) {
        size_t length = person_length(text, at, recipient);
        if (length > 0) {
            text_add(&out, mask);
            text = at += length; /* what follows a person may be another one */
        } else {
            add_plain(&out, *at++);
        }
    }
    return text_trim(arena, arena_copy_n(arena, out.data, cut(out.data, out.length, PUBLIC_TEXT_MAX)));
}
