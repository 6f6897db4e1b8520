#include "base/parse.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/*
 * Takes the digits at *at into *value as a negative number, whose range is one
 * larger; false if there are none or they do not fit.
 */
static bool take_negated(const char **at, int64_t *value)
{
    if (!text_is_digit(**at))
        return false;
    *value = 0;
    for (; text_is_digit(**at); (*at)++)
        if (__builtin_mul_overflow(*value, 10, value) || __builtin_sub_overflow(*value, **at - '0', value))
            return false;
    return true;
}

bool parse_i64(const char *text, int64_t min, int64_t max, int64_t *out)
{
    bool negative = *text == '-';
    text += negative;
    int64_t value;
    if (!take_negated(&text, &value) || *text != '\0')
        return false;
    if (!negative && __builtin_sub_overflow(0, value, &value))
        return false;
    if (value < min || value > max)
        return false;
    *out = value;
    return true;
}

/* In the enum's order. */
static const char *const unit_words[] = {
    [UNIT_DAY] = "d",  [UNIT_BUSINESS_DAY] = "bd", [UNIT_WEEK] = "w",   [UNIT_MONTH] = "m",
    [UNIT_HOUR] = "h", [UNIT_MINUTE] = "min",      [UNIT_SECOND] = "s",
};
enum { UNITS = sizeof unit_words / sizeof unit_words[0], MAX_DURATION = 99999 };
_Static_assert(UNITS == UNIT_SECOND + 1, "a unit has no word");

bool parse_duration(const char *text, struct duration *out)
{
    int64_t value;
    if (!take_negated(&text, &value) || value < -MAX_DURATION)
        return false;
    for (int unit = 0; unit < UNITS; unit++) {
        if (text_equal(text, unit_words[unit])) {
            *out = (struct duration){.n = (int32_t)-value, .unit = (enum unit)unit, .set = true};
            return true;
        }
    }
    return false;
}

char *duration_format(const struct duration *duration, char buffer[DURATION_TEXT_SIZE])
{
    if (duration->set)
        snprintf(buffer, DURATION_TEXT_SIZE, "%d%s", (int)duration->n, unit_words[duration->unit]);
    else
        snprintf(buffer, DURATION_TEXT_SIZE, "-");
    return buffer;
}

bool parse_clock(const char *text, int32_t *seconds)
{
    if (strlen(text) != 5 || text[2] != ':')
        return false;
    if (!text_is_digit(text[0]) || !text_is_digit(text[1]) || !text_is_digit(text[3]) || !text_is_digit(text[4]))
        return false;
    int32_t hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
    if (minute > 59 || hour * 60 + minute > 24 * 60)
        return false;
    *seconds = hour * 3600 + minute * 60;
    return true;
}

/* The weekday at *at, which then stands behind it; -1 if there is none. */
static int take_weekday(const char **at)
{
    char word[4] = "";
    memcpy(word, *at, strnlen(*at, 3));
    for (int day = MONDAY; day <= SUNDAY; day++) {
        if (text_equal_nocase(word, weekday_short((enum weekday)day))) {
            *at += 3;
            return day;
        }
    }
    return -1;
}

/* "mon" or "mon-fri" at *at, added to the mask; a range may run over the week's end. */
static bool take_weekday_range(const char **at, unsigned *mask)
{
    int first = take_weekday(at);
    int last = first;
    if (first >= 0 && **at == '-') {
        (*at)++;
        last = take_weekday(at);
    }
    if (last < 0)
        return false;
    for (int day = first;; day = (day + 1) % 7) {
        *mask |= 1u << day;
        if (day == last)
            return true;
    }
}

bool parse_weekdays(const char *text, unsigned *mask)
{
    unsigned found = 0;
    while (take_weekday_range(&text, &found)) {
        if (*text == '\0') {
            *mask = found;
            return true;
        }
        if (*text++ != ',')
            return false;
        while (*text == ' ')
            text++;
    }
    return false;
}

bool parse_percent(const char *text, int32_t *ppm)
{
    enum { PPM_OF_PERCENT = 10000 };
    int64_t value;
    if (!take_negated(&text, &value) || value < -100)
        return false;
    int32_t parts = (int32_t)-value * PPM_OF_PERCENT;
    if (*text == '.') {
        text++;
        if (!text_is_digit(*text))
            return false;
        int32_t weight = PPM_OF_PERCENT;
        for (; text_is_digit(*text) && weight > 1; text++) {
            weight /= 10;
            parts += (*text - '0') * weight;
        }
    }
    if (!text_equal(text, "%") || parts > 100 * PPM_OF_PERCENT)
        return false;
    *ppm = parts;
    return true;
}

bool parse_local(const char *text, day_t *day, int32_t *seconds)
{
    char date[DAY_TEXT_SIZE] = "";
    day_t parsed_day;
    int32_t parsed_seconds = 0;
    size_t length = strnlen(text, DAY_TEXT_SIZE - 1);
    memcpy(date, text, length);
    if (!day_parse(date, &parsed_day))
        return false;
    const char *rest = text + length;
    if (*rest != '\0' && (*rest != 'T' || !parse_clock(rest + 1, &parsed_seconds) || parsed_seconds == DAY_SECONDS))
        return false;
    *day = parsed_day;
    *seconds = parsed_seconds;
    return true;
}
