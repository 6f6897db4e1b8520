/*
 * A way out: kind smtp, http or drop (DESIGN 6, dunning-provider(5)).  Parsed by
 * the engine only; the sender gets it over the wire.  Secrets are never in
 * here: a credential is named, and the sender fills it in.
 */
#ifndef MODEL_PROVIDER_H
#define MODEL_PROVIDER_H

#include <stdint.h>

#include "base/names.h"
#include "model/outcome.h"

enum provider_kind { PROVIDER_SMTP, PROVIDER_HTTP, PROVIDER_DROP };
extern const struct names provider_kind_names;

enum tls_mode { TLS_STARTTLS, TLS_IMPLICIT, TLS_NONE };
extern const struct names tls_mode_names;

enum body_encoding { BODY_FORM, BODY_JSON, BODY_QUERY, BODY_MULTIPART };
extern const struct names body_encoding_names;

/* One part of an HTTP request: value is a template over the message (dunning-provider(5)); it may
   reference credentials as {{credential.NAME}}, which become credential references in the request. */
struct provider_field {
    const char *name, *value;
};

/* A row of the table of answers: the first row that matches decides. */
struct provider_answer {
    int status_from, status_to; /* HTTP status range */
    const char *pointer;        /* JSON pointer into the body, or "" */
    const char *equals;         /* the pointed-to value as text; with pointer "" a text the body contains; "" any */
    enum outcome_class outcome;
};

struct provider {
    const char *name;
    const char *file; /* where it was read, for messages */
    enum provider_kind kind;
    /* smtp */
    const char *url; /* smtp://host:port, smtps://host:port; http: template of the URL */
    enum tls_mode tls;
    const char *user;          /* "" no AUTH */
    const char *credential;    /* name of the password credential, "" none */
    const char *oauth;         /* name of a bearer token credential, "" none */
    const char *ca_file;       /* "" the system's */
    const char *envelope_from; /* "" the business's email */
    /* http */
    const char *method;
    enum body_encoding encoding;
    struct provider_field *headers, *fields; /* fields: the parts of the body or query, in order; JSON: dotted paths */
    size_t header_count, field_count;
    const char *body;         /* a whole body template instead of fields, "" none */
    const char *content_type; /* of such a body */
    const char *id_pointer;   /* JSON pointer, "header:Name", or "line" for the first line; "" none */
    struct provider_answer *answers;
    size_t answer_count;
    int32_t retry_after_max_s;    /* clamp of Retry-After */
    int32_t idempotency_window_s; /* 0: none declared */
    /* drop */
    const char *directory;
    /* all */
    int connections;
    int32_t connect_timeout_s, reply_timeout_s;
    int per_second;       /* 0: no limit */
    const char *password; /* inline secret, "" none; only where dunningd.conf has allow_inline_secrets */
    const char *sender;   /* http: sender of an SMS where the step names none; of the engine only, not on the wire */
};

#endif
