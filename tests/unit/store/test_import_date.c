#include "fake/test.h"

#include "store/import_date.h"

static const struct {
    const char *remark, *format, *text;
    enum import_date_result result;
    const char *day;
} cases[] = {
    {"ISO", "YYYY-MM-DD", "2026-11-24", DATE_READ, "2026-11-24"},
    {"ISO is strict about digits", "YYYY-MM-DD", "2026-1-4", DATE_OTHER_FORM, ""},
    {"nothing may follow", "YYYY-MM-DD", "2026-11-24T00:00:00", DATE_OTHER_FORM, ""},
    {"nothing at all", "YYYY-MM-DD", "", DATE_OTHER_FORM, ""},
    {"no such day", "YYYY-MM-DD", "2026-02-29", DATE_NO_SUCH_DAY, ""},
    {"leap day", "YYYY-MM-DD", "2028-02-29", DATE_READ, "2028-02-29"},
    {"month 13", "YYYY-MM-DD", "2026-13-01", DATE_NO_SUCH_DAY, ""},
    {"day 0", "YYYY-MM-DD", "2026-01-00", DATE_NO_SUCH_DAY, ""},
    {"American", "M/D/YYYY", "4/9/2026", DATE_READ, "2026-04-09"},
    {"American with two digits", "M/D/YYYY", "04/09/2026", DATE_READ, "2026-04-09"},
    {"British in an American format", "M/D/YYYY", "24/11/2026", DATE_NO_SUCH_DAY, ""},
    {"British", "D/M/YYYY", "24/11/2026", DATE_READ, "2026-11-24"},
    {"month by name", "DD-Mon-YYYY", "09-Apr-2026", DATE_READ, "2026-04-09"},
    {"month by name, lower case, in full", "D-Mon-YYYY", "9-april-2026", DATE_READ, "2026-04-09"},
    {"an abbreviation of four letters", "D Mon YYYY", "9 Sept 2026", DATE_READ, "2026-09-09"},
    {"two letters are no month", "D Mon YYYY", "9 Ma 2026", DATE_OTHER_FORM, ""},
    {"a German month", "D-Mon-YYYY", "9-Dez-2026", DATE_OTHER_FORM, ""},
    {"text form", "Mon D, YYYY", "May 11, 2020", DATE_READ, "2020-05-11"},
    {"German", "D.M.YYYY", "3.2.2026", DATE_READ, "2026-02-03"},
    {"two-digit year, this century", "M/D/YY", "1/2/68", DATE_READ, "2068-01-02"},
    {"two-digit year, the last one", "M/D/YY", "1/2/69", DATE_READ, "1969-01-02"},
    {"two digits where four are wanted", "M/D/YYYY", "1/2/26", DATE_OTHER_FORM, ""},
    {"four digits where two are wanted", "M/D/YY", "1/2/2026", DATE_OTHER_FORM, ""},
    {"without separators", "YYYYMMDD", "20261124", DATE_READ, "2026-11-24"},
    {"two digits demanded", "DD.MM.YYYY", "3.2.2026", DATE_OTHER_FORM, ""},
};

static void test_read(void **state)
{
    char text[DAY_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        day_t day = DAY_NONE;

        expect_int(cases[i].remark, import_date_read(cases[i].format, cases[i].text, &day), cases[i].result);
        if (cases[i].result == DATE_READ)
            expect_text(cases[i].remark, day_format(day, text), cases[i].day);
    }
}

static void test_check(void **state)
{
    static const struct {
        const char *format;
        int result;
    } formats[] = {
        {"YYYY-MM-DD", 0}, {"M/D/YY", 0},    {"Mon D, YYYY", 0},    {"DD-Mon-YYYY", 0}, {"YYYY-MM", -1},
        {"MM-DD", -1},     {"%Y-%m-%d", -1}, {"YYYY-MM-DD-DD", -1}, {"", -1},           {"iso", -1},
    };
    struct err err;

    (void)state;
    for (size_t i = 0; i < LENGTH(formats); i++)
        expect_int(formats[i].format, import_date_check(formats[i].format, &err), formats[i].result);
    assert_int_equal(err.code, ERR_USAGE);
    expect_part("the sentence shows a form", err.text, "M/D/YYYY");
}

/* Every hint must be a format that reads the text for which it is given. */
/* What a person mistyped is shown, but not what would steer his terminal. */
static void test_check_clips(void **state)
{
    struct err err;

    (void)state;
    expect_int("an escape", import_date_check("YYYY\x1b[2J\n", &err), -1);
    assert_null(strpbrk(err.text, "\x1b\n"));
    assert_non_null(strstr(err.text, "YYYY"));
}

static void test_hints(void **state)
{
    static const struct {
        const char *text, *hint;
    } hints[] = {
        {"24/11/2026", "--date-format D/M/YYYY"},
        {"11/24/2026", "--date-format M/D/YYYY"},
        {"11/24/26", "--date-format M/D/YY"},
        {"24.11.2026", "--date-format D.M.YYYY"},
        {"24.11.26", "--date-format D.M.YY"},
        {"24-Nov-2026", "--date-format D-Mon-YYYY"},
        {"24-Nov-26", "--date-format D-Mon-YY"},
        {"24 November 2026", "--date-format \"D Mon YYYY\""},
        {"May 11, 2020", "--date-format \"Mon D, YYYY\""},
        {"2026/11/24", "--date-format YYYY/M/D"},
        {"2026-1-4", "--date-format YYYY-M-D"},
        {"20261124", "--date-format YYYYMMDD"},
        {"2026-11-24T09:00:00Z", "without the time of day"},
        {"2026-11-24 09:00", "without the time of day"},
        {"46350", "spreadsheet's day number"},
        {"soon", "give --date-format if"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(hints); i++)
        expect_part(hints[i].text, import_date_hint(hints[i].text), hints[i].hint);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_check_clips),
        cmocka_unit_test(test_hints),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
