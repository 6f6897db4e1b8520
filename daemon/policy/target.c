/*
 * TARGET, the payment system of the euro: closed on New Year's Day, Good
 * Friday, Easter Monday, Labour Day, Christmas Day and the day after.  In its
 * first years it knew other days.
 */
#include "policy/calendar.h"

enum { EASTER_AND_LABOUR_DAY = 2000 };

/* Easter Sunday of the Gregorian calendar: the Sunday after the first ecclesiastical full moon of spring. */
static day_t easter_of(int year)
{
    int golden = year % 19;
    int century = year / 100;
    int dropped = century - century / 4;                   /* leap days left out since the Julian reckoning, and two */
    int drift = (8 * century + 13) / 25;                   /* of the moon against 19 years */
    int epact = (19 * golden + dropped - drift + 15) % 30; /* days from 21 March to the full moon */
    day_t full_moon;

    /* The two cases in which the tables put the moon a day earlier, so that no cycle has it on one day twice. */
    if (epact == 29 || (epact == 28 && golden > 10))
        epact--;
    full_moon = day_from_civil(year, 3, 21) + epact;
    return full_moon + 7 - ((int)day_weekday(full_moon) + 1) % 7;
}

bool target_is_closed(day_t day)
{
    int year, month, dom;

    day_to_civil(day, &year, &month, &dom);
    if ((month == 1 && dom == 1) || (month == 12 && dom == 25))
        return true;
    if (month == 12 && dom == 31)
        return year == 1998 || year == 1999 || year == 2001;
    if (year < EASTER_AND_LABOUR_DAY)
        return false;
    if ((month == 5 && dom == 1) || (month == 12 && dom == 26))
        return true;
    if (month != 3 && month != 4)
        return false;
    day_t easter = easter_of(year);
    return day == easter - 2 || day == easter + 1;
}
