/*
 * Telephone numbers to E.164: what a person writes to "+" and digits.
 */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/sms.h"

#define DIGITS_MAX 15

/* How a national number becomes an international one. */
struct numbering {
    const char *country, *code;
    const char *trunk;         /* prefix of national numbers that is dropped, "" none */
    const char *international; /* prefix of international numbers */
};

/* ITU-T E.164 country codes and national prefixes (E.164 annex to Operational Bulletin 994). */
static const struct numbering numbering_table[] = {
    {"AE", "971", "0", "00"}, {"AR", "54", "0", "00"},  {"AT", "43", "0", "00"},   {"AU", "61", "0", "0011"},
    {"BA", "387", "0", "00"}, {"BE", "32", "0", "00"},  {"BG", "359", "0", "00"},  {"BR", "55", "0", ""},
    {"CA", "1", "1", "011"},  {"CH", "41", "0", "00"},  {"CL", "56", "", "00"},    {"CN", "86", "0", "00"},
    {"CO", "57", "", "00"},   {"CY", "357", "", "00"},  {"CZ", "420", "", "00"},   {"DE", "49", "0", "00"},
    {"DK", "45", "", "00"},   {"EE", "372", "", "00"},  {"EG", "20", "0", "00"},   {"ES", "34", "", "00"},
    {"FI", "358", "0", "00"}, {"FR", "33", "0", "00"},  {"GB", "44", "0", "00"},   {"GR", "30", "", "00"},
    {"HK", "852", "", "001"}, {"HR", "385", "0", "00"}, {"HU", "36", "06", "00"},  {"ID", "62", "0", ""},
    {"IE", "353", "0", "00"}, {"IL", "972", "0", "00"}, {"IN", "91", "0", "00"},   {"IS", "354", "", "00"},
    {"IT", "39", "", "00"},   {"JP", "81", "0", "010"}, {"KE", "254", "0", "000"}, {"KR", "82", "0", ""},
    {"LI", "423", "", "00"},  {"LT", "370", "0", "00"}, {"LU", "352", "", "00"},   {"LV", "371", "", "00"},
    {"MA", "212", "0", "00"}, {"MC", "377", "", "00"},  {"ME", "382", "0", "00"},  {"MK", "389", "0", "00"},
    {"MT", "356", "", "00"},  {"MX", "52", "", "00"},   {"MY", "60", "0", "00"},   {"NG", "234", "0", "009"},
    {"NL", "31", "0", "00"},  {"NO", "47", "", "00"},   {"NZ", "64", "0", "00"},   {"PH", "63", "0", "00"},
    {"PK", "92", "0", "00"},  {"PL", "48", "", "00"},   {"PT", "351", "", "00"},   {"RO", "40", "0", "00"},
    {"RS", "381", "0", "00"}, {"SA", "966", "0", "00"}, {"SE", "46", "0", "00"},   {"SG", "65", "", ""},
    {"SI", "386", "0", "00"}, {"SK", "421", "0", "00"}, {"SM", "378", "", "00"},   {"TH", "66", "0", ""},
    {"TR", "90", "0", "00"},  {"UA", "380", "0", "00"}, {"US", "1", "1", "011"},   {"VN", "84", "0", "00"},
    {"ZA", "27", "0", "00"},
};

static const struct numbering *find_numbering(const char *country)
{
    for (size_t i = 0; i < sizeof numbering_table / sizeof numbering_table[0]; i++) {
        if (text_equal_nocase(numbering_table[i].country, country))
            return &numbering_table[i];
    }
    return NULL;
}

/* Digits and a leading plus; NULL if anything stands there that is no visual separator. */
static const char *strip(struct arena *arena, const char *phone)
{
    struct text out;

    text_init(&out, arena);
    for (; *phone != '\0'; phone++) {
        /* "+44 (0)7700": the bracket says what to leave out behind a country code. */
        if (out.data[0] == '+' && text_starts(phone, "(0)")) {
            phone += 2;
            continue;
        }
        if (text_starts(phone, "\xC2\xA0")) /* no-break space */
            phone++;
        else if ((*phone >= '0' && *phone <= '9') || (*phone == '+' && out.length == 0))
            text_add_char(&out, *phone);
        else if (strchr(" -./()", *phone) == NULL)
            return NULL;
    }
    return out.data;
}

static const char *checked(struct arena *arena, const char *code, const char *digits)
{
    const char *number = arena_printf(arena, "+%s%s", code, digits);
    size_t length = strlen(number) - 1;

    return length >= 1 && length <= DIGITS_MAX && number[1] >= '1' && number[1] <= '9' ? number : NULL;
}

const char *sms_number(struct arena *arena, const char *phone, const char *default_country)
{
    const char *digits = strip(arena, phone);
    const struct numbering *numbering = find_numbering(default_country);
    const char *international = numbering != NULL ? numbering->international : "00";

    if (text_empty(digits))
        return NULL;
    if (*digits == '+')
        return checked(arena, "", digits + 1);
    if (!text_empty(international) && text_starts(digits, international))
        return checked(arena, "", digits + strlen(international));
    if (numbering == NULL)
        return NULL;
    if (!text_empty(numbering->trunk) && text_starts(digits, numbering->trunk))
        digits += strlen(numbering->trunk);
    return *digits != '\0' ? checked(arena, numbering->code, digits) : NULL;
}
