/*
 * The clock and whether it can be believed (reliability.md 5).  Only this
 * folder's clock_read.c and the programs read a clock; all else gets `now`.
 *
 * What a wall clock shows is held against three things: the highest time that
 * the state remembers, the day this program was made, and the machine's own
 * count of seconds since it started, asleep or awake.  The last one ends with
 * the machine: over a restart of the machine nothing on it knows how long it
 * was off, and a month off looks like a clock set a month ahead.  Such a clock
 * is believed; that it does no harm is left to ledger.max_age, since the
 * payments of a wrong month are not known, to the breaker and to the ramp.
 */
#ifndef ENGINE_CLOCK_H
#define ENGINE_CLOCK_H

#include <stdbool.h>

#include "base/day.h"

struct clock_watch {
    moment_t fixed;   /* a rehearsal's moment; MOMENT_NONE: the machine's clock */
    moment_t highest; /* highest wall time seen, MOMENT_NONE: none */
    moment_t saved;   /* ... that the state knows */
    moment_t wall;    /* the ground: a pair of readings taken together, when the clock was believed; */
    int64_t boot;     /* wall MOMENT_NONE: none yet */
};

/* Wall time, or the rehearsal's moment. */
moment_t clock_now(const struct clock_watch *watch);

/* Seconds since the machine's start, time asleep included. */
int64_t clock_boot(void);

/* Names this run of the machine, so that boot times of two processes can be compared; "" if unknown. */
#define BOOT_ID_SIZE 40
char *clock_boot_id(char buffer[BOOT_ID_SIZE]);

/* Milliseconds of the same clock; for measuring. */
int64_t clock_boot_ms(void);

enum clock_fault {
    CLOCK_FINE,
    CLOCK_BEHIND,       /* more than five minutes behind the highest time seen */
    CLOCK_BEFORE_BUILD, /* before this program was made */
    CLOCK_LEAP          /* more than 36 hours ahead of what the machine has lived through since the ground */
};

/* Judges one pair of readings.  Pure. */
enum clock_fault clock_judge(const struct clock_watch *watch, moment_t wall, int64_t boot);

/*
 * The time by which to date what happens: the wall's, or while that is not
 * believed, the ground's and what the machine has lived through since.  Pure.
 */
moment_t clock_lived(const struct clock_watch *watch, moment_t wall, int64_t boot);

/* "the clock is behind ..."; a sentence for people, "" for CLOCK_FINE. */
const char *clock_sentence(enum clock_fault fault);

/*
 * Takes note of a pair that was judged fine.  It becomes the ground when there
 * is none or a week has been lived through: two leaps of 24 hours on one day
 * are a leap of 48.
 */
void clock_believe(struct clock_watch *watch, moment_t wall, int64_t boot);

/* A person says that the clock is right as it is now. */
void clock_confirm(struct clock_watch *watch, moment_t wall, int64_t boot);

#endif
