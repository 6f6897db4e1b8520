#include "config/calendars_line.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

char *ics_upper(struct arena *arena, const char *text, size_t length)
{
    char *upper = arena_copy_n(arena, text, length);
    for (char *at = upper; *at != '\0'; at++)
        if (*at >= 'a' && *at <= 'z')
            *at = (char)(*at - 'a' + 'A');
    return upper;
}

/* One line as it stands in the file, without its end. */
static char *physical_line(struct ics_source *source)
{
    char *line = strsep(&source->at, "\n");
    size_t length = strlen(line);
    source->number++;
    if (length > 0 && line[length - 1] == '\r')
        line[length - 1] = '\0';
    return line;
}

static bool is_folded(const struct ics_source *source)
{
    return source->at != NULL && (*source->at == ' ' || *source->at == '\t');
}

/* A line that begins with white space goes on where the one before ended. */
static const char *unfolded_line(struct ics_source *source)
{
    const char *first = physical_line(source);
    struct text whole;
    if (!is_folded(source))
        return first;
    text_init(&whole, source->arena);
    text_add(&whole, first);
    while (is_folded(source))
        text_add(&whole, physical_line(source) + 1);
    return whole.data;
}

static size_t name_length(const char *text)
{
    size_t length = 0;
    while (text_is_digit(text[length]) || text[length] == '-' ||
           (text_lower_char(text[length]) >= 'a' && text_lower_char(text[length]) <= 'z'))
        length++;
    return length;
}

/* The first such character that does not stand between quotes, or the end. */
static const char *find_unquoted(const char *text, char wanted)
{
    bool quoted = false;
    for (; *text != '\0' && (quoted || *text != wanted); text++)
        if (*text == '"')
            quoted = !quoted;
    return text;
}

static void cut(struct ics_line *line, const char *text, struct arena *arena)
{
    size_t length = name_length(text);
    const char *colon = find_unquoted(text + length, ':');
    line->broken = length == 0 || *colon == '\0' || (text[length] != ':' && text[length] != ';');
    line->name = line->broken ? "" : ics_upper(arena, text, length);
    line->parameters = line->broken ? "" : arena_copy_n(arena, text + length, (size_t)(colon - text) - length);
    line->value = line->broken ? text : colon + 1;
}

bool ics_line_next(struct ics_source *source, struct ics_line *line)
{
    while (source->at != NULL) {
        line->number = source->number + 1;
        const char *text = unfolded_line(source);
        if (*text == '\0')
            continue;
        cut(line, text, source->arena);
        return true;
    }
    return false;
}

/* ";VALUE=DATE;TZID=\"a;b\"" */
const char *ics_line_parameter(const struct ics_line *line, const char *name, struct arena *arena)
{
    for (const char *at = line->parameters; *at == ';';) {
        const char *end = find_unquoted(at + 1, ';');
        const char *equals = memchr(at, '=', (size_t)(end - at));
        if (equals != NULL && text_equal(ics_upper(arena, at + 1, (size_t)(equals - at) - 1), name))
            return arena_copy_n(arena, equals + 1, (size_t)(end - equals) - 1);
        at = end;
    }
    return "";
}

bool ics_line_is_date(const struct ics_line *line, struct arena *arena)
{
    return text_equal_nocase(ics_line_parameter(line, "VALUE", arena), "DATE");
}
