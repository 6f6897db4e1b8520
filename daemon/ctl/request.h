/*
 * Asking the engine: a row in the state, and its answer in the same row.
 */
#ifndef CTL_REQUEST_H
#define CTL_REQUEST_H

struct err;
struct session;

/* Asks and waits for the answer, which goes on the page; ERR_FAILED at once where no engine runs. */
int request_and_wait(struct session *session, const char *kind, struct err *err);

/* The same, but where no engine runs the request waits for the next one. */
int request_or_leave(struct session *session, const char *kind, struct err *err);

#endif
