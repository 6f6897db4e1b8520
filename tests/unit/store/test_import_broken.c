#include "unit/store/ledger_fixture.h"

/*
 * Broken files, each with the sentence that its author needs.  Before each one
 * the ledger holds customers C1 and 0042, invoice I1 of C1 (100 EUR, entity
 * "north", line 1) and I2 of 0042; after it the ledger is as before.
 */
#define C "customer_id,name\n"
#define C_MAIL "customer_id,name,email\n"
#define I "invoice_id,customer_id,issued_on,due_on,currency,amount\n"
#define P "payment_id,customer_id,invoice_id,paid_on,currency,amount\n"
#define K "contact_id,customer_id,email\n"

static const char *const map_of_nothing[] = {"invoice_id", "Nr", NULL};
static const char *const map_to_nothing[] = {"invoice", "invoice_id", NULL};

static const struct {
    const char *remark;
    enum import_kind kind;
    const char *csv;
    struct import_options options;
    const char *said; /* a whole line of the findings */
} cases[] = {
    /* the file */
    {"nothing in it",
     IMPORT_CUSTOMERS,
     "",
     {.date_format = ""},
     "file.csv:1: the file is empty; its first line must name the columns"},
    {"JSON",
     IMPORT_CUSTOMERS,
     "[{\"customer_id\": 1}][{}]",
     {.date_format = ""},
     "file.csv:1: the file is JSON; export the data as CSV"},
    {"UTF-16",
     IMPORT_CUSTOMERS,
     "\xff\xfe"
     "c",
     {.date_format = ""},
     "file.csv:1: the file is UTF-16; save it as UTF-8"},
    {"CR alone",
     IMPORT_CUSTOMERS,
     "customer_id,name\rC3,Carl\r",
     {.date_format = ""},
     "file.csv:1: lines end with CR alone; save the file with LF or CR LF line ends"},
    {"Latin-1",
     IMPORT_CUSTOMERS,
     C "C3,M\xfcller\n",
     {.date_format = ""},
     "file.csv:2: field 2 is not UTF-8; save the file as UTF-8"},
    {"open quote",
     IMPORT_CUSTOMERS,
     C "C3,\"Carl\nC4,Dora\n",
     {.date_format = ""},
     "file.csv:2: the quote that opens in line 2 is never closed"},
    {"text after a quote",
     IMPORT_CUSTOMERS,
     C "C3,\"Carl\" Meyer\n",
     {.date_format = ""},
     "file.csv:2: text follows a closing quote; inside a quoted field a quote is written twice"},
    /* the header */
    {"a column is missing",
     IMPORT_CUSTOMERS,
     "name\nAnna\n",
     {.date_format = ""},
     "file.csv:1: customer_id: the header does not name this column, which every row needs; add it, or name theirs"
     " with "
     "--map customer_id=THEIRS"},
    {"no header at all",
     IMPORT_CUSTOMERS,
     "C3,Carl\n",
     {.date_format = ""},
     "file.csv:1: there is no column \"C3\"; name ours with --map OURS=THEIRS, or pass it over with --ignore-columns"},
    {"an unknown column",
     IMPORT_CUSTOMERS,
     "customer_id,name,colour\nC3,Carl,red\n",
     {.date_format = ""},
     "file.csv:1: there is no column \"colour\"; name ours with --map OURS=THEIRS, or pass it over with"
     " --ignore-columns"},
    {"a column without a name",
     IMPORT_CUSTOMERS,
     "customer_id,name,\nC3,Carl,\n",
     {.date_format = ""},
     "file.csv:1: field 3 of the header has no name; give it one, or pass it over with --ignore-columns"},
    {"a column twice",
     IMPORT_CUSTOMERS,
     "customer_id,name,Name\nC3,Carl,Carl\n",
     {.date_format = ""},
     "file.csv:1: name: the header names it twice; remove one"},
    {"--map to a name that the file does not have",
     IMPORT_INVOICES,
     I,
     {.date_format = "", .map = map_of_nothing},
     "file.csv:1: --map: the header has no \"Nr\""},
    {"--map from a name that we do not have",
     IMPORT_INVOICES,
     I,
     {.date_format = "", .map = map_to_nothing},
     "file.csv:1: --map: invoices has no column \"invoice\""},
    /* records */
    {"too few fields",
     IMPORT_CUSTOMERS,
     C "C3\n",
     {.date_format = ""},
     "file.csv:2: has 1 fields, but the header has 2; put quotes round a field that holds the separator"},
    {"a name with a comma",
     IMPORT_CUSTOMERS,
     C "C3,Meyer, Carl\n",
     {.date_format = ""},
     "file.csv:2: has 3 fields, but the header has 2; put quotes round a field that holds the separator"},
    {"the line where a long record begins",
     IMPORT_CUSTOMERS,
     C "C3,\"Carl\n\n\",x\n",
     {.date_format = ""},
     "file.csv:2: has 3 fields, but the header has 2; put quotes round a field that holds the separator"},
    {"lines are counted through records of several lines",
     IMPORT_CUSTOMERS,
     "customer_id,name,address\nC3,Carl,\"a\nb\nc\"\nC4\n",
     {.date_format = ""},
     "file.csv:5: has 1 fields, but the header has 3; put quotes round a field that holds the separator"},
    /* ids */
    {"no id",
     IMPORT_CUSTOMERS,
     C ",Carl\n",
     {.date_format = ""},
     "file.csv:2: customer_id: is empty; every row needs one"},
    {"an id as a float",
     IMPORT_INVOICES,
     I "1930300742.0,C1,2026-10-01,,EUR,1\n",
     {.date_format = ""},
     "file.csv:2: invoice_id: \"1930300742.0\" is a number that a spreadsheet or script turned into a decimal;"
     " export the "
     "column as text"},
    {"an id in scientific notation",
     IMPORT_INVOICES,
     I "1.93E+09,C1,2026-10-01,,EUR,1\n",
     {.date_format = ""},
     "file.csv:2: invoice_id: \"1.93E+09\" is a number that a spreadsheet or script turned into a decimal; export the "
     "column as text"},
    {"a line break in an id",
     IMPORT_CUSTOMERS,
     C "\"C\n3\",Carl\n",
     {.date_format = ""},
     "file.csv:2: customer_id: \"C?3\" holds a line break or another control character; remove it"},
    {"a spreadsheet's error",
     IMPORT_CUSTOMERS,
     C "#REF!,Carl\n",
     {.date_format = ""},
     "file.csv:2: customer_id: \"#REF!\" is a spreadsheet's error; correct the sheet and export again"},
    {"the same key twice with other content",
     IMPORT_CUSTOMERS,
     C "C3,Carl\nC4,Dora\nC3,Carla\n",
     {.date_format = ""},
     "file.csv:4: customer_id: line 2 names the same row with other content; remove one of the two"},
    {"the same line of an invoice twice",
     IMPORT_INVOICES,
     I "I9,C1,2026-10-01,,EUR,1\nI9,C1,2026-10-01,,EUR,2\n",
     {.date_format = ""},
     "file.csv:3: invoice_id: line 2 names the same row with other content; remove one of the two"},
    /* texts */
    {"a line break in a name",
     IMPORT_CUSTOMERS,
     C "C3,\"Carl\nBcc: x@y.example\"\n",
     {.date_format = ""},
     "file.csv:2: name: \"Carl?Bcc: x@y.example\" holds a line break or another control character; remove it"},
    {"an escape sequence in a name",
     IMPORT_CUSTOMERS,
     C "C3,\x1b[31mCarl\n",
     {.date_format = ""},
     "file.csv:2: name: \"?[31mCarl\" holds a line break or another control character; remove it"},
    {"no telephone number",
     IMPORT_CUSTOMERS,
     "customer_id,name,phone\nC3,Carl,siehe Notiz\n",
     {.date_format = ""},
     "file.csv:2: phone: \"siehe Notiz\" is no telephone number; write digits, such as +49 171 1234567, and notes "
     "elsewhere"},
    {"no email address",
     IMPORT_CUSTOMERS,
     C_MAIL "C3,Carl,carl\n",
     {.date_format = ""},
     "file.csv:2: email: \"carl\" is no email address: it has no @"},
    {"two email addresses",
     IMPORT_CUSTOMERS,
     C_MAIL "C3,Carl,a@b.example;c@d.example\n",
     {.date_format = ""},
     "file.csv:2: email: \"a@b.example;c@d.example\" is more than one address; keep one and put the others into"
     " contacts"},
    {"an email address with a name",
     IMPORT_CUSTOMERS,
     C_MAIL "C3,Carl,Carl <a@b.example>\n",
     {.date_format = ""},
     "file.csv:2: email: \"Carl <a@b.example>\" is no bare email address; write it as name@example.com"},
    {"terms in free text",
     IMPORT_CUSTOMERS,
     "customer_id,name,terms\nC3,Carl,30 Tage netto\n",
     {.date_format = ""},
     "file.csv:2: terms: \"30 Tage netto\" is no payment term that has one meaning; write net:30, days_then_eom:45, "
     "eom_then_days:45, eom_plus_months:1,day:15 or discounts like 2/10 net 30"},
    {"standing terms without a due date",
     IMPORT_CUSTOMERS,
     "customer_id,name,terms\nC3,Carl,2/10\n",
     {.date_format = ""},
     "file.csv:2: terms: \"2/10\" gives discounts but no due date; write it behind them, like 2/10 net 30"},
    {"standing terms with an amount",
     IMPORT_CUSTOMERS,
     "customer_id,name,terms\nC3,Carl,#SKONTO#TAGE=14#PROZENT=2.00#BASISBETRAG=9.00# net 30\n",
     {.date_format = ""},
     "file.csv:2: terms: \"#SKONTO#TAGE=14#PROZENT=2.00#BASISBETRAG=9.00# net 30\" names an amount of one invoice; "
     "leave BASISBETRAG out, or give it to the invoice"},
    {"an invoice's terms in free text",
     IMPORT_INVOICES,
     "invoice_id,customer_id,issued_on,terms,currency,amount\nI8,C1,2026-10-01,net:30,EUR,1\n"
     "I9,C1,2026-10-01,45 jours fin de mois,EUR,1\n",
     {.date_format = ""},
     "file.csv:3: terms: \"45 jours fin de mois\" is no payment term that has one meaning; write net:30, "
     "days_then_eom:45, eom_then_days:45, eom_plus_months:1,day:15 or discounts like 2/10 net 30"},
    {"an invoice's terms without a due date",
     IMPORT_INVOICES,
     "invoice_id,customer_id,issued_on,due_on,terms,currency,amount\nI9,C1,2026-10-01,,2/10,EUR,1\n",
     {.date_format = ""},
     "file.csv:2: terms: gives discounts but no due date; fill in due_on, or write net and the days behind them"},
    {"terms twice",
     IMPORT_INVOICES,
     "invoice_id,customer_id,issued_on,terms,Terms,currency,amount\nI9,C1,2026-10-01,net:1,net:1,EUR,1\n",
     {.date_format = ""},
     "file.csv:1: terms: the header names it twice; remove one"},
    /* words */
    {"a customer's status",
     IMPORT_CUSTOMERS,
     "customer_id,name,status\nC3,Carl,bankrupt\n",
     {.date_format = ""},
     "file.csv:2: status: \"bankrupt\" is not one of active, insolvent, deceased or closed"},
    {"an invoice's status",
     IMPORT_INVOICES,
     "invoice_id,customer_id,issued_on,due_on,currency,amount,status\nI9,C1,2026-10-01,,EUR,1,late\n",
     {.date_format = ""},
     "file.csv:2: status: \"late\" is not one of open, disputed, void or written_off"},
    {"paid is no status",
     IMPORT_INVOICES,
     "invoice_id,customer_id,issued_on,due_on,currency,amount,status\nI9,C1,2026-10-01,,EUR,1,Paid\n",
     {.date_format = ""},
     "file.csv:2: status: \"Paid\" is no status here; leave it empty and import the money with dunningctl import"
     " payments"},
    {"a switch",
     IMPORT_CONTACTS,
     "contact_id,customer_id,active\nK1,C1,maybe\n",
     {.date_format = ""},
     "file.csv:2: active: \"maybe\" is neither 1 nor 0"},
    {"a role",
     IMPORT_CONTACTS,
     "contact_id,customer_id,role\nK1,C1,boss\n",
     {.date_format = ""},
     "file.csv:2: role: \"boss\" is not one of billing, escalation, cc or legal"},
    {"a line number",
     IMPORT_INVOICES,
     "invoice_id,line,customer_id,issued_on,due_on,currency,amount\nI9,0,C1,2026-10-01,,EUR,1\n",
     {.date_format = ""},
     "file.csv:2: line: \"0\" is no line number; lines count from 1"},
    /* dates */
    {"an American date",
     IMPORT_INVOICES,
     I "I9,C1,10/24/2026,,EUR,1\n",
     {.date_format = ""},
     "file.csv:2: issued_on: \"10/24/2026\" is no date of the form YYYY-MM-DD; give --date-format M/D/YYYY"},
    {"a date that may be either",
     IMPORT_INVOICES,
     I "I9,C1,4/9/2026,,EUR,1\n",
     {.date_format = ""},
     "file.csv:2: issued_on: \"4/9/2026\" is no date of the form YYYY-MM-DD; give --date-format D/M/YYYY, or"
     " M/D/YYYY if the "
     "month comes first"},
    {"a date with a time",
     IMPORT_INVOICES,
     I "I9,C1,2026-10-01T00:00:00,,EUR,1\n",
     {.date_format = ""},
     "file.csv:2: issued_on: \"2026-10-01T00:00:00\" is no date of the form YYYY-MM-DD; export the date without the"
     " time of day"},
    {"no such day",
     IMPORT_INVOICES,
     I "I9,C1,2026-10-01,2026-11-31,EUR,1\n",
     {.date_format = ""},
     "file.csv:2: due_on: \"2026-11-31\" is no day of the calendar"},
    {"no date where one is needed",
     IMPORT_INVOICES,
     I "I9,C1,,2026-11-01,EUR,1\n",
     {.date_format = ""},
     "file.csv:2: issued_on: is empty; every row needs one"},
    {"another date than --date-format says",
     IMPORT_INVOICES,
     I "I9,C1,2026-10-01,,EUR,1\n",
     {.date_format = "D.M.YYYY"},
     "file.csv:2: issued_on: \"2026-10-01\" is no date of the form D.M.YYYY; correct the line or --date-format"},
    {"a spreadsheet's day number",
     IMPORT_PAYMENTS,
     P "P9,C1,,46350,EUR,1\n",
     {.date_format = ""},
     "file.csv:2: paid_on: \"46350\" is no date of the form YYYY-MM-DD; it looks like a spreadsheet's day number;"
     " format the "
     "column as a date and export again"},
    /* money */
    {"no such currency",
     IMPORT_INVOICES,
     I "I9,C1,2026-10-01,,EURO,1\n",
     {.date_format = ""},
     "file.csv:2: currency: \"EURO\" is no ISO 4217 currency; write a code such as EUR"},
    {"a currency sign",
     IMPORT_INVOICES,
     I "I9,C1,2026-10-01,,USD,\"$4,235.00\"\n",
     {.date_format = ""},
     "file.csv:2: amount: \"$4,235.00\" has a currency sign; export the bare number such as 4235.00, and the"
     " currency in its "
     "own column"},
    {"a decimal comma",
     IMPORT_INVOICES,
     I "I9,C1,2026-10-01,,EUR,\"12,50\"\n",
     {.date_format = ""},
     "file.csv:2: amount: \"12,50\" has a comma for the decimal point; give --decimal-comma"},
    {"a decimal point with --decimal-comma",
     IMPORT_INVOICES,
     I "I9,C1,2026-10-01,,EUR,12.50\n",
     {.date_format = "", .decimal_comma = true},
     "file.csv:2: amount: \"12.50\" has a point for the decimal comma; leave out --decimal-comma"},
    {"thousands",
     IMPORT_INVOICES,
     I "I9,C1,2026-10-01,,EUR,\"4,235.00\"\n",
     {.date_format = ""},
     "file.csv:2: amount: \"4,235.00\" has separators between thousands; export it without them"},
    {"cents of a yen",
     IMPORT_INVOICES,
     I "I9,C1,2026-10-01,,JPY,12.50\n",
     {.date_format = ""},
     "file.csv:2: amount: \"12.50\" is no amount in JPY, which has 0 digits after the point"},
    {"half a cent",
     IMPORT_INVOICES,
     I "I9,C1,2026-10-01,,EUR,12.505\n",
     {.date_format = ""},
     "file.csv:2: amount: \"12.505\" is no amount in EUR, which has 2 digits after the point"},
    {"a bookkeeper's minus",
     IMPORT_INVOICES,
     I "I9,C1,2026-10-01,,EUR,(12.50)\n",
     {.date_format = ""},
     "file.csv:2: amount: \"(12.50)\" is written as bookkeepers do; write a negative amount as -100.00"},
    {"more than there is",
     IMPORT_INVOICES,
     I "I9,C1,2026-10-01,,EUR,99999999999999999\n",
     {.date_format = ""},
     "file.csv:2: amount: \"99999999999999999\" is too large: the limit is 999999999999999 of the smallest unit"},
    {"a negative invoice",
     IMPORT_INVOICES,
     "invoice_id,customer_id,issued_on,due_on,currency,amount,kind\nI9,C1,2026-10-01,,EUR,-1,invoice\n",
     {.date_format = ""},
     "file.csv:2: amount: an invoice or charge is above zero; leave kind empty for a credit note"},
    {"an invoice of nothing",
     IMPORT_INVOICES,
     "invoice_id,customer_id,issued_on,due_on,currency,amount,kind\nI9,C1,2026-10-01,,EUR,0,invoice\n",
     {.date_format = ""},
     "file.csv:2: amount: an invoice or charge is above zero; leave kind empty for a credit note"},
    {"a positive credit note",
     IMPORT_INVOICES,
     "invoice_id,customer_id,issued_on,due_on,currency,amount,kind\nI9,C1,2026-10-01,,EUR,1,credit_note\n",
     {.date_format = ""},
     "file.csv:2: amount: a credit note is below zero; write the amount with a minus sign"},
    {"more in dispute than owed",
     IMPORT_INVOICES,
     "invoice_id,customer_id,issued_on,due_on,currency,amount,disputed_amount\nI9,C1,2026-10-01,,EUR,1,2\n",
     {.date_format = ""},
     "file.csv:2: disputed_amount: is more than the amount of the invoice"},
    {"a negative discount",
     IMPORT_INVOICES,
     "invoice_id,customer_id,issued_on,due_on,currency,amount,discount_amount\nI9,C1,2026-10-01,,EUR,1,-1\n",
     {.date_format = ""},
     "file.csv:2: discount_amount: is below zero; write it as a positive amount"},
    /* references */
    {"an unknown customer",
     IMPORT_INVOICES,
     I "I9,C9,2026-10-01,,EUR,1\n",
     {.date_format = ""},
     "file.csv:2: customer_id: there is no customer \"C9\"; import the customers first"},
    {"leading zeros lost",
     IMPORT_INVOICES,
     I "I9,42,2026-10-01,,EUR,1\n",
     {.date_format = ""},
     "file.csv:2: customer_id: there is no customer \"42\", but there is \"0042\"; write the number with the same"
     " leading zeros "
     "everywhere"},
    {"a contact of nobody",
     IMPORT_CONTACTS,
     K "K1,C9,a@b.example\n",
     {.date_format = ""},
     "file.csv:2: customer_id: there is no customer \"C9\"; import the customers first"},
    {"money of nobody",
     IMPORT_PAYMENTS,
     P "P9,C9,,2026-11-01,EUR,1\n",
     {.date_format = ""},
     "file.csv:2: customer_id: there is no customer \"C9\"; import the customers first"},
    {"an unknown invoice",
     IMPORT_PAYMENTS,
     P "P9,C1,I9,2026-11-01,EUR,1\n",
     {.date_format = ""},
     "file.csv:2: invoice_id: there is no invoice \"I9\"; import the invoices first, or leave this empty for money"
     " on account"},
    {"another customer's invoice",
     IMPORT_PAYMENTS,
     P "P9,C1,I2,2026-11-01,EUR,1\n",
     {.date_format = ""},
     "file.csv:2: customer_id: invoice \"I2\" has \"0042\" here; a payment belongs to the customer, entity, currency"
     " and line of "
     "the invoice it names"},
    {"another currency",
     IMPORT_PAYMENTS,
     P "P9,C1,I1,2026-11-01,USD,1\n",
     {.date_format = ""},
     "file.csv:2: currency: invoice \"I1\" has \"EUR\" here; a payment belongs to the customer, entity, currency and"
     " line of the "
     "invoice it names"},
    {"another entity",
     IMPORT_PAYMENTS,
     "payment_id,customer_id,invoice_id,entity,paid_on,currency,amount\nP9,C1,I1,south,2026-11-01,EUR,1\n",
     {.date_format = ""},
     "file.csv:2: entity: invoice \"I1\" has \"north\" here; a payment belongs to the customer, entity, currency and"
     " line of the "
     "invoice it names"},
    {"a line that the invoice does not have",
     IMPORT_PAYMENTS,
     "payment_id,customer_id,invoice_id,line,paid_on,currency,amount\nP9,C1,I1,2,2026-11-01,EUR,1\n",
     {.date_format = ""},
     "file.csv:2: line: invoice \"I1\" has \"1\" here; a payment belongs to the customer, entity, currency and line"
     " of the invoice "
     "it names"},
    {"a line of no invoice",
     IMPORT_PAYMENTS,
     "payment_id,customer_id,invoice_id,line,paid_on,currency,amount\nP9,C1,,2,2026-11-01,EUR,1\n",
     {.date_format = ""},
     "file.csv:2: line: names a line but no invoice; fill in invoice_id"},
    {"a reversal of a wrong status",
     IMPORT_PAYMENTS,
     "payment_id,customer_id,paid_on,currency,amount,status\nP9,C1,2026-11-01,EUR,1,bounced\n",
     {.date_format = ""},
     "file.csv:2: status: \"bounced\" is not one of booked, pending or reversed"},
};

static int set_up(void **state)
{
    struct ledger_fixture *fixture = fixture_new(state);

    fixture_take(fixture, IMPORT_CUSTOMERS, C "C1,Anna\n0042,Bert\n");
    fixture_take(fixture, IMPORT_INVOICES,
                 "invoice_id,customer_id,entity,issued_on,due_on,currency,amount\nI1,C1,north,2026-10-01,,EUR,100\n"
                 "I2,0042,,2026-10-01,,EUR,100\n");
    return 0;
}

static const char everything[] =
    "SELECT customer_id || name FROM customers UNION ALL SELECT invoice_id || amount FROM invoices UNION ALL"
    " SELECT payment_id FROM payments UNION ALL SELECT contact_id FROM contacts UNION ALL SELECT complete_until FROM"
    " feed"
    " UNION ALL SELECT seq || customer_id FROM changes";

static void test_broken(void **state)
{
    struct ledger_fixture *fixture = *state;
    const char *before = fixture_list(fixture, everything);

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct import_options options = cases[i].options;

        options.complete_until = MOMENT_NONE;
        expect_int(cases[i].remark, fixture_import_with(fixture, cases[i].kind, cases[i].csv, &options), -1);
        expect_int(cases[i].remark, fixture->err.code, ERR_CONFIG);
        expect_part(cases[i].remark, fixture->err.text, "file.csv: nothing was imported, because of ");
        expect_part(cases[i].remark, fixture_said(fixture), arena_printf(fixture->arena, "%s\n", cases[i].said));
        expect_int(cases[i].remark, (intmax_t)(fixture->result.inserted + fixture->result.updated), 0);
        expect_text(cases[i].remark, fixture_list(fixture, everything), before);
    }
    expect_true("the table is as long as promised", LENGTH(cases) >= 60);
}

/* All that is wrong is said at once: every cell of a row, and every row. */
static void test_everything_is_said(void **state)
{
    struct ledger_fixture *fixture = *state;

    assert_int_equal(
        fixture_import(fixture, IMPORT_INVOICES,
                       I "I7,C1,2026-10-01,,EUR,70\n,C1,tomorrow,2026-02-30,XYZ,many\nI8,C1,2026-10-01,,EUR,80\n"
                         "I9,C9,2026-10-01,,EUR,\n"),
        -1);
    expect_text("one line each", fixture_said(fixture),
                "file.csv:3: invoice_id: is empty; every row needs one\n"
                "file.csv:3: issued_on: \"tomorrow\" is no date of the form YYYY-MM-DD; give --date-format if the file"
                " writes dates "
                "otherwise\n"
                "file.csv:3: due_on: \"2026-02-30\" is no day of the calendar\n"
                "file.csv:3: currency: \"XYZ\" is no ISO 4217 currency; write a code such as EUR\n"
                "file.csv:5: amount: is empty; every row needs one\n");
    expect_text("the summary", fixture->err.text,
                "file.csv: nothing was imported, because of 5 errors; correct the file and import it again");
    expect_int("rows", (intmax_t)fixture->result.rows, 4);
}

static void test_long_list(void **state)
{
    struct ledger_fixture *fixture = *state;
    struct text csv;

    text_init(&csv, fixture->arena);
    text_add(&csv, I);
    for (int i = 0; i < 250; i++)
        text_addf(&csv, "I%d,C9,2026-10-01,,EUR,1\n", i);
    assert_int_equal(fixture_import(fixture, IMPORT_INVOICES, csv.data), -1);
    expect_int("a hundred and the rest", (intmax_t)fixture->findings.count, 101);
    expect_part("the last line", fixture_said(fixture), "\nfile.csv: and 150 more wrong lines\n");
    expect_part("the summary", fixture->err.text, "250 errors");
}

static void test_wrong_option(void **state)
{
    struct ledger_fixture *fixture = *state;
    struct import_options options = fixture_plain;

    options.date_format = "%d.%m.%Y";
    assert_int_equal(fixture_import_with(fixture, IMPORT_INVOICES, I, &options), -1);
    expect_int("wrong usage", fixture->err.code, ERR_USAGE);
    expect_part("with a form to follow", fixture->err.text, "write one year (YYYY or YY)");
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_broken),
        CASE(test_everything_is_said),
        CASE(test_long_list),
        CASE(test_wrong_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
