/* Provider files: ours, and one for each vendor that the kind http must be able to express. */
#include "unit/config/fixture.h"

#include <dirent.h>

static void copy_provider(struct fixture *fixture, const char *folder, const char *name)
{
    size_t length;
    const char *bytes = project_file(fixture->arena, arena_printf(fixture->arena, "%s/%s", folder, name), &length);
    fixture_write_bytes(fixture, arena_printf(fixture->arena, "providers/%s", name), bytes, length);
}

static size_t copy_all(struct fixture *fixture, const char *folder)
{
    size_t count = 0;
    DIR *directory = opendir(project_path(fixture->arena, folder));
    if (directory == NULL)
        fail_msg("cannot open %s", folder);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (!text_ends(entry->d_name, ".conf"))
            continue;
        copy_provider(fixture, folder, entry->d_name);
        count++;
    }
    closedir(directory);
    return count;
}

static void load_folder(struct fixture *fixture, const char *folder, size_t warnings)
{
    fixture_new(fixture);
    size_t count = copy_all(fixture, folder);
    if (fixture_load(fixture) != 0 || fixture->findings.count != warnings)
        fail_msg("%s", fixture_findings(fixture));
    expect_int(folder, (intmax_t)fixture->config->provider_count, (intmax_t)count + 1);
}

static void test_ready_files_load(void **state)
{
    (void)state;
    struct fixture fixture;
    load_folder(&fixture, "conf/providers", 0);
    const struct provider *smarthost = config_provider(fixture.config, "smarthost");
    expect_int("starttls by default", smarthost->tls, TLS_STARTTLS);
    expect_int("timeouts", smarthost->reply_timeout_s, 600);
    expect_int("connections of the sender", smarthost->connections, 8);
    expect_text("nothing is NULL", smarthost->method, "");
    const struct provider *kannel = config_provider(fixture.config, "kannel");
    expect_text("method", kannel->method, "GET");
    expect_int("encoding", kannel->encoding, BODY_QUERY);
    expect_text("sender", kannel->sender, "Example");
    expect_text("id", kannel->id_pointer, "line");
    expect_int("first answer", kannel->answers[0].status_from, 202);
    expect_int("first answer", kannel->answers[0].status_to, 202);
    expect_text("contains", kannel->answers[1].equals, "Authorization failed");
    expect_text("contains", kannel->answers[1].pointer, "");
    expect_int("range", kannel->answers[3].status_to, 499);
    expect_int("drop", config_provider(fixture.config, "outbox")->kind, PROVIDER_DROP);
    fixture_done(&fixture);
}

static void test_every_vendor_can_be_expressed(void **state)
{
    (void)state;
    struct fixture fixture;
    load_folder(&fixture, "tests/data/providers", 2); /* both of an idempotency_window */
    static const char *const vendors[] = {
        "twilio",  "vonage-sms",   "vonage-messages", "messagebird", "plivo", "sinch",   "sendgrid",
        "mailgun", "mailgun-mime", "postmark",        "resend",      "brevo", "mailjet", "relay-oauth",
    };
    for (size_t i = 0; i < LENGTH(vendors); i++)
        expect_true(vendors[i], config_provider(fixture.config, vendors[i]) != NULL);
    const struct provider *vonage = config_provider(fixture.config, "vonage-sms");
    expect_text("pointer", vonage->answers[0].pointer, "/messages/0/status");
    expect_text("equals", vonage->answers[0].equals, "0");
    expect_int("throttled", vonage->answers[1].outcome, OUTCOME_REFUSED_FOR_NOW);
    const struct provider *resend = config_provider(fixture.config, "resend");
    expect_int("window", resend->idempotency_window_s, 86400);
    expect_text("header", resend->headers[1].name, "Idempotency-Key");
    const struct provider *sendgrid = config_provider(fixture.config, "sendgrid");
    expect_text("pieces are one body", sendgrid->content_type, "application/json");
    expect_part("pieces are one body", sendgrid->body, "{{/html}}], \"custom_args\"");
    const struct provider *relay = config_provider(fixture.config, "relay-oauth");
    expect_int("implicit", relay->tls, TLS_IMPLICIT);
    expect_text("token", relay->oauth, "relay-token");
    expect_text("ca_file", relay->ca_file, fixture_path(&fixture, "relay-ca.pem"));
    expect_int("connections", relay->connections, 2);
    fixture_done(&fixture);
}

/* What is said about a provider with these keys; "" if nothing. */
static void test_warnings(void **state)
{
    (void)state;
    static const struct {
        const char *keys, *want;
    } rows[] = {
        {"kind = \"smtp\"; url = \"smtp://127.0.0.1:2525\"; tls = \"none\";", ""},
        {"kind = \"smtp\"; url = \"smtp://localhost\"; tls = \"none\";", ""},
        {"kind = \"smtp\"; url = \"smtp://[::1]:25\"; tls = \"none\";", ""},
        {"kind = \"smtp\"; url = \"smtp://127.0.0.1.example.com\"; tls = \"none\";", "tls: none sends"},
        {"kind = \"smtp\"; url = \"smtp://localhost.example.com\"; tls = \"none\";", "tls: none sends"},
        {"kind = \"http\"; url = \"http://127.0.0.1:13013/x\";", ""},
        {"kind = \"http\"; url = \"https://api.example.com/{{to}}?a={{text}}\";", ""},
        {"kind = \"http\"; url = \"http://api.example.com/\";", "url: http:// sends"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct fixture fixture;
        fixture_new(&fixture);
        fixture_write(&fixture, "providers/p.conf",
                      arena_printf(fixture.arena, "provider = { name = \"p\"; %s };", rows[i].keys));
        expect_int(rows[i].keys, fixture_load(&fixture), 0);
        expect_int(rows[i].keys, (intmax_t)fixture.findings.count, rows[i].want[0] != '\0');
        expect_part(rows[i].keys, fixture_findings(&fixture), rows[i].want);
        fixture_done(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ready_files_load),
        cmocka_unit_test(test_every_vendor_can_be_expressed),
        cmocka_unit_test(test_warnings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
