/* Reading a ledger that nobody vouches for. */
#ifndef FUZZ_LIB_LEDGER_H
#define FUZZ_LIB_LEDGER_H

#include "fuzz.h"
#include "store/ledger.h"

/* Asks everything that can be asked; an error is a sentence, and what is read is within limits. */
void ledger_read_all(struct ledger *ledger);

#endif
