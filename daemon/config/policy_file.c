#include "config/policy_file.h"

#include "base/arena.h"
#include "base/text.h"
#include "config/config.h"
#include "config/folder.h"
#include "config/tables.h"
#include "policy/check.h"

/* ---- which keys fit to which action ---- */

#define BIT(action) (1U << (action))
#define POLITE BIT(ACTION_REMIND)
#define FORMAL BIT(ACTION_NOTICE)
#define OFFER BIT(ACTION_OFFER_PLAN)
#define HANDOFF BIT(ACTION_HANDOFF)
#define TASK BIT(ACTION_TASK)
#define SENT (POLITE | FORMAL | OFFER)

static const struct key_rule {
    const char *key;
    unsigned allowed, needed; /* masks of actions */
} key_rules[] = {
    {"send", SENT, SENT},
    {"template", SENT | HANDOFF, SENT},
    {"plan", OFFER, OFFER},
    {"fallback", SENT, 0},
    {"require", SENT, 0},
    {"to", SENT, 0},
    {"cc", SENT, 0},
    {"sender", SENT, 0},
    {"reply_to", SENT, 0},
    {"deadline", POLITE | FORMAL, 0},
    {"repeat", POLITE | FORMAL | TASK, 0},
    {"approval", SENT | HANDOFF, 0},
    {"agency", HANDOFF, 0},
    {"interest", SENT, 0},
    {"compensation", SENT, 0},
    {"without_rate", SENT, 0},
    {"fee", SENT, 0},
    {"fee_per", SENT, 0},
};

/* What to write instead, where there is something better than nothing. */
static const char *cure_of(const char *key, enum action action)
{
    if (text_equal(key, "deadline") && action == ACTION_OFFER_PLAN)
        return "the deadline of an offer is plan.valid";
    if (text_equal(key, "send") && action == ACTION_HANDOFF)
        return "a handoff goes to its agency";
    return "remove it";
}

static void check_keys(struct reader *reader, config_setting_t *setting, enum action action)
{
    const char *word = names_word(&action_names, (int)action);
    for (size_t i = 0; i < sizeof key_rules / sizeof *key_rules; i++) {
        const struct key_rule *rule = &key_rules[i];
        config_setting_t *key = config_setting_get_member(setting, rule->key);
        if (key != NULL && (rule->allowed & BIT(action)) == 0)
            reader_error(reader, key, "%s: a step with action %s has no use for it; %s", rule->key, word,
                         cure_of(rule->key, action));
        if (key == NULL && (rule->needed & BIT(action)) != 0)
            reader_error(reader, setting, "step: %s is missing; a step with action %s needs it", rule->key, word);
    }
}

/* ---- one step, one policy, one file ---- */

void policy_file_finish_step(struct reader *reader, config_setting_t *setting, void *target)
{
    struct step *step = target;
    const config_setting_t *send = config_setting_get_member(setting, "send");
    step->line = (int)config_setting_source_line(reader_member(setting, "name"));
    if (config_setting_get_member(setting, "action") != NULL)
        check_keys(reader, setting, step->action);
    if (send != NULL && config_setting_length(send) == 0)
        reader_error(reader, send, "send: the list is empty; name a channel, like [\"email\"]");
}

void policy_file_finish_policy(struct reader *reader, config_setting_t *setting, void *target)
{
    struct policy *policy = target;
    policy->file = reader->file;
    policy->line = (int)config_setting_source_line(reader_member(setting, "name"));
    if (config_setting_get_member(setting, "steps") != NULL && policy->step_count == 0)
        reader_error(reader, reader_member(setting, "steps"), "steps: there is none; add at least one");
    if (policy->on_reopened[0] != '\0' && policy_step(policy, policy->on_reopened) < 0)
        reader_error(reader, reader_member(setting, "on"), "on.reopened: there is no step \"%s\"; name one of steps",
                     policy->on_reopened);
}

void policy_file_finish(struct reader *reader, config_setting_t *setting, void *target)
{
    bool one = config_setting_get_member(setting, "policy") != NULL;
    bool several = config_setting_get_member(setting, "policies") != NULL;
    (void)target;
    if (!one && !several)
        reader_error(reader, NULL, "there is no policy in this file; write policy = { ... };");
    if (one && several)
        reader_error(reader, config_setting_get_member(setting, "policies"),
                     "policies: there is a policy in this file already; move it into the list");
}

/* ---- all files ---- */

struct collection {
    struct policy *list;
    size_t count, capacity;
};

static bool is_taken(struct reader *reader, const struct collection *all, const struct policy *policy)
{
    for (size_t i = 0; i < all->count; i++) {
        if (!text_equal(all->list[i].name, policy->name))
            continue;
        findings_add(reader->findings, SEVERITY_ERROR, policy->file, policy->line,
                     "name: a policy \"%s\" is in %s:%d already; rename one", policy->name, all->list[i].file,
                     all->list[i].line);
        return true;
    }
    return false;
}

static void collect(struct reader *reader, struct collection *all, const struct policy *policy)
{
    if (is_taken(reader, all, policy))
        return;
    if (all->count == all->capacity) {
        all->capacity = all->capacity == 0 ? 8 : 2 * all->capacity;
        all->list = arena_grow(reader->arena, all->list, all->count, all->capacity, sizeof *all->list);
    }
    all->list[all->count++] = *policy;
}

/* A file with errors gives no policies: what could be said about half of one would only confuse. */
static void load_file(struct reader *reader, const char *name, struct collection *all)
{
    struct policy_file file = {0};
    size_t errors = reader->findings->errors;
    config_t *document = reader_open(reader, name);
    if (document == NULL)
        return;
    bool one = config_lookup(document, "policy") != NULL;
    reader_group(reader, config_root_setting(document), &group_policy_file, &file);
    reader_close(&document);
    if (reader->findings->errors > errors)
        return;
    if (one)
        collect(reader, all, &file.policy);
    for (size_t i = 0; i < file.policy_count; i++)
        collect(reader, all, &file.policies[i]);
}

void policy_files_load(struct reader *reader, const char *path)
{
    struct folder folder;
    struct collection all = {0};
    struct rulebook *rulebook = &reader->config->rulebook;
    size_t errors = reader->findings->errors;
    if (!folder_read(path, false, reader->arena, reader->findings, &folder))
        return;
    for (size_t i = 0; i < folder.count; i++)
        if (text_ends(folder.names[i], ".conf"))
            load_file(reader, folder_file(&folder, i, reader->arena), &all);
    rulebook->policies = all.list;
    rulebook->policy_count = all.count;
    for (size_t i = 0; i < all.count; i++)
        policy_check(&all.list[i], rulebook, reader->findings);
    if (all.count == 0 && reader->findings->errors == errors)
        findings_add(reader->findings, SEVERITY_WARNING, path, 0, "there are no policies; nothing will be sent");
}
