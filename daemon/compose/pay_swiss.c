/*
 * The payload of a Swiss QR bill: SPC, version 0200, elements joined by line feeds.
 */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "compose/pay.h"
#include "compose/pay_text.h"

#define SCHEME "a Swiss QR bill"

enum {
    PARTY_NAME = 70,
    PARTY_STREET = 70,
    PARTY_HOUSE = 16,
    PARTY_POSTCODE = 16,
    PARTY_CITY = 35,
    INFORMATION_MAX = 140,
    PROCEDURE_MAX = 100,
    CHARACTERS_MAX = 997
};

/* Basic Latin, Latin-1 Supplement, Latin Extended-A, and the four Romanian letters and the euro beside them. */
static bool is_allowed(uint32_t code)
{
    return (code >= 0x20 && code <= 0x7E) || (code >= 0xA0 && code <= 0x17F) || (code >= 0x218 && code <= 0x21B) ||
           code == 0x20AC;
}

static int check_letters(const char *payload, struct err *err)
{
    size_t length = strlen(payload), taken;
    uint32_t code;

    for (; length > 0; length -= taken, payload += taken) {
        taken = text_decode(payload, length, &code);
        if (taken == 0 || (!is_allowed(code) && code != '\n'))
            return err_set(err, ERR_REFUSED, SCHEME " holds Latin letters only; write names and texts in them");
    }
    return 0;
}

static int check_party(const struct pay_party *party, const char *who, struct err *err)
{
    const struct pay_field fields[] = {
        {"a name", party->name, PARTY_NAME, true},
        {"a street", party->street, PARTY_STREET, false},
        {"a house number", party->house, PARTY_HOUSE, false},
        {"a postcode", party->postcode, PARTY_POSTCODE, true},
        {"a town", party->city, PARTY_CITY, true},
        {"a country", party->country, 2, true},
    };

    if (pay_fields(fields, sizeof fields / sizeof fields[0], who, err) != 0)
        return -1;
    if (strlen(party->country) != 2 || !pay_is_made_of(party->country, PAY_LETTERS))
        return err_set(err, ERR_REFUSED, "%s: the country is written in two capitals, like CH", who);
    return 0;
}

static void add_party(struct text *out, const struct pay_party *party)
{
    if (text_empty(party->name)) {
        text_add(out, "\n\n\n\n\n\n\n");
        return;
    }
    text_addf(out, "S\n%s\n%s\n%s\n%s\n%s\n%s\n", party->name, party->street, party->house, party->postcode,
              party->city, party->country);
}

struct checked {
    const char *iban, *reference, *type;
};

/* A QR-IBAN goes with a QR reference and with nothing else, and the other way round. */
static int check_reference(const struct pay_swiss *swiss, struct arena *arena, struct checked *out, struct err *err)
{
    bool is_rf = text_starts(swiss->reference, "RF");

    out->reference = "";
    out->type = "NON";
    if (pay_iban_is_qr(out->iban)) {
        if (text_empty(swiss->reference) || is_rf)
            return err_set(err, ERR_REFUSED,
                           SCHEME " on a QR-IBAN needs a QR reference of 27 digits; take another "
                                  "IBAN or such a reference");
        out->type = "QRR";
        return pay_qrr(arena, swiss->reference, &out->reference, err);
    }
    if (text_empty(swiss->reference))
        return 0;
    if (!is_rf)
        return err_set(err, ERR_REFUSED,
                       SCHEME " takes a QR reference on a QR-IBAN only; write an RF reference, none, "
                              "or the QR-IBAN");
    out->type = "SCOR";
    return pay_rf(arena, swiss->reference, &out->reference, err);
}

static int check_payment(const struct pay_swiss *swiss, struct arena *arena, struct checked *out, struct err *err)
{
    if (pay_iban(arena, swiss->iban, &out->iban, err) != 0)
        return -1;
    if (!pay_iban_is_swiss(out->iban))
        return err_set(err, ERR_REFUSED, SCHEME " needs an account of CH or LI, not of %.2s", out->iban);
    if (!text_equal(swiss->currency, "CHF") && !text_equal(swiss->currency, "EUR"))
        return err_set(err, ERR_REFUSED, SCHEME " is in CHF or EUR, not in %s", swiss->currency);
    if (swiss->amount < 0 || swiss->amount > PAY_CENTS_MAX)
        return err_set(err, ERR_REFUSED, SCHEME " needs an amount from 0.01 to 999999999.99");
    return check_reference(swiss, arena, out, err);
}

static int check_texts(const struct pay_swiss *swiss, struct err *err)
{
    const struct pay_field fields[] = {
        {"the message", swiss->message, INFORMATION_MAX, false},
        {"the billing information", swiss->bill, INFORMATION_MAX, false},
        {"the alternative procedure", swiss->procedure[0], PROCEDURE_MAX, false},
        {"the second alternative procedure", swiss->procedure[1], PROCEDURE_MAX, false},
    };
    size_t together = pay_characters(swiss->message) + pay_characters(swiss->bill);

    if (pay_fields(fields, sizeof fields / sizeof fields[0], SCHEME, err) != 0)
        return -1;
    if (together > INFORMATION_MAX)
        return err_set(err, ERR_REFUSED,
                       SCHEME ": message and billing information have %zu characters together, at most %d are allowed; "
                              "shorten them",
                       together, INFORMATION_MAX);
    if (!text_empty(swiss->bill) && !text_starts(swiss->bill, "//"))
        return err_set(err, ERR_REFUSED, SCHEME ": billing information begins with // and the code of its syntax");
    return 0;
}

static int check_parties(const struct pay_swiss *swiss, struct err *err)
{
    if (check_party(&swiss->creditor, "the creditor of " SCHEME, err) != 0)
        return -1;
    return text_empty(swiss->debtor.name) ? 0 : check_party(&swiss->debtor, "the debtor of " SCHEME, err);
}

int pay_swiss(const struct pay_swiss *swiss, struct arena *arena, const char **payload, struct err *err)
{
    static const struct pay_party nobody = {.name = ""};
    struct checked checked;
    struct text out;

    if (check_payment(swiss, arena, &checked, err) != 0 || check_parties(swiss, err) != 0 ||
        check_texts(swiss, err) != 0)
        return -1;
    text_init(&out, arena);
    text_addf(&out, "SPC\n0200\n1\n%s\n", checked.iban);
    add_party(&out, &swiss->creditor);
    add_party(&out, &nobody); /* the ultimate creditor, for future use */
    if (swiss->amount > 0)
        text_addf(&out, "%lld.%02lld", (long long)(swiss->amount / 100), (long long)(swiss->amount % 100));
    text_addf(&out, "\n%s\n", swiss->currency);
    add_party(&out, &swiss->debtor);
    text_addf(&out, "%s\n%s\n%s\nEPD\n%s\n%s\n%s", checked.type, checked.reference, swiss->message, swiss->bill,
              swiss->procedure[0], swiss->procedure[1]);
    while (out.data[out.length - 1] == '\n') /* what follows the trailer may be left out */
        out.data[--out.length] = '\0';
    if (check_letters(out.data, err) != 0)
        return -1;
    if (pay_characters(out.data) > CHARACTERS_MAX)
        return err_set(err, ERR_REFUSED, SCHEME " holds %d characters, this has %zu; shorten names and texts",
                       CHARACTERS_MAX, pay_characters(out.data));
    *payload = out.data;
    return 0;
}

void pay_split_street(struct arena *arena, const char *line, const char **street, const char **house)
{
    const char *trimmed = text_trim(arena, line), *blank = strrchr(trimmed, ' ');

    *street = trimmed;
    *house = "";
    if (blank == NULL || !text_is_digit(blank[1]) || strlen(blank + 1) > PARTY_HOUSE)
        return;
    *street = text_trim(arena, arena_copy_n(arena, trimmed, (size_t)(blank - trimmed)));
    *house = blank + 1;
}
