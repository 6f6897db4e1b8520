/*
 * The payload of a SEPA credit transfer, EPC069-12: up to twelve lines, 331 bytes, euro only.
 */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "compose/pay.h"
#include "compose/pay_text.h"

#define SCHEME "a SEPA payment code"

enum { NAME_MAX_EPC = 70, PURPOSE_MAX = 4, REFERENCE_MAX = 35, TEXT_MAX = 140, INFORMATION_MAX = 70, BYTES_MAX = 331 };

struct account {
    const char *iban, *bic, *reference;
};

static int check_account(const struct pay_epc *epc, struct arena *arena, struct account *out, struct err *err)
{
    if (pay_iban(arena, epc->iban, &out->iban, err) != 0)
        return -1;
    if (!pay_iban_is_sepa(out->iban))
        return err_set(err, ERR_REFUSED, SCHEME " needs an account within SEPA; %.2s is outside", out->iban);
    out->bic = "";
    if (!text_empty(epc->bic) && pay_bic(arena, epc->bic, &out->bic, err) != 0)
        return -1;
    if (text_empty(out->bic) && !pay_iban_is_eea(out->iban))
        return err_set(err, ERR_REFUSED, SCHEME " for an account in %.2s needs the BIC; add it", out->iban);
    return 0;
}

/* A creditor reference that calls itself RF must be one; national ones are known to their banks only. */
static int check_reference(const struct pay_epc *epc, struct arena *arena, struct account *out, struct err *err)
{
    out->reference = epc->reference;
    if (text_empty(epc->reference))
        return 0;
    if (!text_empty(epc->text))
        return err_set(err, ERR_REFUSED, SCHEME " has a structured reference or a text, not both; leave one out");
    if (text_starts(epc->reference, "RF"))
        return pay_rf(arena, epc->reference, &out->reference, err);
    return 0;
}

static int check_amount(const struct pay_epc *epc, struct err *err)
{
    if (!text_equal(epc->currency, "EUR"))
        return err_set(err, ERR_REFUSED, SCHEME " is in EUR only, not in %s", epc->currency);
    if (epc->amount < 1 || epc->amount > PAY_CENTS_MAX)
        return err_set(err, ERR_REFUSED, SCHEME " needs an amount from 0.01 to 999999999.99 EUR");
    return 0;
}

static int check_texts(const struct pay_epc *epc, struct err *err)
{
    const struct pay_field fields[] = {
        {"the name of the payee", epc->name, NAME_MAX_EPC, true},
        {"the purpose", epc->purpose, PURPOSE_MAX, false},
        {"the reference", epc->reference, REFERENCE_MAX, false},
        {"the text", epc->text, TEXT_MAX, false},
        {"the information", epc->information, INFORMATION_MAX, false},
    };

    if (pay_fields(fields, sizeof fields / sizeof fields[0], SCHEME, err) != 0)
        return -1;
    if (!pay_is_made_of(epc->purpose, PAY_DIGITS PAY_LETTERS))
        return err_set(err, ERR_REFUSED, SCHEME ": the purpose is a code of up to four capitals or digits, like GDDS");
    return 0;
}

int pay_epc(const struct pay_epc *epc, struct arena *arena, const char **payload, struct err *err)
{
    struct account account;
    struct text out;

    if (check_amount(epc, err) != 0 || check_texts(epc, err) != 0 || check_account(epc, arena, &account, err) != 0 ||
        check_reference(epc, arena, &account, err) != 0)
        return -1;
    text_init(&out, arena);
    text_addf(&out, "BCD\n002\n1\nSCT\n%s\n%s\n%s\nEUR%lld.%02lld\n%s\n%s\n%s\n%s", account.bic, epc->name,
              account.iban, (long long)(epc->amount / 100), (long long)(epc->amount % 100), epc->purpose,
              account.reference, epc->text, epc->information);
    while (out.data[out.length - 1] == '\n') /* empty elements at the end are left out */
        out.data[--out.length] = '\0';
    if (out.length > BYTES_MAX)
        return err_set(err, ERR_REFUSED, SCHEME " holds %d bytes, this takes %zu; shorten the name or the text",
                       BYTES_MAX, out.length);
    *payload = out.data;
    return 0;
}
