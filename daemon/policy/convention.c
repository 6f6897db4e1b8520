#include "policy/convention.h"

#include "base/text.h"

enum { SEARCH_DAYS = 400, HALF_MONTH = 15 };

static const char *const words[] = {
    [CONVENTION_UNADJUSTED] = "unadjusted",
    [CONVENTION_FOLLOWING] = "following",
    [CONVENTION_MODIFIED_FOLLOWING] = "modified_following",
    [CONVENTION_PRECEDING] = "preceding",
    [CONVENTION_MODIFIED_PRECEDING] = "modified_preceding",
    [CONVENTION_HALF_MONTH_MODIFIED_FOLLOWING] = "half_month_modified_following",
    [CONVENTION_NEAREST] = "nearest",
};
_Static_assert(sizeof words / sizeof *words == CONVENTION_COUNT, "a word for each convention");

const char *convention_word(enum convention convention)
{
    return words[convention];
}

bool convention_parse(const char *word, enum convention *out)
{
    for (int i = 0; i < CONVENTION_COUNT; i++) {
        if (!text_equal(words[i], word))
            continue;
        *out = (enum convention)i;
        return true;
    }
    return false;
}

static day_t preceding(const struct calendar *calendar, day_t day)
{
    for (day_t candidate = day; candidate > day - SEARCH_DAYS; candidate--)
        if (calendar_is_open(calendar, candidate))
            return candidate;
    return day;
}

static day_t nearest(const struct calendar *calendar, day_t day)
{
    day_t after = calendar_following(calendar, day), before = preceding(calendar, day);

    return after - day <= day - before ? after : before;
}

static int month_of(day_t day, int *dom)
{
    int year, month;

    day_to_civil(day, &year, &month, dom);
    return 12 * year + month;
}

static bool same_month(day_t a, day_t b)
{
    int dom;

    return month_of(a, &dom) == month_of(b, &dom);
}

static bool same_half(day_t a, day_t b)
{
    int dom_a, dom_b;

    return month_of(a, &dom_a) == month_of(b, &dom_b) && (dom_a <= HALF_MONTH) == (dom_b <= HALF_MONTH);
}

day_t calendar_adjust(const struct calendar *calendar, day_t day, enum convention convention)
{
    day_t after, before;

    switch (convention) {
    case CONVENTION_UNADJUSTED:
        return day;
    case CONVENTION_FOLLOWING:
        return calendar_following(calendar, day);
    case CONVENTION_MODIFIED_FOLLOWING:
        after = calendar_following(calendar, day);
        return same_month(after, day) ? after : preceding(calendar, day);
    case CONVENTION_PRECEDING:
        return preceding(calendar, day);
    case CONVENTION_MODIFIED_PRECEDING:
        before = preceding(calendar, day);
        return same_month(before, day) ? before : calendar_following(calendar, day);
    case CONVENTION_HALF_MONTH_MODIFIED_FOLLOWING:
        after = calendar_following(calendar, day);
        return same_half(after, day) ? after : preceding(calendar, day);
    case CONVENTION_NEAREST:
        return nearest(calendar, day);
    case CONVENTION_COUNT:
        break;
    }
    return day;
}

day_t calendar_end_of_month(const struct calendar *calendar, day_t day)
{
    return preceding(calendar, day_end_of_month(day));
}

/* A month that begins at its end stays at the end; of an unadjusted date the calendar's days do not count. */
static day_t advance_months(const struct calendar *calendar, day_t day, const struct advance *advance)
{
    day_t target = day_add_months(day, advance->n);

    if (advance->end_of_month && advance->convention == CONVENTION_UNADJUSTED)
        return day == day_end_of_month(day) ? day_end_of_month(target) : target;
    if (advance->end_of_month && day >= calendar_end_of_month(calendar, day))
        return calendar_end_of_month(calendar, target);
    return calendar_adjust(calendar, target, advance->convention);
}

day_t calendar_advance(const struct calendar *calendar, day_t day, const struct advance *advance)
{
    switch (advance->unit) {
    case UNIT_BUSINESS_DAY:
        if (advance->n != 0)
            return calendar_add_open(calendar, day, advance->n);
        break;
    case UNIT_DAY:
        day += advance->n;
        break;
    case UNIT_WEEK:
        day += 7 * advance->n;
        break;
    case UNIT_MONTH:
        if (advance->n != 0)
            return advance_months(calendar, day, advance);
        break;
    case UNIT_HOUR:
    case UNIT_MINUTE:
    case UNIT_SECOND:
        break; /* elapsed time is added to moments, not to dates */
    }
    return calendar_adjust(calendar, day, advance->convention);
}

int calendar_count_open(const struct calendar *calendar, day_t from, day_t to)
{
    int sign = to < from ? -1 : 1, count = 0;

    for (day_t day = (sign < 0 ? to : from) + 1; day <= (sign < 0 ? from : to); day++)
        count += calendar_is_open(calendar, day);
    return sign * count;
}
