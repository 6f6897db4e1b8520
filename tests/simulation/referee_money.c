/* I7: the amounts on a message are those of the ledger, in the books and in the very bytes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "referee.h"
#include "wire/request.h"

static void judge_row(struct world *world, const struct letter *letter, const struct row *row)
{
    const struct debt *debt = &world->debts[row->debt];
    int64_t open = debt->amount - paid_on_debt(world, row->debt);

    if (row->open != open)
        referee_wrong(world, "I7", "%s is claimed with %" PRId64 ", and %" PRId64 " is open", debt->id, row->open,
                      open);
    else if (row->credited < 0 || row->credited > open)
        referee_wrong(world, "I7", "%s has %" PRId64 " set off against %" PRId64, debt->id, row->credited, open);
    else if (row->credited > 0 && !has_spare_money(world, letter->debtor))
        referee_wrong(world, "I7", "%s has %" PRId64 " set off that nobody paid", debt->id, row->credited);
}

/* RULES R14, R15. */
static void judge_minimum(struct world *world, const struct letter *letter)
{
    const struct debtor *debtor = &world->debtors[letter->debtor];
    const struct plan *plan = plan_of(world, debtor);

    if (letter->total <= 0)
        referee_wrong(world, "I1", "nothing is claimed");
    if (letter_is_handoff(letter) || letter->further)
        return;
    if (plan->minimum > 0 && letter->total < units(debtor->currency, plan->minimum) && !letter->before_due)
        referee_wrong(world, "I2", "a claim of %" PRId64 " is below the minimum", letter->total);
    for (size_t i = 0; i < letter->count; i++) {
        const struct row *row = &letter->rows[i];

        /* It is about the rest of what was paid in part. */
        if (row->recorded && plan->item_minimum > 0 && (row->credited > 0 || paid_on_debt(world, row->debt) != 0) &&
            row->open - row->credited < units(debtor->currency, plan->item_minimum))
            referee_wrong(world, "I2", "%s is below the smallest amount of an item", world->debts[row->debt].id);
    }
}

/* RULES R4: steps before due are in no total but that of a letter that has nothing else. */
static bool is_summed(const struct world *world, const struct letter *letter, const struct row *row)
{
    const struct plan *plan = plan_of(world, &world->debtors[letter->debtor]);

    if (letter->before_due || row->carried)
        return letter->before_due ? row->recorded : true;
    return row->step < 0 || plan->rungs[row->step].sign > 0;
}

void referee_money(struct world *world, const struct letter *letter)
{
    int64_t sum = 0;

    if (letter->further)
        return; /* it says what the first channel said */
    for (size_t i = 0; i < letter->count && !world->broken; i++) {
        const struct row *row = &letter->rows[i];

        if (row->debt < 0 || !(row->recorded || row->carried))
            continue;
        judge_row(world, letter, row);
        if (is_summed(world, letter, row))
            sum += row->open - row->credited;
    }
    if (!world->broken && sum != letter->total)
        referee_wrong(world, "I7", "the rows of notice %" PRId64 " add up to %" PRId64 ", its total is %" PRId64,
                      letter->notice, sum, letter->total);
    if (!world->broken)
        judge_minimum(world, letter);
}

/* ---- the bytes ---- */

/* "1234.56" in minor units. */
static int64_t minor_of(const char *text)
{
    int64_t minor = 0;

    for (; (*text >= '0' && *text <= '9') || *text == '.'; text++)
        if (*text != '.')
            minor = minor * 10 + (*text - '0');
    return minor;
}

static void judge_line(struct world *world, const char *line)
{
    char id[8] = "", step[24] = "", amount[24] = "";

    if (sscanf(line, "%*s %7s %23s %23s", id, step, amount) != 3)
        return;
    for (int i = 0; i < world->debt_count; i++) {
        const struct debt *debt = &world->debts[i];

        if (strcmp(debt->id, id) == 0 && minor_of(amount) != debt->amount - paid_on_debt(world, i))
            referee_wrong(world, "I7", "the mail claims %s for %s, and %" PRId64 " is open", amount, id,
                          debt->amount - paid_on_debt(world, i));
    }
}

static void judge_mail(struct world *world, const struct letter *letter, const char *body)
{
    const char *total = strstr(body, "TOTAL ");

    if (total == NULL || minor_of(total + 6) != letter->total)
        referee_wrong(world, "I7", "the mail of notice %" PRId64 " has another total than %" PRId64, letter->notice,
                      letter->total);
    for (const char *at = body; at != NULL && !world->broken; at = strchr(at, '\n')) {
        at += *at == '\n';
        if (strncmp(at, "ITEM ", 5) == 0 || strncmp(at, "CARRIED ", 8) == 0)
            judge_line(world, at);
    }
}

void referee_text(struct world *world, const struct letter *letter, const struct parcel *parcel)
{
    struct arena *arena = arena_new(0);
    struct request request;
    struct err err = {0};

    if (request_unpack(parcel->bytes, parcel->length, arena, &request, &err) != 0)
        referee_wrong(world, "wire", "%s", err.text);
    else if (strcmp(letter->channel, "email") == 0 && !letter->drop && strcmp(request.to, letter->address) != 0)
        referee_wrong(world, "I1", "the mail of notice %" PRId64 " goes elsewhere", letter->notice);
    else if (strcmp(letter->channel, "email") == 0 && !letter->further)
        judge_mail(world, letter, request.body);
    arena_free(&arena);
}
