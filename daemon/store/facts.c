/* Facts about holds and approvals, and what every fact is made of. */
#include "base/text.h"
#include "store/facts_core.h"

int fact_begin(struct fact *fact, struct state *state, struct err *err)
{
    fact->state = state;
    fact->own = sqlite3_get_autocommit(state->db) != 0;
    return fact->own ? state_begin(state, err) : 0;
}

int fact_finish(const struct fact *fact, int result, struct err *err)
{
    if (!fact->own)
        return result;
    if (result == 0 && state_commit(fact->state, err) == 0)
        return 0;
    state_rollback(fact->state);
    return -1;
}

struct event fact_event(enum event_kind kind, moment_t now, const char *author)
{
    struct event event = event_blank(kind, now);

    event.author = author;
    return event;
}

void fact_about(struct state *state, const struct notice *notice, struct event *event)
{
    event->notice = notice->id;
    event->customer = notice->customer;
    event->policy = notice->policy;
    event->step = notice->step;
    event->amount = notice->total;
    event->invoices = invoices_of(notice->items, notice->item_count, state->scratch);
    for (size_t i = 0; i < CURRENCY_SIZE; i++)
        event->currency[i] = notice->currency[i];
}

/* ---- holds ---- */

static struct event hold_event(enum event_kind kind, enum hold_scope scope, const char *target, const char *customer)
{
    struct event event = fact_event(kind, 0, "");

    event.customer = customer;
    switch (scope) {
    case HOLD_CUSTOMER:
        break;
    case HOLD_INVOICE:
        event.invoices = target;
        break;
    case HOLD_POLICY:
        event.policy = target;
        break;
    }
    return event;
}

static int put_hold(struct state *state, struct hold *hold, const char *customer, struct err *err)
{
    struct event event = hold_event(EVENT_HELD, hold->scope, hold->target, customer);

    event.at = hold->start_at;
    event.author = hold->author;
    event.reason = hold_reason(hold->kind);
    if (state_run(state,
                  "INSERT INTO holds(scope, kind, target, reason, author, start_at, until) "
                  "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                  ARGS(arg_word(&hold_scope_names, (int)hold->scope), arg_word(&hold_kind_names, (int)hold->kind),
                       arg_text(hold->target), arg_text(hold->reason), arg_text(hold->author), arg_int(hold->start_at),
                       arg_day(hold->until)),
                  err) != 0)
        return -1;
    hold->id = sqlite3_last_insert_rowid(state->db);
    hold->released_at = MOMENT_NONE;
    if (state_event(state, &event, err) != 0)
        return -1;
    return touch(state, customer, err);
}

int facts_hold(struct state *state, struct hold *hold, const char *customer, struct err *err)
{
    struct fact fact;

    if (fact_begin(&fact, state, err) != 0)
        return -1;
    return fact_finish(&fact, put_hold(state, hold, customer, err), err);
}

/* A hold of a policy names nobody: all whose items it held are looked at again. */
static int touch_held(struct state *state, struct err *err)
{
    return state_run(state,
                     "INSERT OR IGNORE INTO touched(customer) SELECT DISTINCT customer FROM cases "
                     "WHERE held_since IS NOT NULL",
                     NO_ARGS, err);
}

/* Ends what lasts: also a hold whose last day is today, or was yesterday where the sun rises later. */
static int release(struct state *state, const struct hold_aim *which, const struct event *event, size_t *released,
                   struct err *err)
{
    if (state_run(state,
                  "UPDATE holds SET released_at = ?3, released_by = ?4 WHERE scope = ?1 AND target = ?2 "
                  "AND released_at IS NULL AND (until IS NULL OR until >= ?5)",
                  ARGS(arg_word(&hold_scope_names, (int)which->scope), arg_text(which->target), arg_int(event->at),
                       arg_text(event->author), arg_int(event->at / DAY_SECONDS - 1)),
                  err) != 0)
        return -1;
    *released = (size_t)state_changed(state);
    if (*released == 0)
        return 0;
    if (state_event(state, event, err) != 0)
        return -1;
    return which->scope == HOLD_POLICY ? touch_held(state, err) : touch(state, event->customer, err);
}

int facts_release(struct state *state, const struct hold_aim *aim, const struct said *said, size_t *released,
                  struct err *err)
{
    struct event event = hold_event(EVENT_RELEASED, aim->scope, aim->target, aim->customer);
    struct fact fact;

    event.at = said->now;
    event.author = said->author;
    if (fact_begin(&fact, state, err) != 0)
        return -1;
    return fact_finish(&fact, release(state, aim, &event, released, err), err);
}

/* ---- approval ---- */

static int carry_out(struct state *state, const struct notice *notice, bool yes, moment_t at, struct err *err)
{
    const char *status =
        yes ? (notice->message_count == 0 && notice->action != ACTION_TASK ? "failed" : "planned") : "rejected";

    if (state_run(state, "UPDATE notices SET status = ?2 WHERE id = ?1", ARGS(arg_int(notice->id), arg_text(status)),
                  err) != 0)
        return -1;
    if (yes)
        return notice_release(state, notice->id, TURN_FIRST, err);
    /* The records stay: a rejected step is sent by nobody, and not asked for again in this episode. */
    if (notice_close_tasks(state, notice->id, REASON_APPROVAL_REJECTED, at, err) != 0)
        return -1;
    return state_run(state,
                     "UPDATE messages SET status = 'withdrawn' WHERE notice = ?1 AND status IN ('planned', 'reserve')",
                     ARGS(arg_int(notice->id)), err);
}

static int approve_notice(struct state *state, int64_t id, bool yes, const struct event *like, struct err *err)
{
    char name[NOTICE_TEXT_SIZE];
    struct event event = *like;
    struct notice *notice;

    if (state_notice(state, id, state->scratch, &notice, err) != 0)
        return -1;
    if (notice->status != NOTICE_AWAITING_APPROVAL)
        return err_set(err, ERR_REFUSED,
                       "%s is %s and does not await approval; `dunningctl list notices --status "
                       "awaiting_approval` shows those that do",
                       notice_name(id, name), names_word(&notice_status_names, (int)notice->status));
    fact_about(state, notice, &event);
    if (carry_out(state, notice, yes, event.at, err) != 0 || state_event(state, &event, err) != 0)
        return -1;
    return touch(state, notice->customer, err);
}

int facts_approve(struct state *state, int64_t notice, bool approve, const struct said *said, struct err *err)
{
    struct event event = fact_event(approve ? EVENT_APPROVED : EVENT_REJECTED, said->now, said->author);
    struct fact fact;

    event.text = said->reason;
    if (fact_begin(&fact, state, err) != 0)
        return -1;
    return fact_finish(&fact, approve_notice(state, notice, approve, &event, err), err);
}
