/*
 * Mail: header lines (header.c), parts in quoted-printable or base64 (mime.c),
 * multipart/alternative, CRLF everywhere; a picture stands with the HTML in a
 * multipart/related.  Control characters in anything that becomes a header are
 * refused.
 */
#ifndef COMPOSE_EMAIL_H
#define COMPOSE_EMAIL_H

#include "base/day.h"
#include "base/err.h"

struct email {
    const char *from_name, *from_address, *reply_to, *to_name, *to_address;
    const char *subject, *text, *html;    /* html "" : text only */
    const char *message_id, *in_reply_to; /* with angle brackets; in_reply_to "" none */
    const char *const *references;
    size_t reference_count;
    /* A PNG shown in the HTML by its Content-ID, without angle brackets; NULL: none. */
    const char *image, *image_id;
    size_t image_length;
    const char *boundary; /* [A-Za-z0-9-]{1,60} */
    moment_t date;
    int32_t date_offset; /* seconds east of UTC */
};

struct arena;
int email_build(const struct email *email, struct arena *arena, const char **mail, size_t *length, struct err *err);

/* A bare addr-spec that is safe on an SMTP command line: one @, no controls, spaces, <>, quotes; at most 254 bytes. */
bool email_address_ok(const char *address);
/* The same, or one with letters of any script before the @, which goes only to servers that offer SMTPUTF8. */
bool email_recipient_ok(const char *address);

#endif
