#include "unit/config/fixture.h"

static const struct calendar *calendar_of(struct fixture *fixture, const char *policy_keys)
{
    fixture_write(
        fixture, "policies/50-standard.conf",
        arena_printf(fixture->arena,
                     "policy = { name = \"p\"; %s steps = ( { name = \"s\"; action = \"task\"; at = \"due\"; } ); };",
                     policy_keys));
    if (fixture_load(fixture) != 0)
        fail_msg("%s", fixture_findings(fixture));
    return fixture->config->rulebook.policies[0].calendar;
}

static day_t day(const char *text)
{
    day_t out = DAY_NONE;
    expect_true(text, day_parse(text, &out));
    return out;
}

static void test_reads_days_in_any_order(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_new(&fixture);
    fixture_write(&fixture, "calendars/xx.txt",
                  "# comment\r\n\r\n  2027-01-01\tNew Year \n2026-12-25 a # b\n2026-12-25 again\n2026-05-01");
    const struct calendar *calendar = calendar_of(&fixture, "calendar = \"xx\";");
    expect_text("name", calendar->name, "xx");
    expect_int("each day once", (intmax_t)calendar->closed_count, 3);
    expect_int("ascending", calendar->closed[0], day("2026-05-01"));
    expect_int("last", calendar->closed[2], day("2027-01-01"));
    expect_int("horizon", calendar->horizon, day("2027-01-01"));
    expect_int("weekend by default", (intmax_t)calendar->weekend, 0x60);
    fixture_done(&fixture);
}

static void test_reads_weekends(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned want;
    } rows[] = {
        {"weekend = fri,sat\n", 0x30},
        {"weekend=sun", 0x40},
        {"weekend = none\n", 0},
        {"  weekend  =  sat-sun  \n", 0x60},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct fixture fixture;
        fixture_new(&fixture);
        fixture_write(&fixture, "calendars/xx.txt", rows[i].text);
        const struct calendar *calendar = calendar_of(&fixture, "calendar = \"xx\";");
        expect_int(rows[i].text, (intmax_t)calendar->weekend, (intmax_t)rows[i].want);
        expect_int("no days, no horizon", calendar->horizon, DAY_NONE);
        fixture_done(&fixture);
    }
}

static void test_a_list_is_the_union(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_new(&fixture);
    fixture_write(&fixture, "calendars/aa.txt", "weekend = fri,sat\n2026-01-01\n2026-05-01\n");
    fixture_write(&fixture, "calendars/bb.txt", "2026-05-01\n2028-12-26\n");
    const struct calendar *calendar = calendar_of(&fixture, "calendar = [\"bb\", \"aa\"];");
    expect_text("name", calendar->name, "bb+aa");
    expect_int("closed on both", (intmax_t)calendar->closed_count, 3);
    expect_int("both weekends", (intmax_t)calendar->weekend, 0x70);
    expect_int("the earlier horizon", calendar->horizon, day("2026-05-01"));
    fixture_done(&fixture);
}

static void test_customer_and_none(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_new(&fixture);
    expect_true("none named", calendar_of(&fixture, "") == NULL);
    expect_true("not the customer's", !fixture.config->rulebook.policies[0].calendar_of_customer);
    expect_true("the customer's", calendar_of(&fixture, "calendar = \"customer\";") == NULL);
    expect_true("the customer's", fixture.config->rulebook.policies[0].calendar_of_customer);
    expect_true("by country", rulebook_calendar(&fixture.config->rulebook, "DE") != NULL);
    fixture_done(&fixture);
}

static void test_warns_before_the_horizon(void **state)
{
    (void)state;
    static const struct {
        const char *today;
        size_t want;
    } rows[] = {{"2026-10-26", 0}, {"2026-10-27", 1}, {"2027-06-01", 1}};
    struct fixture fixture;
    fixture_new(&fixture);
    fixture_write(&fixture, "calendars/xx.txt", "2020-01-01\n"); /* of another country, and in no use */
    calendar_of(&fixture, "calendar = \"de\";");
    for (size_t i = 0; i < LENGTH(rows); i++) {
        findings_init(&fixture.findings, fixture.arena);
        config_check_horizon(fixture.config, day(rows[i].today), &fixture.findings);
        expect_int(rows[i].today, (intmax_t)fixture.findings.count, (intmax_t)rows[i].want);
        expect_int("no error", (intmax_t)fixture.findings.errors, 0);
    }
    expect_text(
        "sentence", fixture_finding(&fixture, 0),
        "calendars/de.txt: warning: the newest closed day of this calendar is 2026-12-25, less than 60 days ahead; "
        "add those of the next year");
    fixture_done(&fixture);
}

static size_t warnings_of(struct fixture *fixture, const char *keys)
{
    calendar_of(fixture, keys);
    findings_init(&fixture->findings, fixture->arena);
    config_check_horizon(fixture->config, day("2027-06-01"), &fixture->findings);
    return fixture->findings.count;
}

static void test_warns_of_calendars_in_use(void **state)
{
    (void)state;
    static const struct {
        const char *keys;
        size_t want;
    } rows[] = {
        {"", 0},
        {"calendar = \"de\";", 1},
        {"calendar = \"target\";", 0},
        {"calendar = [\"target\", \"de\"];", 1},
        {"calendar = [\"office\", \"de\"];", 2},
        {"calendar = \"customer\";", 1}, /* the office is no country */
        {"enabled = false; calendar = \"de\";", 0},
        {"calendar = \"yearly\";", 0},
    };
    struct fixture fixture;
    fixture_new(&fixture);
    fixture_write(&fixture, "calendars/office.txt", "2026-12-24\n");
    fixture_write(&fixture, "calendars/yearly.ics",
                  "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20200501\nRRULE:FREQ=YEARLY\n"
                  "END:VEVENT\nEND:VCALENDAR\n");
    for (size_t i = 0; i < LENGTH(rows); i++)
        expect_int(rows[i].keys, (intmax_t)warnings_of(&fixture, rows[i].keys), (intmax_t)rows[i].want);
    fixture_done(&fixture);
}

static void test_target_needs_no_file(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_new(&fixture);
    const struct calendar *calendar = calendar_of(&fixture, "calendar = \"TARGET\";");
    expect_true("Good Friday", !calendar_is_open(calendar, day("2099-04-10")));
    expect_true("Ascension", calendar_is_open(calendar, day("2026-05-14")));
    calendar = calendar_of(&fixture, "calendar = [\"de\", \"target\"];");
    expect_text("name", calendar->name, "de+target");
    expect_true("of the rule", !calendar_is_open(calendar, day("2045-12-26")));
    expect_true("of the file", !calendar_is_open(calendar, day("2026-12-25")));
    fixture_write(&fixture, "calendars/target.txt", "2026-05-14 a bridge\n");
    calendar = calendar_of(&fixture, "calendar = \"target\";");
    expect_true("a file stands for the rule", calendar_is_open(calendar, day("2026-05-01")));
    expect_true("with its days", !calendar_is_open(calendar, day("2026-05-14")));
    fixture_done(&fixture);
}

static void test_the_folder_need_not_be_there(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_new(&fixture);
    assert_int_equal(unlink(fixture_path(&fixture, "calendars/de.txt")), 0);
    assert_int_equal(rmdir(fixture_path(&fixture, "calendars")), 0);
    calendar_of(&fixture, "");
    expect_int("TARGET alone", (intmax_t)fixture.config->rulebook.calendar_count, 1);
    fixture_done(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_days_in_any_order),  cmocka_unit_test(test_reads_weekends),
        cmocka_unit_test(test_a_list_is_the_union),      cmocka_unit_test(test_customer_and_none),
        cmocka_unit_test(test_warns_before_the_horizon), cmocka_unit_test(test_warns_of_calendars_in_use),
        cmocka_unit_test(test_target_needs_no_file),     cmocka_unit_test(test_the_folder_need_not_be_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
