/* The keys of business and of each of entities. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/pay.h"
#include "config/main_file.h"
#include "config/reader.h"
#include "config/tables.h"

enum { QRR_PREFIX_MAX = 12 };

/* What only the rules of its scheme can tell to be wrong. */
struct account_check {
    const char *key, *text;
    int (*check)(struct arena *arena, const char *text, const char **out, struct err *err);
};

static int check_qr_iban(struct arena *arena, const char *text, const char **out, struct err *err)
{
    if (pay_iban(arena, text, out, err) != 0)
        return -1;
    if (!pay_iban_is_qr(*out))
        return err_set(err, ERR_CONFIG,
                       "\"%s\" is no QR-IBAN: it is one of CH or LI whose fifth to ninth digits are "
                       "30000 to 31999; write another IBAN as iban",
                       text);
    return 0;
}

static int check_qrr_prefix(struct arena *arena, const char *text, const char **out, struct err *err)
{
    (void)arena;
    if (text[strspn(text, "0123456789")] != '\0' || strlen(text) > QRR_PREFIX_MAX)
        return err_set(err, ERR_CONFIG, "\"%s\" cannot begin a QR reference; write at most %d digits", text,
                       QRR_PREFIX_MAX);
    *out = text;
    return 0;
}

static int check_country(struct arena *arena, const char *text, const char **out, struct err *err)
{
    (void)arena;
    if (strlen(text) != 2 || strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2)
        return err_set(err, ERR_CONFIG, "\"%s\" is no country; write its two letters, like CH", text);
    *out = text;
    return 0;
}

static int check_upi_id(struct arena *arena, const char *text, const char **out, struct err *err)
{
    (void)arena;
    *out = text;
    return pay_upi_address(text, err);
}

static int check_upi_page(struct arena *arena, const char *text, const char **out, struct err *err)
{
    (void)arena;
    if (!text_starts(text, "https://") || strpbrk(text, " #<>\"") != NULL)
        return err_set(err, ERR_CONFIG, "\"%s\" is no address of a page; write it with https:// and without a #", text);
    *out = text;
    return 0;
}

static void check_accounts(struct reader *reader, config_setting_t *setting, const struct business *business)
{
    const struct account_check checks[] = {
        {"iban", business->iban, pay_iban},
        {"bic", business->bic, pay_bic},
        {"qr_iban", business->qr_iban, check_qr_iban},
        {"qrr_prefix", business->qrr_prefix, check_qrr_prefix},
        {"country", business->country, check_country},
        {"upi_id", business->upi_id, check_upi_id},
        {"upi_page", business->upi_page, check_upi_page},
    };
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        const char *ignored;
        struct err err = {0};
        if (!text_empty(checks[i].text) && checks[i].check(reader->arena, checks[i].text, &ignored, &err) != 0)
            reader_error(reader, reader_member(setting, checks[i].key), "%s: %s", checks[i].key, err.text);
    }
}

/* Codes that would silently be missing from every mail. */
static void check_codes(struct reader *reader, config_setting_t *setting, const struct business *business)
{
    enum { NAME_MOST = 70 };
    const char *iban = "";
    bool has_iban = pay_iban(reader->arena, business->iban, &iban, NULL) == 0;
    bool has_place = !text_empty(business->postcode) && !text_empty(business->city);
    size_t name = text_columns(text_empty(business->name) ? "" : business->name);
    if (!text_empty(business->qr_iban) && !has_place)
        reader_error(reader, reader_member(setting, "qr_iban"),
                     "qr_iban: a Swiss QR bill names the place of the business; add postcode and city");
    else if (business->qr_codes && has_iban && pay_iban_is_swiss(iban) && !has_place)
        reader_warn(reader, reader_member(setting, "iban"),
                    "iban: mails show no Swiss QR bill, which names the place of the business; add postcode and city, "
                    "or switch qr_codes off");
    if (business->qr_codes && (has_iban || !text_empty(business->qr_iban)) && name > NAME_MOST)
        reader_warn(
            reader, reader_member(setting, "name"),
            "name: mails show no payment code, which holds names of %d characters, this has %zu; shorten it, or "
            "switch qr_codes off",
            NAME_MOST, name);
}

void business_options_finish(struct reader *reader, config_setting_t *setting, void *target)
{
    struct business *business = target;
    reader_address(reader, setting, "email", business->email);
    reader_address(reader, setting, "reply_to", business->reply_to);
    if (business->entity == NULL)
        business->entity = "";
    const char *name = NULL;
    if (config_setting_lookup_string(setting, "name", &name) == CONFIG_TRUE && name[0] == '\0')
        reader_error(reader, reader_member(setting, "name"), "name: is empty; write the creditor's name");
    check_accounts(reader, setting, business);
    check_codes(reader, setting, business);
}

/* Those of business are all but the first. */
static const struct option entity_options[] = {
    {.name = "entity",
     .type = OPTION_NAME,
     AT(struct business, entity),
     .example = "\"AT01\"",
     .sentence = "The creditor's id in the ledger's column entity."},
    {.name = "name",
     .type = OPTION_TEXT,
     AT(struct business, name),
     .example = "\"Example GmbH\"",
     .sentence = "Name of the creditor, as sender of all mail."},
    {.name = "email",
     .type = OPTION_TEXT,
     AT(struct business, email),
     .example = "\"accounts@example.com\"",
     .sentence = "Address from which mail is sent."},
    {.name = "reply_to",
     .type = OPTION_TEXT,
     AT(struct business, reply_to),
     .preset = "",
     .example = "\"accounts@example.com\"",
     .sentence = "Address for replies.  Default: email."},
    {.name = "address",
     .type = OPTION_LINES,
     AT(struct business, address),
     .preset = "",
     .example = "\"Example Street 1\\n12345 Example Town\"",
     .sentence = "Postal address; lines are separated by \\n."},
    {.name = "phone",
     .type = OPTION_TEXT,
     AT(struct business, phone),
     .preset = "",
     .example = "\"+49 30 1234567\"",
     .sentence = "Telephone number for questions."},
    {.name = "website",
     .type = OPTION_TEXT,
     AT(struct business, website),
     .preset = "",
     .example = "\"https://www.example.com\"",
     .sentence = "Web site."},
    {.name = "iban",
     .type = OPTION_TEXT,
     AT(struct business, iban),
     .preset = "",
     .example = "\"DE02120300000000202051\"",
     .sentence = "Bank account to which customers pay."},
    {.name = "bic",
     .type = OPTION_TEXT,
     AT(struct business, bic),
     .preset = "",
     .example = "\"BYLADEM1001\"",
     .sentence = "BIC of the bank."},
    {.name = "bank",
     .type = OPTION_TEXT,
     AT(struct business, bank),
     .preset = "",
     .example = "\"Example Bank\"",
     .sentence = "Name of the bank."},
    {.name = "account",
     .type = OPTION_TEXT,
     AT(struct business, account),
     .preset = "",
     .example = "\"routing 021000021, account 123456789\"",
     .sentence = "Bank account as customers write it, where it is no IBAN."},
    {.name = "vat_id",
     .type = OPTION_TEXT,
     AT(struct business, vat_id),
     .preset = "",
     .example = "\"DE123456789\"",
     .sentence = "VAT number."},
    {.name = "register_entry",
     .type = OPTION_TEXT,
     AT(struct business, register_entry),
     .preset = "",
     .example = "\"HRB 12345, Amtsgericht Example\"",
     .sentence = "Entry in the commercial register."},
    {.name = "qr_codes",
     .type = OPTION_BOOL,
     AT(struct business, qr_codes),
     .preset = "true",
     .sentence = "Whether mail shows a payment code: SEPA, Swiss QR bill or UPI, as account and currency allow."},
    {.name = "rf_references",
     .type = OPTION_BOOL,
     AT(struct business, rf_references),
     .preset = "false",
     .sentence =
         "Whether a payment for which the ledger has no reference gets an RF reference (ISO 11649), made of the "
         "number of the invoice or of the notice."},
    {.name = "qr_iban",
     .type = OPTION_TEXT,
     AT(struct business, qr_iban),
     .preset = "",
     .example = "\"CH4431999123000889012\"",
     .sentence = "QR-IBAN of a Swiss account, for QR bills with QR references; needs postcode and city."},
    {.name = "qrr_prefix",
     .type = OPTION_TEXT,
     AT(struct business, qrr_prefix),
     .preset = "",
     .example = "\"210000\"",
     .sentence = "Digits with which QR references begin, as the bank gives them."},
    {.name = "street",
     .type = OPTION_TEXT,
     AT(struct business, street),
     .preset = "",
     .example = "\"Rue du Lac 1268\"",
     .sentence = "Street and number, for Swiss QR bills."},
    {.name = "postcode",
     .type = OPTION_TEXT,
     AT(struct business, postcode),
     .preset = "",
     .example = "\"2501\"",
     .sentence = "Postcode, for Swiss QR bills."},
    {.name = "city",
     .type = OPTION_TEXT,
     AT(struct business, city),
     .preset = "",
     .example = "\"Biel\"",
     .sentence = "Town, for Swiss QR bills."},
    {.name = "country",
     .type = OPTION_TEXT,
     AT(struct business, country),
     .preset = "",
     .example = "\"CH\"",
     .sentence = "Country, two letters, for Swiss QR bills.  Default: that of the account."},
    {.name = "upi_id",
     .type = OPTION_TEXT,
     AT(struct business, upi_id),
     .preset = "",
     .example = "\"example@okbank\"",
     .sentence = "UPI address to which customers pay amounts in INR."},
    {.name = "upi_page",
     .type = OPTION_TEXT,
     AT(struct business, upi_page),
     .preset = "",
     .example = "\"https://www.example.com/upi\"",
     .sentence =
         "Web page that opens a UPI app with the data behind its question mark; many mail programs drop links that are "
         "not of the web."},
};

const struct option_group group_business = {.file = "dunningd.conf",
                                            .name = "business",
                                            .manual = "dunningd.conf(5)",
                                            .options = entity_options + 1,
                                            .count = sizeof entity_options / sizeof *entity_options - 1,
                                            .size = sizeof(struct business),
                                            .finish = business_options_finish};
const struct option_group group_entity = {.file = "dunningd.conf",
                                          .name = "entities",
                                          .manual = "dunningd.conf(5)",
                                          GROUP_OF(entity_options, struct business),
                                          .finish = business_options_finish};
