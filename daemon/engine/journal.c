#include "engine/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/parse.h"
#include "base/text.h"
#include "engine/journal_socket.h"
#include "engine/report.h"
#include "store/state.h"

enum { AT_ONCE = 1000 };

static const char told_key[] = "journal_seq";
static const char logged_key[] = "status_log_seq";

static int read_number(struct state *state, const char *key, int64_t *out, struct arena *arena, struct err *err)
{
    const char *text;

    if (state_get(state, key, arena, &text, err) != 0)
        return -1;
    if (!parse_i64(text, 0, INT64_MAX, out))
        *out = 0;
    return 0;
}

/* As sd_journal_stream_fd(3) says: a shell may have inherited the variable of a service and not its stream. */
static bool is_stream(const char *stream)
{
    char ours[64];
    struct stat st;

    if (!stream || fstat(STDERR_FILENO, &st) != 0)
        return false;
    snprintf(ours, sizeof ours, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
    return text_equal(stream, ours);
}

void journal_begin(struct journal *journal)
{
    *journal = (struct journal){.path = "", .fd = -1, .quiet = journal->quiet};
    if (is_stream(getenv("JOURNAL_STREAM")) || getenv("NOTIFY_SOCKET"))
        journal->native = journal_socket_new(JOURNAL_SOCKET);
}

int journal_init(struct journal *journal, const char *path, struct state *state, struct err *err)
{
    struct arena *arena = arena_new(0);
    int result = -1;

    journal_begin(journal);
    journal->path = path;
    if (read_number(state, told_key, &journal->told, arena, err) != 0 ||
        read_number(state, logged_key, &journal->logged, arena, err) != 0)
        goto out;
    journal->saved_told = journal->told;
    journal->saved_logged = journal->logged;
    result = 0;
out:
    arena_free(&arena);
    return result;
}

static void log_close(struct journal *journal)
{
    if (journal->fd >= 0)
        close(journal->fd);
    journal->fd = -1;
}

void journal_done(struct journal *journal)
{
    log_close(journal);
    journal_socket_free(&journal->native);
}

void journal_reopen(struct journal *journal, const char *path)
{
    log_close(journal);
    journal->path = path;
    journal->stuck = journal->complained = false;
}

static int save_number(struct state *state, const char *key, int64_t value, int64_t *saved, struct err *err)
{
    char text[24];

    if (value == *saved)
        return 0;
    snprintf(text, sizeof text, "%" PRId64, value);
    if (state_set(state, key, text, err) != 0)
        return -1;
    *saved = value;
    return 0;
}

int journal_save(struct journal *journal, struct state *state, struct err *err)
{
    if (save_number(state, told_key, journal->told, &journal->saved_told, err) != 0)
        return -1;
    return save_number(state, logged_key, journal->logged, &journal->saved_logged, err);
}

/* What was committed behind a place in the log, and its lines. */
struct news {
    struct event_list events;
    const char **lines;
    const struct zone *zone;
    int64_t after; /* the place */
    size_t most;   /* that were asked for */
};

static int read_news(struct news *news, struct state *state, struct arena *arena, struct err *err)
{
    struct event_filter filter = {.customer = "",
                                  .invoice = "",
                                  .kind = -1,
                                  .since = MOMENT_NONE,
                                  .after_seq = news->after == 0 ? AFTER_NOTHING : news->after,
                                  .limit = news->most};

    if (state_events(state, &filter, arena, &news->events, err) != 0)
        return -1;
    news->lines = arena_array(arena, news->events.count + 1, sizeof *news->lines);
    for (size_t i = 0; i < news->events.count; i++)
        news->lines[i] = event_line(&news->events.list[i].event, arena);
    return 0;
}

/* ---- the journal ---- */

/* False: the journal takes nothing now. */
static bool tell_native(struct journal *journal, const struct logged_event *logged, const char *line,
                        const struct zone *zone, struct arena *arena)
{
    const struct event_kind_info *info = event_kind_info(logged->event.kind);
    const char **fields;
    size_t count = event_fields(&logged->event, arena, &fields);
    char local[MOMENT_TEXT_SIZE];
    const char *extra[] = {
        arena_printf(arena, "MESSAGE=%s", line),
        arena_printf(arena, "MESSAGE_ID=%s", info->message_id),
        arena_printf(arena, "PRIORITY=%d", info->priority),
        "SYSLOG_IDENTIFIER=dunningd",
        arena_printf(arena, "DUNNING_SEQ=%" PRId64, logged->seq),
        arena_printf(arena, "DUNNING_AT=%s", zone_format(zone, logged->event.at, local)),
    };
    size_t extras = sizeof extra / sizeof *extra;
    const char **all = arena_array(arena, count + extras, sizeof *all);

    for (size_t i = 0; i < count + extras; i++)
        all[i] = i < extras ? extra[i] : fields[i - extras];
    return journal_socket_send(journal->native, all, count + extras);
}

/* Standard error gets all of a commit at once. */
static void tell_all(struct journal *journal, const struct news *news, struct arena *arena)
{
    struct text plain;

    text_init(&plain, arena);
    for (size_t i = 0; i < news->events.count; i++) {
        const struct logged_event *logged = &news->events.list[i];
        if (journal->native && !tell_native(journal, logged, news->lines[i], news->zone, arena))
            return;
        if (!journal->native && !journal->quiet && event_kind_info(logged->event.kind)->priority <= LOG_INFO)
            text_addf(&plain, "dunningd: %s\n", news->lines[i]);
        journal->told = logged->seq;
    }
    if (plain.length > 0)
        fputs(plain.data, stderr);
}

/* ---- the status log ---- */

static int log_fault(struct journal *journal, const char *what)
{
    if (!journal->complained)
        journal_note(journal, NOTE_STATUS_LOG, "%s: %s: %s; the lines are written when it works again", journal->path,
                     what, strerror(errno));
    journal->complained = journal->stuck = true;
    log_close(journal);
    return -1;
}

/* A power cut may have torn the last line; one that cannot be read counts as whole. */
static bool is_torn(const char *path, const struct stat *st)
{
    char last = '\n';
    int fd = S_ISREG(st->st_mode) && st->st_size > 0 ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY) : -1;

    if (fd < 0)
        return false;
    if (pread(fd, &last, 1, st->st_size - 1) != 1)
        last = '\n';
    close(fd);
    return last != '\n';
}

/* Nobody may read a FIFO, or read it slowly; the engine waits for no reader, so it takes none. */
static int log_open(struct journal *journal)
{
    static const int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
    struct stat st;

    journal->fd = open(journal->path, flags, 0640);
    if (journal->fd < 0)
        return log_fault(journal, "cannot open the status log");
    if (fstat(journal->fd, &st) == 0 && S_ISFIFO(st.st_mode)) {
        errno = ENOTSUP;
        return log_fault(journal, "a FIFO cannot be the status log");
    }
    if (is_torn(journal->path, &st) && write(journal->fd, "\n", 1) != 1)
        return log_fault(journal, "cannot write the status log");
    return 0;
}

/* Was the file renamed or deleted?  Then logrotate needs to tell nobody. */
static bool was_rotated(const struct journal *journal)
{
    struct stat ours, there;

    if (fstat(journal->fd, &ours) != 0)
        return false;
    if (lstat(journal->path, &there) != 0)
        return errno == ENOENT;
    return ours.st_dev != there.st_dev || ours.st_ino != there.st_ino;
}

/* Opens the log where it is not open or its file was rotated away. */
static int log_ready(struct journal *journal, off_t *size)
{
    struct stat st;

    if (journal->fd >= 0 && was_rotated(journal))
        log_close(journal);
    if (journal->fd < 0 && log_open(journal) != 0)
        return -1;
    if (fstat(journal->fd, &st) != 0)
        return log_fault(journal, "cannot read the size of the status log");
    *size = S_ISREG(st.st_mode) ? st.st_size : -1;
    return 0;
}

/* All lines or none: a disk that is full in the middle leaves no torn line. */
static int log_write(struct journal *journal, const struct text *lines)
{
    off_t size = -1;

    if (log_ready(journal, &size) != 0)
        return -1;
    ssize_t n = write(journal->fd, lines->data, lines->length);
    if (n == (ssize_t)lines->length) {
        journal->stuck = false;
        return 0;
    }
    if (n >= 0)
        errno = ENOSPC;
    int fault = errno;
    if (size >= 0 && ftruncate(journal->fd, size) != 0)
        fault = errno;
    errno = fault;
    return log_fault(journal, "cannot write the status log");
}

static void log_all(struct journal *journal, const struct news *news, struct arena *arena)
{
    bool file = !text_empty(journal->path);
    int64_t last = journal->logged;
    struct text text;

    text_init(&text, arena);
    for (size_t i = 0; i < news->events.count; i++) {
        const struct event *event = &news->events.list[i].event;
        last = news->events.list[i].seq;
        if (file && event_kind_info(event->kind)->status_log)
            status_line(&text, event->at, news->zone, news->lines[i]);
    }
    if (text.length == 0 || log_write(journal, &text) == 0)
        journal->logged = last;
}

/* ---- both ---- */

/* Which of the two is asked with a single event until it takes one: all that waits would be read for nothing. */
static size_t most_for(bool stuck)
{
    return stuck ? 1 : AT_ONCE;
}

/* Is there more, and did it take what there was? */
static bool goes_on(const struct news *news, int64_t place)
{
    size_t count = news->events.count;

    return count == news->most && news->events.list[count - 1].seq == place;
}

static int follow_some(struct journal *journal, struct state *state, struct news *news, bool *more, struct err *err)
{
    struct arena *arena = arena_new(0);
    bool stalled = journal->native && journal_socket_stalled(journal->native);
    bool together = journal->told == journal->logged && !stalled && !journal->stuck;

    news->after = journal->told;
    news->most = most_for(stalled);
    int result = read_news(news, state, arena, err);
    if (result == 0)
        tell_all(journal, news, arena);
    *more = result == 0 && goes_on(news, journal->told);
    if (result == 0 && !together) {
        news->after = journal->logged;
        news->most = most_for(journal->stuck);
        result = read_news(news, state, arena, err);
    }
    if (result == 0)
        log_all(journal, news, arena);
    *more = *more || (result == 0 && goes_on(news, journal->logged));
    arena_free(&arena);
    return result;
}

int journal_follow(struct journal *journal, struct state *state, const struct zone *zone, struct err *err)
{
    struct news news = {.zone = zone};
    bool more = true;

    while (more)
        if (follow_some(journal, state, &news, &more, err) != 0)
            return -1;
    size_t lost = 0;
    if (journal->native && !journal_socket_stalled(journal->native))
        lost = journal_socket_take_lost(journal->native);
    if (lost > 0)
        journal_note(journal, NOTE_JOURNAL,
                     "the journal took nothing for a while; %zu lines that are no events are lost", lost);
    journal->complained = journal->stuck; /* one fault lasts until all that waited is written */
    journal->behind = journal->stuck || (journal->native && journal_socket_stalled(journal->native));
    return 0;
}
