/* I8: the window, the calendar, the clock and the feed; I9 and RULES R7: how often a customer is written to. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "referee.h"

void referee_moment(struct world *world, const struct letter *letter)
{
    const struct debtor *debtor = &world->debtors[letter->debtor];
    const struct plan *plan = plan_of(world, debtor);
    int32_t seconds;
    day_t day = zone_day(zone_of(world, debtor), wall_of(world), &seconds);

    if (world->plant == PLANT_HOUR)
        seconds = (seconds + 12 * 3600) % DAY_SECONDS;
    if (is_closed(plan, day) || (world->plant == PLANT_HOLIDAY && is_closed(plan, day + 1)))
        referee_wrong(world, "I8", "notice %" PRId64 " leaves on a closed day", letter->notice);
    if (plan->window && (day_weekday(day) >= SATURDAY || seconds < 8 * 3600 || seconds >= 18 * 3600))
        referee_wrong(world, "I8", "notice %" PRId64 " leaves outside its window, at %02d:%02d", letter->notice,
                      seconds / 3600, seconds / 60 % 60);
}

/* A person has said that the clock is right; the engine has heard it. */
static void note_confirmed(struct world *world)
{
    int64_t answered =
        books_count(world, "SELECT count(*) FROM requests_to_engine WHERE kind = 'recover' AND done = 1");

    if (answered == world->recovered)
        return;
    world->recovered = answered;
    world->clock_wrong = false;
    world->ground = world->offset;
    world->highest = wall_of(world);
}

static void judge_feed(struct world *world)
{
    const struct variant *variant = &variants[world->config];
    day_t mark, today = zone_day(business_zone(), wall_of(world), NULL);

    if (variant->max_age == 0)
        return;
    mark = zone_day(business_zone(), world->feed_mark, NULL);
    /* One day more than the figure says: when on that day it is too old is the engine's to say. */
    for (int open = 0; open <= variant->max_age + 1; mark++)
        open += day_weekday(mark + 1) < SATURDAY;
    if (today > mark)
        referee_wrong(world, "I1", "the payments of the last days are not known");
}

void referee_clock(struct world *world)
{
    note_confirmed(world);
    if (world->clock_wrong)
        referee_wrong(world, "I8", "the clock leapt ahead and nobody has said that it is right");
    if (world->highest != 0 && wall_of(world) < world->highest - 300)
        referee_wrong(world, "I8", "the clock is behind what it has shown before");
    judge_feed(world);
}

/* ---- contacts ---- */

static bool shares_debt(const struct letter *a, const struct letter *b)
{
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++)
            if (a->rows[i].recorded && b->rows[j].recorded && a->rows[i].debt == b->rows[j].debt)
                return true;
    return false;
}

static void judge_gap(struct world *world, const struct letter *letter, const struct letter *before)
{
    const struct plan *plan = plan_of(world, &world->debtors[letter->debtor]);

    if (plan->gap == 0 || letter->before_due || before->before_due)
        return;
    if (plan->by_invoice && !shares_debt(letter, before))
        return;
    if (letter->on - before->on < plan->gap)
        referee_wrong(world, "I9", "notice %" PRId64 " comes %d days after notice %" PRId64 ", and %d are the gap",
                      letter->notice, letter->on - before->on, before->notice, plan->gap);
}

/* Contacts of the seven days before, this one not counted. */
static int contacts_of_week(const struct world *world, const struct letter *letter)
{
    int count = 0;

    for (int i = 0; i < world->letter_count; i++) {
        const struct letter *before = &world->letters[i];
        bool known = false;

        if (before->debtor != letter->debtor || before->contact == letter->contact || !letter_counts(before) ||
            letter_is_handoff(before) || before->on <= letter->on - 7)
            continue;
        for (int k = 0; k < i; k++)
            known =
                known || (world->letters[k].contact == before->contact && world->letters[k].debtor == before->debtor &&
                          letter_counts(&world->letters[k]) && world->letters[k].on > letter->on - 7);
        count += !known;
    }
    return count;
}

void referee_contacts(struct world *world, const struct letter *letter)
{
    int per_day = world->plant == PLANT_CAP ? 0 : 1, today = 0, week = variants[world->config].per_week;

    if (letter_is_handoff(letter))
        return;
    for (int i = 0; i < world->letter_count && !world->broken; i++) {
        const struct letter *before = &world->letters[i];

        if (before->debtor != letter->debtor || before->contact == letter->contact || !letter_counts(before) ||
            letter_is_handoff(before))
            continue;
        today += before->on == letter->on;
        judge_gap(world, letter, before);
    }
    if (today >= per_day)
        referee_wrong(world, "I9", "%s has %d contacts today already", world->debtors[letter->debtor].id, today);
    if (week > 0 && contacts_of_week(world, letter) >= week)
        referee_wrong(world, "I9", "%s has %d contacts this week already", world->debtors[letter->debtor].id, week);
}
