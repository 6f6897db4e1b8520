/*
 * One run of a verb: its arguments, what was opened for it, and the page that
 * it fills.
 *
 * Root opens the files of the command line, then becomes the owner of the
 * state directory for good, then the databases are opened (DESIGN 3).
 */
#ifndef CTL_SESSION_H
#define CTL_SESSION_H

#include "ctl/arguments.h"
#include "ctl/page.h"
#include "engine/simulate.h"
#include "store/facts.h"

struct ledger;

struct opened_file {
    const char *name;
    int fd;
};

struct session {
    const struct arguments *arguments;
    struct arena *arena;
    struct config *config;
    struct ledger *ledger; /* NULL: not asked for, or not there (MAY_LACK) */
    struct state *state;
    moment_t now;
    const char *author;        /* who says so: the login behind sudo */
    struct opened_file *files; /* of the command line, opened before the rights went */
    size_t file_count;
    bool became_owner;     /* root's rights are gone */
    size_t mistakes;       /* in the configuration, where dunningd.conf alone was enough (SETTINGS_DO) */
    bool terminal, colour; /* of standard output */
    struct page *page;     /* printed at the end, if anything is on it */
    FILE *out;
};

/* Runs the command line of the program; returns the exit status. */
int session_run(int argc, char **argv);

/* The same for a session whose arena, now, author and out are set: 0, or -1 with what went wrong. */
int session_perform(struct session *session, int argc, const char *const *argv, struct err *err);

const char *session_config_file(const struct session *session);

/* Reads the configuration into the session, as a verb needs it; what is wrong is printed. */
int session_load_config(struct session *session, struct err *err);

/* What explain, simulate and preview read. */
struct books session_books(const struct session *session);

/* The zone of the business, in which people read and write times. */
const struct zone *session_zone(const struct session *session);
day_t session_today(const struct session *session);
/* A time of the command line; MOMENT_NONE where it was not given. */
moment_t session_moment(const struct session *session, enum option_id id);

/* What --limit says, or the usual number of rows. */
size_t session_limit(const struct session *session);

/* Prints the page now and begins a new one; for verbs that go on. */
int session_flush(struct session *session, struct err *err);

/* The argument at a place; where it is "-", the first line of standard input. */
int session_word(struct session *session, size_t at, const char **out, struct err *err);

#endif
