/*
 * Which events are an attempt's outcome, in the order of tally_way.by_outcome.
 */
#ifndef ENGINE_METRICS_WORDS_H
#define ENGINE_METRICS_WORDS_H

#include "engine/metrics.h"

extern const enum event_kind tally_outcome_kinds[TALLY_OUTCOMES];

#endif
