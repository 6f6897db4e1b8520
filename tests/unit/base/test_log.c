#include "fake/test.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/text.h"

static void pairs_are_read_back_as_words(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value, *want;
    } cases[] = {
        {"notice", "N-000123", " notice=N-000123"},
        {"invoices", "2026-0113,2026-0120", " invoices=2026-0113,2026-0120"},
        {"id", "250 2.0.0 queued as 4F3", " id=\"250 2.0.0 queued as 4F3\""},
        {"id", "say \"no\"", " id=\"say \\\"no\\\"\""},
        {"id", "a\"b", " id=\"a\\\"b\""},
        {"id", "a\\b", " id=\"a\\\\b\""},
        {"id", "a\nforged=1", " id=\"a\\x0aforged=1\""},
        {"id", "\x1b[2J", " id=\"\\x1b[2J\""},
        {"id", "M\xfcller", " id=\"M\\xfcller\""},
        {"id", "M\u00fcller", " id=M\u00fcller"},
        {"id", "a=b", " id=a=b"},
        {"id", "", ""},
        {"id", NULL, ""},
    };
    struct arena *arena = arena_new(0);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct text line;
        text_init(&line, arena);
        log_pair(&line, cases[i].key, cases[i].value);
        expect_text(cases[i].want, line.data, cases[i].want);
    }
    arena_free(&arena);
}

static void pairs_follow_each_other(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct text line;
    text_init(&line, arena);
    text_add(&line, "accepted");
    log_pair(&line, "channel", "email");
    log_pair(&line, "reason", "");
    log_pair(&line, "step", "reminder");
    assert_string_equal(line.data, "accepted channel=email step=reminder");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_read_back_as_words),
        cmocka_unit_test(pairs_follow_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
