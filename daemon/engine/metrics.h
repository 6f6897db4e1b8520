/*
 * Figures for Prometheus, as a file that node_exporter's textfile collector
 * reads (setting `metrics`).  What is counted follows from the events of the
 * state by their numbers: it outlives a restart and counts nothing twice.
 */
#ifndef ENGINE_METRICS_H
#define ENGINE_METRICS_H

#include "model/event.h"
#include "store/ledger.h"
#include "store/state_log.h"

struct arena;
struct text;

/* What became of attempts, by channel and provider. */
enum { TALLY_OUTCOMES = 6 };
struct tally_way {
    const char *channel, *provider;
    int64_t by_outcome[TALLY_OUTCOMES];
};

struct metrics_tally {
    struct arena *arena; /* of the ways */
    int64_t seq;         /* the last event in it */
    int64_t events[EVENT_COUNT];
    struct tally_way *ways;
    size_t way_count, way_room;
    moment_t accepted_at, reloaded_at; /* the last ones, MOMENT_NONE: never */
    bool reload_failed;                /* the last reload */
};

void tally_init(struct metrics_tally *tally, struct arena *arena);
void tally_add(struct metrics_tally *tally, const struct logged_event *logged);
/* The tally as the state keeps it, and back; lines that are not understood count nothing. */
const char *tally_text(const struct metrics_tally *tally, struct arena *arena);
void tally_read(struct metrics_tally *tally, const char *text);

/* All that the file says at one moment. */
struct metrics_scene {
    const struct metrics_tally *tally;
    const struct state_counts *counts;
    const struct ledger_marks *marks;
    const char *blocked; /* one of metrics_hindrances, "" where sending is free */
    bool running, connected;
    moment_t started_at, next_look;    /* MOMENT_NEVER: none */
    int64_t state_cache, ledger_cache; /* bytes */
};

/* Why nothing may be sent at all; the list ends with NULL. */
extern const char *const metrics_hindrances[];

/* One metric: name without the prefix dunningd_, type, and its sentence. */
struct metric_info {
    const char *name, *type, *help;
    void (*add)(struct text *out, const char *name, const struct metrics_scene *scene);
};
extern const struct metric_info metric_infos[];
extern const size_t metric_info_count;

/* The file; text format 0.0.4 of Prometheus.  Pure. */
const char *metrics_text(const struct metrics_scene *scene, struct arena *arena);

/* Puts the text under that name in one piece, mode 0644: a reader sees the old file or the new one. */
int metrics_put(const char *path, const char *text, struct err *err);

#endif
