/*
 * The tables of GSM 03.38 and of nearest forms.  Private to compose/.
 */
#ifndef COMPOSE_GSM_H
#define COMPOSE_GSM_H

#include <stddef.h>
#include <stdint.h>

/* Septets of a code point in the 7-bit alphabet: 1, 2 with the escape, 0 if it is not in it. */
int gsm_septets(uint32_t point);

/* The code point at *text, which is UTF-8; moves *text behind it. */
uint32_t gsm_next_point(const char **text);

/* What a person would write instead, in UTF-8 ("" to leave it out); NULL if the table has nothing. */
const char *gsm_nearest(uint32_t point);

#endif
