/* Copies: whole, beside a writer, never over another file, never half. */
#include "store/backup_left.h"
#include "store/state_schema.h"
#include "unit/store/state_fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>

static const char *copy_path(struct world *world, const char *name)
{
    return arena_printf(world->arena, "%s/%s", world->directory, name);
}

static int64_t value_in(struct world *world, const char *file, const char *query)
{
    int64_t value = -1;
    sqlite3 *db;

    must(world, sql_open(&db, file, SQLITE_OPEN_READONLY, 0, &world->err));
    must(world, sql_query_int(db, query, &value, &world->err));
    sql_close(&db);
    return value;
}

/* Names in the directory that a copy left behind. */
static int leftovers(struct world *world)
{
    DIR *directory = opendir(world->directory);
    struct dirent *entry;
    int count = 0;

    assert_non_null(directory);
    while ((entry = readdir(directory)) != NULL)
        if (strstr(entry->d_name, ".part") != NULL)
            count++;
    closedir(directory);
    return count;
}

static void test_a_copy_is_whole(void **unused)
{
    struct stat status;
    struct world world;
    const char *file;

    (void)unused;
    world_open(&world);
    file = copy_path(&world, "copy.db");
    plan(&world, new_notice(&world, STEP_REMINDER, 2), NOW);
    must(&world, state_backup(world.state, file, &world.err));
    assert_int_equal(value_in(&world, file, "SELECT count(*) FROM records"), 2);
    assert_int_equal(value_in(&world, file, "PRAGMA user_version"), (intmax_t)state_schema.count);
    assert_int_equal(stat(file, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(leftovers(&world), 0);
    world_close(&world);
}

static void test_another_process_may_write(void **unused)
{
    struct state *ctl;
    struct world world;
    const char *file;

    (void)unused;
    world_open(&world);
    file = copy_path(&world, "copy.db");
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    must(&world, state_open(&ctl, world.directory, STATE_READ, &world.err));
    must(&world, state_begin(world.state, &world.err));
    must(&world, state_set(world.state, "key", "not committed", &world.err));
    must(&world, state_backup(ctl, file, &world.err));
    must(&world, state_commit(world.state, &world.err));
    assert_int_equal(value_in(&world, file, "SELECT count(*) FROM meta"), 0);
    assert_int_equal(value_in(&world, file, "SELECT count(*) FROM notices"), 1);
    state_close(&ctl);
    world_close(&world);
}

static void test_nothing_is_replaced(void **unused)
{
    struct world world;
    const char *file;
    struct stat status;
    int fd;

    (void)unused;
    world_open(&world);
    file = copy_path(&world, "copy.db");
    fd = open(file, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, "precious", 8), 8);
    close(fd);
    assert_int_equal(state_backup(world.state, file, &world.err), -1);
    assert_int_equal(world.err.code, ERR_REFUSED);
    assert_int_equal(stat(file, &status), 0);
    assert_int_equal(status.st_size, 8);
    assert_int_equal(leftovers(&world), 0);
    world_close(&world);
}

static void test_a_copy_that_fails_leaves_nothing(void **unused)
{
    struct rlimit old, small = {.rlim_cur = 20 * 1024};
    struct world world;
    const char *file;
    int result;

    (void)unused;
    world_open(&world);
    file = copy_path(&world, "copy.db");
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small.rlim_max = old.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    result = state_backup(world.state, file, &world.err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(result, -1);
    assert_int_equal(world.err.code, ERR_FAILED);
    assert_int_equal(access(file, F_OK), -1);
    assert_int_equal(leftovers(&world), 0);
    assert_false(state_broken(world.state)); /* the copy's disk is not the state's */
    must(&world, state_set(world.state, "key", "value", &world.err));
    assert_int_equal(state_backup(world.state, "/nonexistent/copy.db", &world.err), -1);
    assert_int_equal(world.err.code, ERR_FAILED);
    world_close(&world);
}

static void touch_file(struct world *world, const char *name)
{
    close(open(copy_path(world, name), O_WRONLY | O_CREAT, 0600));
}

/* The next copy clears up behind one that was killed, and lets be what another one is about, or what is no copy. */
static void test_what_a_killed_copy_left_goes(void **unused)
{
    static const char *const left[] = {"copy-1.db.99999.part", "copy-1.db.99999.part-journal", "copy-22.db.7.part"};
    static const char *const stay[] = {"copy-1.db.8.part", "copy-1.db.x.part", "other.db.9.part", "copy-1.db.9.parts"};
    struct world world;
    int fd;

    (void)unused;
    world_open(&world);
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        touch_file(&world, left[i]);
    for (size_t i = 0; i < sizeof stay / sizeof *stay; i++)
        touch_file(&world, stay[i]);
    fd = open(copy_path(&world, stay[0]), O_RDONLY);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    must(&world, state_backup(world.state, copy_path(&world, "copy-1.db"), &world.err));
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        assert_int_equal(access(copy_path(&world, left[i]), F_OK), -1);
    for (size_t i = 0; i < sizeof stay / sizeof *stay; i++)
        assert_int_equal(unlink(copy_path(&world, stay[i])), 0);
    close(fd);
    backup_left_clear(copy_path(&world, "copy-7.db"), BACKUP_WHOLE);
    assert_int_equal(access(copy_path(&world, "copy-1.db"), F_OK), -1);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_copy_is_whole),
        cmocka_unit_test(test_another_process_may_write),
        cmocka_unit_test(test_nothing_is_replaced),
        cmocka_unit_test(test_a_copy_that_fails_leaves_nothing),
        cmocka_unit_test(test_what_a_killed_copy_left_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
