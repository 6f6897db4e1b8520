#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "wire/codec.h"

static void numbers_are_little_endian(void **state)
{
    (void)state;
    unsigned char bytes[15];
    struct packer packer = {.bytes = bytes, .capacity = sizeof bytes};
    pack_number(&packer, 0xab, 1);
    pack_number(&packer, 0x1234, 2);
    pack_number(&packer, 0xfffffffeU, 4);
    pack_number(&packer, UINT64_MAX - 1, 8);
    assert_false(packer.bad);
    assert_int_equal(packer.length, sizeof bytes);
    assert_memory_equal(bytes, "\xab\x34\x12\xfe\xff\xff\xff\xfe\xff\xff\xff\xff\xff\xff\xff", sizeof bytes);

    struct unpacker unpacker = {.bytes = bytes, .left = sizeof bytes};
    assert_int_equal(unpack_number(&unpacker, 1), 0xab);
    assert_int_equal(unpack_number(&unpacker, 2), 0x1234);
    assert_int_equal(unpack_number(&unpacker, 4), 0xfffffffeU);
    assert_true(unpack_number(&unpacker, 8) == UINT64_MAX - 1);
    assert_true(unpack_finished(&unpacker));
}

static void writing_past_the_end_is_bad(void **state)
{
    (void)state;
    unsigned char bytes[3] = {1, 2, 3};
    struct packer packer = {.bytes = bytes, .capacity = sizeof bytes};
    pack_number(&packer, 0, 2);
    pack_number(&packer, 0, 2);
    assert_true(packer.bad);
    assert_int_equal(bytes[2], 3);
    pack_number(&packer, 0, 1); /* stays bad, writes nothing */
    assert_int_equal(bytes[2], 3);
}

static void counting_gives_the_length(void **state)
{
    (void)state;
    struct packer packer = {.bytes = NULL};
    pack_string(&packer, "four", 100);
    pack_block(&packer, "\0\0", 2);
    pack_string(&packer, NULL, 100);
    assert_int_equal(packer.length, 4 + 4 + 4 + 2 + 4);
}

static void strings_are_cut_at_a_character(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t max;
        const char *packed;
        const char *remark;
    } cases[] = {
        {"abc", 3, "abc", "fits"},
        {"abc", 2, "ab", "cut"},
        {"a\xc3\xa4", 2, "a", "two bytes of one character"},
        {"\xe2\x82\xac", 2, "", "three bytes of one character"},
        {"\xe2\x82\xac"
         "x",
         3, "\xe2\x82\xac", "just after a character"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char bytes[32];
        struct packer packer = {.bytes = bytes, .capacity = sizeof bytes};
        pack_string(&packer, cases[i].text, cases[i].max);
        struct arena *arena = arena_new(0);
        struct unpacker unpacker = {.bytes = bytes, .left = packer.length, .arena = arena};
        assert_string_equal(unpack_string(&unpacker), cases[i].packed);
        assert_true(unpack_finished(&unpacker));
        arena_free(&arena);
    }
}

static void malformed_input_is_bad(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *remark;
    } cases[] = {
        {"\x04\0\0", 3, "half a length"},
        {"\x04\0\0\0abc", 7, "shorter than it says"},
        {"\xff\xff\xff\xff"
         "abc",
         7, "far shorter than it says"},
        {"\x03\0\0\0a\0c", 7, "a NUL inside a string"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new(0);
        struct unpacker unpacker = {.bytes = (const unsigned char *)cases[i].bytes,
                                    .left = cases[i].length,
                                    .arena = arena};
        assert_string_equal(unpack_string(&unpacker), "");
        assert_true(unpacker.bad);
        assert_int_equal(unpack_number(&unpacker, 1), 0);
        assert_false(unpack_finished(&unpacker));
        arena_free(&arena);
    }
}

static void counts_and_choices_are_bounded(void **state)
{
    (void)state;
    const unsigned char many[] = {0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0};
    struct unpacker unpacker = {.bytes = many, .left = sizeof many};
    assert_int_equal(unpack_count(&unpacker, 4), 0);
    assert_true(unpacker.bad);

    const unsigned char one[] = {1, 0, 0, 0, 9, 9, 9, 9};
    unpacker = (struct unpacker){.bytes = one, .left = sizeof one};
    assert_int_equal(unpack_count(&unpacker, 4), 1);
    assert_false(unpacker.bad);

    const unsigned char choice[] = {2, 3};
    unpacker = (struct unpacker){.bytes = choice, .left = sizeof choice};
    assert_int_equal(unpack_choice(&unpacker, 3), 2);
    assert_int_equal(unpack_choice(&unpacker, 3), 0);
    assert_true(unpacker.bad);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_little_endian), cmocka_unit_test(writing_past_the_end_is_bad),
        cmocka_unit_test(counting_gives_the_length), cmocka_unit_test(strings_are_cut_at_a_character),
        cmocka_unit_test(malformed_input_is_bad),    cmocka_unit_test(counts_and_choices_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
