/*
 * The grammar of libconfig 1.5, with sentences where it would only say "syntax
 * error": what passes here is parsed by it without a complaint.
 */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/scan.h"
#include "config/source.h"

enum { DEPTH_MAX = 16 };

enum expect {
    EXPECT_NAME,   /* of a key, or the end of the group */
    EXPECT_EQUALS, /* behind a name */
    EXPECT_VALUE,
    EXPECT_FIRST, /* value of a list, or its end */
    EXPECT_NEXT   /* behind a value */
};

/* An open bracket; the whole file is one too. */
struct frame {
    char open; /* '\0': the file */
    int line;
    size_t first_name;        /* of its keys, in grammar.names */
    enum token_kind elements; /* of [ ]: what its elements are; TOKEN_END: none yet */
};

struct grammar {
    struct scan scan;
    enum expect expect;
    enum token_kind last; /* the token before */
    bool lost;            /* something was wrong: nothing more is said about the order of tokens */
    struct frame frames[DEPTH_MAX + 1];
    size_t depth;
    struct token *names;
    size_t name_count, name_capacity;
    struct token name; /* of the key being read */
};

static struct frame *top(struct grammar *grammar)
{
    return &grammar->frames[grammar->depth];
}

#define SAY(grammar, token, ...)                                \
    do {                                                        \
        scan_say(&(grammar)->scan, (token)->line, __VA_ARGS__); \
        (grammar)->lost = true;                                 \
    } while (0)

/* Texts are never shown: one may be a password. */
static const char *shown(struct grammar *grammar, const struct token *token)
{
    char buffer[48];
    if (token->kind == TOKEN_TEXT)
        return "a text";
    const char *text = arena_copy_n(grammar->scan.findings->arena, token->start, token->length);
    return token->kind == TOKEN_END ? "the end of the file"
                                    : arena_copy(grammar->scan.findings->arena, text_clip(text, buffer, sizeof buffer));
}

/* ---- names ---- */

static bool same_token(const struct token *a, const struct token *b)
{
    return a->length == b->length && memcmp(a->start, b->start, a->length) == 0;
}

static void take_name(struct grammar *grammar, const struct token *token)
{
    for (size_t i = top(grammar)->first_name; i < grammar->name_count; i++)
        if (same_token(&grammar->names[i], token))
            scan_say(&grammar->scan, token->line, "%s: this key stands in line %d already; keep one",
                     shown(grammar, token), grammar->names[i].line);
    if (grammar->name_count == grammar->name_capacity) {
        grammar->name_capacity = grammar->name_capacity == 0 ? 64 : 2 * grammar->name_capacity;
        grammar->names = arena_grow(grammar->scan.findings->arena, grammar->names, grammar->name_count,
                                    grammar->name_capacity, sizeof *grammar->names);
    }
    grammar->names[grammar->name_count++] = *token;
    grammar->name = *token;
    grammar->expect = EXPECT_EQUALS;
}

/* ---- brackets ---- */

static void open_frame(struct grammar *grammar, const struct token *token)
{
    char open = *token->start;
    if (grammar->depth == DEPTH_MAX) {
        SAY(grammar, token, "brackets are nested deeper than %d; no key needs that", DEPTH_MAX);
        return;
    }
    if (top(grammar)->open == '[') {
        SAY(grammar, token, "only texts, numbers and true or false stand in [ ]; put groups and lists into ( )");
        return;
    }
    grammar->depth++;
    *top(grammar) = (struct frame){.open = open, .line = token->line, .first_name = grammar->name_count};
    grammar->expect = open == '{' ? EXPECT_NAME : EXPECT_FIRST;
}

static char closing_of(char open)
{
    return (char)(open == '(' ? ')' : open == '[' ? ']' : '}');
}

static void close_frame(struct grammar *grammar, const struct token *token)
{
    const struct frame *frame = top(grammar);
    if (frame->open == '\0')
        SAY(grammar, token, "there is nothing open for this %c to close; remove it", *token->start);
    else if (closing_of(frame->open) != *token->start)
        SAY(grammar, token, "%c does not close the %c of line %d; write %c, or correct that line", *token->start,
            frame->open, frame->line, closing_of(frame->open));
    else if (grammar->last == TOKEN_COMMA && frame->open != '{')
        SAY(grammar, token, "there is a comma before this %c; remove it", *token->start);
    if (grammar->lost)
        return;
    grammar->name_count = frame->first_name;
    grammar->depth--;
    grammar->expect = EXPECT_NEXT;
}

/* ---- values ---- */

static void take_value(struct grammar *grammar, const struct token *token)
{
    struct frame *frame = top(grammar);
    if (frame->open == '[' && frame->elements != TOKEN_END && frame->elements != token->kind) {
        SAY(grammar, token, "the elements of a list in [ ] must all be of one kind; write all as texts");
        return;
    }
    frame->elements = token->kind;
    grammar->expect = EXPECT_NEXT;
}

static void wrong_value(struct grammar *grammar, const struct token *token)
{
    if (token->kind == TOKEN_NAME)
        SAY(grammar, token, "%s: a text stands in quotes; put them around it", shown(grammar, &grammar->name));
    else
        SAY(grammar, token, "%s: a value is missing; write one before %s", shown(grammar, &grammar->name),
            shown(grammar, token));
}

static void expect_value(struct grammar *grammar, const struct token *token)
{
    switch (token->kind) {
    case TOKEN_TEXT:
    case TOKEN_NUMBER:
    case TOKEN_TRUTH:
        take_value(grammar, token);
        break;
    case TOKEN_OPEN:
        open_frame(grammar, token);
        break;
    case TOKEN_CLOSE:
        if (grammar->expect == EXPECT_FIRST || grammar->last == TOKEN_COMMA)
            close_frame(grammar, token);
        else
            wrong_value(grammar, token);
        break;
    case TOKEN_NAME:
    case TOKEN_EQUALS:
    case TOKEN_COMMA:
    case TOKEN_SEMICOLON:
    case TOKEN_END:
    case TOKEN_WRONG:
        wrong_value(grammar, token);
        break;
    }
}

static void expect_name(struct grammar *grammar, const struct token *token)
{
    if (token->kind == TOKEN_NAME)
        take_name(grammar, token);
    else if (token->kind == TOKEN_CLOSE)
        close_frame(grammar, token);
    else
        SAY(grammar, token, "a key is expected here, not %s; write it like language = \"en\";", shown(grammar, token));
}

/* Behind a value: in a group an optional ; or , and the next key; in a list a comma. */
static void expect_next(struct grammar *grammar, const struct token *token)
{
    bool group = top(grammar)->open == '{' || top(grammar)->open == '\0';
    if (token->kind == TOKEN_TEXT && grammar->last == TOKEN_TEXT)
        return; /* a text in several pieces */
    if (token->kind == TOKEN_CLOSE)
        close_frame(grammar, token);
    else if (group && (token->kind == TOKEN_SEMICOLON || token->kind == TOKEN_COMMA))
        grammar->expect = EXPECT_NAME;
    else if (group && token->kind == TOKEN_NAME)
        take_name(grammar, token);
    else if (!group && token->kind == TOKEN_COMMA)
        grammar->expect = EXPECT_VALUE;
    else
        SAY(grammar, token, "a %s is missing before %s", group ? ";" : "comma", shown(grammar, token));
}

static void take(struct grammar *grammar, const struct token *token)
{
    switch (grammar->expect) {
    case EXPECT_NAME:
        expect_name(grammar, token);
        break;
    case EXPECT_EQUALS:
        if (token->kind == TOKEN_EQUALS)
            grammar->expect = EXPECT_VALUE;
        else
            SAY(grammar, token, "%s: a = is missing before %s", shown(grammar, &grammar->name), shown(grammar, token));
        break;
    case EXPECT_VALUE:
    case EXPECT_FIRST:
        expect_value(grammar, token);
        break;
    case EXPECT_NEXT:
        expect_next(grammar, token);
        break;
    }
}

static void take_end(struct grammar *grammar)
{
    if (grammar->lost)
        return;
    if (grammar->expect == EXPECT_EQUALS || grammar->expect == EXPECT_VALUE)
        SAY(grammar, &grammar->name, "%s: the file ends before its value; add it", shown(grammar, &grammar->name));
    else if (grammar->depth > 0)
        scan_say(&grammar->scan, top(grammar)->line, "the %c of this line is never closed; add a %c",
                 top(grammar)->open, closing_of(top(grammar)->open));
}

int source_check(const char *file, const char *text, struct findings *findings)
{
    struct grammar grammar = {.scan = {.file = file, .at = text, .line = 1, .findings = findings}};
    size_t errors = findings->errors;
    struct token token;
    while ((token = scan_next(&grammar.scan)).kind != TOKEN_END) {
        grammar.lost = grammar.lost || token.kind == TOKEN_WRONG;
        if (!grammar.lost)
            take(&grammar, &token);
        grammar.last = token.kind;
    }
    take_end(&grammar);
    return findings->errors == errors ? 0 : -1;
}
