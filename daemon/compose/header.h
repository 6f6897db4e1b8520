/*
 * Header lines of a mail: folded, and encoded by RFC 2047 where they are not
 * ASCII.  Words that must be encoded share an encoded word with their neighbours
 * wherever they fit, and are divided where readers do least harm: some make a
 * space of the border between two encoded words of a name, some join their
 * base64 before they decode it.  Values must be free of control characters.
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
