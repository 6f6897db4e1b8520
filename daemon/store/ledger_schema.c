#include "store/ledger_schema.h"

#include "base/arena.h"
#include "base/text.h"
#include "store/ledger_columns.h"
#include "store/ledger_triggers.h"
#include "store/sqlite_util.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const struct table *const tables[] = {&ledger_customers, &ledger_invoices, &ledger_payments, &ledger_contacts};

/*
 * `orphans` names the payments that do not fit the invoice they name: another
 * customer, entity or currency, or a line that it does not have.  It is led by
 * the invoice's owner, so that a merge reads it as one more ordered stream.
 */
static const char more_tables[] =
    "CREATE TABLE feed (entity TEXT NOT NULL PRIMARY KEY, complete_until TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE changes (seq INTEGER PRIMARY KEY AUTOINCREMENT, customer_id TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE orphans (customer_id TEXT NOT NULL, invoice_id TEXT NOT NULL, payment_id TEXT NOT NULL,"
    " PRIMARY KEY (customer_id, invoice_id, payment_id)) STRICT, WITHOUT ROWID;";

static const char more_indexes[] =
    "CREATE INDEX customers_by_bill_to ON customers (bill_to) WHERE bill_to <> '';"
    "CREATE INDEX invoices_by_number ON invoices (number) WHERE number <> '';"
    "CREATE INDEX payments_by_invoice ON payments (invoice_id) WHERE invoice_id IS NOT NULL;"
    "CREATE INDEX contacts_by_customer ON contacts (customer_id);"
    "CREATE INDEX orphans_by_invoice ON orphans (invoice_id);"
    "CREATE INDEX orphans_by_payment ON orphans (payment_id);";

static bool is_integer(enum column_type type)
{
    return type == COLUMN_AMOUNT || type == COLUMN_LINE || type == COLUMN_SWITCH;
}

static void add_default(struct text *sql, const struct column *column)
{
    if (column->type == COLUMN_AMOUNT)
        text_add(sql, "0");
    else if (is_integer(column->type))
        text_add(sql, "1");
    else
        text_addf(sql, "'%s'", column->type == COLUMN_WORD ? column->words->words[0] : "");
}

/* A NULL from a foreign writer means the default, so that readers meet few NULLs. */
static void add_column(struct text *sql, const struct column *column)
{
    text_addf(sql, "%s %s", column->name, is_integer(column->type) ? "INTEGER" : "TEXT");
    if (column->type == COLUMN_STAMP) {
        text_add(sql, " DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))");
    } else if (column->required && !column->nullable) {
        text_add(sql, " NOT NULL");
    } else if (!column->nullable) {
        text_add(sql, " NOT NULL ON CONFLICT REPLACE DEFAULT ");
        add_default(sql, column);
    }
    text_add(sql, ", ");
}

static void add_table(struct text *sql, const struct table *table)
{
    text_addf(sql, "CREATE TABLE %s (", table->name);
    for (size_t i = 0; i < table->count; i++)
        add_column(sql, &table->columns[i]);
    text_add(sql, "PRIMARY KEY (");
    for (size_t i = 0; i < table->key_count; i++)
        text_addf(sql, "%s%s", i > 0 ? ", " : "", table->columns[i].name);
    text_add(sql, ")) STRICT, WITHOUT ROWID;");
}

static void add_covering_index(struct text *sql, const struct table *table)
{
    if (text_empty(table->by_customer))
        return;
    text_addf(sql, "CREATE INDEX %s_by_customer ON %s (%s", table->name, table->name, table->by_customer);
    for (size_t i = 0; i < table->count; i++)
        if (table->columns[i].offset != COLUMN_UNREAD && !text_list_has(table->by_customer, table->columns[i].name))
            text_addf(sql, ", %s", table->columns[i].name);
    text_add(sql, ");");
}

void ledger_columns_add(struct text *text, const struct table *table)
{
    const char *separator = "";

    for (size_t i = 0; i < table->count; i++) {
        if (table->columns[i].offset == COLUMN_UNREAD)
            continue;
        text_addf(text, "%s%s", separator, table->columns[i].name);
        separator = ", ";
    }
}

static int create_all(sqlite3 *db, struct err *err)
{
    struct arena *arena = arena_new(0);
    struct text sql;
    int result;

    text_init(&sql, arena);
    for (size_t i = 0; i < COUNT(tables); i++) {
        add_table(&sql, tables[i]);
        add_covering_index(&sql, tables[i]);
    }
    text_add(&sql, more_tables);
    text_add(&sql, more_indexes);
    for (size_t i = 0; ledger_triggers[i] != NULL; i++)
        text_addf(&sql, "%s;", ledger_triggers[i]);
    text_addf(&sql, "PRAGMA application_id = %d; PRAGMA user_version = %d;", LEDGER_APPLICATION_ID,
              LEDGER_SCHEMA_VERSION);
    result = sql_exec(db, sql.data, err);
    arena_free(&arena);
    return result;
}

int ledger_schema_create(sqlite3 *db, struct err *err)
{
    if (sql_begin(db, err) != 0)
        return -1;
    if (create_all(db, err) != 0 || sql_commit(db, err) != 0) {
        sql_rollback(db);
        return -1;
    }
    return 0;
}

int ledger_schema_check(sqlite3 *db, const char *path, int *empty, struct err *err)
{
    int64_t application = 0, version = 0, objects = 0;

    if (sql_query_int(db, "PRAGMA application_id", &application, err) != 0 ||
        sql_query_int(db, "PRAGMA user_version", &version, err) != 0 ||
        sql_query_int(db, "SELECT count(*) FROM sqlite_schema", &objects, err) != 0)
        return -1;
    if (empty != NULL)
        *empty = objects == 0 && application == 0;
    if (application == 0 && objects == 0)
        return err_set(err, ERR_FAILED, "%s: is empty; run dunningctl import to make it a ledger", path);
    if (application != LEDGER_APPLICATION_ID)
        return err_set(err, ERR_FAILED,
                       "%s: is a database but no ledger of dunningd; let dunningctl import create the "
                       "file and write into that",
                       path);
    if (version != LEDGER_SCHEMA_VERSION)
        return err_set(err, ERR_FAILED,
                       "%s: is a ledger of version %lld, and this program reads version %d; install the "
                       "matching dunningd",
                       path, (long long)version, LEDGER_SCHEMA_VERSION);
    return 0;
}
