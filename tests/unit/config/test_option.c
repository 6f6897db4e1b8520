/* The tables of options hold what the reader, the examples and the manuals expect of them. */
#include "unit/config/fixture.h"

#include "config/reader.h"
#include "config/tables.h"
#include "config/zones.h"

static bool has_range(const struct option *option)
{
    return option->type == OPTION_INT || option->type == OPTION_SECONDS;
}

static void check_option(const struct option_group *group, const struct option *option)
{
    struct arena *arena = arena_new(0);
    const char *name = arena_printf(arena, "%s, %s", group->name, option->name);
    bool needs_example = option->preset == NULL || (option->preset[0] == '\0' && option->group == NULL);
    expect_true(name, option->sentence != NULL && text_ends(option->sentence, "."));
    expect_true(name, !needs_example || option->example != NULL);
    expect_true(name, !has_range(option) || strstr(option->values, "..") != NULL);
    expect_true(name, (option->type == OPTION_SPECIAL) == (option->read != NULL));
    expect_true(name, option->type != OPTION_LATER || option->later != NULL);
    expect_true(name, option->type != OPTION_WORD || option->names != NULL || option->values != NULL);
    expect_true(name, option->type != OPTION_GROUP || option->group != NULL);
    expect_true("a name stands once", option_find(group, option->name) == option);
    arena_free(&arena);
}

static void test_every_option_is_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < option_group_count; i++)
        for (size_t j = 0; j < option_groups[i]->count; j++)
            check_option(option_groups[i], &option_groups[i]->options[j]);
}

/* An empty group takes every default: only keys without one may be missed. */
static void test_every_default_is_valid(void **state)
{
    (void)state;
    for (size_t i = 0; i < option_group_count; i++) {
        const struct option_group *group = option_groups[i];
        struct arena *arena = arena_new(0);
        struct findings findings;
        struct config config = {.arena = arena, .zones = zones_new(arena)};
        struct reader reader = {.arena = arena, .findings = &findings, .file = "f", .folder = "/", .config = &config};
        config_t document;
        findings_init(&findings, arena);
        config_init(&document);
        assert_int_equal(config_read_string(&document, "g = { };"), CONFIG_TRUE);
        reader_group(&reader, config_lookup(&document, "g"), group, arena_alloc(arena, group->size));
        for (size_t j = 0; j < findings.count; j++)
            if (strstr(findings.list[j].text, " is missing") == NULL &&
                strstr(findings.list[j].text, "there is no policy in this file") == NULL)
                fail_msg("%s: %s", group->name, findings.list[j].text);
        config_destroy(&document);
        arena_free(&arena);
    }
}

static void test_every_group_of_an_option_is_listed(void **state)
{
    (void)state;
    for (size_t i = 0; i < option_group_count; i++) {
        for (size_t j = 0; j < option_groups[i]->count; j++) {
            const struct option *option = &option_groups[i]->options[j];
            bool listed = option->group == NULL;
            for (size_t k = 0; k < option_group_count; k++)
                listed = listed || option_groups[k] == option->group;
            expect_true(option->name, listed);
        }
    }
}

static void test_finds_words(void **state)
{
    (void)state;
    static const struct {
        const char *values, *word;
        int want;
    } rows[] = {
        {"a|b|c", "a", 0},   {"a|b|c", "c", 2},   {"a|b|c", "d", -1}, {"a|b|c", "", -1},
        {"d|bd|w", "b", -1}, {"d|bd|w", "bd", 1}, {"", "a", -1},      {"a", "a|b", -1},
    };
    struct arena *arena = arena_new(0);
    for (size_t i = 0; i < LENGTH(rows); i++)
        expect_int(rows[i].word, option_value(rows[i].values, rows[i].word), rows[i].want);
    const struct option three = {.values = "a|b|c"}, one = {.values = "a"};
    expect_text("three", option_words(&three, arena), "a, b or c");
    expect_text("one", option_words(&one, arena), "a");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_option_is_complete),
        cmocka_unit_test(test_every_default_is_valid),
        cmocka_unit_test(test_every_group_of_an_option_is_listed),
        cmocka_unit_test(test_finds_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
