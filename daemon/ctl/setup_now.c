/* setup: what is there before anything is asked. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/folder.h"
#include "config/policy_file.h"
#include "config/source.h"
#include "config/zones.h"
#include "ctl/setup.h"

#define SHIPPED_POLICIES DUNNINGD_DATADIR "/policies"

/* ---- the machine ---- */

const char *setup_system_timezone(struct arena *arena)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/etc/localtime", path, sizeof path - 1);

    if (length <= 0)
        return "";
    path[length] = '\0';
    const char *name = strstr(path, "/zoneinfo/");
    return name ? arena_copy(arena, name + strlen("/zoneinfo/")) : "";
}

/* "DE<tab>+5230+01322<tab>Europe/Berlin<tab>most of Germany" */
static bool is_line_of(const char *line, const char *timezone)
{
    const char *at = strchr(line, '\t');

    at = at ? strchr(at + 1, '\t') : NULL;
    size_t length = strlen(timezone);
    return at != NULL && strncmp(at + 1, timezone, length) == 0 && strchr("\t\n", at[1 + length]) != NULL;
}

const char *setup_country_of(struct arena *arena, const char *timezone)
{
    const char *folder = getenv("TZDIR"), *country = "";
    char line[1024];
    FILE *table = fopen(arena_printf(arena, "%s/zone.tab", text_empty(folder) ? "/usr/share/zoneinfo" : folder), "re");

    while (table && text_empty(country) && fgets(line, sizeof line, table))
        if (line[0] != '#' && is_line_of(line, timezone))
            country = arena_copy_n(arena, line, 2);
    if (table)
        fclose(table);
    return country;
}

/* ---- policies ---- */

const struct policy_source *setup_policy(const struct setup *setup, const char *name)
{
    for (size_t i = 0; i < setup->policy_count; i++)
        if (text_equal(setup->policies[i].name, name))
            return &setup->policies[i];
    return NULL;
}

static const char *about(struct arena *arena, const char *file)
{
    struct findings ignored;
    struct text out;

    findings_init(&ignored, arena);
    const char *at = source_read(file, arena, &ignored);
    text_init(&out, arena);
    while (at && *at == '#') {
        size_t length = strcspn(at, "\n");
        text_add_n(&out, at + 1, length - 1);
        at += length + (at[length] == '\n');
    }
    char *end = strstr(out.data, ". ");
    if (end)
        end[1] = '\0';
    return text_has_control(out.data) ? "" : text_trim(arena, out.data);
}

/* What the package's folder has, each file with the zones and calendars that are configured here. */
static struct rulebook shipped_policies(struct setup *setup, const char *folder)
{
    struct config *other = arena_alloc(setup->arena, sizeof *other);
    struct findings findings;
    struct reader reader = {
        .arena = setup->arena, .findings = &findings, .file = folder, .folder = folder, .config = other};

    findings_init(&findings, setup->arena);
    *other = *setup->config;
    other->rulebook.policies = NULL;
    other->rulebook.policy_count = 0;
    policy_files_load(&reader, folder);
    return other->rulebook;
}

const char *setup_shipped_policies(const struct setup *setup)
{
    const struct arguments *arguments = setup->session->arguments;

    return arguments->given[OPTION_POLICIES] ? arguments->text[OPTION_POLICIES] : SHIPPED_POLICIES;
}

void setup_find_policies(struct setup *setup)
{
    const char *folder = setup_shipped_policies(setup);
    const struct rulebook *own = &setup->config->rulebook, shipped = shipped_policies(setup, folder);
    const struct rulebook *const all[] = {own, &shipped};
    struct policy_source *list = arena_array(setup->arena, own->policy_count + shipped.policy_count + 1, sizeof *list);

    setup->policies = list;
    for (size_t i = 0; i < 2; i++) {
        for (size_t j = 0; j < all[i]->policy_count; j++) {
            const struct policy *policy = &all[i]->policies[j];
            if (!setup_policy(setup, policy->name))
                list[setup->policy_count++] = (struct policy_source){policy->name, policy->file,
                                                                     about(setup->arena, policy->file), all[i] == own};
        }
    }
}

/* ---- the configuration ---- */

bool setup_has_password(const struct setup *setup)
{
    return setup->relay && !(text_empty(setup->relay->credential) && text_empty(setup->relay->oauth) &&
                             text_empty(setup->relay->password));
}

static void look_at_config(struct setup *setup)
{
    const struct settings *settings = &setup->config->settings;
    const struct rulebook *rulebook = &setup->config->rulebook;
    const struct business *business = rulebook_business(rulebook, "");
    const struct provider *relay = config_provider(setup->config, SETUP_PROVIDER);

    setup->shipped = text_ends(business->email, ".invalid");
    setup->relay = relay && relay->kind == PROVIDER_SMTP ? relay : NULL;
    setup->credentials = text_empty(settings->credentials_dir)
                             ? arena_printf(setup->arena, "%s/credentials", setup->folder)
                             : settings->credentials_dir;
    setup->now[ASK_BUSINESS] = business->name;
    setup->now[ASK_EMAIL] = business->email;
    setup->now[ASK_TIMEZONE] = settings->timezone;
    setup->now[ASK_COUNTRY] = settings->country;
    setup->now[ASK_LANGUAGE] = settings->language;
    setup->now[ASK_POLICY] = rulebook->policy_count > 0 ? rulebook->policies[0].name : "";
    if (!setup->relay)
        return;
    setup->now[ASK_RELAY] = setup->relay->url;
    setup->now[ASK_TLS] = names_word(&tls_mode_names, (int)setup->relay->tls);
    setup->now[ASK_USER] = setup->relay->user;
}

static int check_rights(const struct setup *setup, struct err *err)
{
    const struct settings *settings = &setup->config->settings;
    const char *const folders[] = {setup->folder, settings->policies_dir, settings->providers_dir};

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (access(folders[i], W_OK) != 0 && errno != ENOENT)
            return err_set(err, ERR_FAILED, "%s: you may not write here; run it as root: sudo dunningctl setup",
                           folders[i]);
    return 0;
}

int setup_look(struct setup *setup, struct err *err)
{
    const char *file = session_config_file(setup->session);

    if (access(file, R_OK) != 0)
        return err_set(err, ERR_CONFIG,
                       "%s: cannot be read: %s; it comes with the package, and " DUNNINGD_DATADIR
                       " has what else it needs",
                       file, strerror(errno));
    if (session_load_config(setup->session, err) != 0)
        return -1;
    setup->config = setup->session->config;
    setup->file = setup->config->settings.file;
    setup->folder = arena_copy_n(setup->arena, setup->file, (size_t)(strrchr(setup->file, '/') - setup->file));
    for (int i = 0; i < QUESTION_COUNT; i++)
        setup->now[i] = setup->answer[i] = "";
    look_at_config(setup);
    setup_find_policies(setup);
    return check_rights(setup, err);
}
