#include "ctl/arguments.h"

#include "base/arena.h"
#include "fake/test.h"

#define WORDS_MAX 12

/* Splits at spaces; a word in single quotes may hold spaces. */
static int split(const char *line, struct arena *arena, const char **words)
{
    char *copy = arena_copy(arena, line);
    int count = 0;

    words[count++] = "dunningctl";
    while (*copy != '\0' && count < WORDS_MAX - 1) {
        char end = *copy == '\'' ? '\'' : ' ';
        copy += end == '\'';
        words[count++] = copy;
        copy += strcspn(copy, end == '\'' ? "'" : " ");
        if (*copy == '\0')
            break;
        *copy++ = '\0';
        while (*copy == ' ')
            copy++;
    }
    words[count] = NULL;
    return count;
}

static int read_line(const char *line, struct arena *arena, struct arguments *out, struct err *err)
{
    const char *words[WORDS_MAX];
    int count = split(line, arena, words);

    err->text[0] = '\0';
    return arguments_read(count, words, arena, out, err);
}

static const struct {
    const char *line, *name;
    size_t words;
} good[] = {
    {"status", "status", 0},
    {"--config x status", "status", 0},
    {"status --config=x --json", "status", 0},
    {"--json list", "list", 0},
    {"list holds --customer C-1 --limit 5", "list", 1},
    {"import customers - a.csv", "import", 3},
    {"import invoices a.csv --map amount=Betrag --map due_on=faellig", "import", 2},
    {"task list", "task list", 0},
    {"task done 3 --outcome reached --on 2026-11-24", "task done", 1},
    {"--config x task done 3 --outcome=no_answer", "task done", 1},
    {"show -- --odd", "show", 1},
    {"log --since 2d", "log", 0},
    {"log --since 2026-11-24T09:00", "log", 0},
    {"log --since 2026-11-24", "log", 0},
    {"approve N-1 N-2 3", "approve", 3},
    {"hold --policy standard --reason 'a long word'", "hold", 0},
    {"simulate --days 3660", "simulate", 0},
};

static void test_good_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(good); i++) {
        struct arena *arena = arena_new(0);
        struct arguments out;
        struct err err;
        if (read_line(good[i].line, arena, &out, &err) != 0)
            fail_msg("%s: %s", good[i].line, err.text);
        expect_text(good[i].line, command_name(out.command, arena), good[i].name);
        expect_int(good[i].line, (intmax_t)out.word_count, (intmax_t)good[i].words);
        arena_free(&arena);
    }
}

static const struct {
    const char *line, *sentence;
} bad[] = {
    {"", "a verb is missing; dunningctl --help lists the verbs"},
    {"frobnicate", "frobnicate: there is no such verb"},
    {"task", "task: say list or done"},
    {"task undo", "task undo: say list or done"},
    {"optout", "optout: say add or remove or list"},
    {"status now", "now: there is one argument too many; usage: dunningctl status"},
    {"show", "show: an argument is missing; usage: dunningctl show ID"},
    {"list things", "things: not one of the words that may stand here; usage: dunningctl list [items|accounts"},
    {"import customers", "import: an argument is missing"},
    {"import persons a.csv", "persons: not one of the words that may stand here"},
    {"status --frob", "--frob: status has no such option"},
    {"--frob status", "--frob: dunningctl has no such option"},
    {"status --frob=1", "--frob: status has no such option"},
    {"show C-1 --limit 3", "--limit: show has no such option"},
    {"list -l", "-l: options begin with two dashes"},
    {"list --limit", "--limit: N is missing"},
    {"list --limit 0", "--limit: give a whole number from 1 to 1000000"},
    {"list --limit many", "--limit: give a whole number from 1 to 1000000"},
    {"list --limit=", "--limit: give a whole number from 1 to 1000000"},
    {"list --json=yes", "--json=yes: this option takes no value"},
    {"hold C-1 --until soon", "--until: give a date such as 2026-12-28"},
    {"hold C-1 --until 2026-02-30", "--until: give a date such as 2026-12-28"},
    {"explain C-1 --at noon", "--at: give a local time such as 2026-12-28T09:00, or a date"},
    {"log --since 2bd", "--since: give a local time"},
    {"log --since 0d", "--since: give a local time"},
    {"import customers a.csv --map amount", "--map: give our name and the file's, such as amount=Betrag"},
    {"import customers a.csv --map =x", "--map: give our name and the file's"},
    {"preview R-1 --channel letter", "--channel: give one of email|sms|agency"},
    {"simulate --format xml", "--format: give one of text|csv|json"},
    {"record R-1 --step s --on 2026-11-24", "record: --channel is missing; usage: dunningctl record INVOICE --step"},
    {"reject N-1", "reject: --reason is missing"},
    {"task done 1", "task done: --outcome is missing"},
    {"hold C-1 --reason 'two\nlines'", "--reason: give plain text on one line"},
    {"backup x --json", "--json: backup has no such option"},
    {"--json backup x", "--json: backup prints nothing"},
    {"dispute R-1", "dispute: not available in this version; dunningctl hold INVOICE"},
    {"promise", "promise: not available in this version"},
    {"plan offer", "plan: not available in this version"},
    {"report aging", "report: not available in this version"},
    {"handoff list", "handoff: not available in this version"},
    {"import history a.csv", "import history: not available in this version"},
    {"list promises", "list promises: not available in this version"},
    {"list plans", "list plans: not available in this version"},
};

static void test_bad_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(bad); i++) {
        struct arena *arena = arena_new(0);
        struct arguments out;
        struct err err;
        expect_int(bad[i].line, read_line(bad[i].line, arena, &out, &err), -1);
        expect_int(bad[i].line, err.code, ERR_USAGE);
        expect_part(bad[i].line, err.text, bad[i].sentence);
        arena_free(&arena);
    }
}

static void test_values(void **state)
{
    struct arena *arena = arena_new(0);
    struct arguments out;
    struct err err;

    (void)state;
    assert_int_equal(read_line("log --since 2d --limit 7 --customer=C-1", arena, &out, &err), 0);
    assert_int_equal(out.time[OPTION_SINCE].before_s, 172800);
    assert_int_equal(out.time[OPTION_SINCE].day, DAY_NONE);
    assert_int_equal(out.number[OPTION_LIMIT], 7);
    assert_string_equal(out.text[OPTION_CUSTOMER], "C-1");
    assert_string_equal(out.text[OPTION_INVOICE], "");
    assert_true(out.given[OPTION_SINCE] && !out.given[OPTION_INVOICE]);

    assert_int_equal(read_line("explain C-1 --at 2026-11-24T09:30", arena, &out, &err), 0);
    assert_int_equal(out.time[OPTION_AT].day, day_from_civil(2026, 11, 24));
    assert_int_equal(out.time[OPTION_AT].seconds, 34200);

    assert_int_equal(read_line("import payments a.csv --map amount=Betrag --map paid_on=am", arena, &out, &err), 0);
    assert_int_equal(out.map_count, 2);
    assert_string_equal(out.map[0], "amount");
    assert_string_equal(out.map[1], "Betrag");
    assert_string_equal(out.map[2], "paid_on");
    assert_string_equal(out.map[3], "am");
    assert_null(out.map[4]);
    arena_free(&arena);
}

/* Help goes before everything that is missing. */
static void test_help_and_version(void **state)
{
    static const char *const lines[] = {"--help", "show --help", "task --help", "record --help"};
    struct arena *arena = arena_new(0);
    struct arguments out;
    struct err err;

    (void)state;
    for (size_t i = 0; i < LENGTH(lines); i++) {
        expect_int(lines[i], read_line(lines[i], arena, &out, &err), 0);
        expect_true(lines[i], out.help);
    }
    assert_int_equal(read_line("task --help", arena, &out, &err), 0);
    assert_string_equal(out.verb, "task");
    assert_int_equal(read_line("--version", arena, &out, &err), 0);
    assert_true(out.version && !out.help);
    assert_int_equal(read_line("status --version", arena, &out, &err), -1);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_lines),
        cmocka_unit_test(test_bad_lines),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_help_and_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
