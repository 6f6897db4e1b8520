/* log: the event log, and what is added to it. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "ctl/events.h"
#include "ctl/session.h"
#include "ctl/verbs.h"
#include "engine/report.h"

enum { LOOK_MS = 250, AT_ONCE = 1000 };

struct following {
    struct session *session;
    struct event_filter filter;
    bool json;
    bool more; /* than were asked for at once */
    bool gone; /* he who reads */
};

static int filter_of(struct session *session, struct event_filter *out, struct err *err)
{
    const struct arguments *arguments = session->arguments;

    *out = events_all();
    out->customer = arguments->text[OPTION_CUSTOMER];
    out->invoice = arguments->text[OPTION_INVOICE];
    out->since = session_moment(session, OPTION_SINCE);
    out->limit = session_limit(session);
    if (!arguments->given[OPTION_EVENT])
        return 0;
    out->kind = names_find(&event_names, arguments->text[OPTION_EVENT]);
    if (out->kind >= 0)
        return 0;
    return err_set(err, ERR_USAGE, "--event %s: give %s", arguments->text[OPTION_EVENT],
                   names_all(&event_names, session->arena));
}

/* As the status log writes it; one object a line for programs that follow. */
static int print_event(struct following *following, const struct logged_event *logged, struct arena *arena)
{
    struct session *session = following->session;
    struct style style = {session_zone(session), false};

    if (!following->json) {
        struct text line;
        text_init(&line, arena);
        status_line(&line, logged->event.at, style.zone, event_line(&logged->event, arena));
        return fputs(line.data, session->out) < 0 ? -1 : 0;
    }
    struct page *page = page_new(arena);
    events_fields(session, page, logged);
    return page_print_json_line(page, &style, session->out);
}

static int cannot_write(struct following *following, struct err *err)
{
    following->gone = errno == EPIPE;
    return err_set(err, ERR_FAILED, "cannot write to standard output: %s", strerror(errno));
}

/* Prints what there is and moves the filter behind it. */
static int print_new(struct following *following, struct err *err)
{
    struct session *session = following->session;
    struct arena *arena = arena_new(0);
    struct event_list found = {NULL, 0};
    int result = state_events(session->state, &following->filter, arena, &found, err);

    for (size_t i = 0; result == 0 && i < found.count; i++) {
        following->filter.after_seq = found.list[i].seq;
        if (print_event(following, &found.list[i], arena) != 0)
            result = cannot_write(following, err);
    }
    if (result == 0 && fflush(session->out) != 0)
        result = cannot_write(following, err);
    following->more = found.count == AT_ONCE;
    arena_free(&arena);
    return result;
}

/* ---- following ---- */

/* How a follower is ended: by a signal, and by a reader who goes.  Both are good ends. */
static int end_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Waits for the next look; true: there is none. */
static bool is_over(int signals, int out)
{
    struct pollfd watched[] = {{.fd = signals, .events = POLLIN}, {.fd = out, .events = 0}};

    return poll(watched, 2, LOOK_MS) > 0 && (watched[0].revents | watched[1].revents) != 0;
}

/* Who reads no more has read enough. */
static int forgive(const struct following *following, struct err *err)
{
    if (!following->gone)
        return -1;
    __fpurge(following->session->out);
    clearerr(following->session->out);
    *err = (struct err){.code = ERR_NONE};
    return 0;
}

static int print_all_new(struct following *following, struct err *err)
{
    following->filter.limit = AT_ONCE;
    if (following->filter.after_seq == 0)
        following->filter.after_seq = AFTER_NOTHING;
    do {
        if (print_new(following, err) != 0)
            return -1;
    } while (following->more);
    return 0;
}

/* Looks into the log only when somebody has written to the state. */
static int follow_until(struct following *following, int signals, struct err *err)
{
    struct state *state = following->session->state;
    int64_t seen, version;

    if (state_version(state, &seen, err) != 0 || print_new(following, err) != 0)
        return forgive(following, err);
    while (!is_over(signals, fileno(following->session->out))) {
        if (state_version(state, &version, err) != 0)
            return -1;
        if (version != seen && print_all_new(following, err) != 0)
            return forgive(following, err);
        seen = version;
    }
    return 0;
}

static int follow(struct following *following, struct err *err)
{
    int signals = end_signals();
    int result = follow_until(following, signals, err);

    if (signals >= 0)
        close(signals);
    return result;
}

int verb_log(struct session *session, struct err *err)
{
    struct following following = {.session = session, .json = session->arguments->given[OPTION_JSON]};

    if (filter_of(session, &following.filter, err) != 0)
        return -1;
    if (!session->state && session->arguments->given[OPTION_FOLLOW])
        return err_set(err, ERR_NOT_FOUND, "there is no state yet; start dunningd, then follow its log");
    if (session->arguments->given[OPTION_FOLLOW])
        return follow(&following, err);
    if (following.json)
        return events_log(session, session->page, &following.filter, err);
    return session->state ? print_new(&following, err) : 0;
}
