/*
 * Putting back on record what the send log knows and the state, an older copy,
 * does not: as uncertain, for nobody here can know how it ended (DESIGN 7.7).
 */
#ifndef STORE_STATE_REBUILD_H
#define STORE_STATE_REBUILD_H

#include "base/zone.h"
#include "store/send_note.h"

struct state;

struct lost_send {
    const struct send_note *note;
    const char *sha256; /* hex */
    moment_t at;        /* of its `yes` */
    moment_t now;
    const struct zone *zone; /* of the business */
};

enum rebuilt {
    REBUILT_UNCERTAIN,
    REBUILT_ON_RECORD /* a person has recorded all its items already, or its message is accepted */
};

/*
 * Within a transaction, in the order of the send log.  What is planned for the
 * same items gives way.  A later line ends the doubt about an earlier one: the
 * next step proves that the one before was accepted, another attempt that it
 * was not.  *message is the message that is uncertain now.
 */
int state_rebuild(struct state *state, const struct lost_send *lost, enum rebuilt *out, int64_t *message,
                  struct err *err);

#endif
