#include "store/import_date.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

enum { CLIP = 48 };

enum part { YEAR, MONTH, DAY, PARTS };

/* Reads a part from the text; returns the bytes taken, 0 if it is not there. */
typedef size_t reader(const char *text, int *value);

static size_t digits(const char *text, size_t least, size_t most, int *value)
{
    size_t n = 0;

    *value = 0;
    while (n < most && isdigit((unsigned char)text[n]))
        *value = *value * 10 + (text[n++] - '0');
    return n >= least ? n : 0;
}

static size_t one_or_two(const char *text, int *value)
{
    return digits(text, 1, 2, value);
}

static size_t two(const char *text, int *value)
{
    return digits(text, 2, 2, value);
}

static size_t four(const char *text, int *value)
{
    return digits(text, 4, 4, value);
}

/* Two digits of a year as POSIX reads them. */
static size_t short_year(const char *text, int *value)
{
    size_t n = digits(text, 2, 2, value);

    *value += *value <= 68 ? 2000 : 1900;
    return n;
}

static size_t letters(const char *text)
{
    size_t n = 0;

    while (isalpha((unsigned char)text[n]))
        n++;
    return n;
}

static size_t month_name(const char *text, int *value)
{
    static const char *const names[] = {"january", "february", "march",     "april",   "may",      "june",
                                        "july",    "august",   "september", "october", "november", "december"};
    size_t n = letters(text);

    for (int i = 0; i < 12; i++) {
        if (n < 3 || strncasecmp(text, names[i], n) != 0)
            continue;
        *value = i + 1;
        return n;
    }
    return 0;
}

/* Longer words first: YYYY before YY, Mon and MM before M. */
static const struct token {
    const char *word;
    enum part part;
    reader *read;
} tokens[] = {
    {"YYYY", YEAR, four},     {"YY", YEAR, short_year}, {"Mon", MONTH, month_name}, {"MM", MONTH, two},
    {"M", MONTH, one_or_two}, {"DD", DAY, two},         {"D", DAY, one_or_two},
};

static const struct token *token_at(const char *format)
{
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
        if (text_starts(format, tokens[i].word))
            return &tokens[i];
    return NULL;
}

int import_date_check(const char *format, struct err *err)
{
    int found[PARTS] = {0};
    char clip[CLIP];

    for (const char *at = format; *at != '\0';) {
        const struct token *token = token_at(at);

        if (token != NULL)
            found[token->part]++;
        at += token != NULL ? strlen(token->word) : 1;
    }
    if (found[YEAR] == 1 && found[MONTH] == 1 && found[DAY] == 1)
        return 0;
    return err_set(err, ERR_USAGE,
                   "date format \"%s\": write one year (YYYY or YY), one month (MM, M or Mon) and one day "
                   "(DD or D), such as M/D/YYYY",
                   text_clip(format, clip, sizeof clip));
}

enum import_date_result import_date_read(const char *format, const char *text, day_t *day)
{
    int values[PARTS] = {0};

    while (*format != '\0') {
        const struct token *token = token_at(format);
        size_t n = token != NULL ? token->read(text, &values[token->part]) : *text == *format;

        if (n == 0)
            return DATE_OTHER_FORM;
        text += n;
        format += token != NULL ? strlen(token->word) : 1;
    }
    if (*text != '\0')
        return DATE_OTHER_FORM;
    *day = day_from_civil(values[YEAR], values[MONTH], values[DAY]);
    return *day == DAY_NONE ? DATE_NO_SUCH_DAY : DATE_READ;
}

const char *import_date_hint(const char *text)
{
    static const struct {
        const char *format, *hint;
    } forms[] = {
        {"D/M/YYYY", "give --date-format D/M/YYYY, or M/D/YYYY if the month comes first"},
        {"M/D/YYYY", "give --date-format M/D/YYYY"},
        {"D/M/YY", "give --date-format D/M/YY, or M/D/YY if the month comes first"},
        {"M/D/YY", "give --date-format M/D/YY"},
        {"D.M.YYYY", "give --date-format D.M.YYYY"},
        {"D.M.YY", "give --date-format D.M.YY"},
        {"D-M-YYYY", "give --date-format D-M-YYYY"},
        {"D-Mon-YYYY", "give --date-format D-Mon-YYYY"},
        {"D-Mon-YY", "give --date-format D-Mon-YY"},
        {"D Mon YYYY", "give --date-format \"D Mon YYYY\""},
        {"Mon D, YYYY", "give --date-format \"Mon D, YYYY\""},
        {"YYYY/M/D", "give --date-format YYYY/M/D"},
        {"YYYYMMDD", "give --date-format YYYYMMDD"},
        {"YYYY-M-D", "give --date-format YYYY-M-D"},
    };
    day_t day;

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (import_date_read(forms[i].format, text, &day) == DATE_READ)
            return forms[i].hint;
    if (strlen(text) > 10 && (text[10] == 'T' || text[10] == ' '))
        return "export the date without the time of day";
    if (strspn(text, "0123456789") == 5 && text[5] == '\0')
        return "it looks like a spreadsheet's day number; format the column as a date and export again";
    return "give --date-format if the file writes dates otherwise";
}
