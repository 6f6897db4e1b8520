/*
 * The journal's socket, by systemd's native protocol.  libsystemd waits for a
 * journald that hangs, and the engine with it until the watchdog ends it; here
 * nobody waits for long, and who is refused comes again.
 */
#ifndef ENGINE_JOURNAL_SOCKET_H
#define ENGINE_JOURNAL_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

struct journal_socket;

struct journal_socket *journal_socket_new(const char *path);
void journal_socket_free(struct journal_socket **socket);

/*
 * Sends one record of fields "NAME=value".  False: the journal takes none now.
 * Where there is no journal, or it cannot take this record, true: nothing is
 * gained by coming again.
 */
bool journal_socket_send(struct journal_socket *socket, const char *const *fields, size_t count);

/* It took nothing the last time; as long as that lasts it is asked and not waited for. */
bool journal_socket_stalled(const struct journal_socket *socket);

/* Records that are not kept anywhere else and could not be sent; to be told of once. */
void journal_socket_count_lost(struct journal_socket *socket);
size_t journal_socket_take_lost(struct journal_socket *socket);

#endif
