/*
 * The send log against the state: a line that the state does not know means
 * that it is an older copy (DESIGN 7.7).
 */
#ifndef ENGINE_RECOVER_LOG_H
#define ENGINE_RECOVER_LOG_H

#include "engine/engine.h"

struct text;

/* A number of the state: 1 from when it was seen to be an older copy until a person has said `recover`. */
#define OLDER_COPY "older_copy"

/* How many of the newest lines the state does not know; an older copy lacks the newest ones. */
int recover_log_look(struct engine *engine, int64_t *unknown, struct err *err);

/*
 * Within a transaction: every send that the state does not know is put back on
 * record as uncertain, so that it is neither sent again nor forgotten; one line
 * for each in *details.  Where one has no note it is ERR_REFUSED, save that a
 * person says anyway.
 */
int recover_log_rebuild(struct engine *engine, bool anyway, struct text *details, struct text *summary,
                        struct err *err);

#endif
