#include <syslog.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/zones.h"
#include "engine/report.h"
#include "engine/work.h"
#include "policy/decide.h"

const char *zone_name_of(const struct engine *engine, const struct notice *notice, const struct customer *customer)
{
    const struct policy *policy = rulebook_policy(&engine->config->rulebook, notice->policy);

    if (policy && policy->zone)
        return policy->zone->name;
    return customer && zones_find(engine->config->zones, customer->timezone) ? customer->timezone
                                                                             : engine->config->rulebook.zone->name;
}

const char *zone_name_found(struct engine *engine, const struct notice *notice, struct arena *arena)
{
    struct customer customer;
    struct err unreadable = {0};
    bool known = ledger_customer(engine->scan, notice->customer, arena, &customer, &unreadable) == 0;

    return zone_name_of(engine, notice, known ? &customer : NULL); /* else the business's zone will do */
}

/* What an outcome needs to know of an attempt that this process did not claim. */
struct origin {
    const char *zone, *address;
};

static int origin_find(struct engine *engine, int64_t attempt_id, struct arena *arena, struct origin *out,
                       struct err *err)
{
    struct attempt *attempt;
    struct message *message;
    struct notice *notice;

    if (state_attempt(engine->state, attempt_id, arena, &attempt, err) != 0 ||
        state_message(engine->state, attempt->message, arena, &message, err) != 0 ||
        state_notice(engine->state, attempt->notice, arena, &notice, err) != 0)
        return err->code == ERR_NOT_FOUND ? 0 : -1;
    out->address = message->address;
    out->zone = zone_name_found(engine, notice, arena);
    return 0;
}

const struct zone *zone_named(const struct engine *engine, const char *name)
{
    const struct zone *zone = zones_find(engine->config->zones, name);

    return zone ? zone : engine->config->rulebook.zone;
}

/* No waiting time is to be counted from a clock that nobody believes. */
static moment_t dated(const struct engine *engine)
{
    return clock_lived(&engine->clock, engine_now(engine), clock_boot());
}

int outcome_gate_no(struct engine *engine, const struct attempt *attempt, const struct flight *flight,
                    enum reason reason, struct err *err)
{
    struct outcome outcome = {.attempt = attempt->id,
                              .token = attempt->token,
                              .class = OUTCOME_GATE_NO,
                              .phase = names_word(&phase_names, PHASE_ASKED),
                              .text = reason_sentence(reason),
                              .public_text = reason_sentence(reason),
                              .provider_id = "",
                              .reason = reason,
                              .at = dated(engine)};
    bool known;

    return state_outcome(engine->state, &outcome, zone_named(engine, flight ? flight->zone : ""), &known, err);
}

/* The next provider is tried at once: the back-off is for the one that refused. */
static int learn(struct engine *engine, const struct flight *flight, enum outcome_class class, moment_t now,
                 struct err *err)
{
    if (!flight || !ways_learn(&engine->ways, engine->config, flight, class, now))
        return 0;
    return state_postpone(engine->state, flight->message, now, err);
}

static int record_one(struct engine *engine, const struct frame *frame, moment_t now, struct arena *arena,
                      struct err *err)
{
    const struct flight *flight = flights_find(&engine->flights, frame->attempt, frame->token);
    struct origin origin = {flight ? flight->zone : "", flight ? flight->address : ""};
    bool known;

    if (!flight && origin_find(engine, frame->attempt, arena, &origin, err) != 0)
        return -1;
    int reason = names_find(&reason_names, frame->reason);
    struct outcome outcome = {.attempt = frame->attempt,
                              .token = frame->token,
                              .class = frame->class,
                              .phase = names_word(&phase_names, (int)frame->phase),
                              .code = frame->code,
                              .text = frame->text,
                              .public_text = public_text(arena, frame->text, origin.address),
                              .provider_id = frame->provider_id,
                              .reason = reason < 0 ? REASON_NONE : (enum reason)reason,
                              .retry_after_s = frame->retry_after_s,
                              .at = now};
    if (state_outcome(engine->state, &outcome, zone_named(engine, origin.zone), &known, err) != 0)
        return -1;
    if (known && frame->class == OUTCOME_ACCEPTED)
        engine->sent++;
    return known ? learn(engine, flight, frame->class, now, err) : 0;
}

int outcomes_record(struct engine *engine, const struct frame *frames, size_t count, struct err *err)
{
    struct arena *arena = arena_new(0);
    moment_t now = dated(engine);
    int result = 0;

    for (size_t i = 0; i < count && result == 0; i++)
        result = record_one(engine, &frames[i], now, arena, err);
    arena_free(&arena);
    return result;
}

void outcomes_acknowledge(struct engine *engine, const struct frame *frames, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct frame ack = frame_blank(FRAME_ACK);
        ack.attempt = frames[i].attempt;
        ack.token = frames[i].token;
        link_send(&engine->link, &ack);
        land(engine, frames[i].attempt, frames[i].token);
    }
    engine->dispatch_wanted = true;
}
