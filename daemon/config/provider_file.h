/*
 * What a provider file is read into.
 */
#ifndef CONFIG_PROVIDER_FILE_H
#define CONFIG_PROVIDER_FILE_H

#include "config/reader.h"
#include "model/provider.h"

struct answer_keys {
    const char *status, *pointer, *equals, *contains;
    enum outcome_class outcome;
};

struct provider_keys {
    struct provider provider;
    struct answer_keys *answers;
    size_t answer_count;
};

struct provider_file {
    struct provider *provider; /* NULL: could not be read */
};

/* Reads all files of a folder into config. */
void provider_files_load(struct reader *reader, const char *path);

/* Called by the reader after the last key of a group. */
void provider_file_finish_smtp(struct reader *reader, config_setting_t *setting, void *target);
void provider_file_finish_http(struct reader *reader, config_setting_t *setting, void *target);
void provider_file_finish_drop(struct reader *reader, config_setting_t *setting, void *target);

/* Fills what every kind has. */
void provider_file_finish_common(struct reader *reader, struct provider *provider);

/* User and secret belong together. */
void provider_file_check_login(struct reader *reader, config_setting_t *setting, const struct provider *provider);

/* Says what is wrong with a template of a provider; key names it in findings. */
void provider_template_check(struct reader *reader, const config_setting_t *setting, const char *key,
                             const char *source);

/* What is wrong with the URL of a mail server, NULL if nothing. */
const char *provider_mail_url_fault(const char *url);

/* True for a URL whose host can only be this machine. */
bool provider_url_is_local(const char *url);

#endif
