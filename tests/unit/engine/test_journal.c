/*
 * The status log follows the events of the state: nothing twice, nothing
 * left out, whatever becomes of the file.
 */
#include "engine/journal.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "world.h"

static struct world world;
static struct state *state;
static struct journal journal;

static int setup(void **unused)
{
    struct err err = {0};

    (void)unused;
    world = (struct world){.folder = "/tmp/dunningd-test-XXXXXX", .sender = {.fd = -1}};
    if (!mkdtemp(world.folder) || state_open(&state, world_path(&world, "state"), STATE_ENGINE, &err) != 0)
        fail_msg("%s", err.text);
    journal = (struct journal){.quiet = true};
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    journal_done(&journal);
    state_close(&state);
    world_unmake(&world);
    return 0;
}

static void begin_with(const char *path)
{
    static char kept[160];
    struct err err = {0};

    snprintf(kept, sizeof kept, "%s", path);
    journal_done(&journal);
    journal.quiet = true;
    if (journal_init(&journal, kept, state, &err) != 0)
        fail_msg("%s", err.text);
}

/* Records an event and follows it, as a commit of the engine does. */
static void happen(const char *text)
{
    struct event event = event_blank(EVENT_TASK, 1795420803);
    struct err err = {0};

    event.customer = "C-1";
    event.text = text;
    if (state_begin(state, &err) != 0 || state_event(state, &event, &err) != 0 ||
        journal_save(&journal, state, &err) != 0 || state_commit(state, &err) != 0 ||
        journal_follow(&journal, state, &zone_utc, &err) != 0)
        fail_msg("%s", err.text);
}

static void each_event_is_one_line(void **unused)
{
    (void)unused;
    begin_with(world_path(&world, "status.log"));
    happen("one");
    happen("two");
    expect_text("lines", world_read(&world, "status.log"),
                "2026-11-23T08:00:03Z task customer=C-1 text=one\n2026-11-23T08:00:03Z task customer=C-1 text=two\n");
}

static void a_start_goes_on_where_it_was(void **unused)
{
    (void)unused;
    begin_with(world_path(&world, "status.log"));
    happen("one");
    happen("two");
    begin_with(world_path(&world, "status.log"));
    happen("three");
    expect_int("the last one may be told again, none is lost", world_count(&world, "status.log", "text=one"), 1);
    expect_true("two", world_count(&world, "status.log", "text=two") >= 1);
    expect_int("three", world_count(&world, "status.log", "text=three"), 1);
}

static void a_deleted_file_is_made_again(void **unused)
{
    (void)unused;
    begin_with(world_path(&world, "status.log"));
    happen("one");
    unlink(world_path(&world, "status.log"));
    happen("two");
    expect_int("a new file", world_count(&world, "status.log", "text=two"), 1);
}

/* As logrotate does it: with `create` there is a new file already, without it there is none. */
static void a_renamed_file_is_left_by_itself(void **unused)
{
    char renamed[160];

    (void)unused;
    begin_with(world_path(&world, "status.log"));
    happen("one");
    snprintf(renamed, sizeof renamed, "%s", world_path(&world, "old.log"));
    rename(world_path(&world, "status.log"), renamed);
    happen("two");
    expect_int("a new file", world_count(&world, "status.log", "text=two"), 1);
    expect_int("only there", world_count(&world, "old.log", "text=two"), 0);
    rename(world_path(&world, "status.log"), renamed);
    int fd = open(world_path(&world, "status.log"), O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
    expect_true("created", fd >= 0 && close(fd) == 0);
    happen("three");
    expect_int("the file that was made", world_count(&world, "status.log", "text=three"), 1);
    journal_reopen(&journal, journal.path);
    happen("four");
    expect_int("nothing twice", world_count(&world, "status.log", "text="), 2);
}

/* The engine must not wait for somebody to read. */
static void a_fifo_is_refused(void **unused)
{
    (void)unused;
    if (mkfifo(world_path(&world, "fifo"), 0600) != 0)
        fail_msg("cannot make a FIFO");
    begin_with(world_path(&world, "fifo"));
    happen("one");
    expect_true("a fault is known", journal.complained);
    int fd = open(world_path(&world, "fifo"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    happen("two");
    expect_true("with a reader too", journal.complained && fd >= 0);
    close(fd);
    unlink(world_path(&world, "fifo"));
    happen("three");
    expect_int("all of them in a file", world_count(&world, "fifo", "text="), 3);
}

/* A power cut in the middle of a write. */
static void a_torn_line_stays_alone(void **unused)
{
    (void)unused;
    begin_with(world_path(&world, "status.log"));
    happen("one");
    if (truncate(world_path(&world, "status.log"), 30) != 0)
        fail_msg("cannot cut the log");
    begin_with(world_path(&world, "status.log"));
    happen("two");
    expect_int("a line of its own",
               world_count(&world, "status.log", "\n2026-11-23T08:00:03Z task customer=C-1 text=two\n"), 1);
    expect_int("no empty line", world_count(&world, "status.log", "\n\n"), 0);
}

static void a_full_disk_is_made_up_for(void **unused)
{
    (void)unused;
    begin_with("/dev/full");
    happen("one");
    happen("two");
    expect_true("a fault is known", journal.complained);
    static char path[160];
    snprintf(path, sizeof path, "%s", world_path(&world, "status.log"));
    journal_reopen(&journal, path);
    happen("three");
    expect_int("what could not be written is written later", world_count(&world, "status.log", "text=one"), 1);
    expect_int("once", world_count(&world, "status.log", "text=two"), 1);
    expect_int("all", world_count(&world, "status.log", "text=three"), 1);
}

/* More than are read at once, and from the first one on. */
static void a_long_night_is_told_in_order(void **unused)
{
    enum { MANY = 1500 };
    struct event event = event_blank(EVENT_TASK, 1795420803);
    struct err err = {0};
    char number[24];

    (void)unused;
    if (state_begin(state, &err) != 0)
        fail_msg("%s", err.text);
    event.text = number;
    for (int i = 0; i < MANY; i++) {
        snprintf(number, sizeof number, "n%d", i);
        if (state_event(state, &event, &err) != 0)
            fail_msg("%s", err.text);
    }
    if (state_commit(state, &err) != 0)
        fail_msg("%s", err.text);
    begin_with(world_path(&world, "nowhere/status.log"));
    happen("stuck");
    happen("again");
    expect_true("behind", journal.behind && journal.told == MANY + 2 && journal.logged == 0);
    mkdir(world_path(&world, "nowhere"), 0700);
    if (journal_follow(&journal, state, &zone_utc, &err) != 0)
        fail_msg("%s", err.text);
    expect_true("caught up", !journal.behind && journal.logged == MANY + 2);
    const char *log = world_read(&world, "nowhere/status.log"), *at = log;
    for (int i = 0; i < MANY; i++) {
        snprintf(number, sizeof number, "text=n%d\n", i);
        at = strstr(at, number);
        if (!at)
            fail_msg("%s is missing or out of order", number);
    }
    expect_int("each once", world_count(&world, "nowhere/status.log", "\n"), MANY + 2);
}

static void a_folder_that_is_not_there_stops_nothing(void **unused)
{
    (void)unused;
    begin_with(world_path(&world, "nowhere/status.log"));
    happen("one");
    expect_true("a fault is known", journal.complained);
    mkdir(world_path(&world, "nowhere"), 0700);
    happen("two");
    expect_int("both", world_count(&world, "nowhere/status.log", " task "), 2);
}

static void no_log_is_asked_for(void **unused)
{
    (void)unused;
    begin_with("");
    happen("one");
    expect_true("no fault", !journal.complained);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(each_event_is_one_line),
        TEST(a_start_goes_on_where_it_was),
        TEST(a_deleted_file_is_made_again),
        TEST(a_renamed_file_is_left_by_itself),
        TEST(a_fifo_is_refused),
        TEST(a_torn_line_stays_alone),
        TEST(a_full_disk_is_made_up_for),
        TEST(a_long_night_is_told_in_order),
        TEST(a_folder_that_is_not_there_stops_nothing),
        TEST(no_log_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
