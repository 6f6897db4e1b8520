#include "unit/store/ledger_fixture.h"

/* A merge in slices must give the dossiers that single loads give, wherever it is cut. */

/* 60 customers, some billed elsewhere, in chains, or to nobody; items and payments also of customers that there are
 * not. */
static const char world[] =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) INSERT INTO customers(customer_id,"
    " name, bill_to, terms)"
    " SELECT printf('C%02d', i), 'n' || i, CASE i % 7 WHEN 1 THEN printf('C%02d', (i * 11) % 60 + 1) WHEN 2 THEN"
    " 'nobody' ELSE '' END,"
    " CASE WHEN i % 2 THEN 'net:10' ELSE '' END FROM n;"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) INSERT INTO invoices(invoice_id,"
    " line, customer_id, entity,"
    " issued_on, due_on, currency, amount) SELECT printf('I%03d', i / 2 * 7 % 211), i % 2 + i / 211 * 2 + 1,"
    " printf('C%02d', (i * 37) % 66),"
    " CASE i % 9 WHEN 0 THEN 'n' ELSE '' END, '2026-10-01', CASE i % 3 WHEN 0 THEN '2026-11-01' END, CASE i % 11"
    " WHEN 0 THEN 'USD' ELSE 'EUR'"
    " END, i FROM n;"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) INSERT INTO payments(payment_id,"
    " customer_id, entity,"
    " invoice_id, paid_on, currency, amount) SELECT 'P' || i, printf('C%02d', (i * 41) % 66), '', CASE i % 4 WHEN 0"
    " THEN NULL ELSE"
    " printf('I%03d', i * 5 % 211) END, date('2026-11-01', printf('%d days', i % 5)), 'EUR', i FROM n;"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 80) INSERT INTO contacts(contact_id,"
    " customer_id, role, active)"
    " SELECT 'K' || i, printf('C%02d', (i * 17) % 66), CASE i % 3 WHEN 0 THEN 'cc' ELSE 'billing' END, i % 5 > 0"
    " FROM n";

static void describe_items(const struct dossier *dossier, struct text *out)
{
    char due[DAY_TEXT_SIZE];

    for (size_t i = 0; i < dossier->item_count; i++) {
        const struct item *item = &dossier->items[i];

        text_addf(out, " %s/%d:%s:%s:%s:%s:%" PRId64 "%s", item->invoice_id, item->line, item->customer_id,
                  item->entity, item->currency, day_format(item->due_on, due), item->amount,
                  item->inconsistent ? "!" : "");
    }
}

static void describe(const struct dossier *dossier, struct text *out)
{
    for (size_t i = 0; i < dossier->member_count; i++)
        text_addf(out, "%s ", dossier->members[i].id);
    describe_items(dossier, out);
    for (size_t i = 0; i < dossier->payment_count; i++)
        text_addf(out, " %s:%s", dossier->payments[i].id, dossier->payments[i].invoice_id);
    for (size_t i = 0; i < dossier->person_count; i++)
        text_addf(out, " %s", dossier->persons[i].id);
    text_add(out, "\n");
}

/* All dossiers, in slices of max. */
static const char *sliced(struct ledger_fixture *fixture, size_t max, size_t *calls)
{
    struct ledger_slice slice = {.after = "", .max = max};
    struct text out;

    text_init(&out, fixture->arena);
    for (*calls = 0;; ++*calls) {
        if (ledger_slice(fixture->ledger, fixture->arena, &slice, &fixture->err) != 0)
            fixture_die(fixture, "slice");
        assert_true(slice.count <= max);
        if (slice.count == 0)
            return out.data;
        for (size_t i = 0; i < slice.count; i++) {
            assert_true(strcmp(slice.list[i].customer->id, slice.after) > 0);
            slice.after = slice.list[i].customer->id;
            describe(&slice.list[i], &out);
        }
    }
}

static const char get_notices[] =
    "SELECT c.customer_id FROM customers c WHERE NOT EXISTS (SELECT 1 FROM customers h WHERE h.customer_id ="
    " c.bill_to AND h.customer_id <>"
    " c.customer_id) OR EXISTS (SELECT 1 FROM customers m WHERE m.bill_to = c.customer_id) ORDER BY 1";

/* The same, asked for one by one. */
static const char *loaded(struct ledger_fixture *fixture)
{
    char *list = arena_copy(fixture->arena, fixture_list(fixture, get_notices));
    struct text out;

    text_init(&out, fixture->arena);
    for (char *id = strtok(list, " "); id != NULL; id = strtok(NULL, " "))
        describe(fixture_load(fixture, id), &out);
    return out.data;
}

static void test_same_as_single_loads(void **state)
{
    static const size_t sizes[] = {1, 2, 3, 7, 10, 59, 60, 1000};
    struct ledger_fixture *fixture = *state;
    const char *want;
    size_t calls;

    fixture_sql(fixture, world);
    want = loaded(fixture);
    expect_true("there is something of everything",
                strstr(want, "!") != NULL && strstr(want, "K") != NULL && strlen(want) > 5000);
    for (size_t i = 0; i < LENGTH(sizes); i++)
        expect_text(arena_printf(fixture->arena, "slices of %zu", sizes[i]), sliced(fixture, sizes[i], &calls), want);
}

/* Customers with very many items end a slice early, but never cut a customer in two. */
static void test_many_items(void **state)
{
    struct ledger_fixture *fixture = *state;
    const char *want;
    size_t calls;

    fixture_sql(
        fixture,
        "PRAGMA synchronous = OFF;"
        "INSERT INTO customers(customer_id, name) VALUES ('A', 'a'), ('B', 'b'), ('C', 'c'), ('D', 'd');"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) INSERT INTO"
        " invoices(invoice_id, customer_id,"
        " issued_on, currency, amount) SELECT printf('I%05d', i), CASE WHEN i <= 3 THEN 'A' WHEN i <= 9500 THEN 'B'"
        " WHEN i < 12000 THEN"
        " 'C' ELSE 'D' END, '2026-10-01', 'EUR', i FROM n;"
        "INSERT INTO payments(payment_id, customer_id, paid_on, currency, amount) SELECT 'P' || invoice_id,"
        " customer_id, '2026-11-01',"
        " 'EUR', 1 FROM invoices WHERE amount % 100 = 0");
    want = loaded(fixture);
    expect_text("with room for all customers", sliced(fixture, 1000, &calls), want);
    expect_int("in two portions", (intmax_t)calls, 2);
    expect_text("in pairs", sliced(fixture, 2, &calls), want);
}

/* Every stream must come from its index in order: no scan of a table, no sort. */
static void test_plans(void **state)
{
    static const struct {
        const char *query, *plan;
    } plans[] = {
        {"SELECT customer_id, amount, pay_url FROM invoices INDEXED BY invoices_by_customer WHERE customer_id >= 'a'"
         " AND customer_id <= 'b'"
         " ORDER BY customer_id, invoice_id, line",
         "SEARCH invoices USING COVERING INDEX invoices_by_customer (customer_id>? AND customer_id<?)"},
        {"SELECT customer_id, amount, reference FROM payments INDEXED BY payments_by_customer WHERE customer_id >="
         " 'a' AND customer_id <= 'b'"
         " ORDER BY customer_id, paid_on, payment_id",
         "SEARCH payments USING COVERING INDEX payments_by_customer (customer_id>? AND customer_id<?)"},
        {"SELECT customer_id, invoice_id, payment_id FROM orphans WHERE customer_id >= 'a' AND customer_id <= 'b'"
         " ORDER BY customer_id",
         "SEARCH orphans USING PRIMARY KEY (customer_id>? AND customer_id<?)"},
        {"SELECT name FROM customers WHERE customer_id > 'a' ORDER BY customer_id LIMIT 5",
         "SEARCH customers USING PRIMARY KEY (customer_id>?)"},
        {"SELECT seq FROM changes c WHERE c.seq > 5 ORDER BY c.seq LIMIT 5",
         "SEARCH c USING INTEGER PRIMARY KEY (rowid>?)"},
    };
    struct ledger_fixture *fixture = *state;

    for (size_t i = 0; i < LENGTH(plans); i++) {
        struct sql sql;
        struct text steps;
        const char *query = arena_printf(fixture->arena, "EXPLAIN QUERY PLAN %s", plans[i].query);

        text_init(&steps, fixture->arena);
        assert_int_equal(sql_prepare(&sql, fixture->foreign, query, &fixture->err), 0);
        while (sql_step(&sql, &fixture->err) == 1)
            text_addf(&steps, "%s%s", steps.length > 0 ? "; " : "", sql_get_text(&sql, 3, fixture->arena));
        sql_finish(&sql);
        expect_text(plans[i].query, steps.data, plans[i].plan);
    }
}

/* Both indexes hold every column that is read, so that no row is looked up. */
static void test_covering(void **state)
{
    struct ledger_fixture *fixture = *state;

    expect_text("invoices",
                fixture_list(fixture, "SELECT name FROM pragma_table_info('invoices') WHERE name NOT IN"
                                      " (SELECT name FROM pragma_index_info('invoices_by_customer'))"),
                "changed_at");
    expect_text("payments",
                fixture_list(fixture, "SELECT name FROM pragma_table_info('payments') WHERE name NOT IN"
                                      " (SELECT name FROM pragma_index_info('payments_by_customer'))"),
                "");
}

/* Rows of a foreign program whose ids cannot be asked for again are nobody, and the merge gets past them. */
static void test_ids_behind_nul(void **state)
{
    struct ledger_fixture *fixture = *state;
    struct ledger_slice slice = {.after = "", .max = 1};

    fixture_sql(fixture, "INSERT INTO customers (customer_id, name) VALUES ('C' || char(0) || 'x', 'one'),"
                         " ('C' || char(0) || 'y', 'two'), ('D', 'three')");
    alarm(20);
    assert_int_equal(ledger_slice(fixture->ledger, fixture->arena, &slice, &fixture->err), 0);
    assert_int_equal(slice.count, 1);
    assert_string_equal(slice.list[0].customer->id, "D");
    slice.after = "D";
    assert_int_equal(ledger_slice(fixture->ledger, fixture->arena, &slice, &fixture->err), 0);
    assert_int_equal(slice.count, 0);
    alarm(0);
}

/* What a search gives can be shown, whatever a foreign program wrote. */
static void test_found_ids_are_shown(void **state)
{
    struct ledger_fixture *fixture = *state;
    struct ledger_found found;

    fixture_sql(fixture, "INSERT INTO invoices (invoice_id, customer_id, issued_on, due_on, currency, amount) VALUES"
                         " ('I', CAST(x'43ff1b' AS TEXT), '2026-10-01', '2026-11-01', 'EUR', 1)");
    assert_int_equal(ledger_find(fixture->ledger, "I", fixture->arena, &found, &fixture->err), 0);
    assert_string_equal(found.customer, "C\xef\xbf\xbd ");
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, fixture_set_up, fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_same_as_single_loads), CASE(test_ids_behind_nul), CASE(test_found_ids_are_shown),
        CASE(test_many_items),           CASE(test_plans),          CASE(test_covering),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
