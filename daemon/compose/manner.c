#include "compose/manner.h"

#include <string.h>

#include "base/arena.h"
#include "base/money.h"
#include "base/text.h"
#include "compose/format.h"

/* Places in the sample of a date that are filled in for each use. */
#define DAY_MARK '\1'
#define YEAR_MARK '\2'

#define DAYS_KEPT 800
#define LANGUAGE_KEPT 40
#define RUNS_MAX 8

/* What stands before and behind the digits of an amount. */
struct frame {
    const char *before, *behind;
};

struct manner {
    struct arena *arena;
    const char *language, *currency;
    struct frame plus, minus;
    const char *group, *point;
    int primary, secondary;                /* digits in the last group before the point, and in all others */
    bool lone_group;                       /* four digits are grouped too */
    const char *date[12], *date_short[12]; /* by month, with DAY_MARK and YEAR_MARK; NULL: no such form */
    const char *date_first[12];            /* the same for the first of the month, which may be written otherwise */
    bool padded, padded_short;             /* days below 10 have two digits */
    const char *days[DAYS_KEPT];
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t first_digit(const char *text)
{
    return strcspn(text, "0123456789");
}

/* Behind the last digit. */
static size_t digits_end(const char *text)
{
    size_t end = strlen(text);

    while (end > 0 && !is_digit(text[end - 1]))
        end--;
    return end;
}

/* A copy in which the first occurrence of a piece is one mark. */
static const char *marked(struct arena *arena, const char *text, const char *piece, char mark)
{
    const char *at = strstr(text, piece);

    if (at == NULL)
        return text;
    return arena_printf(arena, "%.*s%c%s", (int)(at - text), text, mark, at + strlen(piece));
}

static struct frame frame_of(struct arena *arena, const char *sample)
{
    return (struct frame){.before = arena_copy_n(arena, sample, first_digit(sample)),
                          .behind = arena_copy(arena, sample + digits_end(sample))};
}

/* The digits of a sample in runs from the right, with the separator before each run. */
struct runs {
    const char *separator[RUNS_MAX];
    int length[RUNS_MAX];
    int count;
};

static struct runs runs_of(struct arena *arena, const char *sample)
{
    struct runs runs = {.count = 0};
    size_t end = digits_end(sample), start = first_digit(sample);

    while (end > start && runs.count < RUNS_MAX) {
        size_t from = end;
        while (from > start && is_digit(sample[from - 1]))
            from--;
        runs.length[runs.count] = (int)(end - from);
        end = from;
        while (end > start && !is_digit(sample[end - 1]))
            end--;
        runs.separator[runs.count++] = arena_copy_n(arena, sample + end, from - end);
    }
    return runs;
}

/* From a sample of 1234567 and its decimals: the separators and the lengths of the groups. */
static void learn_digits(struct manner *manner, const char *sample, bool has_decimals)
{
    struct runs runs = runs_of(manner->arena, sample);
    int last = has_decimals ? 1 : 0; /* the run of digits before the point */

    manner->point = has_decimals ? runs.separator[0] : "";
    manner->group = "";
    if (runs.count <= last + 1)
        return;
    manner->group = runs.separator[last];
    manner->primary = runs.length[last];
    manner->secondary = runs.count > last + 2 ? runs.length[last + 1] : manner->primary;
}

static void learn_amounts(struct manner *manner, const struct formats *formats)
{
    int digits = currency_digits(manner->currency);
    int64_t unit = 1;

    for (int i = 0; i < (digits < 0 ? 2 : digits); i++)
        unit *= 10;
    const char *sample = formats_amount(formats, 1234567 * unit);
    manner->plus = frame_of(manner->arena, sample);
    manner->minus = frame_of(manner->arena, formats_amount(formats, -1234567 * unit));
    learn_digits(manner, sample, unit > 1);
    manner->lone_group = strstr(formats_amount(formats, 1234 * unit), "1234") == NULL;
}

static const char *learn_date(struct arena *arena, const char *sample)
{
    if (strstr(sample, "17") == NULL || strstr(sample, "2345") == NULL)
        return NULL;
    return marked(arena, marked(arena, sample, "2345", YEAR_MARK), "17", DAY_MARK);
}

static const char *learn_first(struct arena *arena, const char *sample)
{
    return strstr(sample, "2345") == NULL ? NULL : marked(arena, sample, "2345", YEAR_MARK);
}

/* Month by month, since months decline and have names. */
static void learn_dates(struct manner *manner, const struct formats *formats)
{
    day_t seventh = day_from_civil(2345, 11, 7);

    for (int month = 1; month <= 12; month++) {
        day_t day = day_from_civil(2345, month, 17);
        manner->date[month - 1] = learn_date(manner->arena, formats_date(formats, day));
        manner->date_short[month - 1] = learn_date(manner->arena, formats_date_short(formats, day));
        day = day_from_civil(2345, month, 1);
        manner->date_first[month - 1] = learn_first(manner->arena, formats_date(formats, day));
    }
    manner->padded = strstr(formats_date(formats, seventh), "07") != NULL;
    manner->padded_short = strstr(formats_date_short(formats, seventh), "07") != NULL;
}

struct manner *manner_learn(struct arena *arena, const char *language, const char *currency)
{
    struct manner *manner = arena_alloc(arena, sizeof *manner);
    struct formats *formats = formats_open(arena, language, currency);

    manner->arena = arena;
    manner->language = arena_copy(arena, language);
    manner->currency = arena_copy(arena, currency);
    learn_amounts(manner, formats);
    learn_dates(manner, formats);
    formats_close(&formats);
    return manner;
}

struct manner *manners_find(struct manners *manners, const char *language, const char *currency, struct arena *arena)
{
    for (size_t i = 0; i < manners->count; i++) {
        struct manner *manner = manners->list[i];
        if (text_equal(manner->language, language) && text_equal(manner->currency, currency))
            return manner;
    }
    if (manners->count == MANNERS_MAX || strlen(language) > LANGUAGE_KEPT)
        return manner_learn(arena, language, currency);
    return manners->list[manners->count++] = manner_learn(manners->arena, language, currency);
}

/* True if a separator stands before the digit that has so many digits of the whole part behind it and itself. */
static bool is_group_start(const struct manner *manner, int rest)
{
    int beyond = rest - manner->primary;

    return manner->primary > 0 && beyond >= 0 && (beyond == 0 || beyond % manner->secondary == 0);
}

static void add_digits(struct text *out, const struct manner *manner, const char *digits)
{
    size_t whole = strcspn(digits, ".");
    bool grouped = manner->lone_group || whole > (size_t)manner->primary + 1;

    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && grouped && is_group_start(manner, (int)(whole - i)))
            text_add(out, manner->group);
        text_add_n(out, &digits[i], 1);
    }
    if (digits[whole] == '.') {
        text_add(out, manner->point);
        text_add(out, digits + whole + 1);
    }
}

const char *manner_amount(const struct manner *manner, struct arena *arena, int64_t minor)
{
    const struct frame *frame = minor < 0 ? &manner->minus : &manner->plus;
    char decimal[MONEY_TEXT_SIZE];
    struct text out;

    text_init(&out, arena);
    money_format(minor, manner->currency, decimal);
    text_add(&out, frame->before);
    add_digits(&out, manner, decimal + (minor < 0));
    text_add(&out, frame->behind);
    return out.data;
}

/* "07" or "7", "2026" */
static const char *filled_date(struct arena *arena, const char *sample, bool padded, int year, int dom)
{
    char day[4] = {(char)('0' + dom / 10 % 10), (char)('0' + dom % 10), '\0'};
    char digits[5] = {(char)('0' + year / 1000 % 10), (char)('0' + year / 100 % 10), (char)('0' + year / 10 % 10),
                      (char)('0' + year % 10), '\0'};
    struct text out;

    text_init(&out, arena);
    for (; *sample != '\0'; sample++) {
        if (*sample == DAY_MARK)
            text_add(&out, day + (dom < 10 && !padded));
        else if (*sample == YEAR_MARK)
            text_add(&out, digits);
        else
            text_add_char(&out, *sample);
    }
    return out.data;
}

static const char *date_of(const char *const samples[12], bool padded, struct arena *arena, day_t day)
{
    char iso[DAY_TEXT_SIZE];
    int year, month, dom;

    if (day == DAY_NONE)
        return "";
    day_to_civil(day, &year, &month, &dom);
    if (samples[month - 1] == NULL || year < 1000 || year > 9999)
        return arena_copy(arena, day_format(day, iso));
    return filled_date(arena, samples[month - 1], padded, year, dom);
}

const char *manner_date(const struct manner *manner, struct arena *arena, day_t day)
{
    int year, month, dom = 0;

    if (day != DAY_NONE)
        day_to_civil(day, &year, &month, &dom);
    return date_of(dom == 1 ? manner->date_first : manner->date, manner->padded, arena, day);
}

const char *manner_date_short(const struct manner *manner, struct arena *arena, day_t day)
{
    return date_of(manner->date_short, manner->padded_short, arena, day);
}

static const char *ask_days(struct arena *arena, const char *language, int64_t days)
{
    struct formats *formats = formats_open_days(arena, language);
    const char *words = formats_days(formats, days);

    formats_close(&formats);
    return words;
}

const char *manner_days(struct manner *manner, struct arena *arena, int64_t days)
{
    if (days < 0 || days >= DAYS_KEPT)
        return ask_days(arena, manner->language, days);
    if (manner->days[days] == NULL)
        manner->days[days] = ask_days(manner->arena, manner->language, days);
    return manner->days[days];
}
