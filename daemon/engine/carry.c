#include "base/arena.h"
#include "engine/work.h"

static bool is_empty(const struct decision *decision)
{
    return decision->passed_count + decision->change_count + decision->withdrawal_count + decision->notice_count +
               decision->task_count + decision->timeout_count ==
           0;
}

int carry_out(struct engine *engine, struct dossier *dossier, bool known, moment_t now, struct err *err)
{
    struct decision *decision =
        decide(dossier, &engine->config->rulebook, &engine->whole.conditions, now, engine->scratch);

    if (!known && decision->next_at == MOMENT_NEVER && is_empty(decision))
        return 0;
    /* Looking again at the same moment would show the same. */
    if (decision->next_at <= now)
        decision->next_at = now + 1;
    if (state_apply(engine->state, dossier, decision, now, err) != 0)
        return -1;
    engine->planned += (int64_t)decision->notice_count;
    engine->merge.notices += (int64_t)decision->notice_count;
    if (decision->notice_count > 0)
        engine->dispatch_wanted = engine->plan_changed = true;
    return 0;
}

int carry_gone(struct engine *engine, const char *customer, moment_t now, struct err *err)
{
    struct customer gone = customer_blank;
    struct dossier dossier = {.customer = &gone, .members = &gone, .member_count = 1};
    struct decision decision = {.next_at = MOMENT_NEVER};

    gone.id = customer;
    return state_apply(engine->state, &dossier, &decision, now, err);
}
