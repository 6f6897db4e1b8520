#include "config/edit.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/scan.h"

enum { WORDS_MAX = 8 };

/* "business.name" as words. */
struct path {
    const char *words[WORDS_MAX];
    size_t count;
};

/* Where a setting stands, or where it would. */
struct place {
    const char *name;        /* its first letter; NULL: it is not there */
    const char *begin, *end; /* its value */
    const char *inside;      /* the end of the innermost group on the way that is there: its brace, or the text's end */
    size_t level;            /* how many words of the path are groups that are there */
    bool blocked;            /* a word of the path is no group */
};

const char *edit_quote(struct arena *arena, const char *text)
{
    struct text out;

    text_init(&out, arena);
    text_add_char(&out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            text_add_char(&out, '\\');
        text_add_char(&out, *text);
    }
    text_add_char(&out, '"');
    return out.data;
}

/* ---- looking ---- */

static struct path path_of(const char *text, struct arena *arena)
{
    struct path path = {.count = 0};

    while (*text != '\0' && path.count < WORDS_MAX) {
        size_t length = strcspn(text, ".");
        path.words[path.count++] = arena_copy_n(arena, text, length);
        text += length + (text[length] == '.');
    }
    return path;
}

/* Is it the word of the path at this level? */
static bool is_next(const struct token *token, const struct path *path, size_t level)
{
    if (token->kind != TOKEN_NAME || level >= path->count)
        return false;
    const char *word = path->words[level];
    return token->length == strlen(word) && strncmp(token->start, word, token->length) == 0;
}

static int step_of(enum token_kind kind)
{
    return (kind == TOKEN_OPEN) - (kind == TOKEN_CLOSE);
}

/* Behind the value that begins with a token: a bracket reaches to its other half, a text may have several pieces. */
static const char *value_end(struct scan scan, struct token token)
{
    bool pieces = token.kind == TOKEN_TEXT;
    int depth = step_of(token.kind);
    const char *end = scan.at;

    while ((depth > 0 || pieces) && token.kind != TOKEN_END) {
        token = scan_next(&scan);
        if (depth == 0 && token.kind != TOKEN_TEXT)
            break;
        depth += step_of(token.kind);
        end = scan.at;
    }
    return end;
}

/* Behind a name of the path: true when the search is over. */
static bool follow(struct scan *scan, const struct path *path, const struct token *name, struct place *place)
{
    scan_next(scan);
    struct token value = scan_next(scan);

    if (place->level + 1 == path->count) {
        place->name = name->start;
        place->begin = value.start;
        place->end = value_end(*scan, value);
        return true;
    }
    place->level++;
    place->blocked = value.kind != TOKEN_OPEN || *value.start != '{';
    return place->blocked;
}

static struct place find(const char *text, const struct path *path, struct arena *arena)
{
    struct findings ignored;
    struct scan scan = {.file = "", .at = text, .line = 1, .findings = &ignored};
    struct place place = {.inside = text + strlen(text)};
    size_t depth = 0;
    struct token token;

    findings_init(&ignored, arena);
    while ((token = scan_next(&scan)).kind != TOKEN_END) {
        if (depth == place.level && is_next(&token, path, depth)) {
            if (follow(&scan, path, &token, &place))
                break;
            depth = place.level;
        } else if (token.kind == TOKEN_CLOSE && depth > 0 && depth-- == place.level) {
            place.inside = token.start;
            break;
        }
        depth += token.kind == TOKEN_OPEN;
    }
    return place;
}

/* ---- changing ---- */

static const char *with(const char *text, const char *from, const char *to, const char *between, struct arena *arena)
{
    return arena_printf(arena, "%.*s%s%s", (int)(from - text), text, between, to);
}

/* Where the line of a place begins, if nothing but blanks stands before it; else NULL. */
static const char *blank_before(const char *text, const char *at)
{
    while (at > text && (at[-1] == ' ' || at[-1] == '\t'))
        at--;
    return at == text || at[-1] == '\n' ? at : NULL;
}

/* The groups that are missing come with it. */
static const char *setting_of(const struct path *path, size_t level, const char *value, struct arena *arena)
{
    const char *setting = arena_printf(arena, "%s = %s;", path->words[path->count - 1], value);

    for (size_t i = path->count - 1; i > level; i--)
        setting = arena_printf(arena, "%s = { %s };", path->words[i - 1], setting);
    return setting;
}

static const char *add(const char *text, const struct place *place, const char *setting, struct arena *arena)
{
    const char *at = place->inside, *line = blank_before(text, at);

    if (place->level == 0)
        return arena_printf(arena, "%s%s%s\n", text, at == text || at[-1] == '\n' ? "" : "\n", setting);
    if (line)
        return with(text, line, line, arena_printf(arena, "%.*s  %s\n", (int)(at - line), line, setting), arena);
    return with(text, at, at, arena_printf(arena, "%s%s ", at[-1] == ' ' ? "" : " ", setting), arena);
}

const char *edit_set(const char *text, const char *path_text, const char *value, struct arena *arena)
{
    struct path path = path_of(path_text, arena);
    struct place place = find(text, &path, arena);

    if (place.blocked)
        return NULL;
    if (place.name)
        return with(text, place.begin, place.end, value, arena);
    return add(text, &place, setting_of(&path, place.level, value, arena), arena);
}

bool edit_has(const char *text, const char *path_text, struct arena *arena)
{
    struct path path = path_of(path_text, arena);

    return find(text, &path, arena).name != NULL;
}

/* With the line that it had for itself. */
const char *edit_remove(const char *text, const char *path_text, struct arena *arena)
{
    struct path path = path_of(path_text, arena);
    struct place place = find(text, &path, arena);

    if (!place.name)
        return text;
    const char *line = blank_before(text, place.name), *end = place.end;
    end += strspn(end, " \t");
    end += *end == ';' || *end == ',';
    end += strspn(end, " \t");
    if (line && *end == '\n')
        return with(text, line, end + 1, "", arena);
    return with(text, place.name, end, "", arena);
}
