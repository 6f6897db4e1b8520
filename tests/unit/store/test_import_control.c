/* No control character passes the border, whatever the column, and the row is named. */
#include "unit/store/ledger_fixture.h"

#include "store/ledger_columns.h"

/* The line break of a postal address is the one that is meant. */
static const char *const controls[] = {"\x01", "\x08", "\x0b", "\x1b[31m", "\x7f", "\xc2\x80", "\xc2\x9b"};

static const struct border {
    enum import_kind kind;
    const struct table *table;
    const char *names, *values; /* a good row, without the column that is tried */
} borders[] = {
    {IMPORT_CUSTOMERS, &ledger_customers, "customer_id,name", "C9,Carl"},
    {IMPORT_INVOICES, &ledger_invoices, "invoice_id,customer_id,issued_on,due_on,currency,amount",
     "I9,C1,2026-10-01,2026-11-01,EUR,1"},
    {IMPORT_PAYMENTS, &ledger_payments, "payment_id,customer_id,paid_on,currency,amount", "P9,C1,2026-11-05,EUR,1"},
    {IMPORT_CONTACTS, &ledger_contacts, "contact_id,customer_id", "K9,C1"},
};

/* The good row with the column's cell bad, or with one more that is. */
static const char *file_with(struct arena *arena, const struct border *border, const char *column, const char *bad)
{
    char *names = arena_copy(arena, border->names), *values = arena_copy(arena, border->values);
    struct text header, row;
    bool found = false;

    text_init(&header, arena);
    text_init(&row, arena);
    while (names != NULL) {
        const char *name = strsep(&names, ","), *value = strsep(&values, ",");
        found = found || strcmp(name, column) == 0;
        text_addf(&header, "%s%s", header.length > 0 ? "," : "", name);
        text_addf(&row, "%s%s", row.length > 0 ? "," : "", strcmp(name, column) == 0 ? bad : value);
    }
    if (!found) {
        text_addf(&header, ",%s", column);
        text_addf(&row, ",%s", bad);
    }
    return arena_printf(arena, "%s\n%s\n", header.data, row.data);
}

static void try_column(struct ledger_fixture *fixture, const struct border *border, const char *column)
{
    for (size_t i = 0; i < LENGTH(controls); i++) {
        const char *bad = arena_printf(fixture->arena, "1%s1", controls[i]);
        const char *csv = file_with(fixture->arena, border, column, bad);
        const char *said;

        expect_true(column, fixture_import(fixture, border->kind, csv) != 0);
        said = fixture_said(fixture);
        expect_part(column, said, arena_printf(fixture->arena, "file.csv:2: %s: ", column));
        expect_true(said, !text_has_control(arena_copy_n(fixture->arena, said, strcspn(said, "\n"))));
    }
}

static void test_every_column(void **state)
{
    struct ledger_fixture *fixture = *state;

    fixture_take(fixture, IMPORT_CUSTOMERS, "customer_id,name\nC1,Anna\n");
    for (size_t i = 0; i < LENGTH(borders); i++)
        for (size_t c = 0; c < borders[i].table->count; c++)
            try_column(fixture, &borders[i], borders[i].table->columns[c].name);
    try_column(fixture, &borders[1], "terms");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_column, fixture_set_up, fixture_tear_down)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
