/*
 * The witness: an append-only send log outside the database (DESIGN 7.7).
 * One line per `yes`: serial attempt token sha256 time crc.  A torn last line is
 * cut when it is opened for writing.
 */
#ifndef STORE_WITNESS_H
#define STORE_WITNESS_H

#include "base/day.h"
#include "base/err.h"

struct arena;
struct witness;

struct witness_line {
    int64_t serial, attempt;
    uint64_t token;
    char sha256[65];
    moment_t at;
};

/*
 * Creates the file (0600) where it is missing; *torn tells whether a tail was cut.  synced is the serial of the last
 * line that is known to have been synced (witness_serial before a group): at most one group follows it.  So a tear
 * behind it is of a group that no `yes` followed, even with whole lines after the tear; before it, it is damage.
 */
int witness_open(struct witness **out, const char *path, int64_t synced, bool *torn, struct err *err);
void witness_close(struct witness **witness);
/* Appends lines with the next serials; durable only after witness_sync. */
int witness_add(struct witness *witness, const struct witness_line *line, struct err *err);
int witness_sync(struct witness *witness, struct err *err);
/* Is there a line for this attempt and token?  True for all where lines that were synced are missing: in doubt. */
bool witness_has(const struct witness *witness, int64_t attempt, uint64_t token);
/* When its `yes` left by its line, MOMENT_NONE where no line says so.  Reads the whole file. */
moment_t witness_when(const struct witness *witness, int64_t attempt, uint64_t token);
int64_t witness_serial(const struct witness *witness);       /* of the last line, 0: empty */
bool witness_lacks_lines(const struct witness *witness);     /* an older copy, or another file */
int64_t witness_last_attempt(const struct witness *witness); /* 0: empty */
/* Calls visit for every line from a serial on. */
void witness_each(const struct witness *witness, int64_t from,
                  void (*visit)(void *context, const struct witness_line *line), void *context);

#endif
