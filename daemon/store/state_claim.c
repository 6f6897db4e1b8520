/* Messages on their way out: which may be claimed, the claim, the commit point, and the way back. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "store/state_turn.h"

/* ---- claimable ---- */

struct candidate {
    struct message message;
    int64_t rank, amount;
    day_t oldest_due;
};

struct candidates {
    struct candidate *list;
    size_t count, capacity;
};

static int best_first(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    if (x->rank != y->rank)
        return x->rank > y->rank ? -1 : 1;
    if (x->amount != y->amount)
        return x->amount > y->amount ? -1 : 1;
    if (x->oldest_due != y->oldest_due)
        return x->oldest_due < y->oldest_due ? -1 : 1;
    return (x->message.id > y->message.id) - (x->message.id < y->message.id);
}

static int read_candidates(struct state *state, struct sql *sql, struct arena *arena, struct candidates *out,
                           struct err *err)
{
    int row;

    while ((row = state_row(state, sql, err)) == 1) {
        struct candidate *candidate;

        out->list = list_grow(arena, out->list, out->count, &out->capacity, sizeof *out->list);
        candidate = &out->list[out->count++];
        read_message(sql, arena, &candidate->message);
        candidate->rank = sql_get_int(sql, 17);
        candidate->amount = sql_get_int(sql, 18);
        candidate->oldest_due = get_day(sql, 19);
    }
    return row;
}

#define CANDIDATE_COLUMNS MESSAGE_COLUMNS ", m.rank, m.amount, m.oldest_due FROM messages m "

/*
 * Two probes: the best of those that never had to wait, and those whose wait
 * is over.  The latter are taken in the order of their moments and only then
 * sorted with the others, so that a call costs the same however many there are.
 */
int state_claimable(struct state *state, const struct due *due, struct arena *arena, struct message_list *out,
                    struct err *err)
{
    struct candidates found = {NULL, 0, 0};
    struct sql *sql = state_select(state,
                                   CANDIDATE_COLUMNS "WHERE m.status = 'planned' AND m.not_before = 0 "
                                                     "ORDER BY m.rank DESC, m.amount DESC, m.oldest_due, m.id LIMIT ?1",
                                   ARGS(arg_int((int64_t)due->max)));

    if (read_candidates(state, sql, arena, &found, err) != 0)
        return -1;
    sql = state_select(state,
                       CANDIDATE_COLUMNS "WHERE m.status = 'planned' AND m.not_before > 0 AND m.not_before <= ?1 "
                                         "ORDER BY m.not_before LIMIT ?2",
                       ARGS(arg_int(due->now), arg_int((int64_t)due->max)));
    if (read_candidates(state, sql, arena, &found, err) != 0)
        return -1;
    if (found.count > 1)
        qsort(found.list, found.count, sizeof *found.list, best_first);
    out->count = found.count < due->max ? found.count : due->max;
    out->list = arena_array(arena, out->count, sizeof *out->list);
    for (size_t i = 0; i < out->count; i++)
        out->list[i] = found.list[i].message;
    return 0;
}

int state_next_claim(struct state *state, moment_t *at, struct err *err)
{
    moment_t found = MOMENT_NEVER;
    int row = state_value(state, "SELECT 0 FROM messages WHERE status = 'planned' AND not_before = 0 LIMIT 1", NO_ARGS,
                          &found, err);

    if (row == 0)
        row = state_value(state,
                          "SELECT not_before FROM messages WHERE status = 'planned' AND not_before > 0 "
                          "ORDER BY not_before LIMIT 1",
                          NO_ARGS, &found, err);
    if (row < 0)
        return -1;
    *at = found;
    return 0;
}

int state_postpone(struct state *state, int64_t message, moment_t until, struct err *err)
{
    return state_run(state, "UPDATE messages SET not_before = ?2 WHERE id = ?1 AND status = 'planned'",
                     ARGS(arg_int(message), arg_int(until < 0 ? 0 : until)), err);
}

/* ---- claim ---- */

/* The records of items that the fresh statement left out are free again. */
static int drop_records(struct state *state, const struct parcel *parcel, const struct notice *restated,
                        struct err *err)
{
    for (size_t i = 0; i < parcel->items.count; i++) {
        const struct notice_item *item = &parcel->items.list[i];
        bool kept = item->occurrence == 0;

        for (size_t j = 0; j < restated->item_count && !kept; j++)
            kept = restated->items[j].occurrence == item->occurrence && restated->items[j].line == item->line &&
                   text_equal(restated->items[j].invoice_id, item->invoice_id) &&
                   text_equal(restated->items[j].step, item->step);
        if (!kept &&
            state_run(state,
                      "UPDATE records SET status = 'withdrawn', revoked = ?1 WHERE notice = ?1 AND revoked = 0 "
                      "AND invoice_id = ?2 AND line = ?3 AND episode = ?4 AND step = ?5 AND occurrence = ?6",
                      ARGS(arg_int(parcel->notice), arg_text(item->invoice_id), arg_int(item->line),
                           arg_int(item->episode), arg_text(item->step), arg_int(item->occurrence)),
                      err) != 0)
            return -1;
    }
    return 0;
}

static bool same_item(const struct notice_item *a, const struct notice_item *b)
{
    return text_equal(a->invoice_id, b->invoice_id) && a->line == b->line && a->episode == b->episode &&
           a->occurrence == b->occurrence && a->block == b->block && text_equal(a->step, b->step) &&
           a->open == b->open && a->credited == b->credited && a->due_on == b->due_on &&
           a->carried_on == b->carried_on && a->deadline == b->deadline;
}

/* Nothing but items before and now, and the same ones: as most notices are when they go out. */
static int same_parts(struct state *state, const struct parcel *parcel, const struct notice *restated, bool *same,
                      struct err *err)
{
    int64_t more = 0;

    *same = restated->credit_count + restated->instalment_count + restated->charge_count == 0 &&
            restated->item_count == parcel->items.count;
    for (size_t i = 0; i < parcel->items.count && *same; i++)
        *same = same_item(&parcel->items.list[i], &restated->items[i]);
    if (!*same)
        return 0;
    if (state_value(state,
                    "SELECT EXISTS(SELECT 1 FROM notice_credits WHERE notice = ?1) "
                    "OR EXISTS(SELECT 1 FROM instalments WHERE notice = ?1) "
                    "OR EXISTS(SELECT 1 FROM charges WHERE notice = ?1)",
                    ARGS(arg_int(parcel->notice)), &more, err) < 0)
        return -1;
    *same = more == 0;
    return 0;
}

static int clear_parts(struct state *state, int64_t notice, struct err *err)
{
    if (state_run(state, "DELETE FROM notice_items WHERE notice = ?1", ARGS(arg_int(notice)), err) != 0 ||
        state_run(state, "DELETE FROM notice_credits WHERE notice = ?1", ARGS(arg_int(notice)), err) != 0 ||
        state_run(state, "DELETE FROM charges WHERE notice = ?1", ARGS(arg_int(notice)), err) != 0)
        return -1;
    return state_run(state, "DELETE FROM instalments WHERE notice = ?1", ARGS(arg_int(notice)), err);
}

static int replace_parts(struct state *state, const struct parcel *parcel, const struct notice *restated,
                         struct err *err)
{
    struct notice notice = *restated;

    notice.id = parcel->notice;
    if (drop_records(state, parcel, restated, err) != 0 || clear_parts(state, parcel->notice, err) != 0)
        return -1;
    return put_parts(state, &notice, err);
}

/* The notice as this message says it.  What an accepted message said stays: it is what binds (RULES R5). */
static int restate(struct state *state, const struct parcel *parcel, const struct notice *restated, struct err *err)
{
    bool same;

    if (parcel->notice_status != NOTICE_PLANNED)
        return 0;
    if (same_parts(state, parcel, restated, &same, err) != 0 ||
        (!same && replace_parts(state, parcel, restated, err) != 0))
        return -1;
    return state_run(state, "UPDATE notices SET total = ?2, on_day = ?3, deadline = ?4, at_on = ?3 WHERE id = ?1",
                     ARGS(arg_int(parcel->notice), arg_int(restated->total), arg_day(restated->on),
                          arg_day(restated->deadline)),
                     err);
}

/* I6: all attempts of a revision carry the same bytes. */
static int put_request(struct state *state, const struct claim *claim, const char *sha256, struct err *err)
{
    int64_t same = 0;
    int row = state_value(state, "SELECT sha256 = ?2 FROM requests WHERE message = ?1",
                          ARGS(arg_int(claim->message), arg_text(sha256)), &same, err);

    if (row < 0 || (row == 1 && same != 0))
        return row < 0 ? -1 : 0;
    if (row == 1)
        return err_set(err, ERR_REFUSED, "message %" PRId64 " was rendered with other bytes; supersede it first",
                       claim->message);
    return state_run(state, "INSERT INTO requests(message, bytes, sha256) VALUES(?1, ?2, ?3)",
                     ARGS(arg_int(claim->message), arg_blob(claim->request, claim->request_length), arg_text(sha256)),
                     err);
}

static int take_message(struct state *state, const struct claim *claim, struct err *err)
{
    if (state_run(state,
                  "UPDATE messages SET status = 'in_flight', attempts = attempts + 1, claimed_at = ?2, "
                  "provider = ?3, message_id = ?4, rendered_on = coalesce(rendered_on, ?5), not_before = 0 "
                  "WHERE id = ?1 AND status = 'planned'",
                  ARGS(arg_int(claim->message), arg_int(claim->at), arg_text(claim->provider),
                       arg_text(claim->message_id), arg_day(claim->rendered_on)),
                  err) != 0)
        return -1;
    if (state_changed(state) == 1)
        return 0;
    return err_set(err, ERR_REFUSED, "message %" PRId64 " is not planned; look again at what may be claimed",
                   claim->message);
}

static int put_attempt(struct state *state, struct claim *claim, const char *sha256, struct err *err)
{
    if (state_run(state,
                  "INSERT INTO attempts(message, n, token, status, provider, claimed_at, ledger_version, sha256) "
                  "SELECT id, attempts, ?2, 'claimed', ?3, ?4, ?5, ?6 FROM messages WHERE id = ?1",
                  ARGS(arg_int(claim->message), arg_int((int64_t)claim->token), arg_text(claim->provider),
                       arg_int(claim->at), arg_int(claim->ledger_version), arg_text(sha256)),
                  err) != 0)
        return -1;
    claim->attempt = sqlite3_last_insert_rowid(state->db);
    return 0;
}

int state_claim(struct state *state, struct claim *claim, struct err *err)
{
    char sha256[SHA256_TEXT_SIZE];
    struct parcel parcel;
    struct event event;
    int row;

    digest_hex(claim->sha256, SHA256_SIZE, sha256);
    if (take_message(state, claim, err) != 0 || put_request(state, claim, sha256, err) != 0 ||
        put_attempt(state, claim, sha256, err) != 0)
        return -1;
    row = parcel_load(state, claim->attempt, 0, &parcel, err);
    if (row != 1)
        return row == 0 ? state_missing("message", claim->message, err) : -1;
    if (claim->restated != NULL && restate(state, &parcel, claim->restated, err) != 0)
        return -1;
    event = parcel_event(&parcel, EVENT_CLAIMED, claim->at);
    if (claim->restated != NULL)
        event.amount = claim->restated->total;
    return state_event(state, &event, err);
}

/* ---- commit point ---- */

int state_commit_point(struct state *state, const struct ticket *ticket, moment_t now, bool *done, struct err *err)
{
    if (state_run(state,
                  "UPDATE attempts SET status = 'committing', committed_at = ?3 WHERE id = ?1 AND token = ?2 "
                  "AND status = 'claimed' AND NOT EXISTS(SELECT 1 FROM messages m JOIN notices n ON n.id = m.notice "
                  "WHERE m.id = attempts.message AND n.status = 'uncertain')",
                  ARGS(arg_int(ticket->attempt), arg_int((int64_t)ticket->token), arg_int(now)), err) != 0)
        return -1;
    *done = state_changed(state) == 1;
    return 0;
}

/* ---- recovery ---- */

static int load_open(struct state *state, int64_t attempt, struct parcel *parcel, struct err *err)
{
    int row = parcel_load(state, attempt, 0, parcel, err);

    if (row < 0)
        return -1;
    if (row == 0)
        return state_missing("attempt", attempt, err);
    return 0;
}

static int note(struct state *state, int64_t attempt, const char *why, struct err *err)
{
    return state_run(state, "UPDATE attempts SET text = ?2 WHERE id = ?1", ARGS(arg_int(attempt), arg_text(why)), err);
}

int state_unclaim(struct state *state, int64_t attempt, const char *why, moment_t now, struct err *err)
{
    struct parcel parcel;

    if (load_open(state, attempt, &parcel, err) != 0)
        return -1;
    if (parcel.attempt_status != ATTEMPT_CLAIMED && parcel.attempt_status != ATTEMPT_COMMITTING)
        return err_set(err, ERR_REFUSED, "attempt %" PRId64 " is %s; only a claimed one can be undone", attempt,
                       names_word(&attempt_status_names, (int)parcel.attempt_status));
    if (attempt_end(state, attempt, ATTEMPT_NOT_HANDED_OVER, now, err) != 0 || note(state, attempt, why, err) != 0 ||
        message_again(state, parcel.message, 0, err) != 0)
        return -1;
    return state_wake(state, parcel.customer, now, err);
}

int state_make_uncertain(struct state *state, int64_t attempt, const struct doubt *doubt, struct err *err)
{
    struct outcome outcome = {.attempt = attempt,
                              .class = OUTCOME_UNCERTAIN,
                              .phase = "",
                              .text = doubt->why,
                              .public_text = doubt->why,
                              .provider_id = "",
                              .at = doubt->now};
    struct parcel parcel;
    bool known;

    if (load_open(state, attempt, &parcel, err) != 0)
        return -1;
    if (parcel.attempt_status != ATTEMPT_COMMITTING)
        return err_set(err, ERR_REFUSED, "attempt %" PRId64 " is %s; only a committing one can be in doubt", attempt,
                       names_word(&attempt_status_names, (int)parcel.attempt_status));
    outcome.token = parcel.token;
    return state_outcome(state, &outcome, doubt->zone, &known, err);
}

/* ---- another revision ---- */

int state_supersede(struct state *state, int64_t message, enum reason reason, moment_t now, struct err *err)
{
    struct parcel parcel;
    int row = parcel_load(state, 0, message, &parcel, err);

    if (row != 1)
        return row == 0 ? state_missing("message", message, err) : -1;
    if (parcel.status != MESSAGE_PLANNED || parcel.reserve)
        return err_set(err, ERR_REFUSED, "message %" PRId64 " is %s; only a planned one can be written anew", message,
                       parcel.reserve ? "in reserve" : names_word(&message_status_names, (int)parcel.status));
    return message_anew(state, &parcel, reason, (struct span){now, 0}, err);
}
