/*
 * What dunningd.conf is read into, before it becomes settings and rulebook.
 */
#ifndef CONFIG_MAIN_FILE_H
#define CONFIG_MAIN_FILE_H

#include "config/config.h"
#include "config/reader.h"

struct ledger_keys {
    const char *driver, *path, *calendar;
    struct duration max_age;
};

struct state_keys {
    const char *driver, *directory;
};

struct directory_keys {
    const char *policies, *providers, *templates, *calendars, *rates, *credentials;
};

struct channel_keys {
    struct words email, sms, agency;
};

struct sender_keys {
    int connections;
    const char *socket;
};

struct main_file {
    struct business business;
    struct business *entities;
    size_t entity_count;
    const char *timezone, *language, *country, *status_log, *witness, *summary_at, *metrics, *message_domain, *role;
    int32_t poll_interval_s, reconcile_s;
    struct ledger_keys ledger;
    struct state_keys state;
    struct directory_keys directories;
    struct channel_keys channels;
    struct limits limits;
    struct sms_rule sms;
    struct sender_keys sender;
    bool allow_inline_secrets;
};

/*
 * Reads the file into config->settings and the rulebook's part; what is wrong
 * becomes a finding.  Returns the document for checks across files, or NULL if
 * nothing could be read.
 */
config_t *main_file_load(struct reader *reader, const char *name);

/* Two capital letters. */
bool main_file_country_ok(const char *text);

/* Called by the reader after the last key of a group; the second is in business_options.c. */
void main_file_finish(struct reader *reader, config_setting_t *setting, void *target);
void business_options_finish(struct reader *reader, config_setting_t *setting, void *target);

#endif
