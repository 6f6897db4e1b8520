/*
 * Calendars: files calendars/NAME.txt or .ics of closed days (dunning-policy(5)),
 * and TARGET, which needs none.
 */
#ifndef CONFIG_CALENDARS_H
#define CONFIG_CALENDARS_H

#include "config/reader.h"
#include "policy/calendar.h"

/* Reads all of the folder into config->rulebook. */
void calendars_load(struct reader *reader, const char *path);

/* The calendar of one name, or the union of several; NULL with a finding if a name is unknown. */
const struct calendar *calendars_pick(struct reader *reader, config_setting_t *setting, const char *const *names,
                                      size_t count);

#endif
