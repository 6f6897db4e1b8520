#include "ctl/walk.h"

#include "base/arena.h"
#include "base/text.h"
#include "config/zones.h"
#include "ctl/ref.h"
#include "ctl/session.h"
#include "engine/freshness.h"

enum { SLICE = 200 };

static int visit_one(struct session *session, struct walked *walked, walk_visit *visit, struct err *err)
{
    struct explained known;
    struct ref ref;

    if (ref_find(session, session->arguments->text[OPTION_CUSTOMER], &ref, err) != 0 ||
        ref_explain(session, ref.customer, MOMENT_NONE, &known, err) != 0)
        return -1;
    walked->dossier = known.dossier;
    walked->decision = known.decision;
    return visit(walked, err);
}

static int fill(struct session *session, struct dossier *dossier, struct arena *arena, struct err *err)
{
    bool known = false;

    dossier->zone = zones_find(session->config->zones, dossier->customer->timezone);
    if (!session->state)
        return 0;
    if (state_known(session->state, dossier->customer->id, &known, err) != 0)
        return -1;
    return known ? state_fill(session->state, dossier, session->now, arena, err) : 0;
}

/* What is the same for all customers.  What a visit keeps, it copies: the arena is emptied before each slice. */
struct walk {
    walk_visit *visit;
    struct conditions conditions;
    struct arena *arena;
};

static int visit_slice(const struct walk *walk, struct walked *walked, struct dossier *dossiers, size_t count,
                       struct err *err)
{
    struct session *session = walked->session;

    for (size_t i = 0; i < count && !walked->enough; i++) {
        if (fill(session, &dossiers[i], walk->arena, err) != 0)
            return -1;
        walked->dossier = &dossiers[i];
        walked->decision =
            decide(&dossiers[i], &session->config->rulebook, &walk->conditions, session->now, walk->arena);
        if (walk->visit(walked, err) != 0)
            return -1;
    }
    return 0;
}

static int visit_all(const struct walk *walk, struct walked *walked, struct err *err)
{
    struct ledger *ledger = walked->session->ledger;
    struct arena *keys = arena_new(0);
    struct ledger_slice found = {.after = "", .max = SLICE, .count = 1};
    int result = 0;

    while (result == 0 && found.count > 0 && !walked->enough) {
        arena_reset(walk->arena);
        result = ledger_slice(ledger, walk->arena, &found, err);
        if (result == 0 && found.count > 0) {
            result = visit_slice(walk, walked, found.list, found.count, err);
            arena_reset(keys);
            found.after = arena_copy(keys, found.list[found.count - 1].customer->id);
        }
    }
    arena_free(&keys);
    return result;
}

int walk_customers(struct session *session, walk_visit *visit, void *context, struct err *err)
{
    struct walked walked = {.session = session, .context = context};
    struct staleness stale = {.arena = session->arena};

    if (!session->ledger)
        return 0;
    if (session->arguments->given[OPTION_CUSTOMER])
        return visit_one(session, &walked, visit, err);
    if (feed_judge(session->ledger, session->config, session->now, &stale, err) != 0)
        return -1;
    struct walk walk = {
        .visit = visit,
        .conditions = {.clock_ok = true, .stale_entities = stale.entities, .stale_count = stale.count},
        .arena = arena_new(0),
    };
    int result = visit_all(&walk, &walked, err);
    arena_free(&walk.arena);
    return result;
}
