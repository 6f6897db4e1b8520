#include "config/calendars_rule.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/parse.h"
#include "base/text.h"
#include "config/calendars_line.h"

enum { INTERVAL_MAX = 100, COUNT_MAX = 1000, WEEKS_OF_A_YEAR = 53, WEEKS_OF_A_MONTH = 5 };

bool rule_date_parse(const char *text, day_t *out)
{
    char dashed[DAY_TEXT_SIZE];
    if (strlen(text) != 8)
        return false;
    memcpy(dashed, text, 4);
    dashed[4] = dashed[7] = '-';
    memcpy(dashed + 5, text + 4, 2);
    memcpy(dashed + 8, text + 6, 3);
    return day_parse(dashed, out);
}

/* ---- the parts ---- */

static int read_frequency(struct rule *rule, char *value, struct err *err)
{
    (void)rule;
    if (text_equal(value, "YEARLY"))
        return 0;
    return err_set(err, ERR_CONFIG, "FREQ=%s is not understood; of rules only FREQ=YEARLY is, so write the days singly",
                   value);
}

static int read_number(const char *key, const char *value, int max, int *out, struct err *err)
{
    int64_t number;
    if (!parse_i64(value, 1, max, &number))
        return err_set(err, ERR_CONFIG, "%s=%s is no number from 1 to %d", key, value, max);
    *out = (int)number;
    return 0;
}

static int read_interval(struct rule *rule, char *value, struct err *err)
{
    return read_number("INTERVAL", value, INTERVAL_MAX, &rule->interval, err);
}

static int read_count(struct rule *rule, char *value, struct err *err)
{
    return read_number("COUNT", value, COUNT_MAX, &rule->count, err);
}

static int read_until(struct rule *rule, char *value, struct err *err)
{
    if (rule_date_parse(value, &rule->until))
        return 0;
    return err_set(err, ERR_CONFIG, "UNTIL=%s is no date; for a whole day write it like UNTIL=20271231", value);
}

static int read_months(struct rule *rule, char *value, struct err *err)
{
    while (value != NULL) {
        int month;
        if (read_number("BYMONTH", strsep(&value, ","), 12, &month, err) != 0)
            return -1;
        rule->months |= 1U << month;
    }
    return 0;
}

static bool weekday_parse(const char *text, enum weekday *out)
{
    static const char *const words[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!text_equal(text, words[i]))
            continue;
        *out = (enum weekday)i;
        return true;
    }
    return false;
}

/* "1MO", "-1FR" */
static int read_nth(struct rule *rule, const char *text, struct err *err)
{
    size_t length = strlen(text);
    size_t digits = length >= 2 ? length - 2 : 0;
    char number[8] = "";
    int64_t n = 0;
    if (rule->nth_count == RULE_NTH_MAX)
        return err_set(err, ERR_CONFIG, "BYDAY has more than %d days; write some of them as another event",
                       (int)RULE_NTH_MAX);
    if (digits > 0 && digits < sizeof number)
        memcpy(number, text + (text[0] == '+'), digits - (text[0] == '+'));
    if (!weekday_parse(text + digits, &rule->nth[rule->nth_count].weekday) ||
        !parse_i64(number, -WEEKS_OF_A_YEAR, WEEKS_OF_A_YEAR, &n) || n == 0)
        return err_set(err, ERR_CONFIG,
                       "BYDAY=%s is not understood; write which one it is, like 1MO for the first Monday or -1FR for "
                       "the last Friday",
                       text);
    rule->nth[rule->nth_count++].n = (int)n;
    return 0;
}

static int read_weekdays(struct rule *rule, char *value, struct err *err)
{
    while (value != NULL)
        if (read_nth(rule, strsep(&value, ","), err) != 0)
            return -1;
    return 0;
}

/* Where a week begins makes no difference to these rules. */
static int read_week_start(struct rule *rule, char *value, struct err *err)
{
    enum weekday weekday;
    (void)rule;
    return weekday_parse(value, &weekday) ? 0 : err_set(err, ERR_CONFIG, "WKST=%s is no weekday", value);
}

static const struct part {
    const char *key;
    int (*read)(struct rule *rule, char *value, struct err *err);
} parts[] = {
    {"FREQ", read_frequency}, {"INTERVAL", read_interval}, {"COUNT", read_count},     {"UNTIL", read_until},
    {"BYMONTH", read_months}, {"BYDAY", read_weekdays},    {"WKST", read_week_start},
};

enum { FREQ_SEEN = 1 };

static int read_part(struct rule *rule, char *part, unsigned *seen, struct err *err)
{
    char *key = strsep(&part, "=");
    if (part == NULL)
        return err_set(err, ERR_CONFIG, "RRULE: \"%s\" has no =; write parts like FREQ=YEARLY", key);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!text_equal(parts[i].key, key))
            continue;
        if ((*seen >> i & 1U) != 0)
            return err_set(err, ERR_CONFIG, "RRULE: %s stands here twice; keep one", key);
        *seen |= 1U << i;
        return parts[i].read(rule, part, err);
    }
    return err_set(err, ERR_CONFIG,
                   "RRULE: %s is not understood; use FREQ=YEARLY with BYMONTH, BYDAY, INTERVAL, COUNT and UNTIL, or "
                   "write the days singly",
                   key);
}

static int check_together(const struct rule *rule, struct err *err)
{
    if (rule->count > 0 && rule->until != DAY_NONE)
        return err_set(err, ERR_CONFIG, "RRULE has both COUNT and UNTIL; keep one");
    for (size_t i = 0; i < rule->nth_count; i++)
        if (rule->months != 0 && abs(rule->nth[i].n) > WEEKS_OF_A_MONTH)
            return err_set(err, ERR_CONFIG, "BYDAY: no month has a weekday %d times; write 1 to %d, or -1 to -%d",
                           abs(rule->nth[i].n), (int)WEEKS_OF_A_MONTH, (int)WEEKS_OF_A_MONTH);
    return 0;
}

int rule_parse(const char *text, struct rule *out, struct arena *arena, struct err *err)
{
    char *rest = ics_upper(arena, text, strlen(text));
    unsigned seen = 0;
    *out = (struct rule){.interval = 1, .until = DAY_NONE};
    while (rest != NULL)
        if (read_part(out, strsep(&rest, ";"), &seen, err) != 0)
            return -1;
    if ((seen & FREQ_SEEN) == 0)
        return err_set(err, ERR_CONFIG, "RRULE has no FREQ; write FREQ=YEARLY");
    return check_together(out, err);
}

/* ---- the days ---- */

/* The nth weekday of the days from first to last, DAY_NONE if there are not so many. */
static day_t nth_weekday(day_t first, day_t last, int n, enum weekday weekday)
{
    int ahead = ((int)weekday - (int)day_weekday(first) + 7) % 7;
    int behind = ((int)day_weekday(last) - (int)weekday + 7) % 7;
    day_t day = n > 0 ? first + ahead + 7 * (n - 1) : last - behind + 7 * (n + 1);
    return day < first || day > last ? DAY_NONE : day;
}

static size_t days_between(const struct rule *rule, day_t first, day_t last, day_t *days)
{
    size_t count = 0;
    for (size_t i = 0; i < rule->nth_count; i++) {
        day_t day = nth_weekday(first, last, rule->nth[i].n, rule->nth[i].weekday);
        if (day != DAY_NONE)
            days[count++] = day;
    }
    return count;
}

static int by_day(const void *a, const void *b)
{
    day_t one = *(const day_t *)a, other = *(const day_t *)b;
    return (one > other) - (one < other);
}

static size_t ascending(day_t *days, size_t count)
{
    size_t kept = 0;
    qsort(days, count, sizeof *days, by_day);
    for (size_t i = 1; i < count; i++)
        if (days[i] != days[kept])
            days[++kept] = days[i];
    return count == 0 ? 0 : kept + 1;
}

size_t rule_days_of_year(const struct rule *rule, day_t start, int year, day_t days[RULE_YEAR_DAYS])
{
    int start_year, start_month, dom;
    size_t count = 0;
    if (rule->nth_count > 0 && rule->months == 0)
        return ascending(days, days_between(rule, day_from_civil(year, 1, 1), day_from_civil(year, 12, 31), days));
    day_to_civil(start, &start_year, &start_month, &dom);
    unsigned months = rule->months != 0 ? rule->months : 1U << start_month;
    for (int month = 1; month <= 12; month++) {
        day_t first = day_from_civil(year, month, 1), day = day_from_civil(year, month, dom);
        if ((months >> month & 1U) == 0)
            continue;
        if (rule->nth_count > 0)
            count += days_between(rule, first, day_end_of_month(first), days + count);
        else if (day != DAY_NONE) /* there is no 29 February in most years */
            days[count++] = day;
    }
    return ascending(days, count);
}
