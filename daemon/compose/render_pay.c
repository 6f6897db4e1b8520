/*
 * How a notice can be paid, as values: the account, what to quote, links and
 * the payload of a payment code.  What the rules of a code do not allow is
 * left out; the notice itself never fails for it.
 */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/pay.h"
#include "compose/pay_text.h"
#include "compose/value.h"
#include "compose/values_of.h"

enum {
    QUOTED_MAX = 4, /* numbers of invoices */
    QUOTED_LENGTH = 140,
    RF_BODY_MAX = 21,
    QRR_DIGITS = 26,
    UPI_NOTE = 80,
    UPI_REFERENCE = 35
};

struct paying {
    const struct making *making;
    const struct item **invoices; /* that make up the total */
    size_t invoice_count;
    const char *plain;     /* to quote: the ledger's reference, numbers, or who pays */
    const char *iban;      /* "" without one */
    const char *reference; /* structured, "" without one */
    const char *swiss_qr, *epc_qr, *upi_link;
};

static const char *text_or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

/* For a payment: whole numbers that can be matched, or who pays; what a bank carries along ends at 140 characters. */
static const char *plain_reference(const struct paying *paying)
{
    const struct making *making = paying->making;
    size_t count = paying->invoice_count;
    struct text out;

    if (count == 1 && !text_empty(paying->invoices[0]->reference))
        return paying->invoices[0]->reference;
    text_init(&out, making->arena);
    for (size_t i = 0; i < count; i++)
        text_addf(&out, "%s%s", i > 0 ? ", " : "", paying->invoices[i]->number);
    bool fits = count > 0 && count <= QUOTED_MAX && out.length <= QUOTED_LENGTH;
    return fits ? out.data : making->input->dossier->customer->id;
}

static const char *own_reference(const struct paying *paying)
{
    return paying->invoice_count == 1 ? paying->invoices[0]->reference : "";
}

/* "" if the number has more than the wanted letters and the marks that are left out between them. */
static const char *bare_number(struct arena *arena, const char *number, const char *wanted)
{
    struct text out;

    text_init(&out, arena);
    for (const char *at = pay_compact(arena, number); *at != '\0'; at++) {
        if (strchr(wanted, *at) != NULL)
            text_add_char(&out, *at);
        else if (strchr("-/._", *at) == NULL)
            return "";
    }
    return out.data;
}

/* What a reference is made of: the number of a single invoice, else of the notice. */
static const char *body_of(const struct paying *paying, const char *wanted)
{
    return paying->invoice_count == 1 ? bare_number(paying->making->arena, paying->invoices[0]->number, wanted) : "";
}

static const char *made_rf(const struct paying *paying)
{
    struct arena *arena = paying->making->arena;
    const char *body = body_of(paying, PAY_DIGITS PAY_LETTERS), *made = "";

    if (text_empty(body) || strlen(body) > RF_BODY_MAX)
        body = arena_printf(arena, "N%06lld", (long long)paying->making->input->notice->id);
    return pay_rf_make(arena, body, &made, NULL) == 0 ? made : "";
}

/* The bank's prefix, 1 for an invoice or 2 for a notice, zeros, the number, the check digit. */
static const char *made_qrr(const struct paying *paying)
{
    struct arena *arena = paying->making->arena;
    const char *prefix = text_or_empty(paying->making->input->business->qrr_prefix), *made = "";
    const char *body = body_of(paying, PAY_DIGITS);
    size_t room = QRR_DIGITS - 1 - strlen(prefix);
    int mark = 1;

    if (text_empty(body) || strlen(body) > room) {
        mark = 2;
        body = arena_printf(arena, "%lld", (long long)paying->making->input->notice->id);
    }
    int zeros = (int)(room - strlen(body));
    body = arena_printf(arena, "%s%d%.*s%s", prefix, mark, zeros, "0000000000000000000000000", body);
    return pay_qrr_make(arena, body, &made, NULL) == 0 ? made : "";
}

/* The reference on an account that is not a QR-IBAN. */
static const char *rf_or_none(const struct paying *paying)
{
    const char *rf = "";

    if (pay_rf(paying->making->arena, own_reference(paying), &rf, NULL) == 0)
        return rf;
    bool has_own = !text_empty(own_reference(paying));
    return paying->making->input->business->rf_references && !has_own ? made_rf(paying) : "";
}

static struct pay_party creditor_of(const struct making *making, const char *iban)
{
    const struct business *business = making->input->business;
    struct pay_party party = {.name = business->name,
                              .postcode = text_or_empty(business->postcode),
                              .city = text_or_empty(business->city),
                              .country = text_or_empty(business->country)};

    pay_split_street(making->arena, text_or_empty(business->street), &party.street, &party.house);
    if (text_empty(party.country))
        party.country = arena_copy_n(making->arena, iban, 2);
    return party;
}

static struct pay_party debtor_of(const struct making *making)
{
    const struct customer *customer = making->input->dossier->customer;
    struct pay_party party = {.name = pay_cut(making->arena, customer->name, 70),
                              .postcode = customer->postcode,
                              .city = customer->city,
                              .country = customer->country};

    pay_split_street(making->arena, customer->street, &party.street, &party.house);
    return party;
}

/* Without the debtor if his address does not do: he can write it in himself. */
static const char *swiss_payload(const struct paying *paying)
{
    const struct making *making = paying->making;
    const struct notice *notice = making->input->notice;
    const char *payload = "";
    bool says_more = !text_equal(paying->plain, own_reference(paying)) || text_empty(paying->reference);
    struct pay_swiss swiss = {.iban = paying->iban,
                              .currency = notice->currency,
                              .creditor = creditor_of(making, paying->iban),
                              .debtor = debtor_of(making),
                              .amount = notice->total,
                              .reference = paying->reference,
                              .message = says_more ? pay_cut(making->arena, paying->plain, QUOTED_LENGTH) : "",
                              .bill = "",
                              .procedure = {"", ""}};

    if (pay_swiss(&swiss, making->arena, &payload, NULL) == 0)
        return payload;
    swiss.debtor = (struct pay_party){.name = ""};
    return pay_swiss(&swiss, making->arena, &payload, NULL) == 0 ? payload : "";
}

/* Bills in francs, and in euro to customers who pay from a Swiss bank. */
static bool wants_bill(const struct making *making)
{
    const char *country = making->input->dossier->customer->country;

    return text_equal(making->input->notice->currency, "CHF") ||
           (text_equal(making->input->notice->currency, "EUR") &&
            (text_equal(country, "CH") || text_equal(country, "LI")));
}

/* A QR reference goes to the QR-IBAN, another to the IBAN. */
static void choose_account(struct paying *paying)
{
    const struct making *making = paying->making;
    const struct business *business = making->input->business;
    const char *qr_iban = "", *ignored;

    if (pay_iban(making->arena, business->iban, &paying->iban, NULL) != 0)
        paying->iban = "";
    if (pay_iban(making->arena, text_or_empty(business->qr_iban), &qr_iban, NULL) != 0 && pay_iban_is_qr(paying->iban))
        qr_iban = paying->iban;
    bool has_rf = pay_rf(making->arena, own_reference(paying), &ignored, NULL) == 0;
    bool has_qrr = pay_qrr(making->arena, own_reference(paying), &ignored, NULL) == 0;
    bool takes_rf = pay_iban_is_swiss(paying->iban) && !pay_iban_is_qr(paying->iban);
    if (text_empty(qr_iban) || !wants_bill(making) || (has_rf && takes_rf)) {
        paying->reference = rf_or_none(paying);
        return;
    }
    paying->iban = qr_iban;
    paying->reference = has_qrr ? pay_compact(making->arena, own_reference(paying)) : made_qrr(paying);
}

static const char *epc_payload(const struct paying *paying)
{
    const struct making *making = paying->making;
    const char *payload = "";
    const struct pay_epc epc = {.name = making->input->business->name,
                                .iban = paying->iban,
                                .bic = making->input->business->bic,
                                .currency = making->input->notice->currency,
                                .amount = making->input->notice->total,
                                .purpose = "",
                                .reference = paying->reference,
                                .text = text_empty(paying->reference) ? paying->plain : "",
                                .information = ""};

    return pay_epc(&epc, making->arena, &payload, NULL) == 0 ? payload : "";
}

/* The transaction's reference, which the payee's app gives back: the single invoice, else the notice. */
static const char *upi_reference(const struct paying *paying)
{
    const char *number = paying->invoice_count == 1 ? paying->invoices[0]->number : "";
    char name[NOTICE_TEXT_SIZE];

    if (!text_empty(number) && strlen(number) <= UPI_REFERENCE && text_is_ascii(number))
        return number;
    return arena_copy(paying->making->arena, notice_name(paying->making->input->notice->id, name));
}

static const char *upi_payload(const struct paying *paying)
{
    const struct making *making = paying->making;
    const char *link = "";
    const struct pay_upi upi = {.address = text_or_empty(making->input->business->upi_id),
                                .name = making->input->business->name,
                                .note = pay_cut(making->arena, paying->plain, UPI_NOTE),
                                .reference = upi_reference(paying),
                                .amount = making->input->notice->total};

    if (!text_equal(making->input->notice->currency, "INR"))
        return "";
    return pay_upi(&upi, making->arena, &link, NULL) == 0 ? link : "";
}

/* Many mail programs drop links that are not of the web: the business's own page may lead on. */
static const char *upi_url(const struct paying *paying)
{
    const char *page = text_or_empty(paying->making->input->business->upi_page);

    if (text_empty(paying->upi_link) || text_empty(page))
        return paying->upi_link;
    return arena_printf(paying->making->arena, "%s%c%s", page, strchr(page, '?') == NULL ? '?' : '&',
                        strchr(paying->upi_link, '?') + 1);
}

/* What a code says and a person can type, in words of no language; "" for what it does not say. */
static struct value *lines_of(const struct paying *paying, const char *quoted)
{
    const struct making *making = paying->making;
    const struct business *business = making->input->business;
    struct arena *arena = making->arena;
    bool upi = !text_empty(paying->upi_link), bic = !text_empty(business->bic) && !upi;
    const char *lines[] = {
        business->name,
        upi ? arena_printf(arena, "UPI %s", business->upi_id)
            : arena_printf(arena, "IBAN %s", pay_grouped(arena, paying->iban, 4, 4)),
        bic ? arena_printf(arena, "BIC %s", business->bic) : "",
        values_amount(making, making->input->notice->total),
        upi ? upi_reference(paying) : quoted,
    };
    struct value *list = value_list(arena);

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (!text_empty(lines[i]))
            value_push(list, value_text(arena, lines[i]));
    }
    return list;
}

static const char *account_of(const struct paying *paying)
{
    const struct business *business = paying->making->input->business;
    const char *iban = text_empty(paying->iban) ? business->iban : paying->iban;

    return text_empty(iban) ? text_or_empty(business->account) : pay_grouped(paying->making->arena, iban, 4, 4);
}

/* A plan is paid in parts and a handoff to others: no code for the whole. */
static bool is_for_codes(const struct notice *notice)
{
    switch (notice->action) {
    case ACTION_REMIND:
    case ACTION_NOTICE:
        return notice->total > 0;
    case ACTION_OFFER_PLAN:
    case ACTION_HANDOFF:
    case ACTION_TASK:
        break;
    }
    return false;
}

static void make_codes(struct paying *paying)
{
    paying->upi_link = upi_payload(paying);
    if (wants_bill(paying->making) && pay_iban_is_swiss(paying->iban))
        paying->swiss_qr = swiss_payload(paying);
    if (text_empty(paying->swiss_qr))
        paying->epc_qr = epc_payload(paying);
}

static void set_code(const struct paying *paying, struct value *root, const char *quoted)
{
    const char *codes[] = {paying->swiss_qr, paying->epc_qr, paying->upi_link}, *code = "";

    for (size_t i = 0; i < sizeof codes / sizeof codes[0] && paying->making->input->business->qr_codes; i++)
        code = text_empty(code) && strlen(codes[i]) <= PAY_CODE_MAX ? codes[i] : code;
    bool has = !text_empty(code);
    value_put_text(root, "pay_code", code);
    value_put(root, "pay_lines", has ? lines_of(paying, quoted) : value_list(paying->making->arena));
    value_put_text(root, "pay_image",
                   has ? arena_printf(paying->making->arena, "cid:%s", values_image_id(paying->making)) : "");
}

const char *values_set_pay(const struct making *making, struct value *root)
{
    struct paying paying = {.making = making,
                            .invoices =
                                arena_array(making->arena, making->input->notice->item_count + 1, sizeof(void *)),
                            .iban = "",
                            .swiss_qr = "",
                            .epc_qr = "",
                            .upi_link = ""};

    paying.invoice_count = values_invoices(making, paying.invoices);
    paying.plain = plain_reference(&paying);
    choose_account(&paying);
    if (is_for_codes(making->input->notice))
        make_codes(&paying);
    const char *quoted =
        pay_reference_printed(making->arena, text_empty(paying.reference) ? paying.plain : paying.reference);
    value_put_text(root, "account", account_of(&paying));
    value_put_text(root, "reference", paying.reference);
    value_put_text(root, "epc_qr", paying.epc_qr);
    value_put_text(root, "swiss_qr", paying.swiss_qr);
    value_put_text(root, "upi_link", paying.upi_link);
    value_put_text(root, "upi_url", upi_url(&paying));
    set_code(&paying, root, quoted);
    return quoted;
}
