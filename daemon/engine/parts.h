/*
 * Parts of the engine's memory, each used by one or two of its files.
 */
#ifndef ENGINE_PARTS_H
#define ENGINE_PARTS_H

#include "engine/clock.h"
#include "engine/flight.h"
#include "engine/journal.h"
#include "engine/link.h"

/* A full merge of the ledger (DESIGN 7.8): resumes by key, one transaction per slice. */
enum merge_kind { MERGE_NONE, MERGE_FIRST, MERGE_FULL };
struct merge {
    enum merge_kind kind;
    char *after;       /* last customer done */
    size_t slice;      /* customers per slice, adapted to the time they take */
    bool skip_changes; /* what is in `changes` so far is covered by the merge */
    int64_t customers, items, notices;
    int64_t began_ms;
    /* what a reload changes, counted on the way (RULES R37) */
    struct config *former;
    struct reload_count *by_policy; /* of the new configuration, in its order */
    int64_t request;                /* to be answered at the end, 0: none */
    char *notes;                    /* findings of the reload */
};

/* What holds for the whole: clock and feed. */
struct whole {
    struct arena *arena; /* of the conditions' strings */
    struct conditions conditions;
    enum reason blocked; /* REASON_CLOCK, REASON_NO_ROOM or REASON_FEED_STALE: no decisions, no sending */
    const char *why;     /* sentence, "" when not blocked */
    bool no_room;        /* a disk is short */
    bool partly_stale;   /* some entities are: decided so, to be decided anew */
    moment_t seen_at;
    int64_t seen_version;
};

/* What a sender that was there before us says it has in hand. */
struct in_hand {
    int64_t attempt;
    uint64_t token;
};
struct hands {
    struct in_hand *list;
    size_t count, capacity;
};

/* Notices of one customer taken back again and again; see dispatch.c. */
enum { CIRCLES = 64 };
struct circle {
    uint32_t key;
    int times;
    moment_t since;
};

/* Times of the loop, in milliseconds of the boot clock; 0: not set. */
struct pulse {
    int64_t began_ms, reconnect_ms, wait_ms, drain_until_ms, status_ms, shown_ms;
    int64_t watchdog_ms, pinged_ms; /* interval systemd asks for; last sign of life */
    int64_t mark;                   /* of the work done at the last look, watchdog.h */
    int64_t shown_sum;              /* of the figures last shown */
    int spawns;
    char complaint[512]; /* the last fault, said once */
};

#endif
