/*
 * dunning-template(5) is held to the tables: the values, the fields of the
 * package and the columns of its CSV.
 */
#include "unit/compose/sample.h"
#include "unit/compose/templates.h"

#include <jansson.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/render.h"

static const char *manual(struct arena *arena)
{
    return file_text(arena, source_path(arena, "man/dunning-template.5"));
}

/* The words behind ".It Ic name", joined by blanks, up to the next macro; NULL if there is no such entry. */
static const char *entry(struct arena *arena, const char *page, const char *name)
{
    const char *line = strstr(page, arena_printf(arena, "\n.It Ic %s\n", name));
    struct text words;

    if (line == NULL)
        return NULL;
    text_init(&words, arena);
    line = strchr(line + 1, '\n') + 1;
    while (!text_starts(line, ".It") && !text_starts(line, ".El")) {
        size_t length = strcspn(line, "\n");
        const char *text = arena_copy_n(arena, line, length);
        text_addf(&words, "%s%s", words.length > 0 ? " " : "", text_starts(text, ".Xr ") ? text + 4 : text);
        line += length + 1;
    }
    return words.data;
}

/* The table's sentence as the manual writes it: a capital, a full stop, references as macros. */
static const char *as_manual(struct arena *arena, const char *sentence)
{
    char *text = arena_printf(arena, "%s.", sentence);

    if (text[0] >= 'a' && text[0] <= 'z')
        text[0] = (char)(text[0] - 'a' + 'A');
    char *reference = strstr(text, "dunningd.conf(5)");
    if (reference != NULL)
        return arena_printf(arena, "%.*sdunningd.conf 5 %s", (int)(reference - text), text, reference + 16);
    return text;
}

static void every_value_is_in_the_manual(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    const char *page = manual(arena);

    for (size_t i = 0; i < template_name_count; i++) {
        const char *found = entry(arena, page, template_name_table[i].name);
        expect_true(template_name_table[i].name, found != NULL);
        expect_text(template_name_table[i].name, found, as_manual(arena, template_name_table[i].sentence));
    }
    arena_free(&arena);
}

static bool is_value(const char *name)
{
    for (size_t i = 0; i < template_name_count; i++) {
        if (text_equal(template_name_table[i].name, name))
            return true;
    }
    return false;
}

static void the_manual_has_no_other_values(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    const char *page = strstr(manual(arena), "\n.Sh VALUES\n"), *last = strstr(page, "\n.Sh PACKAGE");

    assert_non_null(last);
    for (const char *at = strstr(page, "\n.It Ic "); at != NULL && at < last; at = strstr(at + 1, "\n.It Ic ")) {
        const char *name = at + strlen("\n.It Ic ");
        name = arena_copy_n(arena, name, strcspn(name, "\n"));
        expect_true(name, is_value(name));
    }
    arena_free(&arena);
}

/* Every key of an object of the package, however deep, is named in the manual's section about it. */
static void expect_keys(struct arena *arena, const char *page, json_t *json)
{
    const char *key;
    size_t index;
    json_t *element;

    json_object_foreach(json, key, element)
    {
        expect_true(key, strstr(page, arena_printf(arena, "Ic %s\n", key)) != NULL ||
                             strstr(page, arena_printf(arena, "Ic %s ", key)) != NULL ||
                             strstr(page, arena_printf(arena, " , %s\n", key)) != NULL);
        expect_keys(arena, page, element);
    }
    json_array_foreach(json, index, element) expect_keys(arena, page, element);
}

/* The literal display of the section, in one line. */
static const char *columns(struct arena *arena, const char *page)
{
    const char *from = strchr(strstr(page, "\n.Bd ") + 1, '\n') + 1, *to = strstr(from, "\n.Ed");
    struct text line;

    text_init(&line, arena);
    for (; from < to; from++) {
        if (*from != '\n')
            text_add_char(&line, *from);
    }
    return line.data;
}

static void every_field_of_the_package_is_in_the_manual(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct sample sample;
    struct rendered out;
    struct err err;

    sample_init(&sample, arena);
    sample.notice.action = ACTION_HANDOFF;
    sample.notice.template_name = "";
    sample.message.channel = CHANNEL_AGENCY;
    assert_int_equal(render_message(&sample.input, arena, &out, &err), 0);
    json_t *root = json_loads(out.package_json, 0, NULL);
    const char *page = strstr(manual(arena), "\n.Sh PACKAGE");
    assert_non_null(page);
    expect_keys(arena, page, root);
    json_decref(root);
    expect_text("columns", columns(arena, page), arena_copy_n(arena, out.package_csv, strcspn(out.package_csv, "\r")));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_is_in_the_manual),
        cmocka_unit_test(the_manual_has_no_other_values),
        cmocka_unit_test(every_field_of_the_package_is_in_the_manual),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
