/*
 * The engine: one thread, one event loop.  Intake says whom to look at, rounds
 * and merges decide and record, dispatch hands out work, the gate answers the
 * sender, outcomes are recorded.  Private to engine/ and dunningd.c.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "engine/parts.h"
#include "store/ledger.h"
#include "store/state.h"
#include "store/witness.h"

struct metrics;
struct send_notes;

struct engine_options {
    bool once, progress, rehearsal;
    day_t as_of; /* rehearsal: local date and seconds of the day */
    int32_t as_of_seconds;
    const char *sender; /* program, "" : dunningd-send beside this one */
    int sender_fd;      /* a connected sender instead, -1: none */
};

enum hold_back { SEND_FREELY, SEND_BREAKER, SEND_WITNESS };

struct engine {
    struct engine_options options;
    struct config *config;
    struct state *state;
    struct ledger *watch, *scan, *gate;
    struct witness *witness;
    struct send_notes *notes; /* to its lines */
    struct clock_watch clock;
    struct journal journal;
    struct link link;
    struct hands hands;
    struct flights flights;
    struct ways ways;
    struct merge merge;
    struct whole whole;
    struct pulse pulse;
    struct metrics *metrics;      /* NULL: nothing was counted yet */
    struct arena *work, *scratch; /* one slice of work; one customer of it */
    struct loop *loop;
    int64_t watch_version, state_seen; /* last seen data_versions */
    int64_t ledger_seq;
    size_t changes_taken; /* since intake was last idle */
    moment_t merged_at;   /* end of the last full merge, MOMENT_NONE: never */
    moment_t ramp_from;
    int64_t dispatch_retry_ms; /* of the boot clock: try again then, 0: not asked for */
    struct circle circles[CIRCLES];
    size_t fetch_more;   /* messages to look at next time, 0: as usual */
    enum hold_back held; /* why nothing is handed out */
    enum reason told_blocked;
    day_t summary_day;
    day_t judged_on;    /* day of the breaker's last look */
    bool round_open;    /* a round has more customers than one slice */
    int64_t rounded_ms; /* when the last slice of a round ended */
    bool intake_wanted, facts_wanted, dispatch_wanted, plan_changed;
    bool reloading, reload_again, stopping, failed;
    int64_t sent, planned; /* of this run, for --once */
};

/* ---- start.c ---- */
/* Takes the configuration over, whatever the result; engine_close follows in either case. */
int engine_start(struct engine *engine, const struct engine_options *options, struct config *config, struct err *err);
void engine_close(struct engine *engine);

/* ---- start.c, pulse.c ---- */
/* Runs to the end of a pass (--once) or until told to stop; returns the exit status. */
int engine_run(struct engine *engine, struct err *err);
void engine_fail(struct engine *engine, const struct err *err);

/* ---- tx.c: transactions ---- */
moment_t engine_now(const struct engine *engine);
int engine_begin(struct engine *engine, struct err *err);
/* Adds the wall time and the journal's place, commits, and tells what happened. */
int engine_commit(struct engine *engine, struct err *err);
void engine_rollback(struct engine *engine);
int engine_set_number(struct engine *engine, const char *key, int64_t value, struct err *err);
int engine_get_number(struct engine *engine, const char *key, int64_t missing, int64_t *out, struct err *err);
/* One event in a transaction of its own. */
int engine_event(struct engine *engine, enum event_kind kind, enum reason reason, const char *text, struct err *err);

#endif
