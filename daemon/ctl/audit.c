/* audit: the books against the promises, by a reader that shares nothing with what wrote them. */
#include <unistd.h>

#include "audit/audit.h"
#include "base/arena.h"
#include "base/text.h"
#include "config/zones.h"
#include "ctl/session.h"
#include "ctl/verbs.h"

/* ---- what is audited ---- */

/* The steps by their names, and by those that they had before. */
static void rungs_of(struct session *session, const struct policy *policy, struct audit_ladder *out)
{
    struct audit_rung *rungs;
    size_t most = 0;

    for (size_t i = 0; i < policy->step_count; i++)
        most += 1 + policy->steps[i].was.count;
    rungs = arena_array(session->arena, most + 1, sizeof *rungs);
    out->rungs = rungs;
    for (size_t i = 0; i < policy->step_count; i++) {
        const struct step *step = &policy->steps[i];
        struct audit_rung rung = {step->name, (int)i, step_is_before_due(step)};
        rungs[out->count++] = rung;
        for (size_t j = 0; j < step->was.count; j++) {
            rung.step = step->was.list[j];
            rungs[out->count++] = rung;
        }
    }
    out->reopened = text_empty(policy->on_reopened) ? 0 : policy_step(policy, policy->on_reopened);
}

/* By the customer's country: which of the calendars it was, the books do not tell, so no day is closed here. */
static struct audit_hours hours_of(const struct policy *policy)
{
    const struct window *window = &policy->window;
    const struct calendar *calendar = policy->calendar_of_customer ? NULL : policy->calendar;
    struct audit_hours hours = {.zone = policy->zone ? policy->zone->name : "", .to = DAY_SECONDS};

    if (window->set) {
        hours.closed_weekdays = ~window->days & 0x7fU;
        hours.from = window->from;
        hours.to = window->to;
    }
    if (calendar) {
        hours.closed_weekdays |= calendar->weekend;
        hours.closed = calendar->closed;
        hours.closed_count = calendar->closed_count;
    }
    return hours;
}

static const struct audit_ladder *ladders_of(struct session *session, size_t *count)
{
    const struct rulebook *rulebook = &session->config->rulebook;
    struct audit_ladder *ladders = arena_array(session->arena, rulebook->policy_count + 1, sizeof *ladders);

    *count = 0;
    for (size_t i = 0; i < rulebook->policy_count; i++) {
        const struct policy *policy = &rulebook->policies[i];
        struct audit_ladder *ladder = &ladders[*count];
        if (policy->step_count == 0 || !policy->enabled)
            continue;
        *ladder = (struct audit_ladder){.policy = policy->name, .hours = hours_of(policy)};
        rungs_of(session, policy, ladder);
        ++*count;
    }
    return ladders;
}

/* In the manner of struct audit_books. */
static const struct zone *zone_of(void *context, const char *name)
{
    const struct config *config = context;

    return text_empty(name) ? config->rulebook.zone : zones_find(config->zones, name);
}

/* Limits and policies are read at a start and at a reload; before the last one they may have been others. */
static int find_since(struct session *session, moment_t *since, struct err *err)
{
    static const enum event_kind kinds[] = {EVENT_STARTED, EVENT_RELOADED};
    struct state *state;

    *since = MOMENT_NEVER;
    if (state_open(&state, session->config->settings.state_directory, STATE_READ, err) != 0)
        return -1;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct event_filter filter = {.kind = (int)kinds[i], .customer = "", .invoice = "", .since = MOMENT_NONE};
        struct event_list found;
        filter.limit = 1;
        if (state_events(state, &filter, session->arena, &found, err) != 0) {
            state_close(&state);
            return -1;
        }
        if (found.count > 0 && (*since == MOMENT_NEVER || found.list[0].event.at > *since))
            *since = found.list[0].event.at;
    }
    state_close(&state);
    return 0;
}

static int find_books(struct session *session, struct audit_books *out, struct err *err)
{
    const struct settings *settings = &session->config->settings;
    bool sqlite = text_equal(settings->ledger_driver, "sqlite") && access(settings->ledger_path, R_OK) == 0;

    *out = (struct audit_books){.state = arena_printf(session->arena, "%s/state.db", settings->state_directory),
                                .ledger = sqlite ? settings->ledger_path : "",
                                .witness = settings->witness,
                                .now = session->now,
                                .poll_s = settings->poll_interval_s,
                                .live = true,
                                .deep = !session->arguments->given[OPTION_QUICK]};
    if (find_since(session, &out->since, err) != 0)
        return -1;
    if (session->arguments->given[OPTION_LIMIT])
        out->most = (size_t)session->arguments->number[OPTION_LIMIT];
    if (session->mistakes > 0 || out->since == MOMENT_NEVER)
        return 0; /* nobody knows which limits and policies were in force */
    out->cap_per_day = settings->limits.per_customer_per_day;
    out->cap_per_week = settings->limits.per_customer_per_week;
    out->ladders = ladders_of(session, &out->ladder_count);
    out->zone = zone_of;
    out->zones = session->config;
    return 0;
}

/* ---- what was found ---- */

static void tell_findings(struct session *session, const struct audit_report *report)
{
    static const struct column columns[] = {
        {"rule", "rule", false},    {"promise", NULL, false}, {"check", NULL, false},
        {"subject", "what", false}, {"text", "how", false},   {"cure", NULL, false},
    };
    struct table *table = page_table(session->page, "findings", "", COLUMNS(columns), "");

    for (size_t i = 0; i < report->count; i++) {
        const struct audit_finding *finding = &report->list[i];
        TABLE_ROW(table, cell_toned(cell_text(audit_rule_word(finding->rule)), TONE_BAD),
                  cell_text(audit_rule_sentence(finding->rule)), cell_text(finding->check), cell_text(finding->subject),
                  cell_text(finding->text), cell_text(finding->cure));
    }
}

/* Once for each rule that was broken: what it promises, and what to do. */
static void tell_cures(struct session *session, const struct audit_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct audit_finding *finding = &report->list[i];
        bool told = false;
        for (size_t j = 0; j < i && !told; j++)
            told = report->list[j].rule == finding->rule && text_equal(report->list[j].cure, finding->cure);
        if (told)
            continue;
        page_gap(session->page);
        page_linef(session->page, "%s: %s.", audit_rule_word(finding->rule), audit_rule_sentence(finding->rule));
        page_linef(session->page, "What to do: %s.", finding->cure);
    }
}

static void tell_extent(struct session *session, const struct audit_report *report)
{
    const struct {
        const char *key, *label;
        int64_t value;
    } figures[] = {
        {"checks", "checks", (int64_t)report->checks},
        {"left_out", "left out", (int64_t)report->left_out},
        {"items", "items", report->items},
        {"notices", "notices", report->notices},
        {"messages", "messages", report->messages},
        {"attempts", "attempts", report->attempts},
        {"witness_lines", "send log lines", report->witness_lines},
    };

    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        page_field(session->page, figures[i].key, figures[i].label, cell_number(figures[i].value));
    page_gap(session->page);
}

int verb_audit(struct session *session, struct err *err)
{
    struct audit_books books;
    struct audit_report report;

    if (find_books(session, &books, err) != 0 || audit_run(&books, session->arena, &report, err) != 0)
        return -1;
    page_field(session->page, "fine", NULL, cell_bool(report.found == 0));
    page_field(session->page, "found", NULL, cell_number(report.found));
    page_title(session->page, "summary",
               report.found == 0 ? "every promise holds"
                                 : arena_printf(session->arena, "%s",
                                                show_count(session->arena, report.found, "offender", "offenders")));
    tell_extent(session, &report);
    tell_findings(session, &report);
    tell_cures(session, &report);
    if (report.found == 0)
        return 0;
    return err_set(err, ERR_FAILED, "the audit found %s; see above",
                   show_count(session->arena, report.found, "offender", "offenders"));
}
