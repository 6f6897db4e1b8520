/* What a cell of a state may well hold: its words, and ids of the good books. */
#ifndef FUZZ_LIB_STATE_WORDS_H
#define FUZZ_LIB_STATE_WORDS_H

#include "fuzz.h"

/* The list is made once; *count at most 255, so that one byte of an input picks one. */
const char *const *state_words(size_t *count);

#endif
