/*
 * The example files of conf/ are what the tables print, and they load.
 *
 *   unit_config_print --write    writes them
 */
#include "unit/config/fixture.h"

#include "config/tables.h"

static const struct example {
    const char *file;
    const struct option_group *group;
    const char *key;
    const char *place; /* in a configuration */
} examples[] = {
    {"conf/dunningd.conf", &group_main, NULL, NULL},
    {"conf/example-policy.conf", &group_policy, "policy", "policies/example.conf"},
    {"conf/example-provider-smtp.conf", &group_smtp, "provider", "providers/smtp.conf"},
    {"conf/example-provider-http.conf", &group_http, "provider", "providers/http.conf"},
    {"conf/example-provider-drop.conf", &group_drop, "provider", "providers/drop.conf"},
};

static const char *printed(struct arena *arena, const struct example *example)
{
    struct text text;
    text_init(&text, arena);
    option_print_example(example->group, example->key, &text);
    return text.data;
}

static void test_files_are_what_is_printed(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    size_t length;
    for (size_t i = 0; i < LENGTH(examples); i++)
        if (!text_equal(project_file(arena, examples[i].file, &length), printed(arena, &examples[i])))
            fail_msg("%s is not what the tables print; run unit_config_print --write", examples[i].file);
    arena_free(&arena);
}

static void test_every_option_is_there(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    for (size_t i = 0; i < LENGTH(examples); i++) {
        const char *text = printed(arena, &examples[i]);
        for (size_t j = 0; j < examples[i].group->count; j++) {
            const struct option *option = &examples[i].group->options[j];
            if (option->type != OPTION_LATER)
                expect_part(examples[i].file, text, arena_printf(arena, "%s = ", option->name));
        }
    }
    arena_free(&arena);
}

static void test_policies_and_providers_load(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_new(&fixture);
    for (size_t i = 0; i < LENGTH(examples); i++)
        if (examples[i].place != NULL)
            fixture_write(&fixture, examples[i].place, printed(fixture.arena, &examples[i]));
    assert_int_equal(unlink(fixture_path(&fixture, "policies/50-standard.conf")), 0);
    if (fixture_load(&fixture) != 0)
        fail_msg("%s", fixture_findings(&fixture));
    expect_int("policies", (intmax_t)fixture.config->rulebook.policy_count, 1);
    expect_int("providers", (intmax_t)fixture.config->provider_count, 4);
    fixture_done(&fixture);
}

/* The main file with the directories of the fixture, and the defaults that it shows. */
static void test_the_main_file_shows_the_defaults(void **state)
{
    (void)state;
    struct fixture bare, full;
    const char *directories = "directories = { policies = \"policies\"; providers = \"providers\"; templates = "
                              "\"templates\"; calendars = \"calendars\"; };\n"
                              "channels = { email = [\"box\"]; };\n";
    const char *business = "business = { name = \"Example GmbH\"; email = \"accounts@example.com\"; };\n";
    fixture_new(&bare);
    fixture_new(&full);
    char *text = arena_copy(full.arena, printed(full.arena, &examples[0]));
    /* What it says itself of these two groups is live, so it makes room for ours. */
    for (size_t i = 0; i < 2; i++) {
        const char *const names[] = {"\ndirectories = {", "\nchannels = {"};
        char *at = strstr(text, names[i]);
        assert_non_null(at);
        memset(at + 1, ' ', (size_t)(strstr(at, "\n};") - at) + 2);
    }
    fixture_write(&full, "dunningd.conf", arena_printf(full.arena, "%s%s", text, directories));
    fixture_write(&bare, "dunningd.conf", arena_printf(bare.arena, "%s%s", business, directories));
    if (fixture_load(&full) != 0)
        fail_msg("%s", fixture_findings(&full));
    if (fixture_load(&bare) != 0)
        fail_msg("%s", fixture_findings(&bare));
    const struct settings *a = &full.config->settings, *b = &bare.config->settings;
    expect_text("timezone", a->timezone, b->timezone);
    expect_text("ledger", a->ledger_path, b->ledger_path);
    expect_int("limits", memcmp(&a->limits, &b->limits, sizeof a->limits), 0);
    fixture_done(&bare);
    fixture_done(&full);
}

static int write_all(void)
{
    struct arena *arena = arena_new(0);
    for (size_t i = 0; i < LENGTH(examples); i++) {
        FILE *file = fopen(project_path(arena, examples[i].file), "w");
        if (file == NULL || fputs(printed(arena, &examples[i]), file) == EOF || fclose(file) != 0)
            return 1;
    }
    arena_free(&arena);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_are_what_is_printed),
        cmocka_unit_test(test_every_option_is_there),
        cmocka_unit_test(test_policies_and_providers_load),
        cmocka_unit_test(test_the_main_file_shows_the_defaults),
    };
    if (argc > 1 && strcmp(argv[1], "--write") == 0)
        return write_all();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
