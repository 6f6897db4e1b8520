#include "compose/format.h"

#include <stdio.h>
#include <string.h>

#include <unicode/udat.h>
#include <unicode/uloc.h>
#include <unicode/umsg.h>
#include <unicode/unum.h>
#include <unicode/unumberformatter.h>
#include <unicode/ustring.h>

#include "base/arena.h"
#include "base/money.h"
#include "base/text.h"
#include "compose/render.h"

#define LOCALE_SIZE 64
#define WORDS_SIZE 128
#define DAY_MS 86400000.0

struct formats {
    struct arena *arena;
    const char *currency;
    bool ordinal_first; /* "1er août" */
    /* NULL where ICU has no data: then the plain forms of base/ are written */
    UNumberFormat *amount;
    UDateFormat *date, *date_short;
    UNumberFormatter *days;
    UMessageFormat *day_words; /* instead of days, where ICU's word is not the customer's */
};

/* What a language without a country is written as, where that is not the country that ICU takes. */
static const struct {
    const char *language, *locale;
} homes[] = {{"en", "en_GB"}, {"pt", "pt_PT"}};

/*
 * ICU's unit of the day is a stretch of 24 hours, and these languages have a word for that ("dygn", "doba") which
 * nobody writes of a payment that is late.
 */
static const struct {
    const char *language, *pattern;
} day_words[] = {
    {"be", "{0,plural,one{# дзень}few{# дні}many{# дзён}other{# дня}}"},
    {"et", "{0,plural,one{# päev}other{# päeva}}"},
    {"nb", "{0,plural,one{# dag}other{# dager}}"},
    {"nn", "{0,plural,one{# dag}other{# dagar}}"},
    {"no", "{0,plural,one{# dag}other{# dager}}"},
    {"pl", "{0,plural,one{# dzień}few{# dni}many{# dni}other{# dnia}}"},
    {"sv", "{0,plural,one{# dag}other{# dagar}}"},
};

static bool is_available(const char *locale)
{
    int32_t count = uloc_countAvailable();

    for (int32_t i = 0; i < count; i++) {
        if (text_equal(uloc_getAvailable(i), locale))
            return true;
    }
    return false;
}

/*
 * "de-AT" to ICU's name, with the Gregorian calendar and Latin digits.  An
 * unknown language must not reach ICU, which would take the locale of the
 * environment.  An unknown one is written as British English.
 */
static void locale_name(const char *language, char locale[LOCALE_SIZE])
{
    char base[LOCALE_SIZE / 2] = "", tag[LOCALE_SIZE / 2] = "";
    UErrorCode status = U_ZERO_ERROR;

    uloc_getLanguage(language, base, sizeof base, &status);
    uloc_getBaseName(language, tag, sizeof tag, &status);
    if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING || !is_available(base))
        snprintf(tag, sizeof tag, "en");
    for (size_t i = 0; i < sizeof homes / sizeof homes[0]; i++) {
        if (text_equal(tag, homes[i].language))
            snprintf(tag, sizeof tag, "%s", homes[i].locale);
    }
    snprintf(locale, LOCALE_SIZE, "%s@calendar=gregorian;numbers=latn", tag);
}

static void set_currency(UNumberFormat *format, const char *currency, UErrorCode *status)
{
    int digits = currency_digits(currency);
    UChar code[CURRENCY_SIZE];

    u_strFromUTF8(code, CURRENCY_SIZE, NULL, currency, -1, status);
    unum_setTextAttribute(format, UNUM_CURRENCY_CODE, code, -1, status);
    /* ISO 4217 decides on the digits, not the habits of a country. */
    unum_setAttribute(format, UNUM_MIN_FRACTION_DIGITS, digits < 0 ? 2 : digits);
    unum_setAttribute(format, UNUM_MAX_FRACTION_DIGITS, digits < 0 ? 2 : digits);
}

static UNumberFormat *open_amount(const char *locale, const char *currency)
{
    UErrorCode status = U_ZERO_ERROR;
    UNumberFormat *format = unum_open(UNUM_CURRENCY_ISO, NULL, 0, locale, NULL, &status);

    if (U_SUCCESS(status))
        set_currency(format, currency, &status);
    if (U_SUCCESS(status))
        return format;
    if (format != NULL)
        unum_close(format);
    return NULL;
}

static UDateFormat *open_date(const char *locale, UDateFormatStyle style)
{
    static const UChar utc[] = {'U', 'T', 'C', 0};
    UErrorCode status = U_ZERO_ERROR;
    UDateFormat *format = udat_open(UDAT_NONE, style, locale, utc, -1, NULL, 0, &status);

    return U_SUCCESS(status) ? format : NULL;
}

/* The language's short date, but with all digits of the year: "yy" becomes "y". */
static UDateFormat *open_short_date(const char *locale)
{
    UDateFormat *format = open_date(locale, UDAT_SHORT);
    UErrorCode status = U_ZERO_ERROR;
    UChar pattern[WORDS_SIZE];

    if (format == NULL)
        return NULL;
    udat_toPattern(format, false, pattern, WORDS_SIZE, &status);
    if (U_FAILURE(status))
        return format;
    UChar *year = u_strchr(pattern, 'y');
    if (year != NULL && year[1] == 'y' && year[2] != 'y') {
        u_memmove(year, year + 1, u_strlen(year));
        udat_applyPattern(format, false, pattern, -1);
    }
    return format;
}

static UNumberFormatter *open_days(const char *locale)
{
    static const char skeleton[] = "measure-unit/duration-day unit-width-full-name";
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[sizeof skeleton];

    u_charsToUChars(skeleton, wide, sizeof skeleton);
    UNumberFormatter *format = unumf_openForSkeletonAndLocale(wide, -1, locale, &status);
    return U_SUCCESS(status) ? format : NULL;
}

/* NULL where ICU's own word is right. */
static UMessageFormat *open_day_words(const char *locale)
{
    char language[LOCALE_SIZE];
    UChar pattern[WORDS_SIZE];
    UErrorCode status = U_ZERO_ERROR;

    uloc_getLanguage(locale, language, sizeof language, &status);
    for (size_t i = 0; U_SUCCESS(status) && i < sizeof day_words / sizeof day_words[0]; i++) {
        if (!text_equal(language, day_words[i].language))
            continue;
        u_strFromUTF8(pattern, WORDS_SIZE, NULL, day_words[i].pattern, -1, &status);
        UMessageFormat *format = umsg_open(pattern, -1, locale, NULL, &status);
        return U_SUCCESS(status) ? format : NULL;
    }
    return NULL;
}

/*
 * ICU asks the machine for a default locale when it first needs one, and waits for itself for ever where no memory is
 * left for the answer.  So it is told, which does not ask; and what is written does not hang on the machine.
 */
static struct formats *formats_new(struct arena *arena, const char *language, char locale[LOCALE_SIZE])
{
    struct formats *formats = arena_alloc(arena, sizeof *formats);
    UErrorCode status = U_ZERO_ERROR;

    uloc_setDefault("en_GB", &status);
    arena_must(U_SUCCESS(status) ? formats : NULL);
    locale_name(language, locale);
    formats->arena = arena;
    return formats;
}

struct formats *formats_open(struct arena *arena, const char *language, const char *currency)
{
    char locale[LOCALE_SIZE];
    struct formats *formats = formats_new(arena, language, locale);

    formats->currency = arena_copy(arena, currency);
    formats->amount = open_amount(locale, currency);
    formats->date = open_date(locale, UDAT_LONG);
    formats->date_short = open_short_date(locale);
    formats->ordinal_first = strncmp(locale, "fr", 2) == 0 && strchr("_@", locale[2]) != NULL;
    formats->days = open_days(locale);
    formats->day_words = open_day_words(locale);
    return formats;
}

struct formats *formats_open_days(struct arena *arena, const char *language)
{
    char locale[LOCALE_SIZE];
    struct formats *formats = formats_new(arena, language, locale);

    formats->currency = "";
    formats->days = open_days(locale);
    formats->day_words = open_day_words(locale);
    return formats;
}

void formats_close(struct formats **formats)
{
    if (*formats == NULL)
        return;
    if ((*formats)->amount != NULL)
        unum_close((*formats)->amount);
    if ((*formats)->date != NULL)
        udat_close((*formats)->date);
    if ((*formats)->date_short != NULL)
        udat_close((*formats)->date_short);
    if ((*formats)->days != NULL)
        unumf_close((*formats)->days);
    if ((*formats)->day_words != NULL)
        umsg_close((*formats)->day_words);
    *formats = NULL;
}

/* UTF-16 to UTF-8; NULL if ICU reported a failure or the text did not fit. */
static const char *narrow(struct arena *arena, const UChar *wide, UErrorCode status)
{
    char bytes[4 * WORDS_SIZE];

    if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING)
        return NULL;
    u_strToUTF8(bytes, sizeof bytes, NULL, wide, -1, &status);
    return U_SUCCESS(status) ? arena_copy(arena, bytes) : NULL;
}

const char *formats_amount(const struct formats *formats, int64_t minor)
{
    char decimal[MONEY_TEXT_SIZE];
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[WORDS_SIZE];
    const char *words = NULL;

    money_format(minor, formats->currency, decimal);
    if (formats->amount != NULL) {
        unum_formatDecimal(formats->amount, decimal, -1, wide, WORDS_SIZE, NULL, &status);
        words = narrow(formats->arena, wide, status);
    }
    return words != NULL ? words : arena_printf(formats->arena, "%s %s", decimal, formats->currency);
}

static const char *date_words(const struct formats *formats, const UDateFormat *format, day_t day)
{
    char iso[DAY_TEXT_SIZE];
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[WORDS_SIZE];
    const char *words = NULL;

    if (day == DAY_NONE)
        return "";
    if (format != NULL) {
        udat_format(format, day * DAY_MS, wide, WORDS_SIZE, NULL, &status);
        words = narrow(formats->arena, wide, status);
    }
    return words != NULL ? words : arena_copy(formats->arena, day_format(day, iso));
}

/* French counts the first of a month and numbers the others; ICU numbers all. */
const char *formats_date(const struct formats *formats, day_t day)
{
    const char *words = date_words(formats, formats->date, day);

    if (formats->ordinal_first && text_starts(words, "1 "))
        return arena_printf(formats->arena, "1er%s", words + 1);
    return words;
}

const char *formats_date_short(const struct formats *formats, day_t day)
{
    return date_words(formats, formats->date_short, day);
}

/* ICU's own unit of the day; NULL if it failed. */
static const char *days_by_unit(const struct formats *formats, int64_t days)
{
    UErrorCode status = U_ZERO_ERROR;
    UFormattedNumber *number = unumf_openResult(&status);
    UChar wide[WORDS_SIZE];
    const char *words = NULL;

    if (U_SUCCESS(status) && formats->days != NULL) {
        unumf_formatInt(formats->days, days, number, &status);
        unumf_resultToString(number, wide, WORDS_SIZE, &status);
        words = narrow(formats->arena, wide, status);
    }
    unumf_closeResult(number);
    return words;
}

const char *formats_days(const struct formats *formats, int64_t days)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[WORDS_SIZE];
    const char *words;

    if (formats->day_words != NULL) {
        umsg_format(formats->day_words, wide, WORDS_SIZE, &status, (double)days);
        words = narrow(formats->arena, wide, status);
    } else {
        words = days_by_unit(formats, days);
    }
    return words != NULL ? words : arena_printf(formats->arena, "%lld", (long long)days);
}

const char *format_amount(struct arena *arena, const char *language, int64_t minor, const char *currency)
{
    struct formats *formats = formats_open(arena, language, currency);
    const char *words = formats_amount(formats, minor);

    formats_close(&formats);
    return words;
}

const char *format_date(struct arena *arena, const char *language, day_t day)
{
    struct formats *formats = formats_open(arena, language, "EUR");
    const char *words = formats_date(formats, day);

    formats_close(&formats);
    return words;
}
