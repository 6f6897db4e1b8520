/*
 * What a file of policies is read into.
 */
#ifndef CONFIG_POLICY_FILE_H
#define CONFIG_POLICY_FILE_H

#include "config/reader.h"
#include "policy/policy.h"

struct policy_file {
    struct policy policy;    /* policy = { ... } */
    struct policy *policies; /* policies = ( { ... }, ... ) */
    size_t policy_count;
};

/* Reads all files of a folder into config->rulebook and checks each policy. */
void policy_files_load(struct reader *reader, const char *path);

/* Called by the reader after the last key of a group. */
void policy_file_finish(struct reader *reader, config_setting_t *setting, void *target);
void policy_file_finish_policy(struct reader *reader, config_setting_t *setting, void *target);
void policy_file_finish_step(struct reader *reader, config_setting_t *setting, void *target);

#endif
