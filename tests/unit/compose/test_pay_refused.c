/*
 * What cannot be paid by its rules is refused with a sentence, and what just can be is not.
 */
#include "unit/compose/pay_input.h"

#define TEN "abcdefghij"
#define NAME_OF_71 TEN TEN TEN TEN TEN TEN TEN "x"

static const struct refused {
    const char *remark, *input;
    check_text *make;
    const char *part; /* of the sentence */
} refused_texts[] = {
    {"IBAN too short", "DE8937040044053201300", pay_iban, "one of DE has 22 characters, this has 21"},
    {"IBAN too long", "DE893704004405320130000", pay_iban, "one of DE has 22 characters, this has 23"},
    {"IBAN of nowhere", "ZZ89370400440532013000", pay_iban, "does not begin with a country that has them"},
    {"IBAN with a dot", "DE89.3704.0044.0532.0130", pay_iban, "other characters than letters and digits"},
    {"IBAN mistyped", "DE89370400440532013001", pay_iban, "check digits do not fit; look for a typing error"},
    {"check digits that cannot be made", "DE00370400440532013097", pay_iban, "check digits do not fit"},
    {"no IBAN", "", pay_iban, "\"\" is no IBAN"},
    {"BIC of nine", "COBADEFFX", pay_bic, "it has 9 characters, not 8 or 11"},
    {"BIC without a country", "COBA12FF", pay_bic, "two of the country"},
    {"BIC with a hyphen", "COBADE-F", pay_bic, "is no BIC: write four letters of the bank"},
    {"RF mistyped", "RF19539007547034", pay_rf, "check digits of \"RF19539007547034\" do not fit"},
    {"RF without RF", "18539007547034", pay_rf, "does not begin with RF and two digits"},
    {"RF without a body", "RF18", pay_rf, "needs 1 to 21 letters or digits"},
    {"RF of 22", "1234567890123456789012", pay_rf_make, "22 characters, at most 21"},
    {"RF with a hyphen", "2026-0113", pay_rf_make, "letters A to Z and digits only"},
    {"QR reference of 26", "21000000000313947143000901", pay_qrr, "it has 27 digits and nothing else"},
    {"QR reference of zeros", "000000000000000000000000000", pay_qrr, "refers to nothing"},
    {"QR reference of a letter", "A1", pay_qrr_make, "may have digits only"},
    {"QR reference too long", "123456789012345678901234567", pay_qrr_make, "27 digits, at most 26"},
    {"EPC in francs", "currency=CHF", run_epc, "is in EUR only, not in CHF"},
    {"EPC of nothing", "amount=0", run_epc, "an amount from 0.01 to 999999999.99 EUR"},
    {"EPC of too much", "amount=1000000000.00", run_epc, "an amount from 0.01 to 999999999.99 EUR"},
    {"EPC below nothing", "amount=-5.00", run_epc, "an amount from 0.01"},
    {"EPC without a payee", "name=", run_epc, "needs the name of the payee; add it"},
    {"EPC, a long payee", "name=" NAME_OF_71, run_epc, "has 71 characters, at most 70 are allowed; shorten it"},
    {"EPC, a long text", "text=" NAME_OF_71 NAME_OF_71, run_epc, "the text has 142 characters, at most 140"},
    {"EPC, two lines in a name", "name=A\nB", run_epc, "has a line end or another control character"},
    {"EPC, reference and text", "ref=RF18539007547034;text=x", run_epc, "a structured reference or a text, not both"},
    {"EPC, RF mistyped", "ref=RF19539007547034", run_epc, "check digits of \"RF19539007547034\" do not fit"},
    {"EPC, a long reference", "ref=" NAME_OF_71, run_epc, "the reference has 71 characters, at most 35"},
    {"EPC, a purpose in small letters", "purpose=gdds", run_epc, "the purpose is a code of up to four capitals"},
    {"EPC outside of SEPA", "iban=AE070331234567890123456", run_epc, "needs an account within SEPA; AE is outside"},
    {"EPC of GB without a BIC", "iban=GB82WEST12345698765432", run_epc, "an account in GB needs the BIC; add it"},
    {"EPC with half a BIC", "bic=COBA", run_epc, "it has 4 characters, not 8 or 11"},
    {"EPC, many bytes",
     "name=äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöü;"
     "text=äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöü"
     "äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöü",
     run_epc, "holds 331 bytes, this takes"},
    {"UPI without a handle", "pa=shop;pn=Shop", run_upi, "is no UPI address; write it as name@handle"},
    {"UPI with a mail address", "pa=shop@bank.example;pn=Shop", run_upi, "is no UPI address"},
    {"UPI without a name", "pa=shop@okaxis", run_upi, "needs the payee's name; add it"},
    {"UPI of nothing", "pa=shop@okaxis;pn=Shop;am=0", run_upi, "an amount from 0.01"},
    {"UPI, a long note", "pa=shop@okaxis;pn=Shop;tn=" NAME_OF_71 NAME_OF_71, run_upi, "the note has 142 characters"},
};

static void what_breaks_a_rule_is_refused_with_a_sentence(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);

    for (size_t i = 0; i < LENGTH(refused_texts); i++) {
        const struct refused *refused = &refused_texts[i];
        const char *out = "untouched";
        struct err err = {0};
        expect_int(refused->remark, refused->make(arena, refused->input, &out, &err), -1);
        expect_part(refused->remark, err.text, refused->part);
        expect_int(refused->remark, err.code, ERR_REFUSED);
        expect_text(refused->remark, out, "untouched");
    }
    arena_free(&arena);
}

/* The most that one code holds is allowed. */
static void the_limits_themselves_are_allowed(void **state)
{
    (void)state;
    static const char *const inputs[] = {
        "amount=0.01",
        "amount=999999999.99",
        "name=" TEN TEN TEN TEN TEN TEN TEN,
        "text=" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN,
        "iban=GB82WEST12345698765432;bic=WESTGB22",
        "iban=CH5604835012345678009;bic=CRESCHZZ80A",
        "name=Müller & Söhne;text=Größe",
        "purpose=GDDS;ref=RF18539007547034;info=abc",
        "ref=+++090/9337/55493+++",
    };
    struct arena *arena = arena_new(0);

    for (size_t i = 0; i < LENGTH(inputs); i++) {
        const char *out = "";
        struct err err = {0};
        if (run_epc(arena, inputs[i], &out, &err) != 0)
            fail_msg("%s: %s", inputs[i], err.text);
        expect_true(inputs[i], strlen(out) <= 331);
    }
    arena_free(&arena);
}

static struct pay_swiss bill(void)
{
    return (struct pay_swiss){
        .iban = "CH5604835012345678009",
        .currency = "CHF",
        .creditor = {"Robert Schneider AG", "Rue du Lac", "1268", "2501", "Biel", "CH"},
        .debtor = {.name = ""},
        .amount = 194975,
        .reference = "",
        .message = "",
        .bill = "",
        .procedure = {"", ""},
    };
}

static void a_bill_with_nobody_to_pay_it(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct pay_swiss swiss = bill();
    const char *out = "";
    struct err err = {0};

    swiss.reference = "RF18 5390 0754 7034";
    if (pay_swiss(&swiss, arena, &out, &err) != 0)
        fail_msg("%s", err.text);
    expect_text("payload", out,
                "SPC\n0200\n1\nCH5604835012345678009\nS\nRobert Schneider AG\nRue du Lac\n1268\n2501\nBiel\nCH\n"
                "\n\n\n\n\n\n\n1949.75\nCHF\n\n\n\n\n\n\n\nSCOR\nRF18539007547034\n\nEPD");
    arena_free(&arena);
}

#define SWISS_CASES                                                                                                \
    X("another country's IBAN", swiss.iban = "DE89370400440532013000", "needs an account of CH or LI, not of DE")  \
    X("in dollars", swiss.currency = "USD", "is in CHF or EUR, not in USD")                                        \
    X("below nothing", swiss.amount = -1, "an amount from 0.01 to 999999999.99")                                   \
    X("too much", swiss.amount = 100000000000, "an amount from 0.01 to 999999999.99")                              \
    X("QR-IBAN without a reference", swiss.iban = "CH4431999123000889012", "on a QR-IBAN needs a QR reference")    \
    X("QR reference without QR-IBAN", swiss.reference = "210000000003139471430009017", "on a QR-IBAN only")        \
    X("RF mistyped", swiss.reference = "RF19539007547034", "do not fit; look for a typing error")                  \
    X("creditor without a town", swiss.creditor.city = "", "the creditor of a Swiss QR bill needs a town; add it") \
    X("country in words", swiss.creditor.country = "ch", "the country is written in two capitals, like CH")        \
    X("long postcode", swiss.creditor.postcode = "12345678901234567", "a postcode has 17 characters, at most 16")  \
    X("debtor without a postcode", swiss.debtor.name = "A", "the debtor of a Swiss QR bill needs a postcode")      \
    X("Greek letters", swiss.message = "Τιμολόγιο", "holds Latin letters only")                                    \
    X("a long message", swiss.message = NAME_OF_71 NAME_OF_71, "the message has 142 characters, at most 140")      \
    X("long together", (swiss.message = NAME_OF_71, swiss.bill = "//" NAME_OF_71), "144 characters together")      \
    X("billing without a syntax", swiss.bill = "S1/10/1", "billing information begins with //")

static void bills_that_break_a_rule(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);

#define X(remark, change, part)                                       \
    {                                                                 \
        struct pay_swiss swiss = bill();                              \
        swiss.debtor = (struct pay_party){"", "", "", "", "", ""};    \
        const char *out = "untouched";                                \
        struct err err = {0};                                         \
        (void)(change);                                               \
        expect_int(remark, pay_swiss(&swiss, arena, &out, &err), -1); \
        expect_part(remark, err.text, part);                          \
    }
    SWISS_CASES
#undef X
    arena_free(&arena);
}

static void streets_are_split(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"Rue du Lac 1268", "Rue du Lac", "1268"},
        {"Hafenstraße 4a", "Hafenstraße", "4a"},
        {" Am Markt ", "Am Markt", ""},
        {"Postfach", "Postfach", ""},
        {"12", "12", ""},
        {"Hauptstrasse 12 a", "Hauptstrasse 12 a", ""},
        {"", "", ""},
    };
    struct arena *arena = arena_new(0);

    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *street, *house;
        pay_split_street(arena, cases[i][0], &street, &house);
        expect_text(cases[i][0], street, cases[i][1]);
        expect_text(cases[i][0], house, cases[i][2]);
    }
    arena_free(&arena);
}

static void links_that_cannot_be_read(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"https://pay.example/?pa=shop@okaxis", "does not begin with upi://pay?"},
        {"upi://pay?pn=Shop", "is no UPI address"},
        {"upi://pay?pa=shop%4", "not followed by percent-encoded text"},
        {"upi://pay?pa=shop%40okaxis&pn=%00", "not followed by percent-encoded text"},
        {"upi://pay?pa=shop@okaxis&am=1,50", "1,50"},
        {"upi://pay?pa=shop@okaxis&cu=EUR", "in INR only"},
    };
    struct arena *arena = arena_new(0);
    struct pay_upi upi;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct err err = {0};
        expect_int(cases[i][0], pay_upi_read(cases[i][0], arena, &upi, &err), -1);
        expect_part(cases[i][0], err.text, cases[i][1]);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_breaks_a_rule_is_refused_with_a_sentence),
        cmocka_unit_test(the_limits_themselves_are_allowed),
        cmocka_unit_test(a_bill_with_nobody_to_pay_it),
        cmocka_unit_test(bills_that_break_a_rule),
        cmocka_unit_test(streets_are_split),
        cmocka_unit_test(links_that_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
