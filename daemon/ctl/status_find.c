/* What `status` finds out. */
#include "base/arena.h"
#include "base/parse.h"
#include "base/text.h"
#include "config/written.h"
#include "ctl/events.h"
#include "ctl/session.h"
#include "ctl/status.h"
#include "engine/reload_report.h"
#include "store/ledger.h"

enum { HOUR_S = 3600 };

/* ---- the event log ---- */

/* The newest events of a kind, in ascending order. */
static int newest(struct session *session, enum event_kind kind, size_t limit, struct event_list *out, struct err *err)
{
    struct event_filter filter = events_all();

    filter.kind = (int)kind;
    filter.limit = limit;
    return state_events(session->state, &filter, session->arena, out, err);
}

/* Place of the newest event of a kind, 0: none. */
static int last_place(struct session *session, enum event_kind kind, int64_t *out, struct err *err)
{
    struct event_list found;

    *out = 0;
    if (newest(session, kind, 1, &found, err) != 0)
        return -1;
    if (found.count > 0)
        *out = found.list[0].seq;
    return 0;
}

/* ---- why nothing is sent ---- */

/* "open:2026-11-24" says that the breaker asked on that day and nobody has answered. */
static int find_breaker(struct standing *standing, struct err *err)
{
    struct session *session = standing->session;
    char day[DAY_TEXT_SIZE];
    const char *value;

    if (state_get(session->state, "breaker", session->arena, &value, err) != 0)
        return -1;
    const char *asked = arena_printf(session->arena, "open:%s", day_format(session_today(session), day));
    if (text_equal(value, asked) && standing->counts.planned > 0)
        standing->block = (struct hindrance){REASON_BREAKER, reason_sentence(REASON_BREAKER)};
    return 0;
}

/*
 * What the running daemon said last about itself: the clock, the sender, the
 * send log.  What it said before its last start but one is history.
 */
static int find_said(struct standing *standing, struct err *err)
{
    struct session *session = standing->session;
    struct event_list blocked, started;
    int64_t unblocked, recovered;

    if (newest(session, EVENT_BLOCKED, 1, &blocked, err) != 0 ||
        newest(session, EVENT_STARTED, 2, &started, err) != 0 ||
        last_place(session, EVENT_UNBLOCKED, &unblocked, err) != 0 ||
        last_place(session, EVENT_RECOVERED, &recovered, err) != 0)
        return -1;
    if (blocked.count == 0 || blocked.list[0].seq < unblocked || blocked.list[0].seq < recovered)
        return 0;
    if (started.count == 2 && blocked.list[0].seq < started.list[0].seq)
        return 0;
    enum reason reason = blocked.list[0].event.reason;
    const char *text = blocked.list[0].event.text;
    if (reason == REASON_FEED_STALE || reason == REASON_BREAKER)
        return 0; /* these are looked at themselves */
    standing->block = (struct hindrance){reason, text_empty(text) ? reason_sentence(reason) : text};
    return 0;
}

static int find_block(struct standing *standing, struct err *err)
{
    standing->block = (struct hindrance){REASON_NONE, ""};
    if (standing->pid != 0 && find_said(standing, err) != 0)
        return -1;
    if (find_breaker(standing, err) != 0)
        return -1;
    if (standing->stale.all)
        standing->block = (struct hindrance){REASON_FEED_STALE,
                                             "no payments are known beyond ledger.max_age, so nobody can be dunned"};
    return 0;
}

/* ---- providers ---- */

static bool is_listed(const char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(list[i], name))
            return true;
    return false;
}

static bool worked_since(const struct event_list *accepted, const struct logged_event *trouble)
{
    for (size_t i = 0; i < accepted->count; i++)
        if (accepted->list[i].seq > trouble->seq &&
            text_equal(accepted->list[i].event.provider, trouble->event.provider))
            return true;
    return false;
}

static int find_broken(struct standing *standing, struct err *err)
{
    struct session *session = standing->session;
    struct event_list trouble, accepted;

    if (newest(session, EVENT_MISCONFIGURED, 100, &trouble, err) != 0 ||
        newest(session, EVENT_ACCEPTED, 1000, &accepted, err) != 0)
        return -1;
    const char **list = arena_array(session->arena, trouble.count + 1, sizeof *list);
    for (size_t i = 0; i < trouble.count; i++) {
        const struct logged_event *logged = &trouble.list[i];
        if (logged->event.at > session->now - HOUR_S && !worked_since(&accepted, logged) &&
            !is_listed(list, standing->broken_count, logged->event.provider))
            list[standing->broken_count++] = logged->event.provider;
    }
    standing->broken = list;
    return 0;
}

/* ---- the configuration in force ---- */

static int find_config(struct standing *standing, struct err *err)
{
    struct session *session = standing->session;
    const char *digest, *at;

    if (state_get(session->state, CONFIG_DIGEST_KEY, session->arena, &digest, err) != 0 ||
        state_get(session->state, CONFIG_READ_KEY, session->arena, &at, err) != 0)
        return -1;
    if (!parse_i64(at, 0, INT64_MAX, &standing->config_read_at))
        standing->config_read_at = MOMENT_NONE;
    standing->config_differs = standing->pid != 0 && session->mistakes == 0 && !text_empty(digest) &&
                               !text_equal(digest, written_digest(session->config->written, session->arena));
    return 0;
}

/* ---- all of it ---- */

static int find_in_state(struct standing *standing, struct err *err)
{
    struct session *session = standing->session;
    moment_t today = zone_moment(session_zone(session), session_today(session), 0);

    if (state_counts(session->state, today, &standing->counts, err) != 0 ||
        state_next_wake(session->state, &standing->next_wake, err) != 0 ||
        state_next_claim(session->state, &standing->next_claim, err) != 0)
        return -1;
    if (find_config(standing, err) != 0 || find_block(standing, err) != 0)
        return -1;
    return find_broken(standing, err);
}

int standing_find(struct session *session, struct standing *out, struct err *err)
{
    *out = (struct standing){.session = session,
                             .stale = {.arena = session->arena},
                             .block = {REASON_NONE, ""},
                             .next_wake = MOMENT_NEVER,
                             .next_claim = MOMENT_NEVER,
                             .config_read_at = MOMENT_NONE};
    if (state_engine_pid(session->config->settings.state_directory, &out->pid, err) != 0)
        return -1;
    if (session->ledger && feed_judge(session->ledger, session->config, session->now, &out->stale, err) != 0)
        return -1;
    return session->state ? find_in_state(out, err) : 0;
}
