/* The send log: what is in it stays, what was torn is cut, what was tampered with is refused. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/witness.h"

struct world {
    char directory[64], path[96];
    struct witness *witness;
    struct err err;
};

static void must(struct world *world, int result)
{
    if (result == 0)
        return;
    print_error("%s\n", world->err.text);
    fail();
}

static bool open_again(struct world *world)
{
    bool torn = false;

    must(world, witness_open(&world->witness, world->path, 0, &torn, &world->err));
    return torn;
}

static void world_open(struct world *world)
{
    *world = (struct world){.directory = "/tmp/dunningd-witness-XXXXXX"};
    assert_non_null(mkdtemp(world->directory));
    snprintf(world->path, sizeof world->path, "%s/log/send.log", world->directory);
    assert_false(open_again(world));
}

static void world_close(struct world *world)
{
    char directory[96];

    witness_close(&world->witness);
    unlink(world->path);
    snprintf(directory, sizeof directory, "%s/log", world->directory);
    assert_int_equal(rmdir(directory), 0);
    assert_int_equal(rmdir(world->directory), 0);
}

static struct witness_line line_of(int64_t attempt)
{
    struct witness_line line = {.attempt = attempt,
                                .token = UINT64_C(0xf000000000000000) + (uint64_t)attempt,
                                .at = 1772442000 + attempt};

    for (int i = 0; i < 64; i++)
        line.sha256[i] = "0123456789abcdef"[(i + attempt) % 16];
    return line;
}

static void add(struct world *world, int64_t attempt)
{
    struct witness_line line = line_of(attempt);

    must(world, witness_add(world->witness, &line, &world->err));
}

static bool has(const struct world *world, int64_t attempt)
{
    return witness_has(world->witness, attempt, line_of(attempt).token);
}

static void three_lines(struct world *world)
{
    world_open(world);
    for (int64_t i = 1; i <= 3; i++)
        add(world, 10 * i);
    must(world, witness_sync(world->witness, &world->err));
}

static off_t size_of(const struct world *world)
{
    struct stat status;

    assert_int_equal(stat(world->path, &status), 0);
    return status.st_size;
}

static char *read_file(const struct world *world, size_t *length)
{
    int fd = open(world->path, O_RDONLY);
    char *bytes = malloc((size_t)size_of(world) + 1);

    *length = (size_t)size_of(world);
    assert_int_equal(read(fd, bytes, *length), (ssize_t)*length);
    close(fd);
    return bytes;
}

static void write_file(const struct world *world, const char *bytes, size_t length)
{
    int fd = open(world->path, O_WRONLY | O_TRUNC);

    assert_int_equal(write(fd, bytes, length), (ssize_t)length);
    close(fd);
}

/* ---- what is in it ---- */

static void test_a_new_log(void **unused)
{
    struct stat status;
    struct world world;

    (void)unused;
    world_open(&world);
    assert_int_equal(stat(world.path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(witness_last_attempt(world.witness), 0);
    assert_false(has(&world, 1));
    must(&world, witness_sync(world.witness, &world.err)); /* nothing to write: nothing happens */
    assert_int_equal(size_of(&world), 0);
    world_close(&world);
}

static void test_lines_are_there_after_the_sync(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    add(&world, 10);
    assert_false(has(&world, 10));
    must(&world, witness_sync(world.witness, &world.err));
    assert_true(has(&world, 10));
    assert_false(witness_has(world.witness, 10, 1));
    add(&world, 8);
    must(&world, witness_sync(world.witness, &world.err));
    assert_int_equal(witness_last_attempt(world.witness), 10);
    witness_close(&world.witness);
    assert_false(open_again(&world));
    assert_true(has(&world, 10));
    assert_true(has(&world, 8));
    assert_false(has(&world, 9));
    assert_int_equal(witness_last_attempt(world.witness), 10);
    world_close(&world);
}

static void test_what_was_not_synced_is_not_there(void **unused)
{
    struct world world;

    (void)unused;
    three_lines(&world);
    add(&world, 40);
    witness_close(&world.witness);
    assert_false(open_again(&world));
    assert_true(has(&world, 30));
    assert_false(has(&world, 40));
    world_close(&world);
}

struct visits {
    int count;
    int64_t first, last;
    bool right;
};

static void visit(void *context, const struct witness_line *line)
{
    struct visits *visits = context;
    struct witness_line expected = line_of(line->attempt);

    if (visits->count++ == 0)
        visits->first = line->serial;
    visits->last = line->serial;
    visits->right = visits->right && line->token == expected.token && line->at == expected.at &&
                    strcmp(line->sha256, expected.sha256) == 0;
}

static void test_each(void **unused)
{
    struct visits visits = {.right = true};
    struct world world;

    (void)unused;
    three_lines(&world);
    witness_each(world.witness, 2, visit, &visits);
    assert_int_equal(visits.count, 2);
    assert_int_equal(visits.first, 2);
    assert_int_equal(visits.last, 3);
    assert_true(visits.right);
    world_close(&world);
}

/* ---- torn ---- */

/* Cut at every byte of the last two lines: whole lines stay, and the log goes on after them. */
static void test_torn_at_every_byte(void **unused)
{
    struct world world;
    size_t length, line;
    char *bytes;

    (void)unused;
    three_lines(&world);
    witness_close(&world.witness);
    bytes = read_file(&world, &length);
    line = length / 3;
    for (size_t cut = line; cut <= length; cut++) {
        size_t whole = cut / line;

        write_file(&world, bytes, cut);
        assert_int_equal(open_again(&world), cut % line != 0);
        assert_int_equal(size_of(&world), (off_t)(whole * line));
        assert_int_equal(has(&world, 20), whole >= 2);
        assert_int_equal(has(&world, 30), whole >= 3);
        add(&world, 99);
        must(&world, witness_sync(world.witness, &world.err));
        witness_close(&world.witness);
        assert_false(open_again(&world));
        assert_true(has(&world, 10));
        assert_true(has(&world, 99));
        witness_close(&world.witness);
    }
    free(bytes);
    assert_false(open_again(&world));
    world_close(&world);
}

struct tail_case {
    const char *remark, *tail;
    size_t length;
};

static const struct tail_case tail_cases[] = {
    {"zeros, as a power cut leaves them", "\0\0\0\0\0\0\0\0\0\0\0\0", 12},
    {"words", "hello\nworld\n", 12},
    {"an empty line", "\n", 1},
    {"numbers without an end", "4 5 6", 5},
};

static void test_torn_tails(void **unused)
{
    struct world world;
    size_t length;
    char *bytes;

    (void)unused;
    three_lines(&world);
    witness_close(&world.witness);
    bytes = read_file(&world, &length);
    for (size_t i = 0; i < sizeof tail_cases / sizeof *tail_cases; i++) {
        char *longer = malloc(length + tail_cases[i].length);

        print_message("%s\n", tail_cases[i].remark);
        memcpy(longer, bytes, length);
        memcpy(longer + length, tail_cases[i].tail, tail_cases[i].length);
        write_file(&world, longer, length + tail_cases[i].length);
        free(longer);
        assert_true(open_again(&world));
        assert_int_equal(size_of(&world), (off_t)length);
        assert_true(has(&world, 30));
        witness_close(&world.witness);
    }
    free(bytes);
    assert_false(open_again(&world));
    world_close(&world);
}

/* A rest longer than any line and than the reading buffer. */
static void test_a_long_torn_tail(void **unused)
{
    struct world world;
    size_t length;
    char *bytes, *longer = calloc(1, 200000);

    (void)unused;
    three_lines(&world);
    witness_close(&world.witness);
    bytes = read_file(&world, &length);
    memcpy(longer, bytes, length);
    write_file(&world, longer, 200000);
    assert_true(open_again(&world));
    assert_int_equal(size_of(&world), (off_t)length);
    free(bytes);
    free(longer);
    world_close(&world);
}

/* ---- damaged ---- */

/* A changed byte in front of lines that are whole was no crash. */
static void test_damage_is_refused(void **unused)
{
    struct world world;
    size_t length, line;
    bool torn;
    char *bytes;

    (void)unused;
    three_lines(&world);
    witness_close(&world.witness);
    bytes = read_file(&world, &length);
    line = length / 3;
    for (size_t at = 0; at < 2 * line; at += 7) {
        char old = bytes[at];

        bytes[at] = old == '5' ? '6' : '5';
        write_file(&world, bytes, length);
        assert_int_equal(witness_open(&world.witness, world.path, 3, &torn, &world.err), -1);
        assert_null(world.witness);
        assert_int_equal(world.err.code, ERR_FAILED);
        assert_non_null(strstr(world.err.text, "dunningctl recover"));
        assert_int_equal(size_of(&world), (off_t)length); /* nothing is cut from it */
        bytes[at] = old;
    }
    memmove(bytes + line, bytes + 2 * line, line); /* a line taken out of the middle */
    write_file(&world, bytes, 2 * line);
    assert_int_equal(witness_open(&world.witness, world.path, 3, &torn, &world.err), -1);
    free(bytes);
    world_close(&world);
}

/* A sector of the last group did not get there, and the lines behind it did: no `yes` followed that group. */
static void test_a_torn_group_is_cut(void **unused)
{
    struct world world;
    size_t length, line;
    bool torn;
    char *bytes;

    (void)unused;
    three_lines(&world);
    witness_close(&world.witness);
    bytes = read_file(&world, &length);
    line = length / 3;
    memset(bytes + line, 0, line / 2);
    write_file(&world, bytes, length);
    must(&world, witness_open(&world.witness, world.path, 1, &torn, &world.err));
    assert_true(torn);
    assert_false(witness_lacks_lines(world.witness));
    assert_int_equal(witness_serial(world.witness), 1);
    assert_int_equal(size_of(&world), (off_t)line);
    assert_true(witness_has(world.witness, 10, line_of(10).token));
    assert_false(witness_has(world.witness, 30, line_of(30).token));
    free(bytes);
    world_close(&world);
}

/* An older copy: lines that were synced are missing, so nothing can be said to have had no `yes`. */
static void test_missing_lines_leave_all_in_doubt(void **unused)
{
    struct world world;
    bool torn;

    (void)unused;
    three_lines(&world);
    witness_close(&world.witness);
    must(&world, witness_open(&world.witness, world.path, 4, &torn, &world.err));
    assert_false(torn);
    assert_true(witness_lacks_lines(world.witness));
    assert_true(witness_has(world.witness, 77, 77));
    world_close(&world);
}

/* ---- a disk that fails ---- */

static void test_a_full_disk(void **unused)
{
    struct rlimit old, small;
    struct witness_line line = line_of(40);
    struct world world;
    off_t before;

    (void)unused;
    three_lines(&world);
    before = size_of(&world);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = (struct rlimit){(rlim_t)before + 50, old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    add(&world, 40);
    assert_int_equal(witness_sync(world.witness, &world.err), -1);
    assert_int_equal(world.err.code, ERR_FAILED);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(size_of(&world), before); /* the half line is cut off again */
    assert_false(has(&world, 40));
    /* After a failed write nothing that this process says is certain. */
    assert_int_equal(witness_add(world.witness, &line, &world.err), -1);
    assert_int_equal(witness_sync(world.witness, &world.err), -1);
    witness_close(&world.witness);
    assert_false(open_again(&world));
    assert_true(has(&world, 30));
    add(&world, 40);
    must(&world, witness_sync(world.witness, &world.err));
    world_close(&world);
}

static void test_no_place(void **unused)
{
    struct witness *witness;
    struct err err;
    bool torn;

    (void)unused;
    assert_int_equal(witness_open(&witness, "/nonexistent/deep/send.log", 0, &torn, &err), -1);
    assert_null(witness);
    assert_non_null(strstr(err.text, "/nonexistent/deep/send.log"));
}

/* ---- many ---- */

static void test_older_lines_are_found_in_the_file(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    for (int64_t i = 1; i <= 100500; i++)
        add(&world, i);
    must(&world, witness_sync(world.witness, &world.err));
    for (int round = 0; round < 2; round++) {
        assert_true(has(&world, 1));
        assert_true(has(&world, 500));
        assert_true(has(&world, 501));
        assert_true(has(&world, 100500));
        assert_false(has(&world, 100501));
        assert_false(witness_has(world.witness, 1, 7));
        witness_close(&world.witness);
        assert_false(open_again(&world));
    }
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_new_log),
        cmocka_unit_test(test_lines_are_there_after_the_sync),
        cmocka_unit_test(test_what_was_not_synced_is_not_there),
        cmocka_unit_test(test_each),
        cmocka_unit_test(test_torn_at_every_byte),
        cmocka_unit_test(test_torn_tails),
        cmocka_unit_test(test_a_long_torn_tail),
        cmocka_unit_test(test_damage_is_refused),
        cmocka_unit_test(test_a_torn_group_is_cut),
        cmocka_unit_test(test_missing_lines_leave_all_in_doubt),
        cmocka_unit_test(test_a_full_disk),
        cmocka_unit_test(test_no_place),
        cmocka_unit_test(test_older_lines_are_found_in_the_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
