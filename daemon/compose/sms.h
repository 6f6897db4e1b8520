/*
 * SMS text: GSM 03.38 or UCS-2, segments, transliteration (domain.md 4.2).
 */
#ifndef COMPOSE_SMS_H
#define COMPOSE_SMS_H

#include "base/err.h"
#include "compose/render.h"

/* The text as it is: GSM7 if every character is in the table; units are septets, or 16-bit units of UCS-2. */
struct sms_measure {
    enum sms_coding coding;
    int units, segments;
};
struct sms_measure sms_measure(const char *text);

/* Replaces what is outside GSM 03.38 by its closest form where there is one (typographic quotes, dashes, accents). */
const char *sms_transliterate(struct arena *arena, const char *text);

/* "+" and 1 to 15 digits, first 1-9; separators stripped.  NULL if it is no E.164 number. */
const char *sms_number(struct arena *arena, const char *phone, const char *default_country);

#endif
