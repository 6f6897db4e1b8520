/*
 * Amounts, dates and counts as a person of a language writes them, by ICU.
 * Private to compose/, for manner.c, which asks once and remembers.
 */
#ifndef COMPOSE_FORMAT_H
#define COMPOSE_FORMAT_H

#include "base/day.h"

struct arena;
struct formats;

/*
 * Formatters for a language and a currency.  A language that ICU does not know
 * is written as British English, never as the machine's own locale says; English
 * and Portuguese without a country are those of Britain and Portugal.
 * Strings live in the arena; formats_close gives the formatters back.
 */
struct formats *formats_open(struct arena *arena, const char *language, const char *currency);
/* For formats_days only: the other forms would be the plain ones. */
struct formats *formats_open_days(struct arena *arena, const char *language);
void formats_close(struct formats **formats);

const char *formats_amount(const struct formats *formats, int64_t minor); /* "1.190,00 EUR" */
const char *formats_date(const struct formats *formats, day_t day);       /* "24. November 2026"; DAY_NONE: "" */
const char *formats_date_short(const struct formats *formats, day_t day); /* "24.11.2026"; DAY_NONE: "" */
const char *formats_days(const struct formats *formats, int64_t days);    /* "1 Tag", "12 Tage" */

#endif
