/*
 * One VEVENT: its lines as they were found, and the closed days that they mean.
 */
#ifndef CONFIG_CALENDARS_EVENT_H
#define CONFIG_CALENDARS_EVENT_H

#include "config/calendars_file.h"
#include "config/calendars_line.h"

enum event_line { EVENT_START, EVENT_END, EVENT_DURATION, EVENT_RULE, EVENT_STATUS, EVENT_LINE_COUNT };

struct ics_event {
    int line;                              /* of its BEGIN */
    bool wrong;                            /* something was already said about it */
    struct ics_line has[EVENT_LINE_COUNT]; /* number 0: it is not there */
    struct ics_line *except;               /* EXDATE */
    size_t except_count;
};

void ics_event_line(struct calendar_file *file, struct ics_event *event, const struct ics_line *line);

/* At its END: closes its days, or says why not. */
void ics_event_close(struct calendar_file *file, struct ics_event *event);

#endif
