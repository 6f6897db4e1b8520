/* status: is it fine? */
#include "ctl/status.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "ctl/advice.h"
#include "ctl/events.h"
#include "ctl/session.h"
#include "ctl/verbs.h"
#include "store/ledger.h"

/* ---- what a person has to do ---- */

struct needs {
    struct arena *arena;
    struct text line; /* "2 uncertain messages, 1 approval" */
    const char *list[16], *cures[16];
    size_t count;
};

static void need(struct needs *needs, const char *what, const char *cure)
{
    if (needs->count == sizeof needs->list / sizeof *needs->list)
        return;
    text_addf(&needs->line, "%s%s", needs->count > 0 ? ", " : "", what);
    needs->list[needs->count] = what;
    needs->cures[needs->count++] = cure;
}

/* One row per figure of the state that waits for a person. */
static const struct counted {
    size_t offset;
    const char *one, *many, *cure;
} counted[] = {
    {offsetof(struct state_counts, uncertain), "uncertain message", "uncertain messages",
     "dunningctl list messages --status uncertain; then dunningctl settle MESSAGE sent|not-sent --reason TEXT"},
    {offsetof(struct state_counts, awaiting_approval), "approval", "approvals",
     "dunningctl list notices --status awaiting_approval; then dunningctl approve NOTICE"},
    {offsetof(struct state_counts, failed), "notice that reached nobody", "notices that reached nobody",
     "dunningctl list notices --status failed; dunningctl task list"},
    {offsetof(struct state_counts, open_tasks), "open task", "open tasks", "dunningctl task list"},
};

static int64_t count_at(const struct state_counts *counts, size_t offset)
{
    int64_t value;

    memcpy(&value, (const char *)counts + offset, sizeof value);
    return value;
}

/* Deadlines past the end of a calendar would fall on days that are closed. */
static void need_calendars(struct session *session, struct needs *needs)
{
    struct findings findings;

    findings_init(&findings, needs->arena);
    config_check_horizon(session->config, session_today(session), &findings);
    for (size_t i = 0; i < findings.count; i++) {
        const char *slash = strrchr(findings.list[i].file, '/');

        need(needs,
             arena_printf(needs->arena, "calendar %s ends soon", slash == NULL ? findings.list[i].file : slash + 1),
             "add the closed days of the next year; dunningctl check names the newest one; then dunningctl reload");
    }
}

static void find_needs(const struct standing *standing, struct needs *needs)
{
    struct session *session = standing->session;

    if (!session->ledger)
        need(needs, "there is no ledger yet", "dunningctl import customers FILE, then invoices and payments");
    if (!session->state)
        need(needs, "dunningd has never run", "dunningd --once, or systemctl start dunningd");
    else if (standing->pid == 0)
        need(needs, "dunningd is not running", "systemctl start dunningd");
    if (session->mistakes > 0)
        need(needs,
             show_count(needs->arena, (int64_t)session->mistakes, "mistake in the configuration",
                        "mistakes in the configuration"),
             "dunningctl check names them; a running daemon goes on with what it read before");
    if (standing->config_differs)
        need(needs, "the files of the configuration have changed since they were read",
             "dunningctl reload; until then the daemon goes on with what it read");
    if (!text_empty(standing->block.text))
        need(needs, "nothing is sent", advice_for(standing->block.reason, "", "", needs->arena));
    for (size_t i = 0; i < standing->broken_count; i++)
        need(needs, arena_printf(needs->arena, "provider %s does not work", standing->broken[i]),
             "dunningctl log --event misconfigured shows why; mend it, then dunningctl reload");
    need_calendars(session, needs);
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        int64_t n = count_at(&standing->counts, counted[i].offset);
        if (n > 0)
            need(needs, show_count(needs->arena, n, counted[i].one, counted[i].many), counted[i].cure);
    }
}

static void tell_needs(struct session *session, const struct needs *needs)
{
    static const struct column columns[] = {{"what", "what", false}, {"cure", "how", false}};

    page_field(session->page, "fine", NULL, cell_bool(needs->count == 0));
    page_title(session->page, "summary",
               needs->count == 0 ? "fine" : arena_printf(session->arena, "needs you: %s", needs->line.data));
    struct table *table = page_table(session->page, "needs", "", COLUMNS(columns), "");
    for (size_t i = 0; i < needs->count; i++) {
        TABLE_ROW(table, cell_toned(cell_text(needs->list[i]), TONE_WARN), cell_text(needs->cures[i]));
    }
    page_gap(session->page);
}

/* ---- the figures ---- */

static void tell_daemon(const struct standing *standing)
{
    struct session *session = standing->session;
    struct page *page = session->page;
    bool runs = standing->pid != 0;

    page_field(page, "running", NULL, cell_bool(runs));
    page_field(page, "pid", NULL, runs ? cell_number(standing->pid) : cell_none());
    page_field(page, NULL, "daemon",
               cell_toned(cell_text(runs ? arena_printf(session->arena, "running, pid %ld", standing->pid)
                                         : "not running"),
                          runs ? TONE_GOOD : TONE_BAD));
    page_field(page, "config_read_at", standing->config_read_at == MOMENT_NONE ? NULL : "configuration of",
               cell_moment(standing->config_read_at));
    page_field(page, "config_differs", NULL, cell_bool(standing->config_differs));
    page_field(page, "blocked", text_empty(standing->block.text) ? NULL : "blocked",
               cell_toned(cell_text(standing->block.text), TONE_BAD));
    page_field(page, "blocked_reason", NULL,
               cell_text(standing->block.reason == REASON_NONE
                             ? ""
                             : names_word(&reason_names, (int)standing->block.reason)));
    page_field(page, "next_wake", "next look", cell_moment(standing->next_wake));
    page_field(page, "next_claim", standing->next_claim == MOMENT_NEVER ? NULL : "next message",
               cell_moment(standing->next_claim < standing->session->now ? standing->session->now
                                                                         : standing->next_claim));
}

static void tell_counts(const struct standing *standing)
{
    static const struct {
        const char *key, *label;
        size_t offset;
    } figures[] = {
        {"planned", "to send", offsetof(struct state_counts, planned)},
        {"in_flight", "on their way", offsetof(struct state_counts, in_flight)},
        {"uncertain", "uncertain", offsetof(struct state_counts, uncertain)},
        {"awaiting_approval", "for approval", offsetof(struct state_counts, awaiting_approval)},
        {"failed", "failed", offsetof(struct state_counts, failed)},
        {"tasks", "open tasks", offsetof(struct state_counts, open_tasks)},
        {"holds", "holds", offsetof(struct state_counts, active_holds)},
        {"accepted_today", "accepted today", offsetof(struct state_counts, accepted_today)},
        {"refused_today", "refused today", offsetof(struct state_counts, refused_today)},
        {"customers_waiting", "customers watched", offsetof(struct state_counts, customers_waiting)},
        {"exhausted", "at the end", offsetof(struct state_counts, exhausted)},
    };

    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        page_field(standing->session->page, figures[i].key, figures[i].label,
                   cell_number(count_at(&standing->counts, figures[i].offset)));
}

static bool is_stale(const struct standing *standing, const char *entity)
{
    for (size_t i = 0; i < standing->stale.count; i++)
        if (text_equal(standing->stale.entities[i], entity))
            return true;
    return false;
}

static int tell_ledger(const struct standing *standing, struct err *err)
{
    static const struct column columns[] = {
        {"entity", NULL, false}, {NULL, "entity", false}, {"complete_until", "payments known until", false},
        {"stale", NULL, false},  {NULL, "", false},
    };
    struct session *session = standing->session;
    struct ledger_marks found;

    page_field(session->page, "ledger", "ledger", cell_text(session->config->settings.ledger_path));
    if (!session->ledger)
        return 0;
    if (ledger_feed(session->ledger, session->arena, &found, err) != 0)
        return -1;
    struct table *table = page_table(session->page, "feeds", "Payments", COLUMNS(columns),
                                     "none were imported; nothing says how fresh they are");
    for (size_t i = 0; i < found.count; i++) {
        const char *entity = found.entities[i];
        bool stale = is_stale(standing, entity);
        TABLE_ROW(table, cell_text(entity), cell_text(text_empty(entity) ? "(default)" : entity),
                  cell_moment(found.complete_until[i]), cell_bool(stale),
                  cell_toned(cell_text(stale ? "too old" : "fresh"), stale ? TONE_BAD : TONE_GOOD));
    }
    return 0;
}

static int tell_summary(const struct standing *standing, struct err *err)
{
    struct session *session = standing->session;
    struct event_filter filter = events_all();
    struct event_list found;

    filter.kind = EVENT_SUMMARY;
    filter.limit = 1;
    if (state_events(session->state, &filter, session->arena, &found, err) != 0)
        return -1;
    if (found.count == 0)
        return 0;
    page_gap(session->page);
    page_field(session->page, "last_summary_at", "last summary", cell_moment(found.list[0].event.at));
    page_field(session->page, "last_summary", "", cell_text(found.list[0].event.text));
    return 0;
}

int verb_status(struct session *session, struct err *err)
{
    struct needs needs = {.arena = session->arena};
    struct standing standing;

    text_init(&needs.line, session->arena);
    if (standing_find(session, &standing, err) != 0)
        return -1;
    if (session->arguments->given[OPTION_CHECK])
        return status_check(&standing, err);
    find_needs(&standing, &needs);
    tell_needs(session, &needs);
    tell_daemon(&standing);
    if (session->state)
        tell_counts(&standing);
    if (tell_ledger(&standing, err) != 0)
        return -1;
    if (session->state && status_doubts(session, err) != 0)
        return -1;
    return session->state ? tell_summary(&standing, err) : 0;
}
