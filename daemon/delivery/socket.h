/*
 * Where the engine is met, and what the service manager gives and wants
 * (sd_listen_fds(3), sd_notify(3)), by hand: no library is needed for that.
 */
#ifndef DELIVERY_SOCKET_H
#define DELIVERY_SOCKET_H

#include "base/err.h"

/* A connected SOCK_SEQPACKET socket that was inherited; 0 or -1. */
int socket_adopt(int fd, struct err *err);

/* Listens at a path that only this user may connect to; a dead socket there is replaced.  The descriptor or -1. */
int socket_listen(const char *path, struct err *err);

/* The listening socket of socket activation: 1 and *fd, 0 if there is none, -1. */
int socket_activated(int *fd, struct err *err);

/* Sends a state to $NOTIFY_SOCKET; nothing without it. */
void socket_notify(const char *state);

/* Milliseconds of the service manager's watchdog, 0 none. */
int socket_watchdog_ms(void);

#endif
