/* check: the whole configuration, every finding, and example dates of each policy. */
#include <errno.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/rates.h"
#include "ctl/check.h"
#include "ctl/drop_history.h"
#include "ctl/rights.h"
#include "ctl/session.h"
#include "ctl/verbs.h"
#include "policy/check.h"
#include "store/ledger.h"

#define AHEAD_DAYS 21

/* ---- findings ---- */

static const char *const severity_words[] = {
    [SEVERITY_ERROR] = "error", [SEVERITY_WARNING] = "warning", [SEVERITY_NOTE] = "note"};
static const enum tone severity_tones[] = {
    [SEVERITY_ERROR] = TONE_BAD, [SEVERITY_WARNING] = TONE_WARN, [SEVERITY_NOTE] = TONE_DIM};

/* One line each, so that editors find the places. */
static void tell_findings(struct session *session, const struct findings *findings)
{
    static const struct column columns[] = {{"severity", NULL, false},
                                            {"file", NULL, false},
                                            {"line", NULL, true},
                                            {"text", NULL, false}};

    for (size_t i = 0; i < findings->count; i++)
        page_line(session->page, NULL, finding_line(&findings->list[i], session->arena));
    struct table *table = page_table(session->page, "findings", "", COLUMNS(columns), "");
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        TABLE_ROW(table, cell_toned(cell_text(severity_words[finding->severity]), severity_tones[finding->severity]),
                  cell_text(finding->file), cell_number(finding->line), cell_text(finding->text));
    }
}

/* ---- example dates ---- */

/* A Friday some weeks ahead, so that weekends and the holidays to come are seen. */
static day_t example_due(day_t today)
{
    day_t due = today + AHEAD_DAYS;

    while (day_weekday(due) != FRIDAY)
        due++;
    return due;
}

static const char *examples_line(struct session *session, const struct policy *policy, day_t due,
                                 const struct example_date *dates)
{
    const struct zone *zone = session_zone(session);
    struct text out;

    text_init(&out, session->arena);
    text_addf(&out, "%s: an invoice due %s:", policy->name, show_day(session->arena, due));
    for (size_t i = 0; i < policy->step_count; i++) {
        bool known = dates[i].at != MOMENT_NEVER && dates[i].at != MOMENT_NONE;
        text_addf(&out, "%s %s %s", i == 0 ? "" : ",", dates[i].step->name,
                  known ? show_day(session->arena, zone_day(zone, dates[i].at, NULL)) : "not by itself");
    }
    return out.data;
}

static void tell_examples(struct session *session, const struct policy *policy, day_t due)
{
    static const struct column columns[] = {{"step", NULL, false}, {"at", NULL, false}};
    struct example_date *dates = policy_examples(policy, &session->config->rulebook, due, session->arena);
    struct page *page = page_child(session->page, "policies");

    page_field(page, "policy", NULL, cell_text(policy->name));
    page_field(page, "file", NULL, cell_text(policy->file));
    page_field(page, "enabled", NULL, cell_bool(policy->enabled));
    page_field(page, "due_on", NULL, cell_day(due));
    page_line(page, "sentence",
              policy->enabled ? examples_line(session, policy, due, dates)
                              : arena_printf(session->arena, "%s: not enabled", policy->name));
    struct table *table = page_table(page, "steps", "", COLUMNS(columns), "");
    for (size_t i = 0; i < policy->step_count; i++) {
        TABLE_ROW(table, cell_text(dates[i].step->name), cell_moment(dates[i].at));
    }
}

/* ---- what else is looked at ---- */

/* Root reads what the daemon may not be able to. */
static void check_access(struct session *session, struct findings *findings)
{
    const struct settings *settings = &session->config->settings;
    const char *const places[] = {settings->file,          settings->policies_dir,  settings->providers_dir,
                                  settings->templates_dir, settings->calendars_dir, settings->rates_dir};

    for (size_t i = 0; session->became_owner && i < sizeof places / sizeof *places; i++)
        if (access(places[i], R_OK) != 0 && errno == EACCES)
            findings_add(findings, SEVERITY_ERROR, places[i], 0,
                         "the owner of %s, who runs dunningd, may not read it; chgrp and chmod it",
                         settings->state_directory);
}

static void check_ledger(struct session *session, struct findings *findings)
{
    const struct settings *settings = &session->config->settings;
    struct ledger *ledger = NULL;
    struct err err;

    if (access(settings->ledger_path, F_OK) != 0 && errno == ENOENT)
        findings_add(findings, SEVERITY_NOTE, settings->ledger_path, 0,
                     "the ledger does not exist yet; dunningctl import makes it");
    else if (ledger_open(&ledger, settings->ledger_driver, settings->ledger_path, LEDGER_SCAN, &err) != 0)
        findings_add(findings, SEVERITY_ERROR, settings->ledger_path, 0, "%s", err.text);
    ledger_close(&ledger);
}

static int check_history(struct session *session, struct err *err)
{
    const char *directory = session->config->settings.state_directory;

    if (session->arguments->given[OPTION_ACCEPT_DROP_HISTORY] ||
        state_open(&session->state, directory, STATE_READ, err) != 0)
        return 0;
    return drop_history_check(session, err);
}

static int refuse(const char *file, const struct findings *findings, struct err *err)
{
    return err_set(err, ERR_CONFIG, "%s: %zu %s to be mended", file, findings->errors,
                   findings->errors == 1 ? "mistake has" : "mistakes have");
}

/* After the load: as the owner of the state. */
static int check_rest(struct session *session, struct findings *findings, struct err *err)
{
    const struct rulebook *rulebook = &session->config->rulebook;
    const struct settings *settings = &session->config->settings;

    if (rights_become_owner(settings->state_directory, &session->became_owner, err) != 0)
        return -1;
    config_check_horizon(session->config, session_today(session), findings);
    rates_check_horizon(rulebook, session_today(session), findings);
    check_access(session, findings);
    check_ledger(session, findings);
    tell_findings(session, findings);
    if (findings->errors > 0)
        return refuse(settings->file, findings, err);
    page_field(session->page, "good", NULL, cell_bool(true));
    page_linef(session->page, "%s: good: %s, %s", settings->file,
               show_count(session->arena, (int64_t)rulebook->policy_count, "policy", "policies"),
               show_count(session->arena, (int64_t)session->config->provider_count, "provider", "providers"));
    page_children(session->page, "policies");
    for (size_t i = 0; i < rulebook->policy_count; i++)
        tell_examples(session, &rulebook->policies[i], example_due(session_today(session)));
    check_tell_sms(session);
    return check_history(session, err);
}

int verb_check(struct session *session, struct err *err)
{
    const char *file = session_config_file(session);
    struct findings findings;

    findings_init(&findings, session->arena);
    if (config_load(file, 1, &session->config, &findings) == 0)
        return check_rest(session, &findings, err);
    page_field(session->page, "good", NULL, cell_bool(false));
    tell_findings(session, &findings);
    return refuse(file, &findings, err);
}
