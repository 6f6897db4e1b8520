/* Failure for real: kill -9 in the middle of writing, a full disk, a damaged file. */
#include "unit/store/state_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* ---- kill -9 ---- */

/* Plans, claims, commits and reports one notice after the other; each committed one is told through the pipe. */
static void work_until_killed(const char *directory, int told)
{
    struct world world = {.next_token = 1};

    world.arena = arena_new(0);
    world_steps(&world);
    world_dossier(&world);
    if (state_open(&world.state, directory, STATE_ENGINE, &world.err) != 0)
        _exit(3);
    for (int64_t i = 1;; i++) {
        char invoice[48];
        struct notice *notice;

        snprintf(invoice, sizeof invoice, "K-%ld-%lld", (long)getpid(), (long long)i);
        world.items[0].invoice_id = invoice;
        notice = new_notice(&world, STEP_REMINDER, 1);
        plan(&world, notice, NOW + i);
        deliver(&world, notice->id, i % 3 == 0 ? OUTCOME_UNCERTAIN : OUTCOME_ACCEPTED, NOW + i);
        if (write(told, &i, sizeof i) != (ssize_t)sizeof i)
            _exit(4);
    }
}

static int64_t kill_after(const char *directory, int64_t notices, useconds_t extra_us)
{
    int ends[2], status;
    int64_t told = 0, last = 0;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        close(ends[0]);
        work_until_killed(directory, ends[1]);
    }
    close(ends[1]);
    while (told < notices && read(ends[0], &told, sizeof told) == (ssize_t)sizeof told)
        last = told;
    usleep(extra_us); /* somewhere in the middle of the next one */
    kill(child, SIGKILL);
    while (read(ends[0], &told, sizeof told) == (ssize_t)sizeof told)
        last = told;
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    return last;
}

/* What was reported is there; what was not is whole or absent; the parts of each notice agree. */
static void check_after(struct world *world, int64_t last)
{
    int64_t notices = number_of(world, "SELECT count(*) FROM notices");

    assert_string_equal(words_of(world, "SELECT integrity_check FROM pragma_integrity_check"), "ok");
    assert_int_equal(number_of(world, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    assert_in_range(notices, last, last + 1);
    assert_int_equal(number_of(world, "SELECT count(*) FROM records"), notices);
    assert_int_equal(number_of(world, "SELECT count(*) FROM notice_items"), notices);
    assert_int_equal(number_of(world, "SELECT count(*) FROM messages"), notices);
    assert_in_range(number_of(world, "SELECT count(*) FROM attempts"), last, last + 1);
    assert_in_range(number_of(world, "SELECT count(*) FROM records WHERE status IN ('accepted', 'uncertain')"), last,
                    last + 1);
    assert_int_equal(number_of(world, "SELECT count(*) FROM records r JOIN notices n ON n.id = r.notice "
                                      "WHERE r.status <> n.status"),
                     0);
    assert_int_equal(number_of(world, "SELECT count(*) FROM messages m JOIN attempts a ON a.message = m.id WHERE "
                                      "m.status <> a.status AND NOT (m.status = 'in_flight' AND a.status IN "
                                      "('claimed', 'committing'))"),
                     0);
}

static void test_kill_in_the_middle(void **unused)
{
    (void)unused;
    for (int round = 0; round < 12; round++) {
        struct world world;
        int64_t last;

        world_open(&world);
        state_close(&world.state);
        last = kill_after(world.directory, 3, (useconds_t)(round * 370));
        must(&world, state_open(&world.state, world.directory, STATE_ENGINE, &world.err));
        check_after(&world, last);
        world_close(&world);
    }
}

/* The lock goes with the process, however that ends. */
static void test_the_lock_dies_with_its_owner(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    state_close(&world.state);
    for (int i = 0; i < 2; i++)
        kill_after(world.directory, 1, 0);
    must(&world, state_open(&world.state, world.directory, STATE_ENGINE, &world.err));
    world_close(&world);
}

/* ---- a full disk ---- */

/* Plans until something fails; returns how many were committed. */
static int64_t plan_until_failure(struct world *world)
{
    for (int64_t i = 1; i < 5000; i++) {
        struct decision *decision = new_decision(world);
        char *invoice = arena_printf(world->arena, "F-%lld", (long long)i);
        int result;

        world->items[0].invoice_id = invoice;
        decision->notices = new_notice(world, STEP_REMINDER, 1);
        decision->notice_count = 1;
        result = state_begin(world->state, &world->err);
        if (result == 0)
            result = state_apply(world->state, &world->dossier, decision, NOW, &world->err);
        if (result == 0)
            result = state_commit(world->state, &world->err);
        if (result != 0) {
            state_rollback(world->state);
            return i - 1;
        }
    }
    return -1;
}

static void check_broken(struct world *world, int64_t committed)
{
    assert_true(committed > 0);
    assert_true(state_broken(world->state));
    assert_int_equal(state_begin(world->state, &world->err), -1);
    assert_int_equal(state_set(world->state, "key", "value", &world->err), -1);
    assert_non_null(strstr(world->err.text, "start again"));
    world_reopen(world);
    assert_false(state_broken(world->state));
    assert_string_equal(words_of(world, "SELECT integrity_check FROM pragma_integrity_check"), "ok");
    assert_int_equal(number_of(world, "SELECT count(*) FROM notices"), committed);
    assert_int_equal(number_of(world, "SELECT count(*) FROM records"), committed);
    must(world, state_set(world->state, "key", "value", &world->err));
}

static void test_database_full(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    must(&world, sql_exec(world.state->db, "PRAGMA max_page_count = 60", &world.err));
    check_broken(&world, plan_until_failure(&world));
    world_close(&world);
}

/* The file may not grow: writes fail inside of COMMIT, as on a full file system. */
static void test_disk_full(void **unused)
{
    struct rlimit old, small = {.rlim_cur = 300 * 1024};
    struct world world;
    int64_t committed;

    (void)unused;
    world_open(&world);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small.rlim_max = old.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    committed = plan_until_failure(&world);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    check_broken(&world, committed);
    world_close(&world);
}

/* ---- a damaged file ---- */

static void test_damage_is_seen_at_the_start(void **unused)
{
    struct state *state;
    struct world world;
    char path[96], junk[4096];
    int fd;

    (void)unused;
    world_open(&world);
    for (int i = 0; i < 3; i++)
        plan(&world, new_notice(&world, i, 1), NOW);
    state_close(&world.state);
    snprintf(path, sizeof path, "%s/state.db", world.directory);
    memset(junk, 0x5a, sizeof junk);
    fd = open(path, O_WRONLY);
    for (off_t page = 3; page < 30; page++)
        assert_int_equal(pwrite(fd, junk, sizeof junk, page * 4096), (ssize_t)sizeof junk);
    close(fd);
    assert_int_equal(state_open(&state, world.directory, STATE_ENGINE, &world.err), -1);
    assert_int_equal(world.err.code, ERR_FAILED);
    world_close(&world);
}

static void test_no_database_at_all(void **unused)
{
    struct state *state;
    struct world world;
    char path[96];
    int fd;

    (void)unused;
    world_open(&world);
    state_close(&world.state);
    snprintf(path, sizeof path, "%s/state.db", world.directory);
    fd = open(path, O_WRONLY | O_TRUNC);
    assert_int_equal(write(fd, "this is a text and no database, whatever its name", 49), 49);
    close(fd);
    assert_int_equal(state_open(&state, world.directory, STATE_ENGINE, &world.err), -1);
    assert_int_equal(world.err.code, ERR_FAILED);
    assert_non_null(strstr(world.err.text, "state.db"));
    world_close(&world);
}

static void test_the_directory_cannot_be_made(void **unused)
{
    struct state *state;
    struct err err;

    (void)unused;
    assert_int_equal(state_open(&state, "/nonexistent/deep/state", STATE_ENGINE, &err), -1);
    assert_int_equal(err.code, ERR_FAILED);
    assert_non_null(strstr(err.text, "/nonexistent/deep/state"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kill_in_the_middle),
        cmocka_unit_test(test_the_lock_dies_with_its_owner),
        cmocka_unit_test(test_database_full),
        cmocka_unit_test(test_disk_full),
        cmocka_unit_test(test_damage_is_seen_at_the_start),
        cmocka_unit_test(test_no_database_at_all),
        cmocka_unit_test(test_the_directory_cannot_be_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
