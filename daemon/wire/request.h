/*
 * The request: everything that goes to a provider for one message, as it will
 * go out, with credentials only as references (DESIGN 7.2).  Serialised into
 * a sealed memfd; SHA-256 is taken over the serialised bytes.
 *
 * A credential reference inside a string is \x02ENCODING:NAME\x03 with
 * ENCODING one of none, url, form, json, base64; the sender fills it in.  Data
 * never contains control characters other than CR LF TAB, so it cannot forge one.
 */
#ifndef WIRE_REQUEST_H
#define WIRE_REQUEST_H

#include <stddef.h>

#include "base/err.h"
#include "model/provider.h"

struct arena;

struct request {
    enum provider_kind kind;
    /* smtp */
    const char *from, *to; /* bare addresses */
    /* http */
    const char *method, *url;
    const char *const *headers; /* "Name: value" */
    size_t header_count;
    /* drop */
    const char *file; /* name without folder */
    /* all: the mail, the body, or the file's bytes */
    const char *body;
    size_t body_length;
    /* drop: a file that goes with it under the same yes (the CSV of a handoff); "" none */
    const char *second_file;
    const char *second_body;
    size_t second_length;
};

#define REQUEST_MAX (32U << 20) /* bytes of a serialised request */
#define PROVIDER_MAX (1U << 20) /* bytes of a serialised provider */

const void *request_pack(const struct request *request, struct arena *arena, size_t *length);
int request_unpack(const void *bytes, size_t length, struct arena *arena, struct request *out, struct err *err);

/* Providers cross the wire the same way. */
const void *provider_pack(const struct provider *provider, struct arena *arena, size_t *length);
int provider_unpack(const void *bytes, size_t length, struct arena *arena, struct provider *out, struct err *err);

#endif
