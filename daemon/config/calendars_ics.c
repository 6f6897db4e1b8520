/* Calendars as iCalendar files: the part of RFC 5545 that is about whole days; all else is refused. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/calendars_event.h"

enum place { BEFORE, IN_CALENDAR, IN_EVENT, IN_SKIPPED, BEHIND, GIVEN_UP };

struct ics_reading {
    struct calendar_file *file;
    enum place place, around; /* around: where a skipped part stands */
    const char *skipped;      /* its name */
    int skipped_line, depth;
    struct ics_event event;
};

static void refuse(struct ics_reading *reading, int line, const char *sentence)
{
    calendar_file_say(reading->file, SEVERITY_ERROR, line, "%s", sentence);
    reading->place = GIVEN_UP;
}

/* ---- the properties of the whole ---- */

static const struct property {
    const char *name;
    const char *value; /* the only one that is understood, NULL: any */
} properties[] = {
    {"VERSION", "2.0"},      {"CALSCALE", "GREGORIAN"},
    {"METHOD", "PUBLISH"},   {"PRODID", NULL},
    {"NAME", NULL},          {"DESCRIPTION", NULL},
    {"UID", NULL},           {"URL", NULL},
    {"CATEGORIES", NULL},    {"COLOR", NULL},
    {"IMAGE", NULL},         {"SOURCE", NULL},
    {"LAST-MODIFIED", NULL}, {"REFRESH-INTERVAL", NULL},
};

static void whole_property(struct ics_reading *reading, const struct ics_line *line)
{
    struct calendar_file *file = reading->file;
    if (text_equal(line->name, "X-DUNNINGD-WEEKEND"))
        calendar_file_weekend(file, line->number, line->value);
    if (text_starts(line->name, "X-"))
        return;
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
        if (!text_equal(properties[i].name, line->name))
            continue;
        if (properties[i].value != NULL && !text_equal_nocase(properties[i].value, line->value))
            calendar_file_say(file, SEVERITY_ERROR, line->number,
                              "%s:%s is not understood, only %s; export the calendar anew", line->name,
                              calendar_file_shown(file, line->value), properties[i].value);
        return;
    }
    calendar_file_say(file, SEVERITY_ERROR, line->number,
                      "%s is not understood; remove the line, or write the days into a .txt file", line->name);
}

/* ---- its parts ---- */

static void skip_part(struct ics_reading *reading, const struct ics_line *line, const char *name)
{
    reading->around = reading->place;
    reading->place = IN_SKIPPED;
    reading->skipped = name;
    reading->skipped_line = line->number;
    reading->depth = 1;
}

static void part_begins(struct ics_reading *reading, const struct ics_line *line, const char *name)
{
    if (reading->place == IN_CALENDAR && text_equal(name, "VEVENT")) {
        reading->event = (struct ics_event){.line = line->number};
        reading->place = IN_EVENT;
    } else if ((reading->place == IN_CALENDAR && text_equal(name, "VTIMEZONE")) ||
               (reading->place == IN_EVENT && text_equal(name, "VALARM"))) {
        skip_part(reading, line, name); /* neither says which days are closed */
    } else if (reading->place == IN_EVENT && text_equal(name, "VEVENT")) {
        refuse(reading, line->number, "an event begins within an event; end the one before with END:VEVENT");
    } else {
        refuse(reading, line->number,
               arena_printf(reading->file->reader->findings->arena,
                            "BEGIN:%s is not understood here; a calendar of closed days has only events, VEVENT",
                            calendar_file_shown(reading->file, name)));
    }
}

static void part_ends(struct ics_reading *reading, const struct ics_line *line, const char *name)
{
    if (reading->place == IN_EVENT && text_equal(name, "VEVENT")) {
        ics_event_close(reading->file, &reading->event);
        reading->place = IN_CALENDAR;
    } else if (reading->place == IN_CALENDAR && text_equal(name, "VCALENDAR")) {
        reading->place = BEHIND;
    } else {
        refuse(reading, line->number,
               arena_printf(reading->file->reader->findings->arena,
                            "END:%s ends what did not begin; is a line missing?",
                            calendar_file_shown(reading->file, name)));
    }
}

static void skipped_line(struct ics_reading *reading, const struct ics_line *line)
{
    if (text_equal(line->name, "BEGIN"))
        reading->depth++;
    else if (text_equal(line->name, "END") && --reading->depth == 0)
        reading->place = reading->around;
    else
        return;
    if (reading->place == reading->around && !text_equal_nocase(line->value, reading->skipped))
        refuse(reading, line->number,
               arena_printf(reading->file->reader->findings->arena, "END:%s stands where END:%s is missing",
                            calendar_file_shown(reading->file, line->value), reading->skipped));
}

/* ---- all of it ---- */

static void first_line(struct ics_reading *reading, const struct ics_line *line)
{
    if (text_equal(line->name, "BEGIN") && text_equal_nocase(line->value, "VCALENDAR"))
        reading->place = IN_CALENDAR;
    else
        refuse(reading, line->number,
               "this is no iCalendar file, which begins with BEGIN:VCALENDAR; a list of dates is a .txt file");
}

static void inner_line(struct ics_reading *reading, const struct ics_line *line)
{
    const char *name = ics_upper(reading->file->reader->findings->arena, line->value, strlen(line->value));
    if (text_equal(line->name, "BEGIN"))
        part_begins(reading, line, name);
    else if (text_equal(line->name, "END"))
        part_ends(reading, line, name);
    else if (reading->place == IN_EVENT)
        ics_event_line(reading->file, &reading->event, line);
    else
        whole_property(reading, line);
}

static void take_line(struct ics_reading *reading, const struct ics_line *line)
{
    switch (reading->place) {
    case BEFORE:
        first_line(reading, line);
        return;
    case IN_SKIPPED:
        skipped_line(reading, line);
        return;
    case IN_CALENDAR:
    case IN_EVENT:
        if (line->broken)
            refuse(
                reading, line->number,
                arena_printf(reading->file->reader->findings->arena,
                             "\"%s\" is no line of an iCalendar file, such as NAME:value; a line that goes on begins "
                             "with a space",
                             calendar_file_shown(reading->file, line->value)));
        else
            inner_line(reading, line);
        return;
    case BEHIND:
        refuse(reading, line->number, "there is more behind END:VCALENDAR; make it a file of its own");
        return;
    case GIVEN_UP:
        return;
    }
}

static const char *missing_end(const struct ics_reading *reading, struct arena *arena)
{
    switch (reading->place) {
    case BEFORE:
        return "the file is empty; remove it, or export the calendar anew";
    case IN_CALENDAR:
        return "the file ends without END:VCALENDAR; export the calendar anew";
    case IN_EVENT:
        return "this event has no END:VEVENT; export the calendar anew";
    case IN_SKIPPED:
        return arena_printf(arena, "there is no END:%s; export the calendar anew", reading->skipped);
    case BEHIND:
    case GIVEN_UP:
        break;
    }
    return "";
}

void calendar_ics_read(struct calendar_file *file, char *text)
{
    struct arena *arena = file->reader->findings->arena;
    struct ics_source source = {.arena = arena, .at = text};
    struct ics_reading reading = {.file = file};
    struct ics_line line = {.number = 0};
    while (reading.place != GIVEN_UP && ics_line_next(&source, &line))
        take_line(&reading, &line);
    const char *missing = missing_end(&reading, arena);
    if (*missing != '\0')
        calendar_file_say(file, SEVERITY_ERROR,
                          reading.place == IN_EVENT     ? reading.event.line
                          : reading.place == IN_SKIPPED ? reading.skipped_line
                                                        : source.number,
                          "%s", missing);
}
