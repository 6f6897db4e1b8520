#include "fake/test.h"

#include <ctype.h>

#include "store/ledger_columns.h"
#include "store/ledger_write.h"

static const struct table *const tables[] = {&ledger_customers, &ledger_invoices, &ledger_payments, &ledger_contacts};

static void test_tables(void **state)
{
    (void)state;
    for (size_t t = 0; t < LENGTH(tables); t++) {
        const struct table *table = tables[t];

        for (size_t i = 0; i < table->count; i++) {
            const struct column *column = &table->columns[i];

            expect_int("each name once", table_find(table, column->name), (intmax_t)i);
            expect_true(column->name, (column->type == COLUMN_WORD) == (column->words != NULL));
            expect_true("a sentence", isupper((unsigned char)column->sentence[0]) || column->type == COLUMN_SEGMENT ||
                                          column->type == COLUMN_TERMS || column->type == COLUMN_SWITCH);
            expect_int("that ends", column->sentence[strlen(column->sentence) - 1], '.');
            expect_true("keys are never NULL", i >= table->key_count || !column->nullable);
        }
        expect_int("an unknown name", table_find(table, "nothing"), -1);
    }
    expect_int("capitals do not count", table_find(&ledger_invoices, "Invoice_ID"), 0);
}

/* DESIGN 5 names what is required, and nothing else is. */
static void test_required(void **state)
{
    static const char *const required[][8] = {
        [IMPORT_CUSTOMERS] = {"customer_id", "name"},
        [IMPORT_INVOICES] = {"invoice_id", "customer_id", "issued_on", "due_on", "currency", "amount"},
        [IMPORT_PAYMENTS] = {"payment_id", "customer_id", "paid_on", "currency", "amount"},
        [IMPORT_CONTACTS] = {"contact_id", "customer_id"},
    };

    (void)state;
    for (size_t kind = 0; kind < LENGTH(required); kind++) {
        size_t count;
        const struct import_column *columns = import_columns((enum import_kind)kind, &count);

        expect_int("as many as the table has", (intmax_t)count, (intmax_t)tables[kind]->count);
        for (size_t i = 0; i < count; i++) {
            bool named = false;

            for (size_t k = 0; k < LENGTH(required[kind]) && required[kind][k] != NULL; k++)
                named |= strcmp(required[kind][k], columns[i].name) == 0;
            expect_int(columns[i].name, columns[i].required, named);
        }
    }
}

static char *read_manual(void)
{
    char *text = test_calloc(1, 1 << 17);
    const char *source = getenv("DUNNINGD_SOURCE");
    char path[400];
    FILE *file;

    snprintf(path, sizeof path, "%s/man/dunning-ledger.5", source != NULL ? source : ".");
    file = fopen(path, "r");
    assert_non_null(file);
    assert_true(fread(text, 1, (1 << 17) - 1, file) > 0);
    fclose(file);
    return text;
}

/* The manual's lists name the tables' columns, all of them, in their order. */
static void test_manual(void **state)
{
    char *manual = read_manual();

    (void)state;
    for (size_t t = 0; t < LENGTH(tables); t++) {
        const struct table *table = tables[t];
        char marker[64];
        const char *at;

        snprintf(marker, sizeof marker, ".\\\" columns of %s\n", table->name);
        at = strstr(manual, marker);
        expect_true(marker, at != NULL);
        for (size_t i = 0; i < table->count && at != NULL; i++) {
            char item[64];

            snprintf(item, sizeof item, ".It Ic %s\n", table->columns[i].name);
            at = strstr(at, ".It Ic ");
            expect_true(item, at != NULL && strncmp(at, item, strlen(item)) == 0);
            at = at != NULL ? at + 1 : NULL;
        }
        expect_true("and no more",
                    at != NULL &&
                        strstr(at, ".El") < (strstr(at, ".It Ic ") != NULL ? strstr(at, ".It Ic ") : at + (1 << 20)));
    }
    test_free(manual);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_required),
        cmocka_unit_test(test_manual),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
