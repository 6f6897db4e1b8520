#include "unit/store/ledger_fixture.h"

#include <sys/stat.h>

#include "store/ledger_writer.h"

#define CUSTOMERS "customer_id,name,email\nC1,Anna,anna@one.example\nC2,Bert,\n"
#define INVOICES                                                \
    "invoice_id,customer_id,issued_on,due_on,currency,amount\n" \
    "I1,C1,2026-10-01,2026-11-01,EUR,1190.00\nI2,C2,2026-10-02,,EUR,50\n"
#define PAYMENTS                                                  \
    "payment_id,customer_id,invoice_id,paid_on,currency,amount\n" \
    "P1,C1,I1,2026-11-05,EUR,190.00\nP2,C2,,2026-11-06,EUR,5\n"

static void expect_result(struct ledger_fixture *fixture, const char *remark, const char *want)
{
    const struct import_result *got = &fixture->result;

    expect_text(remark,
                arena_printf(fixture->arena, "rows %zu inserted %zu updated %zu unchanged %zu ignored %zu", got->rows,
                             got->inserted, got->updated, got->unchanged, got->ignored),
                want);
}

static void take_three(struct ledger_fixture *fixture)
{
    fixture_take(fixture, IMPORT_CUSTOMERS, CUSTOMERS);
    fixture_take(fixture, IMPORT_INVOICES, INVOICES);
    fixture_take(fixture, IMPORT_PAYMENTS, PAYMENTS);
}

static void test_three_files(void **state)
{
    struct ledger_fixture *fixture = *state;
    const struct dossier *dossier;

    take_three(fixture);
    expect_text("nothing to say", fixture_said(fixture), "");
    dossier = fixture_load(fixture, "C1");
    expect_text("name", dossier->customer->name, "Anna");
    expect_int("items", (intmax_t)dossier->item_count, 1);
    expect_int("amount", dossier->items[0].amount, 119000);
    expect_text("number", dossier->items[0].number, "I1");
    expect_int("line", dossier->items[0].line, 1);
    expect_int("due", dossier->items[0].due_on, day_from_civil(2026, 11, 1));
    expect_int("payments", (intmax_t)dossier->payment_count, 1);
    expect_int("paid", dossier->payments[0].amount, 19000);
    expect_int("whole invoice", dossier->payments[0].line, 0);
    dossier = fixture_load(fixture, "C2");
    expect_int("no due date", dossier->items[0].due_on, DAY_NONE);
    expect_text("money on account", dossier->payments[0].invoice_id, "");
    expect_int("NULL, as the contract has it",
               fixture_int(fixture, "SELECT count(*) FROM payments WHERE invoice_id IS NULL"), 1);
}

/* The same file twice changes nothing: no row, no mark, no stamp. */
static void test_idempotent(void **state)
{
    struct ledger_fixture *fixture = *state;
    const char *before, *marks = "SELECT seq || customer_id FROM changes ORDER BY seq";
    const char *rows =
        "SELECT invoice_id || changed_at FROM invoices UNION ALL SELECT payment_id || changed_at FROM payments"
        " UNION ALL SELECT entity || complete_until FROM feed UNION ALL SELECT customer_id || changed_at FROM"
        " customers";
    const char *before_rows;

    take_three(fixture);
    before = fixture_list(fixture, marks);
    before_rows = fixture_list(fixture, rows);
    fixture_take(fixture, IMPORT_CUSTOMERS, CUSTOMERS);
    expect_result(fixture, "customers", "rows 2 inserted 0 updated 0 unchanged 2 ignored 0");
    fixture_take(fixture, IMPORT_INVOICES, INVOICES);
    expect_result(fixture, "invoices", "rows 2 inserted 0 updated 0 unchanged 2 ignored 0");
    fixture_take(fixture, IMPORT_PAYMENTS, PAYMENTS);
    expect_result(fixture, "payments", "rows 2 inserted 0 updated 0 unchanged 2 ignored 0");
    expect_text("marks", fixture_list(fixture, marks), before);
    expect_text("rows", fixture_list(fixture, rows), before_rows);
}

static void test_update(void **state)
{
    struct ledger_fixture *fixture = *state;
    int64_t last = 0;

    take_three(fixture);
    fixture_changes(fixture, &last);
    fixture_take(fixture, IMPORT_INVOICES,
                 "invoice_id,customer_id,issued_on,due_on,currency,amount,status\n"
                 "I1,C1,2026-10-01,2026-11-01,EUR,1190.00,open\nI2,C2,2026-10-02,,EUR,50,disputed\n");
    expect_result(fixture, "one row changed", "rows 2 inserted 0 updated 1 unchanged 1 ignored 0");
    expect_text("only his customer is marked", fixture_changes(fixture, &last), "C2");
    fixture_take(fixture, IMPORT_INVOICES, INVOICES);
    expect_result(fixture, "a column that a file leaves out keeps what it had",
                  "rows 2 inserted 0 updated 0 unchanged 2 ignored 0");
    expect_int("still disputed", fixture_item(fixture, "C2", "I2")->status, ITEM_DISPUTED);
}

/* One row in many dresses: all must give what the plain file gives. */
#define HEAD "invoice_id,customer_id,issued_on,due_on,currency,amount"

static const char *const german_names[] = {"invoice_id", "Rechnung", "customer_id", "kunde", NULL};
static const char *const swapped_names[] = {"invoice_id", "number", "number", "invoice_id", NULL};

static const struct {
    const char *remark, *csv;
    struct import_options options;
} forms[] = {
    {"another order of columns",
     "amount,currency,due_on,issued_on,customer_id,invoice_id\n1190.00,EUR,2026-11-01,2026-10-01,C1,I1\n",
     {.date_format = ""}},
    {"byte order mark and CR LF",
     "\xef\xbb\xbf" HEAD "\r\nI1,C1,2026-10-01,2026-11-01,EUR,1190.00\r\n",
     {.date_format = ""}},
    {"everything quoted",
     "\"invoice_id\",\"customer_id\",\"issued_on\",\"due_on\",\"currency\",\"amount\"\n"
     "\"I1\",\"C1\",\"2026-10-01\",\"2026-11-01\",\"EUR\",\"1190.00\"\n",
     {.date_format = ""}},
    {"blanks round cells, capitals in the header",
     "Invoice_ID , CUSTOMER_ID,issued_on,due_on,currency,amount\n I1 , C1 ,2026-10-01,2026-11-01, eur ,1190\n",
     {.date_format = ""}},
    {"semicolons and decimal commas",
     "invoice_id;customer_id;issued_on;due_on;currency;amount\nI1;C1;2026-10-01;2026-11-01;EUR;1190,00\n",
     {.date_format = "", .decimal_comma = true}},
    {"other names",
     "Rechnung,Kunde,issued_on,due_on,currency,amount\nI1,C1,2026-10-01,2026-11-01,EUR,1190.00\n",
     {.date_format = "", .map = german_names}},
    {"names of ours that mean something else",
     "invoice_id,number,customer_id,issued_on,due_on,currency,amount\nX9,I1,C1,2026-10-01,2026-11-01,EUR,1190.00\n",
     {.date_format = "", .map = swapped_names}},
    {"columns we do not know",
     HEAD ",colour,\nI1,C1,2026-10-01,2026-11-01,EUR,1190.00,red,\n",
     {.date_format = "", .ignore_columns = true}},
    {"American dates", HEAD "\nI1,C1,10/1/2026,11/1/2026,EUR,1190.00\n", {.date_format = "M/D/YYYY"}},
    {"dates with names", HEAD "\nI1,C1,01-Oct-2026,01-Nov-2026,EUR,1190.00\n", {.date_format = "DD-Mon-YYYY"}},
    {"dates as text", HEAD "\nI1,C1,\"Oct 1, 2026\",\"Nov 1, 2026\",EUR,1190.00\n", {.date_format = "Mon D, YYYY"}},
    {"short years", HEAD "\nI1,C1,1.10.26,1.11.26,EUR,1190.00\n", {.date_format = "D.M.YY"}},
    {"line, kind and status given",
     "invoice_id,line,kind,status,customer_id,issued_on,due_on,currency,amount\n"
     "I1,1,Invoice,Open,C1,2026-10-01,2026-11-01,EUR,1190.00\n",
     {.date_format = ""}},
    {"line, kind and status empty",
     "invoice_id,line,kind,status,customer_id,issued_on,due_on,currency,amount\n"
     "I1,,,,C1,2026-10-01,2026-11-01,EUR,1190.00\n",
     {.date_format = ""}},
    {"zeros beyond the cent", HEAD "\nI1,C1,2026-10-01,2026-11-01,EUR,1190.0000\n", {.date_format = ""}},
};

static void test_forms(void **state)
{
    struct ledger_fixture *fixture = *state;

    take_three(fixture);
    for (size_t i = 0; i < LENGTH(forms); i++) {
        struct import_options options = forms[i].options;

        options.complete_until = MOMENT_NONE;
        fixture_sql(fixture, "DELETE FROM invoices WHERE invoice_id = 'I1'");
        if (fixture_import_with(fixture, IMPORT_INVOICES, forms[i].csv, &options) != 0)
            fail_msg("%s: %s\n%s", forms[i].remark, fixture->err.text, fixture_said(fixture));
        expect_text(
            forms[i].remark,
            fixture_list(fixture,
                         "SELECT invoice_id || line || kind || customer_id || issued_on || due_on || currency ||"
                         " amount || status FROM invoices WHERE invoice_id = 'I1'"),
            "I11invoiceC12026-10-012026-11-01EUR119000open");
    }
}

static void test_signs(void **state)
{
    struct ledger_fixture *fixture = *state;

    fixture_take(fixture, IMPORT_CUSTOMERS, CUSTOMERS);
    fixture_take(fixture, IMPORT_INVOICES,
                 "invoice_id,customer_id,issued_on,due_on,currency,amount,kind\n"
                 "A,C1,2026-10-01,,EUR,-10,\nB,C1,2026-10-01,,EUR,0,\n"
                 "C,C1,2026-10-01,,EUR,-10,credit_note\nD,C1,2026-10-01,,EUR,10,charge\n");
    expect_result(fixture, "a zero row is ignored", "rows 4 inserted 3 updated 0 unchanged 0 ignored 1");
    expect_text("and said", fixture_said(fixture), "file.csv:3: note: amount: is zero; the row is ignored\n");
    expect_text("kinds", fixture_list(fixture, "SELECT invoice_id || ':' || kind FROM invoices ORDER BY invoice_id"),
                "A:credit_note C:credit_note D:charge");
}

static void test_duplicates(void **state)
{
    struct ledger_fixture *fixture = *state;

    fixture_take(fixture, IMPORT_CUSTOMERS, CUSTOMERS "C1,Anna,anna@one.example\n");
    expect_result(fixture, "an exact copy of a row is ignored", "rows 3 inserted 2 updated 0 unchanged 0 ignored 1");
    fixture_take(fixture, IMPORT_CUSTOMERS, CUSTOMERS "C1,Anna,anna@one.example\n");
    expect_result(fixture, "also the second time", "rows 3 inserted 0 updated 0 unchanged 2 ignored 1");
}

static void test_two_lines(void **state)
{
    struct ledger_fixture *fixture = *state;

    fixture_take(fixture, IMPORT_CUSTOMERS, CUSTOMERS);
    fixture_take(fixture, IMPORT_INVOICES,
                 "invoice_id,line,customer_id,issued_on,due_on,currency,amount\nI1,2,C1,2026-10-01,2026-12-01,EUR,200\n"
                 "I1,1,C1,2026-10-01,2026-11-01,EUR,100\n");
    expect_result(fixture, "two lines are two rows", "rows 2 inserted 2 updated 0 unchanged 0 ignored 0");
    fixture_take(fixture, IMPORT_PAYMENTS,
                 "payment_id,customer_id,invoice_id,line,paid_on,currency,amount\nP1,C1,I1,2,2026-11-05,EUR,10\n"
                 "P2,C1,I1,,2026-11-05,EUR,10\n");
    expect_int("both payments fit", (intmax_t)fixture_load(fixture, "C1")->payment_count, 2);
    expect_true("the invoice is in order", !fixture_item(fixture, "C1", "I1")->inconsistent);
}

/* A payment takes the entity of its invoice; for money on account an empty one is the business. */
static void test_entity_of_invoice(void **state)
{
    struct ledger_fixture *fixture = *state;

    fixture_take(fixture, IMPORT_CUSTOMERS, CUSTOMERS);
    fixture_take(fixture, IMPORT_INVOICES,
                 "invoice_id,customer_id,entity,issued_on,due_on,currency,amount\nI1,C1,north,2026-10-01,,EUR,100\n");
    fixture_take(fixture, IMPORT_PAYMENTS, PAYMENTS);
    expect_text("entities", fixture_list(fixture, "SELECT payment_id || ':' || entity FROM payments ORDER BY 1"),
                "P1:north P2:");
    expect_text("both have a mark", fixture_list(fixture, "SELECT entity || '@' || complete_until FROM feed"),
                "@2026-11-06T23:59:59Z north@2026-11-06T23:59:59Z");
    fixture_take(fixture, IMPORT_PAYMENTS, PAYMENTS);
    expect_result(fixture, "and again", "rows 2 inserted 0 updated 0 unchanged 2 ignored 0");
}

/* The payer may be another customer of the same account. */
static void test_payer_of_account(void **state)
{
    struct ledger_fixture *fixture = *state;

    fixture_take(fixture, IMPORT_CUSTOMERS, "customer_id,name,bill_to\nHEAD,Head,HEAD\nSHOP,Shop,HEAD\nELSE,Else,\n");
    fixture_take(fixture, IMPORT_INVOICES,
                 "invoice_id,customer_id,issued_on,due_on,currency,amount\nI1,SHOP,2026-10-01,,EUR,100\n");
    fixture_take(fixture, IMPORT_PAYMENTS,
                 "payment_id,customer_id,invoice_id,paid_on,currency,amount\nP1,HEAD,I1,2026-11-05,EUR,10\n");
    expect_text("billed to himself is billed to nobody else",
                fixture_list(fixture, "SELECT customer_id FROM customers WHERE bill_to = ''"), "ELSE HEAD");
    expect_true("the invoice is in order", !fixture_item(fixture, "HEAD", "I1")->inconsistent);
    assert_int_equal(
        fixture_import(fixture, IMPORT_PAYMENTS,
                       "payment_id,customer_id,invoice_id,paid_on,currency,amount\nP2,ELSE,I1,2026-11-05,EUR,10\n"),
        -1);
}

static void test_feed(void **state)
{
    struct ledger_fixture *fixture = *state;
    const char *mark = "SELECT complete_until FROM feed WHERE entity = ''";
    struct import_options stated = fixture_plain;

    take_three(fixture);
    expect_text("end of the newest day", fixture_list(fixture, mark), "2026-11-06T23:59:59Z");
    fixture_take(fixture, IMPORT_PAYMENTS, "payment_id,customer_id,paid_on,currency,amount\nP9,C1,2026-01-05,EUR,1\n");
    expect_text("an older file does not move it back", fixture_list(fixture, mark), "2026-11-06T23:59:59Z");
    assert_true(moment_parse("2026-11-09T12:00:00+01:00", &stated.complete_until));
    assert_int_equal(fixture_import_with(fixture, IMPORT_PAYMENTS, "payment_id,customer_id,paid_on,currency,amount\n",
                                         &stated),
                     0);
    expect_text("stated, without any row", fixture_list(fixture, mark), "2026-11-09T11:00:00Z");
    assert_true(moment_parse("2026-11-01T00:00:00Z", &stated.complete_until));
    assert_int_equal(fixture_import_with(fixture, IMPORT_PAYMENTS, PAYMENTS, &stated), 0);
    expect_text("stated, backwards", fixture_list(fixture, mark), "2026-11-01T00:00:00Z");
    fixture_take(fixture, IMPORT_PAYMENTS, "payment_id,customer_id,paid_on,currency,amount\nP8,C1,2999-01-05,EUR,1\n");
    expect_int("a date far ahead does not keep it fresh for ever",
               fixture_int(fixture, "SELECT unixepoch(complete_until) < unixepoch('now') + 2 * 86400 FROM feed"), 1);
}

static void test_normalised(void **state)
{
    struct ledger_fixture *fixture = *state;
    const struct customer *customer;

    fixture_take(fixture, IMPORT_CUSTOMERS,
                 "customer_id,name,language,country,segment,terms,address,status,hold_until,tags\n"
                 "C1,\"Meyer, \"\"Bau\"\" GmbH\",de_AT,de,B2B,Net 30,\"Hof 1\r\n10115"
                 " Berlin\",Insolvent,2026-12-31,\"vip,late\"\n");
    customer = fixture_load(fixture, "C1")->customer;
    expect_text("name", customer->name, "Meyer, \"Bau\" GmbH");
    expect_text("language", customer->language, "de-AT");
    expect_text("country", customer->country, "DE");
    expect_text("segment", customer->segment, "b2b");
    expect_text("terms", customer->terms, "net:30");
    expect_text("address keeps its lines", customer->address, "Hof 1\n10115 Berlin");
    expect_text("tags", customer->tags, "vip,late");
    expect_int("status", customer->status, CUSTOMER_INSOLVENT);
    expect_int("hold", customer->hold_until, day_from_civil(2026, 12, 31));
}

/* What the terms of an invoice become in the ledger. */
static void test_terms(void **state)
{
    static const struct {
        const char *terms, *due, *row;
    } cases[] = {
        {"net:30", "", "2026-10-31//0"},
        {"days_then_eom:45", "", "2026-11-30//0"},
        {"eom_then_days:45", "", "2026-12-15//0"},
        {"\"eom_plus_months:2,day:31\"", "", "2026-12-31//0"},
        {"2/10 1/20 net 30", "", "2026-10-31/2026-10-11/200"},
        {"swico:40/2:10;0:30", "", "2026-10-31/2026-10-11/200"},
        {"\"#SKONTO#TAGE=7#PROZENT=2.00#\n#SKONTO#TAGE=30#PROZENT=0.00#\n\"", "", "2026-10-31/2026-10-08/200"},
        {"#SKONTO#TAGE=7#PROZENT=2.00#BASISBETRAG=50.00#", "2026-12-24", "2026-12-24/2026-10-08/100"},
        {"in_msmed:agreed 60", "", "2026-11-15//0"},
        {"in_msmed:no agreement", "", "2026-10-16//0"},
        {"net:30", "2026-12-24", "2026-12-24//0"}, /* what is written stays */
        {"", "2026-12-24", "2026-12-24//0"},
        {"", "", "//0"},
    };
    struct ledger_fixture *fixture = *state;

    fixture_take(fixture, IMPORT_CUSTOMERS, CUSTOMERS);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        fixture_take(fixture, IMPORT_INVOICES,
                     arena_printf(fixture->arena,
                                  "invoice_id,customer_id,issued_on,due_on,currency,amount,terms\n"
                                  "T1,C1,2026-10-01,%s,EUR,100.00,%s\n",
                                  cases[i].due, cases[i].terms));
        expect_text(cases[i].terms,
                    fixture_list(fixture, "SELECT coalesce(due_on, '') || '/' || coalesce(discount_on, '') || '/' ||"
                                          " discount_amount FROM invoices WHERE invoice_id = 'T1'"),
                    cases[i].row);
    }
    static const char *const names[] = {"terms", "Ziel", NULL};
    assert_int_equal(fixture_import_with(fixture, IMPORT_INVOICES,
                                         "invoice_id,customer_id,issued_on,Ziel,currency,amount\n"
                                         "T2,C1,2026-10-01,2/10 net 14,EUR,-5\n",
                                         &(struct import_options){.date_format = "", .map = names}),
                     0);
    expect_text("a credit note, under another name",
                fixture_list(fixture, "SELECT due_on || '/' || coalesce(discount_on, '') FROM invoices"
                                      " WHERE invoice_id = 'T2'"),
                "2026-10-15/");
}

static void test_contacts(void **state)
{
    struct ledger_fixture *fixture = *state;
    const struct dossier *dossier;

    fixture_take(fixture, IMPORT_CUSTOMERS, CUSTOMERS);
    fixture_take(fixture, IMPORT_CONTACTS,
                 "contact_id,customer_id,role,name,email,active\nK1,C1,cc,Carl,carl@one.example,yes\n"
                 "K2,C1,,Dora,dora@one.example,\n"
                 "K3,C1,billing,Old,old@one.example,0\n");
    dossier = fixture_load(fixture, "C1");
    expect_int("the active ones", (intmax_t)dossier->person_count, 2);
    expect_text("billing is the default role and comes first", dossier->persons[0].name, "Dora");
    expect_text("then the others", dossier->persons[1].name, "Carl");
}

static void test_warnings(void **state)
{
    struct ledger_fixture *fixture = *state;

    fixture_take(
        fixture, IMPORT_CUSTOMERS,
        "customer_id,name,country,segment,bill_to\nC1,Anna,United Kingdom,retail,C9\nC2,Bert,Iceland,retail,C1\n");
    expect_text(
        "once for each column, and at the end those billed to nobody", fixture_said(fixture),
        "file.csv:2: warning: country: \"United Kingdom\" is no ISO 3166 code such as DE; policies compare what is"
        " written here\n"
        "file.csv:2: warning: segment: \"retail\" is none of b2b, b2c and b2g; policies compare what is written here\n"
        "file.csv: warning: bill_to: there is no customer \"C9\"; customer \"C1\" is billed himself\n"
        "file.csv: warning: bill_to: customer \"C2\" is billed to \"C1\", who is billed to another one; only the"
        " first step counts\n");
    fixture_take(fixture, IMPORT_INVOICES,
                 "invoice_id,customer_id,issued_on,due_on,currency,amount\nI1,C1,2026-10-01,2026-09-01,EUR,100\n");
    expect_text("due before issue", fixture_said(fixture),
                "file.csv:2: warning: due_on: 2026-09-01 lies before the invoice's date, 2026-10-01\n");
    fixture_sql(fixture, "UPDATE customers SET bill_to = ''");
    fixture_take(fixture, IMPORT_PAYMENTS,
                 "payment_id,customer_id,invoice_id,paid_on,currency,amount\nP1,C1,I1,2026-11-05,EUR,1\n");
    fixture_take(fixture, IMPORT_INVOICES,
                 "invoice_id,customer_id,issued_on,due_on,currency,amount\nI1,C2,2026-10-01,,EUR,100\n");
    expect_part("an invoice moved away from its payment", fixture_said(fixture),
                "1 payments now name an invoice of another customer");
    expect_true("is held", fixture_item(fixture, "C2", "I1")->inconsistent);
}

static void count_rows(void *context, size_t rows, size_t total, size_t bytes)
{
    size_t *seen = context;

    assert_true(rows >= seen[0] && bytes <= total);
    seen[0] = rows;
    seen[1]++;
    seen[2] = bytes;
}

static void test_progress(void **state)
{
    struct ledger_fixture *fixture = *state;
    size_t seen[3] = {0};
    struct import_options options = fixture_plain;
    struct text csv;

    options.progress = count_rows;
    options.context = seen;
    text_init(&csv, fixture->arena);
    text_add(&csv, "customer_id,name\n");
    for (int i = 0; i < 12000; i++)
        text_addf(&csv, "C%d,Name %d\n", i, i);
    assert_int_equal(fixture_import_with(fixture, IMPORT_CUSTOMERS, csv.data, &options), 0);
    expect_int("the last call has all rows", (intmax_t)seen[0], 12000);
    expect_true("there were several", seen[1] >= 3);
    expect_int("and all bytes", (intmax_t)seen[2], (intmax_t)csv.length);
}

static void test_mode(void **state)
{
    struct ledger_fixture *fixture = *state;
    struct stat file;
    int64_t synchronous = 0;

    assert_int_equal(stat(fixture->path, &file), 0);
    expect_int("owner writes, group reads", file.st_mode & 07777, 0640);
    expect_text("write-ahead log", fixture_list(fixture, "PRAGMA journal_mode"), "wal");
    assert_int_equal(sql_query_int(fixture->writer->db, "PRAGMA synchronous", &synchronous, &fixture->err), 0);
    expect_int("synchronous FULL", synchronous, 2);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, fixture_set_up, fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_three_files),
        CASE(test_idempotent),
        CASE(test_update),
        CASE(test_forms),
        CASE(test_signs),
        CASE(test_duplicates),
        CASE(test_two_lines),
        CASE(test_entity_of_invoice),
        CASE(test_payer_of_account),
        CASE(test_feed),
        CASE(test_normalised),
        CASE(test_contacts),
        CASE(test_terms),
        CASE(test_warnings),
        CASE(test_progress),
        CASE(test_mode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
