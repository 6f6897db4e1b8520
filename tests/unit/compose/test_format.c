#include "fake/test.h"

#include <locale.h>
#include <unicode/uloc.h>

#include "base/arena.h"
#include "compose/format.h"
#include "compose/render.h"

#define NBSP "\xC2\xA0"
#define NNBSP "\xE2\x80\xAF"

static void amounts_are_written_as_the_language_does(void **state)
{
    (void)state;
    static const struct {
        const char *language, *currency;
        int64_t minor;
        const char *want;
    } cases[] = {
        {"en", "EUR", 119000, "EUR" NBSP "1,190.00"},
        {"en", "EUR", 5, "EUR" NBSP "0.05"},
        {"en", "EUR", 0, "EUR" NBSP "0.00"},
        {"en", "EUR", -12000, "-EUR" NBSP "120.00"},
        {"en-US", "USD", 119000, "USD" NBSP "1,190.00"},
        {"de", "EUR", 119000, "1.190,00" NBSP "EUR"},
        {"de-AT", "EUR", 119000, "EUR" NBSP "1.190,00"},
        {"de_AT", "EUR", 119000, "EUR" NBSP "1.190,00"},
        {"de-CH", "CHF", 123456789, "CHF" NBSP "1’234’567.89"},
        {"fr", "EUR", 119000, "1" NNBSP "190,00" NBSP "EUR"},
        {"es", "EUR", 119000, "1.190,00" NBSP "EUR"},
        {"es", "EUR", 123456789, "1.234.567,89" NBSP "EUR"},
        {"hi", "INR", 123456789, "INR" NBSP "12,34,567.89"},
        {"it", "EUR", 119000, "1.190,00" NBSP "EUR"},
        {"nl", "EUR", 119000, "EUR" NBSP "1.190,00"},
        {"pl", "PLN", 1119000, "11" NBSP "190,00" NBSP "PLN"},
        {"pt", "EUR", 1119000, "11" NBSP "190,00" NBSP "EUR"},
        {"pt-BR", "BRL", 119000, "BRL" NBSP "1.190,00"},
        {"sv", "SEK", 119000, "1" NBSP "190,00" NBSP "SEK"},
        /* digits by ISO 4217, also where habits or ICU's data differ */
        {"ja", "JPY", 1190, "JPY" NBSP "1,190"},
        {"en", "BHD", 1190, "BHD" NBSP "1.190"},
        {"en", "IQD", 1190, "IQD" NBSP "1.190"},
        {"en", "HUF", 119000, "HUF" NBSP "1,190.00"},
        /* larger than any double holds exactly */
        {"en", "EUR", INT64_C(999999999999999), "EUR" NBSP "9,999,999,999,999.99"},
        {"en", "EUR", INT64_C(90071992547409930), "EUR" NBSP "900,719,925,474,099.30"},
        /* no such language: British, whatever the machine speaks */
        {"xx", "EUR", 119000, "EUR" NBSP "1,190.00"},
        {"", "EUR", 119000, "EUR" NBSP "1,190.00"},
        {"not a language at all, and a very long one too", "EUR", 119000, "EUR" NBSP "1,190.00"},
        {"de@numbers=arab;currency=USD", "EUR", 119000, "1.190,00" NBSP "EUR"},
        {"ar", "EUR", 100,
         "\xE2\x80\x8F"
         "1.00" NBSP "EUR"},
    };
    struct arena *arena = arena_new(0);

    for (size_t i = 0; i < LENGTH(cases); i++)
        expect_text(cases[i].language, format_amount(arena, cases[i].language, cases[i].minor, cases[i].currency),
                    cases[i].want);
    arena_free(&arena);
}

static void dates_are_written_as_the_language_does(void **state)
{
    (void)state;
    static const struct {
        const char *language, *day, *words, *figures;
    } cases[] = {
        {"en", "2026-11-24", "24 November 2026", "24/11/2026"},
        {"en-US", "2026-11-04", "November 4, 2026", "11/4/2026"},
        {"en-GB", "2026-11-04", "4 November 2026", "04/11/2026"},
        {"de", "2026-11-04", "4. November 2026", "04.11.2026"},
        {"de-CH", "2026-03-01", "1. März 2026", "01.03.2026"},
        {"fr", "2026-08-04", "4 août 2026", "04/08/2026"},
        {"fr", "2026-12-01", "1er décembre 2026", "01/12/2026"},
        {"fr-CH", "2026-12-11", "11 décembre 2026", "11.12.2026"},
        {"fy", "2026-12-01", "1 Desimber 2026", "01-12-2026"},
        {"it", "2026-11-08", "8 novembre 2026", "08/11/2026"},
        {"nl", "2026-11-04", "4 november 2026", "04-11-2026"},
        {"pl", "2026-11-04", "4 listopada 2026", "4.11.2026"},
        {"pt", "2026-11-04", "4 de novembro de 2026", "04/11/2026"},
        {"pt-BR", "2026-11-04", "4 de novembro de 2026", "04/11/2026"},
        {"sv", "2026-11-04", "4 november 2026", "2026-11-04"},
        {"hi", "2026-11-04", "4 नवंबर 2026", "4/11/2026"},
        {"es", "2026-11-24", "24 de noviembre de 2026", "24/11/2026"},
        {"th", "2026-11-24", "24 พฤศจิกายน ค.ศ. 2026", "24/11/2026"},
        {"xx", "2026-11-24", "24 November 2026", "24/11/2026"},
        {"en", "1969-12-31", "31 December 1969", "31/12/1969"},
        {"en", "2100-02-28", "28 February 2100", "28/02/2100"},
        {"en", "", "", ""},
    };
    struct arena *arena = arena_new(0);

    for (size_t i = 0; i < LENGTH(cases); i++) {
        day_t day = DAY_NONE;
        day_parse(cases[i].day, &day);
        struct formats *formats = formats_open(arena, cases[i].language, "EUR");
        expect_text(cases[i].language, formats_date(formats, day), cases[i].words);
        if (strcmp(cases[i].language, "th") != 0)
            expect_text(cases[i].language, formats_date_short(formats, day), cases[i].figures);
        formats_close(&formats);
        assert_null(formats);
        expect_text(cases[i].language, format_date(arena, cases[i].language, day), cases[i].words);
    }
    arena_free(&arena);
}

static void days_have_their_plural(void **state)
{
    (void)state;
    static const struct {
        const char *language;
        int64_t days;
        const char *want;
    } cases[] = {
        {"en", 0, "0 days"},         {"en", 1, "1 day"},    {"en", 12, "12 days"},      {"en", 1200, "1,200 days"},
        {"de", 1, "1 Tag"},          {"de", 2, "2 Tage"},   {"fr", 0, "0" NBSP "jour"}, {"fr", 1, "1" NBSP "jour"},
        {"fr", 2, "2" NBSP "jours"}, {"es", 1, "1 día"},    {"es", 30, "30 días"},      {"xx", 3, "3 days"},
        {"it", 1, "1 giorno"},       {"it", 8, "8 giorni"}, {"nl", 1, "1 dag"},         {"nl", 2, "2 dagen"},
        {"pl", 1, "1 dzień"},        {"pl", 2, "2 dni"},    {"pl", 5, "5 dni"},         {"pl", 22, "22 dni"},
        {"pl", 101, "101 dni"},      {"pt", 1, "1 dia"},    {"pt-BR", 2, "2 dias"},     {"sv", 1, "1 dag"},
        {"sv-FI", 12, "12 dagar"},   {"nb", 2, "2 dager"},  {"hi", 1, "1 दिन"},         {"hi", 12, "12 दिन"},
    };
    struct arena *arena = arena_new(0);

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct formats *formats = formats_open(arena, cases[i].language, "EUR");
        expect_text(cases[i].language, formats_days(formats, cases[i].days), cases[i].want);
        formats_close(&formats);
    }
    arena_free(&arena);
}

/* The environment of the machine must not show: no LANG, no LC_ALL, no TZ. */
static void the_environment_does_not_matter(void **state)
{
    (void)state;
    static const char *const locales[] = {"de_DE.UTF-8", "ar_SA.UTF-8", "C"};
    struct arena *arena = arena_new(0);

    for (size_t i = 0; i < LENGTH(locales); i++) {
        setenv("LANG", locales[i], 1);
        setenv("LC_ALL", locales[i], 1);
        setenv("TZ", "Pacific/Kiritimati", 1);
        setlocale(LC_ALL, "");
        expect_text(locales[i], format_amount(arena, "xx", 119000, "EUR"), "EUR" NBSP "1,190.00");
        expect_text(locales[i], format_date(arena, "", day_from_civil(2026, 11, 24)), "24 November 2026");
    }
    arena_free(&arena);
}

/* Never asked for: where no memory is left, ICU would wait for itself. */
static void the_default_locale_is_told(void **state)
{
    struct arena *arena = arena_new(0);
    struct formats *formats = formats_open_days(arena, "de");

    (void)state;
    expect_text("whatever the environment says", uloc_getDefault(), "en_GB");
    formats_close(&formats);
    arena_free(&arena);
}

int main(void)
{
    /* ICU takes its default from the environment at first use: make it a wrong one from the start */
    setenv("LANG", "de_DE.UTF-8", 1);
    setenv("LC_ALL", "de_DE.UTF-8", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_written_as_the_language_does),
        cmocka_unit_test(dates_are_written_as_the_language_does),
        cmocka_unit_test(days_have_their_plural),
        cmocka_unit_test(the_environment_does_not_matter),
        cmocka_unit_test(the_default_locale_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
