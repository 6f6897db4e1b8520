/*
 * The state, looking back: the event log and the figures for limits and
 * status.  Included by store/state.h.
 */
#ifndef STORE_STATE_LOG_H
#define STORE_STATE_LOG_H

#include "base/err.h"
#include "model/event.h"

struct arena;
struct state;

int state_event(struct state *state, const struct event *event, struct err *err);
enum { AFTER_NOTHING = -1 }; /* as after_seq: from the first event on */
struct event_filter {
    const char *customer, *invoice; /* "" any */
    int kind;                       /* enum event_kind, -1 any */
    moment_t since;                 /* MOMENT_NONE any */
    int64_t after_seq;              /* 0: it does not matter */
    int64_t notice;                 /* 0 any */
    size_t limit;                   /* 0: 1000; the newest, or with after_seq the next ones; in ascending order */
};
struct logged_event {
    int64_t seq;
    struct event event;
};
struct event_list {
    struct logged_event *list;
    size_t count;
};
int state_events(struct state *state, const struct event_filter *filter, struct arena *arena, struct event_list *out,
                 struct err *err);

/* Messages accepted or uncertain in [from, to), by whole minutes, and those claimed but undecided; for the limits. */
int state_sent_between(struct state *state, moment_t from, moment_t to, int64_t *messages, struct err *err);
/* Accepted messages per day (UTC) of the 30 days before today that had any, the smallest first; for the median. */
int state_daily_counts(struct state *state, moment_t now, int64_t counts[30], size_t *days, struct err *err);

struct state_counts {
    int64_t planned, in_flight, uncertain, awaiting_approval, failed, open_tasks, active_holds, accepted_today,
        refused_today, customers_waiting, exhausted;
    moment_t oldest_planned;
};
/* May be asked at every poll; large figures lag a little behind while writing goes on. */
int state_counts(struct state *state, moment_t day_start, struct state_counts *out, struct err *err);
/* Memory that holds pages of the database. */
int64_t state_cache_bytes(const struct state *state);

#endif
