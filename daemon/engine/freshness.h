/*
 * Is the payment feed fresh enough to dun anybody?  (DESIGN 5, RULES example 28.)  Pure.
 */
#ifndef ENGINE_FRESHNESS_H
#define ENGINE_FRESHNESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/parse.h"
#include "policy/rulebook.h"

/* The moment at which a feed complete until `until` is too old; MOMENT_NEVER where max_age is not set. */
moment_t feed_expires(moment_t until, const struct duration *max_age, const struct calendar *calendar,
                      const struct zone *zone);

struct arena;

struct feed_mark {
    const char *entity;
    moment_t until; /* MOMENT_NONE: nothing is known */
};

/*
 * The entities whose feed is too old at `now`: those of the marks and those of
 * the rulebook; one without a mark of its own goes by the mark of entity "",
 * and without that one it is stale.  The result lives in the arena.
 */
size_t feed_stale(const struct feed_mark *marks, size_t count, const struct rulebook *rulebook,
                  const struct duration *max_age, const struct calendar *calendar, moment_t now, struct arena *arena,
                  const char *const **out, bool *all);

#endif
