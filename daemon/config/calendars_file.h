/*
 * One calendar file while it is read, whatever its format.
 */
#ifndef CONFIG_CALENDARS_FILE_H
#define CONFIG_CALENDARS_FILE_H

#include "config/reader.h"
#include "policy/calendar.h"

struct calendar_file {
    struct reader *reader;
    struct calendar *calendar;
    day_t *closed;
    size_t capacity;
    bool weekend_given, full;
};

__attribute__((format(printf, 4, 5))) void calendar_file_say(struct calendar_file *file, enum severity severity,
                                                             int line, const char *format, ...);

/* The text as a finding may show it: its beginning, without what does not print. */
const char *calendar_file_shown(const struct calendar_file *file, const char *text);

/* One closed day; lasting if a rule without end gives it, which needs no newer file. */
void calendar_file_add(struct calendar_file *file, int line, day_t day, bool lasting);

/* "sat,sun" or "none" */
void calendar_file_weekend(struct calendar_file *file, int line, const char *text);

/* Sorts the days once all are there. */
void calendar_file_finish(struct calendar_file *file);

/* The formats: lines of text, and the all-day part of iCalendar (RFC 5545).  Both cut up the text. */
void calendar_text_read(struct calendar_file *file, char *text);
void calendar_ics_read(struct calendar_file *file, char *text);

#endif
