/*
 * What people read: lines of the status log and of standard error, and replies
 * of providers made fit for them.  Pure; journal.c writes.
 */
#ifndef ENGINE_REPORT_H
#define ENGINE_REPORT_H

#include "base/zone.h"
#include "model/event.h"

struct arena;
struct text;

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

/* Adds such a line with the local time before it and a newline after it. */
void status_line(struct text *out, moment_t at, const struct zone *zone, const char *line);

/*
 * Fields of an event by the names of DESIGN 9 ("DUNNING_CUSTOMER=C-17"); only
 * those that have a value.  DUNNING_INVOICE stands there once for each invoice,
 * DUNNING_INVOICES holds them all.
 */
size_t event_fields(const struct event *event, struct arena *arena, const char ***out);

#endif
