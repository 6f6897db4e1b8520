#include "policy/terms.h"

#include <stdio.h>
#include <string.h>

enum { MSMED_DAYS_MAX = 45, MSMED_DAYS_UNAGREED = 15, PPM_OF_A_PERCENT = 10000 };

/* A day of the month in which `day` is; 0, or more than it has: its end. */
static day_t day_of_month(day_t day, int dom)
{
    day_t last = day_end_of_month(day);
    day_t before = day_end_of_month(day_add_months(day, -1));

    return dom == 0 || before + dom > last ? last : before + dom;
}

day_t terms_due(const struct terms *terms, day_t issued)
{
    switch (terms->kind) {
    case TERMS_OPEN:
        return DAY_NONE;
    case TERMS_NET:
        return issued + terms->n;
    case TERMS_DAYS_THEN_EOM:
        return day_end_of_month(issued + terms->n);
    case TERMS_EOM_THEN_DAYS:
        return day_end_of_month(issued) + terms->n;
    case TERMS_EOM_PLUS_MONTHS:
        return day_of_month(day_add_months(issued, terms->n), terms->day);
    case TERMS_MSMED_AGREED:
        return issued + (terms->n < MSMED_DAYS_MAX ? terms->n : MSMED_DAYS_MAX);
    case TERMS_MSMED_NONE:
        return issued + MSMED_DAYS_UNAGREED;
    case TERMS_KIND_COUNT:
        break;
    }
    return DAY_NONE;
}

struct discount terms_discount(const struct terms *terms, size_t tier, day_t issued, int64_t amount,
                               const char *currency)
{
    const struct terms_tier *found = &terms->tiers[tier];
    int64_t base = amount;

    if (found->base[0] != '\0' && (money_parse(found->base, currency, '.', &base, NULL) != 0 || base > amount))
        base = amount;
    return (struct discount){issued + found->days, money_share(base, found->ppm)};
}

/* 15000 ppm: "1.5" */
static void add_percent(char *text, size_t size, int32_t ppm)
{
    size_t length = strlen(text);

    snprintf(text + length, size - length, "%d.%04d", ppm / PPM_OF_A_PERCENT, ppm % PPM_OF_A_PERCENT);
    for (length = strlen(text); text[length - 1] == '0'; length--)
        text[length - 1] = '\0';
    if (text[length - 1] == '.')
        text[length - 1] = '\0';
}

char *terms_format(const struct terms *terms, char buffer[TERMS_TEXT_SIZE])
{
    static const char *const words[] = {
        [TERMS_OPEN] = "",
        [TERMS_NET] = "net:",
        [TERMS_DAYS_THEN_EOM] = "days_then_eom:",
        [TERMS_EOM_THEN_DAYS] = "eom_then_days:",
        [TERMS_EOM_PLUS_MONTHS] = "eom_plus_months:",
        [TERMS_MSMED_AGREED] = "in_msmed:agreed ",
        [TERMS_MSMED_NONE] = "in_msmed:no agreement",
    };
    size_t length;

    _Static_assert(sizeof words / sizeof *words == TERMS_KIND_COUNT, "a word for each kind");
    buffer[0] = '\0';
    for (size_t i = 0; i < terms->tier_count; i++) {
        add_percent(buffer, TERMS_TEXT_SIZE, terms->tiers[i].ppm);
        length = strlen(buffer);
        snprintf(buffer + length, TERMS_TEXT_SIZE - length, "/%d%s", terms->tiers[i].days,
                 i + 1 < terms->tier_count || terms->kind != TERMS_OPEN ? " " : "");
    }
    length = strlen(buffer);
    snprintf(buffer + length, TERMS_TEXT_SIZE - length, "%s", words[terms->kind]);
    length = strlen(buffer);
    if (terms->kind != TERMS_OPEN && terms->kind != TERMS_MSMED_NONE)
        snprintf(buffer + length, TERMS_TEXT_SIZE - length, "%d", terms->n);
    length = strlen(buffer);
    if (terms->day > 0)
        snprintf(buffer + length, TERMS_TEXT_SIZE - length, ",day:%d", terms->day);
    return buffer;
}
