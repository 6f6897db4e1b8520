/*
 * Gates of a contact: the whole, the gap, the caps, a higher step that follows
 * soon, and a step's condition (RULES R6, R7, R8, R18).
 */
#include "base/text.h"
#include "policy/stages.h"

#define FEED_RETRY_S 900

static const struct stop go = {GATE_WHOLE, REASON_NONE, MOMENT_NEVER};

static struct stop stop(enum gate gate, enum reason reason, moment_t until)
{
    struct stop result = {gate, reason, until};

    return result;
}

struct stop contact_whole(const struct desk *desk, const char *entity)
{
    const struct conditions *conditions = desk->conditions;

    if (!conditions->clock_ok)
        return stop(GATE_WHOLE, REASON_CLOCK, desk->now + FEED_RETRY_S);
    for (size_t i = 0; i < conditions->stale_count; i++)
        if (text_equal(conditions->stale_entities[i], entity))
            return stop(GATE_WHOLE, REASON_FEED_STALE, desk->now + FEED_RETRY_S);
    return go;
}

/* Does an earlier notice count as something the customer got? */
static bool reached_customer(const struct notice_past *past)
{
    switch (past->status) {
    case NOTICE_ACCEPTED:
    case NOTICE_UNCERTAIN:
        return past->action != ACTION_HANDOFF;
    case NOTICE_PLANNED:
        return past->action != ACTION_HANDOFF && past->action != ACTION_TASK;
    case NOTICE_AWAITING_APPROVAL:
    case NOTICE_FAILED:
    case NOTICE_WITHDRAWN:
    case NOTICE_REJECTED:
    case NOTICE_BOUNCED:
        break;
    }
    return false;
}

static bool in_scope(const struct group_key *key, const struct notice_past *past)
{
    return key->policy->group == GROUP_CUSTOMER || text_equal(past->group_invoice, key->invoice);
}

/* The contact a stored notice belongs to, 0: none. */
static int64_t contact_of(const struct desk *desk, int64_t notice)
{
    for (size_t i = 0; i < desk->dossier->past_count; i++)
        if (desk->dossier->past[i].id == notice)
            return desk->dossier->past[i].contact;
    return 0;
}

/* All notices of one contact go together: none of them counts against another. */
static bool same_contact(const struct notice_past *past, int64_t notice, int64_t contact)
{
    return past->id == notice || (contact != 0 && past->contact == contact);
}

static bool records_invoice(const struct dossier *dossier, int64_t notice, const char *invoice)
{
    for (size_t i = 0; i < dossier->record_count; i++)
        if (dossier->records[i].notice == notice && text_equal(dossier->records[i].invoice_id, invoice))
            return true;
    return false;
}

/* The last day on which the invoice was on a notice of no invoice's own: by hand, or under another policy. */
static day_t last_among_others(const struct desk *desk, const struct group_key *key, int64_t except_notice)
{
    const struct dossier *dossier = desk->dossier;
    day_t last = DAY_NONE;

    if (key->policy->group == GROUP_CUSTOMER)
        return DAY_NONE;
    for (size_t i = 0; i < dossier->past_count; i++) {
        const struct notice_past *past = &dossier->past[i];

        if (past->before_due || past->id == except_notice || past->on <= last || !text_empty(past->group_invoice))
            continue;
        if (reached_customer(past) && records_invoice(dossier, past->id, key->invoice))
            last = past->on;
    }
    return last;
}

/* R7: inclusive, by local dates; what lies before due starts no gap. */
struct stop contact_gap(const struct desk *desk, const struct group_key *key, int64_t except_notice)
{
    struct dial dial = dial_of(desk, key->policy);
    int64_t contact = contact_of(desk, except_notice);
    day_t last, end;

    if (!key->policy->min_gap.set)
        return go;
    last = last_among_others(desk, key, except_notice);
    for (size_t i = 0; i < desk->dossier->past_count; i++) {
        const struct notice_past *past = &desk->dossier->past[i];

        if (!same_contact(past, except_notice, contact) && reached_customer(past) && !past->before_due &&
            in_scope(key, past) && past->on > last)
            last = past->on;
    }
    if (last == DAY_NONE)
        return go;
    end = calendar_add(dial.counting, last, &key->policy->min_gap, 1);
    if (dial.today >= end)
        return go;
    return stop(GATE_GAP, REASON_MIN_GAP, opening_next(&dial.opening, dial_begin(&dial, end)));
}

/* Different contacts of this customer on the days from `from` to today. */
static int contacts_since(const struct desk *desk, day_t from, int64_t except_notice)
{
    const struct dossier *dossier = desk->dossier;
    int64_t contact = contact_of(desk, except_notice);
    int count = 0;

    for (size_t i = 0; i < dossier->past_count; i++) {
        const struct notice_past *past = &dossier->past[i];
        bool seen = !reached_customer(past) || past->on < from || same_contact(past, except_notice, contact);

        for (size_t j = 0; j < i && !seen; j++)
            seen = dossier->past[j].contact == past->contact && reached_customer(&dossier->past[j]) &&
                   dossier->past[j].on >= from;
        if (!seen)
            count++;
    }
    return count;
}

struct stop contact_cap(const struct desk *desk, const struct group_key *key, int64_t except_notice)
{
    struct dial dial = dial_of(desk, key->policy);
    const struct rulebook *rulebook = desk->rulebook;

    if ((rulebook->per_customer_per_day > 0 &&
         contacts_since(desk, dial.today, except_notice) >= rulebook->per_customer_per_day) ||
        (rulebook->per_customer_per_week > 0 &&
         contacts_since(desk, dial.today - 6, except_notice) >= rulebook->per_customer_per_week))
        return stop(GATE_CAP, REASON_CUSTOMER_CAP, opening_next(&dial.opening, dial_begin(&dial, dial.today + 1)));
    return go;
}

/* ---- R18 ---- */

static bool has_value(const struct desk *desk, const struct view *view, const char *what)
{
    const struct customer *payer = desk->dossier->customer;
    const struct {
        const char *word, *value;
    } values[] = {
        {"email", payer->email},   {"phone", payer->phone},          {"sms_consent", payer->sms_consent},
        {"vat_id", payer->vat_id}, {"pay_url", view->item->pay_url}, {"document", view->item->document},
    };

    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (text_equal(values[i].word, what))
            return !text_empty(values[i].value);
    return false;
}

static bool amounts_met(const struct condition *when, const struct view *view, int64_t total)
{
    const char *currency = view->item->currency;
    int64_t limit;

    if (when->balance_min.count > 0 && (!thresholds_find(&when->balance_min, currency, &limit) || total < limit))
        return false;
    if (thresholds_find(&when->balance_max, currency, &limit) && total > limit)
        return false;
    return when->item_min.count == 0 || (thresholds_find(&when->item_min, currency, &limit) && view_net(view) >= limit);
}

bool condition_met(const struct desk *desk, const struct view *view, const struct step *step, int64_t total)
{
    const struct condition *when = &step->when;

    if (!when->set)
        return true;
    if (!amounts_met(when, view, total))
        return false;
    if (when->age_min.set && view->due != DAY_NONE &&
        view->dial.today < calendar_add(view->dial.counting, view->due, &when->age_min, 1))
        return false;
    for (size_t i = 0; i < when->has.count; i++)
        if (!has_value(desk, view, when->has.list[i]))
            return false;
    return true;
}

/* ---- R6 ---- */

static bool approval_needed(const struct step *step)
{
    return step->approval.required;
}

static bool is_sendable(const struct view *view)
{
    const struct step *step = &view->policy->steps[view->next];

    return step->action != ACTION_HANDOFF && step->action != ACTION_TASK && !approval_needed(step);
}

/* Reasons that only time takes away. */
static const enum reason timed[] = {REASON_NOT_DUE,        REASON_WAITS_LAG,     REASON_WAITS_DEADLINE,
                                    REASON_WAITS_PREVIOUS, REASON_WAITS_PAYMENT, REASON_RELEASED,
                                    REASON_WINDOW,         REASON_COUNT};

/* Will this item be able to go once its moment has come? */
static bool waits_for_time_only(const struct view *view)
{
    return reason_in(view->verdict->reason, timed) && !view->small_rest;
}

/* Would the step's condition be met, once the item is due? */
static bool will_be_met(const struct desk *desk, const struct group_key *key, const struct view *view)
{
    int64_t total = group_total(desk, key) + (is_carried(view) ? 0 : view_net(view));

    return condition_met(desk, view, &key->policy->steps[view->next], total);
}

struct stop contact_higher(const struct desk *desk, const struct group_key *key, int driver)
{
    struct dial dial = dial_of(desk, key->policy);
    moment_t first = MOMENT_NEVER;
    day_t end;

    if (!key->policy->min_gap.set)
        return go;
    end = calendar_add(dial.counting, dial.today, &key->policy->min_gap, 1);
    for (size_t i = 0; i < desk->count; i++) {
        const struct view *view = &desk->views[i];

        if (!in_group(key, view) || view->ready || view->next <= driver || !waits_for_time_only(view) ||
            !is_sendable(view) || view->at == MOMENT_NEVER)
            continue;
        if (zone_day(dial.zone, view->at, NULL) < end && view->at < first && will_be_met(desk, key, view))
            first = view->at;
    }
    return first == MOMENT_NEVER ? go : stop(GATE_HIGHER, REASON_WAITS_FOR_HIGHER, first);
}
