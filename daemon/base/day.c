#include "base/day.h"

#include "base/text.h"

#include <stdio.h>

enum { YEAR_MIN = 1, YEAR_MAX = 9999, ERA_YEARS = 400, ERA_DAYS = 146097 };

/* 0000-03-01, from which the eras below count, is so many days before 1970-01-01. */
enum { MARCH_OF_YEAR_0 = -719468 };

/* 0001-01-01 and 9999-12-31. */
enum { FIRST_DAY = -719162, LAST_DAY = 2932896 };

/* A day before the first and a day after the last, so that every offset from UTC still falls within. */
static const moment_t first_moment = (FIRST_DAY - 1) * (moment_t)DAY_SECONDS;
static const moment_t last_moment = (LAST_DAY + 1) * (moment_t)DAY_SECONDS;

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return lengths[month - 1] + (month == 2 && is_leap(year));
}

/*
 * Years are counted from March here, so that the leap day is the last of its
 * year and the lengths before a month follow one line: (153 m + 2) / 5.
 */
day_t day_from_civil(int year, int month, int day)
{
    if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12)
        return DAY_NONE;
    if (day < 1 || day > month_length(year, month))
        return DAY_NONE;
    int march_year = year - (month <= 2);
    int march_month = (month + 9) % 12;
    int leap_days = march_year / 4 - march_year / 100 + march_year / 400;
    return MARCH_OF_YEAR_0 + 365 * march_year + leap_days + (153 * march_month + 2) / 5 + day - 1;
}

void day_to_civil(day_t day, int *year, int *month, int *dom)
{
    *year = *month = *dom = 0;
    if (day < FIRST_DAY || day > LAST_DAY)
        return;
    int since = day - MARCH_OF_YEAR_0;
    int era = since / ERA_DAYS, of_era = since % ERA_DAYS;
    /* Take out the leap days passed, and what is left are years of 365. */
    int year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA_DAYS - 1)) / 365;
    int of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int march_month = (5 * of_year + 2) / 153;
    *dom = of_year - (153 * march_month + 2) / 5 + 1;
    *month = march_month < 10 ? march_month + 3 : march_month - 9;
    *year = era * ERA_YEARS + year_of_era + (*month <= 2);
}

enum weekday day_weekday(day_t day)
{
    int64_t since_monday = (int64_t)day + 3; /* 1970-01-01 was a Thursday */
    return (enum weekday)((since_monday % 7 + 7) % 7);
}

const char *weekday_short(enum weekday weekday)
{
    static const char *const words[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    return words[weekday];
}

day_t day_add_months(day_t day, int months)
{
    const int64_t first = YEAR_MIN * INT64_C(12), last = YEAR_MAX * INT64_C(12) + 11;
    int year, month, dom;
    day_to_civil(day, &year, &month, &dom);
    int64_t total = (int64_t)year * 12 + month - 1 + months;
    if (year == 0 || total < first || total > last)
        return DAY_NONE;
    year = (int)(total / 12);
    month = (int)(total % 12) + 1;
    int length = month_length(year, month);
    return day_from_civil(year, month, dom < length ? dom : length);
}

day_t day_end_of_month(day_t day)
{
    int year, month, dom;
    day_to_civil(day, &year, &month, &dom);
    return year == 0 ? DAY_NONE : day + month_length(year, month) - dom;
}

/* The value of count digits at *at, which then stands behind them; -1 if they are not all digits. */
static int take_digits(const char **at, int count)
{
    int value = 0;
    for (; count > 0; count--, (*at)++) {
        if (!text_is_digit(**at))
            return -1;
        value = 10 * value + (**at - '0');
    }
    return value;
}

static bool take_char(const char **at, char c)
{
    if (**at != c)
        return false;
    (*at)++;
    return true;
}

/* "YYYY-MM-DD" at *at. */
static bool take_day(const char **at, day_t *out)
{
    int year = take_digits(at, 4);
    if (year < 0 || !take_char(at, '-'))
        return false;
    int month = take_digits(at, 2);
    if (month < 0 || !take_char(at, '-'))
        return false;
    int dom = take_digits(at, 2);
    day_t day = dom < 0 ? DAY_NONE : day_from_civil(year, month, dom);
    if (day == DAY_NONE)
        return false;
    *out = day;
    return true;
}

bool day_parse(const char *text, day_t *out)
{
    day_t day;
    if (!take_day(&text, &day) || *text != '\0')
        return false;
    *out = day;
    return true;
}

static char *format_none(char *buffer)
{
    buffer[0] = '-';
    buffer[1] = '\0';
    return buffer;
}

char *day_format(day_t day, char buffer[DAY_TEXT_SIZE])
{
    int year, month, dom;
    day_to_civil(day, &year, &month, &dom);
    if (year == 0)
        return format_none(buffer);
    /* The masks change nothing; they show the compiler how long the numbers are. */
    snprintf(buffer, DAY_TEXT_SIZE, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100,
             (unsigned)dom % 100);
    return buffer;
}

char *moment_format(moment_t moment, int32_t offset, char buffer[MOMENT_TEXT_SIZE])
{
    /* Far enough from the ends of its type for the sum below; MOMENT_NONE and MOMENT_NEVER are not. */
    if (moment < first_moment || moment > last_moment)
        return format_none(buffer);
    /* Offsets are printed to the minute, so the clock beside them is cut to the minute's offset as well. */
    offset -= offset % 60;
    int64_t local = moment + offset;
    int64_t day = local / DAY_SECONDS - (local % DAY_SECONDS < 0);
    if (day < FIRST_DAY || day > LAST_DAY)
        return format_none(buffer);
    unsigned second = (unsigned)(local - day * DAY_SECONDS);
    char date[DAY_TEXT_SIZE];
    int used = snprintf(buffer, MOMENT_TEXT_SIZE, "%sT%02u:%02u:%02u", day_format((day_t)day, date), second / 3600 % 24,
                        second / 60 % 60, second % 60);
    unsigned minutes = (unsigned)(offset < 0 ? -offset : offset) / 60;
    if (minutes == 0)
        snprintf(buffer + used, 2, "Z");
    else
        snprintf(buffer + used, 7, "%c%02u:%02u", offset < 0 ? '-' : '+', minutes / 60 % 100, minutes % 60);
    return buffer;
}

/* "HH:MM" at *at to minutes; -1 if it is no time of the day. */
static int take_minutes(const char **at)
{
    int hour = take_digits(at, 2);
    if (hour < 0 || hour > 23 || !take_char(at, ':'))
        return -1;
    int minute = take_digits(at, 2);
    return minute < 0 || minute > 59 ? -1 : 60 * hour + minute;
}

/* Nothing, or ":SS" with a fraction that is read and dropped.  60 is a leap second (RFC 3339 section 5.7). */
static int take_seconds(const char **at)
{
    if (!take_char(at, ':'))
        return 0;
    int second = take_digits(at, 2);
    if (second > 60)
        return -1;
    if (second >= 0 && take_char(at, '.')) {
        if (take_digits(at, 1) < 0)
            return -1;
        while (take_digits(at, 1) >= 0)
            continue;
    }
    return second;
}

/* "Z" or "+HH:MM" to minutes. */
static bool take_offset(const char **at, int *minutes)
{
    *minutes = 0;
    if (take_char(at, 'Z') || take_char(at, 'z'))
        return true;
    bool west = **at == '-';
    if (!west && **at != '+')
        return false;
    (*at)++;
    int value = take_minutes(at);
    *minutes = west ? -value : value;
    return value >= 0;
}

bool moment_parse(const char *text, moment_t *out)
{
    day_t day;
    if (!take_day(&text, &day) || !(take_char(&text, 'T') || take_char(&text, 't')))
        return false;
    int minutes = take_minutes(&text);
    if (minutes < 0)
        return false;
    int second = take_seconds(&text), offset;
    if (second < 0 || !take_offset(&text, &offset) || *text != '\0')
        return false;
    *out = (moment_t)day * DAY_SECONDS + (moment_t)(minutes - offset) * 60 + second;
    return true;
}
