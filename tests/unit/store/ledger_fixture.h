/*
 * A ledger in a folder of its own, written both by import and, as a foreign
 * program would, by plain SQL.
 */
#ifndef UNIT_STORE_LEDGER_FIXTURE_H
#define UNIT_STORE_LEDGER_FIXTURE_H

#include "fake/test.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "store/ledger.h"
#include "store/ledger_write.h"
#include "store/sqlite_util.h"

struct ledger_fixture {
    char folder[64], path[96];
    struct arena *arena;
    struct ledger_writer *writer;
    struct ledger *ledger; /* role gate */
    sqlite3 *foreign;      /* somebody else's connection */
    struct err err;
    /* of the last import */
    struct import_result result;
    struct findings findings;
};

static inline void fixture_die(const struct ledger_fixture *fixture, const char *what)
{
    fail_msg("%s: %s", what, fixture->err.text);
}

static inline void fixture_connect(struct ledger_fixture *fixture)
{
    if (ledger_writer_open(&fixture->writer, fixture->path, &fixture->err) != 0 ||
        ledger_open(&fixture->ledger, "sqlite", fixture->path, LEDGER_GATE, &fixture->err) != 0 ||
        sql_open(&fixture->foreign, fixture->path, SQLITE_OPEN_READWRITE, 1000, &fixture->err) != 0)
        fixture_die(fixture, "open");
}

static inline void fixture_disconnect(struct ledger_fixture *fixture)
{
    ledger_close(&fixture->ledger);
    ledger_writer_close(&fixture->writer);
    sql_close(&fixture->foreign);
}

static inline void fixture_open(struct ledger_fixture *fixture)
{
    *fixture = (struct ledger_fixture){.folder = "/tmp/unit-ledger-XXXXXX", .arena = arena_new(0)};
    assert_non_null(mkdtemp(fixture->folder));
    snprintf(fixture->path, sizeof fixture->path, "%s/ledger.db", fixture->folder);
    fixture_connect(fixture);
}

static inline void fixture_close(struct ledger_fixture *fixture)
{
    static const char *const names[] = {"ledger.db", "ledger.db-wal", "ledger.db-shm"};
    char path[128];

    fixture_disconnect(fixture);
    for (size_t i = 0; i < LENGTH(names); i++) {
        snprintf(path, sizeof path, "%s/%s", fixture->folder, names[i]);
        unlink(path);
    }
    rmdir(fixture->folder);
    arena_free(&fixture->arena);
}

/* For cmocka: a test's state is a fixture of its own. */
static inline struct ledger_fixture *fixture_new(void **state)
{
    struct ledger_fixture *fixture = test_malloc(sizeof *fixture);

    fixture_open(fixture);
    *state = fixture;
    return fixture;
}

static inline int fixture_set_up(void **state)
{
    fixture_new(state);
    return 0;
}

static inline int fixture_tear_down(void **state)
{
    fixture_close(*state);
    test_free(*state);
    return 0;
}

static inline void fixture_sql(struct ledger_fixture *fixture, const char *text)
{
    if (sql_exec(fixture->foreign, text, &fixture->err) != 0)
        fixture_die(fixture, text);
}

static inline int64_t fixture_int(struct ledger_fixture *fixture, const char *query)
{
    int64_t value = 0;

    if (sql_query_int(fixture->foreign, query, &value, &fixture->err) != 0)
        fixture_die(fixture, query);
    return value;
}

/* The first column of all rows, with spaces between them. */
static inline const char *fixture_list(struct ledger_fixture *fixture, const char *query)
{
    struct sql sql;
    struct text list;

    text_init(&list, fixture->arena);
    if (sql_prepare(&sql, fixture->foreign, query, &fixture->err) != 0)
        fixture_die(fixture, query);
    while (sql_step(&sql, &fixture->err) == 1)
        text_addf(&list, "%s%s", list.length > 0 ? " " : "", sql_get_text(&sql, 0, fixture->arena));
    sql_finish(&sql);
    return list.data;
}

static inline const struct dossier *fixture_load(struct ledger_fixture *fixture, const char *customer)
{
    struct dossier *dossier = arena_alloc(fixture->arena, sizeof *dossier); /* what the compiler sees after a failure */

    if (ledger_load(fixture->ledger, customer, fixture->arena, &dossier, &fixture->err) != 0)
        fixture_die(fixture, customer);
    return dossier;
}

static inline const struct item *fixture_item(struct ledger_fixture *fixture, const char *customer, const char *invoice)
{
    const struct dossier *dossier = fixture_load(fixture, customer);

    for (size_t i = 0; i < dossier->item_count; i++)
        if (strcmp(dossier->items[i].invoice_id, invoice) == 0)
            return &dossier->items[i];
    fail_msg("%s has no item %s", customer, invoice);
    return arena_alloc(fixture->arena, sizeof(struct item));
}

/* A file in memory, from its first byte. */
static inline int fixture_file(const char *bytes, size_t length)
{
    int fd = memfd_create("csv", MFD_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, length), length);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

static const struct import_options fixture_plain = {.date_format = "", .complete_until = MOMENT_NONE};

static inline int fixture_import_with(struct ledger_fixture *fixture, enum import_kind kind, const char *csv,
                                      const struct import_options *options)
{
    int fd = fixture_file(csv, strlen(csv));
    int result;

    findings_init(&fixture->findings, fixture->arena);
    fixture->err = (struct err){.code = ERR_NONE};
    result = ledger_import(fixture->writer, &(struct import_source){kind, fd, "file.csv", options}, &fixture->result,
                           &fixture->findings, &fixture->err);
    close(fd);
    return result;
}

static inline int fixture_import(struct ledger_fixture *fixture, enum import_kind kind, const char *csv)
{
    return fixture_import_with(fixture, kind, csv, &fixture_plain);
}

/* All findings as people see them, one a line. */
static inline const char *fixture_said(struct ledger_fixture *fixture)
{
    struct text said;

    text_init(&said, fixture->arena);
    for (size_t i = 0; i < fixture->findings.count; i++)
        text_addf(&said, "%s\n", finding_line(&fixture->findings.list[i], fixture->arena));
    return said.data;
}

static inline void fixture_take(struct ledger_fixture *fixture, enum import_kind kind, const char *csv)
{
    if (fixture_import(fixture, kind, csv) != 0)
        fail_msg("%s\n%s", fixture->err.text, fixture_said(fixture));
}

/* Marks since the last call, as ledger_changes reports them. */
static inline const char *fixture_changes(struct ledger_fixture *fixture, int64_t *last)
{
    struct ledger_changes changes = {.after = *last, .max = 1000};
    struct text list;

    text_init(&list, fixture->arena);
    if (ledger_changes(fixture->ledger, fixture->arena, &changes, &fixture->err) != 0)
        fixture_die(fixture, "changes");
    for (size_t i = 0; i < changes.count; i++)
        text_addf(&list, "%s%s", i > 0 ? " " : "", changes.customers[i]);
    *last = changes.seq;
    return list.data;
}

#endif
