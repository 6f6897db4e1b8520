/*
 * Account numbers: IBAN (ISO 13616, lengths as in SWIFT's registry) and BIC (ISO 9362).
 */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "compose/pay.h"
#include "compose/pay_text.h"

enum zone_of_country { ELSEWHERE, SEPA, EEA };

/* Countries with IBANs; of those in SEPA the payer's bank needs a BIC outside of the EEA (EPC069-12). */
static const struct country {
    char code[3];
    int length;
    enum zone_of_country zone;
} countries[] = {
    {"AD", 24, SEPA},      {"AE", 23, ELSEWHERE}, {"AL", 28, SEPA},      {"AT", 20, EEA},       {"AZ", 28, ELSEWHERE},
    {"BA", 20, ELSEWHERE}, {"BE", 16, EEA},       {"BG", 22, EEA},       {"BH", 22, ELSEWHERE}, {"BI", 27, ELSEWHERE},
    {"BR", 29, ELSEWHERE}, {"BY", 28, ELSEWHERE}, {"CH", 21, SEPA},      {"CR", 22, ELSEWHERE}, {"CY", 28, EEA},
    {"CZ", 24, EEA},       {"DE", 22, EEA},       {"DJ", 27, ELSEWHERE}, {"DK", 18, EEA},       {"DO", 28, ELSEWHERE},
    {"EE", 20, EEA},       {"EG", 29, ELSEWHERE}, {"ES", 24, EEA},       {"FI", 18, EEA},       {"FK", 18, ELSEWHERE},
    {"FO", 18, ELSEWHERE}, {"FR", 27, EEA},       {"GB", 22, SEPA},      {"GE", 22, ELSEWHERE}, {"GI", 23, SEPA},
    {"GL", 18, ELSEWHERE}, {"GR", 27, EEA},       {"GT", 28, ELSEWHERE}, {"HN", 28, ELSEWHERE}, {"HR", 21, EEA},
    {"HU", 28, EEA},       {"IE", 22, EEA},       {"IL", 23, ELSEWHERE}, {"IQ", 23, ELSEWHERE}, {"IS", 26, EEA},
    {"IT", 27, EEA},       {"JO", 30, ELSEWHERE}, {"KW", 30, ELSEWHERE}, {"KZ", 20, ELSEWHERE}, {"LB", 28, ELSEWHERE},
    {"LC", 32, ELSEWHERE}, {"LI", 21, EEA},       {"LT", 20, EEA},       {"LU", 20, EEA},       {"LV", 21, EEA},
    {"LY", 25, ELSEWHERE}, {"MC", 27, SEPA},      {"MD", 24, SEPA},      {"ME", 22, SEPA},      {"MK", 19, SEPA},
    {"MN", 20, ELSEWHERE}, {"MR", 27, ELSEWHERE}, {"MT", 31, EEA},       {"MU", 30, ELSEWHERE}, {"NI", 28, ELSEWHERE},
    {"NL", 18, EEA},       {"NO", 15, EEA},       {"OM", 23, ELSEWHERE}, {"PK", 24, ELSEWHERE}, {"PL", 28, EEA},
    {"PS", 29, ELSEWHERE}, {"PT", 25, EEA},       {"QA", 29, ELSEWHERE}, {"RO", 24, EEA},       {"RS", 22, SEPA},
    {"RU", 33, ELSEWHERE}, {"SA", 24, ELSEWHERE}, {"SC", 31, ELSEWHERE}, {"SD", 18, ELSEWHERE}, {"SE", 24, EEA},
    {"SI", 19, EEA},       {"SK", 24, EEA},       {"SM", 27, SEPA},      {"SO", 23, ELSEWHERE}, {"ST", 25, ELSEWHERE},
    {"SV", 28, ELSEWHERE}, {"TL", 23, ELSEWHERE}, {"TN", 24, ELSEWHERE}, {"TR", 26, ELSEWHERE}, {"UA", 29, ELSEWHERE},
    {"VA", 22, SEPA},      {"VG", 24, ELSEWHERE}, {"XK", 20, ELSEWHERE}, {"YE", 30, ELSEWHERE},
};

static const struct country *country_of(const char *iban)
{
    for (size_t i = 0; i < sizeof countries / sizeof countries[0]; i++) {
        if (text_starts(iban, countries[i].code))
            return &countries[i];
    }
    return NULL;
}

/* Made as 98 less a remainder they are 02 to 98; 00, 01 and 99 would pass the division, too. */
static bool digits_hold(const char *text)
{
    int digits = (text[2] - '0') * 10 + (text[3] - '0');

    return digits >= 2 && digits <= 98 &&
           pay_mod97((const char[]){text[0], text[1], text[2], text[3], '\0'}, pay_mod97(text + 4, 0)) == 1;
}

int pay_iban(struct arena *arena, const char *text, const char **iban, struct err *err)
{
    const char *compact = pay_compact(arena, text);
    const struct country *country = country_of(compact);
    char shown[48];

    text_clip(text, shown, sizeof shown);
    if (!pay_is_made_of(compact, PAY_DIGITS PAY_LETTERS))
        return err_set(err, ERR_REFUSED, "\"%s\" is no IBAN: it has other characters than letters and digits", shown);
    if (country == NULL)
        return err_set(err, ERR_REFUSED, "\"%s\" is no IBAN: it does not begin with a country that has them", shown);
    if (strlen(compact) != (size_t)country->length)
        return err_set(err, ERR_REFUSED, "\"%s\" is no IBAN: one of %s has %d characters, this has %zu", shown,
                       country->code, country->length, strlen(compact));
    if (!text_is_digit(compact[2]) || !text_is_digit(compact[3]) || !digits_hold(compact))
        return err_set(err, ERR_REFUSED, "\"%s\" is no IBAN: its check digits do not fit; look for a typing error",
                       shown);
    *iban = compact;
    return 0;
}

int pay_bic(struct arena *arena, const char *text, const char **bic, struct err *err)
{
    const char *compact = pay_compact(arena, text);
    size_t length = strlen(compact);
    char shown[32];

    text_clip(text, shown, sizeof shown);
    if (length != 8 && length != 11)
        return err_set(err, ERR_REFUSED, "\"%s\" is no BIC: it has %zu characters, not 8 or 11", shown, length);
    if (strspn(compact, PAY_LETTERS PAY_DIGITS) != length || strspn(compact + 4, PAY_LETTERS) < 2)
        return err_set(err, ERR_REFUSED,
                       "\"%s\" is no BIC: write four letters of the bank, two of the country, two of the place and, "
                       "if there are any, three of the branch",
                       shown);
    *bic = compact;
    return 0;
}

bool pay_iban_is_sepa(const char *iban)
{
    const struct country *country = country_of(iban);

    return country != NULL && country->zone != ELSEWHERE;
}

bool pay_iban_is_eea(const char *iban)
{
    const struct country *country = country_of(iban);

    return country != NULL && country->zone == EEA;
}

bool pay_iban_is_swiss(const char *iban)
{
    return text_starts(iban, "CH") || text_starts(iban, "LI");
}

/* The banks' numbers from 30000 to 31999 are set aside for QR-IBANs. */
bool pay_iban_is_qr(const char *iban)
{
    return pay_iban_is_swiss(iban) && iban[4] == '3' && (iban[5] == '0' || iban[5] == '1');
}
