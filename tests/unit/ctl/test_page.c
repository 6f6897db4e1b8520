#include "ctl/page.h"

#include "base/arena.h"
#include "fake/test.h"

static struct arena *arena;

static const char *printed(const struct page *page, int (*print)(const struct page *, const struct style *, FILE *),
                           bool colour)
{
    const struct style style = {&zone_utc, colour};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    if (!out || print(page, &style, out) != 0 || fclose(out) != 0)
        fail_msg("the page cannot be printed");
    const char *copy = arena_copy(arena, text);
    free(text);
    return copy;
}

static struct table *sample_table(struct page *page)
{
    static const struct column columns[] = {
        {"name", "name", false},
        {"net", "net", true},
        {"hidden", NULL, false},
        {NULL, "note", false},
    };

    return page_table(page, "rows", "Rows", COLUMNS(columns), "nobody");
}

static struct page *sample_page(void)
{
    struct page *page = page_new(arena);

    page_title(page, NULL, "A page");
    page_field(page, "customer", "customer", cell_text("C-1"));
    page_field(page, "since", "since then", cell_moment(1795514400));
    page_field(page, "secret", NULL, cell_bool(true));
    page_line(page, "sentence", "all is well");
    struct table *table = sample_table(page);
    struct cell *row = table_row(table);
    row[0] = cell_text("Köhler");
    row[1] = cell_money(119000, "EUR");
    row[2] = cell_number(7);
    row[3] = cell_text("first");
    row = table_row(table);
    row[0] = cell_text("Bo");
    row[1] = cell_money(-500, "JPY");
    return page;
}

static void test_text(void **state)
{
    (void)state;
    assert_string_equal(printed(sample_page(), page_print, false), "A page\n"
                                                                   "customer:    C-1\n"
                                                                   "since then:  Tue 2026-11-24 10:00\n"
                                                                   "all is well\n"
                                                                   "\n"
                                                                   "Rows\n"
                                                                   "name             net  note\n"
                                                                   "Köhler  1,190.00 EUR  first\n"
                                                                   "Bo          -500 JPY  -\n");
}

static void test_json(void **state)
{
    (void)state;
    assert_string_equal(printed(sample_page(), page_print_json_line, false),
                        "{\"customer\":\"C-1\",\"since\":\"2026-11-24T10:00:00Z\",\"secret\":true,"
                        "\"sentence\":\"all is well\",\"rows\":["
                        "{\"name\":\"Köhler\",\"net\":{\"amount\":\"1190.00\",\"currency\":\"EUR\"},\"hidden\":7},"
                        "{\"name\":\"Bo\",\"net\":{\"amount\":\"-500\",\"currency\":\"JPY\"},\"hidden\":null}]}\n");
}

static void test_empty_table_and_columns(void **state)
{
    struct page *page = page_new(arena);
    struct page *other = page_new(arena);

    (void)state;
    sample_table(page);
    assert_string_equal(printed(page, page_print, false), "Rows: nobody\n");
    assert_string_equal(printed(page, page_print_json_line, false), "{\"rows\":[]}\n");

    struct cell *row = table_row(sample_table(other));
    row[0] = cell_text("a");
    assert_string_equal(printed(other, page_print, false), "Rows\nname\na\n");
}

static void test_children(void **state)
{
    struct page *page = page_new(arena);

    (void)state;
    page_children(page, "lines");
    assert_string_equal(printed(page, page_print_json_line, false), "{\"lines\":[]}\n");
    page_title(page, NULL, "Parent");
    page_field(page_child(page, "lines"), "a", "a", cell_number(1));
    page_field(page_child(page, "lines"), "a", "a", cell_number(2));
    assert_string_equal(printed(page, page_print_json_line, false), "{\"lines\":[{\"a\":1},{\"a\":2}]}\n");
    assert_string_equal(printed(page, page_print, false), "Parent\na:  1\n\na:  2\n");
}

/* What stands in a ledger must not steer a terminal, and what is not UTF-8 must not be left out of JSON. */
static void test_hostile_text(void **state)
{
    struct page *page = page_new(arena);

    (void)state;
    page_field(page, "name", "name", cell_text("\033[2Jgone"));
    page_field(page, "odd", "odd", cell_text("a\xff"));
    assert_null(strchr(printed(page, page_print, false), '\033'));
    assert_null(strchr(printed(page, page_print_json_line, false), '\033'));
    assert_non_null(strstr(printed(page, page_print_json_line, false), "\"odd\":\"a"));
}

static void test_colour(void **state)
{
    struct page *page = page_new(arena);

    (void)state;
    page_field(page, "a", "a", cell_toned(cell_text("bad"), TONE_BAD));
    assert_string_equal(printed(page, page_print, true), "a:  \033[31;1mbad\033[0m\n");
    assert_string_equal(printed(page, page_print, false), "a:  bad\n");
    assert_null(strchr(printed(page, page_print_json_line, true), '\033'));
}

static const struct {
    int64_t minor;
    const char *currency, *text;
} amounts[] = {
    {0, "EUR", "0.00 EUR"},          {5, "EUR", "0.05 EUR"},
    {-5, "EUR", "-0.05 EUR"},        {99999, "EUR", "999.99 EUR"},
    {100000, "EUR", "1,000.00 EUR"}, {-123456789, "EUR", "-1,234,567.89 EUR"},
    {1000, "JPY", "1,000 JPY"},      {1234567, "BHD", "1,234.567 BHD"},
};

static void test_amounts(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(amounts); i++)
        expect_text(amounts[i].text, show_money(arena, amounts[i].minor, amounts[i].currency), amounts[i].text);
}

static void test_no_value(void **state)
{
    struct page *page = page_new(arena);

    (void)state;
    page_field(page, "a", "a", cell_moment(MOMENT_NEVER));
    page_field(page, "b", "b", cell_day(DAY_NONE));
    page_field(page, "c", "c", cell_text(""));
    assert_string_equal(printed(page, page_print, false), "a:  -\nb:  -\nc:  -\n");
    assert_string_equal(printed(page, page_print_json_line, false), "{\"a\":null,\"b\":null,\"c\":\"\"}\n");
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
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_empty_table_and_columns),
        cmocka_unit_test(test_children),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_colour),
        cmocka_unit_test(test_amounts),
        cmocka_unit_test(test_no_value),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
