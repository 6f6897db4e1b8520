/* I2: each step at its time, none twice, none after a later one (RULES R5, R9, R10, R20, R21, R27, R31). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "referee.h"

struct spot {
    struct world *world;
    const struct letter *letter;
    const struct row *row;
    const struct plan *plan;
    const struct rung *rung;
    const struct debt *debt;
    day_t today; /* begun both there and here */
};

/* The last row for this debt in this episode that was reached, before this letter. */
static const struct row *last_row(const struct spot *spot, const struct letter **out)
{
    for (int i = spot->world->letter_count - 1; i >= 0; i--) {
        const struct letter *letter = &spot->world->letters[i];

        if (letter->further || (letter->end != LETTER_ARRIVED && !letter->uncertain))
            continue;
        for (size_t k = 0; k < letter->count; k++)
            if (letter->rows[k].recorded && letter->rows[k].debt == spot->row->debt &&
                letter->rows[k].episode == spot->row->episode) {
                *out = letter;
                return &letter->rows[k];
            }
    }
    return NULL;
}

static void wrong(const struct spot *spot, const char *what)
{
    referee_wrong(spot->world, "I2", "%s at %s: %s", spot->debt->id, spot->row->step_name, what);
}

static day_t after(const struct spot *spot, day_t from)
{
    if (spot->rung->unit == 'b')
        return add_open_days(spot->plan, from, spot->rung->n);
    return from + spot->rung->n;
}

static void judge_due(const struct spot *spot)
{
    day_t due = rolled(spot->plan, spot->debt->due);

    if (spot->rung->sign < 0) {
        if (spot->today >= due)
            wrong(spot, "a step before due comes on or after it");
        else if (spot->today < due - spot->rung->n)
            wrong(spot, "it comes too early before due");
        return;
    }
    if (spot->today <= due)
        wrong(spot, "it is not overdue yet");
    else if (spot->plan->lag > 0 && spot->today < add_open_days(spot->plan, due, spot->plan->lag))
        wrong(spot, "money may still be on its way");
    else if (strcmp(spot->rung->anchor, "due") == 0 && spot->row->occurrence == 1 && spot->today < after(spot, due))
        wrong(spot, "too soon after due");
}

static void judge_previous(const struct spot *spot)
{
    const struct letter *letter = NULL;
    const struct row *last = last_row(spot, &letter);
    bool moved;
    int step;

    if (last == NULL)
        return;
    step = plan_rung(spot->plan, last->step_name); /* the policy may have been another one */
    moved = spot->debt->due_changed != MOMENT_NONE &&
            (spot->debt->due_changed >= letter->made || letter - spot->world->letters < spot->debt->letters_before_due);
    if (letter->on >= spot->letter->on)
        wrong(spot, "a second step on one day");
    else if (step > spot->row->step)
        wrong(spot, "a step after a later one");
    else if (step == spot->row->step && last->occurrence >= spot->row->occurrence)
        wrong(spot, "a step again");
    else if (step == spot->row->step && spot->letter->on < letter->on + spot->rung->repeat_days)
        wrong(spot, "a repetition too soon");
    else if (strcmp(spot->rung->anchor, "previous") == 0 && spot->letter->on < after(spot, letter->on) &&
             !letter->before_due)
        wrong(spot, "too soon after the step before");
    else if (last->deadline != DAY_NONE && !moved && spot->letter->on <= last->deadline)
        wrong(spot, "inside a deadline that was printed");
    else if (last->deadline != DAY_NONE && !moved && strcmp(spot->rung->anchor, "deadline") == 0 &&
             spot->letter->on < after(spot, last->deadline))
        wrong(spot, "too soon after a deadline");
}

/* RULES R31. */
static void judge_handoff(const struct spot *spot)
{
    const struct world *world = spot->world;

    for (int i = 0; i < world->letter_count; i++) {
        const struct letter *letter = &world->letters[i];

        for (size_t k = 0; k < letter->count; k++)
            if (letter->end == LETTER_ARRIVED && strcmp(letter->action, "notice") == 0 && letter->rows[k].recorded &&
                letter->rows[k].debt == spot->row->debt && letter->rows[k].episode == spot->row->episode &&
                letter->rows[k].deadline < spot->today)
                return;
    }
    wrong(spot, "handed over without a formal notice whose deadline has passed");
}

static void judge_row(const struct spot *spot)
{
    if (spot->rung->sign > 0 && strcmp(spot->rung->action, "remind") != 0 &&
        strcmp(spot->rung->action, spot->letter->action) != 0)
        wrong(spot, "a step on a letter that does not say so");
    judge_due(spot);
    if (!spot->world->broken)
        judge_previous(spot);
    if (!spot->world->broken && letter_is_handoff(spot->letter))
        judge_handoff(spot);
}

/* RULES R27: what was approved, and no more than that. */
static void judge_approval(struct world *world, const struct letter *letter, const struct rung *rung)
{
    if (!rung->approval)
        return;
    for (int i = 0; i < world->approval_count; i++)
        if (world->approvals[i].notice == letter->notice && world->approvals[i].yes &&
            letter->total <= world->approvals[i].total)
            return;
    referee_wrong(world, "I2", "notice %" PRId64 " over %" PRId64 " goes out unapproved", letter->notice,
                  letter->total);
}

/* RULES R23: a further channel repeats what was said, as long as that is the last word and stands. */
void referee_further(struct world *world, const struct letter *letter)
{
    const struct plan *plan = plan_of(world, &world->debtors[letter->debtor]);

    if (letter->deadline != DAY_NONE && letter->on > letter->deadline)
        referee_wrong(world, "I2", "notice %" PRId64 " goes out by %s after the deadline that it prints",
                      letter->notice, letter->channel);
    for (size_t i = 0; i < letter->count && !world->broken; i++) {
        struct spot spot = {.world = world, .letter = letter, .row = &letter->rows[i], .plan = plan};
        const struct letter *before;

        if (!letter->rows[i].recorded || letter->rows[i].debt < 0)
            continue;
        spot.debt = &world->debts[letter->rows[i].debt];
        const struct row *last = last_row(&spot, &before);
        if (last != NULL && plan_rung(plan, last->step_name) > letter->rows[i].step)
            wrong(&spot, "by a further channel after a later step");
    }
}

static day_t begun_everywhere(const struct world *world, const struct letter *letter)
{
    day_t here = zone_day(business_zone(), wall_of(world), NULL);

    return here < letter->on ? here : letter->on;
}

void referee_ladder(struct world *world, const struct letter *letter)
{
    const struct plan *plan = plan_of(world, &world->debtors[letter->debtor]);

    for (size_t i = 0; i < letter->count && !world->broken; i++) {
        const struct row *row = &letter->rows[i];

        if (!row->recorded || row->debt < 0)
            continue;
        if (row->step < 0) {
            referee_wrong(world, "I2", "%s is no step of policy %s", row->step_name, plan->name);
            return;
        }
        judge_row(&(struct spot){world, letter, row, plan, &plan->rungs[row->step], &world->debts[row->debt],
                                 begun_everywhere(world, letter)});
    }
    if (!world->broken && letter->step_index >= 0)
        judge_approval(world, letter, &plan->rungs[letter->step_index]);
}
