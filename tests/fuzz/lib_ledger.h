/* Reading a ledger that nobody vouches for. */
#ifndef FUZZ_LIB_LEDGER_H
#define FUZZ_LIB_LEDGER_H

#include "fuzz.h"
#include "store/ledger.h"

/* Defects that are planted in what it gives, one for each property. */
enum ledger_plant {
    LEDGER_LONG,      /* a text beyond the limit */
    LEDGER_CONTROL,   /* a control character in a text */
    LEDGER_AMOUNT,    /* an amount beyond the largest */
    LEDGER_DAY,       /* a day outside the calendar */
    LEDGER_STATUS,    /* a status that is none */
    LEDGER_NO_ID,     /* an invoice without id */
    LEDGER_NOBODY,    /* a dossier of nobody */
    LEDGER_BACKWARDS, /* the same slice again */
    LEDGER_CLAIM,     /* a claim of nothing */
    LEDGER_LESS,      /* less than no customers */
    LEDGER_PLANTS
};

/*
 * Asks everything that can be asked; an error is a sentence, and what is read
 * is within limits.  Returns how many items a full reading gave, -1: it failed.
 */
int64_t ledger_read_all(struct ledger *ledger);

#endif
