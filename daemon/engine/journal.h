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

struct arena;
struct state;
struct event;

struct journal {
    const char *path;                 /* of the status log; "" none */
    int fd;                           /* -1: not open */
    bool native;                      /* systemd's journal listens */
    bool quiet;                       /* no event lines on standard error */
    bool complained;                  /* about the status log, once per fault */
    int64_t told;                     /* number of the last event in the journal */
    int64_t logged;                   /* ... in the status log */
    int64_t saved_told, saved_logged; /* as they stand in the state */
};

/* Reads how far it got from the state; opens nothing yet. */
int journal_init(struct journal *journal, const char *path, struct state *state, struct err *err);
void journal_done(struct journal *journal);

/* Closes the status log, so that the next line opens it anew (SIGHUP, logrotate). */
void journal_reopen(struct journal *journal, const char *path);

/* Within an open transaction: keeps how far it got. */
int journal_save(struct journal *journal, struct state *state, struct err *err);

/* After a commit: tells what is new.  Faults of the log are said once and tried again. */
int journal_follow(struct journal *journal, struct state *state, const struct zone *zone, struct err *err);

/* A line that is no event: level as in syslog(3). */
void journal_say(const struct journal *journal, int level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
