/*
 * Every broken file of tests/data/bad through the whole loader, each with the
 * findings that tests/data/bad/expected.tsv gives: file, line, sentence.  The
 * beginning of a file's name says where in the configuration it stands.
 *
 *   unit_config_bad_input --print    prints the table as it is now
 */
#include "unit/config/fixture.h"

#include <dirent.h>

#define DATA "tests/data/bad"

static const struct place {
    const char *prefix, *target; /* where the file goes; a %s is the rest of its name */
} places[] = {
    {"main-", "dunningd.conf"},        {"policy-", "policies/bad.conf"},     {"provider-", "providers/bad.conf"},
    {"calendar-", "calendars/bad-%s"}, {"template-", "templates/en/bad-%s"},
};

/* Puts the file into its place in the configuration. */
static void put(struct fixture *fixture, const char *name)
{
    size_t length;
    const char *bytes = project_file(fixture->arena, arena_printf(fixture->arena, DATA "/%s", name), &length);
    for (size_t i = 0; i < LENGTH(places); i++) {
        if (!text_starts(name, places[i].prefix))
            continue;
        const char *rest = name + strlen(places[i].prefix), *mark = strstr(places[i].target, "%s");
        const char *target = mark == NULL ? places[i].target
                                          : arena_printf(fixture->arena, "%.*s%s", (int)(mark - places[i].target),
                                                         places[i].target, rest);
        fixture_write_bytes(fixture, target, bytes, length);
        return;
    }
    fail_msg("%s: the name does not say where the file belongs", name);
}

/* The rows of the table that the file gives. */
static const char *rows_of(struct arena *arena, const char *name)
{
    struct fixture fixture;
    struct text rows;
    text_init(&rows, arena);
    fixture_new(&fixture);
    put(&fixture, name);
    if (fixture_load(&fixture) == 0)
        text_addf(&rows, "%s\taccepted\n", name);
    for (size_t i = 0; i < fixture.findings.count; i++) {
        const struct finding *finding = &fixture.findings.list[i];
        const char *file =
            text_starts(finding->file, fixture.folder) ? finding->file + strlen(fixture.folder) + 1 : finding->file;
        if (finding->severity == SEVERITY_ERROR)
            text_addf(&rows, "%s\t%s:%d\t%s\n", name, file, finding->line, finding->text);
    }
    fixture_done(&fixture);
    /* The folder has another name each time. */
    for (char *at; (at = strstr(rows.data, "/tmp/config.")) != NULL;)
        memcpy(at, "/etc/dunningd//////", strlen("/tmp/config.XXXXXX"));
    return rows.data;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_case(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && strcmp(entry->d_name, "expected.tsv") != 0;
}

static const char *table_now(struct arena *arena, size_t *cases)
{
    struct dirent **entries;
    struct text table;
    int count = scandir(project_path(arena, DATA), &entries, is_case, by_name);
    text_init(&table, arena);
    *cases = 0;
    for (int i = 0; i < count; i++) {
        text_add(&table, rows_of(arena, entries[i]->d_name));
        (*cases)++;
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return table.data;
}

static void test_every_file_gives_its_sentences(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    size_t cases, length;
    char *now = arena_copy(arena, table_now(arena, &cases));
    char *want = project_file(arena, DATA "/expected.tsv", &length);
    expect_true("at least 60 cases", cases >= 60);
    while (now != NULL || want != NULL) {
        const char *row = now == NULL ? "" : strsep(&now, "\n");
        const char *expected = want == NULL ? "" : strsep(&want, "\n");
        expect_text("row of expected.tsv", row, expected);
        expect_true(row, strstr(row, "\taccepted") == NULL);
    }
    arena_free(&arena);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_file_gives_its_sentences)};
    if (argc > 1 && strcmp(argv[1], "--print") == 0) {
        struct arena *arena = arena_new(0);
        size_t cases;
        fputs(table_now(arena, &cases), stdout);
        arena_free(&arena);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
