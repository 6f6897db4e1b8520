#include "config/scan.h"

#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/parse.h"
#include "base/text.h"

enum { NUMBER_MAX = 2147483647 };

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

void scan_say(struct scan *scan, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *sentence = arena_vprintf(scan->findings->arena, format, args);
    va_end(args);
    findings_add(scan->findings, SEVERITY_ERROR, scan->file, line, "%s", sentence);
}

/* ---- what is between tokens ---- */

static void skip_block_comment(struct scan *scan)
{
    const char *end = strstr(scan->at + 2, "*/");
    if (end == NULL) {
        scan_say(scan, scan->line, "the comment that begins here has no end; close it with */");
        scan->at += strlen(scan->at);
        return;
    }
    for (; scan->at < end; scan->at++)
        scan->line += *scan->at == '\n';
    scan->at += 2;
}

static bool skip_blank(struct scan *scan)
{
    const char *begin = scan->at;
    if (*scan->at == '#' || text_starts(scan->at, "//"))
        scan->at += strcspn(scan->at, "\n");
    else if (text_starts(scan->at, "/*"))
        skip_block_comment(scan);
    else if (*scan->at != '\0' && strchr(" \t\r\f\n", *scan->at) != NULL)
        scan->line += *scan->at++ == '\n';
    return scan->at != begin;
}

/* ---- tokens ---- */

/* A backslash inside a text; only what leaves the text as people read it. */
static bool scan_escape(struct scan *scan)
{
    char next = scan->at[1];
    if (next == '\0' || strchr("\"\\nt", next) == NULL) {
        scan_say(scan, scan->line, "only \\\", \\\\, \\n and \\t may stand in a text; write a backslash as \\\\");
        scan->at++;
        return false;
    }
    scan->at += 2;
    return true;
}

/* A quoted text, up to its closing quote. */
static enum token_kind scan_text(struct scan *scan)
{
    bool good = true, control = false;
    for (scan->at++; *scan->at != '"';) {
        unsigned char byte = (unsigned char)*scan->at;
        if (byte == '\0' || byte == '\n') {
            scan_say(scan, scan->line,
                     "a text has no closing quote in this line; a long text is written as several quoted pieces, one "
                     "after the other");
            return TOKEN_WRONG;
        }
        if (byte == '\\') {
            good = scan_escape(scan) && good;
            continue;
        }
        control = control || (byte < 0x20 && byte != '\t') || byte == 0x7f;
        scan->at++;
    }
    scan->at++;
    if (control)
        scan_say(scan, scan->line, "a text holds a control character; remove it");
    return good && !control ? TOKEN_TEXT : TOKEN_WRONG;
}

/* Only whole numbers that fit; everything else would be wrapped, rounded or read in another base. */
static enum token_kind scan_number(struct scan *scan)
{
    size_t length = strspn(scan->at, "+-._" DIGITS LETTERS);
    const char *number = arena_copy_n(scan->findings->arena, scan->at, length);
    const char *digits = number + (*number == '-');
    int64_t value;
    scan->at += length;
    if (digits[0] == '\0' || digits[strspn(digits, DIGITS)] != '\0')
        scan_say(scan, scan->line,
                 "this is not a whole number; write amounts, durations and percentages as texts, like \"10.00 EUR\", "
                 "\"7d\" or \"20%%\"");
    else if (digits[0] == '0' && digits[1] != '\0')
        scan_say(scan, scan->line, "a number begins with a zero; write it without");
    else if (!parse_i64(number, -NUMBER_MAX, NUMBER_MAX, &value))
        scan_say(scan, scan->line, "a number is out of range; the limit is %d", NUMBER_MAX);
    else
        return TOKEN_NUMBER;
    return TOKEN_WRONG;
}

static enum token_kind scan_word(struct scan *scan)
{
    size_t length = strspn(scan->at, "-_" DIGITS LETTERS);
    const char *word = arena_copy_n(scan->findings->arena, scan->at, length);
    scan->at += length;
    return text_equal_nocase(word, "true") || text_equal_nocase(word, "false") ? TOKEN_TRUTH : TOKEN_NAME;
}

/* What means nothing anywhere; the rest of its line is not looked at. */
static enum token_kind scan_other(struct scan *scan)
{
    uint32_t code = 0;
    size_t length = text_decode(scan->at, strlen(scan->at), &code);
    if (*scan->at == '@')
        scan_say(scan, scan->line, "@include is not allowed; write what it would bring into this file");
    else
        scan_say(scan, scan->line, "%.*s has no meaning here; texts stand in quotes", (int)length, scan->at);
    scan->at += strcspn(scan->at, "\n");
    return TOKEN_WRONG;
}

static enum token_kind scan_sign(struct scan *scan)
{
    static const struct {
        const char *signs;
        enum token_kind kind;
    } rows[] = {
        {"=:", TOKEN_EQUALS}, {",", TOKEN_COMMA}, {";", TOKEN_SEMICOLON}, {"{[(", TOKEN_OPEN}, {"}])", TOKEN_CLOSE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strchr(rows[i].signs, *scan->at) != NULL) {
            scan->at++;
            return rows[i].kind;
        }
    }
    return scan_other(scan);
}

static enum token_kind scan_kind(struct scan *scan)
{
    char c = *scan->at;
    if (c == '\0')
        return TOKEN_END;
    if (c == '"')
        return scan_text(scan);
    if (strchr(LETTERS, c) != NULL)
        return scan_word(scan);
    if (strchr("+-." DIGITS, c) != NULL)
        return scan_number(scan);
    return scan_sign(scan);
}

struct token scan_next(struct scan *scan)
{
    while (skip_blank(scan))
        ;
    struct token token = {.start = scan->at, .line = scan->line};
    token.kind = scan_kind(scan);
    token.length = (size_t)(scan->at - token.start);
    return token;
}
