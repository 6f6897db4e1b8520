/* Opening, locking, versions, facts about the whole, waking. */
#include "unit/store/state_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "store/state_backup.h"
#include "store/state_schema.h"

static unsigned mode_of(const struct world *world, const char *name)
{
    struct stat status;
    char path[160];

    snprintf(path, sizeof path, "%s/%s", world->directory, name);
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 0777;
}

static void test_modes_are_closed_to_others(void **unused)
{
    struct world world;
    mode_t old;

    (void)unused;
    old = umask(0);
    world_open(&world);
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    umask(old);
    assert_int_equal(mode_of(&world, "."), 0700);
    assert_int_equal(mode_of(&world, "state.db"), 0600);
    assert_int_equal(mode_of(&world, "state.db-wal"), 0600);
    assert_int_equal(mode_of(&world, "lock"), 0600);
    world_close(&world);
}

static void test_an_open_directory_is_closed(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    state_close(&world.state);
    assert_int_equal(chmod(world.directory, 0755), 0);
    must(&world, state_open(&world.state, world.directory, STATE_ENGINE, &world.err));
    assert_int_equal(mode_of(&world, "."), 0700);
    world_close(&world);
}

static void test_settings_of_the_connection(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    assert_string_equal(words_of(&world, "SELECT journal_mode FROM pragma_journal_mode"), "wal");
    assert_int_equal(number_of(&world, "PRAGMA synchronous"), 2);
    assert_int_equal(number_of(&world, "PRAGMA foreign_keys"), 1);
    assert_int_equal(number_of(&world, "PRAGMA temp_store"), 2);
    assert_int_equal(number_of(&world, "PRAGMA cell_size_check"), 1);
    world_close(&world);
}

/* The lock is the other process's, not only another handle's: flock would let a dup of the same one in. */
static void test_one_engine_at_a_time(void **unused)
{
    struct world world;
    struct state *second;
    char expected[64];
    long pid = -1;
    pid_t child;
    int status;

    (void)unused;
    world_open(&world);
    snprintf(expected, sizeof expected, "another dunningd (pid %ld)", (long)getpid());
    child = fork();
    if (child == 0) {
        bool refused = state_open(&second, world.directory, STATE_ONCE, &world.err) == -1 &&
                       world.err.code == ERR_REFUSED && strstr(world.err.text, expected) != NULL;
        _exit(refused ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    must(&world, state_engine_pid(world.directory, &pid, &world.err));
    assert_int_equal(pid, getpid());
    state_close(&world.state);
    must(&world, state_engine_pid(world.directory, &pid, &world.err));
    assert_int_equal(pid, 0);
    must(&world, state_open(&world.state, world.directory, STATE_ONCE, &world.err));
    world_close(&world);
}

static void test_facts_and_readers_come_beside_the_engine(void **unused)
{
    struct state *facts, *reader;
    struct world world;

    (void)unused;
    world_open(&world);
    must(&world, state_open(&facts, world.directory, STATE_FACTS, &world.err));
    must(&world, state_open(&reader, world.directory, STATE_READ, &world.err));
    assert_int_equal(state_set(reader, "key", "value", &world.err), -1);
    assert_false(state_broken(reader));
    must(&world, state_set(facts, "key", "value", &world.err));
    assert_string_equal(words_of(&world, "SELECT value FROM meta"), "value");
    state_close(&facts);
    state_close(&reader);
    world_close(&world);
}

static void test_no_state_yet(void **unused)
{
    char directory[] = "/tmp/dunningd-state-XXXXXX";
    enum state_role roles[] = {STATE_FACTS, STATE_READ};
    struct state *state;
    struct err err;
    long pid = -1;

    (void)unused;
    assert_non_null(mkdtemp(directory));
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(state_open(&state, directory, roles[i], &err), -1);
        assert_int_equal(err.code, ERR_NOT_FOUND);
        assert_null(state);
    }
    assert_int_equal(state_engine_pid(directory, &pid, &err), 0);
    assert_int_equal(pid, 0);
    assert_int_equal(rmdir(directory), 0);
}

struct version_case {
    const char *remark, *change;
    enum state_role role;
    enum err_code code;
    const char *words;
};

static const struct version_case version_cases[] = {
    {"a newer one is not touched by the engine", "PRAGMA user_version = 99", STATE_ENGINE, ERR_REFUSED,
     "newer dunningd"},
    {"nor by dunningctl", "PRAGMA user_version = 99", STATE_FACTS, ERR_REFUSED, "newer dunningd"},
    {"nor by a reader", "PRAGMA user_version = 99", STATE_READ, ERR_REFUSED, "newer dunningd"},
    {"a foreign file is none of ours", "PRAGMA application_id = 7", STATE_ENGINE, ERR_REFUSED,
     "not a state of dunningd"},
    {"an empty one is not set up by dunningctl", "PRAGMA user_version = 0", STATE_FACTS, ERR_NOT_FOUND,
     "start dunningd"},
};

static void test_versions(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof version_cases / sizeof *version_cases; i++) {
        const struct version_case *row = &version_cases[i];
        struct state *state;
        struct world world;

        print_message("%s\n", row->remark);
        world_open(&world);
        must(&world, sql_exec(world.state->db, row->change, &world.err));
        state_close(&world.state);
        assert_int_equal(state_open(&state, world.directory, row->role, &world.err), -1);
        assert_int_equal(world.err.code, row->code);
        assert_non_null(strstr(world.err.text, row->words));
        world_close(&world);
    }
}

/* ---- from one version to the next, with steps of the test's own ---- */

static const char *const to_1[] = {"CREATE TABLE t(a INTEGER)", "INSERT INTO t VALUES(1)", NULL};
static const char *const to_2[] = {"ALTER TABLE t ADD COLUMN b INTEGER DEFAULT 5", NULL};
static const char *const to_2_wrong[] = {"ALTER TABLE t ADD COLUMN b INTEGER", "INSERT INTO missing VALUES(1)", NULL};
static const char *const *const first_steps[] = {to_1};
static const char *const *const both_steps[] = {to_1, to_2};
static const char *const *const wrong_steps[] = {to_1, to_2_wrong};

static int64_t value_in(const char *file, const char *query)
{
    int64_t value = -1;
    struct err err;
    sqlite3 *db;

    assert_int_equal(sql_open(&db, file, SQLITE_OPEN_READONLY, 0, &err), 0);
    assert_int_equal(sql_query_int(db, query, &value, &err), 0);
    sql_close(&db);
    return value;
}

static void write_file(const char *file, const char *text)
{
    FILE *out = fopen(file, "w");

    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static void test_migration(void **unused)
{
    const struct schema first = {first_steps, 1}, wrong = {wrong_steps, 2}, both = {both_steps, 2};
    char directory[] = "/tmp/dunningd-state-XXXXXX", file[64], copy[96], second[112];
    struct err err;
    sqlite3 *db;

    (void)unused;
    assert_non_null(mkdtemp(directory));
    snprintf(file, sizeof file, "%s/m.db", directory);
    snprintf(copy, sizeof copy, "%s.before-v2", file);
    assert_int_equal(sql_open(&db, file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, 0, &err), 0);
    assert_int_equal(schema_bring(db, &first, &err), 0);
    assert_int_equal(schema_expect(db, &both, &err), -1);
    assert_int_equal(err.code, ERR_REFUSED);
    /* A step that fails leaves the old version whole, and the copy that was made before. */
    assert_int_equal(schema_bring(db, &wrong, &err), -1);
    assert_int_equal(schema_expect(db, &first, &err), 0);
    assert_int_equal(value_in(copy, "SELECT a FROM t"), 1);
    /* A start that was cut off has left the same copy and half of another: that does not keep the next from it. */
    snprintf(second, sizeof second, "%s.part", copy);
    write_file(second, "half");
    assert_int_equal(schema_bring(db, &wrong, &err), -1);
    snprintf(second, sizeof second, "%s-2", copy);
    assert_int_equal(access(second, F_OK), -1);
    /* Another copy is never written over. */
    write_file(copy, "of somebody else");
    assert_int_equal(schema_bring(db, &both, &err), 0);
    assert_int_equal(schema_expect(db, &both, &err), 0);
    assert_int_equal(value_in(second, "PRAGMA user_version"), 1);
    sql_close(&db);
    assert_int_equal(value_in(file, "SELECT b FROM t"), 5);
    unlink(second);
    unlink(copy);
    unlink(file);
    assert_int_equal(rmdir(directory), 0);
}

/* ---- the whole ---- */

static void test_get_and_set(void **unused)
{
    struct world world;
    const char *value;

    (void)unused;
    world_open(&world);
    must(&world, state_get(world.state, "ledger_seq", world.arena, &value, &world.err));
    assert_string_equal(value, "");
    must(&world, state_set(world.state, "ledger_seq", "17", &world.err));
    must(&world, state_set(world.state, "ledger_seq", "18", &world.err));
    world_reopen(&world);
    must(&world, state_get(world.state, "ledger_seq", world.arena, &value, &world.err));
    assert_string_equal(value, "18");
    world_close(&world);
}

static void test_version_moves_with_other_writers_only(void **unused)
{
    int64_t before, own, other;
    struct state *facts;
    struct world world;

    (void)unused;
    world_open(&world);
    must(&world, state_open(&facts, world.directory, STATE_FACTS, &world.err));
    must(&world, state_version(world.state, &before, &world.err));
    must(&world, state_set(world.state, "key", "1", &world.err));
    must(&world, state_version(world.state, &own, &world.err));
    assert_int_equal(own, before);
    must(&world, state_set(facts, "key", "2", &world.err));
    must(&world, state_version(world.state, &other, &world.err));
    assert_int_not_equal(other, before);
    state_close(&facts);
    world_close(&world);
}

/* ---- waking ---- */

static const char *due(struct world *world, moment_t now, size_t max)
{
    struct id_list customers;
    struct text text;

    must(world, state_due(world->state, &(struct due){now, max}, world->arena, &customers, &world->err));
    text_init(&text, world->arena);
    for (size_t i = 0; i < customers.count; i++)
        text_addf(&text, "%s%s", i > 0 ? " " : "", customers.list[i]);
    return text.data;
}

static void test_waking(void **unused)
{
    struct world world;
    moment_t at;

    (void)unused;
    world_open(&world);
    must(&world, state_next_wake(world.state, &at, &world.err));
    assert_int_equal(at, MOMENT_NEVER);
    must(&world, state_wake(world.state, "C-3", NOW + 30, &world.err));
    must(&world, state_wake(world.state, "C-2", NOW + 10, &world.err));
    must(&world, state_wake(world.state, "C-1", NOW + 20, &world.err));
    must(&world, state_wake(world.state, "C-2", NOW + 99, &world.err)); /* never later */
    must(&world, state_wake(world.state, "C-3", NOW + 15, &world.err)); /* but earlier */
    must(&world, state_wake(world.state, "C-1", MOMENT_NEVER, &world.err));
    must(&world, state_next_wake(world.state, &at, &world.err));
    assert_int_equal(at, NOW + 10);
    assert_string_equal(due(&world, NOW + 9, 10), "");
    assert_string_equal(due(&world, NOW + 10, 10), "C-2");
    assert_string_equal(due(&world, NOW + 20, 10), "C-1 C-2 C-3");
    assert_string_equal(due(&world, NOW + 20, 2), "C-2 C-3"); /* the first two to come, by id */
    world_close(&world);
}

static void test_apply_sets_the_moment(void **unused)
{
    struct decision *decision;
    struct world world;

    (void)unused;
    world_open(&world);
    decision = new_decision(&world);
    decision->next_at = NOW + HOUR;
    apply(&world, decision, NOW);
    assert_int_equal(number_of(&world, "SELECT next_at FROM customers WHERE customer = 'C-17' AND known = 0"),
                     NOW + HOUR);
    decision->next_at = NOW + 2 * HOUR; /* later too: the decision knows best */
    apply(&world, decision, NOW);
    assert_int_equal(number_of(&world, "SELECT next_at FROM customers"), NOW + 2 * HOUR);
    decision->next_at = MOMENT_NEVER;
    apply(&world, decision, NOW);
    assert_int_equal(number_of(&world, "SELECT count(*) FROM customers"), 0);
    world_close(&world);
}

static void test_touched_are_taken_once(void **unused)
{
    struct hold hold = {.scope = HOLD_CUSTOMER,
                        .target = "C-17",
                        .reason = "asked for time",
                        .author = "anna",
                        .start_at = NOW,
                        .until = DAY_NONE};
    struct id_list customers;
    struct world world;

    (void)unused;
    world_open(&world);
    must(&world, facts_hold(world.state, &hold, "C-17", &world.err));
    must(&world, facts_hold(world.state, &hold, "C-17", &world.err));
    hold.target = "C-18";
    must(&world, facts_hold(world.state, &hold, "C-18", &world.err));
    must(&world, state_take_touched(world.state, 1, world.arena, &customers, &world.err));
    assert_int_equal(customers.count, 1);
    assert_string_equal(customers.list[0], "C-17");
    must(&world, state_take_touched(world.state, 10, world.arena, &customers, &world.err));
    assert_int_equal(customers.count, 1);
    assert_string_equal(customers.list[0], "C-18");
    must(&world, state_take_touched(world.state, 10, world.arena, &customers, &world.err));
    assert_int_equal(customers.count, 0);
    world_close(&world);
}

static bool known(struct world *world, const char *customer)
{
    bool value = false;

    must(world, state_known(world->state, customer, &value, &world->err));
    return value;
}

static void test_known(void **unused)
{
    struct world world;

    (void)unused;
    world_open(&world);
    must(&world, state_wake(world.state, "C-17", NOW, &world.err));
    assert_false(known(&world, "C-17"));
    plan(&world, new_notice(&world, STEP_REMINDER, 1), NOW);
    assert_true(known(&world, "C-17"));
    assert_false(known(&world, "C-18"));
    /* An address that nobody may use can be anybody's. */
    must(&world, facts_optout(world.state, &(struct optout_change){"email", "x@y.example", true},
                              &(struct said){"anna", "", NOW}, &world.err));
    assert_true(known(&world, "C-18"));
    world_close(&world);
}

/* ---- idle probes use an index and nothing else ---- */

static const char *const probes[] = {
    "SELECT customer FROM customers WHERE next_at IS NOT NULL AND next_at <= 1 ORDER BY next_at LIMIT 1",
    "SELECT next_at FROM customers WHERE next_at IS NOT NULL ORDER BY next_at LIMIT 1",
    "SELECT 0 FROM messages WHERE status = 'planned' AND not_before = 0 LIMIT 1",
    "SELECT not_before FROM messages WHERE status = 'planned' AND not_before > 0 ORDER BY not_before LIMIT 1",
    "SELECT id FROM messages WHERE status = 'planned' AND not_before = 0 ORDER BY rank DESC, amount DESC, oldest_due",
    "SELECT id, kind FROM requests_to_engine WHERE done = 0 ORDER BY id LIMIT 1",
    "SELECT a.id FROM attempts a WHERE a.status = 'claimed' AND a.status IN ('claimed', 'committing', 'uncertain')",
    "SELECT count(*) FROM messages WHERE status = 'in_flight'",
    "SELECT count(*) FROM notices WHERE status = 'failed'",
    "SELECT count(*) FROM tasks WHERE kind = 'at_end' AND status = 'open'",
};

static void test_probes(void **unused)
{
    struct world world;
    char query[512];

    (void)unused;
    world_open(&world);
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        struct sql sql;

        snprintf(query, sizeof query, "EXPLAIN QUERY PLAN %s", probes[i]);
        must(&world, sql_prepare(&sql, world.state->db, query, &world.err));
        while (sql_step(&sql, &world.err) == 1) {
            const char *line = sql_get_text(&sql, 3, world.arena);

            if (strstr(line, "INDEX") == NULL || strstr(line, "TEMP B-TREE") != NULL)
                fail_msg("%s: %s", probes[i], line);
        }
        sql_finish(&sql);
    }
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_modes_are_closed_to_others),
        cmocka_unit_test(test_an_open_directory_is_closed),
        cmocka_unit_test(test_settings_of_the_connection),
        cmocka_unit_test(test_one_engine_at_a_time),
        cmocka_unit_test(test_facts_and_readers_come_beside_the_engine),
        cmocka_unit_test(test_no_state_yet),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_migration),
        cmocka_unit_test(test_get_and_set),
        cmocka_unit_test(test_version_moves_with_other_writers_only),
        cmocka_unit_test(test_waking),
        cmocka_unit_test(test_apply_sets_the_moment),
        cmocka_unit_test(test_touched_are_taken_once),
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_probes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
