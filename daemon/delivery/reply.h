/*
 * What an HTTP provider's reply says: values by JSON pointer (RFC 6901) for
 * its table of answers, and its id for the message.
 */
#ifndef DELIVERY_REPLY_H
#define DELIVERY_REPLY_H

#include <stddef.h>

struct arena;
struct carry;
struct provider;
struct reply;

/* Never NULL; a body that is no JSON just has no values. */
struct reply *reply_read(const char *body, size_t length);
void reply_free(struct reply *reply); /* NULL allowed */

/* One value for each row of the provider's answers, NULL where there is none: struct answer's pointed. */
const char *const *reply_pointed(const struct reply *reply, const struct provider *provider, struct arena *arena);

/* The provider's id for the message as provider.id_pointer finds it; "" none. */
const char *reply_id(const struct reply *reply, const struct carry *carry, struct arena *arena);

#endif
