/* policy enable, policy disable: the key `enabled` in the policy's own file, and nothing else of it. */
#include "base/arena.h"
#include "base/text.h"
#include "config/edit.h"
#include "config/source.h"
#include "ctl/put_file.h"
#include "ctl/session.h"
#include "ctl/verbs.h"

#define MODE_FILE 0644

static const struct policy *find(const struct session *session, const char *name)
{
    const struct rulebook *rulebook = &session->config->rulebook;

    for (size_t i = 0; i < rulebook->policy_count; i++)
        if (text_equal(rulebook->policies[i].name, name))
            return &rulebook->policies[i];
    return NULL;
}

static int write_enabled(struct session *session, const struct policy *policy, bool enabled, struct err *err)
{
    const char *value = enabled ? "true" : "false";
    struct findings findings;

    findings_init(&findings, session->arena);
    const char *text = source_read(policy->file, session->arena, &findings);
    if (!text)
        return err_set(err, ERR_FAILED, "%s", finding_line(&findings.list[0], session->arena));
    if (!edit_has(text, "policy", session->arena))
        return err_set(err, ERR_REFUSED, "%s:%d: the file holds several policies; write enabled = %s; here by hand",
                       policy->file, policy->line, value);
    text = edit_set(text, "policy.enabled", value, session->arena);
    return put_file(&(struct put){policy->file, text, MODE_FILE, ""}, err);
}

static int set_enabled(struct session *session, bool enabled, struct err *err)
{
    const char *name = session->arguments->words[0], *word = enabled ? "enabled" : "disabled";
    const struct policy *policy = find(session, name);

    if (!policy)
        return err_set(err, ERR_NOT_FOUND, "there is no policy %s; the files in %s name them", name,
                       session->config->settings.policies_dir);
    bool changed = policy->enabled != enabled;
    if (changed && write_enabled(session, policy, enabled, err) != 0)
        return -1;
    page_field(session->page, "policy", NULL, cell_text(name));
    page_field(session->page, "file", NULL, cell_text(policy->file));
    page_field(session->page, "enabled", NULL, cell_bool(enabled));
    page_field(session->page, "changed", NULL, cell_bool(changed));
    page_linef(session->page,
               changed ? "%s: policy %s is %s; dunningctl reload puts it in force" : "%s: policy %s was %s before",
               policy->file, name, word);
    return 0;
}

int verb_policy_enable(struct session *session, struct err *err)
{
    return set_enabled(session, true, err);
}

int verb_policy_disable(struct session *session, struct err *err)
{
    return set_enabled(session, false, err);
}
