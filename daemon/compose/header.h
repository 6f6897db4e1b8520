/*
 * Header lines of a mail: folded, and encoded by RFC 2047 where they are not
 * ASCII.  Our own because GMime 3.2.13 leaves a long word without spaces in one
 * encoded word of more than 75 characters, and because neighbours should share
 * an encoded word wherever they fit: Python's parser gives a name a space too
 * many between two of them.  Values must be free of control characters.
 * Private to compose/.
 */
#ifndef COMPOSE_HEADER_H
#define COMPOSE_HEADER_H

#include "base/day.h"

struct text;

/* Subject and the like. */
void header_add_text(struct text *out, const char *name, const char *value);
/* One mailbox; the display name may be "". */
void header_add_mailbox(struct text *out, const char *name, const char *display, const char *address);
/* Words that are already in the form they go out in, such as Message-IDs. */
void header_add_words(struct text *out, const char *name, const char *const *words, size_t count);
/* "Date: Sun, 22 Nov 2026 16:04:45 +0100" */
void header_add_date(struct text *out, moment_t date, int32_t offset);

#endif
