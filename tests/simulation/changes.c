/* Changes of a debtor or a debt, as the business's own program writes them into the ledger. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "config/zones.h"
#include "truth.h"

/* It may well fall below what has been paid. */
void change_amount(struct world *world, const struct deed *deed)
{
    struct debt *debt = &world->debts[deed->debt];
    char sum[24];

    if (debt->credit)
        return;
    debt->amount = debt->amount * (deed->n > 0 ? deed->n : 50) / 100 + 1;
    snprintf(sum, sizeof sum, "%" PRId64, debt->amount);
    ledger_write(world, "UPDATE invoices SET amount = CAST(?1 AS INTEGER) WHERE invoice_id = ?2", WORDS(sum, debt->id));
}

/* Whoever opted out did so for the old one. */
void change_address(struct world *world, const struct deed *deed)
{
    struct debtor *debtor = &world->debtors[deed->debtor];

    snprintf(debtor->email, sizeof debtor->email, "c%d-%d@shop.invalid", deed->debtor + 1, ++debtor->addresses);
    debtor->email_refused = debtor->no_email = false;
    ledger_write(world, "UPDATE customers SET email = ?1 WHERE customer_id = ?2", WORDS(debtor->email, debtor->id));
}

void change_zone(struct world *world, const struct deed *deed)
{
    static const char *const zones[] = {"Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"};
    struct debtor *debtor = &world->debtors[deed->debtor];

    debtor->zone_name = zones[(size_t)deed->n % (sizeof zones / sizeof *zones)];
    debtor->zone = zones_find(variant_config(0)->zones, debtor->zone_name);
    ledger_write(world, "UPDATE customers SET timezone = ?1 WHERE customer_id = ?2",
                 WORDS(debtor->zone_name, debtor->id));
}

/* From now on by the other one of the two. */
void change_policy(struct world *world, const struct deed *deed)
{
    struct debtor *debtor = &world->debtors[deed->debtor];

    debtor->plan = 1 - debtor->plan;
    if (world->plant == PLANT_LOST_POLICY)
        return;
    ledger_write(world, "UPDATE customers SET policy = ?1 WHERE customer_id = ?2",
                 WORDS(variants[world->config].plans[debtor->plan]->name, debtor->id));
}

static bool add_pause(struct world *world, const struct deed *deed, day_t until)
{
    if (world->pause_count == PAUSES_MAX)
        return false;
    world->pauses[world->pause_count++] = (struct pause){.of_debtor = true,
                                                         .of_ledger = true,
                                                         .target = deed->debtor,
                                                         .start = wall_of(world),
                                                         .released = MOMENT_NONE,
                                                         .until = until};
    return true;
}

void hold_in_ledger(struct world *world, const struct deed *deed)
{
    day_t until = business_day(world) + 1 + (day_t)deed->n;
    char text[DAY_TEXT_SIZE];

    /* One row has one date: what was said before is over. */
    become_solvent(world, deed);
    if (add_pause(world, deed, until))
        ledger_write(world, "UPDATE customers SET hold_until = ?1, hold_reason = 'asked' WHERE customer_id = ?2",
                     WORDS(day_format(until, text), world->debtors[deed->debtor].id));
}

void become_insolvent(struct world *world, const struct deed *deed)
{
    become_solvent(world, deed);
    if (add_pause(world, deed, DAY_NONE))
        ledger_write(world, "UPDATE customers SET status = 'insolvent' WHERE customer_id = ?1",
                     WORDS(world->debtors[deed->debtor].id));
}

/* Nothing in the ledger holds him any more. */
void become_solvent(struct world *world, const struct deed *deed)
{
    bool any = false;

    for (int i = 0; i < world->pause_count; i++) {
        struct pause *pause = &world->pauses[i];

        if (!pause->of_ledger || pause->target != deed->debtor || pause->released != MOMENT_NONE)
            continue;
        pause->released = wall_of(world);
        any = true;
    }
    if (any)
        ledger_write(world,
                     "UPDATE customers SET status = 'active', hold_until = NULL, hold_reason = '' "
                     "WHERE customer_id = ?1",
                     WORDS(world->debtors[deed->debtor].id));
}
