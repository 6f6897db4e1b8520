/* status --check: one line and an exit status for monitoring. */
#include <inttypes.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/text.h"
#include "ctl/events.h"
#include "ctl/health.h"
#include "ctl/session.h"
#include "ctl/status.h"

static int newest_at(struct session *session, enum event_kind kind, moment_t *out, struct err *err)
{
    struct event_filter filter = events_all();
    struct event_list found;

    filter.kind = (int)kind;
    filter.limit = 1;
    *out = MOMENT_NONE;
    if (state_events(session->state, &filter, session->arena, &found, err) != 0)
        return -1;
    if (found.count > 0)
        *out = found.list[0].event.at;
    return 0;
}

static int read_events(struct session *session, struct health *health, struct err *err)
{
    moment_t started;

    if (!session->state)
        return 0;
    if (newest_at(session, EVENT_STARTED, &started, err) != 0 ||
        newest_at(session, EVENT_PASS, &health->passed_at, err) != 0 ||
        newest_at(session, EVENT_ACCEPTED, &health->accepted_at, err) != 0)
        return -1;
    health->was_service = started != MOMENT_NONE;
    return 0;
}

/* As the monitoring plugins write figures; a warning begins above the second number. */
static void print_figures(const struct standing *standing)
{
    const struct state_counts *counts = &standing->counts;

    fprintf(standing->session->out,
            " | planned=%" PRId64 " in_flight=%" PRId64 " uncertain=%" PRId64 ";0 approvals=%" PRId64 " tasks=%" PRId64
            " holds=%" PRId64 " accepted=%" PRId64 " refused=%" PRId64 "\n",
            counts->planned, counts->in_flight, counts->uncertain, counts->awaiting_approval, counts->open_tasks,
            counts->active_holds, counts->accepted_today, counts->refused_today);
}

int status_check(const struct standing *standing, struct err *err)
{
    static const char *const words[] = {
        [HEALTH_OK] = "OK", [HEALTH_WARNING] = "WARNING", [HEALTH_CRITICAL] = "CRITICAL"};
    static const enum err_code statuses[] = {
        [HEALTH_OK] = ERR_NONE, [HEALTH_WARNING] = ERR_FAILED, [HEALTH_CRITICAL] = ERR_USAGE};
    struct session *session = standing->session;
    struct health health = {.now = session->now,
                            .has_ledger = session->ledger != NULL,
                            .has_state = session->state != NULL,
                            .runs = standing->pid != 0,
                            .passed_at = MOMENT_NONE,
                            .accepted_at = MOMENT_NONE,
                            .blocked = standing->block.reason,
                            .block_text = standing->block.text,
                            .mistakes = session->mistakes,
                            .broken = standing->broken_count,
                            .partly_stale = standing->stale.count > 0,
                            .planned = standing->counts.planned,
                            .uncertain = standing->counts.uncertain,
                            .next_claim = standing->next_claim};
    struct findings calendars;
    const char *found;

    findings_init(&calendars, session->arena);
    config_check_horizon(session->config, session_today(session), &calendars);
    health.calendars = calendars.count;
    if (read_events(session, &health, err) != 0)
        return -1;
    enum health_level level = health_judge(&health, session->arena, &found);
    fprintf(session->out, "%s - %s", words[level], text_empty(found) ? "dunningd is well" : found);
    print_figures(standing);
    *err = (struct err){.code = statuses[level]};
    return level == HEALTH_OK ? 0 : -1;
}
