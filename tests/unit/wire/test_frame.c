#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "wire/wire.h"

static struct frame full_frame(enum frame_type type)
{
    return (struct frame){.type = type,
                          .protocol = WIRE_PROTOCOL,
                          .attempt = 7000000001,
                          .generation = -3,
                          .token = UINT64_C(0xfedcba9876543210),
                          .class = OUTCOME_UNCERTAIN,
                          .phase = PHASE_SENT,
                          .code = -354,
                          .retry_after_s = 90,
                          .name = "smarthost",
                          .reason = "amount_changed",
                          .text = "250 2.0.0 queued as 4F3",
                          .provider_id = "4F3",
                          .fd = 9};
}

static void every_type_comes_back_as_it_was(void **state)
{
    (void)state;
    for (int type = 0; type < FRAME_COUNT; type++) {
        struct arena *arena = arena_new(0);
        struct frame in = full_frame((enum frame_type)type), out;
        unsigned char bytes[WIRE_FRAME_MAX];
        assert_int_equal(frame_unpack(bytes, frame_pack(&in, bytes), arena, &out), 0);
        assert_int_equal(out.type, in.type);
        assert_int_equal(out.protocol, in.protocol);
        assert_int_equal(out.attempt, in.attempt);
        assert_int_equal(out.generation, in.generation);
        assert_true(out.token == in.token);
        assert_int_equal(out.class, in.class);
        assert_int_equal(out.phase, in.phase);
        assert_int_equal(out.code, in.code);
        assert_int_equal(out.retry_after_s, in.retry_after_s);
        assert_string_equal(out.name, in.name);
        assert_string_equal(out.reason, in.reason);
        assert_string_equal(out.text, in.text);
        assert_string_equal(out.provider_id, in.provider_id);
        assert_int_equal(out.fd, -1);
        arena_free(&arena);
    }
}

static void long_texts_are_cut_and_fit(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    char *text = arena_alloc(arena, 100001);
    memset(text, 'x', 100000);
    struct frame in = full_frame(FRAME_OUTCOME), out;
    in.name = in.reason = in.text = in.provider_id = text;
    unsigned char bytes[WIRE_FRAME_MAX];
    size_t length = frame_pack(&in, bytes);
    assert_true(length < WIRE_FRAME_MAX);
    assert_int_equal(frame_unpack(bytes, length, arena, &out), 0);
    assert_int_equal(strlen(out.text), 2000);
    arena_free(&arena);
}

static void what_a_type_needs_is_checked(void **state)
{
    (void)state;
    static const struct {
        enum frame_type type;
        int64_t attempt;
        uint64_t token;
        const char *name;
        int result;
        const char *remark;
    } cases[] = {
        {FRAME_HELLO, 0, 0, "", 0, "a hello needs nothing"},
        {FRAME_SUBMIT, 0, 1, "p", -1, "no attempt"},
        {FRAME_SUBMIT, -1, 1, "p", -1, "negative attempt"},
        {FRAME_SUBMIT, 1, 0, "p", -1, "no token"},
        {FRAME_SUBMIT, 1, 1, "", -1, "no provider"},
        {FRAME_SUBMIT, 1, 1, "p", 0, "all there"},
        {FRAME_PROVIDER, 0, 0, "", -1, "no name"},
        {FRAME_ASK, 1, 0, "", -1, "no token"},
        {FRAME_YES, 0, 1, "", -1, "no attempt"},
        {FRAME_OUTCOME, 1, 0, "", -1, "no token"},
        {FRAME_IN_HAND, 0, 0, "", 0, "the end of the list"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new(0);
        struct frame in = {.type = cases[i].type,
                           .attempt = cases[i].attempt,
                           .token = cases[i].token,
                           .name = cases[i].name};
        struct frame out;
        unsigned char bytes[WIRE_FRAME_MAX];
        assert_int_equal(frame_unpack(bytes, frame_pack(&in, bytes), arena, &out), cases[i].result);
        arena_free(&arena);
    }
}

static void every_cut_and_surplus_is_malformed(void **state)
{
    (void)state;
    struct frame in = full_frame(FRAME_OUTCOME), out;
    unsigned char bytes[WIRE_FRAME_MAX];
    size_t length = frame_pack(&in, bytes);
    for (size_t cut = 0; cut < length; cut++) {
        struct arena *arena = arena_new(0);
        assert_int_equal(frame_unpack(bytes, cut, arena, &out), -1);
        arena_free(&arena);
    }
    struct arena *arena = arena_new(0);
    bytes[length] = 0;
    assert_int_equal(frame_unpack(bytes, length + 1, arena, &out), -1);
    arena_free(&arena);
}

/* Any single changed byte is either refused or read within bounds (the sanitizers watch). */
static void changed_bytes_are_harmless(void **state)
{
    (void)state;
    struct frame in = full_frame(FRAME_OUTCOME), out;
    unsigned char good[WIRE_FRAME_MAX];
    size_t length = frame_pack(&in, good);
    struct arena *arena = arena_new(0);
    for (size_t at = 0; at < length; at++) {
        for (int value = 0; value < 256; value += 15) {
            unsigned char *bytes = malloc(length); /* exact size, so that an overread is seen */
            assert_non_null(bytes);
            memcpy(bytes, good, length);
            bytes[at] = (unsigned char)value;
            if (frame_unpack(bytes, length, arena, &out) == 0)
                assert_in_range(out.type, 0, FRAME_COUNT - 1);
            free(bytes);
        }
        arena_reset(arena);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_comes_back_as_it_was), cmocka_unit_test(long_texts_are_cut_and_fit),
        cmocka_unit_test(what_a_type_needs_is_checked),    cmocka_unit_test(every_cut_and_surplus_is_malformed),
        cmocka_unit_test(changed_bytes_are_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
