/*
 * Dossiers by ordered streams (DESIGN 7.8): the customers of a key range, then
 * their items, payments, contacts and orphans, each as one pass over an index
 * in the same order, put together in memory.  Only those who are billed to
 * somebody else are read one by one.
 */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "store/ledger_build.h"
#include "store/ledger_clean.h"
#include "store/ledger_row.h"
#include "store/ledger_sqlite.h"

/* A slice ends early at this many items, so that it stays short where customers have many. */
enum { SLICE_ITEMS_MAX = 8000 };

struct scan {
    struct ledger_sqlite *self;
    struct arena *arena;
    struct rows heads;   /* struct share: the customers of the range */
    struct rows members; /* struct share: those billed to one of them, by bill_to and id */
    struct rowset rowset;
    const char *last; /* last customer id read, even of a row that is left out */
    bool bounded;     /* SLICE_ITEMS_MAX applies */
};

static struct sql *range(struct scan *scan, enum statement which, const char *first, const char *last, struct err *err)
{
    struct sql *sql = ledger_sqlite_statement(scan->self, which, err);

    if (sql != NULL) {
        sql_bind_text(sql, 1, first);
        sql_bind_text(sql, 2, last);
    }
    return sql;
}

/* ---- customers ---- */

/* The statement ends with the raw id and whether another customer is billed for this one. */
static void add_head(struct scan *scan, struct sql *sql)
{
    struct share share = {.elsewhere = false};
    int columns = sqlite3_column_count(sql->stmt);
    bool usable = ledger_row_customer(sql, &share.customer, scan->arena);

    scan->last = sql_get_text(sql, columns - 2, scan->arena);
    share.elsewhere = sql_get_int(sql, columns - 1) != 0;
    if (usable)
        *(struct share *)rows_add(&scan->heads, scan->arena) = share;
}

static int read_heads(struct scan *scan, struct sql *sql, struct err *err)
{
    int row;

    while ((row = sql_step(sql, err)) == 1)
        add_head(scan, sql);
    return row;
}

static int read_members(struct scan *scan, const char *first, const char *last, struct err *err)
{
    struct sql *sql = range(scan, STATEMENT_MEMBERS, first, last, err);
    struct share share = {.elsewhere = true};
    int row = -1;

    while (sql != NULL && (row = sql_step(sql, err)) == 1)
        if (ledger_row_customer(sql, &share.customer, scan->arena))
            *(struct share *)rows_add(&scan->members, scan->arena) = share;
    return row;
}

/* ---- their rows ---- */

/* True if the last item begins a further customer and the slice was full before him: then it ends there. */
static bool full(const struct scan *scan)
{
    const struct rows *items = &scan->rowset.items;
    const struct share *first = rows_at(&scan->heads, 0);
    const struct item *last, *before;

    if (!scan->bounded || items->count <= SLICE_ITEMS_MAX)
        return false;
    last = rows_at(items, items->count - 1);
    before = last - 1;
    return strcmp(before->customer_id, first->customer.id) >= 0 && !text_equal(before->customer_id, last->customer_id);
}

static int read_items(struct scan *scan, const char *first, const char **last, struct err *err)
{
    struct sql *sql = range(scan, STATEMENT_ITEMS, first, *last, err);
    struct rows *items = &scan->rowset.items;
    int row = -1;

    while (sql != NULL && (row = sql_step(sql, err)) == 1) {
        if (!ledger_row_item(sql, rows_add(items, scan->arena), scan->arena)) {
            rows_drop(items);
        } else if (full(scan)) {
            rows_drop(items);
            *last = ((const struct item *)rows_at(items, items->count - 1))->customer_id;
            sql_reset(sql);
            return 0;
        }
    }
    return row;
}

static int read_payments(struct scan *scan, const char *first, const char *last, struct err *err)
{
    struct sql *sql = range(scan, STATEMENT_PAYMENTS, first, last, err);
    struct rows *payments = &scan->rowset.payments;
    int row = -1;

    while (sql != NULL && (row = sql_step(sql, err)) == 1)
        if (!ledger_row_payment(sql, rows_add(payments, scan->arena), scan->arena))
            rows_drop(payments);
    return row;
}

static int read_persons(struct scan *scan, const char *first, const char *last, struct err *err)
{
    struct sql *sql = range(scan, STATEMENT_PERSONS, first, last, err);
    struct rows *persons = &scan->rowset.persons;
    int row = -1;

    while (sql != NULL && (row = sql_step(sql, err)) == 1)
        if (!ledger_row_person(sql, rows_add(persons, scan->arena), scan->arena))
            rows_drop(persons);
    return row;
}

static int read_orphans(struct scan *scan, const char *first, const char *last, struct err *err)
{
    struct sql *sql = range(scan, STATEMENT_ORPHANS, first, last, err);
    int row = -1;

    while (sql != NULL && (row = sql_step(sql, err)) == 1) {
        struct orphan *orphan = rows_add(&scan->rowset.orphans, scan->arena);

        orphan->customer_id = ledger_row_text(sql, 0, scan->arena);
        orphan->invoice_id = ledger_row_text(sql, 1, scan->arena);
        orphan->payment_id = ledger_row_text(sql, 2, scan->arena);
    }
    return row;
}

/* All rows of a range of customers; *last comes back lower where the slice is full before its end. */
static int read_rows(struct scan *scan, const char *first, const char **last, struct err *err)
{
    if (read_items(scan, first, last, err) != 0 || read_payments(scan, first, *last, err) != 0 ||
        read_persons(scan, first, *last, err) != 0)
        return -1;
    return read_orphans(scan, first, *last, err);
}

static struct span since(const struct rows *rows, size_t first)
{
    return (struct span){first, rows->count - first};
}

/* A member may have any id, so his rows are read for him alone. */
static int read_member(struct scan *scan, struct share *member, struct err *err)
{
    struct rowset *rowset = &scan->rowset;
    size_t items = rowset->items.count, payments = rowset->payments.count, orphans = rowset->orphans.count;
    const char *id = member->customer.id;

    if (read_items(scan, id, &id, err) != 0 || read_payments(scan, id, id, err) != 0 ||
        read_orphans(scan, id, id, err) != 0)
        return -1;
    member->items = since(&rowset->items, items);
    member->payments = since(&rowset->payments, payments);
    member->orphans = since(&rowset->orphans, orphans);
    return 0;
}

static void drop_heads_after(struct scan *scan, const char *last)
{
    while (scan->heads.count > 0) {
        const struct share *share = rows_at(&scan->heads, scan->heads.count - 1);

        if (strcmp(share->customer.id, last) <= 0)
            return;
        scan->heads.count--;
    }
}

/* Everything about the heads read, of which those that do not fit into the slice are dropped. */
static int read_range(struct scan *scan, struct err *err)
{
    const struct share *first = rows_at(&scan->heads, 0);
    const char *last = scan->last;

    if (read_rows(scan, first->customer.id, &last, err) != 0)
        return -1;
    scan->last = last;
    drop_heads_after(scan, last);
    rowset_share(&scan->rowset, scan->heads.list, scan->heads.count);
    scan->bounded = false;
    if (read_members(scan, first->customer.id, last, err) != 0)
        return -1;
    for (size_t i = 0; i < scan->members.count; i++)
        if (read_member(scan, rows_at(&scan->members, i), err) != 0)
            return -1;
    return 0;
}

/* ---- dossiers ---- */

/* Heads and members are both in order of the head's id; *at walks over the members. */
static struct account account_of(const struct scan *scan, size_t head, size_t *at)
{
    struct account account = {.head = rows_at(&scan->heads, head)};
    const char *id = account.head->customer.id;

    while (*at < scan->members.count &&
           strcmp(((struct share *)rows_at(&scan->members, *at))->customer.bill_to, id) < 0)
        (*at)++;
    account.members = scan->members.count > 0 ? rows_at(&scan->members, *at) : NULL;
    while (*at < scan->members.count &&
           text_equal(((struct share *)rows_at(&scan->members, *at))->customer.bill_to, id)) {
        account.count++;
        (*at)++;
    }
    return account;
}

/* Whoever is billed elsewhere and has no members gets no dossier in a slice, and an empty one when asked for by name.
 */
static size_t build(const struct scan *scan, bool all, struct dossier *out)
{
    size_t count = 0, at = 0;

    for (size_t i = 0; i < scan->heads.count; i++) {
        struct account account = account_of(scan, i, &at);

        if (all || !account.head->elsewhere || account.count > 0)
            rowset_build(&scan->rowset, &account, &out[count++], scan->arena);
    }
    return count;
}

static struct scan scan_new(struct ledger_sqlite *self, struct arena *arena)
{
    struct scan scan = {.self = self, .arena = arena, .last = ""};

    scan.heads.size = scan.members.size = sizeof(struct share);
    rowset_init(&scan.rowset);
    return scan;
}

static int read_head(struct scan *scan, const char *customer, struct err *err)
{
    struct sql *sql = ledger_sqlite_statement(scan->self, STATEMENT_CUSTOMER, err);

    if (sql == NULL)
        return -1;
    sql_bind_text(sql, 1, customer);
    if (read_heads(scan, sql, err) != 0)
        return -1;
    if (scan->heads.count == 0)
        return err_set(err, ERR_NOT_FOUND, "\"%.100s\": the ledger has no such customer", customer);
    return 0;
}

int ledger_sqlite_customer(void *self, const char *id, struct customer *out, const struct ledger_call *call)
{
    struct scan scan = scan_new(self, call->arena);
    int result;

    if (ledger_sqlite_begin(self, call->err) != 0)
        return -1;
    result = read_head(&scan, id, call->err);
    ledger_sqlite_end(self);
    if (result == 0)
        *out = ((const struct share *)rows_at(&scan.heads, 0))->customer;
    return result;
}

static int load(struct scan *scan, const char *customer, struct dossier *out, struct err *err)
{
    if (read_head(scan, customer, err) != 0 || read_range(scan, err) != 0)
        return -1;
    build(scan, true, out);
    return 0;
}

int ledger_sqlite_load(void *self, const char *customer, struct dossier **out, const struct ledger_call *call)
{
    struct scan scan = scan_new(self, call->arena);
    struct dossier *dossier = arena_alloc(call->arena, sizeof *dossier);
    int result;

    if (ledger_sqlite_begin(self, call->err) != 0)
        return -1;
    result = load(&scan, customer, dossier, call->err);
    ledger_sqlite_end(self);
    if (result == 0)
        *out = dossier;
    return result;
}

/* One range after `after`; scan->last stays "" if there is no further customer. */
static int next_range(struct scan *scan, const char *after, struct ledger_slice *out, struct err *err)
{
    struct sql *sql = ledger_sqlite_statement(scan->self, STATEMENT_CUSTOMERS_AFTER, err);

    if (sql == NULL)
        return -1;
    sql_bind_text(sql, 1, after);
    sql_bind_int(sql, 2, (int64_t)out->max);
    if (read_heads(scan, sql, err) != 0)
        return -1;
    if (scan->heads.count == 0)
        return 0;
    scan->bounded = true;
    if (read_range(scan, err) != 0)
        return -1;
    out->list = arena_array(scan->arena, scan->heads.count, sizeof(struct dossier));
    out->count = build(scan, false, out->list);
    return 0;
}

int ledger_sqlite_slice(void *self, struct ledger_slice *slice, const struct ledger_call *call)
{
    const char *after = slice->after;
    int result = 0;

    slice->list = NULL;
    slice->count = 0;
    if (ledger_sqlite_begin(self, call->err) != 0)
        return -1;
    /* A range may hold nobody who gets notices; the next one then counts as this one. */
    while (result == 0 && slice->count == 0) {
        struct scan scan = scan_new(self, call->arena);

        result = next_range(&scan, after, slice, call->err);
        if (text_empty(scan.last) || result != 0)
            break;
        if (strcmp(scan.last, after) <= 0)
            result = err_set(call->err, ERR_FAILED,
                             "the ledger gives its customers out of order behind \"%.100s\"; "
                             "make the column customers.customer_id as dunning-ledger(5) has it",
                             after);
        after = scan.last;
    }
    ledger_sqlite_end(self);
    return result;
}
