/* A hostile database: the ledger's tables without types and rules, filled with anything. */
#include <stdio.h>
#include <string.h>

#include "lib_ledger.h"
#include "store/ledger_write.h"
#include "store/sqlite_util.h"

static const char *const table_names[] = {"customers", "invoices", "payments", "contacts",
                                          "feed",      "changes",  "orphans"};
enum { TABLES = sizeof table_names / sizeof *table_names, ROWS = 24 };

static const char *const words[] = {"C-1",    "C-2",        "I-1",        "I-2",           "P-1",        "EUR",
                                    "JPY",    "2026-10-01", "2026-02-30", "open",          "",           "booked",
                                    "charge", "0001-01-01", "de-AT",      "Europe/Berlin", "a@b.example"};

static sqlite3 *hostile;
static struct ledger *ledger;
static sqlite3_stmt *inserts[TABLES];

static void run_sql(const char *sql)
{
    char *problem = NULL;
    sqlite3_exec(hostile, sql, NULL, NULL, &problem);
    REQUIRE(problem == NULL, "%s: %s", sql, problem);
}

static void blank(char *sql, const char *word)
{
    for (char *at = sql; (at = strstr(at, word)) != NULL; at += strlen(word))
        memset(at, ' ', strlen(word));
}

static void loosen(char *sql)
{
    static const char *const rules[] = {"STRICT, ", "STRICT", "NOT NULL ON CONFLICT REPLACE", "NOT NULL", "UNIQUE"};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        blank(sql, rules[i]);
}

/* The schema of a good ledger, with all that keeps rows in order left out. */
static void copy_schema(sqlite3 *good)
{
    sqlite3_stmt *statement = NULL;
    sqlite3_prepare_v2(good,
                       "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index')"
                       " AND name NOT LIKE 'sqlite_%' ORDER BY type DESC",
                       -1, &statement, NULL);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        char *sql = sqlite3_mprintf("%s", (const char *)sqlite3_column_text(statement, 0));
        if (strncmp(sql, "CREATE TABLE", 12) == 0)
            loosen(sql);
        for (char *comma = sql + strlen(sql); comma > sql && strchr(" ,", comma[-1]) != NULL; comma--)
            comma[-1] = '\0';
        run_sql(sql);
        sqlite3_free(sql);
    }
    sqlite3_finalize(statement);
}

static void prepare_inserts(void)
{
    for (size_t i = 0; i < TABLES; i++) {
        sqlite3_stmt *statement = NULL;
        char sql[256];
        snprintf(sql, sizeof sql, "SELECT * FROM %s", table_names[i]);
        sqlite3_prepare_v2(hostile, sql, -1, &statement, NULL);
        int columns = sqlite3_column_count(statement);
        sqlite3_finalize(statement);
        snprintf(sql, sizeof sql, "INSERT OR IGNORE INTO %s VALUES (?", table_names[i]);
        for (int n = 1; n < columns; n++)
            strcat(sql, ",?");
        strcat(sql, ")");
        REQUIRE(sqlite3_prepare_v2(hostile, sql, -1, &inserts[i], NULL) == SQLITE_OK, "%s", sqlite3_errmsg(hostile));
    }
}

static void open_all(void)
{
    struct ledger_writer *writer = NULL;
    struct err err = {0};
    sqlite3 *good = NULL;
    char path[128], other[128], pragma[64];
    snprintf(path, sizeof path, "%s/good.db", fuzz_folder());
    snprintf(other, sizeof other, "%s/hostile.db", fuzz_folder());
    REQUIRE(ledger_writer_open(&writer, path, &err) == 0, "%s", err.text);
    REQUIRE(sql_open(&good, path, SQLITE_OPEN_READWRITE, 1000, &err) == 0, "%s", err.text);
    REQUIRE(sqlite3_open(other, &hostile) == SQLITE_OK, "no second database");
    run_sql("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA ignore_check_constraints = 1;");
    copy_schema(good);
    sqlite3_stmt *statement = NULL;
    sqlite3_prepare_v2(good, "SELECT user_version, application_id FROM pragma_user_version, pragma_application_id", -1,
                       &statement, NULL);
    sqlite3_step(statement);
    snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d; PRAGMA application_id = %d;",
             sqlite3_column_int(statement, 0), sqlite3_column_int(statement, 1));
    sqlite3_finalize(statement);
    run_sql(pragma);
    sql_close(&good);
    ledger_writer_close(&writer);
    prepare_inserts();
    REQUIRE(ledger_open(&ledger, "sqlite", other, LEDGER_SCAN, &err) == 0, "%s", err.text);
}

static void bind_any(sqlite3_stmt *statement, int place, struct feed *feed)
{
    size_t kind = feed_below(feed, 9), length = feed_below(feed, 24);
    switch (kind) {
    case 0:
        sqlite3_bind_null(statement, place);
        return;
    case 1:
        sqlite3_bind_int64(statement, place, (int64_t)feed_number(feed, 8));
        return;
    case 2:
        sqlite3_bind_double(statement, place, (double)(int64_t)feed_number(feed, 8) / 3);
        return;
    case 3:
    case 4:
        length = length > feed->left ? feed->left : length;
        if (kind == 3)
            sqlite3_bind_blob(statement, place, feed->at, (int)length, SQLITE_TRANSIENT);
        else
            sqlite3_bind_text(statement, place, (const char *)feed->at, (int)length, SQLITE_TRANSIENT);
        feed->at += length;
        feed->left -= length;
        return;
    case 5:
        sqlite3_bind_int64(statement, place, (int64_t)length * 1000);
        return;
    case 6:
    case 7:
    case 8:
        sqlite3_bind_text(statement, place, words[(length + kind) % (sizeof words / sizeof *words)], -1, SQLITE_STATIC);
        return;
    }
}

static void put_row(struct feed *feed)
{
    sqlite3_stmt *statement = inserts[feed_below(feed, TABLES)];
    for (int place = 1; place <= sqlite3_bind_parameter_count(statement); place++)
        bind_any(statement, place, feed);
    sqlite3_step(statement);
    sqlite3_reset(statement);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    if (ledger == NULL)
        open_all();
    run_sql("BEGIN");
    for (size_t i = 0; i < TABLES; i++) {
        char sql[64];
        snprintf(sql, sizeof sql, "DELETE FROM %s", table_names[i]);
        run_sql(sql);
    }
    for (int i = 0; i < ROWS && feed.left > 0; i++)
        put_row(&feed);
    run_sql("COMMIT");
    ledger_read_all(ledger);
    REQUIRE(!fuzz_plant || size == 0, "planted");
    return 0;
}
