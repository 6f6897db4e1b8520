#include "ctl/request.h"

#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/text.h"
#include "ctl/session.h"

enum { WAIT_MS = 60000, STEP_MS = 100 };

/* ---- the answer ---- */

static size_t split_lines(struct arena *arena, const char *text, const char ***out)
{
    const char **lines = arena_array(arena, strlen(text) / 2 + 2, sizeof *lines);
    size_t count = 0;

    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        if (length > 0)
            lines[count++] = arena_copy_n(arena, text, length);
        text += length + (text[length] == '\n');
    }
    *out = lines;
    return count;
}

static int show_answer(struct session *session, const struct request_answer *answer, const char *kind, struct err *err)
{
    const char **lines;
    size_t count = split_lines(session->arena, answer->text, &lines);

    page_field(session->page, "ok", NULL, cell_bool(answer->ok));
    page_texts(session->page, "answer", NULL, lines, count);
    for (size_t i = 0; i < count; i++)
        page_linef(session->page, "%s", lines[i]);
    if (answer->ok)
        return 0;
    return err_set(err, ERR_CONFIG,
                   "%s: refused by the daemon, everything stays as it was; mend the above and try again", kind);
}

/* ---- waiting ---- */

static int has_answer(struct session *session, int64_t request, struct request_answer *answer, struct err *err)
{
    if (facts_answer(session->state, request, session->arena, answer, err) != 0)
        return -1;
    return answer->done ? 1 : 0;
}

/* Looks only when somebody has written. */
static int wait_for(struct session *session, int64_t request, struct request_answer *answer, struct err *err)
{
    static const struct timespec step = {0, STEP_MS * 1000000L};
    int64_t seen, version;
    int got = has_answer(session, request, answer, err);

    if (got != 0 || state_version(session->state, &seen, err) != 0)
        return got != 0 ? got : -1;
    for (int waited = 0; waited < WAIT_MS; waited += STEP_MS) {
        nanosleep(&step, NULL);
        if (state_version(session->state, &version, err) != 0)
            return -1;
        if (version == seen)
            continue;
        seen = version;
        got = has_answer(session, request, answer, err);
        if (got != 0)
            return got;
    }
    return 0;
}

static int ask(struct session *session, const char *kind, bool runs, struct err *err)
{
    struct request_answer answer;
    int64_t request;

    if (facts_request(session->state, kind, &(struct said){session->author, "", session->now}, &request, err) != 0)
        return -1;
    if (!runs) {
        page_field(session->page, "waits", NULL, cell_bool(true));
        page_line(session->page, NULL, "no dunningd is running; the next one that starts does this first");
        return 0;
    }
    int got = wait_for(session, request, &answer, err);
    if (got < 0)
        return -1;
    if (got == 0)
        return err_set(err, ERR_FAILED,
                       "%s: no answer within a minute; the daemon goes on with it, dunningctl log shows "
                       "what comes of it",
                       kind);
    return show_answer(session, &answer, kind, err);
}

static int engine_runs(const struct session *session, bool *runs, struct err *err)
{
    long pid;

    if (state_engine_pid(session->config->settings.state_directory, &pid, err) != 0)
        return -1;
    *runs = pid != 0;
    return 0;
}

int request_and_wait(struct session *session, const char *kind, struct err *err)
{
    bool runs;

    if (engine_runs(session, &runs, err) != 0)
        return -1;
    if (!runs)
        return err_set(err, ERR_FAILED, "no dunningd is running on %s; start it, it then reads everything anew",
                       session->config->settings.state_directory);
    return ask(session, kind, true, err);
}

int request_or_leave(struct session *session, const char *kind, struct err *err)
{
    bool runs;

    return engine_runs(session, &runs, err) != 0 ? -1 : ask(session, kind, runs, err);
}
