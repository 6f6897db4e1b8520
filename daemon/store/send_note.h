/*
 * What each line of the send log was about, in a file beside it: enough to put
 * the message back on record where the state is an older copy (DESIGN 7.7).
 *
 * A note is written before the line it belongs to and not synced: a power cut
 * may take the newest ones, and what has no note is not guessed at.
 */
#ifndef STORE_SEND_NOTE_H
#define STORE_SEND_NOTE_H

#include "base/err.h"
#include "store/state_messages.h"

struct send_note {
    int64_t attempt;
    uint64_t token;
    const struct notice *notice;   /* with its items; no addresses, no credits */
    const struct message *message; /* its digest stands for the address */
};

struct send_notes;

/* witness: the path of the send log; the notes lie in PATH.notes (0600), which is made where it is missing. */
int send_notes_open(struct send_notes **out, const char *witness, struct err *err);
void send_notes_close(struct send_notes **notes);
void send_notes_add(struct send_notes *notes, const struct send_note *note);
/* Writes what was added. */
int send_notes_write(struct send_notes *notes, struct err *err);
/* Calls visit for each whole note; what it is given lives until it returns.  Damaged lines are passed over. */
int send_notes_each(const struct send_notes *notes, void (*visit)(void *context, const struct send_note *note),
                    void *context, struct err *err);

/* One note as a line without its end, and back: false if it is none. */
const char *send_note_format(const struct send_note *note, struct arena *arena);
bool send_note_parse(const char *line, struct arena *arena, struct send_note *out);

#endif
