/*
 * The parts of an HTTP request from a provider's templates.  Private to the
 * files request_*.c.
 */
#ifndef ENGINE_REQUEST_HTTP_H
#define ENGINE_REQUEST_HTTP_H

#include "base/text.h"
#include "compose/template.h"
#include "engine/request_of.h"

/* One request being made: what every part of it needs. */
struct making {
    const struct provider *provider;
    const struct rendered *rendered;
    const char *address;
    const struct request_key *key;
    const char *reference; /* see request_reference */
    struct value *values;
    struct arena *arena;
    struct err *err;
};

/* What a provider's templates may name (dunning-provider(5)). */
struct value *request_values(const struct making *making, const struct business *business);

/* Where a template stands: its name for errors, and what the place needs. */
struct place {
    const char *name;
    enum escape escape;
    const char *credentials; /* encoding of credential references: none, url, form or json */
};

/* Renders one template of the provider.  credential_base64.NAME becomes a reference in base64 wherever it stands. */
int request_render(struct making *making, const struct place *place, const char *source, const char **out);

/* The same for a field or header, whose escaping is the caller's. */
int request_render_field(struct making *making, const struct provider_field *field, const char *credentials,
                         const char **out);

/* percent-encoding of all but unreserved characters; credential references are left alone. */
void request_percent(struct text *out, const char *raw);
/* The inside of a JSON string; likewise. */
void request_json_text(struct text *out, const char *raw);

/* A JSON object of fields whose names are dotted paths; numbers in them are places in lists. */
int request_json(struct making *making, struct text *out);

/* The body of the provider's encoding and its Content-Type ("" with no body); a query is appended to the URL. */
int request_body(struct making *making, struct request *request, const char **content_type);

/* The whole HTTP request. */
int request_http(struct making *making, struct request *request);

#endif
