#include "base/money.h"

#include "base/err.h"
#include "base/text.h"

#include <string.h>

/* Long enough for every amount and for the start of anything else. */
enum { CLIP_SIZE = 48 };

static int refuse(struct err *err, const char *text, const char *why)
{
    char clip[CLIP_SIZE];
    return err_set(err, ERR_CONFIG, "amount \"%s\" %s", text_clip(text, clip, sizeof clip), why);
}

static int refuse_currency(struct err *err, const char *currency)
{
    char clip[CLIP_SIZE];
    return err_set(err, ERR_CONFIG, "there is no currency \"%s\": write an ISO 4217 code such as EUR",
                   text_clip(currency, clip, sizeof clip));
}

/* A decimal taken apart: its digits before and after the decimal sign. */
struct decimal {
    bool negative;
    const char *whole, *fraction;
    size_t whole_count, fraction_count;
};

static size_t count_digits(const char *text)
{
    size_t count = 0;
    while (text_is_digit(text[count]))
        count++;
    return count;
}

/* Takes text apart; returns NULL, or what is wrong with it. */
static const char *take_apart(const char *text, char sign, struct decimal *out)
{
    const char *right = sign == ',' ? "is no number: write it with a decimal comma and no other signs, like 1234,56"
                                    : "is no number: write it with a decimal point and no other signs, like 1234.56";
    *out = (struct decimal){.negative = *text == '-'};
    out->whole = text + out->negative;
    out->whole_count = count_digits(out->whole);
    const char *rest = out->whole + out->whole_count;
    if (*rest == sign) {
        out->fraction = rest + 1;
        out->fraction_count = count_digits(out->fraction);
        if (out->fraction_count == 0)
            return right;
        rest = out->fraction + out->fraction_count;
    }
    return out->whole_count == 0 || *rest != '\0' ? right : NULL;
}

/* Puts one digit behind the others; false beyond MONEY_MAX. */
static bool push_digit(int64_t *value, char digit)
{
    *value = *value * 10 + (digit - '0'); /* it was at most MONEY_MAX, so this cannot overflow */
    return *value <= MONEY_MAX;
}

static bool join_digits(const struct decimal *decimal, size_t digits, int64_t *minor)
{
    int64_t value = 0;
    for (size_t i = 0; i < decimal->whole_count; i++)
        if (!push_digit(&value, decimal->whole[i]))
            return false;
    for (size_t i = 0; i < digits; i++)
        if (!push_digit(&value, i < decimal->fraction_count ? decimal->fraction[i] : '0'))
            return false;
    *minor = decimal->negative ? -value : value;
    return true;
}

int money_parse(const char *text, const char *currency, char decimal, int64_t *minor, struct err *err)
{
    int digits = currency_digits(currency);
    if (digits < 0)
        return refuse_currency(err, currency);
    struct decimal parts;
    const char *wrong = take_apart(text, decimal, &parts);
    if (wrong != NULL)
        return refuse(err, text, wrong);
    for (size_t i = (size_t)digits; i < parts.fraction_count; i++) {
        if (parts.fraction[i] != '0') {
            char clip[CLIP_SIZE];
            return err_set(err, ERR_CONFIG, "amount \"%s\" is finer than the smallest unit of %s, which has %d digits",
                           text_clip(text, clip, sizeof clip), currency, digits);
        }
    }
    if (!join_digits(&parts, (size_t)digits, minor))
        return refuse(err, text, "is too large: the limit is 999999999999999 of the smallest unit");
    return 0;
}

int money_parse_with_code(const char *text, struct money *out, struct err *err)
{
    enum { LONGEST = 64 };
    char amount[LONGEST];
    const char *space = strchr(text, ' ');
    if (space == NULL || (size_t)(space - text) >= sizeof amount)
        return refuse(err, text, "has no currency: write it like 10.00 EUR");
    size_t length = (size_t)(space - text);
    memcpy(amount, text, length);
    amount[length] = '\0';
    const char *code = space + strspn(space, " ");
    struct money money = {0};
    if (money_parse(amount, code, '.', &money.minor, err) != 0)
        return -1;
    memcpy(money.currency, code, CURRENCY_SIZE);
    *out = money;
    return 0;
}

char *money_format(int64_t minor, const char *currency, char buffer[MONEY_TEXT_SIZE])
{
    int digits = currency_digits(currency);
    uint64_t left = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
    /* From the last digit to the first, at least one of them before the point. */
    char reversed[MONEY_TEXT_SIZE];
    int used = 0;
    for (int place = 0; left > 0 || place <= (digits > 0 ? digits : 0); place++) {
        if (place > 0 && place == digits)
            reversed[used++] = '.';
        reversed[used++] = (char)('0' + left % 10);
        left /= 10;
    }
    char *out = buffer;
    if (minor < 0)
        *out++ = '-';
    while (used > 0)
        *out++ = reversed[--used];
    *out = '\0';
    return buffer;
}

int64_t money_add(int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        return b > 0 ? INT64_MAX : INT64_MIN;
    return sum;
}

int64_t money_share(int64_t amount, int32_t percent_ppm)
{
    enum { MILLION = 1000000 };
    /* Whole millions first: their products fit, and what is left is below a million. */
    int64_t whole = amount / MILLION, rest = amount % MILLION;
    if (rest < 0) {
        rest += MILLION;
        whole--;
    }
    return whole * percent_ppm + (rest * percent_ppm + MILLION / 2) / MILLION;
}
