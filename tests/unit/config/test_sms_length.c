#include "fixture.h"

#include "fake/test.h"

#include "compose/sms_sample.h"

#define LETTERS_50 "abcdefghijklmnopqrstuvwxyabcdefghijklmnopqrstuvwxy"
#define LETTERS_250 LETTERS_50 LETTERS_50 LETTERS_50 LETTERS_50 LETTERS_50
/* Thirty characters outside of GSM 03.38, each of which has a near form in it. */
#define QUOTES_30                                                                                \
    "\u2019\u2019\u2019\u2019\u2019\u2019\u2019\u2019\u2019\u2019\u2019\u2019\u2019\u2019\u2019" \
    "\u2019\u2019\u2019\u2019\u2019\u2019\u2019\u2019\u2019\u2019\u2019\u2019\u2019\u2019\u2019"
#define QUOTES_150 QUOTES_30 QUOTES_30 QUOTES_30 QUOTES_30 QUOTES_30

/* What a text may cost is found before anybody is written to. */
static void an_sms_that_may_be_too_long_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *remark, *settings, *text;
        int result;
        const char *want; /* "" : no finding about it */
    } rows[] = {
        {"one segment", "", "{{business.name}}: {{total}}", 0, ""},
        {"two segments", "", LETTERS_250, 0, ""},
        {"three", "", LETTERS_250 LETTERS_250, -1,
         "templates/en/t.sms: about 1 invoice it takes 4 segments (GSM 03.38), at most 2 are sent; shorten the text in "
         "language en, or raise sms.max_segments"},
        {"a larger limit", "sms = { max_segments = 4; };", LETTERS_250 LETTERS_250, 0, ""},
        {"a smaller limit", "sms = { max_segments = 1; };", LETTERS_250, -1, "takes 2 segments (GSM 03.38), at most 1"},
        {"only about many", "", LETTERS_250 " {{notice.numbers}} {{notice.numbers}}", 0,
         "templates/en/t.sms: warning: about 4 invoices it takes 3 segments (GSM 03.38), at most 2 are sent"},
        {"UCS-2", "", QUOTES_150, -1, "takes 3 segments (UCS-2), at most 2 are sent"},
        {"near forms", "sms = { transliterate = true; };", QUOTES_150, 0, ""},
        {"no limit at all", "sms = { max_segments = 0; };", "x", -1, "max_segments: 0 is out of range; use 1 to 10"},
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct fixture fixture;
        fixture_new(&fixture);
        fixture_write(&fixture, "dunningd.conf", arena_printf(fixture.arena, FIXTURE_MAIN "%s\n", rows[i].settings));
        fixture_write(&fixture, "templates/en/t.sms", rows[i].text);
        fixture_write(&fixture, "policies/50-standard.conf",
                      "policy = { name = \"standard\"; steps = (\n"
                      "  { name = \"reminder\"; action = \"remind\"; at = \"due + 5bd\"; send = [\"email\", \"sms\"]; "
                      "template = \"t\"; },\n"
                      "  { name = \"second\"; action = \"remind\"; at = \"due + 9bd\"; send = [\"sms\"]; template = "
                      "\"t\"; } ); };\n");
        expect_int(rows[i].remark, fixture_load(&fixture), rows[i].result);
        const char *all = fixture_findings(&fixture);
        const char *first = strstr(all, "t.sms:");
        if (rows[i].want[0] != '\0')
            expect_part(rows[i].remark, all, rows[i].want);
        else
            expect_true(rows[i].remark, first == NULL);
        expect_true("said once", first == NULL || strstr(first + 1, "t.sms:") == NULL);
        fixture_done(&fixture);
    }
}

/* A step that does not go by SMS asks nothing of the text. */
static void a_text_that_nobody_sends_may_be_long(void **state)
{
    (void)state;
    struct fixture fixture;

    fixture_new(&fixture);
    fixture_write(&fixture, "templates/en/t.sms", LETTERS_250 LETTERS_250);
    expect_int("good", fixture_load(&fixture), 0);
    fixture_done(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_sms_that_may_be_too_long_is_told),
        cmocka_unit_test(a_text_that_nobody_sends_may_be_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
