/* Folders are made once, and their names are synced. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/folder.h"

static char home[64];

static int make_home(void **state)
{
    (void)state;
    snprintf(home, sizeof home, "/tmp/dunningd-folder-XXXXXX");
    return mkdtemp(home) != NULL ? 0 : -1;
}

static int remove_home(void **state)
{
    (void)state;
    return rmdir(home);
}

static const char *in_home(const char *name)
{
    static char path[128];

    snprintf(path, sizeof path, "%s%s", home, name);
    return path;
}

static void test_made_once_and_found_again(void **state)
{
    struct stat status;

    (void)state;
    assert_int_equal(folder_make_above(in_home("/new/file")), 0);
    assert_int_equal(stat(in_home("/new"), &status), 0);
    assert_true(S_ISDIR(status.st_mode));
    assert_int_equal(status.st_mode & 0777, 0700);
    assert_int_equal(folder_make(in_home("/new")), 0);
    assert_int_equal(rmdir(in_home("/new")), 0);
}

static void test_only_the_last_part_is_made(void **state)
{
    (void)state;
    assert_int_equal(folder_make(in_home("/no/such")), -1);
    assert_int_equal(errno, ENOENT);
}

static void test_sync(void **state)
{
    (void)state;
    assert_int_equal(folder_sync(home), 0);
    assert_int_equal(folder_sync_above(in_home("/file-that-need-not-exist")), 0);
    assert_int_equal(folder_sync(in_home("/missing")), -1);
    assert_int_equal(errno, ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_made_once_and_found_again),
        cmocka_unit_test(test_only_the_last_part_is_made),
        cmocka_unit_test(test_sync),
    };
    return cmocka_run_group_tests(tests, make_home, remove_home);
}
