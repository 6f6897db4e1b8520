/* The whole load: what is read arrives where the other floors look for it. */
#include "unit/config/fixture.h"

#include "config/zones.h"

static void load(struct fixture *fixture)
{
    if (fixture_load(fixture) != 0)
        fail_msg("%s", fixture_findings(fixture));
}

static void test_defaults(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_new(&fixture);
    load(&fixture);
    const struct settings *s = &fixture.config->settings;
    const struct rulebook *r = &fixture.config->rulebook;
    expect_int("no findings", (intmax_t)fixture.findings.count, 0);
    expect_int("poll_interval", s->poll_interval_s, 30);
    expect_int("reconcile", s->reconcile_s, 86400);
    expect_int("max_age", s->ledger_max_age.n, 2);
    expect_int("max_age", s->ledger_max_age.unit, UNIT_BUSINESS_DAY);
    expect_int("per_hour", s->limits.per_hour, 2000);
    expect_int("per_day", s->limits.per_day, 0);
    expect_int("per_customer_per_day", s->limits.per_customer_per_day, 1);
    expect_int("breaker", s->limits.breaker_tenths, 30);
    expect_int("breaker_floor", s->limits.breaker_floor, 200);
    expect_int("ramp", s->limits.ramp_s, 3600);
    expect_int("connections", s->sender_connections, 8);
    expect_text("summary_at", s->summary_at, "07:00");
    expect_text("role", s->role, "first_party");
    expect_text("message_domain", s->message_domain, "example.invalid");
    expect_text("status_log", s->status_log, "/var/log/dunningd/status.log");
    expect_text("sender_socket", s->sender_socket, "");
    expect_text("rates", s->rates_dir, "/etc/dunningd/rates");
    expect_true("inline secrets", !s->allow_inline_secrets);
    expect_int("generation", r->generation, 1);
    expect_int("cap of the rulebook", r->per_customer_per_day, 1);
    expect_true("channels", r->has_email && r->has_sms && r->has_agency);
    expect_text("zone", r->zone->name, "Europe/Berlin");
    expect_int("one business", (intmax_t)r->business_count, 1);
    expect_text("of the default entity", r->businesses[0].entity, "");
    expect_text("nothing is NULL", r->businesses[0].iban, "");
    fixture_done(&fixture);
}

static void test_paths_are_relative_to_the_file(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_new(&fixture);
    load(&fixture);
    const struct settings *s = &fixture.config->settings;
    expect_text("file", s->file, fixture_path(&fixture, "dunningd.conf"));
    expect_text("ledger", s->ledger_path, fixture_path(&fixture, "ledger.db"));
    expect_text("state", s->state_directory, fixture_path(&fixture, "state"));
    expect_text("witness", s->witness, fixture_path(&fixture, "state-witness/send.log"));
    expect_text("a provider's directory too", config_provider(fixture.config, "box")->directory,
                fixture_path(&fixture, "outbox"));
    fixture_done(&fixture);
}

static void test_a_relative_file_is_made_absolute(void **state)
{
    (void)state;
    struct fixture fixture;
    char before[4096];
    fixture_new(&fixture);
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(fixture.folder), 0);
    int result = config_load("dunningd.conf", 1, &fixture.config, &fixture.findings);
    assert_int_equal(chdir(before), 0);
    expect_int("loads", result, 0);
    expect_text("file", fixture.config->settings.file, fixture_path(&fixture, "dunningd.conf"));
    fixture_done(&fixture);
}

static void test_switches(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_new(&fixture);
    fixture_write(&fixture, "dunningd.conf",
                  FIXTURE_MAIN "limits = { breaker = \"off\"; ramp = \"off\"; per_customer_per_day = 0; };\n"
                               "witness = \"/mnt/witness\"; summary_at = \"\"; status_log = \"\";\n"
                               "message_domain = \"mail.example.invalid\"; sender = { socket = \"run/sock\"; };\n");
    load(&fixture);
    const struct settings *s = &fixture.config->settings;
    expect_int("breaker", s->limits.breaker_tenths, 0);
    expect_int("ramp", s->limits.ramp_s, 0);
    expect_int("cap", fixture.config->rulebook.per_customer_per_day, 0);
    expect_int("other limits stay", s->limits.per_hour, 2000);
    expect_text("witness", s->witness, "/mnt/witness");
    expect_text("summary", s->summary_at, "");
    expect_text("domain", s->message_domain, "mail.example.invalid");
    expect_text("socket", s->sender_socket, fixture_path(&fixture, "run/sock"));
    fixture_done(&fixture);
}

static void test_factors_and_ages(void **state)
{
    (void)state;
    static const struct {
        const char *breaker, *age;
        int32_t tenths;
        struct duration want;
    } rows[] = {
        {"1x", "never", 10, {0}},
        {"2.5x", "36h", 25, {36, UNIT_HOUR, true}},
        {"1000x", "3d", 10000, {3, UNIT_DAY, true}},
        {"10.0x", "1w", 100, {1, UNIT_WEEK, true}},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct fixture fixture;
        fixture_new(&fixture);
        const char *main = FIXTURE_MAIN;
        const char *end = strstr(main, "ledger = {");
        fixture_write(&fixture, "dunningd.conf",
                      arena_printf(fixture.arena,
                                   "%.*sledger = { path = \"l\"; max_age = \"%s\"; };\n%s"
                                   "limits = { breaker = \"%s\"; };\n",
                                   (int)(end - main), main, rows[i].age, strstr(end, "\n") + 1, rows[i].breaker));
        load(&fixture);
        const struct settings *s = &fixture.config->settings;
        expect_int(rows[i].breaker, s->limits.breaker_tenths, rows[i].tenths);
        expect_int(rows[i].age, s->ledger_max_age.set, rows[i].want.set);
        expect_int(rows[i].age, s->ledger_max_age.n, rows[i].want.n);
        expect_int(rows[i].age, s->ledger_max_age.unit, rows[i].want.unit);
        fixture_done(&fixture);
    }
}

static void test_entities(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_new(&fixture);
    fixture_write(&fixture, "dunningd.conf",
                  FIXTURE_MAIN
                  "entities = (\n  { entity = \"AT01\"; name = \"Beispiel\"; email = \"at@example.invalid\"; },\n"
                  "  { entity = \"CH01\"; name = \"Ex\"; email = \"ch@example.invalid\"; bic = \"CRESCHZZ\"; }\n);\n");
    load(&fixture);
    const struct rulebook *r = &fixture.config->rulebook;
    expect_int("three", (intmax_t)r->business_count, 3);
    expect_text("by id", rulebook_business(r, "CH01")->bic, "CRESCHZZ");
    expect_text("the default", rulebook_business(r, "")->name, "Example GmbH");
    fixture_done(&fixture);
}

static const char full_policy[] =
    "policy = { name = \"full\";\n"
    "  applies_to = { segment = [\"b2b\", \"b2g\"]; tags_none = [\"vip\"];\n"
    "      amount_max = [\"100.00 EUR\", \"9000 JPY\"]; };\n"
    "  group = \"invoice\"; calendar = \"de\"; timezone = \"Europe/Vienna\";\n"
    "  window = { days = \"mon-fri\"; from = \"08:00\"; to = \"18:30\"; };\n"
    "  settlement_lag = \"2bd\"; min_gap = \"1w\"; minimum = [\"10.00 EUR\"]; item_minimum = [\"1.00 EUR\"];\n"
    "  due_adjust = \"none\"; entry = \"by_age\"; start = \"2026-01-31\"; list = \"open\"; upcoming = true;\n"
    "  pause_after_payment = \"3d\"; reopen_window = \"9bd\"; at_end = \"nothing\";\n"
    "      after_handoff = \"continue\";\n"
    "  on = { reopened = \"second\"; }; dispute = { review = \"10d\"; };\n"
    "  steps = (\n"
    "    { name = \"first\"; was = [\"early\"]; action = \"remind\"; at = \"due - 3d\";\n"
    "      send = [\"email\"]; template = \"t\"; },\n"
    "    { name = \"second\"; action = \"notice\"; at = \"due\"; deadline = \"14d\";\n"
    "      send = [\"email\", \"sms\"];\n"
    "      fallback = [\"task\"]; require = \"all\"; to = [\"billing\", \"legal\"]; cc = [\"cc\"];\n"
    "      template = \"t\";\n"
    "      sender = \"Me\"; reply_to = \"me@example.invalid\"; repeat = { every = \"7d\"; times = 2; };\n"
    "      approval = { over = [\"500.00 EUR\"]; timeout = \"5bd\"; on_timeout = \"reject\"; };\n"
    "      task = { title = \"Post it\"; assignee = \"anna\"; due = \"2bd\"; }; },\n"
    "    { name = \"third\"; action = \"offer_plan\"; at = \"deadline+3bd\";\n"
    "      when = { balance_min = [\"50.00 EUR\"]; age_min = \"30d\";\n"
    "      has = [\"email\"]; }; plan = { instalments = 4; every = \"1m\"; deposit = \"12.5%\";\n"
    "      valid = \"10d\"; grace = \"5d\";\n"
    "      min_instalment = [\"25.00 EUR\"]; max_instalments = 6; }; send = [\"email\"]; template = \"t\"; },\n"
    "    { name = \"fourth\"; action = \"handoff\"; at = \"previous + 2h\"; agency = \"box\";\n"
    "      approval = \"required\"; }\n"
    "  ); };\n";

static const struct policy *load_full(struct fixture *fixture)
{
    fixture_new(fixture);
    fixture_write(fixture, "policies/10-full.conf", full_policy);
    load(fixture);
    return rulebook_policy(&fixture->config->rulebook, "full");
}

static void test_a_policy_with_every_key(void **state)
{
    (void)state;
    struct fixture fixture;
    const struct policy *p = load_full(&fixture);
    int64_t minor;
    day_t start;
    expect_true("enabled by default", p->enabled);
    expect_text("file", p->file, fixture_path(&fixture, "policies/10-full.conf"));
    expect_int("line", p->line, 1);
    expect_true("segment", words_have(&p->applies_to.segment, "b2g"));
    expect_true("tags", words_have(&p->applies_to.tags_none, "vip") && p->applies_to.tags_any.count == 0);
    expect_true("yen", thresholds_find(&p->applies_to.amount_max, "JPY", &minor) && minor == 9000);
    expect_true("words", p->group == GROUP_INVOICE && p->due_adjust == DUE_UNADJUSTED && p->entry == ENTRY_BY_AGE &&
                             p->list == LIST_OPEN && p->at_end == AT_END_NOTHING &&
                             p->after_handoff == AFTER_HANDOFF_CONTINUE && p->upcoming);
    expect_text("zone", p->zone->name, "Europe/Vienna");
    expect_text("calendar", p->calendar->name, "de");
    expect_true("window", p->window.set && p->window.days == 0x1f && p->window.from == 28800 && p->window.to == 66600);
    expect_true("durations", p->min_gap.unit == UNIT_WEEK && p->settlement_lag.n == 2 && p->reopen_window.n == 9 &&
                                 p->pause_after_payment.n == 3 && p->dispute_review.n == 10);
    expect_true("start", day_parse("2026-01-31", &start) && p->start == start);
    expect_text("on.reopened", p->on_reopened, "second");
    expect_int("four steps", (intmax_t)p->step_count, 4);
    fixture_done(&fixture);
}

static void test_the_steps_of_that_policy(void **state)
{
    (void)state;
    struct fixture fixture;
    const struct step *s = load_full(&fixture)->steps;
    int64_t minor;
    expect_true("before due", step_is_before_due(&s[0]) && words_have(&s[0].was, "early"));
    expect_true("due alone", s[1].at.anchor == ANCHOR_DUE && s[1].at.offset.n == 0 && !step_is_before_due(&s[1]));
    expect_true("channels", s[1].send_count == 2 && s[1].send[1] == CHANNEL_SMS && s[1].fallback[0] == CHANNEL_TASK);
    expect_true("roles", s[1].to_count == 2 && s[1].to[1] == ROLE_LEGAL && s[1].cc[0] == ROLE_CC);
    expect_true("require", s[1].require == REQUIRE_ALL);
    expect_true("repeat", s[1].repeat_every.n == 7 && s[1].repeat_times == 2);
    expect_true("approval", s[1].approval.required && s[1].approval.on_timeout == APPROVAL_REJECT &&
                                thresholds_find(&s[1].approval.over, "EUR", &minor) && minor == 50000);
    expect_text("task", s[1].task_title, "Post it");
    expect_true("anchor without spaces", s[2].at.anchor == ANCHOR_DEADLINE && s[2].at.offset.unit == UNIT_BUSINESS_DAY);
    expect_true("when", s[2].when.set && s[2].when.age_min.n == 30 && words_have(&s[2].when.has, "email"));
    expect_true("plan",
                s[2].plan.instalments == 4 && s[2].plan.deposit_ppm == 125000 && s[2].plan.max_instalments == 6);
    expect_true("no when", !s[3].when.set && s[3].send_count == 0);
    expect_true("short approval", s[3].approval.required && s[3].approval.over.count == 0);
    expect_text("nothing is NULL", s[3].template_name, "");
    expect_text("nothing is NULL", s[0].task_title, "");
    expect_int("line", s[3].line, 26);
    fixture_done(&fixture);
}

static void test_policies_in_order_of_names(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_new(&fixture);
#define ONE(name, more) \
    "{ name = \"" name "\"; " more " steps = ( { name = \"s\"; action = \"task\"; at = \"due\"; } ); }"
    fixture_write(&fixture, "policies/60-two.conf", "policies = (" ONE("b", "") "," ONE("a", "enabled = false;") ");");
    fixture_write(&fixture, "policies/10.conf", "policy = " ONE("z", "") ";");
    fixture_write(&fixture, "policies/20.conf.bak", "this is not read");
    fixture_write(&fixture, "policies/.hidden.conf", "nor this");
    load(&fixture);
    const struct rulebook *r = &fixture.config->rulebook;
    const char *const want[] = {"z", "standard", "b", "a"};
    expect_int("four", (intmax_t)r->policy_count, 4);
    for (size_t i = 0; i < LENGTH(want); i++)
        expect_text("order", r->policies[i].name, want[i]);
    expect_true("a policy that is switched off cannot be found", rulebook_policy(r, "a") == NULL);
    fixture_done(&fixture);
}

static void test_notes_and_warnings_are_no_errors(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_new(&fixture);
    fixture_write(
        &fixture, "providers/relay.conf",
        "provider = { name = \"relay\"; kind = \"smtp\"; url = \"smtp://mail.example.com\"; tls = \"none\"; };");
    fixture_write(&fixture, "policies/60.conf", "policy = " ONE("other", "") ";");
    fixture_write(&fixture, "templates/en/README", "hello");
    load(&fixture);
    const char *all = fixture_findings(&fixture);
    expect_part("plain text", all, "providers/relay.conf:1: warning: tls: none sends mails and passwords readable");
    expect_part(
        "overlap", all,
        "policies/60.conf:1: note: policy other: an item that an earlier policy matches too goes there: standard");
    expect_part("no template", all, "templates/en/README: warning: this file is not read");
    expect_int("three", (intmax_t)fixture.findings.count, 3);
    fixture_done(&fixture);
}

static void test_templates_in_every_language(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_new(&fixture);
    fixture_folder(&fixture, "templates/de");
    fixture_write(&fixture, "templates/de/t.sms", "{{total}}\n");
    expect_int("German has no mail", fixture_load(&fixture), -1);
    expect_part("said so", fixture_findings(&fixture),
                "policies/50-standard.conf:2: template: de/t.subject is missing, and step reminder goes by email");
    fixture_write(&fixture, "templates/de/t.subject", "x\n");
    fixture_write(&fixture, "templates/de/t.txt", "x\n");
    load(&fixture);
    expect_int("languages", (intmax_t)fixture.config->language_count, 2);
    expect_text("found", catalog_find(fixture.config->catalog, "de-AT", "t")->language, "de");
    fixture_done(&fixture);
}

static void test_inline_secrets(void **state)
{
    (void)state;
    struct fixture fixture;
    const char *provider =
        "provider = { name = \"relay\"; kind = \"smtp\"; url = \"smtps://mail.example.com\"; user = \"u\"; "
        "password = \"canary-secret\"; };";
    fixture_new(&fixture);
    fixture_write(&fixture, "providers/relay.conf", provider);
    expect_int("refused", fixture_load(&fixture), -1);
    expect_true("not shown", strstr(fixture_findings(&fixture), "canary") == NULL);
    fixture_write(&fixture, "dunningd.conf", FIXTURE_MAIN "allow_inline_secrets = true;\n");
    load(&fixture);
    expect_text("allowed", config_provider(fixture.config, "relay")->password, "canary-secret");
    fixture_done(&fixture);
}

/* A mistake anywhere near a secret must not bring it into a log. */
static void test_findings_never_show_secrets(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "password \"canary\";",
        "password = canary;",
        "password = \"canary\" \"x\" y;",
        "password = \"canary\\q\";",
        "password = \"canary\n;",
        "pasword = \"canary\";",
        "password = [\"canary\"];",
        "credential = \"canary;=\";",
        "url = \"smtp://u:canary@mail.example.com\";",
        "url = \"u:canary@mail.example.com\";",
        "oauth = \"canary/canary\";",
        "kind = \"http\"; url = \"https://u:canary@api.example.com\";",
        "connections = \"canary\";",
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct fixture fixture;
        fixture_new(&fixture);
        const char *kind = strstr(rows[i], "kind") != NULL ? "" : "kind = \"smtp\";";
        fixture_write(&fixture, "providers/relay.conf",
                      arena_printf(fixture.arena, "provider = { name = \"relay\"; %s user = \"u\"; %s };", kind,
                                   rows[i]));
        expect_int(rows[i], fixture_load(&fixture), -1);
        if (strstr(fixture_findings(&fixture), "canary") != NULL)
            fail_msg("%s is shown: %s", rows[i], fixture_findings(&fixture));
        fixture_done(&fixture);
    }
}

static void test_channels(void **state)
{
    (void)state;
    struct fixture fixture;
    size_t count;
    fixture_new(&fixture);
    load(&fixture);
    expect_text("email", config_channel(fixture.config, CHANNEL_EMAIL, &count)[0], "box");
    expect_int("one", (intmax_t)count, 1);
    expect_true("a task has none", config_channel(fixture.config, CHANNEL_TASK, &count) == NULL && count == 0);
    expect_true("unknown", config_provider(fixture.config, "nothing") == NULL);
    fixture_done(&fixture);
}

/* The policies, calendars and templates that come with the project, with one provider for all channels. */
static void test_shipped_files_load(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_new(&fixture);
    char *source = realpath(project_path(fixture.arena, "."), NULL);
    assert_non_null(source);
    const char *main = FIXTURE_MAIN;
    fixture_write(&fixture, "dunningd.conf",
                  arena_printf(fixture.arena,
                               "%.*sdirectories = { policies = \"%s/policies\"; templates = \"%s/policies/templates\"; "
                               "calendars = \"%s/policies/calendars\"; providers = \"providers\"; };\n%s",
                               (int)(strstr(main, "directories = {") - main), main, source, source, source,
                               strstr(main, "channels = {")));
    free(source);
    load(&fixture);
    expect_true("policies", fixture.config->rulebook.policy_count >= 4);
    expect_true("languages", fixture.config->language_count >= 4);
    for (size_t i = 0; i < fixture.findings.count; i++)
        if (fixture.findings.list[i].severity != SEVERITY_NOTE)
            fail_msg("%s", fixture_finding(&fixture, i));
    fixture_done(&fixture);
}

/* The daemon reloads for months; sanitizers see what would be left behind. */
static void test_loads_again_and_again(void **state)
{
    (void)state;
    struct fixture fixture;
    size_t used = 0;
    fixture_new(&fixture);
    fixture_write(&fixture, "policies/10-full.conf", full_policy);
    for (int i = 0; i < 50; i++) {
        load(&fixture);
        if (i == 0)
            used = arena_used(fixture.config->arena);
        expect_int("the same each time", (intmax_t)arena_used(fixture.config->arena), (intmax_t)used);
    }
    fixture_write(&fixture, "policies/10-full.conf", "policy = { name = \"full\" \"x\", steps [ };");
    for (int i = 0; i < 50; i++)
        expect_int("refused each time", fixture_load(&fixture), -1);
    expect_true("nothing is given", fixture.config == NULL);
    fixture_done(&fixture);
}

static void test_earlier_findings_do_not_matter(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_new(&fixture);
    findings_add(&fixture.findings, SEVERITY_ERROR, "x", 0, "from before");
    expect_int("loads", config_load(fixture_path(&fixture, "dunningd.conf"), 7, &fixture.config, &fixture.findings), 0);
    expect_int("generation", fixture.config->rulebook.generation, 7);
    fixture_done(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_paths_are_relative_to_the_file),
        cmocka_unit_test(test_a_relative_file_is_made_absolute),
        cmocka_unit_test(test_switches),
        cmocka_unit_test(test_factors_and_ages),
        cmocka_unit_test(test_entities),
        cmocka_unit_test(test_a_policy_with_every_key),
        cmocka_unit_test(test_the_steps_of_that_policy),
        cmocka_unit_test(test_policies_in_order_of_names),
        cmocka_unit_test(test_notes_and_warnings_are_no_errors),
        cmocka_unit_test(test_templates_in_every_language),
        cmocka_unit_test(test_inline_secrets),
        cmocka_unit_test(test_findings_never_show_secrets),
        cmocka_unit_test(test_channels),
        cmocka_unit_test(test_shipped_files_load),
        cmocka_unit_test(test_loads_again_and_again),
        cmocka_unit_test(test_earlier_findings_do_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
