/* Outcomes of attempts and what follows from them (RULES R23-R26, R40). */
#include "base/text.h"
#include "store/state_gate.h"
#include "store/state_turn.h"

#define BACKOFF_S 60
#define BACKOFF_MAX_S 3600
#define RETRY_AFTER_MAX_S DAY_SECONDS

/* An outcome on its way through: what is known of the message, and when it happened. */
struct news {
    struct state *state;
    const struct outcome *outcome;
    const struct zone *zone;
    struct parcel parcel;
    bool was_uncertain; /* evidence about an attempt in doubt */
};

static struct stamp stamp_of(const struct news *news, moment_t at)
{
    return (struct stamp){at, zone_day(news->zone, at, NULL)};
}

static int tell(const struct news *news, enum event_kind kind, enum reason reason, struct err *err)
{
    const struct outcome *outcome = news->outcome;
    struct event event = parcel_event(&news->parcel, kind, outcome->at);

    event.reason = reason;
    event.provider_id = text_empty(outcome->provider_id) ? outcome->public_text : outcome->provider_id;
    event.text = text_empty(outcome->provider_id) ? "" : outcome->public_text;
    return state_event(news->state, &event, err);
}

static int close_attempt(const struct news *news, enum attempt_status status, struct err *err)
{
    const struct outcome *outcome = news->outcome;

    return state_run(
        news->state,
        "UPDATE attempts SET status = ?2, done_at = ?3, phase = ?4, code = ?5, text = ?6, provider_id = ?7, "
        "reason = ?8 WHERE id = ?1",
        ARGS(arg_int(outcome->attempt), arg_word(&attempt_status_names, (int)status), arg_int(outcome->at),
             arg_text(outcome->phase), arg_int(outcome->code), arg_text(outcome->text), arg_text(outcome->provider_id),
             arg_word(&reason_names, (int)outcome->reason)),
        err);
}

/* ---- accepted ---- */

/* RULES R23, require = "all": no first recipient of any channel is missing, save those whose fallback was accepted. */
static int all_reached(struct state *state, const struct parcel *parcel, bool *reached, struct err *err)
{
    int64_t missing = 1;

    if (state_value(state,
                    "SELECT EXISTS(SELECT 1 FROM messages m WHERE m.notice = ?1 AND m.recipient = 1 AND m.turn < 2 "
                    "AND m.status IN ('planned', 'reserve', 'frozen', 'in_flight', 'uncertain')) "
                    "OR (SELECT count(*) FROM messages m WHERE m.notice = ?1 AND m.recipient = 1 AND m.turn < 2 "
                    "AND m.status = 'refused') > "
                    "(SELECT count(*) FROM messages m WHERE m.notice = ?1 AND m.turn = 2 AND m.status = 'accepted')",
                    ARGS(arg_int(parcel->notice)), &missing, err) < 0)
        return -1;
    *reached = missing == 0;
    return 0;
}

int message_reach(struct state *state, const struct parcel *parcel, struct stamp stamp, struct err *err)
{
    const char *channel = names_word(&channel_names, (int)parcel->channel);
    bool reached = parcel->carries && parcel->notice_status != NOTICE_ACCEPTED;

    if (reached && text_equal(parcel->require, "all") && all_reached(state, parcel, &reached, err) != 0)
        return -1;
    if (reached && notice_accept(state, parcel, stamp, channel, err) != 0)
        return -1;
    return parcel->carries ? notice_release(state, parcel->notice, TURN_FURTHER, err) : 0;
}

/*
 * Of a doubt that is settled, the commit moment (RULES R26).  A clock that was
 * set back meanwhile makes no acceptance earlier than its commit point, or the
 * gap to the next step would begin too early.
 */
static moment_t accepted_at(const struct news *news)
{
    moment_t committed = news->parcel.committed_at, at = news->outcome->at;

    return committed != MOMENT_NONE && (news->was_uncertain || at < committed) ? committed : at;
}

static int on_accepted(struct news *news, struct err *err)
{
    moment_t at = accepted_at(news);

    if (close_attempt(news, ATTEMPT_ACCEPTED, err) != 0 ||
        message_end(news->state, news->parcel.message, "accepted", at, err) != 0 ||
        count_accepted(news->state, at, err) != 0 || tell(news, EVENT_ACCEPTED, REASON_NONE, err) != 0)
        return -1;
    if (news->was_uncertain && notice_thaw(news->state, &news->parcel, err) != 0)
        return -1;
    return message_reach(news->state, &news->parcel, stamp_of(news, at), err);
}

/* ---- refused ---- */

/* Does anything that could still reach the step remain?  With require = "all" a channel is made up for by a fallback
 * only. */
static int still_alive(const struct news *news, int64_t *alive, struct err *err)
{
    bool all = text_equal(news->parcel.require, "all");

    return state_value(
        news->state,
        "SELECT EXISTS(SELECT 1 FROM messages WHERE notice = ?1 AND (turn = 2 OR (carries = 1 AND NOT ?2)) "
        "AND status IN ('planned', 'frozen', 'in_flight', 'uncertain'))",
        ARGS(arg_int(news->parcel.notice), arg_int(all)), alive, err);
}

static int fall_back(struct news *news, struct err *err)
{
    int64_t next = 0;
    int row = state_value(news->state,
                          "SELECT id FROM messages WHERE notice = ?1 AND status = 'reserve' AND turn = 2 "
                          "ORDER BY id LIMIT 1",
                          ARGS(arg_int(news->parcel.notice)), &next, err);
    struct parcel parcel;
    struct event event;

    if (row < 0)
        return -1;
    if (row == 0)
        return notice_fail(news->state, &news->parcel, stamp_of(news, news->outcome->at), err);
    if (message_again(news->state, next, 0, err) != 0 || parcel_load(news->state, 0, next, &parcel, err) < 0)
        return -1;
    event = parcel_event(&parcel, EVENT_FALLBACK, news->outcome->at);
    return state_event(news->state, &event, err);
}

static int on_refused(struct news *news, struct err *err)
{
    const struct parcel *parcel = &news->parcel;
    int64_t alive = 0;

    if (close_attempt(news, ATTEMPT_REFUSED, err) != 0 ||
        message_end(news->state, parcel->message, "refused", news->outcome->at, err) != 0 ||
        tell(news, EVENT_REFUSED, REASON_NONE, err) != 0)
        return -1;
    if (!parcel->carries)
        return 0;
    if (news->was_uncertain && notice_thaw(news->state, parcel, err) != 0)
        return -1;
    if (parcel->notice_status == NOTICE_ACCEPTED)
        return 0;
    if (still_alive(news, &alive, err) < 0)
        return -1;
    return alive != 0 ? 0 : fall_back(news, err);
}

/* ---- not now ---- */

static moment_t backoff(const struct news *news)
{
    int64_t delay = BACKOFF_S;

    if (news->outcome->retry_after_s > 0)
        delay = news->outcome->retry_after_s < RETRY_AFTER_MAX_S ? news->outcome->retry_after_s : RETRY_AFTER_MAX_S;
    else
        for (int i = 1; i < news->parcel.attempts && delay < BACKOFF_MAX_S; i++)
            delay *= 2;
    if (news->outcome->retry_after_s <= 0 && delay > BACKOFF_MAX_S)
        delay = BACKOFF_MAX_S;
    return news->outcome->at + delay;
}

static int again(struct news *news, moment_t not_before, struct err *err)
{
    if (news->was_uncertain && notice_thaw(news->state, &news->parcel, err) != 0)
        return -1;
    return message_again(news->state, news->parcel.message, not_before, err);
}

static int on_refused_for_now(struct news *news, struct err *err)
{
    if (close_attempt(news, ATTEMPT_REFUSED_FOR_NOW, err) != 0 || again(news, backoff(news), err) != 0)
        return -1;
    return tell(news, EVENT_REFUSED_FOR_NOW, REASON_NONE, err);
}

static int on_not_handed_over(struct news *news, struct err *err)
{
    if (close_attempt(news, ATTEMPT_NOT_HANDED_OVER, err) != 0 || again(news, backoff(news), err) != 0)
        return -1;
    return tell(news, EVENT_REFUSED_FOR_NOW, REASON_NONE, err);
}

/* The provider is stopped, not the message: it may go by the next one at once. */
static int on_misconfigured(struct news *news, struct err *err)
{
    if (close_attempt(news, ATTEMPT_MISCONFIGURED, err) != 0 || again(news, 0, err) != 0)
        return -1;
    return tell(news, EVENT_MISCONFIGURED, REASON_NONE, err);
}

/* ---- the gate's no ---- */

/* The second revision goes at once; further ones wait longer each time, in case something keeps changing. */
static int write_anew(struct news *news, struct err *err)
{
    moment_t at = news->outcome->at;
    int64_t delay = 0;

    for (int i = 1; i < news->parcel.revision && delay < BACKOFF_MAX_S; i++)
        delay = delay == 0 ? BACKOFF_S : delay * 2;
    if (news->parcel.notice_status == NOTICE_UNCERTAIN)
        return message_again(news->state, news->parcel.message, 0, err);
    return message_anew(news->state, &news->parcel, news->outcome->reason,
                        (struct span){at, delay == 0 ? 0 : at + delay}, err);
}

/* Where another message of the notice may have left, this one waits for that outcome. */
static int withdraw(struct news *news, struct err *err)
{
    struct withdrawal withdrawal = {news->parcel.notice, news->outcome->reason};
    bool did;

    if (message_again(news->state, news->parcel.message, news->outcome->at + BACKOFF_S, err) != 0)
        return -1;
    return notice_withdraw(news->state, &withdrawal, news->outcome->at, &did, err);
}

static int on_gate_no(struct news *news, struct err *err)
{
    enum reason reason = news->outcome->reason;
    struct gate_row row = gate_row(reason);

    if (close_attempt(news, ATTEMPT_GATE_NO, err) != 0 || tell(news, EVENT_STOPPED_AT_COMMIT, reason, err) != 0)
        return -1;
    switch (row.move) {
    case MOVE_WITHDRAW:
        return withdraw(news, err);
    case MOVE_ANEW:
        return write_anew(news, err);
    case MOVE_UNSET:
    case MOVE_AGAIN:
        break;
    }
    return again(news, row.delay_s == 0 ? 0 : news->outcome->at + row.delay_s, err);
}

/* ---- uncertain ---- */

static int on_uncertain(struct news *news, struct err *err)
{
    const struct parcel *parcel = &news->parcel;
    moment_t at = parcel->committed_at != MOMENT_NONE ? parcel->committed_at : news->outcome->at;

    if (close_attempt(news, ATTEMPT_UNCERTAIN, err) != 0 ||
        message_end(news->state, parcel->message, "uncertain", at, err) != 0 ||
        tell(news, EVENT_UNCERTAIN, REASON_NONE, err) != 0)
        return -1;
    if (!parcel->carries || parcel->notice_status == NOTICE_ACCEPTED)
        return 0;
    return notice_doubt(news->state, parcel, stamp_of(news, at), err);
}

/* ---- the table ---- */

static int (*const handlers[])(struct news *news, struct err *err) = {
    [OUTCOME_ACCEPTED] = on_accepted,
    [OUTCOME_REFUSED] = on_refused,
    [OUTCOME_REFUSED_FOR_NOW] = on_refused_for_now,
    [OUTCOME_MISCONFIGURED] = on_misconfigured,
    [OUTCOME_NOT_HANDED_OVER] = on_not_handed_over,
    [OUTCOME_GATE_NO] = on_gate_no,
    [OUTCOME_UNCERTAIN] = on_uncertain,
};

/* Of an uncertain attempt only what ends the doubt. */
static bool is_news(const struct parcel *parcel, const struct outcome *outcome)
{
    return attempt_is_open(parcel->attempt_status) &&
           (parcel->attempt_status != ATTEMPT_UNCERTAIN || outcome->class != OUTCOME_UNCERTAIN);
}

static int tell_evidence(const struct news *news, struct err *err)
{
    return news->was_uncertain ? tell(news, EVENT_SETTLED_UNCERTAIN, REASON_NONE, err) : 0;
}

int state_outcome(struct state *state, const struct outcome *outcome, const struct zone *zone, bool *known,
                  struct err *err)
{
    struct news news = {.state = state, .outcome = outcome, .zone = zone != NULL ? zone : &zone_utc};
    int row = parcel_load(state, outcome->attempt, 0, &news.parcel, err);

    *known = false;
    if (row <= 0)
        return row;
    if (news.parcel.token != outcome->token || !is_news(&news.parcel, outcome))
        return 0;
    *known = true;
    news.was_uncertain = news.parcel.attempt_status == ATTEMPT_UNCERTAIN;
    if (tell_evidence(&news, err) != 0 || handlers[outcome->class](&news, err) != 0)
        return -1;
    return state_wake(state, news.parcel.customer, outcome->at, err);
}
