#include "lib_config.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "policy/check.h"
#include "wire/request.h"

enum { DUE = 20780 /* 2026-11-23 */, OWN_LINES = 40 };

static const char policy_text[] =
    "policy = { name = \"standard\"; calendar = \"de\"; min_gap = \"3d\"; minimum = [\"5.00 EUR\"]; steps = (\n"
    "  { name = \"early\"; action = \"remind\"; at = \"due - 3d\"; send = [\"email\"]; template = \"t\"; },\n"
    "  { name = \"reminder\"; action = \"remind\"; at = \"due + 5bd\"; template = \"t\";\n"
    "    send = [\"email\", \"sms\"]; },\n"
    "  { name = \"notice\"; action = \"notice\"; at = \"previous + 10d\"; deadline = \"7d\"; send = [\"email\"];\n"
    "    template = \"t\"; },\n"
    "  { name = \"call\"; action = \"task\"; at = \"deadline + 3d\"; task = { title = \"call\"; }; }\n"
    "); };\n";

static const struct {
    const char *name, *text;
} files[] = {
    {"dunningd.conf", "business = { name = \"Example GmbH\"; email = \"accounts@example.invalid\"; };\n"
                      "timezone = \"Europe/Berlin\"; language = \"en\"; country = \"DE\";\n"
                      "ledger = { path = \"ledger.db\"; };\nstate = { directory = \"state\"; };\n"
                      "directories = { policies = \"policies\"; providers = \"providers\";\n"
                      "  templates = \"templates\"; calendars = \"calendars\"; };\n"
                      "channels = { email = [\"box\"]; sms = [\"box\"]; agency = [\"box\"]; };\n"},
    {"providers/box.conf", "provider = { name = \"box\"; kind = \"drop\"; directory = \"outbox\"; };\n"},
    {"policies/50-standard.conf", policy_text},
    {"templates/en/t.subject", "Invoice {{notice.reference}}\n"},
    {"templates/en/t.txt", "{{total}} {{deadline}}\n"},
    {"templates/en/t.sms", "{{total}}\n"},
    {"calendars/de.txt", "# Germany\n2026-12-25 Christmas\n2026-05-01\n"},
};

static void put_files(void)
{
    static const char *const folders[] = {"", "/policies", "/providers", "/templates", "/templates/en", "/calendars"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", fuzz_folder(), folders[i]);
        mkdir(path, 0700);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        fuzz_put(files[i].name, files[i].text, strlen(files[i].text));
}

static const char *main_file(void)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/dunningd.conf", fuzz_folder());
    return path;
}

struct config *config_with(const char *name, const struct feed *bytes, struct findings *findings)
{
    static bool put;
    struct config *config = NULL;
    if (!put)
        put_files();
    put = true;
    fuzz_put(name, bytes->at, bytes->left);
    int result = config_load(main_file(), 1, &config, findings);
    REQUIRE((result == 0) == (config != NULL), "result and configuration do not fit");
    REQUIRE((result == 0) == (findings->errors == 0), "loaded with errors, or refused without");
    return config;
}

const struct config *config_usual(void)
{
    static struct config *config;
    if (config != NULL)
        return config;
    struct arena *arena = arena_new(0);
    struct findings findings;
    findings_init(&findings, arena);
    put_files();
    REQUIRE(config_load(main_file(), 1, &config, &findings) == 0, "the configuration is wrong: %s",
            findings.count == 0 ? "" : findings.list[0].text);
    arena_free(&arena);
    return config;
}

static void check_policy(const struct policy *policy, const struct config *config, struct arena *arena)
{
    REQUIRE(policy->name[0] != '\0' && policy->step_count >= 1, "a policy without name or steps");
    for (size_t i = 0; i < policy->step_count; i++) {
        const struct step *step = &policy->steps[i];
        fuzz_check_shown("a step's name", step->name);
        REQUIRE(step->send_count <= 4 && step->fallback_count <= 4, "too many channels");
        REQUIRE(step->action == ACTION_TASK || step->send_count > 0 || step->action == ACTION_HANDOFF,
                "a step that goes nowhere");
        REQUIRE(policy_step(policy, step->name) == (int)i, "two steps of one name");
    }
    policy_examples(policy, &config->rulebook, DUE, arena);
}

static void check_provider(const struct provider *provider, struct arena *arena)
{
    struct provider read;
    struct err err = {0};
    size_t length, again;
    fuzz_check_shown("a provider's name", provider->name);
    REQUIRE(provider->connections >= 1, "no connections");
    REQUIRE(provider->kind == PROVIDER_DROP ? provider->directory[0] != '\0' : provider->url[0] != '\0', "no place");
    const void *bytes = provider_pack(provider, arena, &length);
    if (bytes == NULL)
        return;
    REQUIRE(provider_unpack(bytes, length, arena, &read, &err) == 0, "the sender cannot read it: %s", err.text);
    const void *second = provider_pack(&read, arena, &again);
    REQUIRE(second != NULL && again == length && memcmp(bytes, second, length) == 0, "the sender reads another");
}

static void check_config(const struct config *config, struct arena *arena)
{
    const struct settings *settings = &config->settings;
    REQUIRE(settings->poll_interval_s > 0 && settings->timezone[0] != '\0', "no interval or zone");
    REQUIRE(config->rulebook.zone != NULL && config->rulebook.business_count >= 1, "no zone or business");
    REQUIRE(settings->limits.per_hour >= 0 && settings->limits.per_day >= 0, "a limit below nothing");
    for (size_t i = 0; i < config->rulebook.policy_count; i++)
        check_policy(&config->rulebook.policies[i], config, arena);
    for (size_t i = 0; i < config->provider_count; i++)
        check_provider(&config->providers[i], arena);
    for (size_t i = 0; i < config->rulebook.calendar_count; i++) {
        const struct calendar *calendar = &config->rulebook.calendars[i];
        for (size_t day = 1; day < calendar->closed_count; day++)
            REQUIRE(calendar->closed[day] > calendar->closed[day - 1], "closed days out of order");
    }
}

void config_try(const char *name, const struct feed *bytes)
{
    struct arena *arena = arena_new(0);
    struct findings first, second;
    findings_init(&first, arena);
    findings_init(&second, arena);
    struct config *config = config_with(name, bytes, &first);
    fuzz_check_findings(&first, bytes->left + OWN_LINES);
    if (config != NULL)
        check_config(config, arena);
    config_free(&config);
    config = config_with(name, bytes, &second);
    config_free(&config);
    REQUIRE(first.count + fuzz_plant == second.count, "%zu findings, the second time %zu", first.count, second.count);
    for (size_t i = 0; i < first.count; i++)
        REQUIRE(strcmp(first.list[i].text, second.list[i].text) == 0, "the second time another finding");
    arena_free(&arena);
}
