/*
 * Preview: the next notice of an item or customer, rendered as it would leave.
 * One that is planned already is stated anew; else the days to come are walked.
 */
#include "base/arena.h"
#include "base/text.h"
#include "compose/render.h"
#include "engine/foresee.h"
#include "engine/simulate.h"
#include "engine/standing.h"
#include "policy/recheck.h"
#include "store/facts.h"

struct viewing {
    struct state *state;
    const struct config *config;
    const char *customer, *invoice, *step;
    moment_t now;
    struct arena *arena;
    const struct dossier *dossier;
    const struct notice *notice;
};

static const char *subject_of(const struct viewing *viewing)
{
    return text_empty(viewing->invoice) ? arena_printf(viewing->arena, "customer %s", viewing->customer)
                                        : arena_printf(viewing->arena, "invoice %s", viewing->invoice);
}

static struct foresee_wanted wanted_of(const struct viewing *viewing)
{
    return (struct foresee_wanted){.invoice = viewing->invoice,
                                   .step = viewing->step,
                                   .people_act = true,
                                   .from = viewing->now};
}

/* One that is in doubt is never sent again, so it is not what goes out next. */
static const struct notice *find_live(const struct viewing *viewing)
{
    const struct foresee_wanted wanted = wanted_of(viewing);

    for (size_t i = 0; i < viewing->dossier->live_count; i++)
        if (viewing->dossier->live[i].status != NOTICE_UNCERTAIN &&
            foresee_records(&viewing->dossier->live[i], &wanted))
            return &viewing->dossier->live[i];
    return NULL;
}

/* ---- a notice that is planned already ---- */

static int state_anew(struct viewing *viewing, const struct notice *live, struct err *err)
{
    static const struct conditions fair = {.clock_ok = true};
    char name[NOTICE_TEXT_SIZE];
    struct notice *fresh;
    int32_t wait_s;
    enum reason reason =
        restate_notice(&(struct question){viewing->dossier, &viewing->config->rulebook, &fair, viewing->now}, live,
                       viewing->arena, &fresh);

    viewing->notice = reason == REASON_NONE ? fresh : live;
    /* What only has to wait goes out as it is planned. */
    if (reason == REASON_NONE || standing_of(reason, &wait_s) == DRAFT_LATER)
        return 0;
    return err_set(err, ERR_REFUSED, "%s, %s, no longer stands: %s; dunningctl explain says what happens instead",
                   subject_of(viewing), notice_name(live->id, name), reason_sentence(reason));
}

/* ---- a notice to come ---- */

static bool step_exists(const struct viewing *viewing)
{
    const struct rulebook *rulebook = &viewing->config->rulebook;

    for (size_t i = 0; i < rulebook->policy_count; i++)
        if (policy_step(&rulebook->policies[i], viewing->step) >= 0)
            return true;
    return text_empty(viewing->step);
}

/* The reason of the item, or of the first item that may still go out. */
static enum reason why_not(const struct viewing *viewing)
{
    static const struct conditions fair = {.clock_ok = true};
    const struct decision *decision =
        decide(viewing->dossier, &viewing->config->rulebook, &fair, viewing->now, viewing->arena);
    enum reason reason = REASON_SETTLED;

    for (size_t i = 0; i < decision->verdict_count; i++) {
        const struct verdict *verdict = &decision->verdicts[i];
        if (!text_empty(viewing->invoice) && !text_equal(verdict->item->invoice_id, viewing->invoice))
            continue;
        if (reason == REASON_SETTLED)
            reason = verdict->reason;
    }
    return reason;
}

/* The number that the notice gets if nothing else is planned before. */
static int next_id(const struct viewing *viewing, int64_t *id, struct err *err)
{
    const struct fact_filter newest = {.customer = "", .policy = "", .step = "", .status = -1, .limit = 1};
    struct notice_list found;

    *id = 1;
    if (!viewing->state)
        return 0;
    if (facts_notices(viewing->state, &newest, viewing->arena, &found, err) != 0)
        return -1;
    if (found.count > 0)
        *id = found.list[0].id + 1;
    return 0;
}

static int look_ahead(struct viewing *viewing, struct err *err)
{
    const struct foresee_wanted wanted = wanted_of(viewing);
    struct foresight sight;

    if (!step_exists(viewing))
        return err_set(err, ERR_NOT_FOUND, "no policy has a step %s; dunningctl check lists the steps", viewing->step);
    if (!foresee(viewing->dossier, &viewing->config->rulebook, &wanted, viewing->arena, &sight))
        return err_set(err, ERR_REFUSED, "%s: %s%s%s within %d days: %s; dunningctl explain says more",
                       subject_of(viewing), text_empty(viewing->step) ? "nothing is sent" : "step ", viewing->step,
                       text_empty(viewing->step) ? "" : " is not sent", FORESEE_DAYS,
                       reason_sentence(why_not(viewing)));
    struct notice *notice = arena_alloc(viewing->arena, sizeof *notice);
    *notice = *sight.notice;
    if (next_id(viewing, &notice->id, err) != 0)
        return -1;
    viewing->notice = notice;
    viewing->dossier = sight.dossier;
    viewing->now = sight.at;
    return 0;
}

/* ---- its bytes ---- */

static const struct message_plan *choose(const struct viewing *viewing, int channel, struct err *err)
{
    const struct notice *notice = viewing->notice;

    for (size_t i = 0; i < notice->message_count; i++)
        if (channel < 0 || notice->messages[i].channel == (enum channel)channel)
            if (notice->messages[i].channel != CHANNEL_TASK)
                return &notice->messages[i];
    if (notice->action == ACTION_TASK)
        err_set(err, ERR_REFUSED, "step %s is a task for a person; nothing is sent", notice->step);
    else if (channel >= 0)
        err_set(err, ERR_REFUSED, "step %s sends nothing by %s to customer %s", notice->step,
                names_word(&channel_names, channel), notice->customer);
    else
        err_set(err, ERR_REFUSED, "step %s reaches nobody: customer %s has no address that it may use", notice->step,
                notice->customer);
    return NULL;
}

/* Was the earlier notice about an item that this one records? */
static bool is_related(const struct dossier *dossier, const struct notice_past *past, const struct notice *notice)
{
    for (size_t i = 0; i < dossier->record_count; i++) {
        const struct record *record = &dossier->records[i];
        const struct foresee_wanted wanted = {.invoice = record->invoice_id, .line = record->line, .step = ""};
        if (record->notice == past->id && foresee_records(notice, &wanted))
            return true;
    }
    return false;
}

static int references_of(const struct viewing *viewing, struct id_list *out, struct err *err)
{
    const struct dossier *dossier = viewing->dossier;
    const struct notice *notice = viewing->notice;

    out->count = 0;
    if (viewing->state && notice->status != NOTICE_ACCEPTED && find_live(viewing) &&
        find_live(viewing)->id == notice->id)
        return state_references(viewing->state, notice->id, viewing->arena, out, err);
    out->list = arena_array(viewing->arena, dossier->past_count + 1, sizeof *out->list);
    for (size_t p = 0; p < dossier->past_count; p++)
        if (!text_empty(dossier->past[p].message_id) && is_related(dossier, &dossier->past[p], notice))
            out->list[out->count++] = dossier->past[p].message_id;
    return 0;
}

static int render(const struct viewing *viewing, struct previewed *out, struct err *err)
{
    const struct rulebook *rulebook = &viewing->config->rulebook;
    const struct policy *policy = rulebook_policy(rulebook, out->notice->policy);
    int step = policy ? policy_step(policy, out->notice->step) : -1;
    struct render_input input = {.dossier = viewing->dossier,
                                 .notice = out->notice,
                                 .message = out->message,
                                 .policy = policy,
                                 .step = step < 0 ? NULL : &policy->steps[step],
                                 .business = rulebook_business(rulebook, out->notice->entity),
                                 .catalog = viewing->config->catalog,
                                 .sms = &viewing->config->settings.sms_rule,
                                 .zone = viewing->dossier->zone ? viewing->dossier->zone : rulebook->zone,
                                 .revision = 1,
                                 .claimed_at = viewing->now,
                                 .message_domain = viewing->config->settings.message_domain};
    struct id_list references;

    if (step < 0)
        return err_set(err, ERR_CONFIG, "policy %s has no step %s any more", out->notice->policy, out->notice->step);
    if (references_of(viewing, &references, err) != 0)
        return -1;
    input.references = references.list;
    input.reference_count = references.count;
    return render_message(&input, viewing->arena, out->rendered, err);
}

int preview(const struct books *books, const struct preview_wanted *wanted, struct previewed *out, struct err *err)
{
    struct viewing viewing = {.state = books->state,
                              .config = books->config,
                              .customer = wanted->customer,
                              .invoice = wanted->invoice,
                              .step = wanted->step,
                              .now = books->now,
                              .arena = books->arena};
    struct dossier *dossier;

    if (dossier_load(books, wanted->customer, &dossier, err) != 0)
        return -1;
    viewing.dossier = dossier;
    const struct notice *live = find_live(&viewing);
    if (live ? state_anew(&viewing, live, err) != 0 : look_ahead(&viewing, err) != 0)
        return -1;
    const struct message_plan *message = choose(&viewing, wanted->channel, err);
    if (!message)
        return -1;
    *out = (struct previewed){viewing.notice, message, arena_alloc(viewing.arena, sizeof *out->rendered)};
    return render(&viewing, out, err);
}
