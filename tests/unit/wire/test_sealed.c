#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "wire/wire.h"

static void sealed_bytes_cannot_be_changed(void **state)
{
    (void)state;
    int fd = sealed_new("test", "fixed", 5);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, "X", 1, 0), -1);
    assert_int_equal(ftruncate(fd, 2), -1);
    assert_int_equal(ftruncate(fd, 9), -1);
    assert_int_equal(fcntl(fd, F_ADD_SEALS, 0), -1);
    close(fd);
}

static void only_fully_sealed_files_are_mapped(void **state)
{
    (void)state;
    static const int all = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
    static const struct {
        int without;
        int result;
    } cases[] = {
        {0, 0}, {F_SEAL_WRITE, -1}, {F_SEAL_GROW, -1}, {F_SEAL_SHRINK, -1}, {F_SEAL_SEAL, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, "body", 4), 4);
        assert_int_equal(fcntl(fd, F_ADD_SEALS, all & ~cases[i].without), 0);
        const void *bytes;
        size_t length;
        assert_int_equal(sealed_map(fd, 100, &bytes, &length), cases[i].result);
        if (cases[i].result == 0)
            sealed_unmap(bytes, length);
        struct arena *arena = arena_new(0);
        assert_int_equal(sealed_read(fd, 100, arena, &bytes, &length), cases[i].result);
        if (cases[i].result == 0)
            assert_memory_equal(bytes, "body", 4);
        arena_free(&arena);
        close(fd);
    }
}

static void size_is_bounded_and_other_files_are_refused(void **state)
{
    (void)state;
    const void *bytes = NULL;
    size_t length = 0;
    int fd = sealed_new("test", "12345", 5);
    assert_int_equal(sealed_map(fd, 4, &bytes, &length), -1);
    assert_int_equal(sealed_map(fd, 5, &bytes, &length), 0);
    assert_int_equal(length, 5);
    sealed_unmap(bytes, length);
    close(fd);

    fd = sealed_new("test", "", 0);
    assert_int_equal(sealed_map(fd, 4, &bytes, &length), -1);
    close(fd);

    fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    assert_int_equal(sealed_map(fd, SIZE_MAX, &bytes, &length), -1);
    close(fd);
    assert_int_equal(sealed_map(-1, 4, &bytes, &length), -1);
    sealed_unmap(NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sealed_bytes_cannot_be_changed),
        cmocka_unit_test(only_fully_sealed_files_are_mapped),
        cmocka_unit_test(size_is_bounded_and_other_files_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
