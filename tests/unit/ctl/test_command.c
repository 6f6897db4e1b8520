/* The table of verbs is complete, its examples can be read, and the manual says what it says. */
#include "ctl/command.h"

#include "base/arena.h"
#include "base/text.h"
#include "ctl/arguments.h"
#include "fake/test.h"

static struct arena *arena;

static const char *name_of(size_t i)
{
    return command_name(&commands[i], arena);
}

static void test_rows_are_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        const struct command *command = &commands[i];
        expect_true(name_of(i), !text_empty(command->verb) && command->run != NULL && command->options != NULL);
        expect_true(name_of(i), command->min <= command->max);
        expect_true(name_of(i), command->sentence[0] >= 'a' && command->sentence[0] <= 'z');
        expect_true(name_of(i), !text_ends(command->sentence, "."));
        expect_true(name_of(i), text_starts(command->example, command->verb));
        for (size_t j = 0; j < i; j++)
            expect_true(name_of(i),
                        !text_equal(commands[j].verb, command->verb) || !text_equal(commands[j].sub, command->sub));
    }
}

static void test_options_are_complete(void **state)
{
    (void)state;
    for (int id = 0; id < OPTION_COUNT; id++) {
        bool used = false;
        expect_true("an option has a name", !text_empty(option_names[id].name));
        for (size_t i = 0; i < command_count; i++)
            used = used || command_option(&commands[i], (enum option_id)id) != NULL;
        expect_true(option_names[id].name, used);
    }
    for (size_t i = 0; i < command_count; i++)
        for (const struct command_option *option = commands[i].options; option->sentence; option++)
            expect_int(option_names[option->id].name, text_empty(option->argument),
                       option_names[option->id].kind == KIND_FLAG);
}

/* Words of a line as a shell takes them apart: double quotes hold spaces. */
static int split(const char *line, const char **words)
{
    char *copy = arena_copy(arena, line);
    int count = 0;

    words[count++] = "dunningctl";
    while (*copy != '\0') {
        bool quoted = *copy == '"';
        copy += quoted;
        words[count++] = copy;
        copy += strcspn(copy, quoted ? "\"" : " ");
        if (*copy == '\0')
            break;
        *copy++ = '\0';
        while (*copy == ' ')
            copy++;
    }
    return count;
}

static void test_examples_can_be_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        const char *words[24];
        struct arguments out;
        struct err err = {.text = ""};
        int count = split(commands[i].example, words);
        if (arguments_read(count, words, arena, &out, &err) != 0)
            fail_msg("%s: %s", commands[i].example, err.text);
        expect_true(commands[i].example, out.command == &commands[i]);
    }
}

static void test_help(void **state)
{
    const char *all = help_program(arena);

    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        const char *help = help_command(&commands[i], arena);
        expect_part("the program's help", all, arena_printf(arena, "  %s ", name_of(i)));
        expect_part(name_of(i), help, command_usage(&commands[i], arena));
        expect_part(name_of(i), help, arena_printf(arena, "example: dunningctl %s\n", commands[i].example));
        expect_part(name_of(i), help, "exit status: 0 done");
        expect_int(name_of(i), strstr(help, "--json") != NULL, (commands[i].needs & PRINTS) != 0);
        for (const struct command_option *option = commands[i].options; option->sentence; option++)
            expect_part(name_of(i), help, option->sentence);
    }
}

static void test_later_words_are_no_verbs(void **state)
{
    (void)state;
    for (size_t l = 0; l < later_count; l++) {
        expect_part(later_words[l].verb, later_words[l].instead, "dunningctl ");
        for (size_t i = 0; i < command_count && text_empty(later_words[l].word); i++)
            expect_true(later_words[l].verb, !text_equal(commands[i].verb, later_words[l].verb));
    }
}

/* ---- the manual ---- */

static char *read_manual(void)
{
    const char *source = getenv("DUNNINGD_SOURCE");
    FILE *file = fopen(arena_printf(arena, "%s/man/dunningctl.1", source ? source : "."), "r");
    char *text = arena_alloc(arena, 65536);

    if (!file)
        fail_msg("man/dunningctl.1 cannot be read");
    size_t length = fread(text, 1, 65535, file);
    fclose(file);
    text[length] = '\0';
    return text;
}

/* The item of a verb: from its line to that of the next verb. */
static const char *section_of(const char *manual, const struct command *command)
{
    const char *item = arena_printf(arena, "\n.It Cm %s", name_of((size_t)(command - commands)));
    const char *begin = manual;

    do {
        begin = strstr(begin, item);
        if (!begin)
            return NULL;
        begin += strlen(item);
    } while (*begin != ' ' && *begin != '\n');
    const char *end = strstr(begin, "\n.It Cm ");
    return arena_copy_n(arena, begin, end ? (size_t)(end - begin) : strlen(begin));
}

static void test_manual_has_all_verbs_and_options(void **state)
{
    const char *manual = read_manual();

    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        const char *section = section_of(manual, &commands[i]);
        if (!section)
            fail_msg("dunningctl(1) has no item for %s", name_of(i));
        for (const struct command_option *option = commands[i].options; option->sentence; option++) {
            /* The options of `optout remove` are said to be those of `optout add`. */
            if (text_equal(commands[i].sub, "remove"))
                continue;
            expect_part(name_of(i), section, arena_printf(arena, "Fl -%s", option_names[option->id].name));
        }
    }
    for (const struct command_option *option = common_options; option->sentence; option++)
        expect_part("common options", manual, arena_printf(arena, ".It Fl -%s", option_names[option->id].name));
    for (size_t l = 0; l < later_count; l++)
        expect_part("later words", manual, later_words[l].verb);
}

/* What the manual promises exists: each .It Cm is a verb, each option of it is in the table. */
static void test_manual_has_no_others(void **state)
{
    const char *at = strstr(read_manual(), "\n.Sh VERBS"), *end = at ? strstr(at, "\n.Sh JSON") : NULL;

    (void)state;
    assert_non_null(end);
    while ((at = strstr(at, "\n.It Cm ")) != NULL && at < end) {
        at += strlen("\n.It Cm ");
        const char *line = arena_copy_n(arena, at, strcspn(at, "\n"));
        bool known = false;
        for (size_t i = 0; i < command_count; i++)
            known = known || text_starts(line, name_of(i));
        expect_true(line, known);
    }
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
        cmocka_unit_test(test_rows_are_complete),        cmocka_unit_test(test_options_are_complete),
        cmocka_unit_test(test_examples_can_be_read),     cmocka_unit_test(test_help),
        cmocka_unit_test(test_later_words_are_no_verbs), cmocka_unit_test(test_manual_has_all_verbs_and_options),
        cmocka_unit_test(test_manual_has_no_others),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
