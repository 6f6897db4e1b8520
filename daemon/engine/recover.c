#include "engine/recover.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/evidence.h"
#include "engine/recover_log.h"
#include "engine/work.h"

enum recovery recovery_of(const struct recovery_facts *facts)
{
    if (facts->status == ATTEMPT_CLAIMED)
        return RECOVERY_UNCLAIM;
    if (facts->status != ATTEMPT_COMMITTING)
        return RECOVERY_NONE;
    if (!facts->witnessed)
        return RECOVERY_UNCLAIM;
    if (!facts->sender_known)
        return RECOVERY_ASK;
    return facts->in_hand ? RECOVERY_KEEP : RECOVERY_UNCERTAIN;
}

/* ---- what the sender has in hand ---- */

void hands_add(struct hands *hands, int64_t attempt, uint64_t token)
{
    if (hands->count == hands->capacity) {
        hands->capacity = hands->capacity ? hands->capacity * 2 : 64;
        hands->list = arena_must(realloc(hands->list, hands->capacity * sizeof *hands->list));
    }
    hands->list[hands->count++] = (struct in_hand){attempt, token};
}

static bool in_hand(const struct hands *hands, const struct attempt *attempt)
{
    for (size_t i = 0; i < hands->count; i++)
        if (hands->list[i].attempt == attempt->id && hands->list[i].token == attempt->token)
            return true;
    return false;
}

/* ---- carrying it out ---- */

struct tally {
    int64_t again, kept, found, uncertain;
};

/* It flies on, though its dossier is not known any more. */
static int keep_flying(struct engine *engine, const struct attempt *attempt, struct arena *arena, struct err *err)
{
    struct message *message;
    struct notice *notice;

    if (flights_find(&engine->flights, attempt->id, attempt->token))
        return 0;
    if (state_message(engine->state, attempt->message, arena, &message, err) != 0 ||
        state_notice(engine->state, attempt->notice, arena, &notice, err) != 0)
        return -1;
    struct flight *flight = flight_new();
    struct way *way = ways_find(&engine->ways, attempt->provider);
    flight->attempt = attempt->id;
    flight->token = attempt->token;
    flight->message = attempt->message;
    flight->notice = attempt->notice;
    flight->channel = message->channel;
    flight->recipient = message->recipient;
    flight->provider = arena_copy(flight->arena, attempt->provider);
    flight->address = arena_copy(flight->arena, message->address);
    flight->zone = arena_copy(flight->arena, zone_name_found(engine, notice, arena));
    flight->committed = true;
    flights_add(&engine->flights, flight);
    if (way)
        way->outstanding++;
    return 0;
}

static int plan_again(struct engine *engine, const struct attempt *attempt, struct tally *tally, struct err *err)
{
    tally->again++;
    return state_unclaim(engine->state, attempt->id, "found without a sender after a start", engine_now(engine), err);
}

/* Dates are the customer's, whoever finds out what became of his message. */
static int zone_of(struct engine *engine, const struct attempt *attempt, const struct zone **zone, struct err *err)
{
    struct notice *notice;

    if (state_notice(engine->state, attempt->notice, engine->work, &notice, err) != 0)
        return -1;
    *zone = zone_named(engine, zone_name_found(engine, notice, engine->work));
    return 0;
}

static int found_sent(struct engine *engine, const struct attempt *attempt, struct tally *tally, struct err *err)
{
    struct outcome outcome = {.attempt = attempt->id,
                              .token = attempt->token,
                              .class = OUTCOME_ACCEPTED,
                              .phase = names_word(&phase_names, PHASE_DONE),
                              .text = "found in its folder after a start",
                              .public_text = "found in its folder after a start",
                              .provider_id = "",
                              .at = engine_now(engine)};
    const struct zone *zone;
    bool known;

    tally->found++;
    if (zone_of(engine, attempt, &zone, err) != 0)
        return -1;
    return state_outcome(engine->state, &outcome, zone, &known, err);
}

static int in_doubt(struct engine *engine, const struct attempt *attempt, struct tally *tally, struct err *err)
{
    enum evidence evidence;
    const struct zone *zone;

    if (evidence_find(engine, attempt, &evidence, err) != 0)
        return -1;
    switch (evidence) {
    case EVIDENCE_SENT:
        return found_sent(engine, attempt, tally, err);
    case EVIDENCE_NOT_SENT:
        return plan_again(engine, attempt, tally, err);
    case EVIDENCE_NONE:
        break;
    }
    tally->uncertain++;
    if (zone_of(engine, attempt, &zone, err) != 0)
        return -1;
    return state_make_uncertain(engine->state, attempt->id,
                                &(struct doubt){"the sender that had it in hand is gone", engine_now(engine), zone},
                                err);
}

/*
 * A line about what is only claimed here: the commit always comes before the line, so this state is an older copy, and
 * the `yes` left after it was made.  What the line says is put on record before anything is made of it.
 */
static int catch_up(struct engine *engine, const struct attempt *attempt, struct err *err)
{
    moment_t at = witness_when(engine->witness, attempt->id, attempt->token);
    bool done;

    if (at == MOMENT_NONE)
        at = engine_now(engine); /* the log cannot be read */
    if (state_commit_point(engine->state, &(struct ticket){attempt->id, attempt->token}, at, &done, err) != 0)
        return -1;
    return engine_set_number(engine, OLDER_COPY, 1, err);
}

static int recover_one(struct engine *engine, const struct attempt *attempt, bool sender_known, struct tally *tally,
                       struct err *err)
{
    struct recovery_facts facts = {.status = attempt->status,
                                   .witnessed = witness_has(engine->witness, attempt->id, attempt->token),
                                   .sender_known = sender_known,
                                   .in_hand = in_hand(&engine->hands, attempt)};

    /* A log that lacks lines says nothing about what is claimed. */
    if (facts.status == ATTEMPT_CLAIMED && facts.witnessed && !witness_lacks_lines(engine->witness))
        return catch_up(engine, attempt, err);
    switch (recovery_of(&facts)) {
    case RECOVERY_NONE:
    case RECOVERY_ASK:
        return 0;
    case RECOVERY_KEEP:
        tally->kept++;
        return keep_flying(engine, attempt, engine->work, err);
    case RECOVERY_UNCLAIM:
        return plan_again(engine, attempt, tally, err);
    case RECOVERY_UNCERTAIN:
        return in_doubt(engine, attempt, tally, err);
    }
    return 0;
}

static int recover_list(struct engine *engine, enum attempt_status status, bool sender_known, struct tally *tally,
                        struct err *err)
{
    struct attempt_list found;

    if (state_attempts(engine->state, status, engine->work, &found, err) != 0)
        return -1;
    for (size_t i = 0; i < found.count; i++)
        if (recover_one(engine, &found.list[i], sender_known, tally, err) != 0)
            return -1;
    return 0;
}

static int recover_tell(struct engine *engine, const struct tally *tally, struct err *err)
{
    struct event event = event_blank(EVENT_RECOVERED, engine_now(engine));

    if (tally->again + tally->uncertain + tally->kept + tally->found == 0)
        return 0;
    event.text =
        arena_printf(engine->work, "planned_again=%" PRId64 " in_hand=%" PRId64 " found=%" PRId64 " uncertain=%" PRId64,
                     tally->again, tally->kept, tally->found, tally->uncertain);
    return state_event(engine->state, &event, err);
}

static int recover_all(struct engine *engine, bool sender_known, struct err *err)
{
    struct tally tally = {0};

    arena_reset(engine->work);
    if (engine_begin(engine, err) != 0)
        return -1;
    if (recover_list(engine, ATTEMPT_CLAIMED, sender_known, &tally, err) != 0 ||
        recover_list(engine, ATTEMPT_COMMITTING, sender_known, &tally, err) != 0 ||
        recover_tell(engine, &tally, err) != 0) {
        engine_rollback(engine);
        return -1;
    }
    return engine_commit(engine, err);
}

int recover_with_sender(struct engine *engine, struct err *err)
{
    /* What flew before is known from the state and from the sender's list; what is in neither has landed. */
    flights_clear(&engine->flights);
    for (size_t i = 0; i < engine->ways.count; i++)
        engine->ways.list[i].outstanding = 0;
    return recover_all(engine, true, err);
}

/* ---- the witness against the database (DESIGN 7.7) ---- */

int recover_start(struct engine *engine, struct err *err)
{
    int64_t unknown;

    arena_reset(engine->work);
    if (recover_log_look(engine, &unknown, err) != 0)
        return -1;
    if (unknown > 0) {
        engine->held = SEND_WITNESS;
        const char *text =
            arena_printf(engine->work,
                         "the send log has at least %" PRId64
                         " sends that this state does not know: it is an older copy; "
                         "'dunningctl recover' puts them on record as uncertain, so that none is sent again",
                         unknown);
        if (engine_event(engine, EVENT_BLOCKED, REASON_NONE, text, err) != 0)
            return -1;
    }
    return recover_all(engine, false, err);
}

/* ---- what a person confirms ---- */

static int confirm_clock(struct engine *engine, struct text *answer, struct err *err)
{
    moment_t now = engine_now(engine);

    enum clock_fault fault = clock_judge(&engine->clock, now, clock_boot());

    if (engine->clock.fixed != MOMENT_NONE || fault == CLOCK_FINE)
        return 0;
    if (fault == CLOCK_BEFORE_BUILD) {
        text_addf(answer, "%s\n", clock_sentence(fault));
        return 0;
    }
    clock_confirm(&engine->clock, now, clock_boot());
    engine->whole.seen_at = MOMENT_NONE;
    text_add(answer, "the clock is taken as it is now\n");
    return engine_set_number(engine, "highest_wall", now, err);
}

static int record_recovered(struct engine *engine, const struct text *summary, struct err *err)
{
    struct event event = event_blank(EVENT_RECOVERED, engine_now(engine));

    event.text = summary->data;
    return state_event(engine->state, &event, err);
}

int recover_confirm(struct engine *engine, bool anyway, struct text *answer, struct err *err)
{
    struct text summary;

    text_init(&summary, answer->arena);
    if (engine_begin(engine, err) != 0)
        return -1;
    if (confirm_clock(engine, &summary, err) != 0 || recover_log_rebuild(engine, anyway, answer, &summary, err) != 0 ||
        engine_set_number(engine, OLDER_COPY, 0, err) != 0 || record_recovered(engine, &summary, err) != 0) {
        engine_rollback(engine);
        return -1;
    }
    if (engine_commit(engine, err) != 0)
        return -1;
    text_add(answer, summary.length > 0 ? summary.data : "nothing had to be recovered\n");
    engine->held = engine->held == SEND_WITNESS ? SEND_FREELY : engine->held;
    engine->dispatch_wanted = engine->plan_changed = true;
    return 0;
}
