#include "config/main_file.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/email.h"
#include "config/tables.h"
#include "config/zones.h"

/* "de", "de-AT" */
static bool is_language(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    size_t length = strspn(text, letters);
    if (length < 2 || length > 3)
        return false;
    return text[length] == '\0' || (text[length] == '-' && text[length + 1] != '\0' &&
                                    strspn(text + length + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                                              "0123456789-") == strlen(text + length + 1));
}

bool main_file_country_ok(const char *text)
{
    return strlen(text) == 2 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 2;
}

static bool is_domain(const char *text)
{
    return email_address_ok(text) == false && strlen(text) <= 200 && text[0] != '.' && text[0] != '-' &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") == strlen(text);
}

static void check_place(struct reader *reader, config_setting_t *setting, const struct main_file *file)
{
    if (zones_find(reader->config->zones, file->timezone) == NULL)
        reader_error(reader, reader_member(setting, "timezone"),
                     "timezone: there is no time zone \"%s\"; write a name like Europe/Berlin", file->timezone);
    if (!is_language(file->language))
        reader_error(reader, reader_member(setting, "language"),
                     "language: \"%s\" is no language; write its code, like en or de-AT", file->language);
    if (file->country[0] != '\0' && !main_file_country_ok(file->country))
        reader_error(reader, reader_member(setting, "country"),
                     "country: \"%s\" is no country; write its two letters, like DE", file->country);
}

static void check_texts(struct reader *reader, config_setting_t *setting, const struct main_file *file)
{
    int32_t seconds;
    if (file->summary_at[0] != '\0' && (!parse_clock(file->summary_at, &seconds) || seconds == DAY_SECONDS))
        reader_error(reader, reader_member(setting, "summary_at"),
                     "summary_at: \"%s\" is no time of day; write HH:MM, or \"\" for no summary", file->summary_at);
    if (file->message_domain[0] != '\0' && !is_domain(file->message_domain))
        reader_error(reader, reader_member(setting, "message_domain"),
                     "message_domain: \"%s\" is no domain; write one like example.com", file->message_domain);
}

static void check_paths(struct reader *reader, config_setting_t *setting, const struct main_file *file)
{
    const struct {
        const char *group, *key, *path;
    } rows[] = {
        {"ledger", "path", file->ledger.path},
        {"state", "directory", file->state.directory},
        {"directories", "policies", file->directories.policies},
        {"directories", "providers", file->directories.providers},
        {"directories", "templates", file->directories.templates},
        {"directories", "calendars", file->directories.calendars},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].path[0] == '\0')
            reader_error(reader, reader_member(setting, rows[i].group), "%s.%s: is empty; write a path", rows[i].group,
                         rows[i].key);
}

static void check_entities(struct reader *reader, config_setting_t *setting, const struct main_file *file)
{
    for (size_t i = 0; i < file->entity_count; i++)
        for (size_t j = 0; j < i; j++)
            if (text_equal(file->entities[i].entity, file->entities[j].entity))
                reader_error(reader, reader_member(setting, "entities"),
                             "entities: \"%s\" stands twice; keep one group for each", file->entities[i].entity);
}

void main_file_finish(struct reader *reader, config_setting_t *setting, void *target)
{
    const struct main_file *file = target;
    check_place(reader, setting, file);
    check_texts(reader, setting, file);
    check_paths(reader, setting, file);
    check_entities(reader, setting, file);
}

/* ---- into settings and rulebook ---- */

static const char *default_witness(struct arena *arena, const char *directory)
{
    size_t length = strlen(directory);
    while (length > 1 && directory[length - 1] == '/')
        length--;
    return arena_printf(arena, "%.*s-witness/send.log", (int)length, directory);
}

static const char *or_else(const char *text, const char *otherwise)
{
    return text[0] == '\0' ? otherwise : text;
}

static const char *domain_of(const char *address)
{
    const char *at = strrchr(address, '@');
    return at == NULL ? "" : at + 1;
}

static void set_places(struct settings *settings, const struct main_file *file, struct arena *arena)
{
    settings->ledger_driver = file->ledger.driver;
    settings->ledger_path = file->ledger.path;
    settings->ledger_max_age = file->ledger.max_age;
    settings->ledger_calendar = file->ledger.calendar;
    settings->state_driver = file->state.driver;
    settings->state_directory = file->state.directory;
    settings->witness = or_else(file->witness, default_witness(arena, file->state.directory));
    settings->policies_dir = file->directories.policies;
    settings->providers_dir = file->directories.providers;
    settings->templates_dir = file->directories.templates;
    settings->calendars_dir = file->directories.calendars;
    settings->rates_dir = file->directories.rates;
    settings->credentials_dir = file->directories.credentials;
    settings->status_log = file->status_log;
    settings->metrics = file->metrics;
    settings->sender_socket = file->sender.socket;
}

static void set_settings(struct settings *settings, const struct main_file *file)
{
    settings->timezone = file->timezone;
    settings->language = file->language;
    settings->country = file->country;
    settings->poll_interval_s = file->poll_interval_s;
    settings->reconcile_s = file->reconcile_s;
    settings->email = file->channels.email.list;
    settings->email_count = file->channels.email.count;
    settings->sms = file->channels.sms.list;
    settings->sms_count = file->channels.sms.count;
    settings->agency = file->channels.agency.list;
    settings->agency_count = file->channels.agency.count;
    settings->limits = file->limits;
    settings->sms_rule = file->sms;
    settings->sender_connections = file->sender.connections;
    settings->summary_at = file->summary_at;
    settings->allow_inline_secrets = file->allow_inline_secrets;
    settings->role = file->role;
    settings->message_domain = or_else(file->message_domain, domain_of(file->business.email));
}

static void set_rulebook(struct rulebook *rulebook, const struct main_file *file, struct reader *reader)
{
    struct business *all = arena_array(reader->arena, file->entity_count + 1, sizeof *all);
    all[0] = file->business;
    for (size_t i = 0; i < file->entity_count; i++)
        all[i + 1] = file->entities[i];
    rulebook->businesses = all;
    rulebook->business_count = file->entity_count + 1;
    rulebook->zone = zones_find(reader->config->zones, file->timezone);
    rulebook->language = file->language;
    rulebook->country = file->country;
    rulebook->per_customer_per_day = file->limits.per_customer_per_day;
    rulebook->per_customer_per_week = file->limits.per_customer_per_week;
    rulebook->has_email = file->channels.email.count > 0;
    rulebook->has_sms = file->channels.sms.count > 0;
    rulebook->has_agency = file->channels.agency.count > 0;
}

config_t *main_file_load(struct reader *reader, const char *name)
{
    struct main_file file;
    config_t *document = reader_open(reader, name);
    if (document == NULL)
        return NULL;
    reader_group(reader, config_root_setting(document), &group_main, &file);
    reader->config->settings.file = arena_copy(reader->arena, name);
    set_places(&reader->config->settings, &file, reader->arena);
    set_settings(&reader->config->settings, &file);
    set_rulebook(&reader->config->rulebook, &file, reader);
    return document;
}
