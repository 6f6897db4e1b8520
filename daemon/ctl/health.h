/*
 * Is it well?  One verdict over what `status` found out, for monitoring.  Pure.
 */
#ifndef CTL_HEALTH_H
#define CTL_HEALTH_H

#include "base/day.h"
#include "model/reason.h"

struct arena;

/* The exit statuses of a monitoring plugin. */
enum health_level { HEALTH_OK, HEALTH_WARNING, HEALTH_CRITICAL };

struct health {
    moment_t now;
    bool has_ledger, has_state, runs;
    bool was_service;        /* dunningd was started for good at some time, not only for single passes */
    moment_t passed_at;      /* end of the last pass over the ledger, MOMENT_NONE: none */
    enum reason blocked;     /* why nothing is sent, REASON_NONE */
    const char *block_text;  /* in words */
    size_t mistakes, broken; /* in the configuration; providers that do not work */
    size_t calendars;        /* that end soon */
    bool partly_stale;       /* the payments of some creditors are not known */
    int64_t planned, uncertain;
    moment_t next_claim;  /* when the next message may leave, MOMENT_NEVER: none waits */
    moment_t accepted_at; /* the last acceptance, MOMENT_NONE */
};

/* The worst finding's level; *out all findings, the worst first, "" where there is none. */
enum health_level health_judge(const struct health *health, struct arena *arena, const char **out);

#endif
