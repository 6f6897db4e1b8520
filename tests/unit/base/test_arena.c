#include "fake/test.h"

#include "base/arena.h"

#include <stdalign.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct arena *arena = arena_new(100);
    unsigned char *pieces[200];
    for (size_t i = 0; i < LENGTH(pieces); i++) {
        size_t size = i % 41;
        pieces[i] = arena_alloc(arena, size);
        assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        for (size_t j = 0; j < size; j++)
            assert_int_equal(pieces[i][j], 0);
        memset(pieces[i], (int)i, size);
    }
    for (size_t i = 0; i < LENGTH(pieces); i++)
        for (size_t j = 0; j < i % 41; j++)
            assert_int_equal(pieces[i][j], i);
    arena_free(&arena);
    assert_null(arena);
    arena_free(&arena);
}

static void large_pieces_do_not_waste_the_block_in_use(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    char *before = arena_alloc(arena, 16);
    char *large = arena_alloc(arena, 100000);
    char *after = arena_alloc(arena, 16);
    memset(large, 'x', 100000);
    assert_in_range((uintptr_t)after - (uintptr_t)before, 16, 64);
    arena_free(&arena);
}

static void reset_zeroes_again_and_keeps_memory(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    char *first = arena_copy(arena, "left behind");
    arena_alloc(arena, 50000);
    assert_int_equal(arena_used(arena), strlen("left behind") + 1 + 50000);
    arena_reset(arena);
    assert_int_equal(arena_used(arena), 0);
    bool reused = false;
    for (int i = 0; i < 4000; i++) {
        char *piece = arena_alloc(arena, 12);
        reused = reused || piece == first;
        for (int j = 0; j < 12; j++)
            assert_int_equal(piece[j], 0);
        memset(piece, 'y', 12);
    }
    assert_true(reused);
    arena_free(&arena);
}

/* A round that repeats must not grow: this is what a daemon does for years. */
static void repeated_rounds_stay_in_their_memory(void **state)
{
    (void)state;
    struct arena *arena = arena_new(256);
    struct rusage early, late;
    for (int round = 0; round < 2000; round++) {
        if (round == 100)
            getrusage(RUSAGE_SELF, &early);
        for (size_t i = 0; i < 300; i++)
            arena_alloc(arena, i % 7 == 0 ? 3000 + 10 * i : i % 97);
        arena_reset(arena);
    }
    getrusage(RUSAGE_SELF, &late);
    assert_in_range(late.ru_maxrss - early.ru_maxrss, 0, 4096);
    arena_free(&arena);
}

static void grown_arrays_keep_the_old(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    int *old = arena_array(arena, 3, sizeof *old);
    old[0] = 7;
    old[2] = 9;
    int *grown = arena_grow(arena, old, 3, 6, sizeof *old);
    assert_int_equal(grown[0] + grown[2], 16);
    assert_int_equal(grown[3] + grown[4] + grown[5], 0);
    grown[0] = 1;
    assert_int_equal(old[0], 7);
    assert_int_equal(*(int *)arena_grow(arena, grown, 6, 1, sizeof *old), 1);
    assert_non_null(arena_grow(arena, NULL, 0, 4, sizeof *old));
    arena_free(&arena);
}

static void texts_are_copied_and_printed(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    assert_string_equal(arena_copy(arena, ""), "");
    assert_string_equal(arena_copy_n(arena, "abcdef", 3), "abc");
    assert_string_equal(arena_copy_n(arena, NULL, 0), "");
    assert_string_equal(arena_printf(arena, "%s-%05d", "N", 17), "N-00017");
    char *wide = arena_printf(arena, "%*d", 20000, 1);
    assert_int_equal(strlen(wide), 20000);
    arena_free(&arena);
}

static void array_overflows(struct arena *arena)
{
    arena_array(arena, SIZE_MAX / 2 + 1, 2); /* wraps to 0 */
}

static void piece_is_absurd(struct arena *arena)
{
    arena_alloc(arena, SIZE_MAX - 4);
}

static void memory_runs_out(struct arena *arena)
{
    struct rlimit limit = {.rlim_cur = 64 << 20, .rlim_max = 64 << 20};
    setrlimit(RLIMIT_AS, &limit);
    for (;;)
        arena_alloc(arena, 1 << 20);
}

/* Reads to the end, keeps what fits. */
static void read_all(int end, char *text, size_t size)
{
    size_t kept = 0;
    char chunk[1024];
    for (ssize_t got; (got = read(end, chunk, sizeof chunk)) > 0;) {
        size_t take = (size_t)got < size - 1 - kept ? (size_t)got : size - 1 - kept;
        memcpy(text + kept, chunk, take);
        kept += take;
    }
    text[kept] = '\0';
}

/* Runs the function in a child; returns its exit status and what it wrote to standard error. */
static int run_child(void (*function)(struct arena *), char *line, size_t size)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        function(arena_new(0));
        _exit(0);
    }
    close(ends[1]);
    read_all(ends[0], line, size);
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void without_memory_the_process_ends_with_70(void **state)
{
    (void)state;
    static const struct {
        const char *remark;
        void (*function)(struct arena *);
        bool needs_limit; /* sanitizers reserve more address space than the limit leaves */
    } cases[] = {
        {"the product overflows", array_overflows, false},
        {"more than the address space", piece_is_absurd, false},
        {"the system has no more", memory_runs_out, true},
    };
    bool sanitized = getenv("DUNNINGD_SANITIZED") != NULL;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        if (cases[i].needs_limit && sanitized)
            continue;
        char line[200];
        expect_int(cases[i].remark, run_child(cases[i].function, line, sizeof line), 70);
        expect_part(cases[i].remark, line, "out of memory");
    }
}

static void one_byte_too_many(struct arena *arena)
{
    volatile char *piece = arena_alloc(arena, 24);
    piece[24] = 1;
}

/* Pieces of a few sizes above the block's, again and again, with small ones between them. */
static void the_same_work_again_takes_no_more_memory(void **state)
{
    (void)state;
    static const size_t sizes[] = {180000, 12, 150000, 40, 90000, 3000, 40000, 20000, 16};
    struct arena *arena = arena_new(0);
    size_t once = 0;

    for (size_t round = 0; round < 1000; round++) {
        for (size_t i = 0; i < LENGTH(sizes); i++)
            arena_alloc(arena, sizes[(i * (1 + round % 4) + round) % LENGTH(sizes)] + round % 7 * 1000);
        if (round == 10)
            once = arena_held(arena);
        arena_reset(arena);
    }
    assert_in_range(arena_held(arena), 0, 2 * once);
    arena_alloc(arena, 1);
    arena_reset(arena);
    arena_reset(arena);
    assert_in_range(arena_held(arena), 0, 100000); /* what nobody needs any more is given back */
    arena_free(&arena);
}

static void used_after_reset(struct arena *arena)
{
    volatile char *piece = arena_alloc(arena, 24);
    arena_reset(arena);
    piece[0] = 1;
}

/* The arena must not hide from the address sanitizer what plain allocations would show. */
static void the_sanitizer_sees_through(void **state)
{
    (void)state;
    const char *sanitized = getenv("DUNNINGD_SANITIZED");
    if (sanitized == NULL || strstr(sanitized, "address") == NULL)
        skip();
    char line[2000];
    assert_int_not_equal(run_child(one_byte_too_many, line, sizeof line), 0);
    expect_part("beyond the piece", line, "AddressSanitizer");
    assert_int_not_equal(run_child(used_after_reset, line, sizeof line), 0);
    expect_part("after the reset", line, "AddressSanitizer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(large_pieces_do_not_waste_the_block_in_use),
        cmocka_unit_test(reset_zeroes_again_and_keeps_memory),
        cmocka_unit_test(the_same_work_again_takes_no_more_memory),
        cmocka_unit_test(repeated_rounds_stay_in_their_memory),
        cmocka_unit_test(grown_arrays_keep_the_old),
        cmocka_unit_test(texts_are_copied_and_printed),
        cmocka_unit_test(without_memory_the_process_ends_with_70),
        cmocka_unit_test(the_sanitizer_sees_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
