#include "fake/test.h"

#include "base/arena.h"
#include "compose/template.h"

static const struct template *parse(struct arena *arena, const char *name, const char *source)
{
    struct template *template;
    struct err err;

    if (template_parse(arena, name, source, &template, &err) != 0)
        fail_msg("%s: %s", name, err.text);
    return template;
}

static void refuses_what_is_no_template(void **state)
{
    (void)state;
    static const struct {
        const char *source, *part; /* of the sentence */
    } cases[] = {
        {"a\nb {{name", "t.txt:2: a tag begins here with {{ and never ends; close it with }}"},
        {"{{{name}}", "t.txt:1: a tag begins here with {{ and never ends; close it with }}}"},
        {"{{=<% %>=}}<%name", "close it with %>"},
        {"{{}}", "t.txt:1: this tag has no name"},
        {"{{ }}", "this tag has no name"},
        {"{{#}}{{/}}", "this tag has no name"},
        {"{{>}}", "this tag has no name"},
        {"{{two words}}", "\"two words\" is no name; a name has no spaces in it"},
        {"{{a..b}}", "\"a..b\" is no name; dots stand between words only"},
        {"{{.a}}", "\".a\" is no name"},
        {"{{a.}}", "\"a.\" is no name"},
        {"\n\n{{#items}}\nx", "t.txt:3: the section {{#items}} is never closed; add {{/items}}"},
        {"{{^a}}x", "the section {{^a}} is never closed; add {{/a}}"},
        {"{{#a}}{{#b}}{{/b}}", "the section {{#a}} is never closed"},
        {"{{/a}}", "{{/a}} closes a section that was never opened"},
        {"{{#a}}\n{{/b}}", "t.txt:2: {{/b}} stands where {{/a}} must come, which closes the section of line 1"},
        {"{{#a}}{{#b}}{{/a}}{{/b}}", "{{/a}} stands where {{/b}} must come"},
        {"{{=<%=}}", "new delimiters are two words without = in them"},
        {"{{=a b c=}}", "new delimiters are two words"},
        {"{{= =}}", "new delimiters are two words"},
        {"{{=|=| |=}}", "new delimiters are two words"},
        {"{{<parent}}", "{{<parent}} is template inheritance, which is not supported; use partials"},
        {"{{$block}}", "{{$block}} is template inheritance"},
        {"{{>*name}}", "{{>*name}} takes its name from a value, which is not supported"},
        {"x\n\x02y", "t.txt:2: there is a control character in this line; remove it"},
        {"x\x7f", "control character"},
        {"a\xff", "t.txt: the template is not UTF-8"},
        {"{{"
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
         "}}",
         "longer than 100 bytes"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena *arena = arena_new(0);
        struct template *template = NULL;
        struct err err = {0};
        expect_int(cases[i].source, template_parse(arena, "t.txt", cases[i].source, &template, &err), -1);
        expect_int(cases[i].source, err.code, ERR_CONFIG);
        expect_part(cases[i].source, err.text, cases[i].part);
        assert_null(template);
        arena_free(&arena);
    }
}

static void line_and_sentence_come_apart(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct template *template;
    struct template_fault fault;

    assert_int_equal(template_parse_at(arena, "t.txt", "a\n{{", &template, &fault), -1);
    assert_int_equal(fault.line, 2);
    expect_part("sentence", fault.err.text, "a tag begins here");
    arena_free(&arena);
}

static void limits_are_kept(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct template *template;
    struct err err;
    struct text deep, large;

    text_init(&deep, arena);
    for (int i = 0; i < 33; i++)
        text_add(&deep, "{{#a}}");
    assert_int_equal(template_parse(arena, "t", deep.data, &template, &err), -1);
    expect_part("33 sections", err.text, "nested deeper than 32");
    text_init(&deep, arena);
    for (int i = 0; i < 32; i++)
        text_add(&deep, "{{#a}}");
    for (int i = 0; i < 32; i++)
        text_add(&deep, "{{/a}}");
    assert_int_equal(template_parse(arena, "t", deep.data, &template, &err), 0);
    text_init(&large, arena);
    for (int i = 0; i < 262144; i++)
        text_add_char(&large, 'x');
    assert_int_equal(template_parse(arena, "t", large.data, &template, &err), 0);
    text_add_char(&large, 'x');
    assert_int_equal(template_parse(arena, "t", large.data, &template, &err), -1);
    expect_part("large", err.text, "larger than 256 KiB");
    arena_free(&arena);
}

struct pieces {
    struct arena *arena;
    const char *const (*list)[2];
    size_t count;
    const struct template *parsed[16];
};

static const struct template *find_piece(void *context, const char *name)
{
    struct pieces *pieces = context;

    for (size_t i = 0; i < pieces->count; i++) {
        if (strcmp(pieces->list[i][0], name) != 0)
            continue;
        if (pieces->parsed[i] == NULL)
            pieces->parsed[i] = parse(pieces->arena, name, pieces->list[i][1]);
        return pieces->parsed[i];
    }
    return NULL;
}

static void partials_cannot_run_away(void **state)
{
    (void)state;
    static const char *const list[][2] = {
        {"self", "x{{>self}}"},
        {"a", "{{>b}}{{>b}}"},
        {"b", "{{>c}}{{>c}}{{>c}}{{>c}}{{>c}}{{>c}}"},
        {"c", "{{>d}}{{>d}}{{>d}}{{>d}}{{>d}}{{>d}}{{>d}}{{>d}}"},
        {"d", "{{>e}}{{>e}}{{>e}}{{>e}}{{>e}}{{>e}}"},
        {"e", "{{>f}}{{>f}}{{>f}}{{>f}}{{>f}}{{>f}}{{>f}}{{>f}}{{>f}}"},
        {"f", "{{>g}}{{>g}}{{>g}}{{>g}}{{>g}}"},
        {"g", "{{>h}}{{>h}}{{>h}}{{>h}}{{>h}}{{>h}}"},
        {"h", "{{>i}}{{>i}}{{>i}}{{>i}}{{>i}}{{>i}}"},
        {"i", ""},
        {"loud", "0123456789{{>loud}}"},
    };
    static const struct {
        const char *source, *part;
        size_t max;
    } cases[] = {
        {"{{>self}}", "self:1: partials call each other without end", 0},
        {"{{>a}}{{>a}}", "takes too many steps", 0},
        {"{{>loud}}", "the text grows beyond the limit", 100},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena *arena = arena_new(0);
        struct pieces pieces = {.arena = arena, .list = list, .count = LENGTH(list)};
        const struct template_render_options options = {.partial = find_piece,
                                                        .partial_context = &pieces,
                                                        .max_output = cases[i].max};
        struct text out;
        struct err err = {0};
        text_init(&out, arena);
        expect_int(cases[i].source,
                   template_render(parse(arena, "t", cases[i].source), value_map(arena), &options, &out, &err), -1);
        expect_part(cases[i].source, err.text, cases[i].part);
        arena_free(&arena);
    }
}

static void escapes_by_context(void **state)
{
    (void)state;
    static const struct {
        enum escape escape;
        const char *source, *value, *want;
    } cases[] = {
        {ESCAPE_NONE, "{{x}}", "a<b>&\"'\n\t", "a<b>&\"'\n\t"},
        {ESCAPE_NONE, "{{x}}",
         "a\x02"
         "b\x1b[c\x7f",
         "a b [c "},
        {ESCAPE_NONE, "{{x}}",
         "a\xc2\x9b"
         "b",
         "a b"},
        {ESCAPE_HTML, "{{x}}", "a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#39;"},
        {ESCAPE_HTML, "{{{x}}}", "<b>", "<b>"},
        {ESCAPE_HTML, "{{&x}}", "<b>", "<b>"},
        {ESCAPE_HTML, "{{x}}", "\x01<", " &lt;"},
        {ESCAPE_JSON, "\"{{x}}\"", "a\"b\\c\nd\x02\x7f/é", "\"a\\\"b\\\\c\\u000ad\\u0002\\u007f/é\""},
        {ESCAPE_JSON, "{{{x}}}", "\"raw\"", "\"raw\""},
        {ESCAPE_URL, "?t={{x}}", "a b&c=d/é~-._+%\n", "?t=a%20b%26c%3Dd%2F%C3%A9~-._%2B%25%0A"},
        {ESCAPE_HEADER, "{{x}}", "Grüße <a@b>", "Grüße <a@b>"},
        {ESCAPE_SMS, "{{x}}", "two\nlines\tand\rmore <&>", "two lines and more <&>"},
        {ESCAPE_SMS, "{{{x}}}", "two\nlines", "two lines"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena *arena = arena_new(0);
        const struct template_render_options options = {.escape = cases[i].escape};
        struct value *map = value_map(arena);
        struct text out;
        struct err err;
        value_set_text(map, "x", cases[i].value);
        text_init(&out, arena);
        expect_int(cases[i].want, template_render(parse(arena, "t", cases[i].source), map, &options, &out, &err), 0);
        expect_text(cases[i].source, out.data, cases[i].want);
        arena_free(&arena);
    }
}

static void values_that_must_not_pass_are_refused(void **state)
{
    (void)state;
    static const struct {
        enum escape escape;
        const char *source, *value;
    } cases[] = {
        {ESCAPE_HEADER, "Invoice {{x}}", "1\r\nBcc: evil@example.com"},
        {ESCAPE_HEADER, "Invoice {{{x}}}", "1\nBcc: evil@example.com"},
        {ESCAPE_HEADER, "Invoice {{&x}}", "1\rBcc: evil@example.com"},
        {ESCAPE_HEADER, "{{x}}", "tab\there"},
        {ESCAPE_HEADER, "{{x}}", "nel\xc2\x85here"},
        {ESCAPE_HEADER, "{{x}}", "bad\xff"},
        {ESCAPE_SMS, "{{x}}", "esc\x1b"},
        {ESCAPE_SMS, "{{{x}}}", "\x02none:password\x03"},
        {ESCAPE_NONE, "{{x}}", "bad\xc3"},
        {ESCAPE_HTML, "{{{x}}}", "bad\xc3"},
        {ESCAPE_JSON, "{{x}}", "\xed\xa0\x80"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena *arena = arena_new(0);
        const struct template_render_options options = {.escape = cases[i].escape};
        struct value *map = value_map(arena);
        struct text out;
        struct err err = {0};
        value_set_text(map, "x", cases[i].value);
        text_init(&out, arena);
        expect_int(cases[i].source, template_render(parse(arena, "t", cases[i].source), map, &options, &out, &err), -1);
        expect_int(cases[i].source, err.code, ERR_REFUSED);
        expect_part(cases[i].source, err.text, "t:1: the value x ");
        assert_null(strstr(err.text, "evil")); /* data never gets into messages */
        arena_free(&arena);
    }
}

static void marks_of_ours_pass_untouched(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    const struct template_render_options options = {.escape = ESCAPE_JSON};
    struct value *map = value_map(arena);
    struct text out;
    struct err err;

    value_set(map, "x", value_verbatim(arena, "\x02json:password\x03"));
    text_init(&out, arena);
    assert_int_equal(template_render(parse(arena, "t", "{{x}}"), map, &options, &out, &err), 0);
    assert_string_equal(out.data, "\x02json:password\x03");
    arena_free(&arena);
}

static void unknown_names_are_errors_where_asked(void **state)
{
    (void)state;
    static const struct {
        const char *source, *part; /* NULL: fine */
    } cases[] = {
        {"{{x}}", NULL},
        {"{{map.x}}", NULL},
        {"{{#list}}{{x}}{{.}}{{/list}}", NULL},
        {"{{#x}}{{.}}{{/x}}{{^no}}y{{/no}}", NULL},
        {"a\n{{y}}", "t:2: there is no value y; dunning-template(5) lists them"},
        {"{{map.y}}", "there is no value map.y"},
        {"{{x.y}}", "there is no value x.y"},
        {"{{#y}}{{/y}}", "there is no value y"},
        {"{{^y}}{{/y}}", "there is no value y"},
        {"{{>piece}}", "there is no partial _piece beside it"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena *arena = arena_new(0);
        const struct template_render_options options = {.unknown_is_error = true};
        struct value *root = value_map(arena), *map = value_map(arena), *list = value_list(arena);
        struct text out;
        struct err err = {0};
        value_set_text(map, "x", "1");
        value_push(list, value_text(arena, "2"));
        value_set_text(root, "x", "3");
        value_set(root, "no", value_bool(arena, false));
        value_set(root, "map", map);
        value_set(root, "list", list);
        text_init(&out, arena);
        int result = template_render(parse(arena, "t", cases[i].source), root, &options, &out, &err);
        expect_int(cases[i].source, result, cases[i].part == NULL ? 0 : -1);
        expect_part(cases[i].source, err.text, cases[i].part == NULL ? "" : cases[i].part);
        arena_free(&arena);
    }
}

/* Beyond the official cases: where the indentation of a partial goes and where not. */
static void partials_are_indented_as_their_tag(void **state)
{
    (void)state;
    static const char *const list[][2] = {
        {"two", "one\ntwo\n"},
        {"value", "{{x}}\nend\n"},
        {"outer", "<\n  {{>two}}\n>\n"},
        {"inline", "[{{>two}}]"},
        {"section", "{{#yes}}\nin\n{{/yes}}\nout\n"},
        {"blank", "a\n\nb\n"},
    };
    static const struct {
        const char *source, *want;
    } cases[] = {
        {"  {{>two}}\nend", "  one\n  two\nend"}, {" {{>outer}}\n", " <\n   one\n   two\n >\n"},
        {"  {{>value}}\n", "  A\nB\n  end\n"},    {"  {{>inline}}\n", "  [one\ntwo\n]"},
        {"  {{>section}}\n", "  in\n  out\n"},    {"  {{>blank}}\n", "  a\n\n  b\n"},
        {"- {{>two}}\n", "- one\ntwo\n\n"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena *arena = arena_new(0);
        struct pieces pieces = {.arena = arena, .list = list, .count = LENGTH(list)};
        const struct template_render_options options = {.partial = find_piece, .partial_context = &pieces};
        struct value *map = value_map(arena);
        struct text out;
        struct err err;
        value_set_text(map, "x", "A\nB");
        value_set(map, "yes", value_bool(arena, true));
        text_init(&out, arena);
        assert_int_equal(template_render(parse(arena, "t", cases[i].source), map, &options, &out, &err), 0);
        expect_text(cases[i].source, out.data, cases[i].want);
        arena_free(&arena);
    }
}

static void note_name(void *context, const char *name, bool section, int line)
{
    text_addf(context, "%s%s:%d ", section ? "#" : "", name, line);
}

static void names_are_visited_in_order(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct text seen;

    text_init(&seen, arena);
    template_names(parse(arena, "t", "{{a}}\n{{#b}}{{{c.d}}}{{/b}}\n{{^e}}{{>p}}{{.}}{{/e}}{{! no }}"), note_name,
                   &seen);
    assert_string_equal(seen.data, "a:1 #b:2 c.d:2 #e:3 .:3 ");
    arena_free(&arena);
}

/* Bytes that look like templates: whatever they are, parsing and rendering end well under the sanitizers. */
static void random_bytes_do_no_harm(void **state)
{
    (void)state;
    static const char *const words[] = {"{{",   "}}",   "{{{",    "}}}",    "#",           "/",  "^",   ">",
                                        "!",    "=",    "&",      ".",      "a",           "b",  "a.b", " ",
                                        "\n",   "\r\n", "{{#a}}", "{{/a}}", "{{=<% %>=}}", "<%", "%>",  "é",
                                        "\xff", "\x01", "{{>a}}", "{{.}}",  "text"};
    uint32_t seed = 12345;

    for (int round = 0; round < 20000; round++) {
        struct arena *arena = arena_new(0);
        const struct template_render_options options = {.escape = ESCAPE_HTML, .max_output = 4096};
        struct value *map = value_map(arena), *list = value_list(arena);
        struct template *template;
        struct text source, out;
        struct err err;
        text_init(&source, arena);
        for (int i = 0; i < 12; i++) {
            seed = seed * 1664525U + 1013904223U;
            text_add(&source, words[(seed >> 16) % LENGTH(words)]);
        }
        value_push(list, value_text(arena, "x"));
        value_push(list, map);
        value_set(map, "a", list);
        text_init(&out, arena);
        if (template_parse(arena, "t", source.data, &template, &err) == 0)
            template_render(template, map, &options, &out, &err);
        else
            assert_true(strlen(err.text) > 10);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_is_no_template),
        cmocka_unit_test(line_and_sentence_come_apart),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(partials_cannot_run_away),
        cmocka_unit_test(escapes_by_context),
        cmocka_unit_test(values_that_must_not_pass_are_refused),
        cmocka_unit_test(marks_of_ours_pass_untouched),
        cmocka_unit_test(unknown_names_are_errors_where_asked),
        cmocka_unit_test(partials_are_indented_as_their_tag),
        cmocka_unit_test(names_are_visited_in_order),
        cmocka_unit_test(random_bytes_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
