/*
 * Parts of a mail and their transfer encodings (RFC 2045).  Private to compose/.
 */
#ifndef COMPOSE_MIME_H
#define COMPOSE_MIME_H

#include <stddef.h>

struct text;

/* Appends base64 without line ends. */
void mime_add_base64(struct text *out, const char *bytes, size_t length);

/*
 * Appends a text part: Content-Type, encoding, an empty line and the content,
 * with CRLF for every line end of the source and one at the end.
 */
void mime_add_text_part(struct text *out, const char *subtype, const char *source);

/* Appends a PNG to be shown where the HTML names its Content-ID. */
void mime_add_png_part(struct text *out, const char *content_id, const char *bytes, size_t length);

#endif
