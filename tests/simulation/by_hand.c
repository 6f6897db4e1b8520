/* A person writes to a debtor himself, and tells dunningctl (`record`). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/facts.h"
#include "store/state_core.h"
#include "truth.h"

/* The highest step on record for it in its last episode, -1: none. */
static int stands_at(struct world *world, const struct debt *debt, const struct plan *plan, int32_t *episode)
{
    struct err err = {0};
    int64_t last = 1;
    int step = -1;

    state_value(world->books, "SELECT coalesce(max(episode), 1) FROM cases WHERE invoice_id = ?1",
                ARGS(arg_text(debt->id)), &last, &err);
    *episode = (int32_t)last;
    struct sql *sql =
        state_select(world->books, "SELECT step FROM records WHERE invoice_id = ?1 AND episode = ?2 AND revoked = 0",
                     ARGS(arg_text(debt->id), arg_int(last)));
    while (state_row(world->books, sql, &err) == 1) {
        int rung = plan_rung(plan, (const char *)sqlite3_column_text(sql->stmt, 0));
        step = rung > step ? rung : step;
    }
    sql_reset(sql);
    return step;
}

static struct letter letter_of(const struct world *world, const struct deed *deed, const struct record *record,
                               int step)
{
    const struct rung *rung = &plan_of(world, &world->debtors[deed->debtor])->rungs[step];
    struct letter letter = {.notice = -world->letter_count - 1,
                            .contact = -world->letter_count - 1,
                            .debtor = deed->debtor,
                            .at = record->at,
                            .made = record->at,
                            .on = record->on,
                            .channel = "letter",
                            .step_index = step,
                            .deadline = record->deadline,
                            .count = 1,
                            .end = LETTER_ARRIVED,
                            .told = true};

    snprintf(letter.step, sizeof letter.step, "%s", rung->name);
    snprintf(letter.action, sizeof letter.action, "%s", rung->action);
    letter.rows[0] = (struct row){.debt = deed->debt,
                                  .step = step,
                                  .occurrence = record->occurrence,
                                  .episode = record->episode,
                                  .deadline = record->deadline,
                                  .due = world->debts[deed->debt].due,
                                  .recorded = true};
    snprintf(letter.rows[0].step_name, sizeof letter.rows[0].step_name, "%s", rung->name);
    return letter;
}

static bool is_owed(const struct world *world, int index)
{
    const struct debt *debt = &world->debts[index];

    return !debt->credit && debt->status == ITEM_OPEN && debt->amount > paid_on_debt(world, index);
}

void record_by_hand(struct world *world, const struct deed *deed)
{
    const struct debt *debt = &world->debts[deed->debt];
    const struct plan *plan = plan_of(world, &world->debtors[deed->debtor]);
    struct said said = {"jo", "wrote a letter", wall_of(world)};
    struct err err = {0};
    int32_t episode;
    int step = stands_at(world, debt, plan, &episode) + 1;

    while (step < (int)plan->count && plan->rungs[step].sign < 0)
        step++;
    if (!is_owed(world, deed->debt) || world->letter_count == LETTERS_MAX || step >= (int)plan->count ||
        plan->rungs[step].approval ||
        (strcmp(plan->rungs[step].action, "remind") != 0 && strcmp(plan->rungs[step].action, "notice") != 0))
        return;
    const struct rung *rung = &plan->rungs[step];
    day_t today = zone_day(business_zone(), said.now, NULL);
    struct record record = {.invoice_id = debt->id,
                            .line = 1,
                            .episode = episode,
                            .policy = plan->name,
                            .step = rung->name,
                            .occurrence = 1,
                            .status = RECORD_ACCEPTED,
                            .reason = REASON_NONE,
                            .at = said.now,
                            .on = today,
                            .due_on = debt->due,
                            .deadline = rung->deadline > 0 ? rolled(plan, today + rung->deadline) : DAY_NONE,
                            .first_notice_action = strcmp(rung->action, "notice") == 0,
                            .channel = "letter"};
    if (world->plant == PLANT_LOST_LETTER ||
        facts_record(world->books, &record, world->debtors[deed->debtor].id, &said, &err) == 0) {
        if (world->verbose)
            printf("    by hand: %s\n", rung->name);
        world->letters[world->letter_count] = letter_of(world, deed, &record, step);
        world->letter_count++;
    } else if (err.code != ERR_REFUSED) {
        referee_wrong(world, "door", "record: %s", err.text);
    }
}
