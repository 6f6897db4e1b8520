#include "policy/plan.h"

#include "base/arena.h"

static int instalment_number(const struct plan_terms *terms, int64_t rest, const char *currency)
{
    int number = terms->instalments;
    int64_t least;

    if (terms->max_instalments > 0 && number > terms->max_instalments)
        number = terms->max_instalments;
    if (thresholds_find(&terms->min_instalment, currency, &least) && least > 0 && rest / number < least)
        number = (int)(rest / least);
    return number < 1 ? 1 : number;
}

/* The anchor day is kept: 31 January, 28 February, 31 March; never chained from a clamped date. */
static day_t instalment_day(const struct plan_terms *terms, day_t start, int index, const struct calendar *calendar)
{
    struct duration step = terms->every;
    day_t day;

    if (!step.set)
        step.unit = UNIT_MONTH;
    step.n = (terms->every.set ? terms->every.n : 1) * index;
    day = calendar_add(calendar != NULL ? calendar : &calendar_plain, start, &step, 1);
    return calendar != NULL ? calendar_following(calendar, day) : day;
}

size_t plan_schedule(const struct plan_terms *terms, const struct plan_debt *debt, struct arena *arena,
                     struct instalment **out)
{
    int64_t deposit = money_share(debt->total, terms->deposit_ppm);
    int64_t rest = debt->total - deposit;
    int number = rest > 0 ? instalment_number(terms, rest, debt->currency) : 0;
    struct instalment *rows = arena_array(arena, (size_t)number + 1, sizeof *rows);
    size_t count = 0;

    if (deposit > 0) {
        rows[count].due_on = debt->start;
        rows[count++].amount = deposit;
    }
    for (int i = 1; i <= number; i++) {
        int64_t part = i < number ? rest / number : rest - (rest / number) * (number - 1);

        rows[count].due_on = instalment_day(terms, debt->start, i, debt->calendar);
        rows[count++].amount = part;
    }
    *out = rows;
    return count;
}
