/*
 * The socket to the sender (DESIGN 7a): how it comes to be, and the frames
 * that wait to leave.  What frames mean is decided in frames.c and above.
 */
#ifndef ENGINE_LINK_H
#define ENGINE_LINK_H

#include <stdbool.h>
#include <sys/types.h>

#include "wire/wire.h"

struct outgoing;

struct link {
    int fd;          /* -1: no sender */
    pid_t child;     /* a sender that we forked, 0: none */
    uint64_t boot;   /* this engine's id in its hello */
    bool greeted;    /* the sender's hello speaks our protocol */
    bool mismatched; /* ... it does not: nothing is submitted */
    bool open;       /* its list of what it has in hand is complete */
    struct outgoing *first, *last;
};

void link_init(struct link *link);

/*
 * Forks the sender over a socketpair.  program "": dunningd-send beside this
 * program, else the installed one.  credentials "": none named.  Called before
 * any thread exists; the child executes at once.
 */
int link_spawn(struct link *link, const char *program, const char *credentials, struct err *err);

/* Connects to the socket of a sender that runs as its own service. */
int link_connect(struct link *link, const char *path, struct err *err);

/* Takes over a connected socket. */
void link_adopt(struct link *link, int fd);

/* Sends, or keeps what cannot be sent now.  The frame's descriptor is closed here.  -1: the link is broken. */
int link_send(struct link *link, const struct frame *frame);

/* Sends what was kept: 0 all gone, 1 some waits, -1 the link is broken. */
int link_flush(struct link *link);

/* Closes the socket and forgets what waits. */
void link_close(struct link *link);

/* Waits up to ms milliseconds for a forked sender to end; true if there is none any more. */
bool link_wait(struct link *link, int ms);

#endif
