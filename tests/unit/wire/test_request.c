#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "wire/request.h"

static const char *const headers[] = {"Authorization: Bearer \x02none:key\x03", "X-Empty:"};

static struct request sample(enum provider_kind kind)
{
    return (struct request){.kind = kind,
                            .from = "accounts@example.com",
                            .to = "payer@example.com",
                            .method = "POST",
                            .url = "https://sms.example/send?key=\x02url:key\x03",
                            .headers = headers,
                            .header_count = 2,
                            .file = "N-000123-email-1.eml",
                            .body = "a\0b\r\n",
                            .body_length = 5,
                            .second_file = "N-000123-agency-1.csv",
                            .second_body = "1;2",
                            .second_length = 3};
}

static void a_request_comes_back_as_it_was(void **state)
{
    (void)state;
    for (int kind = PROVIDER_SMTP; kind <= PROVIDER_DROP; kind++) {
        struct arena *arena = arena_new(0);
        struct request in = sample((enum provider_kind)kind), out;
        size_t length;
        const void *bytes = request_pack(&in, arena, &length);
        struct err err;
        assert_int_equal(request_unpack(bytes, length, arena, &out, &err), 0);
        assert_int_equal(out.kind, in.kind);
        assert_string_equal(out.from, in.from);
        assert_string_equal(out.to, in.to);
        assert_string_equal(out.method, in.method);
        assert_string_equal(out.url, in.url);
        assert_int_equal(out.header_count, 2);
        assert_string_equal(out.headers[0], headers[0]);
        assert_string_equal(out.headers[1], headers[1]);
        assert_string_equal(out.file, in.file);
        assert_int_equal(out.body_length, 5);
        assert_memory_equal(out.body, in.body, 6); /* with the NUL that follows */
        assert_string_equal(out.second_file, in.second_file);
        assert_int_equal(out.second_length, 3);
        assert_memory_equal(out.second_body, "1;2", 4);
        arena_free(&arena);
    }
}

static void missing_strings_are_empty_and_bytes_are_stable(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct request in = {.kind = PROVIDER_DROP}, out;
    size_t first, second;
    const void *a = request_pack(&in, arena, &first);
    in.from = in.to = in.method = in.url = in.file = in.second_file = "";
    const void *b = request_pack(&in, arena, &second);
    assert_int_equal(first, second);
    assert_memory_equal(a, b, first);
    struct err err;
    assert_int_equal(request_unpack(a, first, arena, &out, &err), 0);
    assert_string_equal(out.url, "");
    assert_string_equal(out.body, "");
    arena_free(&arena);
}

static void every_cut_is_refused_with_a_sentence(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct request in = sample(PROVIDER_HTTP), out;
    size_t length;
    const unsigned char *bytes = request_pack(&in, arena, &length);
    for (size_t cut = 0; cut < length; cut++) {
        struct err err = {0};
        assert_int_equal(request_unpack(bytes, cut, arena, &out, &err), -1);
        assert_true(strlen(err.text) > 10);
    }
    unsigned char *longer = arena_alloc(arena, length + 1);
    memcpy(longer, bytes, length);
    struct err err;
    assert_int_equal(request_unpack(longer, length + 1, arena, &out, &err), -1);
    longer[4] = 9;
    assert_int_equal(request_unpack(longer, length, arena, &out, &err), -1);
    assert_non_null(strstr(err.text, "another version"));
    arena_free(&arena);
}

/* Changed bytes are refused or read within bounds; buffers are of exact size so that the sanitizers see an overread. */
static void changed_bytes_are_harmless(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0), *scratch = arena_new(0);
    struct request in = sample(PROVIDER_HTTP), out;
    size_t length;
    const void *good = request_pack(&in, arena, &length);
    for (size_t at = 0; at < length; at++) {
        for (int value = 0; value < 256; value += 17) {
            unsigned char *bytes = malloc(length);
            assert_non_null(bytes);
            memcpy(bytes, good, length);
            bytes[at] = (unsigned char)value;
            if (request_unpack(bytes, length, scratch, &out, NULL) == 0)
                assert_true(out.header_count <= length);
            free(bytes);
        }
        arena_reset(scratch);
    }
    arena_free(&scratch);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_comes_back_as_it_was),
        cmocka_unit_test(missing_strings_are_empty_and_bytes_are_stable),
        cmocka_unit_test(every_cut_is_refused_with_a_sentence),
        cmocka_unit_test(changed_bytes_are_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
