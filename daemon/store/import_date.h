/*
 * Dates as exports write them: a format of YYYY, YY, MM, M, Mon, DD, D and
 * literal characters, such as "M/D/YYYY", "DD-Mon-YYYY" or "Mon D, YYYY".
 */
#ifndef STORE_IMPORT_DATE_H
#define STORE_IMPORT_DATE_H

#include "base/day.h"
#include "base/err.h"

/* Has the format exactly one year, month and day? */
int import_date_check(const char *format, struct err *err);

enum import_date_result { DATE_READ, DATE_OTHER_FORM, DATE_NO_SUCH_DAY };

/* The whole text or nothing.  M and D take one or two digits, YY 00-68 is 20xx; Mon is English, short or in full. */
enum import_date_result import_date_read(const char *format, const char *text, day_t *day);

/* What to try for a text that an ISO date was expected for: a sentence's end such as "give --date-format D.M.YYYY". */
const char *import_date_hint(const char *text);

#endif
