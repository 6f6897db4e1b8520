/*
 * Where events go: the journal (or standard error where no systemd runs us)
 * and the status log.  Both follow the events of the state by their numbers,
 * so what was committed is told once, after the commit, and what could not be
 * written is written later.
 */
#ifndef ENGINE_JOURNAL_H
#define ENGINE_JOURNAL_H

#include "base/err.h"
#include "base/zone.h"

struct journal_socket;
struct state;

struct journal {
    const char *path;                 /* of the status log; "" none */
    int fd;                           /* -1: not open */
    struct journal_socket *native;    /* systemd's journal; NULL: standard error */
    bool quiet;                       /* no event lines on standard error */
    bool stuck;                       /* the status log took nothing the last time */
    bool complained;                  /* about the status log, once per fault */
    bool behind;                      /* one of the two could not take all: to be followed again soon */
    int64_t told;                     /* number of the last event in the journal */
    int64_t logged;                   /* ... in the status log */
    int64_t saved_told, saved_logged; /* as they stand in the state */
};

/* Only for lines that are no events, before there is a state. */
void journal_begin(struct journal *journal);

/* Does it listen?  Else what is said goes to standard error, wherever events go. */
bool journal_listens(const struct journal *journal);

/* Reads how far it got from the state; opens nothing yet. */
int journal_init(struct journal *journal, const char *path, struct state *state, struct err *err);
void journal_done(struct journal *journal);

/* Closes the status log, so that the next line opens it anew (SIGHUP, logrotate). */
void journal_reopen(struct journal *journal, const char *path);

/* Within an open transaction: keeps how far it got. */
int journal_save(struct journal *journal, struct state *state, struct err *err);

/*
 * After a commit, and while it is behind: tells what is new.  A journal that
 * hangs is not waited for and gets its events later; faults of the log are
 * said once and tried again.
 */
int journal_follow(struct journal *journal, struct state *state, const struct zone *zone, struct err *err);

/* What is said in the journal and is no event; the table in journal_note.c gives each its MESSAGE_ID and level. */
enum journal_note {
    NOTE_STATUS_LOG,     /* it cannot be written */
    NOTE_SENDER,         /* it is gone */
    NOTE_SEND_LOG_TORN,  /* its last line was cut off */
    NOTE_SEND_LOG_SHORT, /* it lacks lines */
    NOTE_PUT_OFF,        /* a message that cannot be recorded */
    NOTE_OUTCOME_KEPT,   /* an outcome that cannot be recorded */
    NOTE_LEDGER,         /* it cannot be read at the gate */
    NOTE_CHANGES,        /* what a new configuration changes */
    NOTE_FAULT,          /* part of the work failed and is tried again */
    NOTE_NOT_STARTED,    /* the daemon refuses to run, or cannot */
    NOTE_FINDING,        /* something in the configuration */
    NOTE_JOURNAL,        /* it took nothing for a while, and lines that are no events are lost */
    NOTE_COUNT
};
void journal_note(const struct journal *journal, enum journal_note note, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A line that is neither: level as in syslog(3). */
void journal_say(const struct journal *journal, int level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
