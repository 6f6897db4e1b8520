/* Facts about what went out: doubts settled, notices sent by hand, addresses that are not to be used. */
#include <inttypes.h>

#include "base/digest.h"
#include "base/text.h"
#include "store/facts_core.h"

/* ---- settle ---- */

/* The local date of the commit was written down when the doubt arose. */
static int commit_stamp(struct state *state, const struct parcel *parcel, struct stamp *stamp, struct err *err)
{
    int64_t on = parcel->committed_at / DAY_SECONDS;

    stamp->at = parcel->committed_at;
    if (state_value(state, "SELECT at_on FROM notices WHERE id = ?1 AND at_on IS NOT NULL",
                    ARGS(arg_int(parcel->notice)), &on, err) < 0)
        return -1;
    stamp->on = (day_t)on;
    return 0;
}

static int settle_sent(struct state *state, const struct parcel *parcel, moment_t now, struct err *err)
{
    struct stamp stamp;

    if (commit_stamp(state, parcel, &stamp, err) != 0 ||
        attempt_end(state, parcel->attempt, ATTEMPT_SENT, now, err) != 0 ||
        message_end(state, parcel->message, "accepted", stamp.at, err) != 0 ||
        count_accepted(state, stamp.at, err) != 0 || notice_thaw(state, parcel, err) != 0)
        return -1;
    return message_reach(state, parcel, stamp, err);
}

/* RULES R28: the doubt was a hold of these items; the next decision sees it end. */
static int mark_released(struct state *state, const struct parcel *parcel, struct err *err)
{
    return state_run(state,
                     "UPDATE cases SET held_since = coalesce(held_since, ?2), hold_reason = 'uncertain' "
                     "FROM notice_items i WHERE i.notice = ?1 AND i.occurrence > 0 AND cases.invoice_id = i.invoice_id "
                     "AND cases.line = i.line",
                     ARGS(arg_int(parcel->notice), arg_int(parcel->committed_at)), err);
}

static int settle_not_sent(struct state *state, const struct parcel *parcel, moment_t now, struct err *err)
{
    bool whole = parcel->carries && parcel->notice_status == NOTICE_UNCERTAIN, did;

    if (attempt_end(state, parcel->attempt, ATTEMPT_NOT_SENT, now, err) != 0 ||
        message_end(state, parcel->message, whole ? "withdrawn" : "refused", MOMENT_NONE, err) != 0)
        return -1;
    if (!whole)
        return 0;
    if (notice_thaw(state, parcel, err) != 0 || mark_released(state, parcel, err) != 0)
        return -1;
    return notice_withdraw(state, &(struct withdrawal){parcel->notice, REASON_UNCERTAIN}, now, &did, err);
}

static int settle(struct state *state, int64_t message, bool sent, const struct event *like, struct err *err)
{
    struct parcel parcel;
    struct event event;
    int row = parcel_load(state, 0, message, &parcel, err);

    if (row != 1)
        return row == 0 ? state_missing("message", message, err) : -1;
    if (parcel.status != MESSAGE_UNCERTAIN)
        return err_set(err, ERR_REFUSED, "message %" PRId64 " is %s, not uncertain; there is nothing to settle",
                       message, names_word(&message_status_names, (int)parcel.status));
    event = parcel_event(&parcel, like->kind, like->at);
    event.author = like->author;
    event.provider_id = sent ? "sent" : "not_sent";
    event.text = like->text;
    if (state_event(state, &event, err) != 0 ||
        (sent ? settle_sent : settle_not_sent)(state, &parcel, like->at, err) != 0)
        return -1;
    return touch(state, parcel.customer, err);
}

int facts_settle(struct state *state, int64_t message, bool sent, const struct said *said, struct err *err)
{
    struct event event = fact_event(EVENT_SETTLED_UNCERTAIN, said->now, said->author);
    struct fact fact;

    event.text = said->reason;
    if (fact_begin(&fact, state, err) != 0)
        return -1;
    return fact_finish(&fact, settle(state, message, sent, &event, err), err);
}

/* ---- by hand ---- */

/* What is planned for the item gives way; what may have left does not. */
static int give_way(struct state *state, const struct record *record, moment_t now, struct err *err)
{
    char name[NOTICE_TEXT_SIZE];
    int64_t notice = 0;
    bool did = true;
    int row;

    while (did) {
        row = state_value(state,
                          "SELECT notice FROM records WHERE invoice_id = ?1 AND line = ?2 AND episode = ?3 "
                          "AND revoked = 0 AND status IN ('planned', 'uncertain') LIMIT 1",
                          ARGS(arg_text(record->invoice_id), arg_int(record->line), arg_int(record->episode)), &notice,
                          err);
        if (row != 1)
            return row;
        if (notice_withdraw(state, &(struct withdrawal){notice, REASON_ALREADY_REACHED}, now, &did, err) != 0)
            return -1;
    }
    return err_set(err, ERR_REFUSED,
                   "a message of %s about this item is on its way or uncertain; wait for its outcome or "
                   "settle it first",
                   notice_name(notice, name));
}

static int refuse_twice(struct state *state, const struct record *record, struct err *err)
{
    int64_t found = 0;
    int row = state_value(state,
                          "SELECT 1 FROM records WHERE invoice_id = ?1 AND line = ?2 AND episode = ?3 AND step = ?4 "
                          "AND occurrence = ?5 AND revoked = 0",
                          ARGS(arg_text(record->invoice_id), arg_int(record->line), arg_int(record->episode),
                               arg_text(record->step), arg_int(record->occurrence)),
                          &found, err);

    if (row == 1)
        return err_set(err, ERR_REFUSED,
                       "step %s is on record for this item already; `dunningctl show` has its history", record->step);
    return row;
}

/* A letter or a call counts for gap and caps like any other contact (RULES R7). */
static int put_contact(struct state *state, struct record *record, const char *customer, struct err *err)
{
    struct notice_item item = {.invoice_id = record->invoice_id,
                               .line = record->line,
                               .episode = record->episode,
                               .occurrence = record->occurrence,
                               .block = BLOCK_DUE,
                               .step = record->step,
                               .due_on = record->due_on,
                               .carried_on = DAY_NONE,
                               .deadline = record->deadline};
    struct notice notice = {.customer = customer,
                            .policy = record->policy,
                            .step = record->step,
                            .status = NOTICE_ACCEPTED,
                            .on = record->on,
                            .deadline = record->deadline,
                            .planned_at = record->at,
                            .items = &item,
                            .item_count = 1};

    notice.entity = notice.template_name = notice.language = notice.group_invoice = "";
    notice.action = record->first_notice_action ? ACTION_NOTICE : ACTION_REMIND;
    if (state_value(state, "SELECT coalesce(max(id), 0) + 1 FROM notices", NO_ARGS, &notice.id, err) < 0)
        return -1;
    notice.contact = record->notice = notice.id;
    if (put_notice(state, &notice, "first", true, err) != 0)
        return -1;
    return put_parts(state, &notice, err);
}

static int put_by_hand(struct state *state, const struct record *given, const struct event *event, struct err *err)
{
    struct record record = *given;
    bool contact = record.status == RECORD_ACCEPTED && !text_empty(record.channel);
    struct event happened = *event;

    record.notice = 0;
    if (give_way(state, &record, event->at, err) != 0 || refuse_twice(state, &record, err) != 0)
        return -1;
    if (contact && put_contact(state, &record, event->customer, err) != 0)
        return -1;
    happened.kind = contact ? EVENT_REACHED : EVENT_STEP_SET;
    happened.notice = record.notice;
    if (put_record(state, &record, event->customer, err) != 0 || state_event(state, &happened, err) != 0)
        return -1;
    return touch(state, event->customer, err);
}

int facts_record(struct state *state, const struct record *record, const char *customer, const struct said *said,
                 struct err *err)
{
    struct notice_item item = {.invoice_id = record->invoice_id, .line = record->line};
    struct event event = fact_event(EVENT_STEP_SET, said->now, said->author);
    struct fact fact;

    if (fact_begin(&fact, state, err) != 0)
        return -1;
    event.customer = customer;
    event.invoices = invoices_of(&item, 1, state->scratch);
    event.policy = record->policy;
    event.step = record->step;
    event.channel = record->channel;
    event.text = said->reason;
    return fact_finish(&fact, put_by_hand(state, record, &event, err), err);
}

/* ---- opt-outs ---- */

struct suppression {
    const char *channel;
    char given[SHA256_TEXT_SIZE], normal[SHA256_TEXT_SIZE];
    const struct said *said;
};

static int list_add(struct state *state, const struct suppression *listed, const char *digest, struct err *err)
{
    return state_run(state,
                     "INSERT OR IGNORE INTO optouts(channel, digest, author, reason, at) VALUES(?1, ?2, ?3, ?4, ?5)",
                     ARGS(arg_text(listed->channel), arg_text(digest), arg_text(listed->said->author),
                          arg_text(listed->said->reason), arg_int(listed->said->now)),
                     err);
}

static int list_remove(struct state *state, const struct suppression *listed, struct err *err)
{
    if (state_run(state, "DELETE FROM optouts WHERE channel = ?1 AND digest IN (?2, ?3)",
                  ARGS(arg_text(listed->channel), arg_text(listed->given), arg_text(listed->normal)), err) != 0)
        return -1;
    if (state_changed(state) == 0)
        return err_set(err, ERR_NOT_FOUND, "the address is not on the opt-out list of %s", listed->channel);
    return 0;
}

/* Those to whom something is planned at that address; the gate stops it in any case. */
static int touch_concerned(struct state *state, const struct suppression *listed, struct err *err)
{
    return state_run(state,
                     "INSERT OR IGNORE INTO touched(customer) SELECT n.customer FROM messages m "
                     "JOIN notices n ON n.id = m.notice WHERE m.status = 'planned' AND m.channel = ?1 "
                     "AND m.digest IN (?2, ?3)",
                     ARGS(arg_text(listed->channel), arg_text(listed->given), arg_text(listed->normal)), err);
}

/* Those to whom something was ever planned at that address. */
static int find_concerned(struct state *state, const struct suppression *listed, const char ***out, size_t *count,
                          struct err *err)
{
    struct sql *sql = state_select(state,
                                   "SELECT DISTINCT n.customer FROM messages m JOIN notices n ON n.id = m.notice "
                                   "WHERE m.channel = ?1 AND m.digest IN (?2, ?3) ORDER BY n.customer",
                                   ARGS(arg_text(listed->channel), arg_text(listed->given), arg_text(listed->normal)));
    const char **list = NULL;
    size_t capacity = 0;
    int row;

    *count = 0;
    while ((row = state_row(state, sql, err)) == 1) {
        list = list_grow(state->scratch, list, *count, &capacity, sizeof *list);
        list[(*count)++] = sql_get_text(sql, 0, state->scratch);
    }
    *out = list;
    return row;
}

/* One event for each customer whose story it belongs to; at an address that was never used, one of nobody's. */
static int tell_concerned(struct state *state, const struct suppression *listed, struct event *event, struct err *err)
{
    const char **customers;
    size_t count;

    if (find_concerned(state, listed, &customers, &count, err) != 0)
        return -1;
    if (count == 0)
        return state_event(state, event, err);
    for (size_t i = 0; i < count; i++) {
        event->customer = customers[i];
        if (state_event(state, event, err) != 0)
            return -1;
    }
    return 0;
}

static int change_list(struct state *state, const struct suppression *listed, bool add, struct err *err)
{
    struct event event = fact_event(add ? EVENT_OPTED_OUT : EVENT_OPTED_IN, listed->said->now, listed->said->author);

    event.channel = listed->channel;
    if (add ? list_add(state, listed, listed->normal, err) != 0 : list_remove(state, listed, err) != 0)
        return -1;
    if (tell_concerned(state, listed, &event, err) != 0)
        return -1;
    return touch_concerned(state, listed, err);
}

int facts_optout(struct state *state, const struct optout_change *change, const struct said *said, struct err *err)
{
    struct suppression listed = {.channel = change->channel, .said = said};
    struct fact fact;
    const char *normal;

    if (fact_begin(&fact, state, err) != 0)
        return -1;
    normal = address_normal(change->channel, change->address, state->scratch);
    if (text_empty(normal))
        return fact_finish(&fact, err_set(err, ERR_USAGE, "no address is given"), err);
    digest_address(change->channel, change->address, listed.given);
    digest_address(change->channel, normal, listed.normal);
    return fact_finish(&fact, change_list(state, &listed, change->add, err), err);
}
