/* How far ahead the calendars speak that are in use. */
#include <string.h>

#include "base/text.h"
#include "config/config.h"

enum { HORIZON_DAYS = 60, COUNTRY_LENGTH = 2 };

static bool is_or_holds(const struct calendar *whole, const struct calendar *calendar)
{
    if (whole == calendar)
        return true;
    for (size_t i = 0; whole != NULL && i < whole->part_count; i++)
        if (whole->parts[i] == calendar)
            return true;
    return false;
}

static bool is_in_use(const struct config *config, const struct calendar *calendar)
{
    const struct rulebook *rulebook = &config->rulebook;
    if (text_equal_nocase(config->settings.ledger_calendar, calendar->name))
        return true;
    for (size_t i = 0; i < rulebook->policy_count; i++) {
        const struct policy *policy = &rulebook->policies[i];
        if (policy->enabled && is_or_holds(policy->calendar, calendar))
            return true;
        if (policy->enabled && policy->calendar_of_customer && strlen(calendar->name) == COUNTRY_LENGTH)
            return true;
    }
    return false;
}

void config_check_horizon(const struct config *config, day_t today, struct findings *findings)
{
    for (size_t i = 0; i < config->rulebook.calendar_count; i++) {
        const struct calendar *calendar = &config->rulebook.calendars[i];
        char newest[DAY_TEXT_SIZE];
        if (calendar->horizon == DAY_NONE || calendar->horizon - today >= HORIZON_DAYS || !is_in_use(config, calendar))
            continue;
        findings_add(
            findings, SEVERITY_WARNING, calendar->file, 0,
            "the newest closed day of this calendar is %s, less than %d days ahead; add those of the next year",
            day_format(calendar->horizon, newest), (int)HORIZON_DAYS);
    }
}
