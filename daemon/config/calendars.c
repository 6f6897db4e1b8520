#include "config/calendars.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/config.h"
#include "config/folder.h"
#include "config/source.h"
#include "config/written.h"

enum { ALL_DAYS = 127 };

struct parsing {
    struct reader *reader;
    struct calendar *calendar;
    day_t *closed;
    size_t capacity;
    int line;
    bool weekend_given;
};

__attribute__((format(printf, 2, 3))) static void say(struct parsing *parsing, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *sentence = arena_vprintf(parsing->reader->findings->arena, format, args);
    va_end(args);
    findings_add(parsing->reader->findings, SEVERITY_ERROR, parsing->reader->file, parsing->line, "%s", sentence);
}

static const char *shown(struct parsing *parsing, const char *text)
{
    char buffer[48];
    return arena_copy(parsing->reader->findings->arena, text_clip(text, buffer, sizeof buffer));
}

/* weekend = sat,sun */
static void parse_weekend(struct parsing *parsing, const char *text)
{
    unsigned mask = 0;
    if (parsing->weekend_given)
        say(parsing, "weekend stands here for the second time; keep one");
    parsing->weekend_given = true;
    if (!text_equal(text, "none") && !parse_weekdays(text, &mask))
        say(parsing, "weekend: \"%s\" are no weekdays; write them like sat,sun, or none", shown(parsing, text));
    else if (mask == ALL_DAYS)
        say(parsing, "weekend: no day of the week is left open; leave one out");
    else
        parsing->calendar->weekend = mask;
}

static void add_day(struct parsing *parsing, day_t day)
{
    struct calendar *calendar = parsing->calendar;
    if (calendar->closed_count == parsing->capacity) {
        parsing->capacity = parsing->capacity == 0 ? 64 : 2 * parsing->capacity;
        parsing->closed = arena_grow(parsing->reader->arena, parsing->closed, calendar->closed_count, parsing->capacity,
                                     sizeof *parsing->closed);
        calendar->closed = parsing->closed;
    }
    parsing->closed[calendar->closed_count++] = day;
}

/* "2026-12-25 Christmas Day" */
static void parse_day(struct parsing *parsing, const char *text)
{
    size_t length = strcspn(text, " \t");
    day_t day;
    if (!day_parse(arena_copy_n(parsing->reader->findings->arena, text, length), &day))
        say(parsing, "\"%s\" is no date; write YYYY-MM-DD and a name behind it, or begin a comment with #",
            shown(parsing, text));
    else
        add_day(parsing, day);
}

static void parse_line(struct parsing *parsing, const char *text)
{
    static const char weekend[] = "weekend";
    const char *rest = text + sizeof weekend - 1;
    if (text[0] == '\0' || text[0] == '#')
        return;
    if (!text_starts(text, weekend)) {
        parse_day(parsing, text);
        return;
    }
    rest += strspn(rest, " \t");
    if (*rest != '=')
        say(parsing, "weekend has no =; write it like weekend = sat,sun");
    else
        parse_weekend(parsing, rest + 1 + strspn(rest + 1, " \t"));
}

static int by_day(const void *a, const void *b)
{
    day_t one = *(const day_t *)a, other = *(const day_t *)b;
    return (one > other) - (one < other);
}

/* Ascending, each day once. */
static void sort_days(day_t *days, size_t *count)
{
    size_t kept = 0;
    if (*count == 0)
        return;
    qsort(days, *count, sizeof *days, by_day);
    for (size_t i = 1; i < *count; i++)
        if (days[i] != days[kept])
            days[++kept] = days[i];
    *count = kept + 1;
}

/* A calendar speaks for the whole year of its last day. */
static day_t horizon_of(const struct calendar *calendar)
{
    int year, month, dom;
    if (calendar->closed_count == 0)
        return DAY_NONE;
    day_to_civil(calendar->closed[calendar->closed_count - 1], &year, &month, &dom);
    return day_from_civil(year, 12, 31);
}

static void load_file(struct reader *reader, const char *file, const char *name, struct calendar *calendar)
{
    struct parsing parsing = {.reader = reader, .calendar = calendar};
    *calendar = (struct calendar){.name = name, .weekend = calendar_plain.weekend};
    reader->file = file;
    char *text = source_read(file, reader->findings->arena, reader->findings);
    if (text != NULL)
        written_text(reader, "calendar", name, text);
    while (text != NULL) {
        const char *line = strsep(&text, "\n");
        parsing.line++;
        parse_line(&parsing, text_trim(reader->findings->arena, line));
    }
    sort_days(parsing.closed, &calendar->closed_count);
    calendar->horizon = horizon_of(calendar);
}

static void add_calendar(struct reader *reader, struct calendar *calendars, size_t *count, const char *file,
                         const char *name)
{
    for (size_t i = 0; i < *count; i++)
        if (text_equal_nocase(calendars[i].name, name))
            findings_add(reader->findings, SEVERITY_ERROR, file, 0,
                         "there is a calendar \"%s\" already, and case makes no difference; rename one",
                         calendars[i].name);
    load_file(reader, file, name, &calendars[(*count)++]);
}

void calendars_load(struct reader *reader, const char *path)
{
    struct folder folder;
    size_t count = 0;
    if (!folder_read(path, true, reader->arena, reader->findings, &folder))
        return;
    struct calendar *calendars = arena_array(reader->arena, folder.count + 1, sizeof *calendars);
    for (size_t i = 0; i < folder.count; i++) {
        const char *name = folder.names[i], *file = folder_file(&folder, i, reader->arena);
        size_t length = strlen(name);
        if (text_ends(name, ".txt") && length > 4)
            add_calendar(reader, calendars, &count, file, arena_copy_n(reader->arena, name, length - 4));
        else if (text_ends(name, ".ics"))
            findings_add(reader->findings, SEVERITY_ERROR, file, 0,
                         ".ics calendars are not available in this version; use a .txt file");
    }
    reader->config->rulebook.calendars = calendars;
    reader->config->rulebook.calendar_count = count;
}

/* ---- by name ---- */

static const char *names_of_all(struct reader *reader)
{
    const struct rulebook *rulebook = &reader->config->rulebook;
    struct text all;
    text_init(&all, reader->findings->arena);
    for (size_t i = 0; i < rulebook->calendar_count; i++)
        text_addf(&all, "%s%s", i == 0 ? "" : ", ", rulebook->calendars[i].name);
    return rulebook->calendar_count == 0 ? "none" : all.data;
}

static const struct calendar *find(struct reader *reader, config_setting_t *setting, const char *name)
{
    const struct calendar *found = rulebook_calendar(&reader->config->rulebook, name);
    if (found != NULL)
        return found;
    if (text_ends(name, ".ics"))
        reader_error(reader, setting,
                     "%s: \"%s\": .ics calendars are not available in this version; use a .txt file, by its name "
                     "without .txt",
                     reader_key(setting), name);
    else
        reader_error(reader, setting, "%s: there is no calendar \"%s\"; there are: %s; add %s.txt to the calendars",
                     reader_key(setting), name, names_of_all(reader), name);
    return NULL;
}

static void unite(struct calendar *sum, const struct calendar *more, struct arena *arena)
{
    day_t *closed =
        arena_grow(arena, sum->closed, sum->closed_count, sum->closed_count + more->closed_count + 1, sizeof *closed);
    for (size_t i = 0; i < more->closed_count; i++)
        closed[sum->closed_count + i] = more->closed[i];
    sum->closed_count += more->closed_count;
    sort_days(closed, &sum->closed_count);
    sum->closed = closed;
    sum->weekend |= more->weekend;
    sum->name = arena_printf(arena, "%s+%s", sum->name, more->name);
    if (more->horizon != DAY_NONE && (sum->horizon == DAY_NONE || more->horizon < sum->horizon))
        sum->horizon = more->horizon;
}

const struct calendar *calendars_pick(struct reader *reader, config_setting_t *setting, const char *const *names,
                                      size_t count)
{
    if (count == 0) {
        reader_error(reader, setting, "%s: the list is empty; name a calendar or remove the line", reader_key(setting));
        return NULL;
    }
    const struct calendar *first = find(reader, setting, names[0]);
    if (count == 1 || first == NULL)
        return first;
    struct calendar *sum = arena_alloc(reader->arena, sizeof *sum);
    *sum = *first;
    for (size_t i = 1; i < count; i++) {
        const struct calendar *more = find(reader, setting, names[i]);
        if (more == NULL)
            return NULL;
        unite(sum, more, reader->arena);
    }
    if (sum->weekend == ALL_DAYS)
        reader_error(reader, setting, "%s: together these calendars leave no day of the week open; leave one out",
                     reader_key(setting));
    return sum;
}
