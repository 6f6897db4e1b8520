/*
 * The sender's only loop: one thread, which waits for the engine, for workers
 * and for signals.
 */
#ifndef DELIVERY_LINK_H
#define DELIVERY_LINK_H

#include <stdbool.h>

#include "base/err.h"

struct desk;

struct link_options {
    int socket;      /* a connected engine, -1 none */
    int listener;    /* where engines connect, -1 none */
    int signal_fd;   /* a signalfd of the signals that mean stop */
    int watchdog_ms; /* 0 none */
    const char *version;
    void (*notify)(const char *state); /* the service manager's words: "STOPPING=1"; never NULL */
};

/*
 * Runs until the engine is gone for good or a signal says stop, and the last
 * reply is there.  0; or -1 if the loop itself cannot go on.
 */
int link_run(struct desk *desk, const struct link_options *options, struct err *err);

#endif
