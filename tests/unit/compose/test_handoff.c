#include "unit/compose/sample.h"
#include "unit/compose/templates.h"

#include <jansson.h>

#include "base/arena.h"

static void make_handoff(struct sample *sample)
{
    sample->notice.action = ACTION_HANDOFF;
    sample->notice.step = "agency";
    sample->notice.template_name = "";
    sample->notice.on = sample_day("2026-04-14");
    sample->notice.deadline = DAY_NONE;
    sample->message =
        (struct message_plan){.channel = CHANNEL_AGENCY, .recipient = 1, .name = "", .address = "", .language = "en"};
}

static struct rendered render(struct sample *sample)
{
    struct rendered out;
    struct err err = {0};

    if (render_message(&sample->input, sample->arena, &out, &err) != 0)
        fail_msg("%s", err.text);
    return out;
}

static json_t *load(const char *text)
{
    json_error_t error;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);

    if (root == NULL)
        fail_msg("line %d: %s", error.line, error.text);
    return root;
}

/* "items.0.claim" */
static const char *at(const json_t *json, const char *path)
{
    char part[64];

    while (*path != '\0' && json != NULL) {
        size_t length = strcspn(path, ".");
        snprintf(part, sizeof part, "%.*s", (int)length, path);
        json = json_is_array(json) ? json_array_get(json, (size_t)atoi(part)) : json_object_get(json, part);
        path += length + (path[length] == '.');
    }
    if (json_is_true(json))
        return "true";
    if (json_is_null(json))
        return "null";
    return json_is_string(json) ? json_string_value(json) : "(no text)";
}

static bool has_real(json_t *json)
{
    const char *key;
    size_t index;
    json_t *element;
    bool found = json_is_real(json);

    json_object_foreach(json, key, element) found = found || has_real(element);
    json_array_foreach(json, index, element) found = found || has_real(element);
    return found;
}

static void the_package_holds_the_items_at_the_step(void **state)
{
    (void)state;
    static const struct {
        const char *path, *want;
    } cases[] = {
        {"format", "dunningd-handoff"},
        {"case.id", "N-000123"},
        {"case.on", "2026-04-14"},
        {"case.step", "agency"},
        {"creditor.name", "Example GmbH"},
        {"creditor.iban", "DE89370400440532013000"},
        {"debtor.id", "C-17"},
        {"debtor.name", "Müller & Söhne GmbH"},
        {"debtor.type", "company"},
        {"debtor.legal_form", "GmbH"},
        {"debtor.contacts.0.name", "Zoë Ångström"},
        {"debtor.contacts.0.role", "billing"},
        {"currency", "EUR"},
        {"total", "1130.00"}, /* 250.00 + 1000.00 - 120.00; nothing of the carried 50.00 */
        {"items.0.invoice_id", "2026-0102"},
        {"items.0.amount", "300.00"},
        {"items.0.paid", "50.00"},
        {"items.0.open", "250.00"},
        {"items.0.claim", "250.00"},
        {"items.0.due", "2026-03-03"},
        {"items.0.formal_notice_on", "null"},
        {"items.0.payments.0.id", "P-1"},
        {"items.0.payments.0.amount", "50.00"},
        {"items.0.payments.0.on", "2026-03-01"},
        {"items.1.credited", "120.00"},
        {"items.1.claim", "880.00"},
        {"items.1.subject", "Anchor chains"},
        {"items.1.formal_notice_on", "2026-03-09"},
        {"items.1.formal_deadline", "2026-03-23"},
        {"items.1.history.0.step", "courtesy"},
        {"items.1.history.2.step", "formal"},
        {"items.1.history.2.formal", "true"},
        {"items.1.history.2.channel", "email"},
        {"items.1.history.2.notice", "N-000009"},
        {"credits.0.number", "G-1"},
        {"credits.0.amount", "120.00"},
        {"notices.0.id", "N-000007"},
        {"notices.0.action", "remind"},
        {"title", ""},
        {"note", ""},
    };
    struct arena *arena = arena_new(0);
    struct sample sample;

    sample_init(&sample, arena);
    make_handoff(&sample);
    json_t *root = load(render(&sample).package_json);
    for (size_t i = 0; i < LENGTH(cases); i++)
        expect_text(cases[i].path, at(root, cases[i].path), cases[i].want);
    assert_int_equal(json_integer_value(json_object_get(root, "version")), 1);
    assert_int_equal(json_array_size(json_object_get(root, "items")), 2);
    assert_int_equal(json_array_size(json_object_get(root, "notices")), 1); /* the other one is in another currency */
    assert_int_equal(json_array_size(json_object_get(json_array_get(json_object_get(root, "items"), 0), "payments")),
                     1);
    assert_false(has_real(root)); /* money is never a binary fraction */
    json_decref(root);
    arena_free(&arena);
}

static void digits_follow_the_currency(void **state)
{
    (void)state;
    static const struct {
        const char *currency, *total;
    } cases[] = {{"JPY", "113000"}, {"BHD", "113.000"}, {"EUR", "1130.00"}};
    struct arena *arena = arena_new(0);
    struct sample sample;

    sample_init(&sample, arena);
    make_handoff(&sample);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        memcpy(sample.notice.currency, cases[i].currency, CURRENCY_SIZE);
        json_t *root = load(render(&sample).package_json);
        expect_text(cases[i].currency, at(root, "total"), cases[i].total);
        json_decref(root);
    }
    arena_free(&arena);
}

static void the_covering_note_comes_from_the_template(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct sample sample;
    struct findings findings;

    sample_init(&sample, arena);
    make_handoff(&sample);
    findings_init(&findings, arena);
    templates_read(sample.catalog, arena, "tests/data/templates", &findings);
    sample.notice.template_name = "handoff";
    json_t *root = load(render(&sample).package_json);
    expect_text("title", at(root, "title"), "Collection order N-000123");
    expect_text("note", at(root, "note"),
                "Please collect EUR\xC2\xA0"
                "1,180.00 from Müller & Söhne GmbH.\n");
    json_decref(root);
    sample.notice.template_name = "missing";
    struct rendered out;
    struct err err;
    assert_int_equal(render_message(&sample.input, arena, &out, &err), -1);
    expect_part("missing", err.text, "there is no template en/missing.txt");
    arena_free(&arena);
}

#define HEADER                                                                                                      \
    "case,on,creditor,debtor_id,debtor,street,postcode,city,country,email,phone,invoice_id,line,number,issued,due," \
    "currency,amount,open,credited,claim,formal_notice_on,formal_deadline,subject\r\n"

static void the_csv_says_the_same(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct sample sample;

    sample_init(&sample, arena);
    make_handoff(&sample);
    expect_text("csv", render(&sample).package_csv,
                HEADER
                "N-000123,2026-04-14,Example GmbH,C-17,Müller & Söhne GmbH,Hafenstraße 4,20457,Hamburg,DE,"
                "buchhaltung@mueller.example,+49 171 1234567,2026-0102,1,2026-0102,2026-02-01,2026-03-03,EUR,300.00,"
                "250.00,0.00,250.00,,,\r\n"
                "N-000123,2026-04-14,Example GmbH,C-17,Müller & Söhne GmbH,Hafenstraße 4,20457,Hamburg,DE,"
                "buchhaltung@mueller.example,+49 171 1234567,2026-0101,1,2026-0101,2026-01-20,2026-02-20,EUR,1000.00,"
                "1000.00,120.00,880.00,2026-03-09,2026-03-23,Anchor chains\r\n");
    arena_free(&arena);
}

static void csv_cells_are_quoted_and_no_formulas(void **state)
{
    (void)state;
    static const struct {
        const char *name, *cell;
    } cases[] = {
        {"a,b", ",\"a,b\","},
        {"say \"x\"", ",\"say \"\"x\"\"\","},
        {"two\nlines", ",\"two\nlines\","},
        {"=1+1", ",'=1+1,"},
        {"@SUM(A1)", ",'@SUM(A1),"},
        {"-2+3+cmd|' /C calc'!A0", ",'-2+3+cmd|' /C calc'!A0,"},
        {"+HYPERLINK(\"x\",1)", ",\"'+HYPERLINK(\"\"x\"\",1)\","},
        {"-1.5", ",-1.5,"},
        {"+49 171 (0)", ",+49 171 (0),"},
    };
    struct arena *arena = arena_new(0);
    struct sample sample;

    sample_init(&sample, arena);
    make_handoff(&sample);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        sample.customer.name = cases[i].name;
        expect_part(cases[i].name, render(&sample).package_csv, cases[i].cell);
    }
    arena_free(&arena);
}

static void text_that_is_not_utf8_is_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct sample sample;
    struct rendered out;
    struct err err;

    sample_init(&sample, arena);
    make_handoff(&sample);
    sample.customer.city = "K\xf6ln";
    assert_int_equal(render_message(&sample.input, arena, &out, &err), -1);
    assert_int_equal(err.code, ERR_REFUSED);
    expect_part("sentence", err.text, "the ledger holds text about customer C-17 that is not UTF-8");
    arena_free(&arena);
}

static void items_gone_from_the_ledger_do_no_harm(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct sample sample;

    sample_init(&sample, arena);
    make_handoff(&sample);
    sample.dossier.item_count = 0;
    struct rendered out = render(&sample);
    json_decref(load(out.package_json));
    expect_part("csv", out.package_csv, ",2026-0102,1,,,2026-03-03,EUR,,250.00,");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_package_holds_the_items_at_the_step),   cmocka_unit_test(digits_follow_the_currency),
        cmocka_unit_test(the_covering_note_comes_from_the_template), cmocka_unit_test(the_csv_says_the_same),
        cmocka_unit_test(csv_cells_are_quoted_and_no_formulas),      cmocka_unit_test(text_that_is_not_utf8_is_refused),
        cmocka_unit_test(items_gone_from_the_ledger_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
