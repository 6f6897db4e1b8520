/*
 * The daemon's own database: cases, records, notices, messages, attempts,
 * facts and events (DESIGN 5-9).  WAL, synchronous=FULL; every write below
 * happens inside a transaction that the caller opened with state_begin.
 *
 * Any I/O error of SQLite makes the state unusable (state_broken): the engine
 * then stops sending and exits; nothing is retried in the same process.
 */
#ifndef STORE_STATE_H
#define STORE_STATE_H

#include "base/err.h"
#include "policy/decide.h"
#include "store/state_log.h"
#include "store/state_send.h"

struct arena;
struct state;

enum state_role {
    STATE_ENGINE, /* creates, migrates, takes the lock file */
    STATE_ONCE,   /* as the engine, for --once */
    STATE_FACTS,  /* dunningctl: writes facts; refuses other schema versions */
    STATE_READ    /* read only */
};

/* ERR_REFUSED: another engine holds the lock, the schema is another version, or a rehearsal state meets real providers.
   STATE_READ of a state that does not exist yet is ERR_NOT_FOUND. */
int state_open(struct state **out, const char *directory, enum state_role role, struct err *err);
void state_close(struct state **state);
bool state_broken(const struct state *state);
/* The process is about to end because something failed: it waits for no lock longer than a moment. */
void state_be_short(struct state *state);
/* Is the disk short, so that nothing new may be begun?  Costs microseconds; see ballast.h. */
bool state_short_of_room(struct state *state);
/* Writes what is in the WAL into the database.  Not being able to breaks the state. */
int state_checkpoint(struct state *state, struct err *err);
/* Who holds the lock of a state that need not exist; *pid 0: nobody, no engine is running. */
int state_engine_pid(const char *directory, long *pid, struct err *err);

int state_begin(struct state *state, struct err *err); /* BEGIN IMMEDIATE, waits up to 10 s */
int state_commit(struct state *state, struct err *err);
void state_rollback(struct state *state);

/* Small facts about the whole: "ledger_seq", "highest_wall", "rehearsal", "scan_after", "summary_day", ... */
int state_get(struct state *state, const char *key, struct arena *arena, const char **value,
              struct err *err); /* "" none */
int state_set(struct state *state, const char *key, const char *value, struct err *err);

/* ---- waking: one row per bill-to customer ---- */
int state_wake(struct state *state, const char *customer, moment_t at, struct err *err); /* never later than it was */
int state_due(struct state *state, const struct due *due, struct arena *arena, struct id_list *out, struct err *err);
int state_next_wake(struct state *state, moment_t *at, struct err *err); /* MOMENT_NEVER: none */
/* Customers touched by facts that dunningctl wrote since the last call (kept by triggers), and forgets them. */
int state_take_touched(struct state *state, size_t max, struct arena *arena, struct id_list *out, struct err *err);
int state_version(struct state *state, int64_t *version, struct err *err); /* data_version: did anyone else write? */
int64_t state_changes(const struct state *state); /* rows that we have written since it was opened */

/* ---- the dossier's state part; no write ---- */
int state_fill(struct state *state, struct dossier *dossier, moment_t now, struct arena *arena, struct err *err);
/* For full merges: true if the customer has any state row at all (else state_fill would find nothing). */
int state_known(struct state *state, const char *customer, bool *known, struct err *err);

/* ---- carrying out a decision: cases, pass-overs, withdrawals, notices with items, records and messages, tasks,
        events, next_at.  Fills in decision->notices[i].id and .contact.  A unique-key violation is ERR_FAILED. ---- */
int state_apply(struct state *state, const struct dossier *dossier, struct decision *decision, moment_t now,
                struct err *err);

#endif
