/*
 * What the notice charges beside the debt: interest, lump sums and fees.  The
 * total of the notice is without them.
 */
#include "base/arena.h"
#include "compose/value.h"
#include "compose/values_of.h"

struct sums {
    int64_t kinds[CHARGE_FEE + 1];
    int64_t all;
};

/* The number that the customer knows the invoice by. */
static const char *number_of(const struct making *making, const struct charge *charge)
{
    const struct item *item = dossier_item(making->input->dossier, charge->invoice_id, charge->line);

    return item != NULL ? item->number : charge->invoice_id;
}

static struct value *charge_map(const struct making *making, const struct charge *charge)
{
    struct value *map = value_map(making->arena);

    value_put_text(map, "number", number_of(making, charge));
    value_put_text(map, "regime", charge->regime);
    values_set_amount(making, map, "amount", "amount_raw", charge->amount);
    values_set_date(making, map, "from", "from_short", charge->from);
    values_set_date(making, map, "until", "until_short", charge->until);
    values_set_bool(making, map, "is_interest", charge->kind == CHARGE_INTEREST);
    values_set_bool(making, map, "is_compensation", charge->kind == CHARGE_COMPENSATION);
    values_set_bool(making, map, "is_fee", charge->kind == CHARGE_FEE);
    return map;
}

static struct sums set_list(const struct making *making, struct value *root)
{
    const struct notice *notice = making->input->notice;
    struct value *list = value_list(making->arena);
    struct sums sums = {.all = 0};

    for (size_t i = 0; i < notice->charge_count; i++) {
        const struct charge *charge = &notice->charges[i];
        if (charge->amount <= 0)
            continue; /* it says why there is none, to people in the house */
        value_push(list, charge_map(making, charge));
        sums.kinds[charge->kind] = money_add(sums.kinds[charge->kind], charge->amount);
        sums.all = money_add(sums.all, charge->amount);
    }
    value_put(root, "charges", list);
    return sums;
}

void values_set_charges(const struct making *making, struct value *root)
{
    static const struct {
        const char *total, *raw, *has;
    } keys[] = {
        [CHARGE_INTEREST] = {"interest_total", "interest_total_raw", "has_interest"},
        [CHARGE_COMPENSATION] = {"compensation_total", "compensation_total_raw", "has_compensation"},
        [CHARGE_FEE] = {"fee_total", "fee_total_raw", "has_fee"},
    };
    const struct sums sums = set_list(making, root);

    for (int kind = 0; kind <= CHARGE_FEE; kind++) {
        values_set_amount(making, root, keys[kind].total, keys[kind].raw, sums.kinds[kind]);
        values_set_bool(making, root, keys[kind].has, sums.kinds[kind] > 0);
    }
    values_set_amount(making, root, "charges_total", "charges_total_raw", sums.all);
    values_set_amount(making, root, "total_with_charges", "total_with_charges_raw",
                      money_add(making->input->notice->total, sums.all));
    values_set_bool(making, root, "has_charges", sums.all > 0);
}
