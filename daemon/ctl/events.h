/*
 * Events as people and programs read them.
 */
#ifndef CTL_EVENTS_H
#define CTL_EVENTS_H

#include "ctl/page.h"
#include "store/state.h"

struct session;

/* Everything that was logged under the filter, as a table "History". */
int events_show(struct session *session, struct page *page, const struct event_filter *filter, struct err *err);

/* The same for a log of many: without the words that a person typed. */
int events_log(struct session *session, struct page *page, const struct event_filter *filter, struct err *err);

/* A filter that lets everything pass. */
struct event_filter events_all(void);

/* One event's fields on a page, for streams; people read status lines there. */
void events_fields(struct session *session, struct page *page, const struct logged_event *logged);

/* What happened, in words: "the last contact is too recent; by smarthost". */
const char *events_words(struct arena *arena, const struct event *event);

#endif
