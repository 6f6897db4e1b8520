#include "store/state_rebuild.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/text.h"
#include "store/facts.h"
#include "store/state_turn.h"

#define WHY "known from the send log only: the state is an older copy"

/* One send on its way back onto the record. */
struct rebuild {
    struct state *state;
    const struct lost_send *lost;
    const struct notice *noted;
    int64_t notice, message;
    enum notice_status status; /* of the notice, as found */
};

/* ---- what is in its way ---- */

static int withdraw_notice(struct rebuild *rebuild, int64_t notice, struct err *err)
{
    bool did;

    return notice_withdraw(rebuild->state, &(struct withdrawal){notice, REASON_UNCERTAIN}, rebuild->lost->now, &did,
                           err);
}

/* The doubts about a notice end: it was sent, for the next step followed, or not, for it was sent again. */
static int end_doubts(struct rebuild *rebuild, int64_t notice, bool sent, struct err *err)
{
    struct said said = {"dunningd",
                        sent ? "the send log shows that the next step followed"
                             : "the send log shows that it was planned and sent again",
                        rebuild->lost->now};
    int64_t message = 0;
    int row;

    while ((row = state_value(rebuild->state,
                              "SELECT id FROM messages WHERE notice = ?1 AND status = 'uncertain' ORDER BY id LIMIT 1",
                              ARGS(arg_int(notice)), &message, err)) == 1)
        if (facts_settle(rebuild->state, message, sent, &said, err) != 0)
            return -1;
    return row;
}

struct standing_record {
    int64_t notice;
    bool uncertain, same_step;
};

/* Another open record of the item; 1 found, 0 none, -1 failed. */
static int find_open(struct rebuild *rebuild, const struct notice_item *item, struct standing_record *out,
                     struct err *err)
{
    struct sql *sql = state_select(rebuild->state,
                                   "SELECT r.notice, r.status = 'uncertain', r.step = ?4 AND r.occurrence = ?5 "
                                   "FROM records r WHERE r.invoice_id = ?1 AND r.line = ?2 AND r.episode = ?3 "
                                   "AND r.revoked = 0 AND r.status IN ('planned', 'uncertain') "
                                   "AND r.notice IS NOT NULL LIMIT 1",
                                   ARGS(arg_text(item->invoice_id), arg_int(item->line), arg_int(item->episode),
                                        arg_text(item->step), arg_int(item->occurrence)));
    int row = state_row(rebuild->state, sql, err);

    if (row != 1)
        return row;
    *out = (struct standing_record){sql_get_int(sql, 0), sql_get_int(sql, 1) != 0, sql_get_int(sql, 2) != 0};
    sql_reset(sql);
    return 1;
}

static int give_way(struct rebuild *rebuild, const struct notice_item *item, struct err *err)
{
    struct standing_record record, before = {0};
    int row;

    while ((row = find_open(rebuild, item, &record, err)) == 1) {
        if (record.notice == before.notice && record.uncertain == before.uncertain)
            return err_set(err, ERR_REFUSED, "a notice about %s cannot be taken back; settle it first, then try again",
                           item->invoice_id);
        before = record;
        if (record.uncertain ? end_doubts(rebuild, record.notice, !record.same_step, err) != 0
                             : withdraw_notice(rebuild, record.notice, err) != 0)
            return -1;
    }
    return row;
}

/* ---- the notice ---- */

static int find_notice(struct rebuild *rebuild, struct err *err)
{
    const struct notice *noted = rebuild->noted;
    struct sql *sql = state_select(
        rebuild->state,
        "SELECT id, status FROM notices WHERE customer = ?1 AND planned_at = ?2 AND policy = ?3 AND step = ?4 "
        "AND entity = ?5 AND currency = ?6 AND group_invoice = ?7 AND status <> 'withdrawn' AND manual = 0 "
        "ORDER BY id LIMIT 1",
        ARGS(arg_text(noted->customer), arg_int(noted->planned_at), arg_text(noted->policy), arg_text(noted->step),
             arg_text(noted->entity), arg_text(noted->currency), arg_text(noted->group_invoice)));
    int row = state_row(rebuild->state, sql, err);

    if (row != 1)
        return row;
    rebuild->notice = sql_get_int(sql, 0);
    rebuild->status = (enum notice_status)get_word(sql, 1, &notice_status_names);
    return sql_end(sql, err) == 0 ? 1 : -1;
}

static int is_recorded(struct rebuild *rebuild, const struct notice_item *item, int64_t *found, struct err *err)
{
    *found = 0;
    return state_value(rebuild->state,
                       "SELECT 1 FROM records WHERE invoice_id = ?1 AND line = ?2 AND episode = ?3 AND step = ?4 "
                       "AND occurrence = ?5 AND revoked = 0",
                       ARGS(arg_text(item->invoice_id), arg_int(item->line), arg_int(item->episode),
                            arg_text(item->step), arg_int(item->occurrence)),
                       found, err) < 0
               ? -1
               : 0;
}

/* Makes way, and leaves out of the record what a person has put there. */
static int clear_items(struct rebuild *rebuild, struct notice *notice, size_t *recorded, struct err *err)
{
    *recorded = 0;
    for (size_t i = 0; i < notice->item_count; i++) {
        struct notice_item *item = &notice->items[i];
        int64_t found;
        if (item->occurrence == 0)
            continue;
        if (give_way(rebuild, item, err) != 0 || is_recorded(rebuild, item, &found, err) != 0)
            return -1;
        if (found != 0)
            item->occurrence = 0;
        else
            ++*recorded;
    }
    return 0;
}

static int put_records(struct rebuild *rebuild, const struct notice *notice, struct err *err)
{
    for (size_t i = 0; i < notice->item_count; i++) {
        const struct notice_item *item = &notice->items[i];
        struct record record = {.invoice_id = item->invoice_id,
                                .line = item->line,
                                .episode = item->episode,
                                .occurrence = item->occurrence,
                                .step = item->step,
                                .policy = notice->policy,
                                .status = RECORD_PLANNED,
                                .reason = REASON_NONE,
                                .at = notice->planned_at,
                                .on = notice->on,
                                .deadline = DAY_NONE,
                                .due_on = item->due_on,
                                .notice = notice->id,
                                .channel = ""};
        if (item->occurrence == 0)
            continue;
        /* Where a lower step rode along it was no formal notice of its own, or nobody knows: no handoff follows. */
        record.first_notice_action = notice->action == ACTION_NOTICE && text_equal(item->step, notice->step);
        if (put_record(rebuild->state, &record, notice->customer, err) != 0)
            return -1;
    }
    return 0;
}

/* The id that the send log has, or where another row took it meanwhile, the next free one. */
static int free_id(struct state *state, const char *taken, const char *next, int64_t *id, struct err *err)
{
    int64_t found = 0;

    if (state_value(state, taken, ARGS(arg_int(*id)), &found, err) < 0)
        return -1;
    if (found == 0)
        return 0;
    return state_value(state, next, NO_ARGS, id, err) < 0 ? -1 : 0;
}

/* A copy of what was noted, whose items may be changed. */
static struct notice *copy_noted(struct rebuild *rebuild)
{
    struct notice *notice = arena_alloc(rebuild->state->scratch, sizeof *notice);

    *notice = *rebuild->noted;
    notice->items = arena_array(rebuild->state->scratch, notice->item_count + 1, sizeof *notice->items);
    for (size_t i = 0; i < notice->item_count; i++)
        notice->items[i] = rebuild->noted->items[i];
    return notice;
}

static int build_notice(struct rebuild *rebuild, size_t *recorded, struct err *err)
{
    struct notice *notice = copy_noted(rebuild);

    if (clear_items(rebuild, notice, recorded, err) != 0 || *recorded == 0)
        return *recorded == 0 ? 0 : -1;
    if (free_id(rebuild->state, "SELECT 1 FROM notices WHERE id = ?1", "SELECT max(id) + 1 FROM notices", &notice->id,
                err) != 0 ||
        put_notice(rebuild->state, notice, "first", false, err) != 0 || put_parts(rebuild->state, notice, err) != 0 ||
        put_records(rebuild, notice, err) != 0)
        return -1;
    rebuild->notice = notice->id;
    return touch(rebuild->state, notice->customer, err);
}

/* The notice is there, though perhaps as it was before it was stated anew: what was sent is what binds. */
static int adopt_notice(struct rebuild *rebuild, struct err *err)
{
    struct notice *notice = copy_noted(rebuild);
    struct state *state = rebuild->state;

    if (rebuild->status == NOTICE_ACCEPTED || rebuild->status == NOTICE_UNCERTAIN)
        return 0;
    notice->id = rebuild->notice;
    if (state_run(state, "DELETE FROM notice_items WHERE notice = ?1", ARGS(arg_int(notice->id)), err) != 0 ||
        state_run(state, "DELETE FROM notice_credits WHERE notice = ?1", ARGS(arg_int(notice->id)), err) != 0 ||
        put_parts(state, notice, err) != 0)
        return -1;
    if (state_run(state,
                  "UPDATE records SET status = 'withdrawn', revoked = ?1 WHERE notice = ?1 AND revoked = 0 "
                  "AND NOT EXISTS (SELECT 1 FROM notice_items i WHERE i.notice = ?1 "
                  "AND i.invoice_id = records.invoice_id AND i.line = records.line AND i.episode = records.episode "
                  "AND i.step = records.step AND i.occurrence = records.occurrence)",
                  ARGS(arg_int(notice->id)), err) != 0)
        return -1;
    return state_run(state,
                     "UPDATE notices SET status = 'planned', total = ?2, on_day = ?3, deadline = ?4, at_on = ?3 "
                     "WHERE id = ?1",
                     ARGS(arg_int(notice->id), arg_int(notice->total), arg_day(notice->on), arg_day(notice->deadline)),
                     err);
}

/* ---- the message ---- */

struct live_message {
    int64_t id, revision;
    bool accepted;
};

static int find_live(struct rebuild *rebuild, struct live_message *out, struct err *err)
{
    const struct message *noted = rebuild->lost->note->message;
    struct sql *sql =
        state_select(rebuild->state,
                     "SELECT id, revision, status = 'accepted' FROM messages WHERE notice = ?1 AND channel = ?2 "
                     "AND digest = ?3 AND status NOT IN ('refused', 'withdrawn', 'superseded')",
                     ARGS(arg_int(rebuild->notice), arg_word(&channel_names, (int)noted->channel),
                          arg_text(noted->digest)));
    int row = state_row(rebuild->state, sql, err);

    if (row != 1)
        return row;
    *out = (struct live_message){sql_get_int(sql, 0), sql_get_int(sql, 1), sql_get_int(sql, 2) != 0};
    sql_reset(sql);
    return 1;
}

/* Another attempt followed, so the provider had not taken the message before. */
static int end_open_attempt(struct rebuild *rebuild, int64_t message, struct err *err)
{
    struct parcel parcel;
    int row = parcel_load(rebuild->state, 0, message, &parcel, err);
    bool known;

    if (row != 1 || parcel.attempt == 0)
        return row < 0 ? -1 : 0;
    if (parcel.attempt_status == ATTEMPT_CLAIMED)
        return state_unclaim(rebuild->state, parcel.attempt, WHY, rebuild->lost->now, err);
    if (parcel.attempt_status != ATTEMPT_COMMITTING && parcel.attempt_status != ATTEMPT_UNCERTAIN)
        return 0;
    struct outcome outcome = {.attempt = parcel.attempt,
                              .token = parcel.token,
                              .class = OUTCOME_REFUSED_FOR_NOW,
                              .phase = "",
                              .text = "the send log shows that it was tried again",
                              .public_text = "the send log shows that it was tried again",
                              .provider_id = "",
                              .at = rebuild->lost->now};
    return state_outcome(rebuild->state, &outcome, rebuild->lost->zone, &known, err);
}

static int insert_message(struct rebuild *rebuild, struct err *err)
{
    const struct message *noted = rebuild->lost->note->message;
    int64_t id = noted->id;

    if (free_id(rebuild->state, "SELECT 1 FROM messages WHERE id = ?1", "SELECT max(id) + 1 FROM messages", &id, err) !=
        0)
        return -1;
    rebuild->message = id;
    return state_run(
        rebuild->state,
        "INSERT INTO messages(id, notice, channel, recipient, revision, turn, carries, status, name, address, "
        "language, digest, rank, amount) SELECT ?1, ?2, ?3, ?4, max(?5, coalesce((SELECT max(revision) + 1 "
        "FROM messages WHERE notice = ?2 AND channel = ?3 AND digest = ?6), 1)), 0, 1, 'planned', '', '', '', ?6, 0, "
        "?7",
        ARGS(arg_int(id), arg_int(rebuild->notice), arg_word(&channel_names, (int)noted->channel),
             arg_int(noted->recipient), arg_int(noted->revision), arg_text(noted->digest),
             arg_int(rebuild->noted->total)),
        err);
}

/* 1: it is accepted already. */
static int find_message(struct rebuild *rebuild, struct err *err)
{
    struct live_message live = {0};
    int row = find_live(rebuild, &live, err);

    if (row < 0 || (row == 1 && live.accepted))
        return row;
    if (row == 0)
        return insert_message(rebuild, err);
    if (end_open_attempt(rebuild, live.id, err) != 0)
        return -1;
    rebuild->message = live.id;
    if (live.revision == rebuild->lost->note->message->revision)
        return 0;
    if (message_end(rebuild->state, live.id, "superseded", MOMENT_NONE, err) != 0)
        return -1;
    return insert_message(rebuild, err);
}

/* ---- the attempt ---- */

static int put_attempt(struct rebuild *rebuild, struct err *err)
{
    const struct lost_send *lost = rebuild->lost;
    int64_t id = lost->note->attempt;

    if (state_run(rebuild->state,
                  "UPDATE messages SET status = 'in_flight', attempts = attempts + 1, claimed_at = ?2, provider = ?3, "
                  "message_id = ?4, rendered_on = coalesce(rendered_on, ?5), not_before = 0 WHERE id = ?1",
                  ARGS(arg_int(rebuild->message), arg_int(lost->at), arg_text(lost->note->message->provider),
                       arg_text(lost->note->message->message_id), arg_int(lost->at / DAY_SECONDS)),
                  err) != 0 ||
        free_id(rebuild->state, "SELECT 1 FROM attempts WHERE id = ?1", "SELECT max(id) + 1 FROM attempts", &id, err) !=
            0)
        return -1;
    /* ledger_version -1: the bytes are not here, only their digest. */
    if (state_run(rebuild->state,
                  "INSERT INTO attempts(id, message, n, token, status, provider, claimed_at, committed_at, "
                  "ledger_version, sha256) SELECT ?1, id, attempts, ?3, 'committing', provider, ?4, ?4, -1, ?5 "
                  "FROM messages WHERE id = ?2",
                  ARGS(arg_int(id), arg_int(rebuild->message), arg_int((int64_t)lost->note->token), arg_int(lost->at),
                       arg_text(lost->sha256)),
                  err) != 0)
        return -1;
    return state_make_uncertain(rebuild->state, id, &(struct doubt){WHY, lost->now, lost->zone}, err);
}

/* ---- the whole ---- */

int state_rebuild(struct state *state, const struct lost_send *lost, enum rebuilt *out, int64_t *message,
                  struct err *err)
{
    struct rebuild rebuild = {.state = state, .lost = lost, .noted = lost->note->notice};
    size_t recorded = 1;
    int row = find_notice(&rebuild, err);

    *out = REBUILT_ON_RECORD;
    *message = 0;
    if (row < 0)
        return -1;
    if ((row == 1 ? adopt_notice(&rebuild, err) : build_notice(&rebuild, &recorded, err)) != 0)
        return -1;
    if (recorded == 0)
        return 0;
    row = find_message(&rebuild, err);
    if (row != 0)
        return row < 0 ? -1 : 0;
    if (put_attempt(&rebuild, err) != 0)
        return -1;
    *out = REBUILT_UNCERTAIN;
    *message = rebuild.message;
    return 0;
}
