/*
 * How a notice can be paid, as its values and as its mail: what follows from
 * account, currency and country, and pictures that another reader reads.
 */
#include "unit/compose/sample.h"
#include "unit/compose/templates.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/catalog_set.h"
#include "compose/pay.h"
#include "compose/value.h"

/* A business, a customer and a notice; what is left out is as in the sample. */
struct pay_case {
    const char *name;
    const char *iban, *bic, *qr_iban, *qrr_prefix, *upi_id, *upi_page, *business, *account;
    const char *currency, *country, *customer, *number, *own;
    int64_t total;
    bool single, rf, no_place, no_codes, plan;
    /* wanted; NULL: not looked at */
    const char *want_account, *want_reference, *want_quoted, *want_url, *want_code, *want_lines;
};

#define SWISS_CREDITOR "S\nExample GmbH\nRue du Lac\n1268\n2501\nBiel\nCH\n\n\n\n\n\n\n\n"
#define SWISS_DEBTOR "S\nMüller & Söhne GmbH\nHafenstraße\n4\n20457\nHamburg\nDE\n"
#define NBSP "\xC2\xA0"

static const struct pay_case cases[] = {
    {.name = "euro, numbers as text",
     .want_account = "DE89 3704 0044 0532 0130 00",
     .want_reference = "",
     .want_quoted = "2026-0101, 2026-0102, 2026-0103",
     .want_code = "BCD\n002\n1\nSCT\nCOBADEFFXXX\nExample GmbH\nDE89370400440532013000\nEUR1180.00\n\n\n"
                  "2026-0101, 2026-0102, 2026-0103",
     .want_lines = "Example GmbH|IBAN DE89 3704 0044 0532 0130 00|BIC COBADEFFXXX|EUR" NBSP "1,180.00|"
                   "2026-0101, 2026-0102, 2026-0103|"},
    {.name = "euro, RF of one invoice",
     .single = true,
     .rf = true,
     .want_reference = "RF4720260101",
     .want_quoted = "RF47 2026 0101",
     .want_code = "BCD\n002\n1\nSCT\nCOBADEFFXXX\nExample GmbH\nDE89370400440532013000\nEUR1180.00\n\nRF4720260101"},
    {.name = "euro, RF of the notice", .rf = true, .want_reference = "RF92N000123", .want_quoted = "RF92 N000 123"},
    {.name = "an invoice that cannot be in a reference",
     .single = true,
     .rf = true,
     .number = "Größe 7",
     .want_reference = "RF92N000123"},
    {.name = "an invoice too long for a reference",
     .single = true,
     .rf = true,
     .number = "INVOICE/2026/0000000000001",
     .want_reference = "RF92N000123"},
    {.name = "the ledger's RF",
     .single = true,
     .own = "RF18 5390 0754 7034",
     .want_reference = "RF18539007547034",
     .want_quoted = "RF18 5390 0754 7034"},
    {.name = "the ledger's own words stay",
     .single = true,
     .rf = true,
     .own = "Kassenzeichen 77",
     .want_reference = "",
     .want_quoted = "Kassenzeichen 77",
     .want_code = "BCD\n002\n1\nSCT\nCOBADEFFXXX\nExample GmbH\nDE89370400440532013000\nEUR1180.00\n\n\n"
                  "Kassenzeichen 77"},
    {.name = "no code where none is wanted", .no_codes = true, .want_code = "", .want_lines = ""},
    {.name = "no code on a plan", .plan = true, .want_code = "", .want_account = "DE89 3704 0044 0532 0130 00"},
    {.name = "no SEPA code for dollars", .currency = "USD", .want_code = ""},
    {.name = "no SEPA code for a long name",
     .business = "Gesellschaft zur Förderung überregionaler Straßenbahnbetriebe mbH & Co. KG",
     .want_code = ""},
    {.name = "no IBAN, another account",
     .iban = "",
     .account = "routing 021000021, account 123456789",
     .currency = "USD",
     .want_account = "routing 021000021, account 123456789",
     .want_code = ""},
    {.name = "no account at all", .iban = "", .want_account = "", .want_code = ""},
    {.name = "pounds, and no BIC", .iban = "GB82WEST12345698765432", .bic = "", .currency = "GBP", .want_code = ""},
    {.name = "umlauts",
     .business = "Käse & Söhne",
     .want_code = "BCD\n002\n1\nSCT\nCOBADEFFXXX\nKäse & Söhne\nDE89370400440532013000\nEUR1180.00\n\n\n"
                  "2026-0101, 2026-0102, 2026-0103"},
    {.name = "francs, plain IBAN",
     .iban = "CH5604835012345678009",
     .currency = "CHF",
     .want_account = "CH56 0483 5012 3456 7800 9",
     .want_reference = "",
     .want_code = "SPC\n0200\n1\nCH5604835012345678009\n" SWISS_CREDITOR "1180.00\nCHF\n" SWISS_DEBTOR
                  "NON\n\n2026-0101, 2026-0102, 2026-0103\nEPD"},
    {.name = "francs, RF",
     .iban = "CH5604835012345678009",
     .currency = "CHF",
     .single = true,
     .rf = true,
     .want_reference = "RF4720260101",
     .want_code = "SPC\n0200\n1\nCH5604835012345678009\n" SWISS_CREDITOR "1180.00\nCHF\n" SWISS_DEBTOR
                  "SCOR\nRF4720260101\n2026-0101\nEPD"},
    {.name = "francs, QR-IBAN, one invoice",
     .qr_iban = "CH44 3199 9123 0008 8901 2",
     .qrr_prefix = "210000",
     .currency = "CHF",
     .single = true,
     .want_account = "CH44 3199 9123 0008 8901 2",
     .want_reference = "210000100000000000202601018",
     .want_quoted = "21 00001 00000 00000 02026 01018",
     .want_code = "SPC\n0200\n1\nCH4431999123000889012\n" SWISS_CREDITOR "1180.00\nCHF\n" SWISS_DEBTOR
                  "QRR\n210000100000000000202601018\n2026-0101\nEPD"},
    {.name = "francs, QR-IBAN, several invoices",
     .qr_iban = "CH4431999123000889012",
     .currency = "CHF",
     .want_reference = "200000000000000000000001238"},
    {.name = "francs, QR-IBAN as IBAN, the ledger's QR reference",
     .iban = "CH4431999123000889012",
     .currency = "CHF",
     .single = true,
     .own = "21 00000 00003 13947 14300 09017",
     .want_reference = "210000000003139471430009017",
     .want_quoted = "21 00000 00003 13947 14300 09017",
     .want_code = "SPC\n0200\n1\nCH4431999123000889012\n" SWISS_CREDITOR "1180.00\nCHF\n" SWISS_DEBTOR
                  "QRR\n210000000003139471430009017\n\nEPD"},
    {.name = "francs, the ledger's RF goes to the plain IBAN",
     .iban = "CH5604835012345678009",
     .qr_iban = "CH4431999123000889012",
     .currency = "CHF",
     .single = true,
     .own = "RF18539007547034",
     .want_account = "CH56 0483 5012 3456 7800 9",
     .want_reference = "RF18539007547034"},
    {.name = "francs, a customer in another script",
     .iban = "CH5604835012345678009",
     .currency = "CHF",
     .customer = "Ελληνικά ΑΕ",
     .single = true,
     .want_code = "SPC\n0200\n1\nCH5604835012345678009\n" SWISS_CREDITOR "1180.00\nCHF\n\n\n\n\n\n\n\n"
                  "NON\n\n2026-0101\nEPD"},
    {.name = "francs, no place of the business",
     .iban = "CH5604835012345678009",
     .currency = "CHF",
     .no_place = true,
     .want_code = ""},
    {.name = "euro to Switzerland",
     .qr_iban = "CH4431999123000889012",
     .country = "CH",
     .want_account = "CH44 3199 9123 0008 8901 2"},
    {.name = "euro to Germany from a business with a QR-IBAN",
     .qr_iban = "CH4431999123000889012",
     .want_account = "DE89 3704 0044 0532 0130 00",
     .want_reference = ""},
    {.name = "rupees",
     .iban = "",
     .upi_id = "example@okbank",
     .currency = "INR",
     .single = true,
     .want_url = "upi://pay?pa=example@okbank&pn=Example%20GmbH&am=1180.00&cu=INR&tn=2026-0101&tr=2026-0101",
     .want_code = "upi://pay?pa=example@okbank&pn=Example%20GmbH&am=1180.00&cu=INR&tn=2026-0101&tr=2026-0101",
     .want_lines = "Example GmbH|UPI example@okbank|INR" NBSP "1,180.00|2026-0101|"},
    {.name = "rupees by a page",
     .upi_id = "example@okbank",
     .upi_page = "https://pay.example/upi",
     .currency = "INR",
     .want_url = "https://pay.example/upi?pa=example@okbank&pn=Example%20GmbH&am=1180.00&cu=INR"
                 "&tn=2026-0101%2C%202026-0102%2C%202026-0103&tr=N-000123"},
    {.name = "rupees to a name that is too long for a code",
     .upi_id = "example@okbank",
     .business = "उदाहरण व्यापार और सेवा प्राइवेट लिमिटेड उदाहरण व्यापार और सेवा प्राइवेट लिमिटेड उदाहरण व्यापार",
     .currency = "INR",
     .number = "चालान २०२६ चालान २०२६ चालान २०२६",
     .want_code = "",
     .want_lines = ""},
    {.name = "UPI is for rupees", .upi_id = "example@okbank", .want_url = ""},
    {.name = "nothing to pay", .total = -1, .want_code = ""},
};

/* The least that a mail with a picture says. */
static const struct pay_case shortest = {
    .name = "shortest", .business = "A", .iban = "NO9386011117947", .single = true, .number = "1"};

static const char *or_as(const char *given, const char *otherwise)
{
    return given != NULL ? given : otherwise;
}

static void set_up_business(struct sample *sample, const struct pay_case *one)
{
    struct business *business = &sample->business;

    business->name = or_as(one->business, business->name);
    business->iban = or_as(one->iban, business->iban);
    business->bic = one->iban != NULL ? or_as(one->bic, "") : or_as(one->bic, business->bic);
    business->account = or_as(one->account, "");
    business->qr_iban = or_as(one->qr_iban, "");
    business->qrr_prefix = or_as(one->qrr_prefix, "");
    business->upi_id = or_as(one->upi_id, "");
    business->upi_page = or_as(one->upi_page, "");
    business->street = "Rue du Lac 1268";
    business->postcode = one->no_place ? "" : "2501";
    business->city = one->no_place ? "" : "Biel";
    business->rf_references = one->rf;
    business->qr_codes = !one->no_codes;
}

static void set_up_case(struct sample *sample, struct arena *arena, const struct pay_case *one)
{
    sample_init(sample, arena);
    set_up_business(sample, one);
    snprintf(sample->notice.currency, sizeof sample->notice.currency, "%s", or_as(one->currency, "EUR"));
    sample->customer.name = or_as(one->customer, sample->customer.name);
    sample->customer.country = or_as(one->country, sample->customer.country);
    sample->items[0].number = or_as(one->number, sample->items[0].number);
    sample->items[0].reference = or_as(one->own, "");
    if (one->single) {
        sample->notice.items = &sample->rows[1];
        sample->notice.item_count = 1;
    }
    if (one->total != 0)
        sample->notice.total = one->total;
    if (one->plan)
        sample_make_plan(sample);
}

static void value_is(const struct pay_case *one, const struct value *values, const char *key, const char *want)
{
    if (want == NULL)
        return;
    const char *got = value_as_text(value_get(values, key));
    if (!text_equal(got, want))
        fail_msg("%s, %s: got \"%s\", want \"%s\"", one->name, key, got, want);
}

/* A map of one text, for value_is. */
static const struct value *lines_joined(struct arena *arena, const struct value *values)
{
    const struct value *list = value_get(values, "pay_lines");
    struct value *map = value_map(arena);
    struct text joined;

    text_init(&joined, arena);
    for (size_t i = 0; i < value_count(list); i++)
        text_addf(&joined, "%s|", value_as_text(value_at(list, i)));
    value_set_text(map, "lines", joined.data);
    return map;
}

static void values_follow_from_account_currency_and_country(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena *arena = arena_new(0);
        struct sample sample;
        set_up_case(&sample, arena, &cases[i]);
        const struct value *values = render_values(&sample.input, arena);
        value_is(&cases[i], values, "account", cases[i].want_account);
        value_is(&cases[i], values, "reference", cases[i].want_reference);
        value_is(&cases[i], value_get(values, "notice"), "reference", cases[i].want_quoted);
        value_is(&cases[i], values, "upi_url", cases[i].want_url);
        value_is(&cases[i], values, "pay_code", cases[i].want_code);
        value_is(&cases[i], lines_joined(arena, values), "lines", cases[i].want_lines);
        bool has = value_is_true(value_get(values, "pay_code"));
        expect_int(cases[i].name, value_is_true(value_get(values, "pay_image")), has);
        expect_int(cases[i].name, value_count(value_get(values, "pay_lines")) > 0, has);
        arena_free(&arena);
    }
}

static struct catalog *shipped(struct arena *arena)
{
    struct catalog *catalog = catalog_new(arena, "en");
    struct findings findings;

    findings_init(&findings, arena);
    assert_true(templates_read(catalog, arena, "policies/templates", &findings) > 10);
    catalog_check(catalog, &findings);
    templates_expect_clean(&findings);
    return catalog;
}

static struct rendered mail_of(struct sample *sample, struct catalog *catalog, const char *language)
{
    struct rendered out;
    struct err err = {0};

    sample->input.catalog = catalog;
    sample->message.language = language;
    if (render_message(&sample->input, sample->arena, &out, &err) != 0)
        fail_msg("%s", err.text);
    return out;
}

static void write_file(struct arena *arena, const char *folder, const char *name, const char *bytes, size_t length)
{
    FILE *stream = fopen(arena_printf(arena, "%s/%s", folder, name), "w");

    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, length, stream), length);
    fclose(stream);
}

/* The last one is wrong on purpose, with a picture of something else: the checker must see it. */
static void write_mails(const char *folder, bool wrong)
{
    static const char *const languages[] = {"en", "de", "fr", "es"};

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena *arena = arena_new(0);
        struct sample sample;
        set_up_case(&sample, arena, &cases[i]);
        struct rendered out = mail_of(&sample, shipped(arena), languages[i % LENGTH(languages)]);
        const char *code = value_as_text(value_get(render_values(&sample.input, arena), "pay_code"));
        if (wrong && code[0] != '\0')
            code = "BCD";
        write_file(arena, folder, arena_printf(arena, "%02zu.eml", i), out.mail, out.mail_length);
        write_file(arena, folder, arena_printf(arena, "%02zu.payload", i), code, strlen(code));
        arena_free(&arena);
    }
}

static int run_checker(struct arena *arena, const char *folder, bool quiet)
{
    const char *script = source_path(arena, "tests/unit/compose/check_pay.py");
    int status = system(arena_printf(arena, "/usr/bin/python3 %s %s%s", script, folder, quiet ? " >/dev/null" : ""));

    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void another_reader_reads_the_pictures(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    char folder[] = "/tmp/compose-pay-XXXXXX";

    assert_non_null(mkdtemp(folder));
    write_mails(folder, false);
    int result = run_checker(arena, folder, false);
    write_mails(folder, true);
    int wrong = run_checker(arena, folder, true);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        unlink(arena_printf(arena, "%s/%02zu.eml", folder, i));
        unlink(arena_printf(arena, "%s/%02zu.payload", folder, i));
    }
    rmdir(folder);
    arena_free(&arena);
    assert_int_equal(result, 0);
    assert_int_equal(wrong, 1);
}

static void the_same_message_is_the_same_bytes(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct catalog *catalog = shipped(arena);
    struct sample sample;

    set_up_case(&sample, arena, &cases[0]);
    struct rendered first = mail_of(&sample, catalog, "en"), second = mail_of(&sample, catalog, "en");
    expect_part("a picture", first.mail, "\r\nContent-Type: image/png; name=payment.png\r\n");
    expect_text("again", second.mail, first.mail);
    sample.input.revision = 2;
    expect_true("another revision", strcmp(mail_of(&sample, catalog, "en").mail, first.mail) != 0);
    arena_free(&arena);
}

/*
 * SpamAssassin takes a picture in at most 3200 bytes of HTML for a mail of
 * pictures (its HTML_IMAGE_ONLY rules): every template of ours has more.
 */
static int count_short_ones(const struct template_set *set, struct catalog *catalog)
{
    enum { LITTLE = 3200 };
    struct arena *arena = arena_new(0);
    struct sample sample;
    int count = 0;

    set_up_case(&sample, arena, &shortest);
    sample.business.phone = sample.business.website = sample.business.address = sample.business.bank = "";
    sample.business.vat_id = sample.business.register_entry = sample.items[0].pay_url = sample.message.name = "";
    sample.items[0].po_number = sample.items[0].subject = sample.customer.name = "";
    sample.notice.template_name = set->name;
    struct rendered out = mail_of(&sample, catalog, set->language);
    if (strstr(out.html, "<img") != NULL && strlen(out.html) <= LITTLE) {
        print_error("%s/%s: %zu bytes of HTML\n", set->language, set->name, strlen(out.html));
        count++;
    }
    arena_free(&arena);
    return count;
}

static void no_template_looks_like_a_mail_of_pictures(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct catalog *catalog = shipped(arena);
    int count = 0, seen = 0;

    for (size_t i = 0; i < catalog->count; i++) {
        const struct template_set *set = catalog->sets[i];
        if (set->name[0] == '_' || set->part[PART_HTML] == NULL)
            continue;
        count += count_short_ones(set, catalog);
        seen++;
    }
    arena_free(&arena);
    assert_true(seen > 10);
    assert_int_equal(count, 0);
}

/* A template of someone's own shows no picture: then there is none in the mail. */
static void what_is_not_shown_is_not_sent(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct catalog *catalog = catalog_new(arena, "en");
    struct findings findings;
    static const struct template_file files[] = {
        {"en", "formal", PART_SUBJECT, "en/formal.subject", "Invoice"},
        {"en", "formal", PART_TEXT, "en/formal.txt", "{{#due_items}}{{number}}{{/due_items}} {{epc_qr}}"},
        {"en", "formal", PART_HTML, "en/formal.html", "<p>{{#due_items}}{{number}}{{/due_items}} {{epc_qr}}</p>"},
    };
    struct sample sample;

    findings_init(&findings, arena);
    for (size_t i = 0; i < LENGTH(files); i++)
        catalog_add(catalog, &files[i], &findings);
    catalog_check(catalog, &findings);
    templates_expect_clean(&findings);
    set_up_case(&sample, arena, &cases[0]);
    struct rendered out = mail_of(&sample, catalog, "en");
    expect_part("the payload", out.text, "BCD\n002\n1\nSCT\n");
    assert_null(strstr(out.mail, "image/png"));
    assert_null(strstr(out.mail, "multipart/related"));
    arena_free(&arena);
}

static void what_no_symbol_holds_is_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct pay_image image = {.png = "untouched"};
    struct err err = {0};
    static const size_t lengths[] = {0, 998, 2400, 5000};

    for (size_t i = 0; i < LENGTH(lengths); i++) {
        char *payload = arena_alloc(arena, lengths[i] + 1);
        memset(payload, 'x', lengths[i]);
        expect_int("too long", pay_image(payload, PAY_MARK_NONE, arena, &image, &err), -1);
        expect_part("sentence", err.text, "shorten names and texts");
        expect_text("untouched", image.png, "untouched");
    }
    char *most = arena_alloc(arena, PAY_CODE_MAX + 1);
    memset(most, '\xC3', PAY_CODE_MAX);
    expect_int("the most", pay_image(most, PAY_MARK_SWISS, arena, &image, &err), 0);
    expect_int("version 25", image.width, (117 + 8) * 4);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_follow_from_account_currency_and_country),
        cmocka_unit_test(another_reader_reads_the_pictures),
        cmocka_unit_test(the_same_message_is_the_same_bytes),
        cmocka_unit_test(no_template_looks_like_a_mail_of_pictures),
        cmocka_unit_test(what_is_not_shown_is_not_sent),
        cmocka_unit_test(what_no_symbol_holds_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
