#include "config/config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/calendars.h"
#include "config/main_file.h"
#include "config/policy_file.h"
#include "config/provider_file.h"
#include "config/rates.h"
#include "config/templates.h"
#include "config/zones.h"

enum { ARENA_BLOCK = 64 * 1024 };

/* ---- checks across files ---- */

/* What each kind of provider can carry, in the order of its enum. */
static const struct carries {
    bool email, sms, agency;
} kinds[] = {
    [PROVIDER_SMTP] = {.email = true},
    [PROVIDER_HTTP] = {true, true, true},
    [PROVIDER_DROP] = {true, true, true},
};

static bool can_carry(const struct provider *provider, enum channel channel)
{
    const struct carries *kind = &kinds[provider->kind];
    return (channel == CHANNEL_EMAIL && kind->email) || (channel == CHANNEL_SMS && kind->sms) ||
           (channel == CHANNEL_AGENCY && kind->agency);
}

static void check_channel_provider(struct reader *reader, config_setting_t *line, enum channel channel,
                                   const char *name)
{
    const struct provider *provider = config_provider(reader->config, name);
    const char *word = names_word(&channel_names, (int)channel);
    if (provider == NULL)
        reader_error(reader, line, "channels.%s: there is no provider \"%s\" in %s; add its file or correct the name",
                     word, name, reader->config->settings.providers_dir);
    else if (!can_carry(provider, channel))
        reader_error(reader, line, "channels.%s: the provider %s is of kind %s, which cannot carry it; name another",
                     word, name, names_word(&provider_kind_names, (int)provider->kind));
}

static void check_channel(struct reader *reader, config_t *document, enum channel channel)
{
    size_t count;
    const char *path = arena_printf(reader->findings->arena, "channels.%s", names_word(&channel_names, (int)channel));
    const char *const *names = config_channel(reader->config, channel, &count);
    config_setting_t *line = config_lookup(document, path);
    for (size_t i = 0; i < count; i++) {
        check_channel_provider(reader, line, channel, names[i]);
        for (size_t j = 0; j < i; j++)
            if (text_equal(names[i], names[j]))
                reader_error(reader, line, "%s: %s stands twice; keep one", path, names[i]);
    }
}

static bool is_agency(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->settings.agency_count; i++)
        if (text_equal(config->settings.agency[i], name))
            return true;
    return false;
}

static void check_agencies(struct reader *reader)
{
    const struct config *config = reader->config;
    for (size_t i = 0; i < config->rulebook.policy_count; i++) {
        const struct policy *policy = &config->rulebook.policies[i];
        for (size_t j = 0; j < policy->step_count; j++) {
            const struct step *step = &policy->steps[j];
            if (step->agency[0] != '\0' && !is_agency(config, step->agency))
                findings_add(reader->findings, SEVERITY_ERROR, policy->file, step->line,
                             "agency: channels.agency of dunningd.conf does not name \"%s\"; add it there or correct "
                             "the name",
                             step->agency);
        }
    }
}

static void check_across(struct reader *reader, config_t *document)
{
    static const enum channel channels[] = {CHANNEL_EMAIL, CHANNEL_SMS, CHANNEL_AGENCY};
    const struct settings *settings = &reader->config->settings;
    config_setting_t *calendar = config_lookup(document, "ledger.calendar");
    reader->file = settings->file;
    if (calendar != NULL && settings->ledger_calendar[0] != '\0')
        calendars_pick(reader, calendar, &settings->ledger_calendar, 1);
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
        check_channel(reader, document, channels[i]);
    check_agencies(reader);
    templates_check_policies(reader);
}

/* ---- load ---- */

static bool absolute(struct arena *arena, const char *file, const char **out)
{
    char folder[4096];
    if (file[0] == '/') {
        *out = arena_copy(arena, file);
        return true;
    }
    if (getcwd(folder, sizeof folder) == NULL)
        return false;
    *out = arena_printf(arena, "%s/%s", folder, file);
    return true;
}

static void load_all(struct reader *reader, const char *file)
{
    const struct settings *settings = &reader->config->settings;
    const char *slash = strrchr(file, '/');
    reader->folder = arena_copy_n(reader->arena, file, (size_t)(slash - file));
    config_t *document = main_file_load(reader, file);
    if (document == NULL)
        return;
    calendars_load(reader, settings->calendars_dir);
    rates_load(reader, settings->rates_dir);
    provider_files_load(reader, settings->providers_dir);
    templates_load(reader, settings->templates_dir);
    policy_files_load(reader, settings->policies_dir);
    check_across(reader, document);
    reader_close(&document);
}

int config_load(const char *file, int64_t generation, struct config **out, struct findings *findings)
{
    struct arena *arena = arena_new(ARENA_BLOCK);
    struct config *config = arena_alloc(arena, sizeof *config);
    struct reader reader = {.arena = arena, .findings = findings, .config = config};
    size_t errors = findings->errors;
    const char *path;
    *out = NULL;
    config->arena = arena;
    config->zones = zones_new(arena);
    config->rulebook.generation = generation;
    if (absolute(arena, file, &path))
        load_all(&reader, path);
    else
        findings_add(findings, SEVERITY_ERROR, file, 0,
                     "cannot find out the working directory: %s; write the whole "
                     "path",
                     strerror(errno));
    if (findings->errors > errors)
        config_free(&config);
    *out = config;
    return config == NULL ? -1 : 0;
}

void config_free(struct config **config)
{
    if (*config == NULL)
        return;
    struct arena *arena = (*config)->arena;
    *config = NULL;
    arena_free(&arena);
}

/* ---- look-ups ---- */

const struct provider *config_provider(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->provider_count; i++)
        if (text_equal(config->providers[i].name, name))
            return &config->providers[i];
    return NULL;
}

const char *const *config_channel(const struct config *config, enum channel channel, size_t *count)
{
    const struct settings *settings = &config->settings;
    *count = 0;
    switch (channel) {
    case CHANNEL_EMAIL:
        *count = settings->email_count;
        return settings->email;
    case CHANNEL_SMS:
        *count = settings->sms_count;
        return settings->sms;
    case CHANNEL_AGENCY:
        *count = settings->agency_count;
        return settings->agency;
    case CHANNEL_TASK:
    case CHANNEL_LETTER:
    case CHANNEL_PHONE:
        break;
    }
    return NULL;
}
