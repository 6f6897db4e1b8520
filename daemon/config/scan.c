/*
 * A walk over the tokens of a configuration file.  It only refuses; what it
 * lets pass is parsed by libconfig.
 */
#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/parse.h"
#include "base/text.h"
#include "config/source.h"

enum { DEPTH_MAX = 16, NUMBER_MAX = 2147483647 };

struct scan {
    const char *file;
    const char *at;
    int line;
    struct findings *findings;
    int depth;
    struct bracket {
        char open;
        int line;
    } brackets[DEPTH_MAX];
};

__attribute__((format(printf, 3, 4))) static void say(struct scan *scan, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *sentence = arena_vprintf(scan->findings->arena, format, args);
    va_end(args);
    findings_add(scan->findings, SEVERITY_ERROR, scan->file, line, "%s", sentence);
}

static void skip_line(struct scan *scan)
{
    scan->at += strcspn(scan->at, "\n");
}

static void skip_block_comment(struct scan *scan)
{
    const char *end = strstr(scan->at + 2, "*/");
    if (end == NULL) {
        say(scan, scan->line, "the comment that begins here has no end; close it with */");
        scan->at += strlen(scan->at);
        return;
    }
    for (; scan->at < end; scan->at++)
        scan->line += *scan->at == '\n';
    scan->at += 2;
}

/* A backslash inside a text; only what leaves the text as people read it. */
static void scan_escape(struct scan *scan)
{
    char next = scan->at[1];
    if (next == '\0' || strchr("\"\\nt", next) == NULL) {
        say(scan, scan->line, "only \\\", \\\\, \\n and \\t may stand in a text; write a backslash as \\\\");
        scan->at++;
        return;
    }
    scan->at += 2;
}

/* A quoted text, up to its closing quote. */
static void scan_text(struct scan *scan)
{
    bool control = false;
    for (scan->at++; *scan->at != '"';) {
        unsigned char byte = (unsigned char)*scan->at;
        if (byte == '\0' || byte == '\n') {
            say(scan, scan->line,
                "a text has no closing quote in this line; a long text is written as several "
                "quoted pieces, one after the other");
            return;
        }
        if (byte == '\\') {
            scan_escape(scan);
            continue;
        }
        control = control || (byte < 0x20 && byte != '\t' && byte != '\r') || byte == 0x7f;
        scan->at++;
    }
    scan->at++;
    if (control)
        say(scan, scan->line, "a text holds a control character; remove it");
}

/* Only whole numbers that fit; everything else would be wrapped, rounded or read in another base. */
static void scan_number(struct scan *scan)
{
    static const char word[] = "+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
    size_t length = strspn(scan->at, word);
    const char *number = arena_copy_n(scan->findings->arena, scan->at, length);
    const char *digits = number + (*number == '-');
    int64_t value;
    scan->at += length;
    if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0')
        say(scan, scan->line,
            "%s is not a whole number; write amounts, durations and percentages as texts, "
            "like \"10.00 EUR\", \"7d\" or \"20%%\"",
            number);
    else if (digits[0] == '0' && digits[1] != '\0')
        say(scan, scan->line, "%s begins with a zero; write it without", number);
    else if (!parse_i64(number, -NUMBER_MAX, NUMBER_MAX, &value))
        say(scan, scan->line, "%s is out of range; the limit is %d", number, NUMBER_MAX);
}

static void scan_open(struct scan *scan)
{
    if (scan->depth == DEPTH_MAX)
        say(scan, scan->line, "brackets are nested deeper than %d; no key needs that", DEPTH_MAX);
    else
        scan->brackets[scan->depth] = (struct bracket){*scan->at, scan->line};
    scan->depth++;
    scan->at++;
}

static char closing_of(char open)
{
    return (char)(open == '(' ? ')' : open == '[' ? ']' : '}');
}

static void scan_close(struct scan *scan)
{
    if (scan->depth == 0) {
        say(scan, scan->line, "there is nothing open for this %c to close", *scan->at);
    } else if (--scan->depth < DEPTH_MAX) {
        const struct bracket *open = &scan->brackets[scan->depth];
        if (closing_of(open->open) != *scan->at)
            say(scan, scan->line, "%c does not close the %c of line %d", *scan->at, open->open, open->line);
    }
    scan->at++;
}

static void scan_other(struct scan *scan)
{
    uint32_t code = 0;
    size_t length = text_decode(scan->at, strlen(scan->at), &code);
    if (*scan->at == '@')
        say(scan, scan->line, "@include is not allowed; write what it would bring into this file");
    else
        say(scan, scan->line, "%.*s has no meaning here; texts stand in quotes", (int)length, scan->at);
    skip_line(scan);
}

static bool is_name_start(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static void scan_token(struct scan *scan)
{
    char c = *scan->at;
    if (c == '#' || text_starts(scan->at, "//"))
        skip_line(scan);
    else if (text_starts(scan->at, "/*"))
        skip_block_comment(scan);
    else if (c == '"')
        scan_text(scan);
    else if (is_name_start(c))
        scan->at += strspn(scan->at, "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_");
    else if (strchr("+-.0123456789", c) != NULL)
        scan_number(scan);
    else if (strchr("{[(", c) != NULL)
        scan_open(scan);
    else if (strchr("}])", c) != NULL)
        scan_close(scan);
    else if (strchr("=:;, \t\r\f", c) != NULL)
        scan->at++;
    else
        scan_other(scan);
}

int source_scan(const char *file, const char *text, struct findings *findings)
{
    struct scan scan = {.file = file, .at = text, .line = 1, .findings = findings};
    size_t errors = findings->errors;
    while (*scan.at != '\0') {
        if (*scan.at == '\n') {
            scan.line++;
            scan.at++;
        } else {
            scan_token(&scan);
        }
    }
    if (findings->errors == errors && scan.depth > 0) {
        const struct bracket *open = &scan.brackets[scan.depth - 1];
        say(&scan, open->line, "the %c of this line is never closed", open->open);
    }
    return findings->errors == errors ? 0 : -1;
}
