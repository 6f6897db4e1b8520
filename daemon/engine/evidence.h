/*
 * Evidence about an attempt whose outcome was lost.  A drop provider can be
 * asked: its file is there or not (DESIGN 4).
 */
#ifndef ENGINE_EVIDENCE_H
#define ENGINE_EVIDENCE_H

#include "engine/engine.h"

enum evidence {
    EVIDENCE_NONE, /* cannot be asked, or no answer */
    EVIDENCE_SENT, /* the very bytes are there */
    EVIDENCE_NOT_SENT
};

/* Looks for the file of a request in a drop provider's folder. */
enum evidence evidence_of_file(const char *directory, const char *file, const void *bytes, size_t length);

/* What can be found out about an attempt. */
int evidence_find(struct engine *engine, const struct attempt *attempt, enum evidence *out, struct err *err);

#endif
