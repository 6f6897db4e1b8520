/* The parts of setup that stand by themselves: files put in place, and the record of them. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/source.h"
#include "ctl/put_file.h"
#include "ctl/setup_record.h"
#include "fake/test.h"

static struct arena *arena;
static char folder[] = "/tmp/dunningd-setup-XXXXXX";

static const char *in(const char *name)
{
    return arena_printf(arena, "%s/%s", folder, name);
}

static const char *text_of(const char *path)
{
    struct findings findings;

    findings_init(&findings, arena);
    const char *text = source_read(path, arena, &findings);
    return text ? text : "(none)";
}

static mode_t mode_of(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 ? status.st_mode & 07777 : 0;
}

static void put(const char *name, const char *text, mode_t mode, const char *kept)
{
    struct err err;

    if (put_file(&(struct put){in(name), text, mode, text_empty(kept) ? "" : in(kept)}, &err) != 0)
        fail_msg("%s: %s", name, err.text);
}

/* ---- files ---- */

static void test_a_file_is_put(void **state)
{
    (void)state;
    put("a.conf", "one\n", 0644, "");
    expect_text("a new file", text_of(in("a.conf")), "one\n");
    expect_int("its mode, whatever the umask", mode_of(in("a.conf")), 0644);
    assert_int_equal(chmod(in("a.conf"), 0640), 0);
    put("a.conf", "two\n", 0644, "a.before");
    expect_text("the new text", text_of(in("a.conf")), "two\n");
    expect_text("the kept one", text_of(in("a.before")), "one\n");
    expect_int("the mode stays", mode_of(in("a.conf")), 0640);
    expect_true("nothing is left beside it", access(in(".a.conf.new"), F_OK) != 0);
    put("secret", "s\n", 0600, "");
    expect_int("a secret", mode_of(in("secret")), 0600);
}

static void test_a_link_is_followed(void **state)
{
    struct stat status;

    (void)state;
    put("target.conf", "one\n", 0644, "");
    assert_int_equal(symlink("target.conf", in("link.conf")), 0);
    put("link.conf", "two\n", 0644, "");
    expect_text("the file behind the link", text_of(in("target.conf")), "two\n");
    expect_true("the link stays", lstat(in("link.conf"), &status) == 0 && S_ISLNK(status.st_mode));
}

static void test_what_fails_changes_nothing(void **state)
{
    struct err err;

    (void)state;
    put("b.conf", "one\n", 0644, "");
    put("b.kept", "another\n", 0644, "");
    expect_int("the kept name is taken", put_file(&(struct put){in("b.conf"), "two\n", 0644, in("b.kept")}, &err), -1);
    expect_part("it says why", err.text, "File exists");
    expect_text("the file", text_of(in("b.conf")), "one\n");
    expect_text("the other one", text_of(in("b.kept")), "another\n");
    expect_true("nothing is left beside it", access(in(".b.conf.new"), F_OK) != 0);
    expect_int("no folder", put_file(&(struct put){in("nowhere/b.conf"), "two\n", 0644, ""}, &err), -1);
    expect_part("it says which", err.text, "nowhere/b.conf");
}

static void test_what_a_killed_one_left(void **state)
{
    (void)state;
    put("c.conf", "one\n", 0644, "");
    put(".c.conf.new", "ha", 0600, "");
    put("c.conf", "two\n", 0644, "");
    expect_text("the new text", text_of(in("c.conf")), "two\n");
    put(".c.conf.new", "ha", 0600, "");
    put_file_clean(in("c.conf"));
    expect_true("it is gone", access(in(".c.conf.new"), F_OK) != 0);
}

static void test_folders(void **state)
{
    struct err err;

    (void)state;
    expect_int("two at once", put_folder(in("x/y"), 0700, &err), 0);
    expect_int("their mode", mode_of(in("x/y")), 0700);
    assert_int_equal(chmod(in("x"), 0755), 0);
    expect_int("there already", put_folder(in("x/y"), 0755, &err), 0);
    expect_int("their mode stays", mode_of(in("x/y")), 0700);
    put("file", "", 0644, "");
    expect_int("a file on the way", put_folder(in("file/y"), 0700, &err), -1);
    expect_part("it says where", err.text, "file/y");
}

/* ---- records ---- */

static void test_a_record_comes_back(void **state)
{
    struct record_line lines[] = {{RECORD_WAS, "ab12", "/etc/with space/a.conf"},
                                  {RECORD_NEW, "", "/etc/dunningd/credentials/smarthost"},
                                  {RECORD_IMPORT, "customers", "/root/a b.csv"},
                                  {RECORD_TEST, "", ""}};
    struct setup_record record = {.lines = lines, .count = LENGTH(lines)}, got;
    struct err err;

    (void)state;
    expect_int("none yet", record_newest(folder, arena, &got, &err), -1);
    expect_int("not found", err.code, ERR_NOT_FOUND);
    const char *first = record_stamp(folder, 1800000000, arena);
    expect_text("its stamp", first, "20270115-080000");
    put("setup-20270115-080000.undo", "# an older one\n", 0644, "");
    const char *second = record_stamp(folder, 1800000000, arena);
    expect_text("the next second", second, "20270115-080001");
    record.file = record_file(folder, second, arena);
    assert_int_equal(put_file(&(struct put){record.file, record_text(&record, arena), 0644, ""}, &err), 0);
    assert_int_equal(record_newest(folder, arena, &got, &err), 0);
    expect_text("the newest", got.file, record.file);
    expect_text("its stamp", got.stamp, second);
    assert_int_equal(got.count, LENGTH(lines));
    for (size_t i = 0; i + 1 < LENGTH(lines); i++) {
        expect_int(lines[i].path, got.lines[i].kind, lines[i].kind);
        expect_text(lines[i].path, got.lines[i].word, lines[i].word);
        expect_text(lines[i].path, got.lines[i].path, lines[i].path);
    }
    expect_int("the test", got.lines[3].kind, RECORD_TEST);
}

static void test_other_lines_are_refused(void **state)
{
    static const char *const texts[] = {"is ab12 /etc/a", "was", "was ab12", "new /etc/a", ""};
    struct setup_record got;
    struct err err = {.text = ""};

    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        put("setup-20990101-000000.undo", arena_printf(arena, "%s\n", texts[i]), 0644, "");
        expect_int(texts[i], record_newest(folder, arena, &got, &err), text_empty(texts[i]) ? 0 : -1);
    }
    expect_part("it says where the copies are", err.text, "*.before-setup-20990101-000000");
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new(0);
    umask(0077);
    return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    int left = system(arena_printf(arena, "rm -r '%s'", folder));
    arena_free(&arena);
    return left;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file_is_put),
        cmocka_unit_test(test_a_link_is_followed),
        cmocka_unit_test(test_what_fails_changes_nothing),
        cmocka_unit_test(test_what_a_killed_one_left),
        cmocka_unit_test(test_folders),
        cmocka_unit_test(test_a_record_comes_back),
        cmocka_unit_test(test_other_lines_are_refused),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
