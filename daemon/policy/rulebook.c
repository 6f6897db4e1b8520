#include "policy/rulebook.h"

#include "base/text.h"

const struct business *rulebook_business(const struct rulebook *rulebook, const char *entity)
{
    for (size_t i = 0; i < rulebook->business_count; i++)
        if (text_equal(rulebook->businesses[i].entity, entity))
            return &rulebook->businesses[i];
    return rulebook->business_count > 0 ? &rulebook->businesses[0] : NULL;
}

const struct calendar *rulebook_calendar(const struct rulebook *rulebook, const char *name)
{
    for (size_t i = 0; i < rulebook->calendar_count; i++)
        if (text_equal_nocase(rulebook->calendars[i].name, name))
            return &rulebook->calendars[i];
    return NULL;
}

const struct policy *rulebook_policy(const struct rulebook *rulebook, const char *name)
{
    for (size_t i = 0; i < rulebook->policy_count; i++)
        if (rulebook->policies[i].enabled && text_equal(rulebook->policies[i].name, name))
            return &rulebook->policies[i];
    return NULL;
}
