#include "fake/test.h"

#include "base/arena.h"
#include "compose/catalog.h"
#include "compose/render.h"

struct source {
    const char *language, *name;
    enum part part;
    const char *text;
};

static struct catalog *catalog_of(struct arena *arena, const struct source *sources, size_t count,
                                  struct findings *findings)
{
    struct catalog *catalog = catalog_new(arena, "en");

    findings_init(findings, arena);
    for (size_t i = 0; i < count && sources[i].language != NULL; i++) {
        const char *file = arena_printf(arena, "%s/%s.%s", sources[i].language, sources[i].name,
                                        names_word(&part_names, (int)sources[i].part));
        catalog_add(catalog,
                    &(struct template_file){sources[i].language, sources[i].name, sources[i].part, file,
                                            sources[i].text},
                    findings);
    }
    return catalog;
}

static void language_falls_back_for_the_whole_set(void **state)
{
    (void)state;
    static const struct source sources[] = {
        {"en", "a", PART_SUBJECT, ""}, {"en", "a", PART_TEXT, ""},   {"de", "a", PART_TEXT, ""},
        {"de", "a", PART_SUBJECT, ""}, {"de-AT", "a", PART_SMS, ""}, {"en", "b", PART_SMS, ""},
        {"pt-BR", "a", PART_SMS, ""},  {"fr", "c", PART_SMS, ""},
    };
    static const struct {
        const char *asked, *name, *got; /* NULL: none */
    } cases[] = {
        {"de", "a", "de"},    {"de-AT", "a", "de-AT"},   {"de-at", "a", "de-AT"}, {"de_AT", "a", "de-AT"},
        {"de-CH", "a", "de"}, {"de-CH-1996", "a", "de"}, {"DE", "a", "de"},       {"deu", "a", "en"},
        {"d", "a", "en"},     {"fr", "a", "en"},         {"", "a", "en"},         {"-", "a", "en"},
        {"pt", "a", "en"},    {"pt-BR", "a", "pt-BR"},   {"de-AT", "b", "en"},    {"en", "c", NULL},
        {"en", "none", NULL}, {"fr-CA", "c", "fr"},
    };
    struct arena *arena = arena_new(0);
    struct findings findings;
    struct catalog *catalog = catalog_of(arena, sources, LENGTH(sources), &findings);

    assert_int_equal(findings.count, 0);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct template_set *set = catalog_find(catalog, cases[i].asked, cases[i].name);
        expect_text(cases[i].asked, set != NULL ? set->language : "none", cases[i].got != NULL ? cases[i].got : "none");
    }
    /* de-AT has only an SMS, and its subject never comes from de */
    assert_null(catalog_find(catalog, "de-AT", "a")->part[PART_SUBJECT]);
    arena_free(&arena);
}

static void a_channel_needs_its_parts(void **state)
{
    (void)state;
    static const struct source sources[] = {{"en", "mail", PART_SUBJECT, "s"},
                                            {"en", "mail", PART_TEXT, "t"},
                                            {"en", "sms", PART_SMS, "s"}};
    struct arena *arena = arena_new(0);
    struct findings findings;
    struct catalog *catalog = catalog_of(arena, sources, LENGTH(sources), &findings);
    const struct template_set *mail = catalog_find(catalog, "en", "mail"), *sms = catalog_find(catalog, "en", "sms");

    assert_null(template_set_lacks(mail, CHANNEL_EMAIL));
    assert_string_equal(template_set_lacks(mail, CHANNEL_SMS), "sms");
    assert_string_equal(template_set_lacks(sms, CHANNEL_EMAIL), "subject");
    assert_null(template_set_lacks(sms, CHANNEL_SMS));
    assert_null(template_set_lacks(sms, CHANNEL_AGENCY));
    arena_free(&arena);
}

static const char *joined(struct arena *arena, const struct findings *findings)
{
    struct text text;

    text_init(&text, arena);
    for (size_t i = 0; i < findings->count; i++)
        text_addf(&text, "%s%s", i > 0 ? "\n" : "", finding_line(&findings->list[i], arena));
    return text.data;
}

#define MAIL(text)                      \
    {                                   \
        {"en", "a", PART_SUBJECT, "s"}, \
        {                               \
            "en", "a", PART_TEXT, text  \
        }                               \
    }

static void check_finds_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        struct source sources[4];
        const char *want;
    } cases[] = {
        {MAIL("{{total}} {{customer.name}} {{#items}}{{number}} {{total}} {{business.name}}{{/items}}"), ""},
        {MAIL("{{#customer}}{{name}} {{total}}{{/customer}}"), ""},
        {MAIL("{{#due_items}}{{late}}{{/due_items}}{{#info_items}}{{net}}{{/info_items}}"), ""},
        {MAIL("{{#business.address_lines}}{{.}}{{/business.address_lines}}"), ""},
        {MAIL("{{#business}}{{#address_lines}}{{.}}{{/address_lines}}{{/business}}"), ""},
        {MAIL("{{#pay_url}}{{.}} {{pay_url}}{{/pay_url}}{{^deadline}}{{currency}}{{/deadline}}"), ""},
        {MAIL("{{#items}}{{#carried_on}}{{deadline}}{{/carried_on}}{{/items}}"), ""},
        {MAIL("x\n{{totl}}"), "en/a.txt:2: there is no value {{totl}}; dunning-template(5) lists all names"},
        {MAIL("{{customer.nmae}}"),
         "en/a.txt:1: there is no value {{customer.nmae}}; dunning-template(5) lists all names"},
        {MAIL("{{total.x}}"), "en/a.txt:1: there is no value {{total.x}}; dunning-template(5) lists all names"},
        {MAIL("{{number}}"), "en/a.txt:1: there is no value {{number}}; dunning-template(5) lists all names"},
        {MAIL("{{#carried}}{{/carried}}"),
         "en/a.txt:1: there is no value {{carried}}; dunning-template(5) lists all names"},
        {MAIL("{{^carried}}{{/carried}}"),
         "en/a.txt:1: there is no value {{carried}}; dunning-template(5) lists all names"},
        {MAIL("{{^items}}{{number}}{{/items}}"),
         "en/a.txt:1: there is no value {{number}}; dunning-template(5) lists all names"},
        {MAIL("{{items.number}}"), "en/a.txt:1: {{items.number}}: items is a list; write {{#items}} and name what you "
                                   "want of each inside"},
        {MAIL("{{items}}"),
         "en/a.txt:1: {{items}} cannot be printed; it is a section, write {{#items}} ... {{/items}}"},
        {MAIL("{{customer}}"),
         "en/a.txt:1: {{customer}} cannot be printed; it is a section, write {{#customer}} ... {{/customer}}"},
        {MAIL("{{.}}"), "en/a.txt:1: {{.}} means nothing here; it stands inside a section over a list of texts"},
        {MAIL("{{#items}}{{.}}{{/items}}"),
         "en/a.txt:1: {{.}} means nothing here; it stands inside a section over a list of texts"},
        {MAIL("\n{{> foot}}"), "en/a.txt:2: there is no partial en/_foot.txt; add it or remove {{>foot}}"},
        {MAIL("{{#total"), "en/a.txt:1: a tag begins here with {{ and never ends; close it with }}"},
        {{{"en", "a", PART_TEXT, ""}},
         "en/a.txt: there is no a.subject beside this file; an email needs a subject "
         "and a text"},
        {{{"en", "a", PART_SUBJECT, ""}},
         "en/a.subject: there is no a.txt beside this file; an email needs a subject "
         "and a text"},
        {{{"en", "a", PART_HTML, ""}},
         "en/a.html: there is no a.txt beside this file; an email needs a subject and a "
         "text"},
        {{{"en", "a", PART_SMS, "{{total}}"}}, ""},
        {{{"de", "a", PART_SMS, "{{> p}}"}, {"en", "_p", PART_SMS, ""}},
         "de/a.sms:1: there is no partial de/_p.sms; add it or remove {{>p}}"},
        {{{"en", "a", PART_SMS, "{{> p}}"}, {"en", "_p", PART_TEXT, ""}},
         "en/a.sms:1: there is no partial en/_p.sms; add it or remove {{>p}}"},
        {{{"en", "a", PART_SMS, "{{#items}}{{> p}}{{/items}}"}, {"en", "_p", PART_SMS, "{{number}}"}}, ""},
        {{{"en", "a", PART_SMS, "{{> p}}{{> p}}"}, {"en", "_p", PART_SMS, "\n{{number}}"}},
         "en/_p.sms:2: there is no value {{number}}; dunning-template(5) lists all names"},
        {{{"en", "a", PART_SMS, "{{> p}}"}, {"en", "_p", PART_SMS, "{{> p}}"}},
         "en/_p.sms:1: partials are nested deeper than 32; break the circle"},
        {{{"en", "_p", PART_SMS, "{{number}}"}}, ""}, /* nobody uses it: what its names mean is not known */
        {{{"en", "a", PART_SMS, ""}, {"EN", "a", PART_SMS, ""}},
         "EN/a.sms: this template was read already, in a folder whose name differs only in its letters' case; "
         "remove one of the two"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena *arena = arena_new(0);
        struct findings findings;
        struct catalog *catalog = catalog_of(arena, cases[i].sources, LENGTH(cases[i].sources), &findings);
        catalog_check(catalog, &findings);
        expect_text(arena_printf(arena, "case %zu", i), joined(arena, &findings), cases[i].want);
        arena_free(&arena);
    }
}

static void all_findings_are_given_at_once(void **state)
{
    (void)state;
    static const struct source sources[] = {{"en", "a", PART_SUBJECT, "{{x}}"},
                                            {"en", "a", PART_TEXT, "{{y}}\n{{z}}\n{{z}}"},
                                            {"en", "b", PART_SMS, "{{"}};
    struct arena *arena = arena_new(0);
    struct findings findings;
    struct catalog *catalog = catalog_of(arena, sources, LENGTH(sources), &findings);

    catalog_check(catalog, &findings);
    assert_int_equal(findings.errors, 5);
    arena_free(&arena);
}

/* Partials that multiply cost the check no more than they may cost a rendering. */
static void multiplying_partials_are_found(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct findings findings;
    struct catalog *catalog = catalog_new(arena, "en");

    findings_init(&findings, arena);
    catalog_add(catalog, &(struct template_file){"en", "a", PART_SMS, "en/a.sms", "{{>p0}}"}, &findings);
    for (int i = 0; i < 25; i++)
        catalog_add(catalog,
                    &(struct template_file){"en", arena_printf(arena, "_p%d", i), PART_SMS,
                                            arena_printf(arena, "en/_p%d.sms", i),
                                            i < 24 ? arena_printf(arena, "{{>p%d}}{{>p%d}}", i + 1, i + 1) : ""},
                    &findings);
    catalog_check(catalog, &findings);
    assert_int_equal(findings.count, 1);
    expect_part("doubling", findings.list[0].text, "the partials of this template multiply each other");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(language_falls_back_for_the_whole_set),
        cmocka_unit_test(a_channel_needs_its_parts),
        cmocka_unit_test(check_finds_what_is_wrong),
        cmocka_unit_test(all_findings_are_given_at_once),
        cmocka_unit_test(multiplying_partials_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
