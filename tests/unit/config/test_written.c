/* What a reload says about the files: every key, and nothing that is private. */
#include "config/written.h"

#include "unit/config/fixture.h"

static struct config *loaded(struct fixture *fixture)
{
    struct config *config;

    expect_int("it loads", fixture_load(fixture), 0);
    config = fixture->config;
    fixture->config = NULL;
    return config;
}

static const char *told(struct fixture *fixture, const struct config *before, const struct config *after)
{
    struct written_changes changes = written_compare(before->written, after->written, fixture->arena);
    struct text out;

    text_init(&out, fixture->arena);
    for (size_t i = 0; i < changes.count; i++)
        text_addf(&out, "%s%s", i > 0 ? "\n" : "", changes.list[i]);
    return out.data;
}

#define STEP(at, more) \
    "{ name = \"reminder\"; action = \"remind\"; at = \"" at "\"; send = [\"email\"]; template = \"t\"; " more " }"
#define POLICY(more, steps) "policy = { name = \"standard\"; calendar = \"de\"; " more " steps = (\n" steps "\n); };\n"
#define SECOND \
    ",\n{ name = \"second\"; action = \"remind\"; at = \"previous + 9d\"; send = [\"email\"]; template = \"t\"; }"

static const struct edit {
    const char *remark, *file, *text, *sentences;
} edits[] = {
    {"the same, in other words", "policies/50-standard.conf", "# a comment\n" POLICY("", STEP("due + 5bd", "")), ""},
    {"a date", "policies/50-standard.conf", POLICY("", STEP("due + 9d", "")),
     "policy standard: step reminder: at is now \"due + 9d\", was \"due + 5bd\""},
    {"a new key of a step", "policies/50-standard.conf", POLICY("", STEP("due + 5bd", "fallback = [\"task\"];")),
     "policy standard: step reminder: fallback is now [\"task\"]"},
    {"a key of the policy", "policies/50-standard.conf", POLICY("min_gap = \"7d\";", STEP("due + 5bd", "")),
     "policy standard: min_gap is now \"7d\""},
    {"a group in a policy", "policies/50-standard.conf",
     POLICY("window = { from = \"08:00\"; };", STEP("due + 5bd", "")), "policy standard: window.from is now \"08:00\""},
    {"a step more", "policies/50-standard.conf", POLICY("", STEP("due + 5bd", "") SECOND),
     "policy standard: step second is new"},
    {"another policy", "policies/60-other.conf",
     "policy = { name = \"standard2\"; applies_to = { segment = [\"b2c\"]; }; steps = (" STEP("due + 5bd",
                                                                                              "") "); };\n",
     "policy standard2 is new"},
    {"a template", "templates/en/t.txt", "{{total}} please\n", "template en/t.txt has changed"},
    {"a calendar", "calendars/de.txt", "2026-12-25\n", "calendar de has changed"},
    {"a provider", "providers/box.conf",
     "provider = { name = \"box\"; kind = \"drop\"; directory = \"elsewhere\"; };\n",
     "provider box: directory has changed"},
    {"a limit", "dunningd.conf", FIXTURE_MAIN "limits = { per_hour = 5; };\n", "limits.per_hour is now 5"},
    {"something private", "dunningd.conf",
     FIXTURE_MAIN "entities = ({ entity = \"AT01\"; name = \"Secret AG\"; email = \"secret@example.invalid\"; });\n",
     "entity 1 is new"},
};

static void each_change_is_said_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(edits); i++) {
        struct fixture fixture;
        fixture_new(&fixture);
        struct config *before = loaded(&fixture);
        fixture_write(&fixture, edits[i].file, edits[i].text);
        struct config *after = loaded(&fixture);
        expect_text(edits[i].remark, told(&fixture, before, after), edits[i].sentences);
        expect_true("and back something is said",
                    (told(&fixture, after, before)[0] == '\0') == (edits[i].sentences[0] == '\0'));
        bool same =
            text_equal(written_digest(before->written, fixture.arena), written_digest(after->written, fixture.arena));
        expect_true("the digest agrees", same == (edits[i].sentences[0] == '\0'));
        config_free(&before);
        config_free(&after);
        fixture_done(&fixture);
    }
}

static void what_is_gone_is_said(void **state)
{
    struct fixture fixture;

    (void)state;
    fixture_new(&fixture);
    fixture_write(&fixture, "policies/50-standard.conf", POLICY("min_gap = \"7d\";", STEP("due + 5bd", "") SECOND));
    struct config *before = loaded(&fixture);
    fixture_write(&fixture, "policies/50-standard.conf", POLICY("", STEP("due + 5bd", "")));
    struct config *after = loaded(&fixture);
    expect_text("a key and a step", told(&fixture, before, after),
                "policy standard: min_gap is no longer \"7d\"\npolicy standard: step second is gone");
    config_free(&before);
    config_free(&after);
    fixture_done(&fixture);
}

/* The name of one policy is the beginning of another's. */
static void names_are_whole_words(void **state)
{
    struct fixture fixture;

    (void)state;
    fixture_new(&fixture);
    fixture_write(&fixture, "policies/60-other.conf",
                  "policy = { name = \"standard2\"; applies_to = { segment = [\"b2c\"]; }; steps = (" STEP(
                      "due + 5bd", "") "); };\n");
    struct config *before = loaded(&fixture);
    unlink(fixture_path(&fixture, "policies/50-standard.conf"));
    struct config *after = loaded(&fixture);
    expect_text("the shorter one", told(&fixture, before, after), "policy standard is gone");
    expect_text("and back", told(&fixture, after, before), "policy standard is new");
    config_free(&before);
    config_free(&after);
    fixture_done(&fixture);
}

static void the_business_is_nobodys_business(void **state)
{
    struct fixture fixture;

    (void)state;
    fixture_new(&fixture);
    struct config *before = loaded(&fixture);
    fixture_write(
        &fixture, "dunningd.conf",
        "business = { name = \"Private AG\"; email = \"private@example.invalid\"; phone = \"1\"; };\n" FIXTURE_REST);
    struct config *after = loaded(&fixture);
    const char *said = told(&fixture, before, after);
    expect_part("the name", said, "business.name has changed");
    expect_part("the telephone", said, "business.phone is set");
    expect_true("no value", strstr(said, "rivate") == NULL);
    config_free(&before);
    config_free(&after);
    fixture_done(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_change_is_said_both_ways),
        cmocka_unit_test(what_is_gone_is_said),
        cmocka_unit_test(names_are_whole_words),
        cmocka_unit_test(the_business_is_nobodys_business),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
