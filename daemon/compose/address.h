/*
 * Mail addresses in the form that goes on the wire.  Private to compose/.
 */
#ifndef COMPOSE_ADDRESS_H
#define COMPOSE_ADDRESS_H

struct arena;

/* The address with its domain as A-labels (RFC 5890); NULL if it has none. */
const char *email_address_ascii(struct arena *arena, const char *address);

#endif
