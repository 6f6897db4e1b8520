/* The reserved space beside the state: taken, given up, taken back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/ballast.h"

/* What the disk is said to have free; -1: it cannot be asked. */
static int64_t room;

/* Stands in for the C library's. */
int statvfs(const char *path, struct statvfs *out)
{
    (void)path;
    if (room < 0)
        return -1;
    *out = (struct statvfs){.f_frsize = 1, .f_bavail = (fsblkcnt_t)room};
    return 0;
}

static int64_t blocks_of(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 ? (int64_t)status.st_blocks * 512 : -1;
}

static void test_room(void **state)
{
    static const struct {
        int64_t room;
        bool is_short, held;
        const char *remark;
    } cases[] = {
        {BALLAST_FLOOR * 4, false, true, "an empty disk: reserved at the first look"},
        {BALLAST_FLOOR, false, true, "exactly the floor is enough"},
        {BALLAST_FLOOR - 1, true, true, "below it nothing new is begun, and the ballast stays"},
        {BALLAST_LAST, true, true, "nearly nothing, and still it stays"},
        {BALLAST_LAST - 1, true, false, "the end: it is given up"},
        {BALLAST_FLOOR - 1, true, false, "a little room does not bring it back"},
        {BALLAST_FLOOR, true, true, "enough for the ballast, not yet to go on"},
        {BALLAST_ENOUGH - 1, true, true, "nor this: it would go to and fro"},
        {BALLAST_ENOUGH, false, true, "enough to go on"},
        {-1, false, true, "a disk that cannot be asked stops nothing; a write will tell"},
    };
    char folder[] = "/tmp/dunningd-ballast-XXXXXX", path[64];

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/ballast", folder);
    struct ballast ballast = {.path = path};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        room = cases[i].room;
        if (ballast_look(&ballast) != cases[i].is_short || ballast.held != cases[i].held)
            fail_msg("%s", cases[i].remark);
        assert_int_equal(blocks_of(path) >= BALLAST_SIZE, cases[i].held);
    }
    ballast_give_up(&ballast);
    assert_int_equal(blocks_of(path), 0);
    assert_false(ballast.held);
    unlink(path);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_room)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
