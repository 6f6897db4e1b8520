#include "fake/test.h"

#include "base/arena.h"
#include "compose/value.h"

static void truth_and_text_by_kind(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct value *list = value_list(arena), *map = value_map(arena);
    const struct {
        const char *remark;
        const struct value *value;
        bool yes;
        const char *text;
        enum value_kind kind;
    } cases[] = {
        {"text", value_text(arena, "x"), true, "x", VALUE_TEXT},
        {"zero is a text", value_text(arena, "0"), true, "0", VALUE_TEXT},
        {"empty text", value_text(arena, ""), false, "", VALUE_TEXT},
        {"yes", value_bool(arena, true), true, "true", VALUE_BOOL},
        {"no", value_bool(arena, false), false, "false", VALUE_BOOL},
        {"empty list", list, false, "", VALUE_LIST},
        {"empty map", map, true, "", VALUE_MAP},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        expect_int(cases[i].remark, value_is_true(cases[i].value), cases[i].yes);
        expect_text(cases[i].remark, value_as_text(cases[i].value), cases[i].text);
        expect_int(cases[i].remark, value_kind(cases[i].value), cases[i].kind);
        assert_null(value_get(cases[i].value, "x"));
    }
    arena_free(&arena);
}

static void lists_and_maps_grow_and_keep_their_order(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct value *list = value_list(arena), *map = value_map(arena);

    for (int i = 0; i < 100; i++) {
        const char *word = arena_printf(arena, "k%d", i);
        value_push(list, value_text(arena, word));
        value_set_text(map, word, "first");
        value_set_text(map, word, word);
    }
    assert_int_equal(value_count(list), 100);
    assert_int_equal(value_count(map), 100);
    assert_null(value_at(list, 100));
    assert_string_equal(value_key_at(map, 100), "");
    for (size_t i = 0; i < 100; i++) {
        const char *word = arena_printf(arena, "k%zu", i);
        assert_string_equal(value_as_text(value_at(list, i)), word);
        assert_string_equal(value_key_at(map, i), word);
        assert_string_equal(value_as_text(value_get(map, word)), word);
    }
    assert_true(value_is_true(list));
    assert_null(value_get(list, ""));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(truth_and_text_by_kind),
        cmocka_unit_test(lists_and_maps_grow_and_keep_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
