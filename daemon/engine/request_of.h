/*
 * From rendered bytes to a provider's request: the mail for SMTP, the whole
 * HTTP request from the provider's templates, the file for a drop.
 */
#ifndef ENGINE_REQUEST_OF_H
#define ENGINE_REQUEST_OF_H

#include "compose/render.h"
#include "wire/request.h"

struct request_key {
    int64_t notice, message, attempt; /* attempt only where a provider asks for it */
    enum channel channel;
    int recipient, revision;
    const char *sender; /* SMS sender id of the provider file's data, "" none */
};

/* "N-000123-sms-1", from the second revision on with "-rR": ours for the provider, and a drop's file name. */
const char *request_reference(const struct request_key *key, struct arena *arena);

struct request_parts {
    const struct provider *provider;
    const struct business *business;
    const struct rendered *rendered;
    const char *address;
    const struct request_key *key;
};

/* All in the arena.  ERR_CONFIG where a provider's template is wrong for this message. */
int request_of(const struct request_parts *parts, struct arena *arena, struct request *out, struct err *err);

#endif
