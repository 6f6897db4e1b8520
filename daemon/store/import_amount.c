#include "store/import_amount.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/money.h"

/* Digits with one other mark than ours among them, as in 12,50: fewer than three digits after it, or more. */
static bool has_other_decimal(const char *text, char other)
{
    const char *mark = strchr(text, other);

    return mark != NULL && strchr(mark + 1, other) == NULL && strspn(mark + 1, "0123456789") == strlen(mark + 1) &&
           strlen(mark + 1) != 3;
}

static bool has_money_sign(const char *text)
{
    static const char *const signs[] = {"$", "\xe2\x82\xac", "\xc2\xa3", "\xc2\xa5", "EUR", "USD", "GBP", "CHF"};

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strstr(text, signs[i]) != NULL)
            return true;
    return false;
}

static bool has_blank(const char *text)
{
    return strpbrk(text, " '") != NULL || strstr(text, "\xc2\xa0") != NULL || strstr(text, "\xe2\x80\xaf") != NULL ||
           strstr(text, "\xe2\x80\x99") != NULL;
}

/* The first of these that holds says it best. */
static const char *hint(const char *text, char decimal)
{
    char other = decimal == '.' ? ',' : '.';
    size_t length = strlen(text);

    if (has_money_sign(text))
        return "has a currency sign; export the bare number such as 4235.00, and the currency in its own column";
    if (text[0] == '(' || (length > 1 && text[length - 1] == '-'))
        return "is written as bookkeepers do; write a negative amount as -100.00";
    if (has_other_decimal(text, other) && strchr(text, decimal) == NULL)
        return decimal == '.' ? "has a comma for the decimal point; give --decimal-comma"
                              : "has a point for the decimal comma; leave out --decimal-comma";
    if (strchr(text, other) != NULL && strchr(text, decimal) != NULL && strrchr(text, other) > strrchr(text, decimal))
        return decimal == '.' ? "has points for thousands and a comma for the decimals; export 1234,56 and give "
                                "--decimal-comma"
                              : "has commas for thousands and a decimal point; export 1234.56 and leave out "
                                "--decimal-comma";
    if (strchr(text, other) != NULL || has_blank(text))
        return "has separators between thousands; export it without them";
    return NULL;
}

/* A bare number that money_parse refuses for its size, not for its form. */
static bool is_too_large(const char *text, char decimal, int digits)
{
    enum { DIGITS_MOST = 15 };
    const char *number = text + strspn(text, "+-");
    int whole = (int)strspn(number, "0123456789");

    return whole > DIGITS_MOST - digits && (number[whole] == '\0' || number[whole] == decimal);
}

const char *import_amount_read(const char *text, const char *currency, char decimal, int64_t *minor,
                               struct arena *arena)
{
    struct err err;
    const char *said;
    int digits = currency_digits(currency);

    if (money_parse(text, currency, decimal, minor, &err) == 0)
        return NULL;
    said = hint(text, decimal);
    if (said != NULL)
        return said;
    if (is_too_large(text, decimal, digits))
        return "is too large: the limit is 999999999999999 of the smallest unit";
    if (strspn(text, "+-0123456789.,") == strlen(text) && strchr(text, decimal) != NULL)
        return arena_printf(arena, "is no amount in %s, which has %d digits after the %s", currency, digits,
                            decimal == '.' ? "point" : "comma");
    return "is no amount such as 1234.56";
}
