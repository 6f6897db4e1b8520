#include "store/sqlite_util.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "fake/test.h"

/* A story on one clock: each row is a question, in order. */
static void one_long_wait_in_vain_makes_the_next_ones_short(void **state)
{
    static const struct {
        const char *remark;
        bool first;
        int64_t now_ms;
        bool may;
    } rows[] = {
        {"a wait begins", true, 1000, true},
        {"the last millisecond", false, 10999, true},
        {"long enough", false, 11000, false},
        {"the next one begins", true, 11001, true},
        {"is short", false, 11101, false},
        {"again", true, 20000, true},
        {"and again", false, 20100, false},
        {"each of them is a wait in vain", true, 50099, true},
        {"so it is still short", false, 50199, false},
        {"half a minute without one", true, 80199, true},
        {"is forgiven", false, 90198, true},
        {"and ends as the first did", false, 90199, false},
    };
    struct sql_patience patience = {.wait_ms = 10000};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        expect_int(rows[i].remark, sql_may_wait(&patience, rows[i].first, rows[i].now_ms), rows[i].may);
}

static void a_short_patience_stays_as_it_is(void **state)
{
    struct sql_patience patience = {.wait_ms = 20};

    (void)state;
    expect_int("begins", sql_may_wait(&patience, true, 1000), true);
    expect_int("ends", sql_may_wait(&patience, false, 1020), false);
    expect_int("begins again", sql_may_wait(&patience, true, 1021), true);
    expect_int("not sooner", sql_may_wait(&patience, false, 1040), true);
    expect_int("nor later", sql_may_wait(&patience, false, 1041), false);
}

static int64_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A real lock of another connection: waited for while it may end, and given up. */
static void a_writer_is_waited_for(void **state)
{
    char path[] = "/tmp/dunningd-patience-XXXXXX";
    struct sql_patience patience = {.wait_ms = 300};
    sqlite3 *one, *two;
    struct err err = {0};

    (void)state;
    close(mkstemp(path));
    expect_int("one", sql_open(&one, path, SQLITE_OPEN_READWRITE, 0, &err), 0);
    expect_int("two", sql_open(&two, path, SQLITE_OPEN_READWRITE, 0, &err), 0);
    sql_be_patient(two, &patience);
    expect_int("held", sql_begin(one, &err), 0);
    int64_t began = clock_ms();
    expect_int("in vain", sql_begin(two, &err), -1);
    expect_true("after its time", clock_ms() - began >= 300);
    expect_part("says why", err.text, "locked");
    began = clock_ms();
    expect_int("in vain again", sql_begin(two, &err), -1);
    expect_true("after a shorter one", patience.in_vain_ms - began < 300);
    sql_rollback(one);
    expect_int("free at last", sql_begin(two, &err), 0);
    sql_close(&two);
    sql_close(&one);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_long_wait_in_vain_makes_the_next_ones_short),
        cmocka_unit_test(a_short_patience_stays_as_it_is),
        cmocka_unit_test(a_writer_is_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
