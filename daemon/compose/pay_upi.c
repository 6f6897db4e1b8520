/*
 * UPI links: upi://pay with the payee's address, name, amount, currency, note and reference.
 */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/money.h"
#include "base/text.h"
#include "compose/pay.h"
#include "compose/pay_text.h"

#define SCHEME "a UPI link"
#define SAFE PAY_DIGITS PAY_LETTERS "abcdefghijklmnopqrstuvwxyz-._~"

enum { ADDRESS_MAX = 255, NAME_MAX_UPI = 99, NOTE_MAX = 80, REFERENCE_MAX = 35 };

int pay_upi_address(const char *text, struct err *err)
{
    static const char letters[] = PAY_DIGITS PAY_LETTERS "abcdefghijklmnopqrstuvwxyz";
    size_t name = strspn(text, SAFE), handle = text[name] == '@' ? strspn(text + name + 1, letters) : 0;
    char shown[64];

    if (name > 0 && handle > 1 && text[name + 1 + handle] == '\0' && strlen(text) <= ADDRESS_MAX)
        return 0;
    return err_set(err, ERR_REFUSED, "\"%s\" is no UPI address; write it as name@handle",
                   text_clip(text, shown, sizeof shown));
}

/* Blanks as %20: some apps show a + as it stands. */
static void add_encoded(struct text *out, const char *text, const char *safe)
{
    for (; *text != '\0'; text++) {
        if (strchr(safe, *text) != NULL)
            text_add_char(out, *text);
        else
            text_addf(out, "%%%02X", (unsigned)(unsigned char)*text);
    }
}

int pay_upi(const struct pay_upi *upi, struct arena *arena, const char **link, struct err *err)
{
    const struct pay_field fields[] = {
        {"the payee's name", upi->name, NAME_MAX_UPI, true},
        {"the note", upi->note, NOTE_MAX, false},
        {"the reference", upi->reference, REFERENCE_MAX, false},
    };
    struct text out;

    if (pay_upi_address(upi->address, err) != 0 ||
        pay_fields(fields, sizeof fields / sizeof fields[0], SCHEME, err) != 0)
        return -1;
    if (upi->amount < 1 || upi->amount > PAY_CENTS_MAX)
        return err_set(err, ERR_REFUSED, SCHEME " needs an amount from 0.01 to 999999999.99 INR");
    text_init(&out, arena);
    text_add(&out, "upi://pay?pa=");
    add_encoded(&out, upi->address, SAFE "@");
    text_add(&out, "&pn=");
    add_encoded(&out, upi->name, SAFE);
    text_addf(&out, "&am=%lld.%02lld&cu=INR", (long long)(upi->amount / 100), (long long)(upi->amount % 100));
    if (!text_empty(upi->note)) {
        text_add(&out, "&tn=");
        add_encoded(&out, upi->note, SAFE);
    }
    if (!text_empty(upi->reference)) {
        text_add(&out, "&tr=");
        add_encoded(&out, upi->reference, SAFE);
    }
    *link = out.data;
    return 0;
}

static int hex_value(char c)
{
    if (text_is_digit(c))
        return c - '0';
    c = text_lower_char(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* NULL for a percent sign without two hexadecimal digits, and for a NUL. */
static const char *decoded(struct arena *arena, const char *text, size_t length)
{
    struct text out;

    text_init(&out, arena);
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '%') {
            text_add_char(&out, text[i]);
            continue;
        }
        int high = i + 2 < length ? hex_value(text[i + 1]) : -1, low = i + 2 < length ? hex_value(text[i + 2]) : -1;
        if (high < 0 || low < 0 || high * 16 + low == 0)
            return NULL;
        text_add_char(&out, (char)(high * 16 + low));
        i += 2;
    }
    return out.data;
}

struct part {
    const char *key, *value; /* key with its = */
};

static int read_parts(const char *query, struct arena *arena, struct part *parts, size_t count, struct err *err)
{
    while (*query != '\0') {
        size_t length = strcspn(query, "&");
        for (size_t i = 0; i < count; i++) {
            size_t key = strlen(parts[i].key);
            if (length < key || strncmp(query, parts[i].key, key) != 0)
                continue;
            parts[i].value = decoded(arena, query + key, length - key);
            if (parts[i].value == NULL)
                return err_set(err, ERR_REFUSED, SCHEME ": %.*s is not followed by percent-encoded text", 2, query);
        }
        query += length + (query[length] == '&');
    }
    return 0;
}

static bool is_upi(const char *link)
{
    const char *scheme = strstr(link, "://");

    return text_starts(link, "upi://pay?") || (scheme != NULL && text_starts(scheme, "://upi/pay?"));
}

int pay_upi_read(const char *link, struct arena *arena, struct pay_upi *out, struct err *err)
{
    struct part parts[] = {{"pa=", ""}, {"pn=", ""}, {"tn=", ""}, {"tr=", ""}, {"am=", ""}, {"cu=", "INR"}};
    int64_t amount = 0;

    if (!is_upi(link))
        return err_set(err, ERR_REFUSED, "the link does not begin with upi://pay? or an app's own ://upi/pay?");
    if (read_parts(strchr(link, '?') + 1, arena, parts, sizeof parts / sizeof parts[0], err) != 0)
        return -1;
    if (pay_upi_address(parts[0].value, err) != 0)
        return -1;
    if (!text_equal(parts[5].value, "INR"))
        return err_set(err, ERR_REFUSED, SCHEME " is in INR only");
    if (!text_empty(parts[4].value) && money_parse(parts[4].value, "INR", '.', &amount, err) != 0)
        return -1;
    *out = (struct pay_upi){.address = parts[0].value,
                            .name = parts[1].value,
                            .note = parts[2].value,
                            .reference = parts[3].value,
                            .amount = amount};
    return 0;
}
