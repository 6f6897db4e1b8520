/*
 * SMS text: GSM 03.38 or UCS-2, segments, transliteration (domain.md 4.2).
 */
#ifndef COMPOSE_SMS_H
#define COMPOSE_SMS_H

#include "base/err.h"
#include "compose/render.h"

/* Segments of the text as it is; *coding GSM7 if every character is in the table. */
int sms_segments(const char *text, enum sms_coding *coding);

/* Replaces what is outside GSM 03.38 by its closest form where there is one (typographic quotes, dashes, accents). */
const char *sms_transliterate(struct arena *arena, const char *text);

/* "+" and 1 to 15 digits, first 1-9; separators stripped.  NULL if it is no E.164 number. */
const char *sms_number(struct arena *arena, const char *phone, const char *default_country);

#endif
