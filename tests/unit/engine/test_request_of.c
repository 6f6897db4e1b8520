#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/request_of.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct business business = {.entity = "",
                                         .name = "Müller & Söhne",
                                         .email = "accounts@example.com",
                                         .reply_to = "ask@example.com"};

static const char mail_bytes[] = "From: a\r\nSubject: x\r\n\r\nHello\r\n";

static const struct rendered mail = {.subject = "Reminder \"5\"",
                                     .mail = mail_bytes,
                                     .mail_length = sizeof mail_bytes - 1,
                                     .message_id = "<n1@example.com>",
                                     .from_address = "accounts@example.com",
                                     .to_address = "payer@example.com",
                                     .text = "Größe: 5 € & more\r\n\"quoted\"\\",
                                     .html = "<p>x</p>"};
static const struct rendered sms = {.sms = "Rechnung 5 überfällig: 1.190,00 €", .coding = SMS_GSM7, .segments = 1};
static const struct rendered unicode_sms = {.sms = "漢字", .coding = SMS_UCS2, .segments = 1};
static const struct rendered package = {.package_json = "{\"a\":1}", .package_csv = "a;1\n"};

static const struct request_key mail_key = {
    .notice = 123, .message = 7, .attempt = 9, .channel = CHANNEL_EMAIL, .recipient = 1, .revision = 1, .sender = ""};
static const struct request_key sms_key = {.notice = 123,
                                           .message = 8,
                                           .attempt = 9,
                                           .channel = CHANNEL_SMS,
                                           .recipient = 2,
                                           .revision = 1,
                                           .sender = "Müller"};
static const struct request_key agency_key = {
    .notice = 1234567, .message = 9, .channel = CHANNEL_AGENCY, .recipient = 1, .revision = 3, .sender = ""};

/* A provider with nothing but what a case sets. */
#define HTTP                                                                                                       \
    .name = "web", .file = "web.conf", .kind = PROVIDER_HTTP, .url = "https://api.example/send", .method = "POST", \
    .body = "", .content_type = "", .id_pointer = "", .envelope_from = ""

static struct request make(struct arena *arena, const struct provider *provider, const struct rendered *rendered,
                           const char *address, const struct request_key *key)
{
    struct request request = {.url = ""};
    struct err err = {0};
    if (request_of(&(struct request_parts){provider, &business, rendered, address, key}, arena, &request, &err) != 0)
        fail_msg("%s", err.text);
    return request;
}

static void assert_refused(const struct provider *provider, const struct rendered *rendered, const char *address,
                           const struct request_key *key, const char *words)
{
    struct arena *arena = arena_new(0);
    struct request request = {.url = "untouched"};
    struct err err = {0};
    assert_int_equal(request_of(&(struct request_parts){provider, &business, rendered, address, key}, arena, &request,
                                &err),
                     -1);
    if (strstr(err.text, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, err.text);
    assert_string_equal(request.url, "untouched");
    arena_free(&arena);
}

static void smtp_carries_the_mail_as_it_is(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct provider provider = {.name = "relay", .file = "relay.conf", .kind = PROVIDER_SMTP, .envelope_from = ""};
    struct request request = make(arena, &provider, &mail, "payer@example.com", &mail_key);
    assert_int_equal(request.kind, PROVIDER_SMTP);
    assert_string_equal(request.from, "accounts@example.com");
    assert_string_equal(request.to, "payer@example.com");
    assert_int_equal(request.body_length, mail.mail_length);
    assert_memory_equal(request.body, mail.mail, mail.mail_length);
    provider.envelope_from = "bounces@example.com";
    assert_string_equal(make(arena, &provider, &mail, "p@example.com", &mail_key).from, "bounces@example.com");
    arena_free(&arena);
}

static void smtp_refuses_what_must_not_go_on_the_wire(void **state)
{
    (void)state;
    struct provider provider = {.name = "relay", .file = "relay.conf", .kind = PROVIDER_SMTP, .envelope_from = ""};
    assert_refused(&provider, &mail, "b@x.example>\r\nRCPT TO:<c@x.example", &mail_key, "the recipient");
    assert_refused(&provider, &mail, "", &mail_key, "the recipient");
    assert_refused(&provider, &sms, "+4915112345678", &sms_key, "cannot carry sms");
    provider.envelope_from = "not an address";
    assert_refused(&provider, &mail, "p@example.com", &mail_key, "the envelope's sender");
}

static void drops_are_named_after_the_notice(void **state)
{
    (void)state;
    static const struct provider box = {.name = "box", .file = "box.conf", .kind = PROVIDER_DROP};
    struct arena *arena = arena_new(0);
    struct request request = make(arena, &box, &mail, "payer@example.com", &mail_key);
    assert_string_equal(request.file, "N-000123-email-1.eml");
    assert_string_equal(request.second_file, "");
    assert_memory_equal(request.body, mail.mail, mail.mail_length);

    request = make(arena, &box, &sms, "+4915112345678", &sms_key);
    assert_string_equal(request.file, "N-000123-sms-2.txt");
    assert_string_equal(request.body, sms.sms);

    request = make(arena, &box, &package, "", &agency_key);
    assert_string_equal(request.file, "N-1234567-agency-1-r3.json");
    assert_string_equal(request.body, "{\"a\":1}");
    assert_string_equal(request.second_file, "N-1234567-agency-1-r3.csv");
    assert_string_equal(request.second_body, "a;1\n");

    struct request_key letter = mail_key;
    letter.channel = CHANNEL_LETTER;
    assert_refused(&box, &mail, "", &letter, "cannot carry letter");
    arena_free(&arena);
}

/* Kannel's way: everything in the query. */
static void a_query_is_encoded_and_appended(void **state)
{
    (void)state;
    struct provider_field fields[] = {{"username", "tester"},
                                      {"password", "{{credential.kannel}}"},
                                      {"to", "{{to}}"},
                                      {"coding", "{{coding}}"},
                                      {"charset", "{{#unicode}}UTF-8{{/unicode}}{{^unicode}}latin{{/unicode}}"},
                                      {"dlr url", "http://x.example/?id={{reference}}&type=%d"},
                                      {"text", "{{text}}"}};
    struct provider provider = {HTTP, .encoding = BODY_QUERY, .fields = fields, .field_count = COUNT(fields)};
    provider.method = "GET";
    struct arena *arena = arena_new(0);
    struct request request = make(arena, &provider, &unicode_sms, "+4915112345678", &sms_key);
    assert_string_equal(request.method, "GET");
    assert_string_equal(
        request.url, "https://api.example/send?username=tester&password=\x02"
                     "form:kannel\x03&to=%2B4915112345678"
                     "&coding=2&charset=UTF-8&dlr%20url=http%3A%2F%2Fx.example%2F%3Fid%3DN-000123-sms-2%26type%3D%25d"
                     "&text=%E6%BC%A2%E5%AD%97");
    assert_int_equal(request.body_length, 0);
    assert_int_equal(request.header_count, 0);

    provider.url = "https://api.example/send?v=1";
    request = make(arena, &provider, &sms, "+4915112345678", &sms_key);
    assert_non_null(strstr(request.url, "?v=1&username="));
    assert_non_null(strstr(request.url, "&coding=0&charset=latin&"));
    arena_free(&arena);
}

/* Twilio's way: a form, and a login in a header. */
static void a_form_is_encoded_whole(void **state)
{
    (void)state;
    struct provider_field fields[] = {{"To", "{{to}}"},
                                      {"Body", "{{text}} & {{{sender}}}"},
                                      {"Key", "k={{credential.a_b-1}}"}};
    struct provider_field headers[] = {{"Authorization", "Basic {{credential_base64.twilio}}"},
                                       {"X-Ref", "{{reference}}"}};
    const struct provider provider = {HTTP,
                                      .encoding = BODY_FORM,
                                      .fields = fields,
                                      .field_count = COUNT(fields),
                                      .headers = headers,
                                      .header_count = COUNT(headers)};
    struct arena *arena = arena_new(0);
    struct request request = make(arena, &provider, &sms, "+4915112345678", &sms_key);
    assert_string_equal(request.body, "To=%2B4915112345678&Body=Rechnung%205%20%C3%BCberf%C3%A4llig%3A%201.190%2C00%20"
                                      "%E2%82%AC%20%26%20M%C3%BCller&Key=k%3D\x02"
                                      "form:a_b-1\x03");
    assert_int_equal(request.header_count, 3);
    assert_string_equal(request.headers[0], "Authorization: Basic \x02"
                                            "base64:twilio\x03");
    assert_string_equal(request.headers[1], "X-Ref: N-000123-sms-2");
    assert_string_equal(request.headers[2], "Content-Type: application/x-www-form-urlencoded");
    arena_free(&arena);
}

/* SendGrid's way: nested JSON. */
static void dotted_names_make_nested_json(void **state)
{
    (void)state;
    struct provider_field fields[] = {{"personalizations.0.to.0.email", "{{to}}"},
                                      {"from.email", "{{from}}"},
                                      {"from.name", "{{from_name}}"},
                                      {"subject", "{{subject}}"},
                                      {"content.0.type", "text/plain"},
                                      {"content.0.value", "{{text}}"},
                                      {"content.1.type", "text/html"},
                                      {"content.1.value", "{{html}}"},
                                      {"key", "a\"{{credential.k}}"},
                                      {"tags.0", "one"},
                                      {"tags.1", "two"}};
    const struct provider provider = {HTTP, .encoding = BODY_JSON, .fields = fields, .field_count = COUNT(fields)};
    struct arena *arena = arena_new(0);
    struct request request = make(arena, &provider, &mail, "payer@example.com", &mail_key);
    assert_string_equal(
        request.body,
        "{\"personalizations\":[{\"to\":[{\"email\":\"payer@example.com\"}]}],"
        "\"from\":{\"email\":\"accounts@example.com\",\"name\":\"Müller & Söhne\"},\"subject\":\"Reminder \\\"5\\\"\","
        "\"content\":[{\"type\":\"text/plain\",\"value\":\"Größe: 5 € & more\\u000d\\u000a\\\"quoted\\\"\\\\\"},"
        "{\"type\":\"text/html\",\"value\":\"<p>x</p>\"}],\"key\":\"a\\\"\x02json:k\x03\",\"tags\":[\"one\",\"two\"]}");
    assert_string_equal(request.headers[0], "Content-Type: application/json");
    arena_free(&arena);
}

static void json_names_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const char *const names[][2] = {{"a", "a.b"},   {"a.b", "a"},
                                           {"a.0", "a.x"}, {"a.0", "a.2"},
                                           {"a.1", "b"},   {"a..b", "c"},
                                           {"", "c"},      {".a", "c"},
                                           {"a.", "c"},    {"a", "a"},
                                           {"a.999", "b"}, {"a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s", "b"}};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct provider_field fields[] = {{names[i][0], "1"}, {names[i][1], "2"}};
        const struct provider provider = {HTTP, .encoding = BODY_JSON, .fields = fields, .field_count = 2};
        assert_refused(&provider, &mail, "p@example.com", &mail_key, "fields");
    }
}

/* Mailgun's way. */
static void multipart_has_a_boundary_of_its_own(void **state)
{
    (void)state;
    struct provider_field fields[] = {{"to", "{{to}}"}, {"message", "{{mail}}"}, {"key", "{{credential.k}}"}};
    const struct provider provider = {HTTP, .encoding = BODY_MULTIPART, .fields = fields, .field_count = COUNT(fields)};
    struct arena *arena = arena_new(0);
    struct request first = make(arena, &provider, &mail, "payer@example.com", &mail_key);
    struct request again = make(arena, &provider, &mail, "payer@example.com", &mail_key);
    assert_string_equal(first.body, again.body);
    const char *type = first.headers[0];
    assert_true(text_starts(type, "Content-Type: multipart/form-data; boundary=dunning-"));
    const char *boundary = strchr(type, '=') + 1;
    assert_string_equal(
        first.body,
        arena_printf(arena,
                     "--%s\r\nContent-Disposition: form-data; name=\"to\"\r\n\r\npayer@example.com\r\n"
                     "--%s\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\n%s\r\n"
                     "--%s\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n\x02none:k\x03\r\n--%s--\r\n",
                     boundary, boundary, mail_bytes, boundary, boundary));
    arena_free(&arena);
}

static void whole_bodies_are_escaped_for_their_type(void **state)
{
    (void)state;
    static const struct {
        const char *type, *body, *made;
    } cases[] = {
        {"application/json", "{\"s\":\"{{subject}}\",\"k\":\"{{credential.k}}\"}",
         "{\"s\":\"Reminder \\\"5\\\"\",\"k\":\"\x02json:k\x03\"}"},
        {"Application/JSON; charset=utf-8", "{{subject}}", "Reminder \\\"5\\\""},
        {"application/x-www-form-urlencoded", "s={{subject}}&k={{credential.k}}",
         "s=Reminder%20%225%22&k=\x02"
         "form:k\x03"},
        {"text/xml", "<s>{{from_name}}</s>", "<s>Müller &amp; Söhne</s>"},
        {"text/plain", "{{from_name}} {{credential.k}}", "Müller & Söhne \x02none:k\x03"},
        {"message/rfc822", "{{{mail}}}", mail_bytes},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena *arena = arena_new(0);
        struct provider provider = {HTTP};
        provider.body = cases[i].body;
        provider.content_type = cases[i].type;
        struct request request = make(arena, &provider, &mail, "payer@example.com", &mail_key);
        assert_string_equal(request.body, cases[i].made);
        assert_string_equal(request.headers[0], arena_printf(arena, "Content-Type: %s", cases[i].type));
        arena_free(&arena);
    }
}

static void a_header_of_the_provider_wins(void **state)
{
    (void)state;
    struct provider_field headers[] = {{"content-type", "application/vnd.x+json"}};
    struct provider provider = {HTTP, .headers = headers, .header_count = 1};
    provider.body = "{}";
    provider.content_type = "application/json";
    struct arena *arena = arena_new(0);
    struct request request = make(arena, &provider, &mail, "payer@example.com", &mail_key);
    assert_int_equal(request.header_count, 1);
    arena_free(&arena);
}

static void urls_are_escaped_and_checked(void **state)
{
    (void)state;
    struct provider provider = {HTTP};
    struct arena *arena = arena_new(0);
    provider.url = "https://api.example/{{to}}/{{credential.account}}?s={{subject}}";
    assert_string_equal(make(arena, &provider, &mail, "a+b@example.com", &mail_key).url,
                        "https://api.example/a%2Bb%40example.com/\x02url:account\x03?s=Reminder%20%225%22");
    arena_free(&arena);
    provider.url = "https://api.example/{{{subject}}}";
    assert_refused(&provider, &mail, "a@example.com", &mail_key, "URL has a space");
    provider.url = "https://api.example/{{nothing}}";
    assert_refused(&provider, &mail, "a@example.com", &mail_key, "nothing");
    provider.url = "https://api.example/{{to";
    assert_refused(&provider, &mail, "a@example.com", &mail_key, "web.conf: url");
}

/* What comes from the ledger must not become a header, or a credential. */
static void data_cannot_forge_anything(void **state)
{
    (void)state;
    struct rendered evil = sms;
    evil.sms = "x\r\nX-Evil: 1";
    struct provider_field headers[] = {{"X-Text", "{{{text}}}"}};
    struct provider provider = {HTTP, .headers = headers, .header_count = 1};
    assert_refused(&provider, &evil, "+4915112345678", &sms_key, "control character");

    evil.sms = "\x02none:kannel\x03";
    struct provider_field fields[] = {{"text", "{{{text}}}"}};
    for (int encoding = BODY_FORM; encoding <= BODY_MULTIPART; encoding++) {
        struct arena *arena = arena_new(0);
        struct provider each = {HTTP, .fields = fields, .field_count = 1, .encoding = (enum body_encoding)encoding};
        struct request request = make(arena, &each, &evil, "+4915112345678", &sms_key);
        assert_null(strchr(request.body, '\x02'));
        assert_null(strchr(request.url, '\x02'));
        each.field_count = 0;
        each.body = "{{{text}}}";
        each.content_type = encoding == BODY_JSON ? "application/json" : "text/plain";
        assert_null(strchr(make(arena, &each, &evil, "+4915112345678", &sms_key).body, '\x02'));
        arena_free(&arena);
    }
}

static void keys_are_stable_and_tell_messages_apart(void **state)
{
    (void)state;
    struct provider_field headers[] = {{"Idempotency-Key", "{{uuid}}"}, {"X-Attempt", "{{attempt}}"}};
    const struct provider provider = {HTTP, .headers = headers, .header_count = 2};
    struct arena *arena = arena_new(0);
    struct request_key key = mail_key;
    const char *first = make(arena, &provider, &mail, "a@example.com", &key).headers[0];
    key.attempt = 10;
    struct request retry = make(arena, &provider, &mail, "a@example.com", &key);
    assert_string_equal(retry.headers[0], first);
    assert_string_equal(retry.headers[1], "X-Attempt: 10");
    key.revision = 2;
    assert_string_not_equal(make(arena, &provider, &mail, "a@example.com", &key).headers[0], first);
    key = mail_key;
    key.message++;
    assert_string_not_equal(make(arena, &provider, &mail, "a@example.com", &key).headers[0], first);
    assert_int_equal(strlen(first), strlen("Idempotency-Key: ") + 36);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smtp_carries_the_mail_as_it_is),
        cmocka_unit_test(smtp_refuses_what_must_not_go_on_the_wire),
        cmocka_unit_test(drops_are_named_after_the_notice),
        cmocka_unit_test(a_query_is_encoded_and_appended),
        cmocka_unit_test(a_form_is_encoded_whole),
        cmocka_unit_test(dotted_names_make_nested_json),
        cmocka_unit_test(json_names_that_do_not_fit_are_refused),
        cmocka_unit_test(multipart_has_a_boundary_of_its_own),
        cmocka_unit_test(whole_bodies_are_escaped_for_their_type),
        cmocka_unit_test(a_header_of_the_provider_wins),
        cmocka_unit_test(urls_are_escaped_and_checked),
        cmocka_unit_test(data_cannot_forge_anything),
        cmocka_unit_test(keys_are_stable_and_tell_messages_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
