#include "engine/foresee.h"

#include "base/arena.h"
#include "base/text.h"

/* Bounds of the memory that a walk may take: decisions, and items in all of them. */
enum { ROUNDS_MAX = 400, ITEMS_MAX = 400000 };

static bool fits(const struct notice_item *item, const struct foresee_wanted *wanted)
{
    return item->occurrence > 0 && (text_empty(wanted->invoice) || text_equal(item->invoice_id, wanted->invoice)) &&
           (wanted->line == 0 || item->line == wanted->line) &&
           (text_empty(wanted->step) || text_equal(item->step, wanted->step));
}

bool foresee_records(const struct notice *notice, const struct foresee_wanted *wanted)
{
    for (size_t i = 0; i < notice->item_count; i++)
        if (fits(&notice->items[i], wanted))
            return true;
    return false;
}

static const struct notice *find(const struct decision *decision, const struct foresee_wanted *wanted)
{
    for (size_t i = 0; i < decision->notice_count; i++)
        if (foresee_records(&decision->notices[i], wanted))
            return &decision->notices[i];
    return NULL;
}

static int64_t highest_id(const struct dossier *dossier)
{
    int64_t highest = 0;

    for (size_t i = 0; i < dossier->past_count; i++)
        if (dossier->past[i].id > highest)
            highest = dossier->past[i].id;
    for (size_t i = 0; i < dossier->live_count; i++)
        if (dossier->live[i].id > highest)
            highest = dossier->live[i].id;
    return highest;
}

static size_t rounds_for(const struct dossier *dossier)
{
    size_t rounds = ITEMS_MAX / (dossier->item_count + 1) + 8;

    return rounds < ROUNDS_MAX ? rounds : ROUNDS_MAX;
}

bool foresee(const struct dossier *dossier, const struct rulebook *rulebook, const struct foresee_wanted *wanted,
             struct arena *arena, struct foresight *out)
{
    const struct conditions conditions = {.clock_ok = true, .rehearsal = wanted->rehearsal};
    moment_t now = wanted->from, end = now + (moment_t)FORESEE_DAYS * DAY_SECONDS;
    int64_t next_notice = highest_id(dossier) + 1;
    struct dossier *known = arena_alloc(arena, sizeof *known);
    size_t again = 0;

    *known = *dossier;
    for (size_t rounds = rounds_for(dossier); rounds > 0 && now < end; rounds--) {
        struct decision *decision = decide(known, rulebook, &conditions, now, arena);
        const struct notice *notice = find(decision, wanted);
        if (notice) {
            *out = (struct foresight){now, known, decision, notice};
            return true;
        }
        if (decision_acts(decision) && again++ < 16) {
            known = dossier_after(known, decision, &(struct future){rulebook, now, &next_notice, arena});
            if (wanted->people_act)
                dossier_people_act(known);
            continue;
        }
        if (decision->next_at == MOMENT_NEVER || decision->next_at <= now)
            break;
        now = decision->next_at;
        again = 0;
    }
    return false;
}
