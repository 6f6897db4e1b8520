#include <string.h>

#include "base/parse.h"
#include "base/text.h"
#include "policy/terms.h"

enum { DAYS_MAX = 3650, MONTHS_MAX = 99, DIGITS = 4, PPM_OF_A_PERCENT = 10000 };

/*
 * The text is read once from left to right, part by part; a part that does
 * not begin like one of the table's is free text, and refused.
 */
struct reading {
    char text[TERMS_TEXT_SIZE * 2]; /* in small letters */
    char *at;
    struct terms *terms;
    struct err *err;
};

static const char free_text[] =
    "is no payment term that has one meaning; write net:30, days_then_eom:45, eom_then_days:45, "
    "eom_plus_months:1,day:15 or discounts like 2/10 net 30";

static int refuse(const struct reading *reading, const char *why)
{
    return err_set(reading->err, ERR_CONFIG, "%s", why);
}

static bool take(struct reading *reading, const char *word)
{
    if (!text_starts(reading->at, word))
        return false;
    reading->at += strlen(word);
    return true;
}

static void skip(struct reading *reading, const char *characters)
{
    reading->at += strspn(reading->at, characters);
}

/* Up to four digits; false if there are none, or more. */
static bool take_number(struct reading *reading, int max, int *out)
{
    char digits[DIGITS + 1] = "";
    size_t length = strspn(reading->at, "0123456789");
    int64_t number;

    if (length < 1 || length > DIGITS)
        return false;
    memcpy(digits, reading->at, length);
    if (!parse_i64(digits, 0, max, &number))
        return false;
    reading->at += length;
    *out = (int)number;
    return true;
}

/* "2", "1.5", "2.00" */
static bool take_percent(struct reading *reading, int32_t *ppm)
{
    char text[16];
    size_t length = strspn(reading->at, "0123456789.");

    if (length < 1 || length > sizeof text - 2)
        return false;
    memcpy(text, reading->at, length);
    text[length] = '%';
    text[length + 1] = '\0';
    reading->at += length;
    return parse_percent(text, ppm);
}

static int set_kind(struct reading *reading, enum terms_kind kind, int n)
{
    if (reading->terms->kind != TERMS_OPEN)
        return refuse(reading, "gives the due date twice; keep one");
    reading->terms->kind = kind;
    reading->terms->n = n;
    return 0;
}

/* No discount at all is the day on which it is due. */
static int add_tier(struct reading *reading, int32_t ppm, int days, const char *base)
{
    struct terms *terms = reading->terms;
    const struct terms_tier *before = &terms->tiers[terms->tier_count > 0 ? terms->tier_count - 1 : 0];
    struct terms_tier *tier = &terms->tiers[terms->tier_count];

    if (ppm == 0)
        return set_kind(reading, TERMS_NET, days);
    if (terms->tier_count == TERMS_TIERS_MAX)
        return refuse(reading, "has more than 8 discounts; leave some out");
    if (terms->tier_count > 0 && (days <= before->days || ppm >= before->ppm))
        return refuse(reading, "has discounts out of order; write the first days with the largest one first");
    tier->ppm = ppm;
    tier->days = days;
    memcpy(tier->base, base, strlen(base) + 1);
    terms->tier_count++;
    return 0;
}

/* ---- the notations ---- */

/* "days" or "d", but not the beginning of days_then_eom */
static void take_days_word(struct reading *reading)
{
    const char *word = reading->at + strspn(reading->at, " ");
    size_t length = strcspn(word, " \t\r\n,;|(#");

    if ((length == 1 && word[0] == 'd') || (length == 4 && text_starts(word, "days")))
        reading->at += (size_t)(word - reading->at) + length;
}

/* "net:30", "net 30", "net30", "n/30", "30 days" */
static int read_net(struct reading *reading)
{
    int days;

    skip(reading, ": /");
    if (!take_number(reading, DAYS_MAX, &days))
        return refuse(reading, "has no number of days from 0 to 3650 behind net; write it like net:30");
    take_days_word(reading);
    return set_kind(reading, TERMS_NET, days);
}

static int read_kind(struct reading *reading, enum terms_kind kind, int max)
{
    int n;

    if (!take_number(reading, max, &n))
        return refuse(reading, "has no number, or one too large, behind the colon; write it like net:30");
    return set_kind(reading, kind, n);
}

static int read_days_then_eom(struct reading *reading)
{
    return read_kind(reading, TERMS_DAYS_THEN_EOM, DAYS_MAX);
}

static int read_eom_then_days(struct reading *reading)
{
    return read_kind(reading, TERMS_EOM_THEN_DAYS, DAYS_MAX);
}

/* "eom_plus_months:2,day:15" */
static int read_eom_plus_months(struct reading *reading)
{
    if (read_kind(reading, TERMS_EOM_PLUS_MONTHS, MONTHS_MAX) != 0)
        return -1;
    if (!take(reading, ",day:"))
        return 0;
    if (!take_number(reading, 31, &reading->terms->day) || reading->terms->day == 0)
        return refuse(reading, "has no day of the month from 1 to 31 behind day:");
    if (reading->terms->n == 0)
        return refuse(reading, "names a day of the month of issue, which may be over; count at least one month");
    return 0;
}

/* What tables write behind it, such as "(capped 45)", says nothing that the rule does not. */
static void skip_remark(struct reading *reading)
{
    char *end = strchr(reading->at, ')');

    skip(reading, " ");
    if (reading->at[0] == '(' && end != NULL)
        reading->at = end + 1;
}

static int read_msmed(struct reading *reading)
{
    int n = 0;

    skip(reading, " ");
    if (take(reading, "no agreement") || take(reading, "none")) {
        skip_remark(reading);
        return set_kind(reading, TERMS_MSMED_NONE, 0);
    }
    if (!take(reading, "agreed"))
        return refuse(reading, "is not of the form in_msmed:agreed 30 or in_msmed:no agreement");
    skip(reading, " :");
    if (!take_number(reading, DAYS_MAX, &n))
        return refuse(reading, "has no number of days from 0 to 3650 behind agreed");
    take_days_word(reading);
    skip_remark(reading);
    return set_kind(reading, TERMS_MSMED_AGREED, n);
}

/* Swico S1, tag 40: "40/2:10;0:30" */
static int read_swico(struct reading *reading)
{
    do {
        int32_t ppm;
        int days;

        if (!take_percent(reading, &ppm) || !take(reading, ":") || !take_number(reading, DAYS_MAX, &days))
            return refuse(reading, "is not of the form swico:40/2:10;0:30, percent before days");
        if (add_tier(reading, ppm, days, "") != 0)
            return -1;
    } while (take(reading, ";"));
    return 0;
}

/* XRechnung, BT-20: "#SKONTO#TAGE=14#PROZENT=2.00#BASISBETRAG=100.00#" */
static int read_xrechnung(struct reading *reading)
{
    char base[MONEY_TEXT_SIZE] = "";
    int32_t ppm;
    int days;

    if (!take_number(reading, DAYS_MAX, &days) || !take(reading, "#prozent=") || !take_percent(reading, &ppm) ||
        !take(reading, "#"))
        return refuse(reading, "is not of the form #SKONTO#TAGE=14#PROZENT=2.00#");
    if (take(reading, "basisbetrag=")) {
        size_t length = strspn(reading->at, "0123456789.");

        if (length < 1 || length >= sizeof base || reading->at[length] != '#')
            return refuse(reading, "has no amount behind BASISBETRAG=; write it like BASISBETRAG=100.00#");
        memcpy(base, reading->at, length);
        reading->at += length + 1;
    }
    return add_tier(reading, ppm, days, base);
}

/* "30", "30 days": only where nothing else stands beside it, so that no comma of a decimal makes two numbers of one. */
static int read_days(struct reading *reading, const char *begin)
{
    if (begin != reading->text + strspn(reading->text, " "))
        return refuse(reading, "has a number without a word before it; write it like 2/10 net 30");
    if (read_net(reading) != 0)
        return -1;
    return reading->at[0] == '\0' ? 0 : refuse(reading, free_text);
}

/* "2/10": two percent within ten days */
static int read_number(struct reading *reading)
{
    char *begin = reading->at;
    int32_t ppm = 0;
    int days;

    if (!take_percent(reading, &ppm))
        return refuse(reading, "has no percentage from 0 to 100 before the slash; write it like 2/10 net 30");
    take(reading, "%");
    if (!take(reading, "/")) {
        reading->at = begin;
        return read_days(reading, begin);
    }
    if (!take_number(reading, DAYS_MAX, &days))
        return refuse(reading, "has no number of days from 0 to 3650 behind the slash; write it like 2/10 net 30");
    take_days_word(reading);
    return add_tier(reading, ppm, days, "");
}

static const struct notation {
    const char *begins;
    int (*read)(struct reading *reading);
} notations[] = {
    {"net", read_net},
    {"n/", read_net},
    {"days_then_eom:", read_days_then_eom},
    {"eom_then_days:", read_eom_then_days},
    {"eom_plus_months:", read_eom_plus_months},
    {"in_msmed:", read_msmed},
    {"swico:40/", read_swico},
    {"40/", read_swico},
    {"#skonto#tage=", read_xrechnung},
};

/* "40/10" is a discount, "40/2:10" is Swico's. */
static bool is_swico(const char *at)
{
    static const char tag[] = "40/";
    const char *rest = at + sizeof tag - 1;

    return text_starts(at, tag) && rest[strspn(rest, "0123456789.")] == ':';
}

static int read_part(struct reading *reading)
{
    for (size_t i = 0; i < sizeof notations / sizeof *notations; i++) {
        if (text_is_digit(notations[i].begins[0]) && !is_swico(reading->at))
            continue;
        if (take(reading, notations[i].begins))
            return notations[i].read(reading);
    }
    if (text_is_digit(reading->at[0]))
        return read_number(reading);
    return refuse(reading, free_text);
}

/* Between two parts stands something; "net 30abc" is free text. */
static int read_gap(struct reading *reading)
{
    size_t gap = strspn(reading->at, " \t\r\n,;|");

    reading->at += gap;
    if (gap == 0 && reading->at[0] != '\0' && reading->at[0] != '#')
        return refuse(reading, free_text);
    return 0;
}

static int check_whole(const struct reading *reading)
{
    const struct terms *terms = reading->terms;

    if (terms->kind == TERMS_OPEN && terms->tier_count == 0)
        return refuse(reading, free_text);
    if (terms->kind == TERMS_NET && terms->tier_count > 0 && terms->tiers[terms->tier_count - 1].days > terms->n)
        return refuse(reading, "grants a discount after the day on which it is due; are the numbers in their places?");
    return 0;
}

/* "xrechnung:", or what else says from where a #SKONTO# comes. */
static void take_label(struct reading *reading)
{
    char *terms = reading->at + strspn(reading->at, "abcdefghijklmnopqrstuvwxyz_- ");

    if (terms[0] != ':')
        return;
    terms += 1 + strspn(terms + 1, " ");
    if (text_starts(terms, "#skonto#"))
        reading->at = terms;
}

int terms_parse(const char *text, struct terms *out, struct err *err)
{
    struct terms terms = {.kind = TERMS_OPEN};
    struct reading reading = {.terms = &terms, .err = err};
    size_t length = strlen(text);

    if (length >= sizeof reading.text)
        return refuse(&reading, free_text);
    for (size_t i = 0; i <= length; i++)
        reading.text[i] = text_lower_char(text[i]);
    reading.at = reading.text;
    skip(&reading, " ");
    take_label(&reading);
    do {
        if (read_part(&reading) != 0 || read_gap(&reading) != 0)
            return -1;
    } while (reading.at[0] != '\0');
    if (check_whole(&reading) != 0)
        return -1;
    *out = terms;
    return 0;
}
