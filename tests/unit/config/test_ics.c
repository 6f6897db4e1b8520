/* iCalendar files through the whole loader: the days that they close. */
#include "unit/config/fixture.h"

#include "unit/compose/vectors.h"

static day_t day(const char *text)
{
    day_t out = DAY_NONE;
    expect_true(text, day_parse(text, &out));
    return out;
}

static const struct calendar *load(struct fixture *fixture, const char *text)
{
    fixture_write(fixture, "calendars/xx.ics", text);
    if (fixture_load(fixture) != 0)
        fail_msg("%s", fixture_findings(fixture));
    return rulebook_calendar(&fixture->config->rulebook, "xx");
}

static const char *event(struct arena *arena, const char *lines)
{
    return arena_printf(arena, "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\n%s\nEND:VEVENT\nEND:VCALENDAR\n", lines);
}

/* ---- the sample of DUNNINGD_SHARED ---- */

static void test_the_sample(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_new(&fixture);
    const char *sample = vectors_text(fixture.arena, "vectors/sample_holidays.ics");
    const char *at = vectors_text(fixture.arena, "vectors/sample_holidays_expected.csv");
    const struct calendar *calendar = load(&fixture, sample);
    struct vector row;
    size_t rows = 0;
    expect_true("a header", vectors_next(fixture.arena, &at, &row));
    for (; vectors_next(fixture.arena, &at, &row); rows++) {
        bool closed = false;
        for (size_t i = 0; i < calendar->closed_count; i++)
            closed = closed || calendar->closed[i] == day(row.field[0]);
        expect_int(row.field[0], closed, atoi(row.field[1]));
    }
    expect_true("some rows", rows >= 12);
    expect_text("the timed event is named", fixture_finding(&fixture, 0),
                "calendars/xx.ics:38: warning: an event with a time of day closes no day; if the day is closed, write "
                "DTSTART;VALUE=DATE:20251224");
    expect_int("and nothing else", (intmax_t)fixture.findings.count, 1);
    fixture_done(&fixture);
}

/* ---- what an event closes ---- */

/* The first days, and what follows in words: "2026-05-01 2026-05-02 (2)". */
static const char *shown(struct arena *arena, const struct calendar *calendar)
{
    struct text text;
    char buffer[DAY_TEXT_SIZE];
    text_init(&text, arena);
    for (size_t i = 0; i < calendar->closed_count && i < 4; i++)
        text_addf(&text, "%s ", day_format(calendar->closed[i], buffer));
    text_addf(&text, "(%zu) to %s", calendar->closed_count, day_format(calendar->horizon, buffer));
    return text.data;
}

static const struct event_case {
    const char *remark, *lines, *want;
} event_cases[] = {
    {"one day", "DTSTART;VALUE=DATE:20260501", "2026-05-01 (1) to 2026-05-01"},
    {"the end is exclusive", "DTSTART;VALUE=DATE:20260501\nDTEND;VALUE=DATE:20260503",
     "2026-05-01 2026-05-02 (2) to 2026-05-02"},
    {"a duration", "DTSTART;VALUE=DATE:20260501\nDURATION:P3D", "2026-05-01 2026-05-02 2026-05-03 (3) to 2026-05-03"},
    {"over the end of the year", "DTSTART;VALUE=DATE:20261231\nDURATION:P2D",
     "2026-12-31 2027-01-01 (2) to 2027-01-01"},
    {"names in small letters", "dtstart;value=date:20260501\nrrule:freq=yearly;count=2",
     "2026-05-01 2027-05-01 (2) to 2027-05-01"},
    {"folded", "DTSTART;VAL\n UE=DATE\n\t:2026\n 0501", "2026-05-01 (1) to 2026-05-01"},
    {"folded with CRLF", "DTSTART;VALUE=DATE:2026\r\n 0501\r", "2026-05-01 (1) to 2026-05-01"},
    {"a quoted parameter", "DTSTART;X-WHO=\"a;b:c\";VALUE=DATE:20260501", "2026-05-01 (1) to 2026-05-01"},
    {"what has no influence",
     "UID:1\nSUMMARY;LANGUAGE=de:a:b\\, c\nTRANSP:TRANSPARENT\nX-APPLE:1\nDTSTART;VALUE=DATE:20260501",
     "2026-05-01 (1) to 2026-05-01"},
    {"an alarm", "DTSTART;VALUE=DATE:20260501\nBEGIN:VALARM\nTRIGGER:-P1D\nEND:VALARM", "2026-05-01 (1) to 2026-05-01"},
    {"without end", "DTSTART;VALUE=DATE:20260501\nRRULE:FREQ=YEARLY",
     "2026-05-01 2027-05-01 2028-05-01 2029-05-01 (174) to -"},
    {"until a day", "DTSTART;VALUE=DATE:20260501\nRRULE:FREQ=YEARLY;UNTIL=20280501",
     "2026-05-01 2027-05-01 2028-05-01 (3) to 2028-05-01"},
    {"until the day before", "DTSTART;VALUE=DATE:20260501\nRRULE:FREQ=YEARLY;UNTIL=20280430",
     "2026-05-01 2027-05-01 (2) to 2027-05-01"},
    {"a count", "DTSTART;VALUE=DATE:20260501\nRRULE:FREQ=YEARLY;COUNT=1;INTERVAL=1;WKST=MO",
     "2026-05-01 (1) to 2026-05-01"},
    {"every fourth year", "DTSTART;VALUE=DATE:20250120\nRRULE:FREQ=YEARLY;INTERVAL=4;COUNT=3",
     "2025-01-20 2029-01-20 2033-01-20 (3) to 2033-01-20"},
    {"29 February", "DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY;COUNT=3",
     "2024-02-29 2028-02-29 2032-02-29 (3) to 2032-02-29"},
    {"several months", "DTSTART;VALUE=DATE:20260131\nRRULE:FREQ=YEARLY;BYMONTH=3,1,2;COUNT=4",
     "2026-01-31 2026-03-31 2027-01-31 2027-03-31 (4) to 2027-03-31"},
    {"the last Monday of May", "DTSTART;VALUE=DATE:20260525\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=3",
     "2026-05-25 2027-05-31 2028-05-29 (3) to 2028-05-29"},
    {"the fourth Thursday of November", "DTSTART;VALUE=DATE:20261126\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=+4TH;COUNT=2",
     "2026-11-26 2027-11-25 (2) to 2027-11-25"},
    {"a fifth Friday, which some years lack",
     "DTSTART;VALUE=DATE:20260529\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=5FR;COUNT=2",
     "2026-05-29 2030-05-31 (2) to 2030-05-31"},
    {"two weekdays", "DTSTART;VALUE=DATE:20260601\nRRULE:FREQ=YEARLY;BYMONTH=6;BYDAY=1TU,1MO;COUNT=3",
     "2026-06-01 2026-06-02 2027-06-01 (3) to 2027-06-01"},
    {"the first Friday of the year", "DTSTART;VALUE=DATE:20260102\nRRULE:FREQ=YEARLY;BYDAY=1FR;COUNT=2",
     "2026-01-02 2027-01-01 (2) to 2027-01-01"},
    {"of days together, all but one",
     "DTSTART;VALUE=DATE:20260501\nDURATION:P2D\nRRULE:FREQ=YEARLY;COUNT=3\n"
     "EXDATE;VALUE=DATE:20270501",
     "2026-05-01 2026-05-02 2028-05-01 2028-05-02 (4) to 2028-05-02"},
    {"two left out", "DTSTART;VALUE=DATE:20260501\nRRULE:FREQ=YEARLY;COUNT=4\nEXDATE;VALUE=DATE:20270501,20260501",
     "2028-05-01 2029-05-01 (2) to 2029-05-01"},
    {"cancelled, whatever it was", "DTSTART:nothing\nRRULE:FREQ=DAILY\nSTATUS:CANCELLED", "(0) to -"},
    {"confirmed", "STATUS:CONFIRMED\nDTSTART;VALUE=DATE:20260501", "2026-05-01 (1) to 2026-05-01"},
};

static void test_what_an_event_closes(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(event_cases); i++) {
        const struct event_case *row = &event_cases[i];
        struct fixture fixture;
        fixture_new(&fixture);
        const struct calendar *calendar = load(&fixture, event(fixture.arena, row->lines));
        expect_text(row->remark, shown(fixture.arena, calendar), row->want);
        expect_text(row->remark, fixture_findings(&fixture), "");
        fixture_done(&fixture);
    }
}

static void test_warnings(void **state)
{
    (void)state;
    static const struct {
        const char *lines, *want;
    } rows[] = {
        {"DTSTART;TZID=Europe/Berlin:20261224T120000\nRRULE:FREQ=WEEKLY",
         "calendars/xx.ics:4: warning: an event with a time of day closes no day; if the day is closed, write "
         "DTSTART;VALUE=DATE:20261224\n"},
        {"DTSTART;VALUE=DATE:20260501\nEXDATE;VALUE=DATE:20260502",
         "calendars/xx.ics:5: warning: EXDATE leaves out 2026-05-02, which is no day of the event; correct or remove "
         "it\n"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct fixture fixture;
        fixture_new(&fixture);
        load(&fixture, event(fixture.arena, rows[i].lines));
        expect_text(rows[i].lines, fixture_findings(&fixture), rows[i].want);
        fixture_done(&fixture);
    }
}

static void test_the_whole(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_new(&fixture);
    const struct calendar *calendar =
        load(&fixture, "\xef\xbb\xbf"
                       "BEGIN:VCALENDAR\r\nPRODID:x\r\nVERSION:2.0\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"
                       "X-WR-CALNAME:Feiertage\r\nX-DUNNINGD-WEEKEND:fri,sat\r\nBEGIN:VTIMEZONE\r\nTZID:x\r\n"
                       "BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
                       "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260501\r\nEND:VEVENT\r\n\r\n"
                       "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260301\r\nDURATION:P1D\r\nEND:VEVENT\r\n"
                       "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260501\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    expect_int("weekend", (intmax_t)calendar->weekend, 0x30);
    expect_text("each day once", shown(fixture.arena, calendar), "2026-03-01 2026-05-01 (2) to 2026-05-01");
    expect_text("nothing to say", fixture_findings(&fixture), "");
    fixture_done(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_sample),
        cmocka_unit_test(test_what_an_event_closes),
        cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
