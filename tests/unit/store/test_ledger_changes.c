#include "unit/store/ledger_fixture.h"

/*
 * Whoever writes, in whatever way: the customers whose dossiers change are
 * marked, and the orphans are those that a fresh comparison finds.
 */

static const char start[] =
    "INSERT INTO customers(customer_id, name, bill_to) VALUES ('A', 'a', ''), ('B', 'b', ''), ('C', 'c', 'B'), ('D',"
    " 'd', 'ZZ');"
    "INSERT INTO invoices(invoice_id, customer_id, issued_on, currency, amount) VALUES ('IA', 'A', '2026-10-01',"
    " 'EUR', 100),"
    " ('IB', 'B', '2026-10-01', 'EUR', 100), ('IC', 'C', '2026-10-01', 'EUR', 100);"
    "INSERT INTO payments(payment_id, customer_id, invoice_id, paid_on, currency, amount) VALUES ('PA', 'A', 'IA',"
    " '2026-11-01', 'EUR', 1),"
    " ('PB', 'B', 'IA', '2026-11-01', 'EUR', 1);"
    "INSERT INTO contacts(contact_id, customer_id) VALUES ('KA', 'A')";

static int set_up(void **state)
{
    struct ledger_fixture *fixture = fixture_new(state);

    fixture_sql(fixture, start);
    return 0;
}

#define INVOICE(verb, id, customer)                                                                          \
    verb " INTO invoices(invoice_id, customer_id, issued_on, currency, amount) VALUES ('" id "', '" customer \
         "', '2026-10-01', 'EUR', 7)"
#define PAYMENT(verb, id, customer, invoice)                                                                           \
    verb " INTO payments(payment_id, customer_id, invoice_id, paid_on, currency, amount) VALUES ('" id "', '" customer \
         "', " invoice ", '2026-11-01', 'EUR', 7)"

/* One statement on the start, and the rows of `changes` that it makes, sorted. */
static const struct {
    const char *remark, *sql, *marks;
} cases[] = {
    {"a new customer", "INSERT INTO customers(customer_id, name) VALUES ('E', 'e')", "E"},
    {"a new customer who is billed elsewhere",
     "INSERT INTO customers(customer_id, name, bill_to) VALUES ('E', 'e', 'A')", "A E"},
    {"a customer's column", "UPDATE customers SET name = 'x' WHERE customer_id = 'A'", "A"},
    {"billed elsewhere from now on", "UPDATE customers SET bill_to = 'A' WHERE customer_id = 'C'", "A B C"},
    {"billed himself from now on", "UPDATE customers SET bill_to = '' WHERE customer_id = 'C'", "B C"},
    {"a customer goes, with one billed to him", "DELETE FROM customers WHERE customer_id = 'B'", "B C"},
    {"a member goes", "DELETE FROM customers WHERE customer_id = 'C'", "B C"},
    {"a customer gets another number", "UPDATE customers SET customer_id = 'E' WHERE customer_id = 'B'", "B C E"},
    {"the number somebody is billed to appears", "INSERT INTO customers(customer_id, name) VALUES ('ZZ', 'z')", "D ZZ"},
    {"a customer replaced, billed elsewhere",
     "REPLACE INTO customers(customer_id, name, bill_to) VALUES ('C', 'c', 'A')", "A B C"},
    {"a customer replaced, billed himself", "REPLACE INTO customers(customer_id, name) VALUES ('C', 'c')", "B C"},
    {"a customer put into another's place", "UPDATE OR REPLACE customers SET customer_id = 'C' WHERE customer_id = 'A'",
     "A B C"},

    {"a new invoice", INVOICE("INSERT", "IX", "A"), "A"},
    {"an invoice's column", "UPDATE invoices SET amount = 5 WHERE invoice_id = 'IA'", "A"},
    {"an invoice moves", "UPDATE invoices SET customer_id = 'B' WHERE invoice_id = 'IA'", "A B"},
    {"an invoice goes", "DELETE FROM invoices WHERE invoice_id = 'IA'", "A"},
    {"an invoice replaced, same customer", INVOICE("REPLACE", "IA", "A"), "A"},
    {"an invoice replaced, another customer", INVOICE("REPLACE", "IA", "B"), "A B"},
    {"an invoice upserted to another customer",
     INVOICE("INSERT", "IA", "B") " ON CONFLICT (invoice_id, line) DO UPDATE SET customer_id = excluded.customer_id",
     "A B"},
    {"INSERT OR IGNORE of a new one", INVOICE("INSERT OR IGNORE", "IX", "A"), "A"},
    {"an invoice put into another's place", "UPDATE OR REPLACE invoices SET invoice_id = 'IB' WHERE invoice_id = 'IA'",
     "A B"},
    {"several rows of one statement", "UPDATE invoices SET amount = 5", "A B C"},

    {"money on account", PAYMENT("INSERT", "PX", "B", "NULL"), "B"},
    {"a payment", PAYMENT("INSERT", "PX", "A", "'IA'"), "A"},
    {"a payment of another customer's invoice", PAYMENT("INSERT", "PX", "B", "'IA'"), "A B"},
    {"a payment's amount", "UPDATE payments SET amount = 5 WHERE payment_id = 'PA'", "A"},
    {"a stray payment's amount", "UPDATE payments SET amount = 5 WHERE payment_id = 'PB'", "A B"},
    {"a stray payment reversed", "UPDATE payments SET status = 'reversed' WHERE payment_id = 'PB'", "A B"},
    {"a stray payment comes home", "UPDATE payments SET customer_id = 'A' WHERE payment_id = 'PB'", "A B"},
    {"a payment names another invoice", "UPDATE payments SET invoice_id = 'IB' WHERE payment_id = 'PA'", "A B"},
    {"a stray payment goes", "DELETE FROM payments WHERE payment_id = 'PB'", "A B"},
    {"a stray payment replaced", PAYMENT("REPLACE", "PB", "B", "'IB'"), "A B"},
    {"a payment replaced by another customer's", PAYMENT("REPLACE", "PA", "B", "NULL"), "A B"},
    {"a payment put into another's place", "UPDATE OR REPLACE payments SET payment_id = 'PA' WHERE payment_id = 'PB'",
     "A B"},

    {"a contact", "INSERT INTO contacts(contact_id, customer_id) VALUES ('KX', 'B')", "B"},
    {"a contact changes the firm", "UPDATE contacts SET customer_id = 'B'", "A B"},
    {"a contact goes", "DELETE FROM contacts", "A"},
    {"a contact replaced elsewhere", "REPLACE INTO contacts(contact_id, customer_id) VALUES ('KA', 'B')", "A B"},

    {"the feed belongs to nobody", "INSERT INTO feed VALUES ('', '2026-11-01')", ""},
};

static void test_marks(void **state)
{
    struct ledger_fixture *fixture = *state;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        int64_t last = fixture_int(fixture, "SELECT coalesce(max(seq), 0) FROM changes");

        fixture_sql(fixture, "BEGIN");
        fixture_sql(fixture, cases[i].sql);
        expect_text(cases[i].remark,
                    fixture_list(fixture, arena_printf(fixture->arena,
                                                       "SELECT customer_id FROM changes WHERE seq > %" PRId64
                                                       " ORDER BY customer_id",
                                                       last)),
                    cases[i].marks);
        fixture_sql(fixture, "ROLLBACK");
    }
}

static void test_seq_grows(void **state)
{
    struct ledger_fixture *fixture = *state;
    int64_t last = 0;

    expect_text("all at first, each as the one who is billed", fixture_changes(fixture, &last), "ZZ D B B A");
    expect_text("then none", fixture_changes(fixture, &last), "");
    fixture_sql(fixture, "UPDATE customers SET name = 'x' WHERE customer_id = 'A'");
    expect_text("one", fixture_changes(fixture, &last), "A");
    fixture_sql(fixture, "UPDATE customers SET name = 'x' WHERE customer_id = 'A'");
    expect_text("the same one again", fixture_changes(fixture, &last), "A");
    fixture_sql(fixture, "UPDATE invoices SET amount = 3 WHERE invoice_id = 'IC'");
    expect_text("the one who is billed", fixture_changes(fixture, &last), "B");
    fixture_sql(fixture, "DELETE FROM customers WHERE customer_id = 'A'");
    expect_text("one who is gone", fixture_changes(fixture, &last), "A");
    fixture_sql(fixture,
                "UPDATE customers SET bill_to = 'B' WHERE customer_id = 'D'; UPDATE customers SET bill_to = 'D' WHERE"
                " customer_id = 'C'");
    expect_text("one who is billed elsewhere is named himself if others are billed to him",
                fixture_changes(fixture, &last), "ZZ B D");
}

static void test_in_portions(void **state)
{
    struct ledger_fixture *fixture = *state;
    struct ledger_changes changes = {.max = 2};
    size_t calls = 0;

    do {
        assert_int_equal(ledger_changes(fixture->ledger, fixture->arena, &changes, &fixture->err), 0);
        changes.after = changes.seq;
        calls += changes.count > 0;
        assert_true(changes.count <= 2);
    } while (changes.count > 0);
    expect_int("portions of two", (intmax_t)calls, 3);
    expect_int("all of them", changes.seq, fixture_int(fixture, "SELECT max(seq) FROM changes"));
}

/* "None" ends the reading, so rows that nobody can ask for must not look like the end. */
static void test_unusable(void **state)
{
    struct ledger_fixture *fixture = *state;
    struct ledger_changes changes = {.after = fixture_int(fixture, "SELECT max(seq) FROM changes"), .max = 2};

    fixture_sql(
        fixture,
        "INSERT INTO customers(customer_id, name) VALUES ('', 'a'), (char(1), 'b'), (char(2), 'c'), ('E', 'e')");
    assert_int_equal(ledger_changes(fixture->ledger, fixture->arena, &changes, &fixture->err), 0);
    expect_int("the one behind them", (intmax_t)changes.count, 1);
    expect_text("is found", changes.customers[0], "E");
}

/* A ledger restored from an older copy counts from a lower number. */
static void test_restored(void **state)
{
    struct ledger_fixture *fixture = *state;
    int64_t last = 1000000;

    expect_text("everything is news", fixture_changes(fixture, &last), "ZZ D B B A");
    expect_int("and the count goes on from there", last, fixture_int(fixture, "SELECT max(seq) FROM changes"));
}

static void test_stamp(void **state)
{
    struct ledger_fixture *fixture = *state;

    fixture_sql(fixture,
                "UPDATE payments SET changed_at = '2020-01-01T00:00:00Z'; UPDATE payments SET status = 'reversed' WHERE"
                " payment_id = 'PA'");
    expect_int("a reversal is dated even if its writer forgets",
               fixture_int(fixture, "SELECT changed_at > '2026' FROM payments WHERE payment_id = 'PA'"), 1);
    fixture_sql(fixture, "UPDATE payments SET status = 'booked', changed_at = '2021-02-03' WHERE payment_id = 'PA'");
    expect_text("a date that he gives stays",
                fixture_list(fixture, "SELECT changed_at FROM payments WHERE payment_id = 'PA'"), "2021-02-03");
}

/* ---- random writers ---- */

static uint64_t seed;

static unsigned pick(unsigned below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)((seed >> 33) % below);
}

static const char *one_of(const char *const *list, unsigned count)
{
    return list[pick(count)];
}

static const char *const ids[] = {"A", "B", "C", "D", "E"};
static const char *const bill_tos[] = {"", "", "A", "B", "E", "Q"};
static const char *const invoices[] = {"I1", "I2", "I3", "I4"};
static const char *const named[] = {"NULL", "''", "'I1'", "'I2'", "'I3'", "'I4'", "'I9'"};
static const char *const entities[] = {"", "", "", "n"};
static const char *const currencies[] = {"EUR", "EUR", "EUR", "USD"};
static const char *const lines[] = {"NULL", "NULL", "1", "2"};
static const char *const inserts[] = {"INSERT OR IGNORE", "INSERT OR REPLACE", "REPLACE"};
static const char *const updates[] = {"UPDATE OR IGNORE", "UPDATE OR REPLACE"};
static const char *const statuses[] = {"booked", "booked", "pending", "reversed"};

#define ANY(list) one_of(list, LENGTH(list))

static const char *customer_statement(struct arena *arena)
{
    switch (pick(4)) {
    case 0:
        return arena_printf(arena, "%s INTO customers(customer_id, name, bill_to) VALUES ('%s', 'n%u', '%s')",
                            ANY(inserts), ANY(ids), pick(9), ANY(bill_tos));
    case 1:
        return arena_printf(arena, "UPDATE customers SET bill_to = '%s' WHERE customer_id = '%s'", ANY(bill_tos),
                            ANY(ids));
    case 2:
        return arena_printf(arena, "%s customers SET customer_id = '%s' WHERE customer_id = '%s'", ANY(updates),
                            ANY(ids), ANY(ids));
    }
    return arena_printf(arena, "DELETE FROM customers WHERE customer_id = '%s'", ANY(ids));
}

static const char *invoice_statement(struct arena *arena)
{
    switch (pick(5)) {
    case 0:
    case 1:
        return arena_printf(
            arena,
            "%s INTO invoices(invoice_id, line, customer_id, entity, currency, issued_on, amount) VALUES"
            " ('%s', %u, '%s', '%s', '%s', '2026-10-01', %u)",
            ANY(inserts), ANY(invoices), 1 + pick(2), ANY(ids), ANY(entities), ANY(currencies), 1 + pick(9));
    case 2:
        return arena_printf(
            arena, "UPDATE invoices SET customer_id = '%s', entity = '%s', currency = '%s' WHERE invoice_id = '%s'",
            ANY(ids), ANY(entities), ANY(currencies), ANY(invoices));
    case 3:
        return arena_printf(arena, "%s invoices SET invoice_id = '%s', line = %u WHERE invoice_id = '%s'", ANY(updates),
                            ANY(invoices), 1 + pick(2), ANY(invoices));
    }
    return arena_printf(arena, "DELETE FROM invoices WHERE invoice_id = '%s'", ANY(invoices));
}

static const char *payment_statement(struct arena *arena)
{
    switch (pick(5)) {
    case 0:
    case 1:
        return arena_printf(
            arena,
            "%s INTO payments(payment_id, customer_id, entity, invoice_id, line, currency, status, paid_on, amount)"
            " VALUES ('P%u', '%s', '%s', %s, %s, '%s', '%s', '2026-11-01', %u)",
            ANY(inserts), pick(5), ANY(ids), ANY(entities), ANY(named), ANY(lines), ANY(currencies), ANY(statuses),
            1 + pick(9));
    case 2:
        return arena_printf(
            arena,
            "UPDATE payments SET customer_id = '%s', invoice_id = %s, status = '%s', amount = %u WHERE payment_id ="
            " 'P%u'",
            ANY(ids), ANY(named), ANY(statuses), 1 + pick(9), pick(5));
    case 3:
        return arena_printf(arena, "%s payments SET payment_id = 'P%u' WHERE payment_id = 'P%u'", ANY(updates), pick(5),
                            pick(5));
    }
    return arena_printf(arena, "DELETE FROM payments WHERE payment_id = 'P%u'", pick(5));
}

static const char *contact_statement(struct arena *arena)
{
    if (pick(3) > 0)
        return arena_printf(arena, "%s INTO contacts(contact_id, customer_id, name) VALUES ('K%u', '%s', 'n%u')",
                            ANY(inserts), pick(3), ANY(ids), pick(9));
    return arena_printf(arena, "%s contacts SET contact_id = 'K%u' WHERE contact_id = 'K%u'", ANY(updates), pick(3),
                        pick(3));
}

static const char *random_statement(struct arena *arena)
{
    static const char *(*const makers[])(struct arena *) = {customer_statement, invoice_statement, payment_statement,
                                                            payment_statement, contact_statement};

    return makers[pick(LENGTH(makers))](arena);
}

/* All of a dossier that a decision could see, as text; "" for a customer who gets none. */
static const char *picture(struct ledger_fixture *fixture, const char *customer, struct arena *arena)
{
    struct dossier *dossier;
    struct text out;

    if (ledger_load(fixture->ledger, customer, arena, &dossier, &fixture->err) != 0)
        return "";
    text_init(&out, arena);
    for (size_t i = 0; i < dossier->member_count; i++)
        text_addf(&out, "%s %s %s;", dossier->members[i].id, dossier->members[i].name, dossier->members[i].bill_to);
    for (size_t i = 0; i < dossier->item_count; i++) {
        const struct item *item = &dossier->items[i];

        text_addf(&out, "%s/%d %s %s %s %" PRId64 " %d;", item->invoice_id, item->line, item->customer_id, item->entity,
                  item->currency, item->amount, item->inconsistent);
    }
    for (size_t i = 0; i < dossier->payment_count; i++) {
        const struct payment *payment = &dossier->payments[i];

        text_addf(&out, "%s %s %s %s/%d %s %" PRId64 " %d;", payment->id, payment->customer_id, payment->entity,
                  payment->invoice_id, payment->line, payment->currency, payment->amount, (int)payment->status);
    }
    for (size_t i = 0; i < dossier->person_count; i++)
        text_addf(&out, "%s %s;", dossier->persons[i].id, dossier->persons[i].name);
    return out.data;
}

/* Who is billed elsewhere, with nobody billed to him, gets none, so nobody has to look at him. */
static bool gets_notices(struct ledger_fixture *fixture, const char *id, struct arena *arena)
{
    return fixture_int(
               fixture,
               arena_printf(arena,
                            "SELECT NOT EXISTS (SELECT 1 FROM customers c JOIN customers h ON h.customer_id = c.bill_to"
                            " WHERE c.customer_id = '%s' AND c.bill_to <> c.customer_id AND NOT EXISTS (SELECT 1 FROM"
                            " customers m WHERE m.bill_to = c.customer_id))",
                            id)) != 0;
}

/* What `orphans` must hold, worked out afresh. */
static const char fresh_orphans[] =
    "SELECT DISTINCT i.customer_id || '/' || i.invoice_id || '/' || p.payment_id FROM payments p JOIN invoices i"
    " USING (invoice_id)"
    " WHERE p.status <> 'reversed' AND NOT EXISTS (SELECT 1 FROM invoices m WHERE m.invoice_id = p.invoice_id AND"
    " m.customer_id ="
    " p.customer_id AND m.entity = p.entity AND m.currency = p.currency AND coalesce(p.line, 0) IN (0, m.line))"
    " ORDER BY 1";
static const char kept_orphans[] =
    "SELECT customer_id || '/' || invoice_id || '/' || payment_id FROM orphans ORDER BY 1";

static void test_random_writers(void **state)
{
    struct ledger_fixture *fixture = *state;
    struct arena *old = arena_new(0), *new = arena_new(0);
    const char *before[LENGTH(ids)];
    int64_t last = 0;

    seed = 20261124;
    fixture_sql(fixture, "PRAGMA synchronous = OFF");
    for (size_t i = 0; i < LENGTH(ids); i++)
        before[i] = picture(fixture, ids[i], old);
    fixture_changes(fixture, &last);
    for (int round = 0; round < 3000; round++) {
        const char *sql = random_statement(new);
        const char *marks;

        fixture_sql(fixture, sql);
        marks = fixture_changes(fixture, &last);
        for (size_t i = 0; i < LENGTH(ids); i++) {
            const char *after = picture(fixture, ids[i], new);

            if (strcmp(before[i], after) != 0 && strstr(marks, ids[i]) == NULL && gets_notices(fixture, ids[i], new))
                fail_msg("round %d: %s\n%s changed unmarked (marks: %s)\n%s\n%s", round, sql, ids[i], marks, before[i],
                         after);
            before[i] = after;
        }
        if (round % 10 == 0)
            expect_text(sql, fixture_list(fixture, kept_orphans), fixture_list(fixture, fresh_orphans));
        {
            struct arena *swap = old;

            old = new;
            new = swap;
            arena_reset(new);
        }
    }
    arena_free(&old);
    arena_free(&new);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_marks),    CASE(test_seq_grows), CASE(test_in_portions),    CASE(test_unusable),
        CASE(test_restored), CASE(test_stamp),     CASE(test_random_writers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
