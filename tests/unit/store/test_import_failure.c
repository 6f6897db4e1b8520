#include "unit/store/ledger_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "store/ledger_writer.h"

/* What goes wrong while a file is read, and what others see meanwhile. */

enum { ROWS = 10000, FILE_LIMIT = 2 << 20 };

static int set_up(void **state)
{
    struct ledger_fixture *fixture = fixture_new(state);

    fixture_take(fixture, IMPORT_CUSTOMERS, "customer_id,name\nC1,Anna\n");
    return 0;
}

static const char *many_invoices(struct arena *arena)
{
    struct text csv;

    text_init(&csv, arena);
    text_add(&csv, "invoice_id,customer_id,issued_on,due_on,currency,amount,subject\n");
    for (int i = 0; i < ROWS; i++)
        text_addf(&csv, "I%05d,C1,2026-10-01,,EUR,%d.50,%0100d\n", i, 1 + i, i);
    return csv.data;
}

static int64_t count_invoices(struct ledger_fixture *fixture)
{
    return fixture_int(fixture, "SELECT count(*) FROM invoices");
}

static void expect_untouched(struct ledger_fixture *fixture, const char *remark)
{
    expect_int(remark, count_invoices(fixture), 0);
    expect_text(remark, fixture_list(fixture, "PRAGMA integrity_check"), "ok");
    expect_text(remark, fixture_list(fixture, "SELECT customer_id FROM changes"), "C1");
}

struct death {
    size_t at;
};

static void die_at(void *context, size_t rows, size_t total, size_t bytes)
{
    const struct death *death = context;

    (void)total;
    (void)bytes;
    if (rows >= death->at)
        raise(SIGKILL);
}

/* A child runs the import; nothing of SQLite may be open across the fork.  Returns its wait status. */
static int import_in_child(struct ledger_fixture *fixture, const char *csv, struct import_options *options,
                           void (*prepare)(void))
{
    int status = 0;
    pid_t child;

    fixture_disconnect(fixture);
    child = fork();
    if (child == 0) {
        struct ledger_fixture own = {.arena = arena_new(0)};

        if (ledger_writer_open(&own.writer, fixture->path, &own.err) != 0)
            _exit(9);
        if (prepare != NULL)
            prepare();
        _exit(fixture_import_with(&own, IMPORT_INVOICES, csv, options) == 0 ? 0 : (int)own.err.code);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    fixture_connect(fixture);
    return status;
}

static void test_killed(void **state)
{
    static const size_t moments[] = {5000, ROWS};
    struct ledger_fixture *fixture = *state;
    const char *csv = many_invoices(fixture->arena);

    for (size_t i = 0; i < LENGTH(moments); i++) {
        struct death death = {moments[i]};
        struct import_options options = fixture_plain;
        int status;

        options.progress = die_at;
        options.context = &death;
        status = import_in_child(fixture, csv, &options, NULL);
        expect_true("killed", WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        expect_untouched(fixture, "nothing of the file is there");
    }
    fixture_take(fixture, IMPORT_INVOICES, csv);
    expect_int("and then all of it", count_invoices(fixture), ROWS);
}

/* The file to read fits, the log of the database that is to take it does not. */
static void limit_files(void)
{
    const struct rlimit limit = {FILE_LIMIT, FILE_LIMIT};

    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
}

static void test_no_space(void **state)
{
    struct ledger_fixture *fixture = *state;
    const char *csv = many_invoices(fixture->arena);
    struct import_options options = fixture_plain;
    int status = import_in_child(fixture, csv, &options, limit_files);

    expect_true("the import says that it failed", WIFEXITED(status) && WEXITSTATUS(status) == ERR_FAILED);
    expect_untouched(fixture, "nothing of the file is there");
    fixture_take(fixture, IMPORT_INVOICES, csv);
    expect_int("and then all of it", count_invoices(fixture), ROWS);
}

static void test_locked(void **state)
{
    struct ledger_fixture *fixture = *state;

    sqlite3_busy_timeout(fixture->writer->db, 50);
    fixture_sql(fixture, "BEGIN IMMEDIATE");
    assert_int_equal(fixture_import(fixture, IMPORT_CUSTOMERS, "customer_id,name\nC2,Bert\n"), -1);
    expect_int("the world said no", fixture->err.code, ERR_FAILED);
    expect_part("and why", fixture->err.text, "database is locked");
    fixture_sql(fixture, "COMMIT");
    fixture_take(fixture, IMPORT_CUSTOMERS, "customer_id,name\nC2,Bert\n");
}

static void test_unreadable(void **state)
{
    struct ledger_fixture *fixture = *state;
    int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    findings_init(&fixture->findings, fixture->arena);
    assert_int_equal(ledger_import(fixture->writer,
                                   &(struct import_source){IMPORT_CUSTOMERS, fd, "folder.csv", &fixture_plain},
                                   &fixture->result, &fixture->findings, &fixture->err),
                     -1);
    expect_text("sentence", fixture->err.text, "folder.csv: reading failed: Is a directory");
    expect_int("no line is to blame", (intmax_t)fixture->findings.count, 0);
    close(fd);
}

/* The gate reads while a file is coming in: at once, and what was committed before. */
static void load_meanwhile(void *context, size_t rows, size_t total, size_t bytes)
{
    struct ledger_fixture *fixture = context;

    (void)total;
    (void)bytes;
    expect_int("no half of a file is seen", (intmax_t)fixture_load(fixture, "C1")->item_count, 0);
    fixture->result.rows = rows;
}

static void test_readers_meanwhile(void **state)
{
    struct ledger_fixture *fixture = *state;
    struct import_options options = fixture_plain;

    options.progress = load_meanwhile;
    options.context = fixture;
    assert_int_equal(fixture_import_with(fixture, IMPORT_INVOICES, many_invoices(fixture->arena), &options), 0);
    expect_int("after it all is seen", (intmax_t)fixture_load(fixture, "C1")->item_count, ROWS);
}

/* ---- damaged files ---- */

static uint64_t seed = 7;

static size_t pick(size_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)(seed >> 33) % below;
}

static const char good[] =
    "payment_id,customer_id,invoice_id,line,paid_on,currency,amount,status,reverses,reference,changed_at\n"
    "P1,C1,I1,1,2026-11-05,EUR,190.00,booked,,\"thanks, \"\"all\"\"\",2026-11-05\n"
    "P2,C1,,,2026-11-06,JPY,5,pending,P1,,\n\"P3\",C1,I1,,2026-11-07,EUR,-5.10,,,M\xc3\xbcller,\n";

static size_t damage(char *bytes, size_t length)
{
    static const char spice[] = "\"\n\r,;\t\0\xff\xc3-.0 #=";

    for (size_t n = 1 + pick(4); n > 0; n--) {
        size_t at = pick(length);

        switch (pick(3)) {
        case 0:
            bytes[at] = spice[pick(sizeof spice - 1)];
            break;
        case 1:
            bytes[at] = (char)pick(256);
            break;
        case 2:
            memmove(bytes + at, bytes + at + 1, length - at - 1);
            length--;
            break;
        }
    }
    return length;
}

static void test_damaged(void **state)
{
    struct ledger_fixture *fixture = *state;
    size_t taken = 0;

    fixture_take(fixture, IMPORT_INVOICES,
                 "invoice_id,customer_id,issued_on,due_on,currency,amount\nI1,C1,2026-10-01,,EUR,100\n");
    sqlite3_exec(fixture->writer->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
    for (int round = 0; round < 500; round++) {
        char bytes[sizeof good];
        struct arena *arena = arena_new(0);
        size_t length;
        int64_t before = fixture_int(fixture, "SELECT max(seq) FROM changes");
        int fd, result;

        memcpy(bytes, good, sizeof good);
        length = damage(bytes, sizeof good - 1);
        fd = fixture_file(bytes, length);
        findings_init(&fixture->findings, arena);
        result =
            ledger_import(fixture->writer, &(struct import_source){IMPORT_PAYMENTS, fd, "damaged.csv", &fixture_plain},
                          &fixture->result, &fixture->findings, &fixture->err);
        expect_int("refused with a finding, or taken", result, fixture->findings.errors > 0 ? -1 : 0);
        if (result != 0)
            expect_int("nothing is written", fixture_int(fixture, "SELECT max(seq) FROM changes"), before);
        taken += result == 0;
        close(fd);
        arena_free(&arena);
    }
    expect_true("some damage is harmless, most is found", taken > 5 && taken < 250);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_killed),     CASE(test_no_space),          CASE(test_locked),
        CASE(test_unreadable), CASE(test_readers_meanwhile), CASE(test_damaged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
