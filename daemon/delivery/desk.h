/*
 * The desk: every attempt that the sender has in hand, from its submit to the
 * engine's acknowledgement.  The I/O thread puts attempts on it and takes
 * frames off it; worker threads carry them and never touch the socket.
 *
 * All functions here are for the I/O thread; pool.h is the workers' side.
 */
#ifndef DELIVERY_DESK_H
#define DELIVERY_DESK_H

#include <stdbool.h>

#include "wire/wire.h"

struct desk;
struct job;

/* credentials: folder, "" none.  NULL if an event descriptor or lock could not be made. */
struct desk *desk_new(const char *credentials, int answer_wait_s);
/* Ends the workers (there must be no running attempt) and forgets everything. */
void desk_free(struct desk **desk);

/* Becomes readable when a worker has something to tell; desk_heard makes it unreadable again. */
int desk_event_fd(const struct desk *desk);
void desk_heard(struct desk *desk);

/* A provider's generation, a sealed description; the one before serves what it has and then goes. */
int desk_provider(struct desk *desk, const struct frame *frame, struct err *err);

/* Takes an attempt in hand.  What cannot be carried becomes an outcome at once. Takes the frame's descriptor. */
void desk_submit(struct desk *desk, const struct frame *frame);

/* The commit point's yes or no; unknown attempts and late answers are passed over. */
void desk_answer(struct desk *desk, const struct frame *frame);

/* The engine has recorded the outcome: the attempt is forgotten. */
void desk_acknowledge(struct desk *desk, const struct frame *frame);

/* No yes can come any more: what has none stops.  With the flag set, new submits are refused for now. */
void desk_give_up_uncommitted(struct desk *desk, bool refuse_from_now_on);

/* A new connection: all that is in hand is to be listed, and all outcomes are to be told again. */
void desk_connected(struct desk *desk);

/*
 * The next frame to tell, if any: first the list of what is in hand with its
 * end, then questions and outcomes.  After it was sent, desk_told marks it.
 */
bool desk_next(struct desk *desk, struct frame *frame);
void desk_told(struct desk *desk);

struct desk_counts {
    size_t running;  /* queued or being carried */
    size_t finished; /* outcomes without their acknowledgement */
};
struct desk_counts desk_count(struct desk *desk);

/* A worker has an attempt beyond all its deadlines: it hangs where nothing of ours can end it. */
bool desk_stuck(struct desk *desk, int64_t now_ms);

#endif
