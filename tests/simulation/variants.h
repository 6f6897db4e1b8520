/*
 * The configurations of the simulation.  Each is written down once here, as
 * plain figures; from them come both the real files that the daemon's reader
 * reads, and what the referee goes by.
 */
#ifndef SIMULATION_VARIANTS_H
#define SIMULATION_VARIANTS_H

#include "config/config.h"

enum { RUNGS_MAX = 7, PLANS = 2, CONFIGS = 14 };

/* A step. */
struct rung {
    const char *name, *was, *action;
    const char *anchor; /* "due", "previous", "deadline" */
    int sign, n;
    char unit; /* 'd', 'b' open days */
    int deadline;
    char deadline_unit;
    bool sms, text_fallback, approval;
    int repeat_days, repeat_times;
    int big; /* `when`: a net claim of this many euros, 0: none */
};

/* A policy. */
struct plan {
    const char *name;
    bool by_invoice, calendar, window, continues;
    const char *zone;          /* "": the customer's */
    int lag, gap;              /* open days, days; 0: none */
    int minimum, item_minimum; /* whole units of each currency, 0: none */
    struct rung rungs[RUNGS_MAX];
    size_t count;
};

/* A configuration: policies for businesses and for consumers. */
struct variant {
    const struct plan *plans[PLANS];
    int max_age;  /* open days, 0: never */
    int per_week; /* contacts, 0: no cap */
    bool ramp, breaker;
    bool drop; /* mails and handoffs go to a folder */
    int reconcile_days;
};

extern const struct variant variants[CONFIGS];

/* Writes all of them under a folder and reads them; false with a word on standard error. */
bool variants_read(const char *folder);
const struct config *variant_config(int which);
/* The configuration that an edit of this one leads to, and back. */
int variant_edited(int which);

/* Index of a step by its name or an older one, -1: none. */
int plan_rung(const struct plan *plan, const char *name);

#define HOLIDAY_EVERY 23    /* days, from HOLIDAY_FIRST on */
#define HOLIDAY_FIRST 20454 /* 2026-01-01 */
#define BUSINESS_ZONE "Europe/Berlin"

#endif
