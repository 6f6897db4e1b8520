#include "unit/store/ledger_fixture.h"

/* Dossiers from rows that any program may have written. */

static day_t date(const char *text)
{
    day_t day = DAY_NONE;

    assert_true(day_parse(text, &day));
    return day;
}

/* The smallest row of the contract: what is left out has the stated default. */
static void test_defaults(void **state)
{
    struct ledger_fixture *fixture = *state;
    const struct dossier *dossier;
    const struct item *item;

    fixture_sql(fixture, "INSERT INTO customers(customer_id, name) VALUES ('C1', 'Anna');"
                         "INSERT INTO invoices(invoice_id, customer_id, issued_on, due_on, currency, amount)"
                         " VALUES ('I1', 'C1', '2026-10-01', '2026-11-01', 'EUR', 1190);"
                         "INSERT INTO payments(payment_id, customer_id, paid_on, currency, amount)"
                         " VALUES ('P1', 'C1', '2026-11-02', 'EUR', 90)");
    dossier = fixture_load(fixture, "C1");
    item = &dossier->items[0];
    expect_int("active", dossier->customer->status, CUSTOMER_ACTIVE);
    expect_int("no hold", dossier->customer->hold_until, DAY_NONE);
    expect_text("no email", dossier->customer->email, "");
    expect_int("line", item->line, 1);
    expect_int("kind", item->kind, ITEM_INVOICE);
    expect_int("status", item->status, ITEM_OPEN);
    expect_int("method", item->method, METHOD_TRANSFER);
    expect_text("number", item->number, "I1");
    expect_text("entity", item->entity, "");
    expect_int("sent", item->sent_on, DAY_NONE);
    expect_int("disputed", item->disputed_amount, 0);
    expect_true("consistent", !item->inconsistent);
    expect_text("on account", dossier->payments[0].invoice_id, "");
    expect_int("booked", dossier->payments[0].status, PAYMENT_BOOKED);
    expect_true("stamped", dossier->payments[0].changed_on != DAY_NONE);
    expect_int("members", (intmax_t)dossier->member_count, 1);
    expect_int("persons", (intmax_t)dossier->person_count, 0);
}

static void test_all_columns(void **state)
{
    struct ledger_fixture *fixture = *state;
    const struct dossier *dossier;
    const struct item *item;
    const struct payment *payment;

    fixture_sql(
        fixture,
        "INSERT INTO customers(customer_id, name, email, phone, language, timezone, country, segment, policy, tags,"
        " status,"
        " hold_until, hold_reason, terms, owner, address, street, postcode, city, vat_id, legal_form, sms_consent)"
        " VALUES ('C1', 'Anna', 'a@b.example', '+491', 'de', 'Europe/Berlin', 'DE', 'b2b', 'key', 'vip', 'insolvent',"
        " '2026-12-31', 'court', 'net:14', 'kim', 'x' || char(10) || 'y', 'Hof 1', '10115', 'Berlin', 'DE1', 'GmbH',"
        " '2026 web');"
        "INSERT INTO invoices VALUES ('I1', 2, 'C1', 'north', 'R-1', 'charge', '2026-10-01', '2026-11-01', 'JPY', 1190,"
        " 'disputed', 90, '2026-11-03', 'direct_debit', 'gentle', 'a,b', 'I0', '2026-10-02', '2026-12-01', 'talks',"
        " 'RF1',"
        " 'PO1', 'paper', '2026-10-11', 20, 'https://pay.example/1', 'doc/1.pdf', '2026-11-04T00:00:00Z');"
        "INSERT INTO payments VALUES ('P1', 'C1', 'north', 'I1', 2, '2026-11-02', 'JPY', -90, 'reversed', 'P0',"
        " 'thanks',"
        " '2026-11-05T10:00:00Z')");
    dossier = fixture_load(fixture, "C1");
    expect_text("address", dossier->customer->address, "x\ny");
    expect_text("consent", dossier->customer->sms_consent, "2026 web");
    expect_text("owner", dossier->customer->owner, "kim");
    expect_int("customer's hold", dossier->customer->hold_until, date("2026-12-31"));
    item = &dossier->items[0];
    expect_text("number", item->number, "R-1");
    expect_int("line", item->line, 2);
    expect_int("kind", item->kind, ITEM_CHARGE);
    expect_int("status", item->status, ITEM_DISPUTED);
    expect_int("disputed", item->disputed_amount, 90);
    expect_int("disputed on", item->disputed_on, date("2026-11-03"));
    expect_int("method", item->method, METHOD_DIRECT_DEBIT);
    expect_text("related", item->related_invoice, "I0");
    expect_int("sent", item->sent_on, date("2026-10-02"));
    expect_int("hold", item->hold_until, date("2026-12-01"));
    expect_text("hold reason", item->hold_reason, "talks");
    expect_text("reference", item->reference, "RF1");
    expect_text("order", item->po_number, "PO1");
    expect_text("subject", item->subject, "paper");
    expect_int("discount", item->discount_amount, 20);
    expect_int("discount on", item->discount_on, date("2026-10-11"));
    expect_text("page", item->pay_url, "https://pay.example/1");
    expect_text("document", item->document, "doc/1.pdf");
    expect_text("currency", item->currency, "JPY");
    payment = &dossier->payments[0];
    expect_int("paid line", payment->line, 2);
    expect_int("reversed", payment->status, PAYMENT_REVERSED);
    expect_text("reverses", payment->reverses, "P0");
    expect_text("what the payer wrote", payment->reference, "thanks");
    expect_int("when it was reversed", payment->changed_on, date("2026-11-05"));
}

/* One column of a good row replaced: what the reader makes of it. */
static void test_hostile_items(void **state)
{
    static const struct {
        const char *remark, *set;
        bool inconsistent;
    } cases[] = {
        {"an unknown status", "status = 'paid'", true},
        {"no status", "status = NULL", false},
        {"an unknown kind", "kind = 'proforma'", true},
        {"an unknown method holds, for it may be a debit of ours", "payment_method = 'sepa'", true},
        {"an unknown currency", "currency = 'EURO'", true},
        {"a currency in lower case", "currency = 'eur'", false},
        {"a due date that is none", "due_on = '31.12.2026'", true},
        {"an empty due date", "due_on = ''", false},
        {"an issue date that is none", "issued_on = 'yesterday'", true},
        {"no issue date", "issued_on = ''", true},
        {"more money than there is", "amount = 9223372036854775807", true},
        {"less money than there is", "amount = -9223372036854775807 - 1", true},
    };
    struct ledger_fixture *fixture = *state;

    fixture_sql(fixture, "INSERT INTO customers(customer_id, name) VALUES ('C1', 'Anna')");
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct item *item;

        fixture_sql(fixture,
                    "INSERT OR REPLACE INTO invoices(invoice_id, customer_id, issued_on, due_on, currency, amount)"
                    " VALUES ('I1', 'C1', '2026-10-01', '2026-11-01', 'EUR', 1190)");
        fixture_sql(fixture, arena_printf(fixture->arena, "UPDATE invoices SET %s", cases[i].set));
        item = fixture_item(fixture, "C1", "I1");
        expect_int(cases[i].remark, item->inconsistent, cases[i].inconsistent);
        expect_true(cases[i].remark, item->amount <= MONEY_MAX && item->amount >= -MONEY_MAX);
    }
}

static void test_hostile_signs(void **state)
{
    struct ledger_fixture *fixture = *state;

    fixture_sql(
        fixture,
        "INSERT INTO customers(customer_id, name) VALUES ('C1', 'Anna');"
        "INSERT INTO invoices(invoice_id, customer_id, issued_on, currency, amount, kind) VALUES"
        " ('A', 'C1', '2026-10-01', 'EUR', -10, 'invoice'), ('B', 'C1', '2026-10-01', 'EUR', 10, 'credit_note')");
    expect_int("a negative invoice is a credit", fixture_item(fixture, "C1", "A")->kind, ITEM_CREDIT_NOTE);
    expect_int("a positive credit note is a credit", fixture_item(fixture, "C1", "B")->amount, -10);
}

static void test_hostile_holds(void **state)
{
    struct ledger_fixture *fixture = *state;

    fixture_sql(
        fixture,
        "INSERT INTO customers(customer_id, name, hold_until, status) VALUES ('C1', 'Anna', 'next week', 'gone');"
        "INSERT INTO invoices(invoice_id, customer_id, issued_on, currency, amount, hold_until)"
        " VALUES ('I1', 'C1', '2026-10-01', 'EUR', 10, '12/2026')");
    expect_text("a block without a readable end has none", fixture_load(fixture, "C1")->customer->hold_reason,
                "hold_until is not a date");
    expect_text("also of an item", fixture_item(fixture, "C1", "I1")->hold_reason, "hold_until is not a date");
    expect_int("an unknown status holds everything", fixture_load(fixture, "C1")->customer->status, CUSTOMER_CLOSED);
}

static void test_hostile_payments(void **state)
{
    struct ledger_fixture *fixture = *state;
    const struct dossier *dossier;

    fixture_sql(
        fixture,
        "INSERT INTO customers(customer_id, name) VALUES ('C1', 'Anna');"
        "INSERT INTO payments(payment_id, customer_id, paid_on, currency, amount, status) VALUES"
        " ('P1', 'C1', 'soon', 'EUR', 10, 'cleared'), (char(7) || x'ff', 'C1', '2026-11-01', 'E R', 20, 'booked')");
    dossier = fixture_load(fixture, "C1");
    expect_int("none is left out", (intmax_t)dossier->payment_count, 2);
    expect_int("a date that is none sorts first", dossier->payments[0].paid_on, DAY_NONE);
    expect_int("an unknown status holds back without settling", dossier->payments[0].status, PAYMENT_PENDING);
    expect_text("a strange key is made readable", dossier->payments[1].id, " \xef\xbf\xbd");
    expect_text("a strange currency fits none", dossier->payments[1].currency, "XXX");
}

static void test_hostile_texts(void **state)
{
    struct ledger_fixture *fixture = *state;
    const struct customer *customer;

    fixture_sql(
        fixture,
        "INSERT INTO customers(customer_id, name, email, address, city, street) VALUES ('C1', 'A' || char(13, 10) ||"
        " 'Bcc: x',"
        " CAST(x'61ff62' AS TEXT), 'a' || char(10) || 'b' || char(7), printf('%.*c', 9000, 'x'), 'a' || char(133) ||"
        " char(0) || 'b')");
    customer = fixture_load(fixture, "C1")->customer;
    expect_text("line breaks become blanks", customer->name, "A  Bcc: x");
    expect_text("broken UTF-8", customer->email,
                "a\xef\xbf\xbd"
                "b");
    expect_text("an address keeps its lines", customer->address, "a\nb ");
    expect_int("texts are cut", (intmax_t)strlen(customer->city), 4096);
    expect_text("other control characters, NUL too", customer->street, "a  b");
}

/* Rows that cannot be asked for again are passed over without an end or a loop. */
static void test_hostile_keys(void **state)
{
    struct ledger_fixture *fixture = *state;
    struct ledger_slice slice;

    fixture_sql(
        fixture,
        "INSERT INTO customers(customer_id, name) VALUES ('', 'nobody'), ('A' || char(1), 'x'), (printf('%.*c',"
        " 5000, 'B'), 'y'),"
        " (CAST(x'42ff' AS TEXT), 'z'), ('C1', 'Anna'), ('C' || char(195) || 'x', 'w'), ('Z', 'Zoe');"
        "INSERT INTO invoices(invoice_id, customer_id, issued_on, currency, amount) SELECT 'I-' || hex(customer_id),"
        " customer_id,"
        " '2026-10-01', 'EUR', 5 FROM customers;"
        "INSERT INTO invoices(invoice_id, customer_id, issued_on, currency, amount, line) VALUES"
        " ('L', 'C1', '2026-10-01', 'EUR', 5, -1), ('', 'C1', '2026-10-01', 'EUR', 5, 1), ('M', 'C1', '2026-10-01',"
        " 'EUR', 5, 5000000000)");
    for (size_t max = 1; max < 9; max++) {
        slice = (struct ledger_slice){.after = "", .max = max};
        assert_int_equal(ledger_slice(fixture->ledger, fixture->arena, &slice, &fixture->err), 0);
        expect_text("the first that can be named", slice.list[0].customer->id, "C1");
    }
    expect_int("of the others' rows nothing is his, and of his own only what has a key",
               (intmax_t)slice.list[0].item_count, 1);
    expect_int("and the others that can", (intmax_t)slice.count, 3);
    slice = (struct ledger_slice){.after = "Z", .max = 5};
    assert_int_equal(ledger_slice(fixture->ledger, fixture->arena, &slice, &fixture->err), 0);
    expect_int("the end", (intmax_t)slice.count, 0);
}

static void test_order(void **state)
{
    struct ledger_fixture *fixture = *state;
    const struct dossier *dossier;

    fixture_sql(
        fixture,
        "INSERT INTO customers(customer_id, name) VALUES ('C1', 'Anna');"
        "INSERT INTO invoices(invoice_id, line, customer_id, issued_on, currency, amount) VALUES ('b', 2, 'C1',"
        " '2026-10-01', 'EUR', 1),"
        " ('b', 10, 'C1', '2026-10-01', 'EUR', 1), ('B', 1, 'C1', '2026-10-01', 'EUR', 1), ('10', 1, 'C1',"
        " '2026-10-01', 'EUR', 1),"
        " ('9', 1, 'C1', '2026-10-01', 'EUR', 1);"
        "INSERT INTO payments(payment_id, customer_id, paid_on, currency, amount) VALUES ('2', 'C1', '2026-11-02',"
        " 'EUR', 1),"
        " ('1', 'C1', '2026-11-02', 'EUR', 1), ('3', 'C1', '2026-11-01', 'EUR', 1), ('4', 'C1', 'x', 'EUR', 1);"
        "INSERT INTO contacts(contact_id, customer_id, role) VALUES ('2', 'C1', 'cc'), ('3', 'C1', 'billing'), ('1',"
        " 'C1', 'cc'),"
        " ('0', 'C1', 'chef')");
    dossier = fixture_load(fixture, "C1");
    for (size_t i = 0; i < dossier->item_count; i++) {
        static const char *const want[] = {"10", "9", "B", "b", "b"};

        expect_text("items in byte order", dossier->items[i].invoice_id, want[i]);
    }
    expect_int("lines as numbers", dossier->items[4].line, 10);
    for (size_t i = 0; i < dossier->payment_count; i++) {
        static const char *const want[] = {"4", "3", "1", "2"};

        expect_text("payments by date", dossier->payments[i].id, want[i]);
    }
    expect_int("a role that we do not know is written to for nothing", (intmax_t)dossier->person_count, 3);
    for (size_t i = 0; i < dossier->person_count; i++) {
        static const char *const want[] = {"3", "1", "2"};

        expect_text("persons by role", dossier->persons[i].id, want[i]);
    }
}

static void test_terms(void **state)
{
    static const struct {
        const char *terms, *due;
    } cases[] = {
        {"net:30", "2026-10-31"},
        {"net:0", "2026-10-01"},
        {"", ""},
        {"net:", ""},
        {"net:x", ""},
        {"net:99999", ""},
        {"30", "2026-10-31"},
        {"days_then_eom:45", "2026-11-30"},
        {"eom_then_days:45", "2026-12-15"},
        {"2/10 net 30", "2026-10-31"},
        {"2/10", ""},
        {"in_msmed:agreed 60", "2026-11-15"},
        {"30 Tage netto", ""},
    };
    struct ledger_fixture *fixture = *state;

    fixture_sql(fixture,
                "INSERT INTO customers(customer_id, name, bill_to) VALUES ('C1', 'Anna', ''), ('C2', 'Shop', 'C1');"
                "INSERT INTO invoices(invoice_id, customer_id, issued_on, due_on, currency, amount) VALUES"
                " ('I1', 'C1', '2026-10-01', NULL, 'EUR', 1), ('I2', 'C1', '2026-10-01', '2026-12-24', 'EUR', 1),"
                " ('I3', 'C2', '2026-10-01', '', 'EUR', 1)");
    for (size_t i = 0; i < LENGTH(cases); i++) {
        fixture_sql(fixture, arena_printf(fixture->arena, "UPDATE customers SET terms = '%s' WHERE customer_id = 'C1'",
                                          cases[i].terms));
        expect_int(cases[i].terms, fixture_item(fixture, "C1", "I1")->due_on,
                   cases[i].due[0] != '\0' ? date(cases[i].due) : DAY_NONE);
        expect_int("a stated date stays", fixture_item(fixture, "C1", "I2")->due_on, date("2026-12-24"));
        expect_int("the terms are those of the customer who owes", fixture_item(fixture, "C1", "I3")->due_on, DAY_NONE);
    }
}

/* The customer's terms speak for an invoice without a due date, and only for what it leaves open. */
static void test_terms_give_a_discount(void **state)
{
    static const struct {
        const char *invoice, *on;
        int64_t amount;
    } cases[] = {
        {"I1", "2026-10-11", 250}, {"I2", "", 0}, {"I3", "2026-12-01", 1}, {"I4", "", 0}, {"I5", "", 0},
    };
    struct ledger_fixture *fixture = *state;

    fixture_sql(fixture,
                "INSERT INTO customers(customer_id, name, terms) VALUES ('C1', 'Anna', '2.5/10 1/20 net:30');"
                "INSERT INTO invoices(invoice_id, customer_id, kind, issued_on, due_on, currency, amount, discount_on,"
                " discount_amount) VALUES"
                " ('I1', 'C1', 'invoice', '2026-10-01', NULL, 'EUR', 10000, NULL, 0),"
                " ('I2', 'C1', 'invoice', '2026-10-01', '2026-12-24', 'EUR', 10000, NULL, 0),"
                " ('I3', 'C1', 'invoice', '2026-10-01', NULL, 'EUR', 10000, '2026-12-01', 1),"
                " ('I4', 'C1', 'credit_note', '2026-10-01', NULL, 'EUR', -10000, NULL, 0),"
                " ('I5', 'C1', 'charge', '2026-10-01', NULL, 'EUR', 10000, NULL, 0)");
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct item *item = fixture_item(fixture, "C1", cases[i].invoice);
        expect_int(cases[i].invoice, item->discount_on, cases[i].on[0] != '\0' ? date(cases[i].on) : DAY_NONE);
        expect_int(cases[i].invoice, item->discount_amount, cases[i].amount);
    }
}

/* A payment and the invoice that it names, in every way in which they may differ. */
static void test_inconsistent(void **state)
{
    static const struct {
        const char *remark, *payment;
        bool inconsistent;
    } cases[] = {
        {"as it should be", "'C1', 'north', 'I1', NULL, 'EUR', 'booked'", false},
        {"names its line", "'C1', 'north', 'I1', 1, 'EUR', 'booked'", false},
        {"names a line that there is not", "'C1', 'north', 'I1', 3, 'EUR', 'booked'", true},
        {"another entity", "'C1', 'south', 'I1', NULL, 'EUR', 'booked'", true},
        {"another currency", "'C1', 'north', 'I1', NULL, 'USD', 'booked'", true},
        {"another customer", "'C2', 'north', 'I1', NULL, 'EUR', 'booked'", true},
        {"another customer, pending", "'C2', 'north', 'I1', NULL, 'EUR', 'pending'", true},
        {"another customer, reversed since", "'C2', 'north', 'I1', NULL, 'EUR', 'reversed'", false},
        {"another currency, reversed since", "'C1', 'north', 'I1', NULL, 'USD', 'reversed'", false},
        {"another customer of the same account", "'S1', 'north', 'I1', NULL, 'EUR', 'booked'", false},
        {"a customer who does not exist", "'C9', 'north', 'I1', NULL, 'EUR', 'booked'", true},
        {"another invoice", "'C1', 'north', 'I2', NULL, 'EUR', 'booked'", false},
        {"an invoice that there is not", "'C1', 'north', 'I9', NULL, 'EUR', 'booked'", false},
        {"no invoice", "'C1', 'north', NULL, NULL, 'EUR', 'booked'", false},
    };
    struct ledger_fixture *fixture = *state;

    fixture_sql(
        fixture,
        "INSERT INTO customers(customer_id, name, bill_to) VALUES ('C1', 'Anna', ''), ('C2', 'Bert', ''), ('S1',"
        " 'Shop', 'C1');"
        "INSERT INTO invoices(invoice_id, line, customer_id, entity, issued_on, currency, amount) VALUES"
        " ('I1', 1, 'C1', 'north', '2026-10-01', 'EUR', 1), ('I1', 2, 'C1', 'north', '2026-10-01', 'EUR', 1),"
        " ('I2', 1, 'C1', 'north', '2026-10-01', 'EUR', 1)");
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct dossier *dossier;

        fixture_sql(fixture, "DELETE FROM payments");
        fixture_sql(fixture,
                    arena_printf(fixture->arena,
                                 "INSERT INTO payments(payment_id, customer_id, entity, invoice_id, line, currency,"
                                 " status, paid_on, amount) VALUES ('P1', %s, '2026-11-01', 1)",
                                 cases[i].payment));
        dossier = fixture_load(fixture, "C1");
        expect_int(cases[i].remark, dossier->items[0].inconsistent, cases[i].inconsistent);
        expect_int("all lines of it", dossier->items[1].inconsistent, cases[i].inconsistent);
        expect_int("no other invoice", dossier->items[2].inconsistent, false);
        expect_int("the payment is his who paid", (intmax_t)dossier->payment_count,
                   strstr(cases[i].payment, "'C2'") == NULL && strstr(cases[i].payment, "'C9'") == NULL);
    }
}

static const char *members_of(struct ledger_fixture *fixture, const char *customer)
{
    const struct dossier *dossier = fixture_load(fixture, customer);
    struct text list;

    text_init(&list, fixture->arena);
    for (size_t i = 0; i < dossier->member_count; i++)
        text_addf(&list, "%s%s", i > 0 ? " " : "", dossier->members[i].id);
    text_add(&list, ":");
    for (size_t i = 0; i < dossier->item_count; i++)
        text_addf(&list, " %s", dossier->items[i].invoice_id);
    return list.data;
}

static void test_bill_to(void **state)
{
    struct ledger_fixture *fixture = *state;
    struct ledger_slice slice = {.after = "", .max = 100};

    fixture_sql(
        fixture,
        "INSERT INTO customers(customer_id, name, bill_to) VALUES ('A', 'a', ''), ('B', 'b', 'M'), ('M', 'm', ''),"
        " ('N', 'n', 'M'),"
        " ('X', 'x', 'nobody'), ('Y', 'y', 'Y'), ('Z', 'z', 'B');"
        "INSERT INTO invoices(invoice_id, customer_id, issued_on, currency, amount) SELECT lower(customer_id),"
        " customer_id, '2026-10-01',"
        " 'EUR', 1 FROM customers;"
        "INSERT INTO payments(payment_id, customer_id, paid_on, currency, amount) SELECT customer_id, customer_id,"
        " '2026-11-01', 'EUR', 1"
        " FROM customers;"
        "INSERT INTO contacts(contact_id, customer_id) SELECT 'k' || customer_id, customer_id FROM customers");
    expect_text("alone", members_of(fixture, "A"), "A: a");
    expect_text("himself first, then by id, with all items", members_of(fixture, "M"), "M B N: b m n");
    expect_int("all payments", (intmax_t)fixture_load(fixture, "M")->payment_count, 3);
    expect_text("only his own persons", fixture_load(fixture, "M")->persons[0].id, "kM");
    expect_int("no more", (intmax_t)fixture_load(fixture, "M")->person_count, 1);
    expect_text("billed to a number that nobody has", members_of(fixture, "X"), "X: x");
    expect_text("billed to himself", members_of(fixture, "Y"), "Y: y");
    expect_text("billed elsewhere, nothing is left for him", members_of(fixture, "N"), "N:");
    expect_text("a chain is followed one step; his own bills go on", members_of(fixture, "B"), "B Z: z");
    expect_text("and end here", members_of(fixture, "Z"), "Z:");
    assert_int_equal(ledger_slice(fixture->ledger, fixture->arena, &slice, &fixture->err), 0);
    expect_int("dossiers of those who get notices: A B M X Y", (intmax_t)slice.count, 5);
    expect_text("in order", slice.list[1].customer->id, "B");
    expect_int("B holds only Z's item", (intmax_t)slice.list[1].item_count, 1);
    expect_int("M holds three", (intmax_t)slice.list[2].item_count, 3);
}

static void test_not_found(void **state)
{
    struct ledger_fixture *fixture = *state;
    struct dossier *dossier;

    assert_int_equal(ledger_load(fixture->ledger, "C1", fixture->arena, &dossier, &fixture->err), -1);
    expect_int("not found", fixture->err.code, ERR_NOT_FOUND);
    expect_text("sentence", fixture->err.text, "\"C1\": the ledger has no such customer");
}

/* The row alone is the one that a dossier has. */
static void test_customer_alone(void **state)
{
    static const char *const ids[] = {"A", "M", "B"};
    struct ledger_fixture *fixture = *state;
    struct customer customer;

    fixture_sql(fixture, "INSERT INTO customers(customer_id, name, timezone, bill_to) VALUES"
                         " ('A', 'a', 'Asia/Tokyo', ''), ('M', 'm', 'no such', ''), ('B', 'b', 'Europe/Berlin', 'M');"
                         "INSERT INTO invoices(invoice_id, customer_id, issued_on, currency, amount)"
                         " VALUES ('I1', 'A', '2026-10-01', 'EUR', 1)");
    for (size_t i = 0; i < LENGTH(ids); i++) {
        const struct customer *whole = fixture_load(fixture, ids[i])->customer;
        assert_int_equal(ledger_customer(fixture->ledger, ids[i], fixture->arena, &customer, &fixture->err), 0);
        expect_text("id", customer.id, ids[i]);
        expect_text("name", customer.name, whole->name);
        expect_text("zone", customer.timezone, whole->timezone);
        expect_text("bill to", customer.bill_to, whole->bill_to);
    }
    expect_text("the zone as it stands there", customer.timezone, "Europe/Berlin");
    assert_int_equal(ledger_customer(fixture->ledger, "C", fixture->arena, &customer, &fixture->err), -1);
    expect_int("nobody", fixture->err.code, ERR_NOT_FOUND);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, fixture_set_up, fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_defaults),
        CASE(test_all_columns),
        CASE(test_hostile_items),
        CASE(test_hostile_signs),
        CASE(test_hostile_holds),
        CASE(test_hostile_payments),
        CASE(test_hostile_texts),
        CASE(test_hostile_keys),
        CASE(test_order),
        CASE(test_terms),
        CASE(test_terms_give_a_discount),
        CASE(test_inconsistent),
        CASE(test_bill_to),
        CASE(test_not_found),
        CASE(test_customer_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
