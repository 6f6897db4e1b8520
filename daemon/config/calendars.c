#include "config/calendars.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/calendars_file.h"
#include "config/config.h"
#include "config/folder.h"
#include "config/source.h"
#include "config/written.h"

enum { ALL_DAYS = 127 };

static const struct format {
    const char *ending;
    void (*read)(struct calendar_file *file, char *text);
} formats[] = {{".txt", calendar_text_read}, {".ics", calendar_ics_read}};

static void load_file(struct reader *reader, const struct format *format, const char *path, struct calendar *calendar)
{
    struct calendar_file file = {.reader = reader, .calendar = calendar};
    reader->file = path;
    char *text = source_read(path, reader->findings->arena, reader->findings);
    if (text == NULL)
        return;
    written_text(reader, "calendar", calendar->name, text);
    format->read(&file, text);
    calendar_file_finish(&file);
}

static const struct format *format_of(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (text_ends(name, formats[i].ending) && strlen(name) > strlen(formats[i].ending))
            return &formats[i];
    return NULL;
}

static const struct calendar *named(const struct calendar *calendars, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_nocase(calendars[i].name, name))
            return &calendars[i];
    return NULL;
}

void calendars_load(struct reader *reader, const char *path)
{
    struct folder folder;
    size_t count = 0;
    if (!folder_read(path, true, reader->arena, reader->findings, &folder))
        folder.count = 0;
    struct calendar *calendars = arena_array(reader->arena, folder.count + 1, sizeof *calendars);
    for (size_t i = 0; i < folder.count; i++) {
        const struct format *format = format_of(folder.names[i]);
        const char *file = folder_file(&folder, i, reader->arena);
        if (format == NULL)
            continue;
        const char *name =
            arena_copy_n(reader->arena, folder.names[i], strlen(folder.names[i]) - strlen(format->ending));
        const struct calendar *other = named(calendars, count, name);
        if (other != NULL)
            findings_add(reader->findings, SEVERITY_ERROR, file, 0,
                         "there is a calendar \"%s\" already, and case makes no difference; rename one", other->name);
        calendars[count] =
            (struct calendar){.name = name, .weekend = calendar_plain.weekend, .horizon = DAY_NONE, .file = file};
        load_file(reader, format, file, &calendars[count++]);
    }
    /* A file of its name stands for the rule. */
    if (named(calendars, count, calendar_target.name) == NULL)
        calendars[count++] = calendar_target;
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
    const struct format *format = format_of(name);
    if (format != NULL)
        reader_error(reader, setting, "%s: \"%s\" is a file; write the calendar's name, without %s",
                     reader_key(setting), name, format->ending);
    else
        reader_error(reader, setting,
                     "%s: there is no calendar \"%s\"; there are: %s; add %s.txt or %s.ics to the calendars",
                     reader_key(setting), name, names_of_all(reader), name, name);
    return NULL;
}

/* All that closes one of the parts closes the whole; the first horizon to come is the whole's. */
static void unite(struct calendar_file *file, const struct calendar *more)
{
    struct calendar *sum = file->calendar;
    day_t horizon = sum->horizon;
    for (size_t i = 0; i < more->closed_count; i++)
        calendar_file_add(file, 0, more->closed[i], true);
    sum->weekend |= more->weekend;
    sum->target = sum->target || more->target;
    sum->name = arena_printf(file->reader->arena, "%s%s%s", sum->name, sum->name[0] == '\0' ? "" : "+", more->name);
    if (more->horizon != DAY_NONE && (horizon == DAY_NONE || more->horizon < horizon))
        sum->horizon = more->horizon;
}

const struct calendar *calendars_pick(struct reader *reader, config_setting_t *setting, const char *const *names,
                                      size_t count)
{
    if (count == 0) {
        reader_error(reader, setting, "%s: the list is empty; name a calendar or remove the line", reader_key(setting));
        return NULL;
    }
    if (count == 1)
        return find(reader, setting, names[0]);
    struct calendar *sum = arena_alloc(reader->arena, sizeof *sum);
    const struct calendar **parts = arena_array(reader->arena, count, sizeof *parts);
    struct calendar_file file = {.reader = reader, .calendar = sum};
    *sum = (struct calendar){.name = "", .horizon = DAY_NONE, .file = "", .parts = parts, .part_count = count};
    for (size_t i = 0; i < count; i++) {
        parts[i] = find(reader, setting, names[i]);
        if (parts[i] == NULL)
            return NULL;
        unite(&file, parts[i]);
    }
    calendar_file_finish(&file);
    if (sum->weekend == ALL_DAYS)
        reader_error(reader, setting, "%s: together these calendars leave no day of the week open; leave one out",
                     reader_key(setting));
    return sum;
}
