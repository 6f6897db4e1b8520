#include "fake/test.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

static void an_error_is_a_code_and_a_sentence(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(err_set(&err, ERR_NOT_FOUND, "there is no invoice %s", "2026-0113"), -1);
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_string_equal(err.text, "there is no invoice 2026-0113");
    assert_int_equal(err_set(NULL, ERR_FAILED, "nobody listens"), -1);
}

static void a_long_sentence_is_cut_at_a_character(void **state)
{
    (void)state;
    for (size_t shift = 0; shift < 3; shift++) {
        char long_text[1200];
        memset(long_text, 'a', shift);
        for (size_t at = shift; at + 3 < sizeof long_text; at += 3)
            memcpy(long_text + at, "\u20ac", 3);
        long_text[sizeof long_text - 3] = '\0';
        struct err err;
        err_set(&err, ERR_FAILED, "%s", long_text);
        assert_in_range(strlen(err.text), sizeof err.text - 4, sizeof err.text - 1);
        assert_true(text_is_utf8(err.text, strlen(err.text)));
    }
}

static void what_is_quoted_cannot_steer_a_terminal(void **state)
{
    (void)state;
    struct err err;
    struct arena *arena = arena_new(0);
    struct findings findings;
    findings_init(&findings, arena);
    err_set(&err, ERR_USAGE, "no verb \"%s\"", "a\x1b[2J\n\xff\xc2\x85 \u20ac");
    assert_string_equal(err.text, "no verb \"a?[2J????"
                                  " \u20ac\"");
    findings_add(&findings, SEVERITY_ERROR, "f", 1, "%s", "a\rb");
    assert_string_equal(findings.list[0].text, "a?b");
    arena_free(&arena);
}

static void findings_are_lines_with_a_place(void **state)
{
    (void)state;
    static const struct {
        enum severity severity;
        const char *file;
        int line;
        const char *want;
    } cases[] = {
        {SEVERITY_ERROR, "a.conf", 3, "a.conf:3: no step 7"},
        {SEVERITY_WARNING, "a.conf", 3, "a.conf:3: warning: no step 7"},
        {SEVERITY_NOTE, "a.conf", 0, "a.conf: note: no step 7"},
        {SEVERITY_ERROR, "", 0, "no step 7"},
    };
    struct arena *arena = arena_new(0);
    struct findings findings;
    findings_init(&findings, arena);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        findings_add(&findings, cases[i].severity, cases[i].file, cases[i].line, "no step %d", 7);
        expect_text(cases[i].want, finding_line(&findings.list[i], arena), cases[i].want);
    }
    assert_int_equal(findings.errors, 2);
    arena_free(&arena);
}

static void findings_grow_and_own_their_texts(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct findings findings;
    findings_init(&findings, arena);
    for (int i = 0; i < 1000; i++) {
        char file[20];
        snprintf(file, sizeof file, "f%d", i);
        findings_add(&findings, SEVERITY_ERROR, file, i, "%d", i);
    }
    assert_int_equal(findings.count, 1000);
    assert_int_equal(findings.errors, 1000);
    assert_string_equal(finding_line(&findings.list[0], arena), "f0: 0");
    assert_string_equal(finding_line(&findings.list[999], arena), "f999:999: 999");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_is_a_code_and_a_sentence),
        cmocka_unit_test(a_long_sentence_is_cut_at_a_character),
        cmocka_unit_test(what_is_quoted_cannot_steer_a_terminal),
        cmocka_unit_test(findings_are_lines_with_a_place),
        cmocka_unit_test(findings_grow_and_own_their_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
