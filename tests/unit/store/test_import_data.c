#include "unit/store/ledger_fixture.h"

#include <fcntl.h>

/*
 * Exports that nobody here has made, read from the folder with the sample
 * data.  Its amounts are in cents; read as whole units they serve as well.
 */

static const char *const invoice_names[] = {"issued_on", "issue_date",   "due_on", "due_date",
                                            "amount",    "amount_minor", NULL};
static const char *const payment_names[] = {"paid_on", "paid_date", "amount", "amount_minor", NULL};

static const char *folder(void)
{
    const char *shared = getenv("DUNNINGD_SHARED");

    return shared != NULL ? shared : "../shared";
}

/* A skip by name where a person works, a failure where the data must be. */
static void need_data(const char *set)
{
    char path[400];
    const char *ci = getenv("CI");

    snprintf(path, sizeof path, "%s/data/%s/invoices.csv", folder(), set);
    if (access(path, R_OK) == 0)
        return;
    if (ci != NULL && strcmp(ci, "true") == 0)
        fail_msg("%s is missing; DUNNINGD_SHARED names the folder with the sample data", path);
    print_message("skipped: %s is missing\n", path);
    skip();
}

static int take(struct ledger_fixture *fixture, enum import_kind kind, const char *name, const char *const *map)
{
    struct import_options options = fixture_plain;
    const char *path = arena_printf(fixture->arena, "%s/data/%s", folder(), name);
    int fd = open(path, O_RDONLY | O_CLOEXEC), result;

    assert_true(fd >= 0);
    options.map = map;
    options.ignore_columns = true;
    findings_init(&fixture->findings, fixture->arena);
    result = ledger_import(fixture->writer, &(struct import_source){kind, fd, name, &options}, &fixture->result,
                           &fixture->findings, &fixture->err);
    close(fd);
    return result;
}

static void test_receivables(void **state)
{
    struct ledger_fixture *fixture = *state;
    struct ledger_totals totals;
    struct ledger_slice slice = {.after = "", .max = 1000};
    size_t items = 0, payments = 0;

    need_data("ibm");
    assert_int_equal(take(fixture, IMPORT_CUSTOMERS, "ibm/customers.csv", NULL), 0);
    assert_int_equal(take(fixture, IMPORT_INVOICES, "ibm/invoices.csv", invoice_names), 0);
    assert_int_equal(take(fixture, IMPORT_PAYMENTS, "ibm/payments.csv", payment_names), 0);
    expect_int("no payment refused", (intmax_t)fixture->findings.count, 0);
    assert_int_equal(ledger_totals(fixture->ledger, &totals, &fixture->err), 0);
    expect_int("customers", totals.customers, 100);
    expect_int("invoices", totals.items, 2466);
    expect_int("payments", totals.payments, 2466);
    expect_int("orphans", totals.orphans, 0);
    assert_int_equal(ledger_slice(fixture->ledger, fixture->arena, &slice, &fixture->err), 0);
    for (size_t i = 0; i < slice.count; i++) {
        items += slice.list[i].item_count;
        payments += slice.list[i].payment_count;
        for (size_t k = 0; k < slice.list[i].item_count; k++)
            expect_true("consistent", !slice.list[i].items[k].inconsistent);
    }
    expect_int("all in their dossiers", (intmax_t)(items + payments), 2 * 2466);
    assert_int_equal(take(fixture, IMPORT_INVOICES, "ibm/invoices.csv", invoice_names), 0);
    expect_int("twice changes nothing", (intmax_t)fixture->result.unchanged, 2466);
}

static char *read_file(struct ledger_fixture *fixture, const char *name)
{
    const char *path = arena_printf(fixture->arena, "%s/data/%s", folder(), name);
    FILE *file = fopen(path, "r");
    char *text;
    long size;

    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size = ftell(file);
    assert_true(size > 0);
    rewind(file);
    text = arena_alloc(fixture->arena, (size_t)size + 1);
    assert_int_equal(fread(text, 1, (size_t)size, file), size);
    fclose(file);
    return text;
}

/* Only the lines whose second field is not empty. */
static const char *with_customer(struct ledger_fixture *fixture, char *text)
{
    struct text out;

    text_init(&out, fixture->arena);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        const char *comma = strchr(line, ',');

        if (comma != NULL && comma[1] != ',')
            text_addf(&out, "%s\n", line);
    }
    return out.data;
}

/* Real documents: thousands without a customer, which are refused, and of value zero, which are ignored. */
static void test_retail(void **state)
{
    struct ledger_fixture *fixture = *state;
    struct import_options options = fixture_plain;

    need_data("onlineretail");
    assert_int_equal(take(fixture, IMPORT_CUSTOMERS, "onlineretail/customers.csv", NULL), 0);
    expect_int("customers", (intmax_t)fixture->result.inserted, 4372);
    expect_part("countries by name", fixture_said(fixture), "\"United Kingdom\" is no ISO 3166 code such as DE");
    expect_int("said once", (intmax_t)fixture->findings.count, 1);
    assert_int_equal(take(fixture, IMPORT_INVOICES, "onlineretail/invoices.csv", invoice_names), -1);
    expect_int("documents", (intmax_t)fixture->result.rows, 25900);
    expect_part("the count of all that is wrong", fixture->err.text,
                "onlineretail/invoices.csv: nothing was imported, because of 3710 errors");
    expect_part("the first hundred, and the rest counted", fixture_said(fixture), ": and 3610 more wrong lines\n");
    expect_int("nothing is there", fixture_int(fixture, "SELECT count(*) FROM invoices"), 0);

    options.map = invoice_names;
    options.ignore_columns = true;
    assert_int_equal(fixture_import_with(fixture, IMPORT_INVOICES,
                                         with_customer(fixture, read_file(fixture, "onlineretail/invoices.csv")),
                                         &options),
                     0);
    expect_int("documents of a customer", (intmax_t)fixture->result.rows, 22190);
    expect_int("of value zero", (intmax_t)fixture->result.ignored, 4);
    expect_int("credit notes", fixture_int(fixture, "SELECT count(*) FROM invoices WHERE kind = 'credit_note'"), 3654);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, fixture_set_up, fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_receivables),
        CASE(test_retail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
