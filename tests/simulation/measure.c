/* The referee's own arithmetic of days and money; it shares none with the decision. */
#include "truth.h"

#include <string.h>

#include "config/zones.h"

moment_t wall_of(const struct world *world)
{
    return WORLD_BEGIN + world->t + world->offset;
}

const struct plan *plan_of(const struct world *world, const struct debtor *debtor)
{
    return variants[world->config].plans[debtor->plan];
}

const struct zone *business_zone(void)
{
    return zones_find(variant_config(0)->zones, BUSINESS_ZONE);
}

const struct zone *zone_of(const struct world *world, const struct debtor *debtor)
{
    const struct plan *plan = plan_of(world, debtor);

    if (plan->zone[0] != '\0')
        return zones_find(variant_config(0)->zones, plan->zone);
    return debtor->zone != NULL ? debtor->zone : business_zone();
}

day_t today_of(const struct world *world, const struct debtor *debtor)
{
    return zone_day(zone_of(world, debtor), wall_of(world), NULL);
}

int64_t paid_on_debt(const struct world *world, int debt)
{
    int64_t sum = 0;

    for (int i = 0; i < world->money_count; i++)
        if (world->moneys[i].there && world->moneys[i].debt == debt && world->moneys[i].status == PAYMENT_BOOKED)
            sum += world->moneys[i].amount;
    return sum;
}

/* Credits, money on account or paid too much: what may be set off against a debt. */
bool has_spare_money(const struct world *world, int debtor)
{
    for (int i = 0; i < world->debt_count; i++) {
        const struct debt *debt = &world->debts[i];

        if (debt->there && debt->debtor == debtor &&
            (debt->credit || paid_on_debt(world, i) > (debt->status == ITEM_OPEN ? debt->amount : 0)))
            return true;
    }
    for (int i = 0; i < world->money_count; i++)
        if (world->moneys[i].there && world->moneys[i].debtor == debtor && world->moneys[i].debt < 0)
            return true;
    return false;
}

bool is_paused(const struct world *world, int debtor, int debt)
{
    moment_t now = wall_of(world);
    day_t here = zone_day(zone_of(world, &world->debtors[debtor]), now, NULL);
    day_t there = zone_day(business_zone(), now, NULL);

    for (int i = 0; i < world->pause_count; i++) {
        const struct pause *pause = &world->pauses[i];

        if (pause->target != (pause->of_debtor ? debtor : debt) || pause->start > now)
            continue;
        if (pause->released != MOMENT_NONE && pause->released <= now)
            continue;
        if (pause->until == DAY_NONE || (here < there ? here : there) <= pause->until)
            return true;
    }
    return false;
}

bool is_closed(const struct plan *plan, day_t day)
{
    if (!plan->calendar)
        return false;
    return day_weekday(day) >= SATURDAY || (day >= HOLIDAY_FIRST && (day - HOLIDAY_FIRST) % HOLIDAY_EVERY == 0);
}

/* Without a calendar the business days are Monday to Friday. */
static bool is_business_day(const struct plan *plan, day_t day)
{
    return day_weekday(day) < SATURDAY && !is_closed(plan, day);
}

day_t add_open_days(const struct plan *plan, day_t day, int n)
{
    while (n > 0)
        if (is_business_day(plan, ++day))
            n--;
    return day;
}

day_t rolled(const struct plan *plan, day_t day)
{
    while (is_closed(plan, day))
        day++;
    return day;
}

int64_t units(const char *currency, int amount)
{
    if (strcmp(currency, "JPY") == 0)
        return amount;
    return (int64_t)amount * (strcmp(currency, "BHD") == 0 ? 1000 : 100);
}
