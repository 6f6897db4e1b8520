#include "fake/test.h"

#include "base/arena.h"
#include "base/text.h"

static void a_buffer_grows_and_stays_terminated(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct text text;
    text_init(&text, arena);
    assert_string_equal(text.data, "");
    text_add(&text, "");
    text_add_n(&text, NULL, 0);
    for (int i = 0; i < 5000; i++) {
        text_add_char(&text, 'a');
        text_add(&text, "bc");
        text_add_n(&text, "defg", 2);
        text_addf(&text, "%d%s", i % 10, "");
        assert_int_equal(strlen(text.data), text.length);
    }
    assert_int_equal(text.length, 30000);
    assert_memory_equal(text.data, "abcde0abcde1", 12);
    text_addf(&text, "%*d", 70000, 5);
    assert_int_equal(text.length, 100000);
    assert_int_equal(text.data[99999], '5');
    arena_free(&arena);
}

static void equality_folds_ascii_only(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool equal, nocase;
    } cases[] = {
        {"", "", true, true},
        {"a", "a", true, true},
        {"aZ", "Az", false, true},
        {"a", "", false, false},
        {"", "a", false, false},
        {"ab", "a", false, false},
        {"\u00e4", "\u00c4", false, false},
        {"[", "{", false, false},
        {"@", "`", false, false},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        expect_int(cases[i].a, text_equal(cases[i].a, cases[i].b), cases[i].equal);
        expect_int(cases[i].a, text_equal_nocase(cases[i].a, cases[i].b), cases[i].nocase);
    }
}

static void ends_are_compared(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part;
        bool starts, ends;
    } cases[] = {
        {"reminder.txt", ".txt", false, true},
        {"reminder.txt", "rem", true, false},
        {"rem", "reminder", false, false},
        {"", "", true, true},
        {"x", "", true, true},
        {"aba", "a", true, true},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        expect_int(cases[i].text, text_starts(cases[i].text, cases[i].part), cases[i].starts);
        expect_int(cases[i].text, text_ends(cases[i].text, cases[i].part), cases[i].ends);
    }
    assert_true(text_empty(NULL));
    assert_true(text_empty(""));
    assert_false(text_empty(" "));
}

static void lists_have_whole_words(void **state)
{
    (void)state;
    static const struct {
        const char *list, *word;
        bool has;
    } cases[] = {
        {"vip, b2b", "vip", true}, {"vip, b2b", "b2b", true}, {"vip,b2b", "b2b", true}, {"vip\tb2b\n", "b2b", true},
        {" ,, vip", "vip", true},  {"vip", "vi", false},      {"vi", "vip", false},     {"super-vip", "vip", false},
        {"VIP", "vip", false},     {"", "vip", false},        {"vip, b2b", "", false},  {"vip b2b", "vip b2b", false},
        {" , ", "", false},        {"a,,b", "", false},
    };
    for (size_t i = 0; i < LENGTH(cases); i++)
        expect_int(cases[i].list, text_list_has(cases[i].list, cases[i].word), cases[i].has);
}

static void copies_are_lowered_and_trimmed(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    assert_string_equal(text_lower(arena, "A.Z@Example\u00c4"), "a.z@example\u00c4");
    static const char *const trims[][2] = {
        {" \t\r\n\v\f x y \n", "x y"}, {"", ""}, {"   ", ""}, {"x", "x"}, {"\u00a0x", "\u00a0x"},
    };
    for (size_t i = 0; i < LENGTH(trims); i++)
        expect_text(trims[i][0], text_trim(arena, trims[i][0]), trims[i][1]);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buffer_grows_and_stays_terminated),
        cmocka_unit_test(equality_folds_ascii_only),
        cmocka_unit_test(ends_are_compared),
        cmocka_unit_test(lists_have_whole_words),
        cmocka_unit_test(copies_are_lowered_and_trimmed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
