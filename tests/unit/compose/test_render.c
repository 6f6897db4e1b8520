#include "unit/compose/sample.h"
#include "unit/compose/templates.h"

#include "base/arena.h"
#include "compose/value.h"

struct world {
    struct arena *arena;
    struct sample sample;
};

static int set_up(void **state)
{
    struct world *world = test_calloc(1, sizeof *world);
    struct findings findings;

    world->arena = arena_new(0);
    sample_init(&world->sample, world->arena);
    findings_init(&findings, world->arena);
    assert_true(templates_read(world->sample.catalog, world->arena, "tests/data/templates", &findings) > 10);
    catalog_check(world->sample.catalog, &findings);
    templates_expect_clean(&findings);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    arena_free(&world->arena);
    test_free(world);
    return 0;
}

static struct rendered render(struct world *world, const char *remark)
{
    struct rendered out;
    struct err err = {0};

    if (render_message(&world->sample.input, world->arena, &out, &err) != 0)
        fail_msg("%s: %s", remark, err.text);
    return out;
}

static void refuse(struct world *world, const char *remark, enum err_code code, const char *part)
{
    struct rendered out = {.mail = "untouched"};
    struct err err = {0};

    expect_int(remark, render_message(&world->sample.input, world->arena, &out, &err), -1);
    expect_part(remark, err.text, part);
    expect_int(remark, err.code, code);
    expect_text(remark, out.mail, "untouched");
    assert_null(strstr(err.text, "example\"")); /* no address, no name */
    assert_null(strstr(err.text, "Zo"));
    assert_null(strstr(err.text, "ller"));
}

#define NBSP "\xC2\xA0"

static void a_formal_notice_names_what_it_records(void **state)
{
    struct rendered out = render(*state, "formal");

    /* oldest first; the carried item keeps its own deadline; upcoming and information are not claimed */
    expect_text("text", out.text,
                "Dear Zoë Ångström,\n"
                "\n"
                "we wrote to you on 9 March 2026.\n"
                "This notice is about:\n"
                "\n"
                "  2026-0101  due 20 February 2026  EUR" NBSP "1,000.00  34 days late\n"
                "  2026-0102  due 3 March 2026  EUR" NBSP "250.00  23 days late\n"
                "\n"
                "  From earlier notices:\n"
                "  2026-0103  notice of 23 March 2026, payable by 30 March 2026  EUR" NBSP "50.00\n"
                "\n"
                "  Credits:\n"
                "  G-1 of 1 March 2026  EUR" NBSP "120.00\n"
                "\n"
                "  Total  EUR" NBSP "1,180.00\n"
                "\n"
                "Please pay by 9 April 2026.\n"
                "\n"
                "Example GmbH\n"
                "Kontorweg 1\n"
                "20095 Hamburg\n"
                "Telephone +49 40 123456\n"
                "HRB 1234, Hamburg\n");
    expect_text("subject", out.subject, "Invoices 2026-0101, 2026-0102, 2026-0103: formal notice from Example GmbH");
    expect_text("from", out.from_address, "accounts@example.com");
    expect_text("to", out.to_address, "zoe@mueller.example");
    expect_text("no sms", out.sms, "");
    expect_text("no package", out.package_json, "");
}

static void one_item_brings_its_link_and_reference(void **state)
{
    struct world *world = *state;
    struct sample *sample = &world->sample;

    sample->notice.items = &sample->rows[1];
    sample->notice.item_count = 1;
    sample->notice.credit_count = 0;
    sample->notice.total = 100000;
    struct rendered out = render(world, "one");
    expect_text("subject", out.subject, "Invoice 2026-0101: formal notice from Example GmbH");
    expect_part("link in text", out.text, "Pay here: https://pay.example/i/0101?a=1&b=2\n");
    expect_part("link in html", out.html, "<a href=\"https://pay.example/i/0101?a=1&amp;b=2\">");
    sample->items[0].reference = "RF18 5390 0754 7034";
    sample->items[0].pay_url = "javascript:alert(1)";
    out = render(world, "reference");
    expect_text("reference", out.subject, "Invoice RF18 5390 0754 7034: formal notice from Example GmbH");
    assert_null(strstr(out.html, "javascript"));
}

static void html_is_escaped(void **state)
{
    struct world *world = *state;

    world->sample.message.name = "<script>alert('x')</script> & Co";
    struct rendered out = render(world, "html");
    expect_part("escaped", out.html, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; Co");
    assert_null(strstr(out.html, "<script>"));
    expect_part("not in text", out.text, "<script>alert('x')</script> & Co");
}

static void language_decides_on_texts_and_formats(void **state)
{
    struct world *world = *state;

    world->sample.message.language = "de-CH";
    struct rendered out = render(world, "de-CH");
    expect_part("German text, Swiss amount", out.text,
                "  2026-0101, fällig am 20. Februar 2026: EUR" NBSP "1’000.00 (34 Tage im Verzug)\n");
    expect_text("no html in this set", out.html, "");
    expect_part("text only", out.mail, "Content-Type: text/plain; charset=utf-8\r\n");
    world->sample.message.language = "fi";
    out = render(world, "fi");
    expect_part("falls back as a whole", out.text, "EUR" NBSP "1,000.00  34 days late\n");
    world->sample.message.language = "";
    world->sample.notice.language = "de";
    out = render(world, "language of the notice");
    expect_part("German", out.text, "1.000,00" NBSP "EUR (34 Tage im Verzug)");
}

static void headers_follow_the_key_and_the_claim(void **state)
{
    struct world *world = *state;
    struct sample *sample = &world->sample;
    static const struct zone_span spans[] = {{MOMENT_NONE, 19800}};
    static const struct zone zone = {"Asia/Kolkata", spans, 1};
    static const char *const references[] = {"<n7.c1.r1.00@example.com>", "<n9.c1.r1.00@example.com>"};
    const char *first = render(world, "first").mail;
    char *id = arena_copy(world->arena, render(world, "first").message_id);

    expect_text("deterministic", render(world, "again").mail, first);
    expect_part("message id", id, "<n123.c1.r1.");
    expect_part("domain", id, "@mail.example.com>");
    expect_part("in the mail", first, arena_printf(world->arena, "\r\nMessage-ID: %s\r\n", id));
    assert_null(strstr(first, "References:"));
    sample->input.revision = 2;
    expect_part("revision", render(world, "revision").message_id, "<n123.c1.r2.");
    sample->input.revision = 1;
    sample->input.claimed_at += DAY_SECONDS;
    expect_true("another day", strcmp(render(world, "day").message_id, id) != 0);
    sample->input.claimed_at -= DAY_SECONDS;
    sample->customer.id = sample->notice.customer = "C-18";
    expect_true("another customer", strcmp(render(world, "customer").message_id, id) != 0);
    sample->input.zone = &zone;
    sample->input.references = references;
    sample->input.reference_count = 2;
    const char *mail = render(world, "zone").mail;
    expect_part("date", mail, "Date: Thu, 26 Mar 2026 13:30:00 +0530\r\n");
    expect_part("in reply to", mail, "\r\nIn-Reply-To: <n9.c1.r1.00@example.com>\r\n");
    expect_part("references", mail, "\r\nReferences: <n7.c1.r1.00@example.com> <n9.c1.r1.00@example.com>\r\n");
}

static void long_chains_are_shortened(void **state)
{
    struct world *world = *state;
    const char **references = arena_array(world->arena, 50, sizeof *references);

    for (int i = 0; i < 50; i++)
        references[i] = arena_printf(world->arena, "<n%d.c1.r1.00@example.com>", i);
    world->sample.input.references = references;
    world->sample.input.reference_count = 50;
    const char *mail = render(world, "chain").mail;
    expect_part("the first", mail, "References: <n0.c1.r1.00@example.com> <n31.c1.r1.00@example.com>");
    expect_part("the last", mail, "<n49.c1.r1.00@example.com>\r\nAuto-Submitted");
    assert_null(strstr(mail, "<n30."));
}

static void steps_may_name_their_sender(void **state)
{
    struct world *world = *state;

    world->sample.steps[2].sender = "legal@example.com";
    world->sample.steps[2].reply_to = "replies@example.com";
    struct rendered out = render(world, "sender");
    expect_part("from", out.mail, "\r\nFrom: Example GmbH <legal@example.com>\r\n");
    expect_part("reply", out.mail, "\r\nReply-To: replies@example.com\r\n");
    expect_text("from", out.from_address, "legal@example.com");
    world->sample.steps[2].sender = "EXAMPLE";
    expect_text("a name for SMS", render(world, "sms").from_address, "accounts@example.com");
}

static void what_cannot_be_a_mail_is_refused(void **state)
{
    struct world *world = *state;
    struct sample *sample = &world->sample;

    sample->message.name = "Zoë\r\nBcc: evil@evil.example";
    refuse(world, "injection by name", ERR_REFUSED, "the recipient's name holds a line end");
    sample->message.name = "Zoë";
    sample->message.address = "zoe@a.example>\r\nRCPT TO:<evil@evil.example";
    refuse(world, "injection by address", ERR_REFUSED, "the recipient's address holds a line end");
    sample->message.address = "zoe@a.example";
    sample->items[0].number = "1\r\nBcc: evil@evil.example";
    refuse(world, "injection by number", ERR_REFUSED,
           "en/formal.subject:1: the value notice.reference holds a line end");
    sample->items[0].number = "1\xff";
    refuse(world, "not UTF-8", ERR_REFUSED, "the value notice.reference is not UTF-8");
    sample->items[0].number = "1";
    sample->notice.template_name = "missing";
    refuse(world, "no template", ERR_CONFIG,
           "policy standard, step formal: there is no template en/missing.subject; "
           "add the file");
    sample->notice.template_name = "";
    refuse(world, "no template named", ERR_CONFIG, "policy standard, step formal: there is no template; add template");
    sample->notice.template_name = "formal";
    sample->message.channel = CHANNEL_LETTER;
    refuse(world, "a letter", ERR_CONFIG, "channel letter has no message to render");
}

static void templates_that_fail_name_their_file(void **state)
{
    static const struct {
        enum part part;
        const char *source, *want;
        enum channel channel;
    } cases[] = {
        {PART_SUBJECT, "a\nb", "en/odd.subject: the subject has more than one line; keep it to one", CHANNEL_EMAIL},
        {PART_SUBJECT, " \n", "en/odd.subject: the subject is empty", CHANNEL_EMAIL},
        {PART_SUBJECT, "{{nothing}}", "en/odd.subject:1: there is no value nothing", CHANNEL_EMAIL},
        {PART_TEXT, "x\n{{> nothing}}", "en/odd.txt:2: there is no partial _nothing beside it", CHANNEL_EMAIL},
        {PART_SMS, "{{^total}}x{{/total}}", "en/odd.sms: the text is empty", CHANNEL_SMS},
        {PART_SMS,
         "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
         "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
         "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
         "0123456",
         "en/odd.sms: the text takes 3 segments (GSM 03.38), at most 2 are sent; shorten it", CHANNEL_SMS},
        {PART_SMS,
         "कृपया भुगतान करें कृपया भुगतान करें कृपया भुगतान करें कृपया भुगतान करें कृपया भुगतान करें "
         "कृपया भुगतान करें कृपया भुगतान करें कृपया भुगतान करें ",
         "en/odd.sms: the text takes 3 segments (UCS-2), at most 2 are sent", CHANNEL_SMS},
    };
    struct world *world = *state;
    struct sample *sample = &world->sample;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct findings findings;
        findings_init(&findings, world->arena);
        sample->catalog = catalog_new(world->arena, "en");
        sample->input.catalog = sample->catalog;
        sample->notice.template_name = "odd";
        sample->message.channel = cases[i].channel;
        sample->message.address = cases[i].channel == CHANNEL_SMS ? "+49 171 1234567" : "zoe@a.example";
        for (int part = 0; part < PART_COUNT; part++)
            catalog_add(sample->catalog,
                        &(struct template_file){"en", "odd", (enum part)part,
                                                arena_printf(world->arena, "en/odd.%s", names_word(&part_names, part)),
                                                part == (int)cases[i].part ? cases[i].source : "x"},
                        &findings);
        refuse(world, cases[i].want, ERR_CONFIG, cases[i].want);
    }
}

static void sms_are_short_and_plain(void **state)
{
    static const struct {
        const char *language, *name;
        bool transliterate;
        enum sms_coding coding;
        const char *want;
    } cases[] = {
        {"en", "Example GmbH", false, SMS_GSM7,
         "Example GmbH: please see our letter about 2026-0101, EUR 1,000.00 by 09/04/2026. "
         "https://pay.example/i/0101?a=1&b=2"},
        {"de", "Müller–Łódź GmbH", false, SMS_UCS2,
         "Müller–Łódź GmbH: Rechnung 2026-0101, 1.000,00 EUR bis 09.04.2026 – danke!"},
        /* the dash goes, the umlaut stays */
        {"de", "Müller–Łódź GmbH", true, SMS_GSM7,
         "Müller-Lodz GmbH: Rechnung 2026-0101, 1.000,00 EUR bis 09.04.2026 - danke!"},
        /* Cyrillic has no near form, so the dash may stay too */
        {"de", "Привет", true, SMS_UCS2, "Привет: Rechnung 2026-0101, 1.000,00 EUR bis 09.04.2026 – danke!"},
        {"de", "a\nb", true, SMS_GSM7, "a b: Rechnung 2026-0101, 1.000,00 EUR bis 09.04.2026 - danke!"},
    };
    struct world *world = *state;
    struct sample *sample = &world->sample;

    sample->notice.items = &sample->rows[1];
    sample->notice.item_count = 1;
    sample->notice.total = 100000;
    sample->message.channel = CHANNEL_SMS;
    sample->message.address = "0171 1234567";
    for (size_t i = 0; i < LENGTH(cases); i++) {
        sample->message.language = cases[i].language;
        sample->business.name = cases[i].name;
        sample->sms.transliterate = cases[i].transliterate;
        struct rendered out = render(world, cases[i].name);
        expect_text(cases[i].name, out.sms, cases[i].want);
        expect_int(cases[i].name, out.coding, cases[i].coding);
        expect_true(cases[i].name, out.segments == (out.units > (out.coding == SMS_GSM7 ? 160 : 70) ? 2 : 1));
        expect_text(cases[i].name, out.to_address, "+491711234567");
        expect_text(cases[i].name, out.mail, "");
    }
    sample->customer.country = "";
    refuse(world, "no country", ERR_REFUSED, "the telephone number of customer C-17 is not complete");
    sample->business.name = "a\x1b";
    refuse(world, "control", ERR_REFUSED, "de/formal.sms:1: the value business.name holds a line end or another");
}

static void a_plan_shows_its_instalments(void **state)
{
    struct world *world = *state;

    sample_make_plan(&world->sample);
    expect_text("plan", render(world, "plan").text,
                "Dear Zoë Ångström,\n"
                "\n"
                "you can pay EUR" NBSP "1,180.00 in 3 instalments:\n"
                "\n"
                "  1.  30 April 2026  EUR" NBSP "393.33 (deposit)\n"
                "  2.  30 May 2026  EUR" NBSP "393.33\n"
                "  3.  30 June 2026  EUR" NBSP "393.34\n"
                "\n"
                "This offer stands until 9 April 2026.\n");
}

static const char *value_at_path(const struct value *value, const char *path)
{
    char part[64];

    while (*path != '\0') {
        size_t length = strcspn(path, ".");
        snprintf(part, sizeof part, "%.*s", (int)length, path);
        value = value_kind(value) == VALUE_LIST ? value_at(value, (size_t)atoi(part)) : value_get(value, part);
        if (value == NULL)
            return "(none)";
        path += length + (path[length] == '.');
    }
    return value_as_text(value);
}

static void values_say_what_the_notice_is(void **state)
{
    static const struct {
        const char *path, *want;
    } cases[] = {
        {"total_raw", "1180.00"},
        {"items_total", "EUR" NBSP "1,300.00"},
        {"credits_total", "EUR" NBSP "120.00"},
        {"charges_total", "EUR" NBSP "46.66"},
        {"total_with_charges_raw", "1226.66"},
        {"interest_total_raw", "1.66"},
        {"has_fee", "true"},
        {"charges.0.number", "2026-0102"},
        {"charges.0.until", "26 March 2026"},
        {"item_count", "3"},
        {"several", "true"},
        {"is_formal", "true"},
        {"is_remind", "false"},
        {"is_plan", "false"},
        {"is_consumer", "false"},
        {"has_upcoming", "true"},
        {"has_info", "true"},
        {"pay_url", ""},
        {"previous_date", "9 March 2026"},
        {"business.iban", "DE89 3704 0044 0532 0130 00"},
        {"business.address_lines.1", "20095 Hamburg"},
        {"customer.address", "Hafenstraße 4, 20457 Hamburg"},
        {"contact.name", "Zoë Ångström"},
        {"contact.is_person", "true"},
        {"notice.id", "N-000123"},
        {"notice.date", "26 March 2026"},
        {"notice.action", "notice"},
        {"notice.reference", "2026-0101, 2026-0102, 2026-0103"},
        {"items.0.number", "2026-0101"},
        {"items.0.block", "due"},
        {"items.0.credited", "EUR" NBSP "120.00"},
        {"items.0.net", "EUR" NBSP "880.00"},
        {"items.0.is_part_paid", "false"},
        {"items.1.paid", "EUR" NBSP "50.00"},
        {"items.1.is_part_paid", "true"},
        {"items.1.open_raw", "250.00"},
        {"items.2.block", "carried"},
        {"items.2.carried_on", "23 March 2026"},
        {"items.2.deadline_short", "30/03/2026"},
        {"items.3", "(none)"},
        {"due_items.1.deadline", "9 April 2026"},
        {"upcoming_items.0.number", "2026-0104"},
        {"upcoming_items.0.days_late", "0"},
        {"upcoming_items.0.is_late", "false"},
        {"info_items.0.number", "2026-0105"},
        {"info_items.0.is_part", "true"},
        {"offer.valid_until", ""},
        {"offer.instalment_count", "0"},
    };
    struct world *world = *state;
    const struct value *root = render_values(&world->sample.input, world->arena);

    for (size_t i = 0; i < LENGTH(cases); i++)
        expect_text(cases[i].path, value_at_path(root, cases[i].path), cases[i].want);
}

static void a_note_before_due_claims_its_own_items(void **state)
{
    struct world *world = *state;
    struct sample *sample = &world->sample;

    sample->notice.items = &sample->rows[3];
    sample->notice.item_count = 1;
    sample->rows[3].occurrence = 1;
    sample->notice.before_due = true;
    sample->notice.action = ACTION_REMIND;
    sample->notice.deadline = DAY_NONE;
    const struct value *root = render_values(&sample->input, world->arena);
    expect_text("items", value_at_path(root, "items.0.number"), "2026-0104");
    expect_text("due", value_at_path(root, "due_items.0.block"), "due");
    expect_text("upcoming", value_at_path(root, "upcoming_items.0"), "(none)");
    expect_text("flag", value_at_path(root, "is_before_due"), "true");
    expect_text("deadline", value_at_path(root, "deadline"), "");
    expect_text("flag", value_at_path(root, "has_deadline"), "false");
    expect_text("previous", value_at_path(root, "has_previous"), "false");
}

static void courtesy_notes_are_no_earlier_claim(void **state)
{
    struct world *world = *state;

    world->sample.dossier.record_count = 1;
    const struct value *root = render_values(&world->sample.input, world->arena);
    expect_text("courtesy only", value_at_path(root, "has_previous"), "false");
    world->sample.records[0].notice = world->sample.notice.id;
    world->sample.records[0].step = "reminder";
    root = render_values(&world->sample.input, world->arena);
    expect_text("this notice itself", value_at_path(root, "has_previous"), "false");
}

/* Makes the notice claim `count` invoices with these numbers, the first of them with two lines. */
static void claim_numbers(struct sample *sample, const char *const *numbers, size_t count)
{
    struct item *items = arena_array(sample->arena, count + 1, sizeof *items);
    struct notice_item *rows = arena_array(sample->arena, count + 1, sizeof *rows);

    for (size_t i = 0; i <= count; i++) {
        size_t invoice = i > 0 ? i - 1 : 0;
        items[i] = sample_item(arena_printf(sample->arena, "id-%zu", invoice), 100, sample->notice.on - 60,
                               sample->notice.on - 40 + (day_t)i);
        items[i].number = numbers[invoice];
        items[i].line = i == 1 ? 2 : 1;
        rows[i] = sample_row(&items[i], BLOCK_DUE, "formal");
    }
    sample->dossier.items = items;
    sample->dossier.item_count = count + 1;
    sample->notice.items = rows;
    sample->notice.item_count = count + 1;
}

static void many_numbers_are_cut(void **state)
{
    static const char *const longer =
        "a number that is quite long, as some ledgers have it, and longer than banks carry";
    const struct {
        const char *numbers[6];
        size_t count;
        const char *shown, *reference;
    } cases[] = {
        {{"R-1"}, 1, "R-1", "R-1"},
        {{"R-1", "R-2", "R-3", "R-4"}, 4, "R-1, R-2, R-3, R-4", "R-1, R-2, R-3, R-4"},
        {{"R-1", "R-2", "R-3", "R-4", "R-5"}, 5, "R-1, R-2, R-3 +2", "C-17"},
        {{"R-1", "R-2", "R-3", "R-4", "R-5", "R-6"}, 6, "R-1, R-2, R-3 +3", "C-17"},
        {{longer, "R-2"},
         2,
         "a number that is quite long, as some ledgers have it, and longer than banks carry +1",
         "a number that is quite long, as some ledgers have it, and longer than banks carry, R-2"},
        {{longer, longer},
         2,
         "a number that is quite long, as some ledgers have it, and longer than banks carry +1",
         "C-17"},
        {{"RE-2026-000000000101", "RE-2026-000000000102", "RE-2026-000000000103"},
         3,
         "RE-2026-000000000101, RE-2026-000000000102 +1",
         "RE-2026-000000000101, RE-2026-000000000102, RE-2026-000000000103"},
    };
    struct world *world = *state;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        claim_numbers(&world->sample, cases[i].numbers, cases[i].count);
        const struct value *root = render_values(&world->sample.input, world->arena);
        expect_text(cases[i].shown, value_at_path(root, "notice.numbers"), cases[i].shown);
        expect_text(cases[i].shown, value_at_path(root, "notice.reference"), cases[i].reference);
    }
}

/* A row of the table for every value, and a value for every row. */
static const struct value *find_value(const struct value *value, const char *name)
{
    char part[64];

    while (value != NULL && *name != '\0') {
        size_t length = strcspn(name, ".");
        snprintf(part, sizeof part, "%.*s", (int)length, name);
        value = value_get(value_kind(value) == VALUE_LIST ? value_at(value, 0) : value, part);
        name += length + (name[length] == '.');
    }
    return value;
}

static size_t count_values(const struct value *map)
{
    size_t count = 0;

    for (size_t i = 0; i < value_count(map); i++) {
        const struct value *value = value_at(map, i);
        const char *key = value_key_at(map, i);
        bool alias = strstr(key, "_items") != NULL; /* declared once, as items.NAME */
        if (value_kind(value) == VALUE_MAP)
            count += count_values(value);
        if (value_kind(value) == VALUE_LIST && value_count(value) > 0 && !alias &&
            value_kind(value_at(value, 0)) == VALUE_MAP)
            count += count_values(value_at(value, 0));
        count++;
    }
    return count;
}

static void values_and_table_are_the_same(void **state)
{
    struct world *world = *state;

    sample_make_plan(&world->sample);
    const struct value *root = render_values(&world->sample.input, world->arena);
    for (size_t i = 0; i < template_name_count; i++) {
        const struct template_name *row = &template_name_table[i];
        const struct value *value = find_value(root, row->name);
        expect_true(row->name, value != NULL);
        bool section = value_kind(value) == VALUE_LIST || value_kind(value) == VALUE_MAP;
        expect_int(row->name, section, row->section);
        for (size_t k = 0; k < i; k++)
            expect_true(row->name, strcmp(template_name_table[k].name, row->name) != 0);
    }
    assert_int_equal(count_values(root), template_name_count);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_formal_notice_names_what_it_records),
        TEST(one_item_brings_its_link_and_reference),
        TEST(html_is_escaped),
        TEST(language_decides_on_texts_and_formats),
        TEST(headers_follow_the_key_and_the_claim),
        TEST(long_chains_are_shortened),
        TEST(steps_may_name_their_sender),
        TEST(what_cannot_be_a_mail_is_refused),
        TEST(templates_that_fail_name_their_file),
        TEST(sms_are_short_and_plain),
        TEST(a_plan_shows_its_instalments),
        TEST(values_say_what_the_notice_is),
        TEST(a_note_before_due_claims_its_own_items),
        TEST(courtesy_notes_are_no_earlier_claim),
        TEST(many_numbers_are_cut),
        TEST(values_and_table_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
