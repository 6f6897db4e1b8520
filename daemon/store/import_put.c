#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "store/import.h"
#include "store/import_terms.h"
#include "store/ledger_schema.h"

/* ---- statements; each names its parameters by column: column i is ?i+1 ---- */

static bool is_key(const struct import *import, size_t i)
{
    return i < import->table->key_count;
}

static bool is_integer(enum column_type type)
{
    return type == COLUMN_AMOUNT || type == COLUMN_LINE || type == COLUMN_SWITCH;
}

typedef void add_column(struct text *sql, const char *name, size_t parameter);

static void add_name(struct text *sql, const char *name, size_t parameter)
{
    (void)parameter;
    text_add(sql, name);
}

static void add_parameter(struct text *sql, const char *name, size_t parameter)
{
    (void)name;
    text_addf(sql, "?%zu", parameter);
}

static void add_pair(struct text *sql, const char *name, size_t parameter)
{
    text_addf(sql, "%s = ?%zu", name, parameter);
}

/* All written columns, without the key's where they cannot change. */
static void add_columns(struct text *sql, const struct import *import, bool with_key, add_column *add)
{
    const char *separator = "";

    for (size_t i = 0; i < import->table->count; i++) {
        if (!import->written[i] || (is_key(import, i) && !with_key))
            continue;
        text_add(sql, separator);
        add(sql, import->table->columns[i].name, i + 1);
        separator = ", ";
    }
}

static void add_where_key(struct text *sql, const struct import *import)
{
    text_add(sql, " WHERE ");
    for (size_t i = 0; i < import->table->key_count; i++) {
        text_add(sql, i > 0 ? " AND " : "");
        add_pair(sql, import->table->columns[i].name, i + 1);
    }
}

static int prepare_find(struct import *import, struct err *err)
{
    struct text sql;

    text_init(&sql, import->life);
    text_add(&sql, "SELECT ");
    add_columns(&sql, import, true, add_name);
    text_addf(&sql, " FROM %s", import->table->name);
    add_where_key(&sql, import);
    return sql_prepare(&import->find, import->db, sql.data, err);
}

static int prepare_insert(struct import *import, struct err *err)
{
    struct text sql;

    text_init(&sql, import->life);
    text_addf(&sql, "INSERT OR ROLLBACK INTO %s (", import->table->name);
    add_columns(&sql, import, true, add_name);
    text_add(&sql, ") VALUES (");
    add_columns(&sql, import, true, add_parameter);
    text_add(&sql, ")");
    return sql_prepare(&import->insert, import->db, sql.data, err);
}

static int prepare_update(struct import *import, struct err *err)
{
    struct text sql;

    text_init(&sql, import->life);
    text_addf(&sql, "UPDATE OR ROLLBACK %s SET ", import->table->name);
    add_columns(&sql, import, false, add_pair);
    add_where_key(&sql, import);
    return sql_prepare(&import->update, import->db, sql.data, err);
}

static int prepare_look_ups(struct import *import, struct err *err)
{
    if (sql_prepare(&import->customer, import->db, "SELECT 1 FROM customers WHERE customer_id = ?1", err) != 0 ||
        sql_prepare(&import->account, import->db, "SELECT " LEDGER_BILL_TO("?1") " = " LEDGER_BILL_TO("?2"), err) != 0)
        return -1;
    return sql_prepare(&import->invoice, import->db,
                       "SELECT customer_id, entity, currency, line FROM invoices WHERE invoice_id = ?1 ORDER BY line",
                       err);
}

/* One stamp for all that a file changes. */
static int read_stamp(struct import *import, struct err *err)
{
    struct sql sql;
    int row;

    if (sql_prepare(&sql, import->db, "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')", err) != 0)
        return -1;
    row = sql_step(&sql, err);
    import->stamp = row == 1 ? sql_get_text(&sql, 0, import->life) : "";
    sql_finish(&sql);
    return row == 1 ? 0 : -1;
}

/* Columns that a rule fills in, or that tell when a row was written, are written whether the file has them or not. */
static void choose_columns(struct import *import)
{
    static const char *const made_up[][4] = {
        [IMPORT_CUSTOMERS] = {"changed_at"},
        [IMPORT_INVOICES] = {"line", "kind", "changed_at"},
        [IMPORT_PAYMENTS] = {"entity", "changed_at"},
        [IMPORT_CONTACTS] = {"changed_at"},
    };

    for (size_t i = 0; i < import->table->count; i++)
        import->written[i] = import->written[i] || import_terms_make(import, i);
    for (size_t i = 0; made_up[import->kind][i] != NULL; i++)
        import->written[table_find(import->table, made_up[import->kind][i])] = true;
}

int import_put_open(struct import *import, struct err *err)
{
    choose_columns(import);
    if (read_stamp(import, err) != 0 ||
        sql_query_int(import->db, "SELECT count(*) FROM orphans", &import->orphans_before, err) != 0)
        return -1;
    if (prepare_find(import, err) != 0 || prepare_insert(import, err) != 0 || prepare_update(import, err) != 0)
        return -1;
    return prepare_look_ups(import, err);
}

void import_put_close(struct import *import)
{
    sql_finish(&import->find);
    sql_finish(&import->insert);
    sql_finish(&import->update);
    sql_finish(&import->customer);
    sql_finish(&import->account);
    sql_finish(&import->invoice);
}

/* ---- one row ---- */

static void bind_cell(const struct import *import, struct sql *sql, size_t i)
{
    const struct cell *cell = &import->cells[i];
    const struct column *column = &import->table->columns[i];
    int at = (int)i + 1;

    if (column->type == COLUMN_STAMP && !cell->given)
        sql_bind_text(sql, at, import->stamp);
    else if (cell->null)
        sql_bind_null(sql, at);
    else if (is_integer(column->type))
        sql_bind_int(sql, at, cell->number);
    else
        sql_bind_text(sql, at, cell->text);
}

static void bind_row(const struct import *import, struct sql *sql, bool only_key)
{
    for (size_t i = 0; i < import->table->count; i++)
        if (import->written[i] && (is_key(import, i) || !only_key))
            bind_cell(import, sql, i);
}

/* NULL and an empty text say the same. */
static bool same_cell(const struct import *import, size_t i, int at)
{
    const struct cell *cell = &import->cells[i];
    const struct sql *find = &import->find;
    const char *stored;

    if (import->table->columns[i].type == COLUMN_STAMP && !cell->given)
        return true;
    if (is_integer(import->table->columns[i].type))
        return sqlite3_column_int64(find->stmt, at) == (cell->null ? 0 : cell->number);
    stored = (const char *)sqlite3_column_text(find->stmt, at);
    return text_equal(stored != NULL ? stored : "", cell->text);
}

static bool same_row(const struct import *import)
{
    int at = 0;

    for (size_t i = 0; i < import->table->count; i++)
        if (import->written[i] && !same_cell(import, i, at++))
            return false;
    return true;
}

/* 1 the ledger has the row as it is, 2 with other content, 0 not at all, -1 failed. */
static int compare(struct import *import, struct err *err)
{
    int row;

    bind_row(import, &import->find, true);
    row = sql_step(&import->find, err);
    if (row == 1) {
        row = same_row(import) ? 1 : 2;
        sql_reset(&import->find);
    }
    return row;
}

static int write_row(struct import *import, struct sql *sql, size_t *counter, struct err *err)
{
    bind_row(import, sql, false);
    if (sql_run(sql, err) != 0)
        return -1;
    (*counter)++;
    return 0;
}

static uint64_t key_hash(const struct import *import)
{
    return seen_hash(import->cells[0].text, import->table->key_count > 1 ? import->cells[1].number : 0);
}

/* A row that the file has given before: again the same is harmless, something else is a question to its author. */
static void say_twice(struct import *import, size_t earlier, bool same)
{
    import->result->ignored++;
    if (!same)
        import_say(import, SEVERITY_ERROR, import->table->columns[0].name,
                   "line %zu names the same row with other content; "
                   "remove one of the two",
                   earlier);
}

int import_put(struct import *import, struct err *err)
{
    size_t earlier = seen_add(&import->seen, key_hash(import), import->line);
    int known = compare(import, err);

    if (known < 0)
        return -1;
    if (known > 0 && earlier > 0) {
        say_twice(import, earlier, known == 1);
        return 0;
    }
    if (known == 1) {
        import->result->unchanged++;
        return 0;
    }
    if (known == 2)
        return write_row(import, &import->update, &import->result->updated, err);
    return write_row(import, &import->insert, &import->result->inserted, err);
}

/* ---- the feed ---- */

/* The end of the newest day, but never later than tomorrow's: one wrong date must not keep the ledger fresh for years.
 */
static int newest_moment(struct import *import, moment_t *out, struct err *err)
{
    int64_t today = 0;
    day_t day;

    if (sql_query_int(import->db, "SELECT unixepoch('now') / 86400", &today, err) != 0)
        return -1;
    day = import->newest > (day_t)today + 1 ? (day_t)today + 1 : import->newest;
    *out = (moment_t)day * DAY_SECONDS + DAY_SECONDS - 1;
    return 0;
}

/* A mark that a person gives is taken as it is; one that follows from the file only moves forward. */
static int put_mark(struct import *import, const char *entity, const char *until, struct err *err)
{
    bool stated = import->options->complete_until != MOMENT_NONE;
    struct sql sql;
    int result;

    if (sql_prepare(
            &sql, import->db,
            stated ? "INSERT INTO feed VALUES (?1, ?2) ON CONFLICT (entity) DO UPDATE"
                     " SET complete_until = excluded.complete_until WHERE complete_until <> excluded.complete_until"
                   : "INSERT INTO feed VALUES (?1, ?2) ON CONFLICT (entity) DO UPDATE"
                     " SET complete_until = excluded.complete_until WHERE complete_until < excluded.complete_until",
            err) != 0)
        return -1;
    sql_bind_text(&sql, 1, entity);
    sql_bind_text(&sql, 2, until);
    result = sql_run(&sql, err);
    sql_finish(&sql);
    return result;
}

int import_put_feed(struct import *import, struct err *err)
{
    moment_t until = import->options->complete_until;
    char text[MOMENT_TEXT_SIZE];

    if (import->kind != IMPORT_PAYMENTS || (until == MOMENT_NONE && import->newest == DAY_NONE))
        return 0;
    if (until == MOMENT_NONE && newest_moment(import, &until, err) != 0)
        return -1;
    moment_format(until, 0, text);
    if (put_mark(import, "", text, err) != 0)
        return -1;
    for (size_t i = 0; i < import->entity_count; i++)
        if (import->entities[i][0] != '\0' && put_mark(import, import->entities[i], text, err) != 0)
            return -1;
    return 0;
}
