/* What is refused before libconfig sees it, and that it understands all that is let through. */
#include "unit/config/fixture.h"

#include <libconfig.h>

#include "config/source.h"

static const char *first_finding(struct fixture *fixture)
{
    return fixture->findings.count == 0 ? "" : fixture_finding(fixture, 0);
}

static void test_reads_only_text_files(void **state)
{
    (void)state;
    static const struct {
        const char *remark, *bytes;
        size_t length;
        const char *want; /* "" : read */
    } rows[] = {
        {"empty", "", 0, ""},
        {"plain", "a = 1;\n", 7, ""},
        {"byte order mark is cut off", "\xEF\xBB\xBF# x\n", 7, ""},
        {"NUL", "a\n\0b", 4, "f:2: there is a NUL byte; this is no text file"},
        {"Latin-1", "a\nb\n\xE4", 5, "f:3: this line is not UTF-8; convert the file, for instance with iconv"},
        {"overlong", "\xC0\xAF", 2, "f:1: this line is not UTF-8; convert the file, for instance with iconv"},
        {"surrogate", "\xED\xA0\x80", 3, "f:1: this line is not UTF-8; convert the file, for instance with iconv"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct fixture fixture;
        fixture_new(&fixture);
        fixture_write_bytes(&fixture, "f", rows[i].bytes, rows[i].length);
        const char *text = source_read(fixture_path(&fixture, "f"), fixture.arena, &fixture.findings);
        expect_text(rows[i].remark, first_finding(&fixture), rows[i].want);
        expect_true(rows[i].remark, (text != NULL) == (rows[i].want[0] == '\0'));
        expect_true("no mark is left", text == NULL || !text_starts(text, "\xEF\xBB\xBF"));
        fixture_done(&fixture);
    }
}

static void test_refuses_what_is_no_file(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_new(&fixture);
    source_read(fixture_path(&fixture, "nothing"), fixture.arena, &fixture.findings);
    expect_part("missing", first_finding(&fixture), "nothing: cannot open the file: No such file");
    findings_init(&fixture.findings, fixture.arena);
    source_read(fixture_path(&fixture, "policies"), fixture.arena, &fixture.findings);
    expect_text("a directory", first_finding(&fixture), "policies: this is no regular file; put a text file there");
    findings_init(&fixture.findings, fixture.arena);
    assert_int_equal(mkfifo(fixture_path(&fixture, "pipe"), 0600), 0);
    source_read(fixture_path(&fixture, "pipe"), fixture.arena, &fixture.findings);
    expect_text("a pipe does not block", first_finding(&fixture),
                "pipe: this is no regular file; put a text file there");
    findings_init(&fixture.findings, fixture.arena);
    fixture_write(&fixture, "large", "#");
    assert_int_equal(truncate(fixture_path(&fixture, "large"), SOURCE_MAX + 1), 0);
    source_read(fixture_path(&fixture, "large"), fixture.arena, &fixture.findings);
    expect_text("too large", first_finding(&fixture), "large: the file is larger than 1 MiB; split it");
    fixture_done(&fixture);
}

static void test_accepts_the_language(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "# only a comment",
        "a = 1",
        "a = 1; b : 2, c = 3",
        "a = 1 b = 2",
        "a = \"x\" /* between */ \"y\" // after\n;",
        "a = \"\\\"\\\\\\n\\t\"; # \"",
        "a = [ ]; b = ( ); c = { };",
        "a = [1, 2]; b = (1, \"x\", true, { c = FALSE; }, [ \"y\" ], ( ));",
        "a = { a = { a = 1; }; b = 2 };",
        "a = -1; b = 0; c = 2147483647; d = -2147483647;",
        "a-b_9 = 1;",
        "a = \"@include \\\"x\\\"\"; # @include \"y\"",
        "a = (((((((((((((((1)))))))))))))));",
    };
    struct arena *arena = arena_new(0);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct findings findings;
        config_t document;
        findings_init(&findings, arena);
        expect_int(rows[i], source_check("f", rows[i], &findings), 0);
        config_init(&document);
        expect_int(rows[i], config_read_string(&document, arena_printf(arena, "%s\n", rows[i])), CONFIG_TRUE);
        config_destroy(&document);
    }
    arena_free(&arena);
}

/* Deterministic and good enough to shuffle tokens. */
static uint32_t random_next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/*
 * Texts of random tokens: whatever the check lets pass, libconfig parses
 * without an error.  Tokens are weighted so that about one text in five passes.
 */
static void test_libconfig_takes_what_passes(void **state)
{
    (void)state;
    static const char *const tokens[] = {
        "a",      "b",     "c1",    "=",     "=",  ":",        "1",          "-5",  "\"x\"", "\"y\\n\"", "true",
        "{",      "}",     "(",     ")",     "[",  "]",        ";",          ",",   "\n",    "# c\n",    "/* c */",
        "a = 1;", "b = [", "c = (", "d = {", "};", "@include", "9999999999", "0x1", "1.5",
    };
    uint32_t seed = 20261124;
    struct arena *arena = arena_new(0);
    size_t passed = 0;
    for (int round = 0; round < 30000; round++) {
        struct findings findings;
        struct text text;
        arena_reset(arena);
        findings_init(&findings, arena);
        text_init(&text, arena);
        for (uint32_t i = random_next(&seed) % 9; i > 0; i--)
            text_addf(&text, "%s ", tokens[random_next(&seed) % LENGTH(tokens)]);
        if (source_check("f", text.data, &findings) != 0)
            continue;
        config_t document;
        config_init(&document);
        int good = config_read_string(&document, text.data);
        config_destroy(&document);
        expect_int(text.data, good, CONFIG_TRUE);
        passed++;
    }
    expect_true("many pass", passed > 1500);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_only_text_files),
        cmocka_unit_test(test_refuses_what_is_no_file),
        cmocka_unit_test(test_accepts_the_language),
        cmocka_unit_test(test_libconfig_takes_what_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
