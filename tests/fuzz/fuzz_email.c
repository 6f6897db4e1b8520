/* Mails: any names, addresses and texts; read again by a parser of the target's own. */
#include <string.h>

#include "compose/email.h"
#include "fuzz.h"

static const char *const expected[] = {"Date",           "From",         "To",           "Reply-To",
                                       "Subject",        "Message-ID",   "In-Reply-To",  "References",
                                       "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"};
enum { HEADERS = sizeof expected / sizeof *expected };

static void check_bytes(const char *mail, size_t length)
{
    size_t column = 0;
    REQUIRE(length == strlen(mail) && length > 2 && strcmp(mail + length - 2, "\r\n") == 0, "no line end at the end");
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)mail[i];
        REQUIRE(byte < 0x80, "a byte beyond 7 bits");
        REQUIRE(byte != '\r' || mail[i + 1] == '\n', "a bare CR");
        REQUIRE(byte != '\n' || (i > 0 && mail[i - 1] == '\r'), "a bare LF");
        REQUIRE(byte >= 0x20 || byte == '\r' || byte == '\n' || byte == '\t', "control character %d", byte);
        column = byte == '\n' ? 0 : column + (byte != '\r');
        REQUIRE(column <= 998, "a line of more than 998 bytes");
    }
}

/* Each header once, in this order, and nothing else; the unfolded value of one of them. */
static const char *check_headers(const char *mail, const char *wanted, struct arena *arena)
{
    struct text value;
    size_t next = 0;
    text_init(&value, arena);
    while (strncmp(mail, "\r\n", 2) != 0) {
        const char *end = strstr(mail, "\r\n");
        REQUIRE(end != NULL, "the headers have no end");
        bool folded = *mail == ' ' || *mail == '\t';
        size_t name = strcspn(mail, ":\r");
        while (!folded && next < HEADERS &&
               (strlen(expected[next]) != name || strncmp(mail, expected[next], name) != 0))
            next++;
        REQUIRE(next < HEADERS && mail[strcspn(mail, "\r")] == '\r', "a header that nobody asked for");
        if (strcmp(expected[next], wanted) == 0)
            text_add_n(&value, folded ? mail : mail + name + 1, (size_t)(end - mail) - (folded ? 0 : name + 1));
        next += !folded && strstr(end, "\r\n ") != end && strstr(end, "\r\n\t") != end;
        mail = end + 2;
    }
    return value.data;
}

static int digit(const char *digits, char c)
{
    const char *at = c == '\0' ? NULL : strchr(digits, c);
    return at == NULL ? -1 : (int)(at - digits);
}

/* One encoded word's text; returns the end of the word. */
static const char *decode_word(struct text *out, const char *at)
{
    static const char hex[] = "0123456789ABCDEF";
    static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bool quoted = at[8] == 'Q';
    unsigned bits = 0, count = 0;
    REQUIRE((quoted || at[8] == 'B') && at[9] == '?', "no known encoding of a word");
    for (at += 10; *at != '?'; at++) {
        REQUIRE(*at != '\0' && *at != ' ', "an encoded word without an end");
        if (!quoted) {
            if (*at == '=')
                continue;
            bits = bits << 6 | (unsigned)digit(base64, *at);
            count += 6;
            if (count >= 8)
                text_add_char(out, (char)(bits >> (count -= 8) & 0xff));
        } else if (*at == '=') {
            text_add_char(out, (char)(digit(hex, at[1]) << 4 | digit(hex, at[2])));
            at += 2;
        } else {
            text_add_char(out, *at == '_' ? ' ' : *at);
        }
    }
    REQUIRE(at[1] == '=', "an encoded word without its last sign");
    return at + 2;
}

/* RFC 2047: white space between two encoded words is none. */
static const char *decode_header(const char *value, struct arena *arena)
{
    struct text out;
    text_init(&out, arena);
    for (value += strspn(value, " \t"); *value != '\0';) {
        if (!text_starts(value, "=?UTF-8?")) {
            text_add_char(&out, *value++);
            continue;
        }
        value = decode_word(&out, value);
        const char *next = value + strspn(value, " \t");
        if (next > value && text_starts(next, "=?UTF-8?"))
            value = next;
    }
    return out.data;
}

/* Runs of spaces are one, and none stands at an end. */
static const char *squeeze(const char *text, struct arena *arena)
{
    struct text out;
    text_init(&out, arena);
    for (text += strspn(text, " "); *text != '\0'; text += strspn(text, " ")) {
        size_t word = strcspn(text, " ");
        text_add(&out, out.length > 0 ? " " : "");
        text_add_n(&out, text, word);
        text += word;
    }
    return out.data;
}

static void check_mail(const struct email *email, const char *mail, size_t length, struct arena *arena)
{
    if (fuzz_plant)
        mail = arena_printf(arena, "Bcc: eve@mail.example\r\n%s", mail);
    check_bytes(mail, length + (fuzz_plant ? 23 : 0));
    const char *subject = squeeze(decode_header(check_headers(mail, "Subject", arena), arena), arena);
    REQUIRE(strcmp(subject, squeeze(email->subject, arena)) == 0, "the subject says something else");
    const char *to = check_headers(mail, "To", arena);
    REQUIRE(strchr(to, '@') != NULL && strchr(to, '\n') == NULL, "no recipient");
    check_headers(mail, "From", arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    struct arena *arena = arena_new(0);
    struct email email = {.message_id = "<n-1@mail.example>", .in_reply_to = "", .boundary = "b-1", .html = ""};
    struct err err = {0};
    const char *mail = NULL;
    size_t length = 0;
    email.from_name = feed_line(&feed, arena);
    email.from_address = "accounts@mail.example";
    email.to_name = feed_line(&feed, arena);
    email.to_address = feed_line(&feed, arena);
    email.reply_to = feed_line(&feed, arena);
    email.subject = feed_line(&feed, arena);
    email.date = (moment_t)feed_number(&feed, 4);
    email.date_offset = (int32_t)feed_below(&feed, 112) * 900 - 43200;
    if (feed_flag(&feed))
        email.html = feed_line(&feed, arena);
    email.text = feed_rest(&feed, arena);
    if (email_build(&email, arena, &mail, &length, &err) == 0)
        check_mail(&email, mail, length, arena);
    else
        fuzz_check_err(&err);
    arena_free(&arena);
    return 0;
}
