/*
 * How fast the ledger takes a file and gives its dossiers, beside plain SQLite
 * doing the nearest thing on the same rows in the same run:
 *
 *   bench_ledger FOLDER [ITEMS]     (default 1,000,000 items, a tenth as many customers)
 *
 * import   the CSV file, against INSERTs of the same rows into a bare table
 *          with the same key and covering index, no triggers, no checks
 * again    the same file once more, which must change nothing
 * merge    all dossiers in slices of 1,000, against one joined SELECT that
 *          sums the payments of each item
 * load     single dossiers, as the gate reads them
 * poll     the version, as an idle poll reads it
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "store/ledger.h"
#include "store/ledger_write.h"
#include "store/sqlite_util.h"

enum { SLICE = 1000, LOADS = 20000, POLLS = 100000, PAIRS = 5 };

static const char *folder;
static long items = 1000000;

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double memory_mib(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024.0;
}

static void die(const char *what, const struct err *err)
{
    fprintf(stderr, "bench_ledger: %s: %s\n", what, err->text);
    exit(1);
}

static const char *path_of(const char *name)
{
    static char path[4][400];
    static int turn;

    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

/* ---- the files ---- */

static FILE *create(const char *name)
{
    FILE *file = fopen(path_of(name), "w");

    if (file == NULL) {
        perror(name);
        exit(1);
    }
    return file;
}

static long customer_of(long i)
{
    return 1 + (i * 7919) % (items / 10);
}

static void make_customers(void)
{
    FILE *file = create("customers.csv");

    fprintf(file, "customer_id,name,email,language,country,segment\n");
    for (long i = 1; i <= items / 10; i++)
        fprintf(file, "C-%07ld,Customer Number %ld,c%ld@example.com,en,DE,b2b\n", i, i, i);
    fclose(file);
}

static void make_invoices(void)
{
    FILE *file = create("invoices.csv");

    fprintf(file, "invoice_id,customer_id,number,issued_on,due_on,currency,amount,pay_url\n");
    for (long i = 1; i <= items; i++)
        fprintf(file,
                "2026-%08ld,C-%07ld,INV-%ld,2026-%02ld-01,2026-%02ld-%02ld,EUR,%ld.%02ld,https://pay.example/%ld\n", i,
                customer_of(i), i, 1 + i % 9, 2 + i % 9, 1 + i % 28, 10 + i % 5000, i % 100, i);
    fclose(file);
}

static void make_payments(void)
{
    FILE *file = create("payments.csv");

    fprintf(file, "payment_id,customer_id,invoice_id,paid_on,currency,amount\n");
    for (long i = 1; i <= items; i++)
        if (i % 10 < 3)
            fprintf(file, "P%08ld,C-%07ld,2026-%08ld,2026-11-05,EUR,3.00\n", i, customer_of(i), i);
    fclose(file);
}

/* ---- import ---- */

static struct import_result import(struct ledger_writer *writer, enum import_kind kind, const char *name)
{
    const struct import_options options = {.date_format = "", .complete_until = MOMENT_NONE};
    struct arena *arena = arena_new(0);
    struct import_result result;
    struct findings findings;
    struct err err;
    int fd = open(path_of(name), O_RDONLY | O_CLOEXEC);
    double start = now();

    findings_init(&findings, arena);
    if (fd < 0 ||
        ledger_import(writer, &(struct import_source){kind, fd, name, &options}, &result, &findings, &err) != 0)
        die(name, &err);
    printf("  %-14s %9zu rows %7.2f s  inserted %zu, updated %zu, unchanged %zu  memory %.0f MiB\n", name, result.rows,
           now() - start, result.inserted, result.updated, result.unchanged, memory_mib());
    fflush(stdout);
    close(fd);
    arena_free(&arena);
    return result;
}

static void import_all(void)
{
    struct ledger_writer *writer;
    struct err err;

    unlink(path_of("ledger.db"));
    unlink(path_of("ledger.db-wal"));
    unlink(path_of("ledger.db-shm"));
    if (ledger_writer_open(&writer, path_of("ledger.db"), &err) != 0)
        die("ledger.db", &err);
    printf("import\n");
    import(writer, IMPORT_CUSTOMERS, "customers.csv");
    import(writer, IMPORT_INVOICES, "invoices.csv");
    import(writer, IMPORT_PAYMENTS, "payments.csv");
    printf("again\n");
    if (import(writer, IMPORT_INVOICES, "invoices.csv").unchanged != (size_t)items)
        printf("  WRONG: the second import changed rows\n");
    ledger_writer_close(&writer);
}

/* The floor: the same columns parsed by sscanf-free splitting and inserted, nothing checked, nothing marked. */
static void yardstick_insert(void)
{
    sqlite3 *db = NULL;
    struct sql insert;
    struct err err;
    char line[400];
    FILE *file = fopen(path_of("invoices.csv"), "r");
    double start = now();

    unlink(path_of("bare.db"));
    if (file == NULL || fgets(line, sizeof line, file) == NULL ||
        sql_open(&db, path_of("bare.db"), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, 1000, &err) != 0 ||
        sql_exec(
            db,
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -262144;"
            "CREATE TABLE invoices (invoice_id TEXT, line INTEGER, customer_id TEXT, number TEXT, issued_on TEXT,"
            " due_on TEXT, currency TEXT, amount INTEGER, pay_url TEXT, PRIMARY KEY (invoice_id, line)) WITHOUT ROWID;"
            "CREATE INDEX by_customer ON invoices (customer_id, invoice_id, line, number, issued_on, due_on,"
            " currency, amount, pay_url); BEGIN",
            &err) != 0 ||
        sql_prepare(&insert, db, "INSERT INTO invoices VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", &err) != 0)
        die("bare.db", &err);
    while (fgets(line, sizeof line, file) != NULL) {
        char *rest = line, *field;

        for (int i = 1; (field = strsep(&rest, ",\n")) != NULL && i <= 8; i++)
            i == 7 ? sql_bind_int(&insert, i, (int64_t)(strtod(field, NULL) * 100 + 0.5))
                   : sql_bind_text(&insert, i, field);
        if (sql_run(&insert, &err) != 0)
            die("insert", &err);
    }
    if (sql_exec(db, "COMMIT", &err) != 0)
        die("commit", &err);
    sql_finish(&insert);
    sql_close(&db);
    fclose(file);
    printf("  %-14s %9ld rows %7.2f s\n", "(bare INSERT)", items, now() - start);
}

/* ---- reading ---- */

struct sums {
    size_t customers, items, payments;
    int64_t open;
    double longest;
};

static void add_dossier(struct sums *sums, const struct dossier *dossier)
{
    sums->customers++;
    sums->items += dossier->item_count;
    sums->payments += dossier->payment_count;
    for (size_t i = 0; i < dossier->item_count; i++)
        sums->open += dossier->items[i].amount;
    for (size_t i = 0; i < dossier->payment_count; i++)
        sums->open -= dossier->payments[i].amount;
}

static double merge(struct ledger *ledger, struct sums *sums)
{
    struct arena *arena = arena_new(1 << 20);
    char after[300] = "";
    struct ledger_slice slice = {.after = after, .max = SLICE, .count = 1};
    struct err err;
    double start = now();

    *sums = (struct sums){0};
    while (slice.count > 0) {
        double begin = now();

        arena_reset(arena);
        if (ledger_slice(ledger, arena, &slice, &err) != 0)
            die("slice", &err);
        for (size_t i = 0; i < slice.count; i++)
            add_dossier(sums, &slice.list[i]);
        if (slice.count > 0)
            snprintf(after, sizeof after, "%s", slice.list[slice.count - 1].customer->id);
        sums->longest = now() - begin > sums->longest ? now() - begin : sums->longest;
    }
    arena_free(&arena);
    return now() - start;
}

static double yardstick_join(int64_t *open)
{
    static const char query[] =
        "SELECT i.invoice_id, i.line, i.number, i.due_on, i.amount, i.currency, i.status, c.customer_id, c.email,"
        " c.language, (SELECT total(p.amount) FROM payments p WHERE p.invoice_id = i.invoice_id)"
        " FROM invoices i JOIN customers c ON c.customer_id = i.customer_id WHERE i.status = 'open' ORDER BY"
        " i.invoice_id";
    sqlite3 *db = NULL;
    struct sql sql;
    struct err err;
    double start = now();
    int row, bytes = 0;

    *open = 0;
    if (sql_open(&db, path_of("ledger.db"), SQLITE_OPEN_READONLY, 1000, &err) != 0 ||
        sql_prepare(&sql, db, query, &err) != 0)
        die("join", &err);
    while ((row = sql_step(&sql, &err)) == 1) {
        for (int i = 0; i < 10; i++)
            bytes += i == 4 ? 0 : sqlite3_column_text(sql.stmt, i)[0];
        *open += sql_get_int(&sql, 4) - sql_get_int(&sql, 10);
    }
    sql_finish(&sql);
    sql_close(&db);
    return row == 0 && bytes > 0 ? now() - start : -1;
}

static int by_value(const void *a, const void *b)
{
    const double *left = a, *right = b;

    return (*left > *right) - (*left < *right);
}

static void compare_merge(struct ledger *ledger)
{
    double ours[PAIRS], theirs[PAIRS];
    struct sums sums;
    int64_t open = 0;

    for (int i = 0; i < PAIRS; i++) {
        ours[i] = merge(ledger, &sums);
        theirs[i] = yardstick_join(&open);
    }
    qsort(ours, PAIRS, sizeof *ours, by_value);
    qsort(theirs, PAIRS, sizeof *theirs, by_value);
    printf("merge     %zu customers, %zu items, %zu payments: median %.2f s, longest slice %.0f ms; joined SQL %.2f s;"
           " ratio %.2f; memory %.0f MiB%s\n",
           sums.customers, sums.items, sums.payments, ours[PAIRS / 2], sums.longest * 1e3, theirs[PAIRS / 2],
           ours[PAIRS / 2] / theirs[PAIRS / 2], memory_mib(), sums.open == open ? "" : "  WRONG: the sums differ");
}

static void load_some(struct ledger *ledger)
{
    struct arena *arena = arena_new(0);
    struct dossier *dossier;
    struct err err;
    char id[40];
    double start = now();

    for (long i = 0; i < LOADS; i++) {
        arena_reset(arena);
        snprintf(id, sizeof id, "C-%07ld", customer_of(i * 31 + 1));
        if (ledger_load(ledger, id, arena, &dossier, &err) != 0)
            die(id, &err);
    }
    printf("load      %d dossiers: %.1f us each\n", LOADS, (now() - start) / LOADS * 1e6);
    arena_free(&arena);
}

static void poll_some(struct ledger *ledger)
{
    int64_t version;
    struct err err;
    double start = now();

    for (int i = 0; i < POLLS; i++)
        if (ledger_version(ledger, &version, &err) != 0)
            die("version", &err);
    printf("poll      %d versions: %.2f us each\n", POLLS, (now() - start) / POLLS * 1e6);
}

int main(int argc, char **argv)
{
    struct ledger *ledger;
    struct err err;

    if (argc < 2) {
        fprintf(stderr, "usage: bench_ledger FOLDER [ITEMS]\n");
        return 2;
    }
    folder = argv[1];
    if (argc > 2)
        items = strtol(argv[2], NULL, 10);
    make_customers();
    make_invoices();
    make_payments();
    import_all();
    yardstick_insert();
    if (ledger_open(&ledger, "sqlite", path_of("ledger.db"), LEDGER_SCAN, &err) != 0)
        die("ledger.db", &err);
    compare_merge(ledger);
    load_some(ledger);
    poll_some(ledger);
    ledger_close(&ledger);
    return 0;
}
