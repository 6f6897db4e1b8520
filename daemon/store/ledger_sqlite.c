#include "store/ledger_sqlite.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/arena.h"
#include "base/text.h"
#include "store/ledger_build.h"
#include "store/ledger_clean.h"
#include "store/ledger_columns.h"
#include "store/ledger_row.h"
#include "store/ledger_schema.h"

enum { BUSY_MS = 1500, GATE_LIMIT_MS = 2000, GATE_CHECK_OPS = 20000, ROW_BYTES_MAX = 8 << 20 };

static const int cache_kib[] = {[LEDGER_WATCH] = 256, [LEDGER_SCAN] = 8192, [LEDGER_GATE] = 4096};

/* ---- opening ---- */

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* An answer that comes too late is worse than none: the gate then says no (DESIGN 7.4). */
static int past_deadline(void *context)
{
    const struct ledger_sqlite *self = context;

    return now_ms() > self->deadline_ms;
}

static int harden(struct ledger_sqlite *self, struct err *err)
{
    char pragmas[200];

    sqlite3_db_config(self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(self->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_limit(self->db, SQLITE_LIMIT_LENGTH, ROW_BYTES_MAX);
    sqlite3_limit(self->db, SQLITE_LIMIT_ATTACHED, 0);
    if (self->role == LEDGER_GATE)
        sqlite3_progress_handler(self->db, GATE_CHECK_OPS, past_deadline, self);
    sqlite3_snprintf(sizeof pragmas, pragmas,
                     "PRAGMA query_only = 1; PRAGMA cell_size_check = 1; PRAGMA temp_store = MEMORY;"
                     "PRAGMA cache_size = -%d",
                     cache_kib[self->role]);
    return sql_exec(self->db, pragmas, err);
}

static int connect_file(struct ledger_sqlite *self, struct err *err)
{
    struct stat file;

    if (stat(self->path, &file) != 0 && errno == ENOENT)
        return err_set(err, ERR_NOT_FOUND, "%s: there is no ledger; create it with dunningctl import customers FILE",
                       self->path);
    if (sql_open(&self->db, self->path, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, BUSY_MS, err) != 0)
        return -1;
    self->patience.wait_ms = BUSY_MS;
    sql_be_patient(self->db, &self->patience);
    self->device = file.st_dev;
    self->inode = file.st_ino;
    self->deadline_ms = now_ms() + GATE_LIMIT_MS;
    if (harden(self, err) != 0 || ledger_schema_check(self->db, self->path, NULL, err) != 0) {
        sql_close(&self->db);
        return -1;
    }
    return 0;
}

static void disconnect(struct ledger_sqlite *self)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sql_finish(&self->statements[i]);
    sql_close(&self->db);
}

static int ledger_sqlite_open(void **out, const char *path, enum ledger_role role, struct err *err)
{
    struct arena *arena = arena_new(0);
    struct ledger_sqlite *self = arena_alloc(arena, sizeof *self);

    *self = (struct ledger_sqlite){.arena = arena, .path = arena_copy(arena, path), .role = role};
    if (connect_file(self, err) != 0) {
        arena_free(&arena);
        return -1;
    }
    *out = self;
    return 0;
}

static void ledger_sqlite_close(void *context)
{
    struct ledger_sqlite *self = context;
    struct arena *arena = self->arena;

    disconnect(self);
    arena_free(&arena);
}

/*
 * A connection keeps reading a file that was renamed or removed.  A restored or
 * newly made ledger must count at once, above all at the gate.
 */
static int follow_file(struct ledger_sqlite *self, struct err *err)
{
    struct stat file;

    if (self->db != NULL && stat(self->path, &file) == 0 && file.st_dev == self->device && file.st_ino == self->inode)
        return 0;
    disconnect(self);
    self->generation++;
    return connect_file(self, err);
}

/* ---- statements ---- */

/* clang-format off */
#define HAS_MEMBERS(id) "EXISTS (SELECT 1 FROM customers m WHERE m.bill_to = " id " AND m.bill_to <> '')"
/* An id that is no text, or goes on behind a NUL, cannot be asked for again: a merge would not get past it. */
#define ASKABLE " AND typeof(customer_id) = 'text' AND instr(customer_id, char(0)) = 0"
#define RANGE "customer_id >= ?1 AND customer_id <= ?2"

static const struct {
    const struct table *columns; /* between before and after, where there is a table */
    const char *before, *after;
} texts[] = {
    [STATEMENT_BEGIN] = {NULL, "BEGIN", ""},
    [STATEMENT_END] = {NULL, "ROLLBACK", ""},
    [STATEMENT_VERSION] = {NULL, "PRAGMA data_version", ""},
    [STATEMENT_CHANGES] = {NULL, "SELECT c.seq, c.customer_id, " LEDGER_BILL_TO("c.customer_id") ", "
                           HAS_MEMBERS("c.customer_id") " FROM changes c WHERE c.seq > ?1 ORDER BY c.seq LIMIT ?2", ""},
    [STATEMENT_LAST_CHANGE] = {NULL, "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'changes'", ""},
    [STATEMENT_FEED] = {NULL, "SELECT entity, complete_until FROM feed ORDER BY entity", ""},
    [STATEMENT_FIND_INVOICE] = {NULL, "SELECT " LEDGER_BILL_TO("i.customer_id") ", i.invoice_id FROM invoices i"
                                " WHERE i.invoice_id = ?1 LIMIT 1", ""},
    [STATEMENT_FIND_CUSTOMER] = {NULL, "SELECT " LEDGER_BILL_TO("c.customer_id") ", '' FROM customers c"
                                 " WHERE c.customer_id = ?1", ""},
    [STATEMENT_FIND_NUMBER] = {NULL, "SELECT DISTINCT " LEDGER_BILL_TO("i.customer_id") ", i.invoice_id FROM invoices i"
                               " WHERE i.number = ?1 AND i.number <> '' ORDER BY i.invoice_id LIMIT 2", ""},
    [STATEMENT_CUSTOMER] = {&ledger_customers, "SELECT ", ", c.customer_id, " LEDGER_BILL_TO("c.customer_id")
                            " <> c.customer_id FROM customers c WHERE customer_id = ?1"},
    [STATEMENT_CUSTOMERS_AFTER] = {&ledger_customers, "SELECT ", ", c.customer_id, " LEDGER_BILL_TO("c.customer_id")
                                   " <> c.customer_id FROM customers c WHERE customer_id > ?1" ASKABLE
                                   " ORDER BY customer_id LIMIT ?2"},
    [STATEMENT_MEMBERS] = {&ledger_customers, "SELECT ", " FROM customers INDEXED BY customers_by_bill_to"
                           " WHERE bill_to >= ?1 AND bill_to <= ?2 AND bill_to <> '' AND bill_to <> customer_id"
                           " ORDER BY bill_to, customer_id"},
    [STATEMENT_ITEMS] = {&ledger_invoices, "SELECT ", " FROM invoices INDEXED BY invoices_by_customer WHERE " RANGE
                         " ORDER BY customer_id, invoice_id, line"},
    [STATEMENT_PAYMENTS] = {&ledger_payments, "SELECT ", " FROM payments INDEXED BY payments_by_customer WHERE " RANGE
                            " ORDER BY customer_id, paid_on, payment_id"},
    [STATEMENT_PERSONS] = {&ledger_contacts, "SELECT ", " FROM contacts INDEXED BY contacts_by_customer WHERE " RANGE
                           " AND active <> 0 ORDER BY customer_id"},
    [STATEMENT_ORPHANS] = {NULL, "SELECT customer_id, invoice_id, payment_id FROM orphans WHERE " RANGE
                           " ORDER BY customer_id", ""},
};
/* clang-format on */
_Static_assert(sizeof texts / sizeof *texts == STATEMENT_COUNT, "one text for each statement");

static int prepare(struct ledger_sqlite *self, enum statement which, struct err *err)
{
    struct arena *arena = arena_new(0);
    struct text sql;
    int result;

    text_init(&sql, arena);
    text_add(&sql, texts[which].before);
    if (texts[which].columns != NULL)
        ledger_columns_add(&sql, texts[which].columns);
    text_add(&sql, texts[which].after);
    result = sql_prepare(&self->statements[which], self->db, sql.data, err);
    arena_free(&arena);
    return result;
}

struct sql *ledger_sqlite_statement(struct ledger_sqlite *self, enum statement which, struct err *err)
{
    if (self->statements[which].stmt == NULL && prepare(self, which, err) != 0)
        return NULL;
    return &self->statements[which];
}

/* Every call from above begins here. */
static int start(struct ledger_sqlite *self, struct err *err)
{
    self->deadline_ms = now_ms() + GATE_LIMIT_MS;
    return follow_file(self, err);
}

int ledger_sqlite_begin(struct ledger_sqlite *self, struct err *err)
{
    struct sql *begin;

    if (start(self, err) != 0 || (begin = ledger_sqlite_statement(self, STATEMENT_BEGIN, err)) == NULL)
        return -1;
    return sql_run(begin, err);
}

void ledger_sqlite_end(struct ledger_sqlite *self)
{
    struct err ignored = {0};
    struct sql *end = ledger_sqlite_statement(self, STATEMENT_END, &ignored);

    if (end == NULL || sql_run(end, &ignored) != 0)
        sql_rollback(self->db);
}

/* ---- single look-ups ---- */

static int ledger_sqlite_version(void *context, int64_t *version, struct err *err)
{
    struct ledger_sqlite *self = context;
    struct sql *sql;
    int row;

    if (start(self, err) != 0 || (sql = ledger_sqlite_statement(self, STATEMENT_VERSION, err)) == NULL)
        return -1;
    row = sql_step(sql, err);
    if (row != 1)
        return -1;
    *version = self->generation * (INT64_C(1) << 32) + sql_get_int(sql, 0);
    sql_reset(sql);
    return 0;
}

/* A restored ledger may count from a lower number again; then everything in it is news. */
static int known_from(struct ledger_sqlite *self, int64_t last, int64_t *from, struct err *err)
{
    struct sql *sql = ledger_sqlite_statement(self, STATEMENT_LAST_CHANGE, err);

    if (sql == NULL || sql_step(sql, err) != 1)
        return -1;
    *from = sql_get_int(sql, 0) < last ? 0 : last;
    sql_reset(sql);
    return 0;
}

static void add_id(struct rows *ids, const char *id, struct arena *arena)
{
    const char **slot;

    if (ledger_id_usable(id, strlen(id))) {
        slot = rows_add(ids, arena);
        *slot = id;
    }
}

static bool has_id(const struct rows *ids, const char *id)
{
    for (size_t i = 0; i < ids->count; i++)
        if (text_equal(*(const char **)rows_at(ids, i), id))
            return true;
    return false;
}

/* The row's bill-to customer once, and the row's own customer if others are billed to him. */
static void add_change(struct sql *sql, struct rows *ids, struct arena *arena)
{
    const char *own = sql_get_text(sql, 1, arena);
    const char *bill_to = sql_get_text(sql, 2, arena);
    bool elsewhere = !text_equal(own, bill_to);

    if (!elsewhere || sql_get_int(sql, 3) != 0)
        add_id(ids, own, arena);
    if (elsewhere && !has_id(ids, bill_to))
        add_id(ids, bill_to, arena);
}

/* One portion after *seq; the number of rows it had, -1 on failure. */
static int64_t read_portion(struct ledger_sqlite *self, size_t max, struct rows *ids, int64_t *seq,
                            const struct ledger_call *call)
{
    struct sql *sql = ledger_sqlite_statement(self, STATEMENT_CHANGES, call->err);
    int64_t count = 0;
    int row;

    if (sql == NULL)
        return -1;
    sql_bind_int(sql, 1, *seq);
    sql_bind_int(sql, 2, (int64_t)max);
    while ((row = sql_step(sql, call->err)) == 1) {
        *seq = sql_get_int(sql, 0);
        add_change(sql, ids, call->arena);
        count++;
    }
    return row == 0 ? count : -1;
}

/* No customer means that there are no more changes, so portions of rows that cannot be named are passed over. */
static int read_changes(struct ledger_sqlite *self, size_t max, struct rows *ids, int64_t *seq,
                        const struct ledger_call *call)
{
    int64_t count;

    if (known_from(self, *seq, seq, call->err) != 0)
        return -1;
    do
        count = read_portion(self, max, ids, seq, call);
    while (count > 0 && ids->count == 0);
    return count < 0 ? -1 : 0;
}

static int ledger_sqlite_changes(void *self, struct ledger_changes *changes, const struct ledger_call *call)
{
    struct rows ids = {.size = sizeof(const char *)};
    int result;

    if (ledger_sqlite_begin(self, call->err) != 0)
        return -1;
    changes->seq = changes->after;
    result = read_changes(self, changes->max, &ids, &changes->seq, call);
    ledger_sqlite_end(self);
    changes->customers = ids.list;
    changes->count = ids.count;
    return result;
}

/* A moment, or a date that means the end of that day (UTC); what is neither counts as long ago. */
static moment_t feed_moment(const char *text)
{
    moment_t moment;
    day_t day;

    if (moment_parse(text, &moment))
        return moment;
    return day_parse(text, &day) ? (moment_t)day * DAY_SECONDS + DAY_SECONDS - 1 : 0;
}

static int ledger_sqlite_feed(void *self, struct ledger_marks *out, const struct ledger_call *call)
{
    struct rows names = {.size = sizeof(const char *)}, moments = {.size = sizeof(moment_t)};
    struct sql *sql;
    int row;

    if (start(self, call->err) != 0 || (sql = ledger_sqlite_statement(self, STATEMENT_FEED, call->err)) == NULL)
        return -1;
    while ((row = sql_step(sql, call->err)) == 1) {
        *(const char **)rows_add(&names, call->arena) = ledger_row_text(sql, 0, call->arena);
        *(moment_t *)rows_add(&moments, call->arena) = feed_moment(sql_get_text(sql, 1, call->arena));
    }
    *out = (struct ledger_marks){names.list, moments.list, names.count};
    return row;
}

struct look_up {
    enum statement which;
    struct ledger_found found;
    const char *other; /* a second invoice of the same number */
};

/* An id that is safe to show; one that this changes leads to nobody. */
static const char *get_id(struct sql *sql, int column, struct arena *arena)
{
    const char *id = sql_get_text(sql, column, arena);

    return ledger_clean(id, strlen(id), false, arena);
}

/* 1 found, 0 not, -1 failed. */
static int look_up(struct ledger_sqlite *self, struct look_up *look, const char *id, const struct ledger_call *call)
{
    struct sql *sql = ledger_sqlite_statement(self, look->which, call->err);
    int row;

    if (sql == NULL)
        return -1;
    sql_bind_text(sql, 1, id);
    row = sql_step(sql, call->err);
    if (row != 1)
        return row;
    look->found = (struct ledger_found){get_id(sql, 0, call->arena), get_id(sql, 1, call->arena)};
    if ((row = sql_step(sql, call->err)) == 1)
        look->other = get_id(sql, 1, call->arena);
    sql_reset(sql);
    return row < 0 ? -1 : 1;
}

static int ledger_sqlite_find(void *self, const char *id, struct ledger_found *out, const struct ledger_call *call)
{
    static const enum statement order[] = {STATEMENT_FIND_INVOICE, STATEMENT_FIND_CUSTOMER, STATEMENT_FIND_NUMBER};
    struct look_up look = {.found = {"", ""}, .other = ""};
    int result = start(self, call->err);

    for (size_t i = 0; i < sizeof order / sizeof *order && result == 0; i++) {
        look.which = order[i];
        result = look_up(self, &look, id, call);
    }
    if (result < 0)
        return -1;
    if (result == 0)
        return err_set(
            call->err, ERR_NOT_FOUND,
            "\"%.100s\": the ledger has no such customer or invoice; dunningctl list items shows what it has", id);
    if (!text_empty(look.other))
        return err_set(call->err, ERR_NOT_FOUND,
                       "\"%.100s\": is the number of several invoices, such as %.100s and %.100s; give the invoice_id",
                       id, look.found.invoice, look.other);
    *out = look.found;
    return 0;
}

static const char count_orphans[] =
    "SELECT (SELECT count(*) FROM payments p WHERE p.invoice_id <> '' AND p.status <> 'reversed'"
    "  AND NOT EXISTS (SELECT 1 FROM invoices i WHERE i.invoice_id = p.invoice_id))"
    " + (SELECT count(DISTINCT o.payment_id) FROM orphans o JOIN payments p ON p.payment_id = o.payment_id"
    "  WHERE NOT EXISTS (SELECT 1 FROM invoices i WHERE i.invoice_id = p.invoice_id AND i.entity = p.entity"
    "   AND i.currency = p.currency AND coalesce(p.line, 0) IN (0, i.line)"
    "   AND " LEDGER_BILL_TO("i.customer_id") " = " LEDGER_BILL_TO("p.customer_id") "))";

static int ledger_sqlite_totals(void *context, struct ledger_totals *out, struct err *err)
{
    struct ledger_sqlite *self = context;
    int result;

    if (ledger_sqlite_begin(self, err) != 0)
        return -1;
    result = sql_query_int(self->db, "SELECT count(*) FROM customers", &out->customers, err);
    if (result == 0)
        result = sql_query_int(self->db, "SELECT count(*) FROM invoices", &out->items, err);
    if (result == 0)
        result = sql_query_int(self->db, "SELECT count(*) FROM payments", &out->payments, err);
    if (result == 0)
        result = sql_query_int(self->db, count_orphans, &out->orphans, err);
    ledger_sqlite_end(self);
    return result;
}

static int64_t ledger_sqlite_cache_bytes(const void *context)
{
    const struct ledger_sqlite *self = context;

    return sql_cache_bytes(self->db);
}

const struct ledger_driver ledger_driver_sqlite = {
    .name = "sqlite",
    .open = ledger_sqlite_open,
    .close = ledger_sqlite_close,
    .version = ledger_sqlite_version,
    .changes = ledger_sqlite_changes,
    .load = ledger_sqlite_load,
    .customer = ledger_sqlite_customer,
    .slice = ledger_sqlite_slice,
    .feed = ledger_sqlite_feed,
    .find = ledger_sqlite_find,
    .totals = ledger_sqlite_totals,
    .cache_bytes = ledger_sqlite_cache_bytes,
};
