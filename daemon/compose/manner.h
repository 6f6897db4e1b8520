/*
 * How a language writes amounts of a currency, dates and counts of days: learnt
 * from ICU once, by samples, and kept as plain data, because asking ICU for every
 * amount of every message costs more than all the rest of a message.  Private to
 * compose/.
 */
#ifndef COMPOSE_MANNER_H
#define COMPOSE_MANNER_H

#include "base/day.h"

struct arena;
struct manner;

/* Learns a language and a currency; format.h says what becomes of unknown languages. */
struct manner *manner_learn(struct arena *arena, const char *language, const char *currency);

/* "1.190,00 EUR" */
const char *manner_amount(const struct manner *manner, struct arena *arena, int64_t minor);
/* "24. November 2026"; "" for DAY_NONE */
const char *manner_date(const struct manner *manner, struct arena *arena, day_t day);
/* "24.11.2026"; "" for DAY_NONE */
const char *manner_date_short(const struct manner *manner, struct arena *arena, day_t day);
/* "12 Tage"; remembers what it was asked for */
const char *manner_days(struct manner *manner, struct arena *arena, int64_t days);

#define MANNERS_MAX 64

/* The manners met so far. */
struct manners {
    struct arena *arena;
    struct manner *list[MANNERS_MAX];
    size_t count;
};

/* A known manner, else one learnt now, into arena if no more are to be kept. */
struct manner *manners_find(struct manners *manners, const char *language, const char *currency, struct arena *arena);

#endif
