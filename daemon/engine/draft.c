#include "engine/draft.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/text.h"
#include "compose/render.h"
#include "config/zones.h"
#include "engine/request_of.h"
#include "engine/standing.h"
#include "engine/work.h"
#include "policy/recheck.h"
#include "wire/wire.h"

enum { BROKEN_AGAIN_S = 3600 };

/* What the parts of a draft share. */
struct desk_of_draft {
    struct engine *engine;
    struct arena *arena;
    struct dossier *dossier;
    struct notice *notice;
    struct message_plan plan;
    const struct policy *policy;
    const struct zone *zone; /* in which its dates are counted */
    moment_t now;
};

struct message_plan draft_plan(const struct notice *notice, const struct message *message)
{
    for (size_t i = 0; i < notice->message_count; i++) {
        const struct message_plan *plan = &notice->messages[i];
        if (plan->channel == message->channel && plan->recipient == message->recipient &&
            text_equal(plan->address, message->address))
            return *plan;
    }
    return (struct message_plan){.channel = message->channel,
                                 .recipient = message->recipient,
                                 .carries = message->carries,
                                 .name = message->name,
                                 .address = message->address,
                                 .language = message->language};
}

void draft_drop(struct draft *draft)
{
    if (draft->fd >= 0)
        close(draft->fd);
    draft->fd = -1;
    flight_free(&draft->flight);
}

static uint64_t new_token(void)
{
    uint64_t token = 0;

    while (token == 0)
        if (getrandom(&token, sizeof token, 0) != (ssize_t)sizeof token)
            token = 0;
    return token;
}

/* ---- the bytes ---- */

static int render(const struct desk_of_draft *desk, const struct message *message, const struct notice *fresh,
                  struct rendered *out, struct err *err)
{
    const struct rulebook *rulebook = &desk->engine->config->rulebook;
    int step = policy_step(desk->policy, fresh->step);
    struct id_list references;

    if (step < 0)
        return err_set(err, ERR_CONFIG, "policy %s has no step %s any more", desk->policy->name, fresh->step);
    if (state_references(desk->engine->state, fresh->id, desk->arena, &references, err) != 0)
        return -1;
    struct render_input input = {.dossier = desk->dossier,
                                 .notice = fresh,
                                 .message = &desk->plan,
                                 .policy = desk->policy,
                                 .step = &desk->policy->steps[step],
                                 .business = rulebook_business(rulebook, fresh->entity),
                                 .catalog = desk->engine->config->catalog,
                                 .sms = &desk->engine->config->settings.sms_rule,
                                 .zone = desk->dossier->zone ? desk->dossier->zone : rulebook->zone,
                                 .references = references.list,
                                 .reference_count = references.count,
                                 .revision = message->revision,
                                 .claimed_at = desk->now,
                                 .message_domain = desk->engine->config->settings.message_domain};
    return render_message(&input, desk->arena, out, err);
}

/* The step's sender, else the provider's. */
static const char *sender_of(const struct desk_of_draft *desk, const struct draft *draft, const char *step)
{
    int index = policy_step(desk->policy, step);
    const char *own = index < 0 ? "" : desk->policy->steps[index].sender;

    return text_empty(own) ? draft->way->provider->sender : own;
}

static int write_request(const struct desk_of_draft *desk, struct draft *draft, const struct notice *fresh,
                         struct err *err)
{
    const struct message *message = draft->message;
    const struct rulebook *rulebook = &desk->engine->config->rulebook;
    struct request_key key = {.notice = fresh->id,
                              .message = message->id,
                              .channel = message->channel,
                              .recipient = message->recipient,
                              .revision = message->revision,
                              .sender = sender_of(desk, draft, fresh->step)};
    struct rendered rendered = {0};
    struct request request = {0};
    struct claim *claim = &draft->claim;

    if (render(desk, message, fresh, &rendered, err) != 0 ||
        request_of(&(struct request_parts){draft->way->provider, rulebook_business(rulebook, fresh->entity), &rendered,
                                           message->address, &key},
                   desk->arena, &request, err) != 0)
        return -1;
    claim->request = request_pack(&request, desk->arena, &claim->request_length);
    claim->message_id = rendered.message_id ? rendered.message_id : "";
    claim->restated = fresh;
    return 0;
}

static int fill_claim(const struct desk_of_draft *desk, struct draft *draft, struct err *err)
{
    struct flight *flight = draft->flight;
    struct claim *claim = &draft->claim;

    claim->message = draft->message->id;
    claim->token = new_token();
    claim->provider = arena_copy(flight->arena, draft->way->name);
    digest_sha256(claim->request, claim->request_length, claim->sha256);
    claim->ledger_version = flight->ledger_version;
    claim->rendered_on = zone_day(desk->zone, desk->now, NULL);
    claim->at = desk->now;
    flight->message = claim->message;
    flight->notice = desk->notice->id;
    flight->token = claim->token;
    flight->channel = draft->message->channel;
    flight->recipient = draft->message->recipient;
    flight->provider = claim->provider;
    flight->address = arena_copy(flight->arena, draft->message->address);
    flight->zone = arena_copy(flight->arena, desk->zone->name);
    flight->dossier = desk->dossier;
    draft->fd = sealed_new("dunning-request", claim->request, claim->request_length);
    if (draft->fd < 0)
        return err_set(err, ERR_FAILED, "cannot make a sealed file for a request: %s", strerror(errno));
    return 0;
}

/* ---- whether ---- */

static int not_now(const struct desk_of_draft *desk, struct draft *draft, enum reason reason)
{
    int32_t wait_s;

    draft->reason = reason;
    draft->kind = standing_of(reason, &wait_s);
    draft->until = desk->now + wait_s;
    if (reason == REASON_WINDOW && desk->policy)
        draft->until = standing_opens(&desk->engine->config->rulebook, desk->policy, desk->dossier, desk->now);
    return 0;
}

/* What cannot be written for this recipient is claimed and refused in one, so that fallback and task follow (R23, R25).
 */
static int refused(const struct desk_of_draft *desk, struct draft *draft, struct err *err)
{
    draft->claim.request = "";
    draft->claim.request_length = 0;
    draft->claim.message_id = draft->message->message_id;
    draft->claim.restated = NULL;
    if (fill_claim(desk, draft, err) != 0)
        return -1;
    draft->kind = DRAFT_REFUSED;
    return 0;
}

static int broken(const struct desk_of_draft *desk, struct draft *draft, const struct err *why, struct err *err)
{
    if (why->code != ERR_CONFIG && why->code != ERR_REFUSED) {
        *err = *why;
        return -1;
    }
    draft->err = *why;
    draft->reason = REASON_NONE;
    if (why->code == ERR_REFUSED)
        return refused(desk, draft, err);
    draft->kind = DRAFT_BROKEN;
    draft->until = desk->now + BROKEN_AGAIN_S;
    return 0;
}

/* The stored bytes serve again where the provider takes the same form of request (DESIGN 7.2). */
static bool same_form(const struct draft *draft, const void *bytes, size_t length, struct arena *arena)
{
    const struct provider *provider = draft->way->provider;
    struct request request;

    if (!bytes || request_unpack(bytes, length, arena, &request, NULL) != 0 || request.kind != provider->kind)
        return false;
    return provider->kind != PROVIDER_HTTP || text_equal(draft->message->provider, provider->name);
}

static int make_again(const struct desk_of_draft *desk, struct draft *draft, struct err *err)
{
    const struct rulebook *rulebook = &desk->engine->config->rulebook;
    struct request_bytes stored;

    enum reason reason =
        draft->message->rendered_on != zone_day(desk->zone, desk->now, NULL)
            ? REASON_STALE_DAY
            : recheck_notice(&(struct question){desk->dossier, rulebook, &desk->engine->whole.conditions, desk->now},
                             desk->notice, &desk->plan);
    if (reason != REASON_NONE)
        return not_now(desk, draft, reason);
    if (state_request(desk->engine->state, draft->message->id, desk->arena, &stored, err) != 0)
        return -1;
    if (!same_form(draft, stored.bytes, stored.length, desk->arena))
        return not_now(desk, draft, REASON_STALE_DAY);
    draft->claim.request = stored.bytes;
    draft->claim.request_length = stored.length;
    draft->claim.message_id = draft->message->message_id;
    draft->claim.restated = NULL;
    return fill_claim(desk, draft, err);
}

/* Other figures than were approved take the notice back (RULES R27); there is no older revision to supersede. */
static int not_anew(const struct desk_of_draft *desk, struct draft *draft, enum reason reason)
{
    not_now(desk, draft, reason);
    if (draft->kind == DRAFT_SUPERSEDE)
        draft->kind = DRAFT_WITHDRAW;
    return 0;
}

/* Is the address still among those that the notice goes to? */
static bool goes_to(const struct notice *fresh, const struct message_plan *plan)
{
    for (size_t i = 0; i < fresh->message_count; i++)
        if (fresh->messages[i].channel == plan->channel && text_equal(fresh->messages[i].address, plan->address))
            return true;
    return false;
}

static int make_anew(const struct desk_of_draft *desk, struct draft *draft, struct err *err)
{
    const struct rulebook *rulebook = &desk->engine->config->rulebook;
    const struct conditions *conditions = &desk->engine->whole.conditions;
    struct notice *fresh;
    struct err why = {0};

    enum reason reason = restate_notice(&(struct question){desk->dossier, rulebook, conditions, desk->now},
                                        desk->notice, desk->arena, &fresh);
    if (reason == REASON_NONE && !goes_to(fresh, &desk->plan))
        reason = REASON_OPTED_OUT;
    if (reason == REASON_NONE && !desk->policy)
        reason = REASON_NO_POLICY;
    if (reason != REASON_NONE)
        return not_anew(desk, draft, reason);
    if (write_request(desk, draft, fresh, &why) != 0)
        return broken(desk, draft, &why, err);
    return fill_claim(desk, draft, err);
}

/* ---- all of it ---- */

static int open_desk(struct desk_of_draft *desk, struct draft *draft, struct err *err)
{
    struct engine *engine = desk->engine;
    struct flight *flight = draft->flight;

    if (state_notice(engine->state, draft->message->notice, desk->arena, &desk->notice, err) != 0 ||
        ledger_version(engine->gate, &flight->ledger_version, err) != 0 ||
        ledger_load(engine->gate, desk->notice->customer, desk->arena, &desk->dossier, err) != 0)
        return -1;
    desk->dossier->zone = zones_find(engine->config->zones, desk->dossier->customer->timezone);
    desk->plan = draft_plan(desk->notice, draft->message);
    desk->policy = rulebook_policy(&engine->config->rulebook, desk->notice->policy);
    desk->zone = zone_named(engine, zone_name_of(engine, desk->notice, desk->dossier->customer));
    draft->customer = desk->notice->customer;
    draft->policy = desk->notice->policy;
    draft->step = desk->notice->step;
    return state_fill(engine->state, desk->dossier, desk->now, desk->arena, err);
}

struct draft draft_blank(const struct message *message, struct way *way)
{
    return (struct draft){
        .kind = DRAFT_READY, .message = message, .way = way, .customer = "", .policy = "", .step = "", .fd = -1};
}

int draft_make(struct engine *engine, moment_t now, struct draft *draft, struct err *err)
{
    bool fresh = draft->message->rendered_on == DAY_NONE;
    int result;

    draft->flight = flight_new();
    struct desk_of_draft desk = {.engine = engine, .arena = draft->flight->arena, .now = now};
    if (open_desk(&desk, draft, err) != 0) {
        draft->kind = DRAFT_WITHDRAW;
        draft->reason = REASON_LEDGER_INCONSISTENT;
        result = err->code == ERR_NOT_FOUND ? 0 : -1;
    } else {
        result = fresh ? make_anew(&desk, draft, err) : make_again(&desk, draft, err);
    }
    if (result != 0)
        draft_drop(draft);
    return result;
}
