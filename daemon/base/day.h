/*
 * Civil dates and moments.
 *
 * A day is a date of the proleptic Gregorian calendar as days since 1970-01-01;
 * a moment is seconds since 1970-01-01T00:00:00Z.  Years 0001 to 9999.
 */
#ifndef BASE_DAY_H
#define BASE_DAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t day_t;
typedef int64_t moment_t;

#define DAY_NONE INT32_MIN
#define MOMENT_NONE INT64_MIN
#define MOMENT_NEVER INT64_MAX
#define DAY_SECONDS 86400

#define DAY_TEXT_SIZE 11    /* "2026-11-24" */
#define MOMENT_TEXT_SIZE 26 /* "2026-11-24T09:00:03+01:00" */

enum weekday { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY };

day_t day_from_civil(int year, int month, int day); /* DAY_NONE if there is no such date */
void day_to_civil(day_t day, int *year, int *month, int *dom);
enum weekday day_weekday(day_t day);
const char *weekday_short(enum weekday weekday); /* "Mon" ... */

/* Months clamp to the month's length: 31 January + 1 = 28 or 29 February.  Months may be negative. */
day_t day_add_months(day_t day, int months);
day_t day_end_of_month(day_t day);

/* Strict "YYYY-MM-DD"; false otherwise. */
bool day_parse(const char *text, day_t *out);
/* Writes "YYYY-MM-DD", or "-" for DAY_NONE; returns buffer. */
char *day_format(day_t day, char buffer[DAY_TEXT_SIZE]);

/* "YYYY-MM-DDTHH:MM:SS" plus "Z" or "+HH:MM"; offset in seconds east of UTC.  "-" for MOMENT_NONE or _NEVER. */
char *moment_format(moment_t moment, int32_t offset, char buffer[MOMENT_TEXT_SIZE]);

/* RFC 3339 with an offset or Z; seconds optional. */
bool moment_parse(const char *text, moment_t *out);

#endif
