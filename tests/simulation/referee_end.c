/* When all has been quiet for long: nothing is left lying (I12), nothing is lost (I4), and the books bear an audit. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/audit.h"
#include "base/arena.h"
#include "referee.h"
#include "rooms.h"

enum { LONG_DAYS = 30 };

static bool was_handed_over(const struct world *world, int debtor)
{
    for (int i = 0; i < world->letter_count; i++)
        if (world->letters[i].debtor == debtor && letter_is_handoff(&world->letters[i]) &&
            letter_counts(&world->letters[i]))
            return true;
    return false;
}

static const struct letter *last_letter(const struct world *world, int debt, int *step, int *occurrence)
{
    for (int i = world->letter_count - 1; i >= 0; i--)
        for (size_t k = 0; k < world->letters[i].count; k++)
            if (world->letters[i].rows[k].recorded && world->letters[i].rows[k].debt == debt &&
                world->letters[i].end == LETTER_ARRIVED) {
                *step = plan_rung(plan_of(world, &world->debtors[world->debts[debt].debtor]),
                                  world->letters[i].rows[k].step_name);
                *occurrence = world->letters[i].rows[k].occurrence;
                return &world->letters[i];
            }
    return NULL;
}

/* Something about the debtor is listed: it waits for a person. */
static bool waits_for_person(struct world *world, int debtor)
{
    char query[200];

    snprintf(query, sizeof query,
             "SELECT count(*) FROM notices WHERE customer = '%s' AND status IN ('awaiting_approval', 'rejected', "
             "'failed', 'uncertain')",
             world->debtors[debtor].id);
    return books_ask(world, query) != 0;
}

/* A plain debt that nothing stands in the way of. */
static bool is_plain(const struct world *world, int index)
{
    const struct debt *debt = &world->debts[index];
    const struct debtor *debtor = &world->debtors[debt->debtor];

    return debt->there && !debt->credit && debt->status == ITEM_OPEN && !debtor->no_email && !debtor->email_refused &&
           debt->amount - paid_on_debt(world, index) >= units(debtor->currency, 50) &&
           !is_paused(world, debt->debtor, index) && !has_spare_money(world, debt->debtor) &&
           !was_handed_over(world, debt->debtor);
}

static void judge_debt(struct world *world, int index)
{
    const struct debt *debt = &world->debts[index];
    const struct debtor *debtor = &world->debtors[debt->debtor];
    const struct plan *plan = plan_of(world, debtor);
    day_t today = today_of(world, debtor);
    int step = -1, occurrence = 0;
    const struct letter *last = last_letter(world, index, &step, &occurrence);
    day_t since = last != NULL && last->on > debt->due ? last->on : debt->due;

    if (last != NULL && step < 0)
        return; /* its step is gone from the policy */
    if (step + 1 >= (int)plan->count && (step < 0 || occurrence >= plan->rungs[step].repeat_times))
        return;
    if (step + 1 < (int)plan->count && step >= 0 && (plan->rungs[step + 1].big > 0 || plan->rungs[step + 1].approval))
        return;
    if (last != NULL && last->deadline != DAY_NONE && last->deadline > since)
        since = last->deadline;
    if (today - since >
        LONG_DAYS + (step >= 0 && step + 1 < (int)plan->count && strcmp(plan->rungs[step + 1].anchor, "due") == 0
                         ? plan->rungs[step + 1].n
                         : 0))
        referee_wrong(world, "I12", "%s stands at %s for %d days and nothing more comes", debt->id,
                      step < 0 ? "no step" : plan->rungs[step].name, today - since);
}

static void audit(struct world *world)
{
    struct arena *arena = arena_new(0);
    struct audit_report report = {0};
    struct err err = {0};
    char state[160], ledger[160], witness[160];

    snprintf(state, sizeof state, "%s", rooms_path("state/state.db"));
    snprintf(ledger, sizeof ledger, "%s", rooms_path("ledger.db"));
    snprintf(witness, sizeof witness, "%s", rooms_path("witness/send.log"));
    struct audit_books books = {.state = state,
                                .ledger = ledger,
                                .witness = witness,
                                .now = MOMENT_NONE,
                                .since = MOMENT_NONE,
                                .deep = world->seed % 16 == 0};
    if (audit_run(&books, arena, &report, &err) != 0)
        referee_wrong(world, "audit", "%s", err.text);
    else if (report.count > 0)
        referee_wrong(world, audit_rule_word(report.list[0].rule), "audit (%s): %s: %s", report.list[0].check,
                      report.list[0].subject, report.list[0].text);
    arena_free(&arena);
}

void referee_end(struct world *world)
{
    if (world->verbose)
        books_show(world);
    if (books_count(world, "SELECT count(*) FROM attempts WHERE provider = 'box' AND status = 'uncertain'") != 0)
        referee_wrong(world, "I4", "a message is in doubt, and its folder can be asked");
    for (int i = 0; i < world->debt_count && !world->broken; i++)
        if (is_plain(world, i) && !waits_for_person(world, world->debts[i].debtor))
            judge_debt(world, i);
    /* It is dear: not at the end of each plain world. */
    if (!world->broken && (world->kills > 0 || world->plant != PLANT_NONE || world->seed % 4 == 0))
        audit(world);
}
