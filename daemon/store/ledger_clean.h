/*
 * Texts that any program may have written, made safe to use and to show.
 */
#ifndef STORE_LEDGER_CLEAN_H
#define STORE_LEDGER_CLEAN_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/*
 * A copy cut to LEDGER_TEXT_MAX bytes at a code point; control characters
 * become spaces (with lines, a line feed stays), broken UTF-8 becomes U+FFFD.
 */
const char *ledger_clean(const char *bytes, size_t length, bool lines, struct arena *arena);

/* Is this an id that can be asked for again: not empty, one line, valid UTF-8, at most LEDGER_ID_MAX bytes? */
bool ledger_id_usable(const char *bytes, size_t length);

#endif
