#include "fake/test.h"

#include "base/arena.h"
#include "base/names.h"

static const char *const words[] = {"email", "sms", "letter"};
static const struct names channels = {words, LENGTH(words)};

static void values_and_words_answer_each_other(void **state)
{
    (void)state;
    for (int i = 0; i < (int)channels.count; i++)
        assert_int_equal(names_find(&channels, names_word(&channels, i)), i);
    assert_string_equal(names_word(&channels, 3), "?");
    assert_string_equal(names_word(&channels, -1), "?");
    assert_int_equal(names_find(&channels, "Email"), -1);
    assert_int_equal(names_find(&channels, "ema"), -1);
    assert_int_equal(names_find(&channels, ""), -1);
}

static void all_words_make_a_phrase(void **state)
{
    (void)state;
    static const char *const want[] = {"", "email", "email or sms", "email, sms or letter"};
    struct arena *arena = arena_new(0);
    for (size_t count = 0; count < LENGTH(want); count++) {
        const struct names some = {words, count};
        expect_text(want[count], names_all(&some, arena), want[count]);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_and_words_answer_each_other),
        cmocka_unit_test(all_words_make_a_phrase),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
