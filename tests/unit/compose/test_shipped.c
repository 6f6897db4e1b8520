/*
 * All templates that come with the daemon, and those of the tests: they load
 * without a finding, render in every situation, and their text and HTML say the
 * same words.
 */
#include "unit/compose/same_words.h"
#include "unit/compose/sample.h"
#include "unit/compose/templates.h"

#include "base/arena.h"
#include "compose/catalog_set.h"

static const char *const languages[] = {"en", "de", "fr", "es", "it", "nl", "pl", "pt", "sv", "hi"};

/* The situations a template must cope with. */
struct situation {
    const char *name, *template_name; /* the template that fits it */
    enum action action;
    bool single, early, credits, charges, consumer, bare; /* bare: no telephone, no bank, no link, no contact's name */
};

static const struct situation situations[] = {
    {.name = "reminder of several", .template_name = "reminder", .action = ACTION_REMIND, .credits = true},
    {.name = "reminder of one", .template_name = "reminder", .action = ACTION_REMIND, .single = true},
    {.name = "ahead of the due date",
     .template_name = "courtesy",
     .action = ACTION_REMIND,
     .single = true,
     .early = true},
    {.name = "formal notice of several", .template_name = "formal", .action = ACTION_NOTICE, .credits = true},
    {.name = "formal notice with charges", .template_name = "formal", .action = ACTION_NOTICE, .charges = true},
    {.name = "formal notice of one, bare",
     .template_name = "formal",
     .action = ACTION_NOTICE,
     .single = true,
     .bare = true},
    {.name = "formal notice to a consumer", .template_name = "formal", .action = ACTION_NOTICE, .consumer = true},
    {.name = "plan", .template_name = "plan", .action = ACTION_OFFER_PLAN, .credits = true},
    {.name = "handoff", .template_name = "handoff", .action = ACTION_HANDOFF},
};

static void make_bare(struct sample *sample)
{
    sample->business.phone = sample->business.website = sample->business.iban = sample->business.bic = "";
    sample->business.bank = sample->business.vat_id = sample->business.register_entry = "";
    sample->items[0].pay_url = sample->message.name = "";
}

static void make_situation(struct sample *sample, const struct situation *situation)
{
    sample->notice.action = situation->action;
    if (situation->action == ACTION_OFFER_PLAN)
        sample_make_plan(sample);
    if (situation->action == ACTION_REMIND)
        sample->notice.deadline = sample->rows[0].deadline = sample->rows[1].deadline = DAY_NONE;
    if (situation->single) {
        sample->notice.items = situation->early ? &sample->rows[3] : &sample->rows[1];
        sample->notice.item_count = 1;
    }
    if (situation->early) {
        sample->rows[3].occurrence = 1;
        sample->notice.before_due = true;
    }
    if (!situation->credits)
        sample->notice.credit_count = 0;
    if (!situation->charges)
        sample->notice.charge_count = 0;
    sample->customer.segment = situation->consumer ? "b2c" : "b2b";
    if (situation->bare)
        make_bare(sample);
}

static struct catalog *read_folder(struct arena *arena, const char *folder, int *count)
{
    struct catalog *catalog = catalog_new(arena, "en");
    struct findings findings;

    findings_init(&findings, arena);
    *count = templates_read(catalog, arena, folder, &findings);
    catalog_check(catalog, &findings);
    templates_expect_clean(&findings);
    return catalog;
}

static int complain(const struct template_set *set, const struct situation *situation, const char *what)
{
    print_error("%s/%s, %s: %s\n", set->language, set->name, situation->name, what);
    return 1;
}

/* RULES R3: a formal notice counts only for what it names. */
static int check_content(const struct template_set *set, const struct situation *situation, const struct sample *sample,
                         const struct rendered *out)
{
    int wrong = 0;

    for (size_t i = 0; i < sample->notice.item_count && strcmp(set->name, "formal") == 0; i++) {
        const struct notice_item *item = &sample->notice.items[i];
        bool claimed = item->block == BLOCK_DUE || item->block == BLOCK_CARRIED;
        if (claimed && strstr(out->text, item->invoice_id) == NULL)
            wrong += complain(set, situation, "the text does not name every item");
    }
    if (strstr(out->text, "{{") != NULL || strstr(out->html, "{{") != NULL)
        wrong += complain(set, situation, "a tag is left in the result");
    if (strlen(out->subject) > 160)
        wrong += complain(set, situation, "the subject is longer than 160 bytes");
    return wrong;
}

static int check_email(const struct template_set *set, const struct situation *situation, struct sample *sample)
{
    struct rendered out;
    struct err err = {0};

    if (render_message(&sample->input, sample->arena, &out, &err) != 0)
        return complain(set, situation, err.text);
    const char *difference = out.html[0] != '\0' ? words_difference(sample->arena, out.text, out.html) : NULL;
    if (difference != NULL)
        complain(set, situation, difference);
    return (difference != NULL) + check_content(set, situation, sample, &out);
}

static int check_sms(const struct template_set *set, const struct situation *situation, struct sample *sample)
{
    struct rendered out;
    struct err err = {0};

    sample->message.channel = CHANNEL_SMS;
    sample->message.address = "+491711234567";
    return render_message(&sample->input, sample->arena, &out, &err) != 0 ? complain(set, situation, err.text) : 0;
}

static int check_set(struct catalog *catalog, const struct template_set *set)
{
    int wrong = 0;

    for (size_t i = 0; i < LENGTH(situations); i++) {
        struct arena *arena = arena_new(0);
        struct sample sample;
        sample_init(&sample, arena);
        make_situation(&sample, &situations[i]);
        sample.input.catalog = catalog;
        sample.notice.template_name = set->name;
        sample.message.language = set->language;
        if (set->part[PART_TEXT] != NULL)
            wrong += check_email(set, &situations[i], &sample);
        if (set->part[PART_SMS] != NULL)
            wrong += check_sms(set, &situations[i], &sample);
        arena_free(&arena);
    }
    return wrong;
}

static int check_folder(struct arena *arena, const char *folder, int *count)
{
    struct catalog *catalog = read_folder(arena, folder, count);
    int wrong = 0;

    for (size_t i = 0; i < catalog->count; i++) {
        if (catalog->sets[i]->name[0] != '_')
            wrong += check_set(catalog, catalog->sets[i]);
    }
    return wrong;
}

static void templates_of_the_tests(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    int count;

    assert_int_equal(check_folder(arena, "tests/data/templates", &count), 0);
    assert_true(count > 10);
    arena_free(&arena);
}

static void templates_that_are_shipped(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    int count;

    assert_int_equal(check_folder(arena, "policies/templates", &count), 0);
    arena_free(&arena);
}

static bool is_named(const struct sample *sample, const struct notice_item *item, const char *text)
{
    const struct notice *notice = &sample->notice;
    bool claimed = item->block == BLOCK_DUE || (item->block == BLOCK_CARRIED && notice->action != ACTION_HANDOFF) ||
                   (notice->before_due && item->occurrence > 0);

    return !claimed || strstr(text, item->invoice_id) != NULL;
}

static int check_fitting(struct catalog *catalog, const char *language, const struct situation *situation)
{
    struct arena *arena = arena_new(0);
    const struct template_set *set = catalog_set(catalog, language, situation->template_name);
    struct sample sample;
    struct rendered out;
    struct err err = {0};
    int wrong = 0;

    sample_init(&sample, arena);
    make_situation(&sample, situation);
    sample.input.catalog = catalog;
    sample.notice.template_name = situation->template_name;
    sample.message.language = language;
    sample.message.channel = situation->action == ACTION_HANDOFF ? CHANNEL_AGENCY : CHANNEL_EMAIL;
    if (render_message(&sample.input, arena, &out, &err) != 0)
        wrong += complain(set, situation, err.text);
    for (size_t i = 0; wrong == 0 && i < sample.notice.item_count; i++) {
        if (!is_named(&sample, &sample.notice.items[i], out.text))
            wrong += complain(set, situation, "an item is not named");
    }
    if (wrong == 0 && strstr(out.text, "\n\n\n") != NULL)
        wrong += complain(set, situation, "two empty lines follow each other");
    arena_free(&arena);
    return wrong;
}

/* Where a template is used for what it is meant for, it names every item and has no gaps. */
static void every_item_is_named(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    int count, wrong = 0;
    struct catalog *catalog = read_folder(arena, "policies/templates", &count);

    for (size_t i = 0; i < LENGTH(languages); i++) {
        for (size_t k = 0; k < LENGTH(situations); k++)
            wrong += check_fitting(catalog, languages[i], &situations[k]);
    }
    arena_free(&arena);
    assert_int_equal(wrong, 0);
}

/* DESIGN 6: these exist in every shipped language, as email. */
static void every_language_has_every_template(void **state)
{
    (void)state;
    static const char *const names[] = {"courtesy", "reminder", "formal", "plan", "handoff"};
    struct arena *arena = arena_new(0);
    int count;
    struct catalog *catalog = read_folder(arena, "policies/templates", &count);

    for (size_t i = 0; i < LENGTH(languages); i++) {
        for (size_t k = 0; k < LENGTH(names); k++) {
            const struct template_set *set = catalog_set(catalog, languages[i], names[k]);
            const char *remark = arena_printf(arena, "%s/%s", languages[i], names[k]);
            expect_true(remark, set != NULL && template_set_lacks(set, CHANNEL_EMAIL) == NULL);
        }
    }
    arena_free(&arena);
}

static void the_comparison_sees_differences(void **state)
{
    (void)state;
    static const struct {
        const char *text, *html;
        bool same;
    } cases[] = {
        {"Dear Zoë,\n\nall is well.\n",
         "<html><head><title>x</title></head><body><p>Dear Zoë,</p><p>all is "
         "<b>well</b>.</p></body></html>",
         true},
        {"EUR\xC2\xA0"
         "1.00 & <more>",
         "<p>EUR&nbsp;1.00 &amp; &lt;more&gt;</p>", true},
        {"a b", "<td>a</td><td>b</td>", true},
        {"ab", "<td>a</td><td>b</td>", false},
        {"- one\n- two\n-----\n", "<ul><li>one</li><li>two</li></ul><hr>", true},
        {"one two", "<p>one</p>", false},
        {"one", "<p>one</p><p>two</p>", false},
        {"one two", "<p>two one</p>", false},
        {"Total 1.00", "<p>Total <!-- not shown -->2.00</p>", false},
        {"see https://a.example/x?a=1&b=2", "<p>see <a href=\"x\">https://a.example/x?a=1&amp;b=2</a></p>", true},
    };
    struct arena *arena = arena_new(0);

    for (size_t i = 0; i < LENGTH(cases); i++)
        expect_int(cases[i].text, words_difference(arena, cases[i].text, cases[i].html) == NULL, cases[i].same);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_comparison_sees_differences),   cmocka_unit_test(templates_of_the_tests),
        cmocka_unit_test(templates_that_are_shipped),        cmocka_unit_test(every_item_is_named),
        cmocka_unit_test(every_language_has_every_template),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
