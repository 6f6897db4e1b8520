#include "config/zone_rule.h"

#include <string.h>

#include "base/text.h"

enum {
    HOUR = 3600,
    OFFSET_HOURS_MAX = 24,
    TIME_HOURS_MAX = 167,
    USUAL_TIME = 2 * HOUR,
};

static bool take(const char **at, char wanted)
{
    if (**at != wanted)
        return false;
    (*at)++;
    return true;
}

/* Up to three digits. */
static bool take_number(const char **at, int min, int max, int *out)
{
    int value = 0, digits = 0;

    for (; digits < 3 && text_is_digit(**at); digits++, (*at)++)
        value = value * 10 + (**at - '0');
    *out = value;
    return digits > 0 && value >= min && value <= max;
}

static bool is_letter(char c)
{
    c = text_lower_char(c);
    return c >= 'a' && c <= 'z';
}

/* "CET", or "<+05>" for what is not letters alone. */
static bool take_name(const char **at)
{
    if (take(at, '<')) {
        *at += strcspn(*at, ">");
        return take(at, '>');
    }
    const char *start = *at;
    while (is_letter(**at))
        (*at)++;
    return *at - start >= 3;
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(const char **at, int hours_max, int32_t *seconds)
{
    int sign = take(at, '-') ? -1 : 1, hour, minute = 0, second = 0;

    if (sign == 1)
        take(at, '+');
    if (!take_number(at, 0, hours_max, &hour))
        return false;
    if (take(at, ':') && !take_number(at, 0, 59, &minute))
        return false;
    if (take(at, ':') && !take_number(at, 0, 59, &second))
        return false;
    *seconds = sign * (hour * HOUR + minute * 60 + second);
    return true;
}

static bool take_date(const char **at, struct zone_date *date)
{
    bool good;

    if (!take(at, ','))
        return false;
    if (take(at, 'M')) {
        date->kind = DATE_WEEKDAY;
        good = take_number(at, 1, 12, &date->month) && take(at, '.') && take_number(at, 1, 5, &date->week) &&
               take(at, '.') && take_number(at, 0, 6, &date->weekday);
    } else {
        bool julian = take(at, 'J');
        date->kind = julian ? DATE_JULIAN : DATE_ORDINAL;
        good = take_number(at, julian, 365, &date->number);
    }
    date->time = USUAL_TIME;
    return good && (!take(at, '/') || take_time(at, TIME_HOURS_MAX, &date->time));
}

/* POSIX counts an offset west of Greenwich. */
static bool take_offset(const char **at, int32_t *east)
{
    int32_t west;

    if (!take_time(at, OFFSET_HOURS_MAX, &west))
        return false;
    *east = -west;
    return true;
}

bool zone_rule_parse(const char *text, struct zone_rule *rule)
{
    const char *at = text;

    *rule = (struct zone_rule){.standard = 0};
    if (!take_name(&at) || !take_offset(&at, &rule->standard))
        return false;
    if (*at == '\0')
        return true;
    rule->has_summer = true;
    rule->summer = rule->standard + HOUR;
    if (!take_name(&at) || (*at != ',' && !take_offset(&at, &rule->summer)))
        return false;
    return take_date(&at, &rule->begin) && take_date(&at, &rule->end) && *at == '\0';
}

static bool is_leap(int year)
{
    return day_from_civil(year, 2, 29) != DAY_NONE;
}

static day_t nth_weekday(const struct zone_date *date, int year)
{
    day_t first = day_from_civil(year, date->month, 1), last = day_end_of_month(first);
    int weekday = date->weekday == 0 ? (int)SUNDAY : date->weekday - 1;
    day_t day = first + (weekday - (int)day_weekday(first) + 7) % 7 + 7 * (date->week - 1);
    return day > last ? day - 7 : day;
}

static day_t day_in(const struct zone_date *date, int year)
{
    day_t january = day_from_civil(year, 1, 1);

    switch (date->kind) {
    case DATE_WEEKDAY:
        return nth_weekday(date, year);
    case DATE_JULIAN:
        return january + date->number - 1 + (is_leap(year) && date->number >= 60); /* 60: 1 March */
    case DATE_ORDINAL:
        return january + date->number;
    }
    return january;
}

void zone_rule_year(const struct zone_rule *rule, int year, struct zone_span spans[2])
{
    moment_t begin = (moment_t)day_in(&rule->begin, year) * DAY_SECONDS + rule->begin.time - rule->standard;
    moment_t end = (moment_t)day_in(&rule->end, year) * DAY_SECONDS + rule->end.time - rule->summer;
    bool north = begin < end;

    spans[!north] = (struct zone_span){begin, rule->summer};
    spans[north] = (struct zone_span){end, rule->standard};
}
