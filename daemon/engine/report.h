/*
 * What people read: lines of the status log and of standard error, and replies
 * of providers made fit for them.  Pure; journal.c writes.
 */
#ifndef ENGINE_REPORT_H
#define ENGINE_REPORT_H

#include "base/zone.h"
#include "model/event.h"

struct arena;

/* Longest text of a provider in the journal and the status log. */
#define PUBLIC_TEXT_MAX 200

/*
 * A provider's reply without persons: the recipient (in any notation of his
 * number), anything like an address and any number of seven digits or more
 * become "<recipient>"; line ends become spaces, other control characters
 * \xNN; at most PUBLIC_TEXT_MAX bytes (DESIGN 9).  recipient "": unknown.
 */
const char *public_text(struct arena *arena, const char *text, const char *recipient);

/* "accepted notice=N-000123 customer=C-17 ...": the grammar of dunningd-status-log(5), without the time. */
const char *event_line(const struct event *event, struct arena *arena);

/* The same with the local time before it and a newline after it. */
const char *status_line(const struct event *event, const struct zone *zone, struct arena *arena);

/* Fields of an event by the names of DESIGN 9 ("DUNNING_CUSTOMER=C-17"); only those that have a value. */
size_t event_fields(const struct event *event, struct arena *arena, const char ***out);

#endif
