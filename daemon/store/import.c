#include "store/import.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/text.h"
#include "store/csv.h"
#include "store/import_date.h"

enum {
    PROGRESS_ROWS = 5000,
    CHECKPOINT_WAIT_MS = 2000,
    CACHE_KIB_MIN = 16 * 1024,
    CACHE_KIB_MAX = 256 * 1024,
    BUSY_MS = 10000
};

static const struct table *const tables[] = {
    [IMPORT_CUSTOMERS] = &ledger_customers,
    [IMPORT_INVOICES] = &ledger_invoices,
    [IMPORT_PAYMENTS] = &ledger_payments,
    [IMPORT_CONTACTS] = &ledger_contacts,
};

/* ---- what is said ---- */

void import_say(struct import *import, enum severity severity, const char *column, const char *format, ...)
{
    char sentence[400];
    va_list args;

    if (import->said[severity]++ >= IMPORT_FINDINGS_MAX)
        return;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    findings_add(import->findings, severity, import->file, (int)import->line, "%s%s%s", column,
                 column[0] != '\0' ? ": " : "", sentence);
}

/* Lines beyond the limit are counted, so that nobody takes a short list for the whole. */
static void say_rest(struct import *import)
{
    static const char *const words[] = {
        [SEVERITY_ERROR] = "wrong lines", [SEVERITY_WARNING] = "warnings", [SEVERITY_NOTE] = "notes"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (import->said[i] > IMPORT_FINDINGS_MAX)
            findings_add(import->findings, (enum severity)i, import->file, 0, "and %zu more %s",
                         import->said[i] - IMPORT_FINDINGS_MAX, words[i]);
}

/* ---- the file ---- */

static void report_progress(const struct import *import, size_t total)
{
    if (import->options->progress != NULL)
        import->options->progress(import->options->context, import->result->rows, total, csv_bytes(import->csv));
}

static int take_record(struct import *import, const struct csv_record *record, struct err *err)
{
    import->line = record->line;
    import->result->rows++;
    arena_reset(import->row);
    if (!import_cells(import, record))
        return 0;
    switch (import_rules(import, err)) {
    case IMPORT_TAKE:
        return import_put(import, err);
    case IMPORT_IGNORE:
        import->result->ignored++;
        return 0;
    case IMPORT_REFUSE:
        return 0;
    case IMPORT_FAILED:
        break;
    }
    return -1;
}

static int take_records(struct import *import, size_t total, struct err *err)
{
    struct csv_record record;
    struct err reading;
    int got;

    while ((got = csv_next(import->csv, &record, &reading)) == 1) {
        if (take_record(import, &record, err) != 0)
            return -1;
        if (import->result->rows % PROGRESS_ROWS == 0)
            report_progress(import, total);
    }
    if (got < 0)
        return err_set(err, reading.code, "%s: %s", import->file, reading.text);
    report_progress(import, total);
    return 0;
}

static int refuse_file(const struct import *import, struct err *err)
{
    return err_set(err, ERR_CONFIG,
                   "%s: nothing was imported, because of %zu error%s; correct the file and import it again",
                   import->file, import->said[SEVERITY_ERROR], import->said[SEVERITY_ERROR] == 1 ? "" : "s");
}

/* ---- the transaction ---- */

static int run(struct import *import, size_t total, struct err *err)
{
    struct err reading = {.code = ERR_NONE};

    if (!import_header(import, &reading)) {
        if (reading.code == ERR_NONE)
            return refuse_file(import, err);
        return err_set(err, reading.code, "%s: %s", import->file, reading.text);
    }
    if (import_put_open(import, err) != 0 || take_records(import, total, err) != 0 ||
        import_last_rules(import, err) != 0)
        return -1;
    if (import->said[SEVERITY_ERROR] > 0)
        return refuse_file(import, err);
    return import_put_feed(import, err);
}

static int set_cache(sqlite3 *db, size_t total, struct err *err)
{
    size_t kib = total / 1024 * 2;
    char pragma[60];

    kib = kib < CACHE_KIB_MIN ? CACHE_KIB_MIN : kib > CACHE_KIB_MAX ? CACHE_KIB_MAX : kib;
    snprintf(pragma, sizeof pragma, "PRAGMA cache_size = -%zu", kib);
    return sql_exec(db, pragma, err);
}

/* A large import leaves a large log; readers that stand in the way for long only leave it for later. */
static void tidy(sqlite3 *db)
{
    sqlite3_busy_timeout(db, CHECKPOINT_WAIT_MS);
    sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(db, BUSY_MS);
}

static int transact(struct import *import, size_t total, struct err *err)
{
    int result;

    if (set_cache(import->db, total, err) != 0 || sql_begin(import->db, err) != 0)
        return -1;
    result = run(import, total, err);
    import_put_close(import);
    if (result == 0)
        result = sql_commit(import->db, err);
    if (result != 0)
        sql_rollback(import->db);
    tidy(import->db);
    return result;
}

static int check_options(const struct import_options *options, struct err *err)
{
    return text_empty(options->date_format) ? 0 : import_date_check(options->date_format, err);
}

static size_t file_size(int fd)
{
    struct stat file;

    return fstat(fd, &file) == 0 && S_ISREG(file.st_mode) ? (size_t)file.st_size : 0;
}

int ledger_import(struct ledger_writer *writer, const struct import_source *source, struct import_result *result,
                  struct findings *findings, struct err *err)
{
    struct import import = {.db = writer->db,
                            .kind = source->kind,
                            .table = tables[source->kind],
                            .options = source->options,
                            .result = result,
                            .file = source->file,
                            .findings = findings,
                            .stamp = "",
                            .newest = DAY_NONE};
    int outcome;

    *result = (struct import_result){0};
    if (check_options(source->options, err) != 0)
        return -1;
    import.life = arena_new(0);
    import.row = arena_new(0);
    import.csv = csv_new(source->fd, import.life);
    seen_init(&import.seen);
    outcome = transact(&import, file_size(source->fd), err);
    say_rest(&import);
    if (outcome != 0)
        *result = (struct import_result){.rows = result->rows};
    seen_done(&import.seen);
    arena_free(&import.row);
    arena_free(&import.life);
    return outcome;
}

const struct import_column *import_columns(enum import_kind kind, size_t *count)
{
    static struct import_column columns[sizeof tables / sizeof *tables][TABLE_COLUMNS_MAX];
    const struct table *table = tables[kind];

    for (size_t i = 0; i < table->count; i++)
        columns[kind][i] =
            (struct import_column){table->columns[i].name, table->columns[i].required, table->columns[i].sentence};
    *count = table->count;
    return columns[kind];
}
