/*
 * The rulebook: everything besides a dossier and the moment that a decision
 * depends on.  One rulebook is one consistent load of the configuration.
 */
#ifndef POLICY_RULEBOOK_H
#define POLICY_RULEBOOK_H

#include "policy/policy.h"

struct rates;

struct rulebook {
    const struct policy *policies; /* in the order of their file names, then of their places in a file */
    size_t policy_count;
    const struct calendar *calendars; /* all, by name; "de" serves customers of country DE */
    size_t calendar_count;
    const struct rates *rates;         /* NULL: none are configured */
    const struct zone *zone;           /* the business's */
    const struct business *businesses; /* [0] is the default entity */
    size_t business_count;
    const char *language; /* the business's */
    const char *country;
    int per_customer_per_day, per_customer_per_week; /* contacts; 0: no cap */
    bool has_email, has_sms, has_agency;             /* a provider is configured for the channel */
    int64_t generation;                              /* grows with each reload; shown in the journal */
};

/* What holds for the whole at this moment, found out by the engine. */
struct conditions {
    bool clock_ok;                     /* off for --as-of and simulate: true */
    const char *const *stale_entities; /* entities whose feed is older than ledger.max_age */
    size_t stale_count;
    bool explain;   /* keep the gates that are open too, with their figures */
    bool rehearsal; /* --as-of or simulate: rows after the day of `now` are not there yet */
};

const struct business *rulebook_business(const struct rulebook *rulebook, const char *entity);
const struct calendar *rulebook_calendar(const struct rulebook *rulebook, const char *name);
const struct policy *rulebook_policy(const struct rulebook *rulebook, const char *name);

#endif
