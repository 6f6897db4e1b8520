/*
 * Strict parsing of numbers and durations: the whole text or nothing.
 */
#ifndef BASE_PARSE_H
#define BASE_PARSE_H

#include "base/day.h"

bool parse_i64(const char *text, int64_t min, int64_t max, int64_t *out);

enum unit { UNIT_DAY, UNIT_BUSINESS_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_HOUR, UNIT_MINUTE, UNIT_SECOND };

/* A span of civil or elapsed time; set is false where a key was not given. */
struct duration {
    int32_t n;
    enum unit unit;
    bool set;
};

/* "14d", "2bd", "1w", "3m", "12h", "30min", "45s"; 0 to 99999. */
bool parse_duration(const char *text, struct duration *out);

/* "HH:MM" (00:00 to 24:00) to seconds of the day. */
bool parse_clock(const char *text, int32_t *seconds);

/* "mon-fri" or "mon,wed,sat" to a mask with bit 0 = Monday. */
bool parse_weekdays(const char *text, unsigned *mask);

/* "20%", "12.5%" to parts per million, 0 to 100 %. */
bool parse_percent(const char *text, int32_t *ppm);

/* "2026-11-24T09:00" or "2026-11-24" as a wall-clock time: day and seconds. */
bool parse_local(const char *text, day_t *day, int32_t *seconds);

#define DURATION_TEXT_SIZE 24
char *duration_format(const struct duration *duration, char buffer[DURATION_TEXT_SIZE]);

#endif
