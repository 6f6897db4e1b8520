/* The importer: a file goes in wholly or not at all, and the same file again changes nothing. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "store/ledger_write.h"
#include "store/sqlite_util.h"

static struct ledger_writer *writer;
static sqlite3 *beside;

static void open_ledger(void)
{
    char path[128];
    struct err err = {0};
    snprintf(path, sizeof path, "%s/ledger.db", fuzz_folder());
    REQUIRE(ledger_writer_open(&writer, path, &err) == 0, "no ledger: %s", err.text);
    REQUIRE(sql_open(&beside, path, SQLITE_OPEN_READWRITE, 1000, &err) == 0, "no second connection: %s", err.text);
    REQUIRE(sqlite3_exec(beside, "PRAGMA synchronous = OFF;", NULL, NULL, NULL) == SQLITE_OK, "pragma");
}

static void clear_ledger(void)
{
    static const char sql[] = "BEGIN; DELETE FROM payments; DELETE FROM contacts; DELETE FROM invoices;"
                              "DELETE FROM customers; DELETE FROM feed; DELETE FROM orphans; DELETE FROM changes;"
                              "INSERT INTO customers (customer_id, name) VALUES ('C-1', 'One'), ('C-2', 'Two');"
                              "INSERT INTO invoices (invoice_id, customer_id, issued_on, due_on, amount, currency)"
                              " VALUES ('I-1', 'C-1', '2026-01-01', '2026-02-01', 10000, 'EUR'); COMMIT;";
    char *problem = NULL;
    sqlite3_exec(beside, sql, NULL, NULL, &problem);
    REQUIRE(problem == NULL, "clearing: %s", problem);
}

static int64_t ask(const char *sql)
{
    sqlite3_stmt *statement = NULL;
    REQUIRE(sqlite3_prepare_v2(beside, sql, -1, &statement, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(beside));
    int64_t value = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    sqlite3_finalize(statement);
    return value;
}

static int64_t rows(void)
{
    return ask("SELECT (SELECT count(*) FROM customers) + (SELECT count(*) FROM invoices) +"
               " (SELECT count(*) FROM payments) + (SELECT count(*) FROM contacts)");
}

static int import_bytes(const struct import_source *source, const struct feed *feed, struct import_result *result,
                        struct arena *arena)
{
    struct import_source now = *source;
    struct findings findings;
    struct err err = {0};
    findings_init(&findings, arena);
    *result = (struct import_result){0};
    now.fd = fuzz_memory(feed->at, feed->left);
    int64_t before = ask("SELECT total(seq) FROM changes"), count = rows();
    int outcome = ledger_import(writer, &now, result, &findings, &err);
    close(now.fd);
    fuzz_check_findings(&findings, feed->left + 2);
    int64_t grown = rows() - count + fuzz_plant;
    if (outcome != 0 || findings.errors > 0)
        REQUIRE(grown == 0 && ask("SELECT total(seq) FROM changes") == before, "a refused file left something");
    else
        REQUIRE(grown == (int64_t)result->inserted, "%" PRId64 " rows came, %zu were told", grown, result->inserted);
    REQUIRE(outcome == 0 || err.text[0] != '\0' || findings.errors > 0, "refused without a word");
    return outcome != 0 || findings.errors > 0 ? -1 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    struct arena *arena = arena_new(0);
    struct import_result result;
    unsigned bits = (unsigned)feed_number(&feed, 1);
    const struct import_options options = {.date_format = (bits & 4) != 0 ? "D.M.YYYY" : "",
                                           .decimal_comma = (bits & 8) != 0,
                                           .ignore_columns = (bits & 16) != 0,
                                           .complete_until = (bits & 32) != 0 ? 1793491200 : MOMENT_NONE};
    const struct import_source source = {(enum import_kind)(bits & 3), -1, "any.csv", &options};
    if (writer == NULL)
        open_ledger();
    clear_ledger();
    if (import_bytes(&source, &feed, &result, arena) == 0) {
        REQUIRE(result.rows == result.inserted + result.updated + result.unchanged + result.ignored,
                "rows are missing");
        REQUIRE(import_bytes(&source, &feed, &result, arena) == 0, "the same file was refused the second time");
        REQUIRE(result.inserted == 0 && result.updated == 0, "the same file changed something the second time");
        REQUIRE(ask("SELECT count(*) FROM pragma_foreign_key_check") == 0, "a reference leads nowhere");
    }
    arena_free(&arena);
    return 0;
}
