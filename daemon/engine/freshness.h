/*
 * Is the payment feed fresh enough to dun anybody?  (DESIGN 5, RULES example 28.)
 */
#ifndef ENGINE_FRESHNESS_H
#define ENGINE_FRESHNESS_H

#include "base/parse.h"
#include "config/config.h"
#include "store/ledger.h"

struct feed_mark {
    const char *entity;
    moment_t until; /* MOMENT_NONE: nothing is known */
};

/* The marks of the ledger and how old they may be. */
struct feed {
    const struct feed_mark *marks;
    size_t count;
    const struct duration *max_age;
    const struct calendar *calendar;
};

/* Entities whose feed is too old. */
struct staleness {
    struct arena *arena; /* given by the caller; holds the list */
    const char *const *entities;
    size_t count;
    bool all; /* no entity is fresh */
};

/* The moment at which a feed complete until `until` is too old; MOMENT_NEVER where max_age is not set.  Pure. */
moment_t feed_expires(moment_t until, const struct duration *max_age, const struct calendar *calendar,
                      const struct zone *zone);

/*
 * Judges the entities of the marks and those of the rulebook at `now`; one
 * without a mark of its own goes by the mark of entity "", and without that
 * one it is stale.  Pure.
 */
void feed_stale(const struct feed *feed, const struct rulebook *rulebook, moment_t now, struct staleness *out);

/* The same for a ledger, by the configuration's max_age. */
int feed_judge(struct ledger *ledger, const struct config *config, moment_t now, struct staleness *out,
               struct err *err);

#endif
