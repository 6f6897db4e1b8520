#include "engine/standing.h"

#include "base/arena.h"
#include "base/text.h"
#include "store/state_gate.h"

enum { WAIT_LEAST_S = 60 };

enum draft_kind standing_of(enum reason reason, int32_t *wait_s)
{
    struct gate_row row = gate_row(reason);

    *wait_s = row.delay_s > WAIT_LEAST_S ? row.delay_s : WAIT_LEAST_S;
    switch (row.move) {
    case MOVE_UNSET:
    case MOVE_AGAIN:
        return DRAFT_LATER;
    case MOVE_ANEW:
        return DRAFT_SUPERSEDE;
    case MOVE_WITHDRAW:
        break;
    }
    return DRAFT_WITHDRAW;
}

moment_t standing_opens(const struct rulebook *rulebook, const struct policy *policy, const struct dossier *dossier,
                        moment_t now)
{
    struct arena *arena = arena_new(0);
    const struct zone *own = dossier->zone ? dossier->zone : rulebook->zone;
    struct opening opening = {
        .window = &policy->window,
        .calendar = policy->calendar_of_customer
                        ? rulebook_calendar(rulebook, text_lower(arena, dossier->customer->country))
                        : policy->calendar,
        .zone = policy->zone ? policy->zone : own,
    };
    moment_t opens = opening_next(&opening, now + 1);

    arena_free(&arena);
    return opens;
}
