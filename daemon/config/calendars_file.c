#include "config/calendars_file.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"

enum { ALL_DAYS = 127, DAYS_MAX = 100000 };

void calendar_file_say(struct calendar_file *file, enum severity severity, int line, const char *format, ...)
{
    struct findings *findings = file->reader->findings;
    va_list args;
    va_start(args, format);
    const char *sentence = arena_vprintf(findings->arena, format, args);
    va_end(args);
    findings_add(findings, severity, file->reader->file, line, "%s", sentence);
}

const char *calendar_file_shown(const struct calendar_file *file, const char *text)
{
    char buffer[48];
    return arena_copy(file->reader->findings->arena, text_clip(text, buffer, sizeof buffer));
}

void calendar_file_add(struct calendar_file *file, int line, day_t day, bool lasting)
{
    struct calendar *calendar = file->calendar;
    if (file->full)
        return;
    if (calendar->closed_count == DAYS_MAX) {
        calendar_file_say(file, SEVERITY_ERROR, line, "more than %d closed days; leave out what is long past",
                          (int)DAYS_MAX);
        file->full = true;
        return;
    }
    if (calendar->closed_count == file->capacity) {
        file->capacity = file->capacity == 0 ? 64 : 2 * file->capacity;
        file->closed =
            arena_grow(file->reader->arena, file->closed, calendar->closed_count, file->capacity, sizeof *file->closed);
        calendar->closed = file->closed;
    }
    file->closed[calendar->closed_count++] = day;
    if (!lasting && (calendar->horizon == DAY_NONE || day > calendar->horizon))
        calendar->horizon = day;
}

void calendar_file_weekend(struct calendar_file *file, int line, const char *text)
{
    unsigned mask = 0;
    if (file->weekend_given)
        calendar_file_say(file, SEVERITY_ERROR, line, "weekend stands here for the second time; keep one");
    file->weekend_given = true;
    if (!text_equal(text, "none") && !parse_weekdays(text, &mask))
        calendar_file_say(file, SEVERITY_ERROR, line,
                          "weekend: \"%s\" are no weekdays; write them like sat,sun, or none",
                          calendar_file_shown(file, text));
    else if (mask == ALL_DAYS)
        calendar_file_say(file, SEVERITY_ERROR, line, "weekend: no day of the week is left open; leave one out");
    else
        file->calendar->weekend = mask;
}

static int by_day(const void *a, const void *b)
{
    day_t one = *(const day_t *)a, other = *(const day_t *)b;
    return (one > other) - (one < other);
}

void calendar_file_finish(struct calendar_file *file)
{
    size_t kept = 0;
    if (file->calendar->closed_count == 0)
        return;
    qsort(file->closed, file->calendar->closed_count, sizeof *file->closed, by_day);
    for (size_t i = 1; i < file->calendar->closed_count; i++)
        if (file->closed[i] != file->closed[kept])
            file->closed[++kept] = file->closed[i];
    file->calendar->closed_count = kept + 1;
}
