/*
 * Valid files with random damage: the loader never crashes, never leaks (the
 * sanitizers watch), and refuses nothing without a sentence.
 */
#include "unit/config/fixture.h"

enum { ROUNDS = 250 };

static const struct subject {
    const char *place, *text;
} subjects[] = {
    {"dunningd.conf",
     FIXTURE_MAIN "limits = { per_hour = 10; breaker = \"2.5x\"; ramp = \"1h\"; };\n"
                  "entities = ( { entity = \"A\"; name = \"B\"; email = \"b@example.invalid\"; } );\n"},
    {"policies/50-standard.conf",
     "policy = { name = \"p\"; applies_to = { segment = [\"b2b\"]; amount_max = [\"9.00 EUR\"]; };\n"
     "  calendar = [\"de\"]; window = { days = \"mon-fri\"; from = \"08:00\"; }; minimum = [\"1.00 EUR\"];\n"
     "  steps = ( { name = \"a\"; action = \"notice\"; at = \"due + 5bd\"; deadline = \"14d\"; send = [\"email\"];\n"
     "      template = \"t\"; when = { has = [\"email\"]; }; approval = { over = [\"5.00 EUR\"]; };\n"
     "      repeat = { every = \"7d\"; times = 1; }; },\n"
     "    { name = \"b\"; action = \"offer_plan\"; at = \"due + 2m\"; send = [\"sms\"]; template = \"t\";\n"
     "      plan = { instalments = 3; every = \"1m\"; deposit = \"20%\"; }; } );\n"
     "};\n"},
    {"providers/p.conf",
     "provider = { name = \"p\"; kind = \"http\"; url = \"https://api.example.com/{{to}}\"; encoding = \"json\";\n"
     "  headers = ( { name = \"X-Key\"; value = \"{{credential.k}}\"; } );\n"
     "  fields = ( { name = \"to.0\"; value = \"{{to}}\"; },\n"
     "    { name = \"text\"; value = \"{{#unicode}}u{{/unicode}}\"; } );\n"
     "  answers = ( { status = \"200-299\"; pointer = \"/a\"; equals = \"0\"; outcome = \"accepted\"; } );\n"
     "  id = \"/id\"; };\n"},
    {"calendars/de.txt", "# x\nweekend = sat,sun\n2026-12-25 Christmas\n2026-12-26\n"},
    {"calendars/office.ics",
     "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260525\r\nDTEND;VALUE=DATE:20260527\r\n"
     "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO,2TU;UNTIL=20301231\r\nEXDATE;VALUE=DATE:20270531,20280529\r\nSUMM\r\n"
     " ARY:x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260501\r\nDURATION:P2D\r\nRRULE:FREQ=YEARLY\r\n"
     "STATUS:CONFIRMED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"},
    {"templates/en/t.txt",
     "Dear {{contact.name}}\n{{#items}}{{number}} {{open}}\n{{/items}}{{^several}}one{{/several}}\n"},
};

static uint32_t random_next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* One to three times: a byte or a stretch is lost, doubled, or replaced by what means something to a parser. */
static const char *damage(struct arena *arena, const char *text, uint32_t *seed)
{
    static const char *const pieces[] = {"\"",
                                         "{",
                                         "}",
                                         "(",
                                         ")",
                                         "[",
                                         "]",
                                         ";",
                                         "=",
                                         ",",
                                         "\\",
                                         "{{",
                                         "}}",
                                         "\n",
                                         "9999999999",
                                         "-1",
                                         "0x1",
                                         "1.5",
                                         "@include \"/\"",
                                         "true",
                                         "\xC3",
                                         "#",
                                         "/*"};
    for (uint32_t i = 1 + random_next(seed) % 3; i > 0; i--) {
        size_t length = strlen(text), at = random_next(seed) % (length + 1);
        size_t stretch = random_next(seed) % 12;
        const char *put = pieces[random_next(seed) % LENGTH(pieces)];
        if (stretch > length - at)
            stretch = length - at;
        if (random_next(seed) % 3 == 0)
            put = arena_copy_n(arena, text + at, stretch);
        text =
            arena_printf(arena, "%.*s%s%s", (int)at, text, put, text + at + (random_next(seed) % 2 == 0 ? stretch : 0));
    }
    return text;
}

static size_t damage_one(const struct subject *subject, uint32_t *seed)
{
    size_t refused = 0;
    struct fixture fixture;
    fixture_new(&fixture);
    for (int round = 0; round < ROUNDS; round++) {
        const char *text = damage(fixture.arena, subject->text, seed);
        fixture_write(&fixture, subject->place, text);
        bool bad = fixture_load(&fixture) != 0;
        expect_true(text, bad == (fixture.findings.errors > 0) && bad == (fixture.config == NULL));
        for (size_t i = 0; i < fixture.findings.count; i++)
            expect_true(text, strstr(fixture.findings.list[i].text, "(null)") == NULL &&
                                  fixture.findings.list[i].text[0] != '\0');
        refused += bad;
    }
    fixture_done(&fixture);
    return refused;
}

static void test_damage(void **state)
{
    (void)state;
    uint32_t seed = 20261124;
    for (size_t i = 0; i < LENGTH(subjects); i++) {
        struct fixture fixture;
        fixture_new(&fixture);
        fixture_write(&fixture, subjects[i].place, subjects[i].text);
        if (fixture_load(&fixture) != 0)
            fail_msg("%s", fixture_findings(&fixture));
        fixture_done(&fixture);
        expect_true(subjects[i].place, damage_one(&subjects[i], &seed) > ROUNDS / 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_damage)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
