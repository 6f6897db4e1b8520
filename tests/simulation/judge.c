#include "judge.h"

#include <stdio.h>
#include <string.h>

static bool wrong(const struct world *world, const struct send *send, const char *what)
{
    char day[DAY_TEXT_SIZE];

    printf("seed %llu: %s: notice %lld, step %s: %s\n", (unsigned long long)world->seed, day_format(send->on, day),
           (long long)send->id, send->count > 0 ? world->policy->steps[send->rows[0].step].name : "?", what);
    return false;
}

static const struct zone *zone_of(const struct world *world)
{
    return world->dossier->zone != NULL ? world->dossier->zone : world->rulebook.zone;
}

static bool day_is_closed(const struct world *world, day_t day)
{
    const struct calendar *calendar = world->policy->calendar;

    if (calendar == NULL)
        return false;
    if (day_weekday(day) >= SATURDAY)
        return true;
    for (size_t i = 0; i < calendar->closed_count; i++)
        if (calendar->closed[i] == day)
            return true;
    return false;
}

/* The business's own date: what the ledger shows at this moment. */
static day_t ledger_day(const struct world *world, moment_t at)
{
    return zone_day(world->rulebook.zone, at, NULL);
}

static int64_t paid_by(const struct world *world, const struct item *item, day_t day)
{
    int64_t sum = 0;

    for (size_t i = 0; i < world->payment_count; i++)
        if (strcmp(world->payments[i].invoice_id, item->invoice_id) == 0 && world->payments[i].paid_on <= day)
            sum += world->payments[i].amount;
    return sum;
}

static bool is_held(const struct world *world, const struct item *item, moment_t at)
{
    day_t day = zone_day(zone_of(world), at, NULL), here = ledger_day(world, at);

    if (here < day)
        day = here;
    for (size_t i = 0; i < world->hold_count; i++) {
        const struct hold *hold = &world->holds[i];

        if (hold->start_at <= at && (hold->released_at == MOMENT_NONE || hold->released_at > at) &&
            (hold->until == DAY_NONE || day <= hold->until) &&
            (hold->scope == HOLD_CUSTOMER || strcmp(hold->target, item->invoice_id) == 0))
            return true;
    }
    return false;
}

/* I1: nothing is sent for what is paid, disputed, void or held. */
static bool judge_items(const struct world *world, const struct send *send)
{
    for (size_t i = 0; i < send->count; i++) {
        const struct item *item = &world->items[send->rows[i].item];
        int64_t open = item->amount - paid_by(world, item, ledger_day(world, send->at));

        if (item->issued_on > ledger_day(world, send->at))
            return wrong(world, send, "an invoice that is not there yet");
        if (item->kind != ITEM_INVOICE || open <= 0)
            return wrong(world, send, "a paid item or a credit (I1)");
        if (item->status != ITEM_OPEN)
            return wrong(world, send, "a disputed or void item (I1)");
        if (is_held(world, item, send->at))
            return wrong(world, send, "a held item (I1)");
        if (send->rows[i].net <= 0 || send->rows[i].net > open)
            return wrong(world, send, "an amount that the ledger does not show (I7)");
    }
    return true;
}

/* I2, I3: no step twice, none after a later one, n + 1 only on a later date than n. */
static bool judge_order(const struct world *world, const struct send *send, const struct send *before)
{
    for (size_t i = 0; i < send->count; i++)
        for (size_t j = 0; j < before->count; j++) {
            if (before->rows[j].item != send->rows[i].item || before->rows[j].episode != send->rows[i].episode)
                continue;
            if (before->rows[j].step > send->rows[i].step)
                return wrong(world, send, "a step after a later one (I2)");
            if (before->rows[j].step == send->rows[i].step && before->rows[j].occurrence >= send->rows[i].occurrence)
                return wrong(world, send, "a step again (I3)");
            if (before->on >= send->on)
                return wrong(world, send, "two steps of one item on one date (R9)");
            if (before->uncertain)
                return wrong(world, send, "an item whose last message is uncertain (I5)");
        }
    return true;
}

/* R5: a deadline that was printed has passed before the item moves on; moved due dates void it (R38). */
static bool judge_deadline(const struct world *world, const struct send *send, const struct send *before)
{
    bool moved = false;

    for (size_t i = 0; i < world->deed_count; i++)
        moved = moved || (world->deeds[i].kind == DEED_DUE_LATER && world->deeds[i].done);
    for (size_t i = 0; i < send->count; i++)
        for (size_t j = 0; j < before->count; j++)
            if (before->rows[j].item == send->rows[i].item && before->rows[j].episode == send->rows[i].episode &&
                before->rows[j].deadline != DAY_NONE && before->rows[j].deadline >= send->on && !moved)
                return wrong(world, send, "inside a deadline that was printed for the item (R5)");
    return true;
}

static bool shares_invoice(const struct send *a, const struct send *b)
{
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++)
            if (a->rows[i].item == b->rows[j].item)
                return true;
    return false;
}

/* R7, I9: contacts keep their gap, and one a day is the cap. */
static bool judge_gap(const struct world *world, const struct send *send, const struct send *before)
{
    const struct policy *policy = world->policy;

    if (before->contact == send->contact || before->action == ACTION_HANDOFF || send->action == ACTION_HANDOFF)
        return true;
    if (before->on == send->on)
        return wrong(world, send, "a second contact on one date (I9)");
    if (!policy->min_gap.set || before->before_due || send->before_due)
        return true;
    if (policy->group == GROUP_INVOICE && !shares_invoice(send, before))
        return true;
    if (send->on - before->on < policy->min_gap.n)
        return wrong(world, send, "inside the gap (R7)");
    return true;
}

/* I8: inside the window, on an open day, in the customer's zone, and not before the date has begun everywhere. */
static bool judge_time(const struct world *world, const struct send *send)
{
    const struct window *window = &world->policy->window;
    int32_t seconds;
    day_t day = zone_day(zone_of(world), send->at, &seconds);

    if (day_is_closed(world, day))
        return wrong(world, send, "on a closed day (I8)");
    if (window->set && (day_weekday(day) >= SATURDAY || seconds < window->from || seconds >= window->to))
        return wrong(world, send, "outside the window (I8)");
    if (send->deadline != DAY_NONE && (day_is_closed(world, send->deadline) || send->deadline <= day))
        return wrong(world, send, "a deadline on a closed day or in the past");
    for (size_t i = 0; i < send->count; i++) {
        const struct item *item = &world->items[send->rows[i].item];

        bool early = world->policy->steps[send->rows[i].step].at.sign < 0;

        if (early && day >= item->due_on && item->due_on > item->issued_on)
            return wrong(world, send, "a step before due on or after the due date (R10)");
        if (!early && day <= item->due_on)
            return wrong(world, send, "a step after due before it is (R20)");
    }
    return true;
}

/* R14: the claim reaches the minimum. */
static bool judge_amount(const struct world *world, const struct send *send)
{
    int64_t sum = 0;

    for (size_t i = 0; i < send->count; i++)
        sum += send->rows[i].net;
    if (send->total <= 0)
        return wrong(world, send, "nothing is claimed (R14)");
    if (world->policy->minimum.count > 0 && send->total < world->policy->minimum.list[0].minor)
        return wrong(world, send, "a claim below the minimum (R14)");
    if (send->action == ACTION_HANDOFF && sum != send->total)
        return wrong(world, send, "a package that holds more than its items (R33)");
    return true;
}

/* R31: each item of a handoff has had a formal notice whose deadline is over. */
static bool judge_handoff(const struct world *world, const struct send *send)
{
    if (send->action != ACTION_HANDOFF)
        return true;
    for (size_t i = 0; i < send->count; i++) {
        bool warned = false;

        for (size_t k = 0; k < world->send_count && !warned; k++)
            for (size_t j = 0; j < world->sends[k].count; j++)
                warned = warned || (world->sends[k].rows[j].item == send->rows[i].item &&
                                    world->sends[k].rows[j].episode == send->rows[i].episode &&
                                    world->policy->steps[world->sends[k].rows[j].step].action == ACTION_NOTICE &&
                                    world->sends[k].rows[j].deadline < send->on);
        if (!warned)
            return wrong(world, send, "a handoff without a formal notice (R31)");
    }
    return true;
}

/* R3: whoever gets a formal step gets it on a message that is one. */
static bool judge_ride(const struct world *world, const struct send *send)
{
    for (size_t i = 0; i < send->count; i++) {
        enum action action = world->policy->steps[send->rows[i].step].action;

        if (action != ACTION_REMIND && action != send->action)
            return wrong(world, send, "a step on a notice that cannot carry it (R3)");
    }
    return true;
}

bool judge_send(const struct world *world, const struct send *send)
{
    bool good = judge_items(world, send) && judge_time(world, send) && judge_amount(world, send) &&
                judge_handoff(world, send) && judge_ride(world, send);

    for (size_t i = 0; good && i < world->send_count; i++)
        good = judge_order(world, send, &world->sends[i]) && judge_deadline(world, send, &world->sends[i]) &&
               judge_gap(world, send, &world->sends[i]);
    return good;
}

/* ---- the end ---- */

/* Nothing has happened around this item for long: no payment, no deed, no hold, no other debt in doubt. */
static bool was_quiet(const struct world *world, const struct item *item, day_t since)
{
    for (size_t i = 0; i < world->payment_count; i++)
        if (world->payments[i].paid_on >= since)
            return false;
    for (size_t i = 0; i < world->deed_count; i++)
        if (world->deeds[i].done && world->deeds[i].at / DAY_SECONDS >= since)
            return false;
    for (size_t i = 0; i < world->hold_count; i++)
        if (world->holds[i].released_at == MOMENT_NONE &&
            (world->holds[i].until == DAY_NONE || world->holds[i].until >= since))
            return false;
    return item->issued_on < since;
}

static bool has_credit(const struct world *world)
{
    for (size_t i = 0; i < world->item_count; i++)
        if (world->items[i].kind == ITEM_CREDIT_NOTE)
            return true;
    for (size_t i = 0; i < world->payment_count; i++)
        if (world->payments[i].invoice_id[0] == '\0')
            return true;
    return false;
}

static bool was_reached(const struct world *world, int item)
{
    for (size_t i = 0; i < world->send_count; i++)
        for (size_t j = 0; j < world->sends[i].count; j++)
            if (world->sends[i].rows[j].item == item && !world->sends[i].before_due)
                return true;
    return false;
}

static bool any_handoff(const struct world *world)
{
    for (size_t i = 0; i < world->send_count; i++)
        if (world->sends[i].action == ACTION_HANDOFF)
            return true;
    return false;
}

/* I12 in small: a large plain debt, a hundred quiet days after due, has been claimed at least once. */
bool judge_end(const struct world *world, moment_t end)
{
    day_t last = ledger_day(world, end), since = last - 100;

    if (has_credit(world) || any_handoff(world) || world->faults)
        return true;
    for (size_t i = 0; i < world->item_count; i++) {
        const struct item *item = &world->items[i];
        int64_t open = item->amount - paid_by(world, item, last);

        if (item->kind != ITEM_INVOICE || item->status != ITEM_OPEN || open < 5000 || item->due_on >= since ||
            !was_quiet(world, item, since) || was_reached(world, (int)i))
            continue;
        printf("seed %llu: item %s was due long ago and never claimed (I12)\n", (unsigned long long)world->seed,
               item->invoice_id);
        return false;
    }
    return true;
}
