/* One setting is changed in a file's text, and nothing else. */
#include "config/edit.h"

#include "base/arena.h"
#include "base/err.h"
#include "config/source.h"
#include "fake/test.h"

static struct arena *arena;

static const struct edit_row {
    const char *remark, *text, *path, *value, *want;
} rows[] = {
    {"a value at the top", "timezone = \"UTC\"; # ours\n", "timezone", "\"Europe/Berlin\"",
     "timezone = \"Europe/Berlin\"; # ours\n"},
    {"a value in a group of one line", "business = { name = \"A\"; email = \"b\"; };\n", "business.email", "\"c\"",
     "business = { name = \"A\"; email = \"c\"; };\n"},
    {"a list", "channels = { email = [\"outbox\", \"x\"]; sms = [\"outbox\"]; };\n", "channels.email", "[\"s\"]",
     "channels = { email = [\"s\"]; sms = [\"outbox\"]; };\n"},
    {"a text in pieces", "language = \"e\"\n  \"n\" ; country = \"DE\";\n", "language", "\"de\"",
     "language = \"de\" ; country = \"DE\";\n"},
    {"a whole group", "a = { b = { c = 1; }; }\nd = 2;\n", "a", "3", "a = 3\nd = 2;\n"},
    {"the same name in another group", "x = { name = 1; }; business = { name = 2; };\n", "business.name", "3",
     "x = { name = 1; }; business = { name = 3; };\n"},
    {"the same name deeper in the group", "policy = { steps = ( { enabled = 1; } ); enabled = false; };",
     "policy.enabled", "true", "policy = { steps = ( { enabled = 1; } ); enabled = true; };"},
    {"the name in a comment and in a text", "# country = 1;\na = \"country = 2;\"; country = \"DE\";\n", "country",
     "\"AT\"", "# country = 1;\na = \"country = 2;\"; country = \"AT\";\n"},
    {"a colon", "country: \"DE\"\n", "country", "\"AT\"", "country: \"AT\"\n"},
    {"missing at the top", "language = \"en\";\n", "country", "\"DE\"", "language = \"en\";\ncountry = \"DE\";\n"},
    {"missing at the top, no line end", "language = \"en\";", "country", "\"DE\"",
     "language = \"en\";\ncountry = \"DE\";\n"},
    {"missing in a group of one line", "a = { b = 1; };\n", "a.c", "2", "a = { b = 1; c = 2; };\n"},
    {"missing in a tight group", "a={b=1;};\n", "a.c", "2", "a={b=1; c = 2; };\n"},
    {"missing in a group of several lines", "a = {\n  b = 1;\n};\nc = 3;\n", "a.c", "2",
     "a = {\n  b = 1;\n  c = 2;\n};\nc = 3;\n"},
    {"missing in an inner group of several lines", "a = {\n  b = {\n    # empty\n  };\n};\n", "a.b.c", "2",
     "a = {\n  b = {\n    # empty\n    c = 2;\n  };\n};\n"},
    {"a missing group", "a = 1;\n", "b.c", "2", "a = 1;\nb = { c = 2; };\n"},
    {"groups missing in a group", "a = { };\n", "a.b.c", "2", "a = { b = { c = 2; }; };\n"},
    {"an empty file", "", "b.c", "2", "b = { c = 2; };\n"},
};

static const struct edit_row removals[] = {
    {"in a line of its own", "a = {\n  b = 1; \n  c = 2;\n};\n", "a.b", "", "a = {\n  c = 2;\n};\n"},
    {"among others", "a = { b = 1; c = 2; };\n", "a.b", "", "a = { c = 2; };\n"},
    {"the last", "a = { b = 1; c = \"2\" };\n", "a.c", "", "a = { b = 1; };\n"},
    {"with a comment behind it", "b = 1; # why\nc = 2;\n", "b", "", "# why\nc = 2;\n"},
    {"not there", "a = { b = 1; };\n", "a.c", "", "a = { b = 1; };\n"},
    {"no group", "a = 1;\n", "a.c", "", "a = 1;\n"},
};

static void check_text(const char *remark, const char *text)
{
    struct findings findings;

    findings_init(&findings, arena);
    expect_int(remark, source_check("edited.conf", text, &findings), 0);
}

static void test_set(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const char *got = edit_set(rows[i].text, rows[i].path, rows[i].value, arena);
        expect_true(rows[i].remark, got != NULL);
        expect_text(rows[i].remark, got, rows[i].want);
        check_text(rows[i].remark, got);
        expect_text("the same again changes nothing", edit_set(got, rows[i].path, rows[i].value, arena), got);
    }
}

static void test_remove(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(removals); i++) {
        const char *got = edit_remove(removals[i].text, removals[i].path, arena);
        expect_text(removals[i].remark, got, removals[i].want);
        check_text(removals[i].remark, got);
    }
}

static void test_no_way(void **state)
{
    (void)state;
    assert_null(edit_set("policy = 1;\n", "policy.enabled", "true", arena));
    expect_true("a setting", edit_has("a = { b = 1; };", "a.b", arena));
    expect_true("a group", edit_has("a = { b = 1; };", "a", arena));
    expect_true("another's setting", !edit_has("a = { b = 1; };", "b", arena));
    assert_null(edit_set("policy = ( { enabled = true; } );\n", "policy.enabled", "true", arena));
}

static void test_quote(void **state)
{
    (void)state;
    expect_text("plain", edit_quote(arena, "Müller & Söhne"), "\"Müller & Söhne\"");
    expect_text("signs", edit_quote(arena, "a\"b\\c"), "\"a\\\"b\\\\c\"");
    expect_text("empty", edit_quote(arena, ""), "\"\"");
    check_text("an end of a text inside a text",
               edit_set("", "business.name", edit_quote(arena, "x\"; }; @include \"/\\"), arena));
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new(0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_remove),
        cmocka_unit_test(test_no_way),
        cmocka_unit_test(test_quote),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
