/*
 * Credentials: files in one folder, read when they are needed, kept in memory
 * of their own and wiped after use.  They never reach the engine, a log or an
 * error sentence.
 */
#ifndef DELIVERY_SECRET_H
#define DELIVERY_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct secret {
    char *text; /* NUL-terminated; NULL after secret_free */
    size_t length, capacity;
};

/* Reads the credential called name; a line end at its end is cut.  folder "": there is none.
 * A file credentials_NAME does where there is no NAME: so systemd passes a directory on. */
int secret_read(const char *folder, const char *name, struct secret *out, struct err *err);

/* Copies text with every credential reference (wire/request.h) filled in, encoded as it says. */
int secret_fill(const char *folder, const char *text, size_t length, struct secret *out, struct err *err);

/* True if the text holds a reference; else it may be used as it is. */
bool secret_referenced(const char *text, size_t length);

/* A secret from plain text, such as an inline password. */
void secret_set(struct secret *secret, const char *text);

/* Wipes and frees; an empty one is allowed. */
void secret_free(struct secret *secret);

#endif
