/* Good books: a ledger of six customers, and a state that has gone some way with them. */
#ifndef FUZZ_LIB_BOOKS_H
#define FUZZ_LIB_BOOKS_H

#include "base/day.h"
#include "fuzz.h"

#define BOOKS_NOW ((moment_t)1896512400) /* 2030-02-05 09:00 UTC */

enum { BOOKS_CUSTOMERS = 6, BOOKS_ITEMS = 7 };

/* A ledger at this path. */
void books_make_ledger(const char *path);

/*
 * A state in this directory, which is made, by what the engine calls: notices
 * that are accepted, refused, uncertain, committing, claimed and planned, and
 * holds, opt-outs, a letter, a task and requests.  The send log lies beside it
 * as send.log, with its notes.
 */
void books_make_state(const char *directory, const char *ledger);

#endif
