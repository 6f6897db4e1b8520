/*
 * The manuals' lists against the tables, both ways: a list begins behind the
 * comment `.\" keys of NAME`, and each key is an `.It Ic` in it, with its
 * default in the text below.
 */
#include "unit/config/fixture.h"

#include "config/provider_values.h"
#include "config/tables.h"

/* Which lists of which manual together hold the keys of a group. */
static const struct chapter {
    const char *page;
    const struct option_group *group;
    const char *lists[3];
} chapters[] = {
    {"dunningd.conf.5", &group_main, {"dunningd.conf"}},
    {"dunningd.conf.5", &group_business, {"business"}},
    {"dunningd.conf.5", &group_entity, {"entities", "business"}},
    {"dunningd.conf.5", &group_ledger, {"ledger"}},
    {"dunningd.conf.5", &group_state, {"state"}},
    {"dunningd.conf.5", &group_directories, {"directories"}},
    {"dunningd.conf.5", &group_channels, {"channels"}},
    {"dunningd.conf.5", &group_limits, {"limits"}},
    {"dunningd.conf.5", &group_sms, {"sms"}},
    {"dunningd.conf.5", &group_sender, {"sender"}},
    {"dunning-policy.5", &group_policy_file, {"policies"}},
    {"dunning-policy.5", &group_policy, {"policy"}},
    {"dunning-policy.5", &group_applies_to, {"applies_to"}},
    {"dunning-policy.5", &group_window, {"window"}},
    {"dunning-policy.5", &group_step, {"step"}},
    {"dunning-policy.5", &group_when, {"when"}},
    {"dunning-policy.5", &group_approval, {"approval"}},
    {"dunning-policy.5", &group_plan, {"plan"}},
    {"dunning-policy.5", &group_repeat, {"repeat"}},
    {"dunning-policy.5", &group_task, {"task"}},
    {"dunning-policy.5", &group_on, {"on"}},
    {"dunning-policy.5", &group_dispute, {"dispute"}},
    {"dunning-provider.5", &group_provider_file, {"providers"}},
    {"dunning-provider.5", &group_smtp, {"provider smtp", "provider", "network"}},
    {"dunning-provider.5", &group_http, {"provider http", "provider", "network"}},
    {"dunning-provider.5", &group_header, {"field"}},
    {"dunning-provider.5", &group_field, {"field"}},
    {"dunning-provider.5", &group_answer, {"answer"}},
    {"dunning-provider.5", &group_drop, {"provider drop", "provider"}},
    {"dunningd-rates.5", &group_rates_file, {"rates"}},
    {"dunningd-rates.5", &group_series, {"series"}},
    {"dunningd-rates.5", &group_equals, {"equals"}},
    {"dunningd-rates.5", &group_regime, {"regime"}},
    {"dunningd-rates.5", &group_compensation, {"compensation"}},
    {"dunningd-rates.5", &group_band, {"band"}},
};

static char *read_page(struct arena *arena, const char *name)
{
    size_t length;
    return project_file(arena, arena_printf(arena, "man/%s", name), &length);
}

/* The text of a list: from its comment to its last item, which the outermost .El ends. */
static const char *list_of(struct arena *arena, const char *page, const char *name)
{
    const char *begin = strstr(page, arena_printf(arena, "\n.\\\" keys of %s\n", name));
    int depth = 0;
    if (begin == NULL)
        fail_msg("there is no list of the keys of %s", name);
    for (const char *at = strstr(begin, "\n.Bl"); at != NULL; at = strstr(at + 1, "\n.")) {
        depth += text_starts(at, "\n.Bl") - text_starts(at, "\n.El");
        if (depth == 0)
            return arena_copy_n(arena, begin, (size_t)(at - begin));
    }
    fail_msg("the list of the keys of %s has no end", name);
    return "";
}

/* The keys that an item of a list is about: ".It Ic a , b" */
static bool item_names(const char *item, const char *name)
{
    const char *end = strchr(item, '\n');
    size_t length = strlen(name);
    for (const char *at = item; (at = strstr(at, name)) != NULL && at < end; at++)
        if (at[-1] == ' ' && (at[length] == ' ' || at[length] == '\n'))
            return true;
    return false;
}

/* The item of a key with the text up to the next one; NULL if the list has none. */
static const char *item_of(struct arena *arena, const char *list, const char *name)
{
    static const char mark[] = "\n.It Ic ";
    for (const char *at = strstr(list, mark); at != NULL; at = strstr(at + 1, mark)) {
        const char *next = strstr(at + 1, mark);
        if (item_names(at + 1, name))
            return next == NULL ? at + 1 : arena_copy_n(arena, at + 1, (size_t)(next - at) - 1);
    }
    return NULL;
}

/* What the text about a key must show of its default. */
static const char *shown_default(struct arena *arena, const struct option *option)
{
    const char *preset = option->preset;
    if (option->type == OPTION_LATER)
        return "Not available in this version";
    if (preset == NULL)
        return "Required.";
    if (preset[0] == '\0' || preset[0] == '{')
        return "";
    size_t length = strlen(preset);
    return preset[0] == '"' ? arena_copy_n(arena, preset + 1, length - 2) : preset;
}

static const char *find_item(struct arena *arena, const struct chapter *chapter, const char *page, const char *name)
{
    const char *item = NULL;
    for (size_t i = 0; i < LENGTH(chapter->lists) && chapter->lists[i] != NULL && item == NULL; i++)
        item = item_of(arena, list_of(arena, page, chapter->lists[i]), name);
    return item;
}

static void test_every_key_is_described(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(chapters); i++) {
        struct arena *arena = arena_new(0);
        const struct chapter *chapter = &chapters[i];
        const char *page = read_page(arena, chapter->page);
        for (size_t j = 0; j < chapter->group->count; j++) {
            const struct option *option = &chapter->group->options[j];
            const char *item = find_item(arena, chapter, page, option->name);
            const char *remark =
                arena_printf(arena, "%s, keys of %s: %s", chapter->page, chapter->lists[0], option->name);
            expect_true(remark, item != NULL);
            expect_part(remark, item, shown_default(arena, option));
        }
        arena_free(&arena);
    }
}

static bool any_group_has(const char *page, const char *list, const char *name)
{
    for (size_t i = 0; i < LENGTH(chapters); i++)
        for (size_t j = 0; j < LENGTH(chapters[i].lists) && chapters[i].lists[j] != NULL; j++)
            if (text_equal(chapters[i].page, page) && text_equal(chapters[i].lists[j], list) &&
                option_find(chapters[i].group, name) != NULL)
                return true;
    return false;
}

/* A key that the tables have lost must leave the manual too. */
static void check_list(struct arena *arena, const char *page, const char *list, const char *text)
{
    static const char mark[] = "\n.It Ic ";
    for (const char *at = strstr(text, mark); at != NULL; at = strstr(at + 1, mark)) {
        const char *names = at + strlen(mark);
        char *line = arena_copy_n(arena, names, strcspn(names, "\n"));
        for (char *name; (name = strsep(&line, " ,")) != NULL;)
            if (name[0] != '\0' && !any_group_has(page, list, name))
                fail_msg("%s, keys of %s: there is no key %s", page, list, name);
    }
}

static void test_every_described_key_is_there(void **state)
{
    (void)state;
    static const char *const pages[] = {"dunningd.conf.5", "dunning-policy.5", "dunning-provider.5",
                                        "dunningd-rates.5"};
    static const char mark[] = "\n.\\\" keys of ";
    for (size_t i = 0; i < LENGTH(pages); i++) {
        struct arena *arena = arena_new(0);
        const char *page = read_page(arena, pages[i]);
        for (const char *at = strstr(page, mark); at != NULL; at = strstr(at + 1, mark)) {
            const char *name = at + strlen(mark);
            const char *list = arena_copy_n(arena, name, strcspn(name, "\n"));
            check_list(arena, pages[i], list, list_of(arena, page, list));
        }
        arena_free(&arena);
    }
}

static void test_every_group_has_a_chapter(void **state)
{
    (void)state;
    expect_int("groups", (intmax_t)LENGTH(chapters), (intmax_t)option_group_count);
    for (size_t i = 0; i < option_group_count; i++) {
        bool found = false;
        for (size_t j = 0; j < LENGTH(chapters); j++)
            found = found || chapters[j].group == option_groups[i];
        expect_true(option_groups[i]->name, found);
    }
}

static void test_every_value_of_providers_is_described(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    const char *page = read_page(arena, "dunning-provider.5");
    const char *begin = strstr(page, ".\\\" values\n");
    assert_non_null(begin);
    const char *list = arena_copy_n(arena, begin, (size_t)(strstr(begin, "\n.El") - begin));
    for (size_t i = 0; i < provider_value_count; i++) {
        bool found = false;
        for (const char *at = strstr(list, "\n.It Li "); at != NULL; at = strstr(at + 1, "\n.It Li "))
            found = found || item_names(at + 1, provider_values[i].name);
        expect_true(provider_values[i].name, found);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_key_is_described),
        cmocka_unit_test(test_every_described_key_is_there),
        cmocka_unit_test(test_every_group_has_a_chapter),
        cmocka_unit_test(test_every_value_of_providers_is_described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
