/* setup: from answers to the text of the files. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/edit.h"
#include "config/source.h"
#include "ctl/setup.h"

static const char new_provider[] = "# The business's mail server, see dunning-provider(5).\n"
                                   "provider = {\n"
                                   "  name = \"" SETUP_PROVIDER "\";\n"
                                   "  kind = \"smtp\";\n"
                                   "};\n";

struct planning {
    const struct setup *setup;
    struct setup_plan *plan;
    struct err *err;
};

/* ---- texts ---- */

/* NULL where there is no such file. */
static const char *read_text(const struct setup *setup, const char *path)
{
    struct findings ignored;

    findings_init(&ignored, setup->arena);
    return source_read(path, setup->arena, &ignored);
}

static int edit(const struct planning *planning, const char *file, const char **text, const char *path,
                const char *value)
{
    const char *edited = edit_set(*text, path, value, planning->setup->arena);

    if (!edited)
        return err_set(planning->err, ERR_CONFIG, "%s: %s cannot be set here; set it by hand, then run setup again",
                       file, path);
    *text = edited;
    return 0;
}

/* What is answered otherwise than it is. */
static int edit_answer(const struct planning *planning, const char *file, const char **text, enum question_id id,
                       const char *path)
{
    const struct setup *setup = planning->setup;

    if (text_equal(setup->answer[id], setup->now[id]))
        return 0;
    return edit(planning, file, text, path, edit_quote(setup->arena, setup->answer[id]));
}

/* Only what is another text than the one that is there. */
static void add_file(const struct planning *planning, const char *path, const char *text, bool secret)
{
    struct setup_plan *plan = planning->plan;
    char real[PATH_MAX];

    /* What it is itself, where it is a link: the copy that is kept lies beside it. */
    if (realpath(path, real))
        path = arena_copy(planning->setup->arena, real);
    const char *before = read_text(planning->setup, path);
    if (!before || !text_equal(before, text))
        plan->files[plan->count++] = (struct setup_file){path, text, secret, access(path, F_OK) != 0};
}

/* ---- the policy ---- */

static int plan_policy(const struct planning *planning)
{
    const struct setup *setup = planning->setup;
    const struct policy_source *source = setup_policy(setup, setup->answer[ASK_POLICY]);
    const char *folder = setup->config->settings.policies_dir;

    if (source->here)
        return 0;
    const char *text = read_text(setup, source->file);
    if (!text || !edit_has(text, "policy", setup->arena))
        return err_set(planning->err, ERR_CONFIG, "%s: holds several policies; copy it by hand, then run setup again",
                       source->file);
    if (edit(planning, source->file, &text, "policy.enabled", "false") != 0)
        return -1;
    const char *path = arena_printf(setup->arena, "%s%s", folder, strrchr(source->file, '/'));
    if (read_text(setup, path))
        return err_set(planning->err, ERR_CONFIG,
                       "%s: is there, and holds no policy %s; rename it, then run setup again", path, source->name);
    add_file(planning, path, text, false);
    return 0;
}

/* ---- the mail server ---- */

static int set_login(const struct planning *planning, const char *file, const char **text)
{
    const struct setup *setup = planning->setup;
    bool user = !text_empty(setup->answer[ASK_USER]), secret = !text_empty(setup->answer[ASK_PASSWORD]);
    static const char *const secrets[] = {"provider.password", "provider.oauth", "provider.credential"};

    if (edit_answer(planning, file, text, ASK_USER, "provider.user") != 0)
        return -1;
    if (!user)
        *text = edit_remove(*text, "provider.user", setup->arena);
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        if (!user || (secret && !text_ends(secrets[i], "credential")))
            *text = edit_remove(*text, secrets[i], setup->arena);
    return secret ? edit(planning, file, text, "provider.credential", "\"" SETUP_PROVIDER "\"") : 0;
}

static int plan_provider(const struct planning *planning)
{
    const struct setup *setup = planning->setup;
    const char *path = arena_printf(setup->arena, "%s/" SETUP_PROVIDER ".conf", setup->config->settings.providers_dir);
    const char *file = setup->relay ? setup->relay->file : path, *text = setup->relay ? read_text(setup, file) : NULL;
    bool implicit = text_starts(setup->answer[ASK_RELAY], "smtps://");
    bool usual = text_equal(setup->answer[ASK_TLS], implicit ? "implicit" : "starttls");

    if (!text)
        text = new_provider;
    if (edit_answer(planning, file, &text, ASK_RELAY, "provider.url") != 0)
        return -1;
    if (usual && !text_equal(setup->answer[ASK_TLS], setup->now[ASK_TLS]))
        text = edit_remove(text, "provider.tls", setup->arena);
    else if (edit_answer(planning, file, &text, ASK_TLS, "provider.tls") != 0)
        return -1;
    if (set_login(planning, file, &text) != 0)
        return -1;
    add_file(planning, file, text, false);
    return 0;
}

static void plan_credential(const struct planning *planning)
{
    const struct setup *setup = planning->setup;

    if (!text_empty(setup->answer[ASK_PASSWORD]))
        add_file(planning, arena_printf(setup->arena, "%s/" SETUP_PROVIDER, setup->credentials),
                 arena_printf(setup->arena, "%s\n", setup->answer[ASK_PASSWORD]), true);
}

/* ---- dunningd.conf ---- */

/* First of all, and no folder behind it: a mail that the server refuses is not to end in a file. */
static const char *email_channel(const struct setup *setup)
{
    size_t count;
    const char *const *names = config_channel(setup->config, CHANNEL_EMAIL, &count);
    struct text out;

    text_init(&out, setup->arena);
    text_add(&out, "[\"" SETUP_PROVIDER "\"");
    for (size_t i = 0; i < count; i++) {
        const struct provider *provider = config_provider(setup->config, names[i]);
        if (text_equal(names[i], SETUP_PROVIDER))
            return NULL;
        if (provider && provider->kind != PROVIDER_DROP)
            text_addf(&out, ", %s", edit_quote(setup->arena, names[i]));
    }
    text_add(&out, "]");
    return out.data;
}

static int plan_main(const struct planning *planning)
{
    static const struct {
        enum question_id id;
        const char *path;
    } rows[] = {
        {ASK_BUSINESS, "business.name"}, {ASK_EMAIL, "business.email"}, {ASK_TIMEZONE, "timezone"},
        {ASK_COUNTRY, "country"},        {ASK_LANGUAGE, "language"},
    };
    const struct setup *setup = planning->setup;
    const char *text = read_text(setup, setup->file), *channel = email_channel(setup);

    if (!text)
        return err_set(planning->err, ERR_FAILED, "%s: cannot be read any more", setup->file);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (edit_answer(planning, setup->file, &text, rows[i].id, rows[i].path) != 0)
            return -1;
    if (channel && edit(planning, setup->file, &text, "channels.email", channel) != 0)
        return -1;
    add_file(planning, setup->file, text, false);
    return 0;
}

int setup_make_plan(const struct setup *setup, struct setup_plan *plan, struct err *err)
{
    const struct planning planning = {setup, plan, err};

    *plan = (struct setup_plan){.count = 0};
    if (plan_policy(&planning) != 0)
        return -1;
    plan_credential(&planning);
    return plan_provider(&planning) != 0 ? -1 : plan_main(&planning);
}

/* ---- what people see of it ---- */

static void show_text(FILE *out, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        fprintf(out, "    %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

void setup_show_plan(const struct setup *setup, const struct setup_plan *plan, bool texts)
{
    FILE *out = setup->session->out;

    if (plan->count == 0)
        fprintf(out, "\nAll files are so already.\n");
    for (size_t i = 0; i < plan->count; i++) {
        const struct setup_file *file = &plan->files[i];
        fprintf(out, "%s%s  (%s%s)\n", i == 0 ? "\n" : "", file->path, file->is_new ? "new" : "changed",
                file->secret ? ", not shown" : "");
        if (texts && !file->secret)
            show_text(out, file->text);
    }
}
