/* Calendars as lines of text: YYYY-MM-DD and a name. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/calendars_file.h"

/* "2026-12-25 Christmas Day" */
static void read_day(struct calendar_file *file, int line, const char *text)
{
    size_t length = strcspn(text, " \t");
    day_t day;
    if (!day_parse(arena_copy_n(file->reader->findings->arena, text, length), &day))
        calendar_file_say(file, SEVERITY_ERROR, line,
                          "\"%s\" is no date; write YYYY-MM-DD and a name behind it, or begin a comment with #",
                          calendar_file_shown(file, text));
    else
        calendar_file_add(file, line, day, false);
}

static void read_line(struct calendar_file *file, int line, const char *text)
{
    static const char weekend[] = "weekend";
    const char *rest = text + sizeof weekend - 1;
    if (text[0] == '\0' || text[0] == '#')
        return;
    if (!text_starts(text, weekend)) {
        read_day(file, line, text);
        return;
    }
    rest += strspn(rest, " \t");
    if (*rest != '=')
        calendar_file_say(file, SEVERITY_ERROR, line, "weekend has no =; write it like weekend = sat,sun");
    else
        calendar_file_weekend(file, line, rest + 1 + strspn(rest + 1, " \t"));
}

void calendar_text_read(struct calendar_file *file, char *text)
{
    int line = 0;
    if (text_starts(text, "BEGIN:VCALENDAR")) {
        calendar_file_say(file, SEVERITY_ERROR, 1, "this is an iCalendar file; rename it so that it ends in .ics");
        return;
    }
    while (text != NULL)
        read_line(file, ++line, text_trim(file->reader->findings->arena, strsep(&text, "\n")));
}
