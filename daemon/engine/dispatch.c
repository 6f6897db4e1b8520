/*
 * Dispatch: hands claimable messages to the sender, best first, within rates
 * and places; many claims in one transaction, submits after its commit.
 */
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/text.h"
#include "engine/draft.h"
#include "engine/hold.h"
#include "engine/report.h"
#include "engine/work.h"

enum {
    FETCH_LEAST = 32,
    FETCH_MOST = 4096,
    DOWN_AGAIN_S = 120,   /* a provider that is down is asked for again at least this often */
    NOWHERE_AGAIN_S = 600 /* no provider for the channel */
};

struct batch {
    struct message_list messages; /* claimable ones, best first */
    int64_t allowed;              /* claims by rates; no more messages than that are looked at */
    struct draft *drafts;
    size_t count;
    bool busy;       /* some message found its way occupied */
    bool per_second; /* ... only because of a provider's rate */
};

void land(struct engine *engine, int64_t attempt, uint64_t token)
{
    struct flight *flight = flights_find(&engine->flights, attempt, token);

    if (!flight)
        return;
    way_release(&engine->ways, flight->provider);
    flights_remove(&engine->flights, flight);
}

/* ---- drafting ---- */

/*
 * A notice that is taken back is decided anew at once.  Where decision and
 * restatement disagree that would go round for ever: the third time in a
 * minute the message is put off instead.
 */
static void keep_from_circling(struct engine *engine, struct draft *draft, moment_t now)
{
    uint32_t key = digest_crc32(draft->customer, strlen(draft->customer));
    struct circle *circle = &engine->circles[key % CIRCLES];

    if (circle->key != key || now - circle->since > 60)
        *circle = (struct circle){.key = key, .since = now};
    if (++circle->times < 3)
        return;
    draft->kind = DRAFT_LATER;
    draft->until = now + NOWHERE_AGAIN_S;
}

/* A handoff goes to the agency that its step names. */
static int only_provider(struct engine *engine, const struct message *message, const char **only, struct err *err)
{
    struct notice *notice;

    *only = "";
    if (message->channel != CHANNEL_AGENCY)
        return 0;
    if (state_notice(engine->state, message->notice, engine->work, &notice, err) != 0)
        return -1;
    const struct policy *policy = rulebook_policy(&engine->config->rulebook, notice->policy);
    int step = policy ? policy_step(policy, notice->step) : -1;
    if (step >= 0)
        *only = policy->steps[step].agency;
    return 0;
}

/* Which provider the message had come to, from its attempts: it goes on there after a restart, too. */
static int come_to(struct engine *engine, const struct message *message, struct way_query *query, struct err *err)
{
    struct attempt *last = NULL;

    if ((message->attempts > 0 || message->revision > 1) &&
        state_last_attempt(engine->state, message, engine->work, &last, err) != 0)
        return -1;
    query->last = last ? last->provider : "";
    query->turned_away = last && (last->status == ATTEMPT_REFUSED_FOR_NOW || last->status == ATTEMPT_MISCONFIGURED);
    return 0;
}

/* Adds a draft, or none where the message has to wait for a place. */
static int draft_one(struct engine *engine, const struct message *message, struct batch *batch, struct err *err)
{
    moment_t now = engine_now(engine);
    struct draft *draft = &batch->drafts[batch->count];
    struct way_query query = {.channel = message->channel, .now = now, .second = clock_boot()};

    if (only_provider(engine, message, &query.only, err) != 0 || come_to(engine, message, &query, err) != 0)
        return -1;
    struct choice choice = ways_choose(&engine->ways, engine->config, &query);
    if (choice.state == WAY_BUSY) {
        batch->busy = true;
        batch->per_second |= choice.way->outstanding == 0;
        return 0;
    }
    if (choice.state == WAY_DOWN) {
        moment_t until = choice.way ? now + DOWN_AGAIN_S : now + NOWHERE_AGAIN_S;
        *draft = draft_blank(message, NULL);
        draft->kind = DRAFT_LATER;
        draft->until = choice.until < until ? choice.until : until;
    } else {
        *draft = draft_blank(message, choice.way);
        if (draft_make(engine, now, draft, err) != 0)
            return -1;
        if (draft->kind == DRAFT_READY)
            way_take(choice.way, query.second);
        else if (draft->kind == DRAFT_WITHDRAW)
            keep_from_circling(engine, draft, now);
    }
    batch->count++;
    return 0;
}

static void batch_drop(struct engine *engine, struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->drafts[i].kind == DRAFT_READY && batch->drafts[i].flight)
            way_release(&engine->ways, batch->drafts[i].way->name);
        draft_drop(&batch->drafts[i]);
    }
    batch->count = 0;
}

static int draft_all(struct engine *engine, struct batch *batch, struct err *err)
{
    int64_t began = clock_boot_ms();

    for (size_t i = 0; i < batch->messages.count && clock_boot_ms() - began < SLICE_MS; i++) {
        if (draft_one(engine, &batch->messages.list[i], batch, err) < 0) {
            batch_drop(engine, batch);
            return -1;
        }
    }
    return 0;
}

/* ---- recording ---- */

static int record_broken(struct engine *engine, const struct draft *draft, moment_t now, struct err *err)
{
    struct event event = event_blank(EVENT_MISCONFIGURED, now);

    event.notice = draft->message->notice;
    event.message = draft->message->id;
    event.customer = draft->customer;
    event.policy = draft->policy;
    event.step = draft->step;
    event.channel = names_word(&channel_names, (int)draft->message->channel);
    event.text = public_text(engine->work, draft->err.text, draft->message->address);
    if (state_event(engine->state, &event, err) != 0)
        return -1;
    return state_postpone(engine->state, draft->message->id, draft->until, err);
}

static int record_refused(struct engine *engine, struct draft *draft, moment_t now, struct err *err)
{
    struct outcome outcome = {.token = draft->claim.token,
                              .class = OUTCOME_REFUSED,
                              .phase = "writing",
                              .text = draft->err.text,
                              .public_text = public_text(engine->work, draft->err.text, draft->message->address),
                              .provider_id = "",
                              .at = now};
    bool known;

    if (state_claim(engine->state, &draft->claim, err) != 0)
        return -1;
    outcome.attempt = draft->claim.attempt;
    return state_outcome(engine->state, &outcome, zone_named(engine, draft->flight->zone), &known, err);
}

static int record_one(struct engine *engine, struct draft *draft, moment_t now, struct err *err)
{
    struct state *state = engine->state;

    switch (draft->kind) {
    case DRAFT_READY:
        return state_claim(state, &draft->claim, err);
    case DRAFT_LATER:
        return state_postpone(state, draft->message->id, draft->until, err);
    case DRAFT_WITHDRAW:
        return state_withdraw(state, draft->message->notice, draft->reason, now, err);
    case DRAFT_SUPERSEDE:
        return state_supersede(state, draft->message->id, draft->reason, now, err);
    case DRAFT_BROKEN:
        return record_broken(engine, draft, now, err);
    case DRAFT_REFUSED:
        return record_refused(engine, draft, now, err);
    }
    return 0;
}

/* Within the transaction; *failed is the draft that could not be recorded. */
static int record_all(struct engine *engine, struct batch *batch, size_t *failed, struct err *err)
{
    moment_t now = engine_now(engine);

    *failed = batch->count;
    if (hold_ramp(engine, now, err) != 0)
        return -1;
    for (size_t i = 0; i < batch->count; i++) {
        if (record_one(engine, &batch->drafts[i], now, err) != 0) {
            *failed = i;
            return -1;
        }
    }
    return 0;
}

/* One message that cannot be recorded must not keep the others back. */
static int set_aside(struct engine *engine, const struct draft *draft, const struct err *why, struct err *err)
{
    journal_note(&engine->journal, NOTE_PUT_OFF, "message %lld is put off: %s", (long long)draft->message->id,
                 why->text);
    if (engine_begin(engine, err) != 0)
        return -1;
    if (state_postpone(engine->state, draft->message->id, engine_now(engine) + NOWHERE_AGAIN_S, err) != 0) {
        engine_rollback(engine);
        return -1;
    }
    return engine_commit(engine, err);
}

/* ---- submitting ---- */

static void submit(struct engine *engine, struct draft *draft)
{
    struct frame frame = frame_blank(FRAME_SUBMIT);
    struct flight *flight = draft->flight;

    flight->attempt = draft->claim.attempt;
    frame.attempt = flight->attempt;
    frame.token = flight->token;
    frame.name = flight->provider;
    frame.generation = engine->config->rulebook.generation;
    frame.fd = draft->fd;
    flights_add(&engine->flights, flight);
    draft->flight = NULL;
    draft->fd = -1;
    link_send(&engine->link, &frame); /* a broken link is seen by its reader */
}

static int commit_batch(struct engine *engine, struct batch *batch, struct err *err)
{
    struct err why = {0};
    size_t failed = batch->count;
    int recorded = record_all(engine, batch, &failed, &why);

    if (recorded != 0)
        engine_rollback(engine);
    else
        recorded = engine_commit(engine, &why);
    if (recorded != 0) {
        int result = failed < batch->count && !state_broken(engine->state)
                         ? set_aside(engine, &batch->drafts[failed], &why, err)
                         : err_set(err, why.code, "%s", why.text);
        batch_drop(engine, batch);
        return result;
    }
    for (size_t i = 0; i < batch->count; i++)
        if (batch->drafts[i].kind == DRAFT_READY)
            submit(engine, &batch->drafts[i]);
    batch_drop(engine, batch);
    return 0;
}

/* ---- one step ---- */

/* May anything be handed out at all? */
static bool may_send(const struct engine *engine)
{
    return engine->dispatch_wanted && !engine->stopping && engine->link.open && !engine->link.mismatched &&
           engine->whole.blocked == REASON_NONE && engine->held != SEND_WITNESS;
}

/* How many messages to look at: the free places, and more where the first ones wait for a busy way. */
static size_t fetch_size(struct engine *engine, int64_t allowed)
{
    size_t size = FETCH_LEAST;

    for (size_t i = 0; i < engine->ways.count; i++)
        size += (size_t)engine->ways.list[i].provider->connections * 2;
    if (engine->fetch_more > size)
        size = engine->fetch_more;
    if (allowed < (int64_t)size)
        size = (size_t)allowed;
    return size < FETCH_MOST ? size : FETCH_MOST;
}

/* What is left for later: another look at once, when a place is free, or in a second. */
static void plan_next(struct engine *engine, const struct batch *batch, size_t fetched)
{
    bool all_seen = batch->messages.count < fetched;

    engine->fetch_more = 0;
    engine->dispatch_wanted = batch->count > 0;
    if (batch->count == 0 && batch->busy && !all_seen && ways_any_free(&engine->ways, engine_now(engine)) &&
        fetched < FETCH_MOST) {
        engine->fetch_more = fetched * 4;
        engine->dispatch_wanted = true;
    }
    if (batch->per_second && !engine->dispatch_wanted)
        engine->dispatch_retry_ms = clock_boot_ms() + 1000;
}

/* A refill is worth its transaction when a way has as many free places as connections; until then they are all busy. */
static bool worth_it(const struct engine *engine)
{
    if (engine->flights.count == 0)
        return true;
    for (size_t i = 0; i < engine->ways.count; i++)
        if (engine->ways.list[i].outstanding <= engine->ways.list[i].provider->connections)
            return true;
    return false;
}

/* Drafts and records in one transaction, so that all is read from one moment. */
static int send_batch(struct engine *engine, struct batch *batch, struct err *err)
{
    size_t size = fetch_size(engine, batch->allowed);

    if (engine_begin(engine, err) != 0)
        return -1;
    if (state_claimable(engine->state, &(struct due){engine_now(engine), size}, engine->work, &batch->messages, err) !=
        0) {
        engine_rollback(engine);
        return -1;
    }
    batch->drafts = arena_array(engine->work, batch->messages.count + 1, sizeof *batch->drafts);
    if (draft_all(engine, batch, err) != 0) {
        engine_rollback(engine);
        return -1;
    }
    plan_next(engine, batch, size);
    if (batch->count == 0) {
        engine_rollback(engine);
        return 0;
    }
    return commit_batch(engine, batch, err);
}

int dispatch_step(struct engine *engine, struct err *err)
{
    struct batch batch = {0};
    moment_t now = engine_now(engine), claim;

    if (whole_refresh(engine, now, err) != 0)
        return -1;
    if (!may_send(engine) || !worth_it(engine))
        return 0;
    if (state_next_claim(engine->state, &claim, err) != 0)
        return -1;
    if (claim > now) {
        engine->dispatch_wanted = false;
        return 0;
    }
    arena_reset(engine->work);
    if (hold_allowance(engine, now, &batch.allowed, err) != 0)
        return -1;
    if (batch.allowed == 0)
        return 0;
    if (send_batch(engine, &batch, err) != 0)
        return -1;
    return engine->dispatch_wanted ? 1 : 0;
}
