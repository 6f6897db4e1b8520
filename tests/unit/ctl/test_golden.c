/*
 * What people read, line by line: each verb over a small business, held to a
 * file of tests/unit/ctl/golden.  DUNNINGD_GOLDEN=write writes the files anew;
 * read the difference before it is committed.
 */
#include "world.h"

static const struct golden {
    const char *file, *line;
    int status;
} goldens[] = {
    {"check", "check", 0},
    {"status", "status", 0},
    {"list-items", "list", 0},
    {"list-items-all", "list items --status all --customer C-2", 0},
    {"list-items-step", "list items --step agency --policy standard", 0},
    {"list-items-limit", "list items --limit 2", 0},
    {"list-accounts", "list accounts", 0},
    {"list-notices", "list notices", 0},
    {"list-messages", "list messages --status uncertain", 0},
    {"list-tasks", "list tasks", 0},
    {"list-holds", "list holds", 0},
    {"show-customer", "show C-1", 0},
    {"show-member", "show C-7", 0},
    {"show-invoice", "show F-1", 0},
    {"show-notice", "show N-000001", 0},
    {"show-message", "show M-9", 0},
    {"explain-approval", "explain A-1", 0},
    {"explain-gap", "explain A-2", 0},
    {"explain-minimum", "explain B-1", 0},
    {"explain-future", "explain B-2", 0},
    {"explain-task", "explain C-31", 0},
    {"explain-disputed", "explain D-1", 0},
    {"explain-uncertain", "explain E-1", 0},
    {"explain-lines", "explain F-1", 0},
    {"explain-line", "explain F-1/2", 0},
    {"explain-insolvent", "explain G-1", 0},
    {"explain-customer", "explain C-1", 0},
    {"explain-at", "explain A-2 --at 2026-12-15T09:00", 0},
    {"explain-before", "explain A-2 --at 2026-10-01T09:00", ERR_NOT_FOUND},
    {"preview", "preview F-1", 0},
    {"preview-sms", "preview B-2 --step reminder --channel sms --json", 0},
    {"preview-refused", "preview D-1", ERR_REFUSED},
    {"simulate", "simulate --days 40", 0},
    {"simulate-csv", "simulate --from 2026-11-30 --days 30 --format csv", 0},
    {"simulate-policies", "simulate --days 60 --policies FOLDER/edited", 0},
    {"simulate-policies-csv", "simulate --days 60 --policies FOLDER/edited --format csv", 0},
    {"log", "log --invoice E-1", 0},
    {"status-json", "status --json", 0},
    {"list-items-json", "list items --customer C-1 --json", 0},
    {"explain-json", "explain A-2 --json", 0},
    {"preview-json", "preview F-1 --json", 0},
    {"log-json", "log --event uncertain --json", 0},
};

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 262144);

    if (file && text)
        text[fread(text, 1, 262143, file)] = '\0';
    if (file)
        fclose(file);
    return text;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        fail_msg("%s cannot be written", path);
}

/* The first line that differs says more than both texts. */
static void compare(const struct golden *golden, const char *got, const char *want)
{
    int line = 1;

    while (*got != '\0' && *got == *want) {
        line += *got == '\n';
        got++;
        want++;
    }
    if (*got != *want)
        fail_msg("%s: golden/%s.txt:%d differs from here on:\n%.400s\nwanted:\n%.400s", golden->line, golden->file,
                 line, got, want);
}

static void hold_to(const struct golden *golden, const char *got)
{
    const char *mode = getenv("DUNNINGD_GOLDEN");
    char path[400];

    snprintf(path, sizeof path, "%s/tests/unit/ctl/golden/%s.txt", world_source(), golden->file);
    if (mode && strcmp(mode, "write") == 0)
        write_file(path, got);
    char *want = read_file(path);
    compare(golden, got, want);
    free(want);
}

static void test_golden(void **state)
{
    struct world *world = *state;

    for (size_t i = 0; i < LENGTH(goldens); i++) {
        const struct golden *golden = &goldens[i];
        int status = world_verb(world, golden->line);
        if (status != golden->status)
            fail_msg("%s: exit status %d, want %d: %s", golden->line, status, golden->status, world->out);
        hold_to(golden, world->out);
    }
}

/* What people say, one after the other, with the answers; the last lines show what it led to. */
static const char *const telling[] = {
    "hold A-2 --until 2027-01-15 --reason \"goods are being checked\"",
    "hold C-2",
    "hold --policy standard --reason holidays",
    "hold C-2 --until 2026-11-01",
    "hold A-2 --policy standard",
    "hold",
    "hold nobody",
    "hold --policy none",
    "list holds",
    "list holds --status active --customer C-2",
    "explain A-2",
    "release A-2",
    "release A-2",
    "release --policy standard",
    "list holds --status released",
    "explain A-2",
    "approve N-000001",
    "approve X-1",
    "approve N-99",
    "approve N-5 --reason fine",
    "approve N-5",
    "show N-5",
    "reject N-5 --reason late",
    "settle M-9 sent --reason \"it is accepted\"",
    "settle M-8 perhaps --reason \"no idea\"",
    "settle M-8 not-sent --reason \"their server never saw it\"",
    "settle M-999 sent --reason x",
    "explain F-1",
    "task done 4 --outcome letter_sent --on 2026-11-20 --reason \"posted it\"",
    "task done 4 --outcome reached",
    "task done 1 --outcome other --on 2027-01-01",
    "task done x --outcome other",
    "task list",
    "task list --status done",
    "optout add ahorn@kunde.example --reason \"asked by letter\"",
    "optout add +4915155500102",
    "optout list",
    "optout remove nobody@kunde.example",
    "optout remove ahorn@kunde.example",
    "record E-1 --step formal --channel letter --on 2026-11-23 --proof FOLDER/payments.csv",
    "record E-1 --step formal --channel letter --on 2026-11-23",
    "record B-3 --step formal --channel letter --on 2026-11-23",
    "record E-1 --step nothing --channel letter --on 2026-11-23",
    "record E-1 --step reminder --channel phone --on 2026-11-23",
    "record E-1 --step agency --channel phone --on 2026-12-24",
    "record C-5 --step formal --channel letter --on 2026-11-23",
    "show E-1",
    "step B-2 reminder --reason \"was reminded by the old system\"",
    "step B-2 courtesy --reason oops",
    "step F-1/3 formal --reason oops",
    "explain B-2",
    "log --since 2026-11-24T11:00 --limit 20",
    "reload",
    "recover",
    "approve breaker",
    "send-test nobody someone@kunde.example",
    "backup FOLDER/copy.db",
    "backup FOLDER/copy.db",
    "import payments FOLDER/payments.csv",
    "import payments FOLDER/missing.csv",
    "import invoices FOLDER/customers.csv",
    "simulate --days 5 --policies FOLDER/nowhere",
    "list items --status odd",
    "list notices --status odd",
    "log --event odd",
    "show N-77",
    "explain nobody",
    "preview C-4",
    "preview A-1 --step nothing",
};

static void test_telling(void **state)
{
    static const struct golden golden = {.file = "telling", .line = "what people say"};
    struct world *world = *state;
    char *all = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&all, &length);

    for (size_t i = 0; i < LENGTH(telling); i++) {
        int status = world_verb(world, telling[i]);
        fprintf(out, "%s$ dunningctl %s\n%s", i == 0 ? "" : "\n", telling[i], world->out);
        if (status != 0)
            fprintf(out, "exit status %d\n", status);
    }
    fclose(out);
    hold_to(&golden, all);
    free(all);
}

static void put(const struct world *world, const char *name, const char *text)
{
    write_file(world_path(world, name), text);
}

/* DESIGN 4: what went into a folder reached nobody, so a real provider must not go on from there. */
static void test_drop_history(void **state)
{
    struct world *world = *state;
    char *conf = read_file(world_path(world, "dunningd.conf"));
    char *email = strstr(conf, "email = [\"box\"]");

    assert_non_null(email);
    memcpy(email, "email = [\"mta\"]", strlen("email = [\"mta\"]"));
    put(world, "dunningd.conf", conf);
    put(world, "providers/mta.conf",
        "provider = { name = \"mta\"; kind = \"smtp\"; url = \"smtp://localhost:2525\"; tls = \"none\"; };\n");
    assert_int_equal(world_verb(world, "check"), ERR_REFUSED);
    expect_part("names the first of them", world->out, "N-000001 went into the folder of provider box and to nobody");
    assert_int_equal(world_verb(world, "check --accept-drop-history"), 0);
    free(conf);
}

static void test_broken_configuration(void **state)
{
    struct world *world = *state;

    put(world, "policies/20-broken.conf", "policy = { name = \"broken\"; stepz = (); };\n");
    assert_int_equal(world_verb(world, "check"), ERR_CONFIG);
    expect_part("file and line", world->out, "FOLDER/policies/20-broken.conf:1: ");
    assert_int_equal(world_verb(world, "check --json"), ERR_CONFIG);
    expect_part("for programs", world->out, "\"good\": false");
    expect_part("for programs", world->out, "\"severity\": \"error\"");
    assert_int_equal(world_verb(world, "list items"), ERR_CONFIG);
    expect_part("what to do", world->out, "mend");
    /* What does not ask the policies goes on. */
    assert_int_equal(world_verb(world, "status"), 0);
    expect_part("but says so", world->out, "2 mistakes in the configuration");
    assert_int_equal(world_verb(world, "hold C-4"), 0);
    assert_int_equal(world_verb(world, "hold --policy standard"), 0);
    assert_int_equal(world_verb(world, "release --policy standard"), 0);
    assert_int_equal(world_verb(world, "record E-1 --step formal --channel letter --on 2026-11-24"), ERR_CONFIG);
    assert_int_equal(world_verb(world, "list notices"), ERR_CONFIG);
    assert_int_equal(remove(world_path(world, "policies/20-broken.conf")), 0);
    assert_int_equal(world_verb(world, "status"), 0);
    put(world, "dunningd.conf", "timezone = 3;\n");
    assert_int_equal(world_verb(world, "status"), ERR_CONFIG);
}

static int setup(void **state)
{
    static struct world world;

    world_make(&world);
    world_live(&world);
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    world_unmake(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden), cmocka_unit_test(test_telling),
                                       cmocka_unit_test(test_drop_history),
                                       cmocka_unit_test(test_broken_configuration)};

    return cmocka_run_group_tests(tests, setup, teardown);
}
