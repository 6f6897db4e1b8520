/*
 * The official Mustache cases (interpolation, sections, inverted, comments,
 * delimiters, partials), read from DUNNINGD_SHARED/data/mustache-spec.
 * None of them is refused; dunning-template(5) says the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/arena.h"
#include "compose/template.h"

/* The official cases that we refuse on purpose, by file and name: none. */
static const char *const refused[] = {NULL};

static struct value *value_of(struct arena *arena, const json_t *json)
{
    struct value *value;
    size_t index;
    const char *key;
    json_t *element;

    switch (json_typeof(json)) {
    case JSON_OBJECT:
        value = value_map(arena);
        json_object_foreach((json_t *)(uintptr_t)json, key, element) value_set(value, key, value_of(arena, element));
        return value;
    case JSON_ARRAY:
        value = value_list(arena);
        json_array_foreach(json, index, element) value_push(value, value_of(arena, element));
        return value;
    case JSON_STRING:
        return value_text(arena, json_string_value(json));
    case JSON_INTEGER:
    case JSON_REAL:
        return value_text(arena, arena_printf(arena, "%.12g", json_number_value(json)));
    case JSON_TRUE:
    case JSON_FALSE:
        return value_bool(arena, json_is_true(json));
    case JSON_NULL:
        return value_text(arena, "");
    }
    return NULL;
}

struct partials {
    struct arena *arena;
    const json_t *sources;
};

static const struct template *find_partial(void *context, const char *name)
{
    const struct partials *partials = context;
    const char *source = json_string_value(json_object_get(partials->sources, name));
    struct template *template;

    if (source == NULL || template_parse(partials->arena, name, source, &template, NULL) != 0)
        return NULL;
    return template;
}

static const char *render_case(struct arena *arena, const json_t *test)
{
    struct partials partials = {.arena = arena, .sources = json_object_get(test, "partials")};
    struct template_render_options options = {.escape = ESCAPE_HTML,
                                              .partial = find_partial,
                                              .partial_context = &partials};
    struct template *template;
    struct text out;
    struct err err;

    text_init(&out, arena);
    if (template_parse(arena, "case", json_string_value(json_object_get(test, "template")), &template, &err) != 0 ||
        template_render(template, value_of(arena, json_object_get(test, "data")), &options, &out, &err) != 0)
        return arena_copy(arena, err.text);
    return out.data;
}

static bool is_refused(const char *file, const char *name)
{
    char full[200];

    snprintf(full, sizeof full, "%s: %s", file, name);
    for (size_t i = 0; refused[i] != NULL; i++) {
        if (strcmp(refused[i], full) == 0)
            return true;
    }
    return false;
}

static size_t run_file(const char *shared, const char *file, size_t *failed)
{
    struct arena *arena = arena_new(0);
    json_error_t error;
    json_t *root = json_load_file(arena_printf(arena, "%s/data/mustache-spec/%s.json", shared, file), 0, &error);
    json_t *test;
    size_t index, count = 0;

    if (root == NULL)
        fail_msg("%s.json: %s", file, error.text);
    json_array_foreach(json_object_get(root, "tests"), index, test)
    {
        const char *name = json_string_value(json_object_get(test, "name"));
        const char *expected = json_string_value(json_object_get(test, "expected"));
        const char *got = render_case(arena, test);
        if ((strcmp(got, expected) == 0) == is_refused(file, name)) {
            print_error("%s: %s: expected \"%s\", got \"%s\"\n", file, name, expected, got);
            (*failed)++;
        }
        count++;
    }
    json_decref(root);
    arena_free(&arena);
    return count;
}

static void test_official_cases(void **state)
{
    static const struct {
        const char *file;
        size_t count;
    } files[] = {{"comments", 12}, {"delimiters", 14}, {"interpolation", 42},
                 {"inverted", 22}, {"partials", 12},   {"sections", 34}};
    const char *shared = getenv("DUNNINGD_SHARED");
    size_t failed = 0;
    FILE *there;
    char path[1000];

    (void)state;
    if (shared == NULL)
        shared = "../shared";
    snprintf(path, sizeof path, "%s/data/mustache-spec/sections.json", shared);
    there = fopen(path, "r");
    if (there == NULL) {
        if (getenv("CI") != NULL)
            fail_msg("%s is missing", path);
        print_message("skipped: the Mustache specification (%s is missing)\n", path);
        skip();
    }
    fclose(there);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        assert_true(run_file(shared, files[i].file, &failed) >= files[i].count);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_official_cases)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
