#include "unit/store/ledger_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

/* Opening, finding, feed, version, totals: the single look-ups, and files that are not ours. */

/* A file beside the fixture's, opened both ways: reader's sentence, then writer's. */
static const struct {
    const char *remark, *sql; /* NULL: no file at all */
    enum err_code code;
    const char *reader, *writer; /* "" where it opens */
} files[] = {
    {"no file", NULL, ERR_NOT_FOUND, "there is no ledger; create it with dunningctl import", ""},
    {"an empty database", "", ERR_FAILED, "is empty; run dunningctl import", ""},
    {"somebody's database", "CREATE TABLE customers(customer_id, name)", ERR_FAILED,
     "is a database but no ledger of dunningd", "is a database but no ledger of dunningd"},
    {"a ledger of a later version", "CREATE TABLE x(y); PRAGMA application_id = 1685417580; PRAGMA user_version = 99",
     ERR_FAILED, "is a ledger of version 99, and this program reads version 1", "is a ledger of version 99"},
};

static void test_files(void **state)
{
    struct ledger_fixture *fixture = *state;
    const char *path = arena_printf(fixture->arena, "%s/other.db", fixture->folder);
    struct ledger_writer *writer;
    struct ledger *ledger;
    sqlite3 *db;

    for (size_t i = 0; i < LENGTH(files); i++) {
        if (files[i].sql != NULL) {
            assert_int_equal(sql_open(&db, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, 100, &fixture->err), 0);
            assert_int_equal(sql_exec(db, files[i].sql, &fixture->err), 0);
            sql_close(&db);
            close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0640));
        }
        assert_int_equal(ledger_open(&ledger, "sqlite", path, LEDGER_SCAN, &fixture->err), -1);
        expect_int(files[i].remark, fixture->err.code, files[i].code);
        expect_part(files[i].remark, fixture->err.text, files[i].reader);
        assert_null(ledger);
        expect_int(files[i].remark, ledger_writer_open(&writer, path, &fixture->err),
                   files[i].writer[0] == '\0' ? 0 : -1);
        if (files[i].writer[0] != '\0')
            expect_part(files[i].remark, fixture->err.text, files[i].writer);
        ledger_writer_close(&writer);
        unlink(path);
    }
}

static void test_no_database(void **state)
{
    struct ledger_fixture *fixture = *state;
    const char *path = arena_printf(fixture->arena, "%s/other.db", fixture->folder);
    struct ledger *ledger;
    struct ledger_writer *writer;
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    for (int i = 0; i < 100; i++)
        assert_int_equal(write(fd, "this is a text and no database ", 31), 31);
    close(fd);
    assert_int_equal(ledger_open(&ledger, "sqlite", path, LEDGER_SCAN, &fixture->err), -1);
    expect_part("reader", fixture->err.text, "file is not a database");
    assert_int_equal(ledger_writer_open(&writer, path, &fixture->err), -1);
    expect_part("writer", fixture->err.text, "file is not a database");
    unlink(path);
    assert_int_equal(ledger_writer_open(&writer, arena_printf(fixture->arena, "%s/no/folder.db", fixture->folder),
                                        &fixture->err),
                     -1);
    expect_part("no folder", fixture->err.text, "cannot be created: No such file or directory; check the directory");
    assert_int_equal(ledger_open(&ledger, "oracle", path, LEDGER_SCAN, &fixture->err), -1);
    expect_text("no such driver", fixture->err.text, "ledger.driver: \"oracle\" is unknown; write \"sqlite\"");
}

static void test_reader_cannot_write(void **state)
{
    struct ledger_fixture *fixture = *state;

    fixture_sql(fixture, "INSERT INTO customers(customer_id, name) VALUES ('C1', 'Anna')");
    assert_string_equal(fixture_load(fixture, "C1")->customer->name, "Anna");
    /* No reading function writes; that the connection could not is seen from the lock: a reader holds none between
     * calls. */
    fixture_sql(fixture, "BEGIN EXCLUSIVE; DELETE FROM customers; COMMIT");
    expect_int("gone", fixture_int(fixture, "SELECT count(*) FROM customers"), 0);
}

static int64_t version_of(struct ledger_fixture *fixture)
{
    int64_t version = 0;

    if (ledger_version(fixture->ledger, &version, &fixture->err) != 0)
        fixture_die(fixture, "version");
    return version;
}

static void test_version(void **state)
{
    struct ledger_fixture *fixture = *state;
    int64_t before = version_of(fixture);

    expect_int("nothing happened", version_of(fixture), before);
    fixture_sql(fixture, "BEGIN; INSERT INTO customers(customer_id, name) VALUES ('C1', 'Anna')");
    expect_int("nothing committed", version_of(fixture), before);
    fixture_sql(fixture, "COMMIT");
    expect_true("committed", version_of(fixture) != before);
    before = version_of(fixture);
    fixture_load(fixture, "C1");
    expect_int("reading is no change", version_of(fixture), before);
}

/* Somebody puts another file in the ledger's place: the gate must read that one. */
static void test_replaced_file(void **state)
{
    struct ledger_fixture *fixture = *state;
    const char *other = arena_printf(fixture->arena, "%s/other.db", fixture->folder);
    struct ledger_writer *writer;
    struct dossier *dossier;
    int64_t before, now;
    sqlite3 *db;

    fixture_sql(fixture, "INSERT INTO customers(customer_id, name) VALUES ('C1', 'Anna')");
    before = version_of(fixture);
    assert_int_equal(ledger_writer_open(&writer, other, &fixture->err), 0);
    ledger_writer_close(&writer);
    assert_int_equal(sql_open(&db, other, SQLITE_OPEN_READWRITE, 100, &fixture->err), 0);
    assert_int_equal(
        sql_exec(db, "INSERT INTO customers(customer_id, name) VALUES ('C1', 'Bert'); PRAGMA wal_checkpoint(TRUNCATE)",
                 &fixture->err),
        0);
    sql_close(&db);
    unlink(arena_printf(fixture->arena, "%s-wal", fixture->path));
    unlink(arena_printf(fixture->arena, "%s-shm", fixture->path));
    assert_int_equal(rename(other, fixture->path), 0);
    expect_text("read at once", fixture_load(fixture, "C1")->customer->name, "Bert");
    expect_true("and a change", version_of(fixture) != before);

    assert_int_equal(rename(fixture->path, other), 0);
    assert_int_equal(ledger_load(fixture->ledger, "C1", fixture->arena, &dossier, &fixture->err), -1);
    expect_part("taken away", fixture->err.text, "there is no ledger");
    assert_int_equal(ledger_version(fixture->ledger, &now, &fixture->err), -1);
    assert_int_equal(rename(other, fixture->path), 0);
    expect_text("put back", fixture_load(fixture, "C1")->customer->name, "Bert");
}

static void test_find(void **state)
{
    static const struct {
        const char *id, *customer, *invoice; /* customer "": not found */
    } cases[] = {
        {"C1", "C1", ""},   {"C2", "C1", ""}, {"I1", "C1", "I1"},  {"R-1", "C1", "I1"},
        {"I2", "C1", "I2"}, {"7", "C9", "7"}, {"C7", "", ""},      {"", "", ""},
        {"R-2", "", ""},    {"i1", "", ""},   {"R-3", "C1", "I5"},
    };
    struct ledger_fixture *fixture = *state;
    struct ledger_found look;

    fixture_sql(
        fixture,
        "INSERT INTO customers(customer_id, name, bill_to) VALUES ('C1', 'Anna', ''), ('C2', 'Shop', 'C1'), ('7',"
        " 'Seven', '');"
        "INSERT INTO invoices(invoice_id, line, customer_id, number, issued_on, currency, amount) VALUES"
        " ('I1', 1, 'C1', 'R-1', '2026-10-01', 'EUR', 1), ('I2', 1, 'C2', '', '2026-10-01', 'EUR', 1),"
        " ('I3', 1, 'C1', 'R-2', '2026-10-01', 'EUR', 1), ('I4', 1, 'C2', 'R-2', '2026-10-01', 'EUR', 1),"
        " ('I5', 1, 'C2', 'R-3', '2026-10-01', 'EUR', 1), ('I5', 2, 'C2', 'R-3', '2026-10-01', 'EUR', 1),"
        " ('7', 1, 'C9', '', '2026-10-01', 'EUR', 1)");
    for (size_t i = 0; i < LENGTH(cases); i++) {
        int found = ledger_find(fixture->ledger, cases[i].id, fixture->arena, &look, &fixture->err);

        expect_int(cases[i].id, found, cases[i].customer[0] != '\0' ? 0 : -1);
        if (found == 0) {
            expect_text(cases[i].id, look.customer, cases[i].customer);
            expect_text(cases[i].id, look.invoice, cases[i].invoice);
        } else {
            expect_int(cases[i].id, fixture->err.code, ERR_NOT_FOUND);
        }
    }
    assert_int_equal(ledger_find(fixture->ledger, "R-2", fixture->arena, &look, &fixture->err), -1);
    expect_text("two of one number", fixture->err.text,
                "\"R-2\": is the number of several invoices, such as I3 and I4; give the invoice_id");
}

static void test_feed(void **state)
{
    static const struct {
        const char *until;
        moment_t moment;
    } cases[] = {
        {"2026-11-23T18:00:00Z", 1795456800},
        {"2026-11-23T19:00:00+01:00", 1795456800},
        {"2026-11-23", 1795478399},
        {"soon", 0},
        {"", 0},
    };
    struct ledger_fixture *fixture = *state;
    struct ledger_marks marks;

    assert_int_equal(ledger_feed(fixture->ledger, fixture->arena, &marks, &fixture->err), 0);
    expect_int("no mark", (intmax_t)marks.count, 0);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        fixture_sql(fixture,
                    arena_printf(fixture->arena, "REPLACE INTO feed VALUES ('', '%s'), ('north', '2026-01-01')",
                                 cases[i].until));
        assert_int_equal(ledger_feed(fixture->ledger, fixture->arena, &marks, &fixture->err), 0);
        expect_int("entities", (intmax_t)marks.count, 2);
        expect_text("the default one first", marks.entities[0], "");
        expect_text("then north", marks.entities[1], "north");
        expect_int(cases[i].until, marks.complete_until[0], cases[i].moment);
    }
}

static void test_totals(void **state)
{
    struct ledger_fixture *fixture = *state;
    struct ledger_totals totals;

    fixture_sql(
        fixture,
        "INSERT INTO customers(customer_id, name, bill_to) VALUES ('C1', 'Anna', ''), ('C2', 'Shop', 'C1'), ('C3',"
        " 'Carl', '');"
        "INSERT INTO invoices(invoice_id, customer_id, issued_on, currency, amount) VALUES ('I1', 'C1',"
        " '2026-10-01', 'EUR', 1),"
        " ('I2', 'C2', '2026-10-01', 'EUR', 1);"
        "INSERT INTO payments(payment_id, customer_id, invoice_id, paid_on, currency, amount, status) VALUES"
        " ('fits', 'C1', 'I1', '2026-11-01', 'EUR', 1, 'booked'), ('account', 'C1', 'I2', '2026-11-01', 'EUR', 1,"
        " 'booked'),"
        " ('stray', 'C3', 'I1', '2026-11-01', 'EUR', 1, 'booked'), ('coin', 'C1', 'I1', '2026-11-01', 'USD', 1,"
        " 'booked'),"
        " ('unknown', 'C1', 'I9', '2026-11-01', 'EUR', 1, 'booked'), ('back', 'C3', 'I1', '2026-11-01', 'EUR', 1,"
        " 'reversed'),"
        " ('free', 'C1', NULL, '2026-11-01', 'EUR', 1, 'booked'), ('empty', 'C1', '', '2026-11-01', 'EUR', 1,"
        " 'booked')");
    assert_int_equal(ledger_totals(fixture->ledger, &totals, &fixture->err), 0);
    expect_int("customers", totals.customers, 3);
    expect_int("items", totals.items, 2);
    expect_int("payments", totals.payments, 8);
    expect_int("stray, coin and unknown", totals.orphans, 3);
    expect_true("pages read are kept", ledger_cache_bytes(fixture->ledger) >= 4096);
}

/* A ledger without its write-ahead files, as after a clean stop of all programs, opens read-only. */
static void test_cold(void **state)
{
    struct ledger_fixture *fixture = *state;

    fixture_sql(fixture, "INSERT INTO customers(customer_id, name) VALUES ('C1', 'Anna')");
    ledger_close(&fixture->ledger);
    ledger_writer_close(&fixture->writer);
    sql_close(&fixture->foreign);
    assert_int_not_equal(access(arena_printf(fixture->arena, "%s-wal", fixture->path), F_OK), 0);
    assert_int_equal(ledger_open(&fixture->ledger, "sqlite", fixture->path, LEDGER_WATCH, &fixture->err), 0);
    expect_text("read", fixture_load(fixture, "C1")->customer->name, "Anna");
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, fixture_set_up, fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_files),   CASE(test_no_database),   CASE(test_reader_cannot_write),
        CASE(test_version), CASE(test_replaced_file), CASE(test_find),
        CASE(test_feed),    CASE(test_totals),        CASE(test_cold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
