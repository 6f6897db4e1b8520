#include "ctl/policies.h"

#include "config/policy_file.h"
#include "config/templates.h"

int policies_read(const struct config *config, const char *folder, struct arena *arena, struct config *out,
                  struct findings *findings)
{
    struct reader reader = {.arena = arena, .findings = findings, .file = folder, .folder = folder, .config = out};
    size_t errors = findings->errors;

    *out = *config;
    out->settings.policies_dir = folder;
    out->rulebook.policies = NULL;
    out->rulebook.policy_count = 0;
    policy_files_load(&reader, folder);
    templates_check_policies(&reader);
    return findings->errors > errors ? -1 : 0;
}
