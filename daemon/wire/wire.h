/*
 * The frames between engine and sender over one SOCK_SEQPACKET socket
 * (DESIGN 7a).  One frame is one packet: a fixed little-endian header, then
 * strings with 32-bit lengths.  At most WIRE_FRAME_MAX bytes and one descriptor.
 */
#ifndef WIRE_WIRE_H
#define WIRE_WIRE_H

#include <stdint.h>

#include "base/err.h"
#include "base/names.h"
#include "model/outcome.h"

#define WIRE_PROTOCOL 1
#define WIRE_FRAME_MAX 8192

enum frame_type {
    FRAME_HELLO,    /* both ways: protocol, boot id, version text */
    FRAME_PROVIDER, /* engine: generation, name, fd of a serialised provider */
    FRAME_SUBMIT,   /* engine: attempt, token, provider, generation, fd of a sealed request */
    FRAME_ASK,      /* sender: attempt, token */
    FRAME_YES,
    FRAME_NO,      /* engine: attempt, token, reason word */
    FRAME_OUTCOME, /* sender: attempt, token, class, phase, code, text, provider_id, retry_after */
    FRAME_ACK,     /* engine: attempt, token; follows the engine's commit */
    FRAME_IN_HAND, /* sender after hello: attempt, token, phase; one frame each, then one with attempt 0 */
    FRAME_COUNT
};
extern const struct names frame_names;

enum phase {
    PHASE_QUEUED,
    PHASE_CONNECT,
    PHASE_ENVELOPE,
    PHASE_BODY,
    PHASE_ASKED,
    PHASE_COMMITTED,
    PHASE_SENT,
    PHASE_DONE
};
extern const struct names phase_names;

struct frame {
    enum frame_type type;
    uint32_t protocol;
    int64_t attempt, generation;
    uint64_t token; /* in hello: the boot id, random for each start of a program */
    enum outcome_class class;
    enum phase phase;
    int32_t code, retry_after_s;
    const char *name;   /* provider, or version text in hello */
    const char *reason; /* word of enum reason */
    const char *text;   /* provider's reply, cut to 2,000 bytes */
    const char *provider_id;
    int fd; /* -1: none */
};

struct arena;
/* Packs into buffer (WIRE_FRAME_MAX); returns the length. */
size_t frame_pack(const struct frame *frame, unsigned char *buffer);
/* Unpacks; -1 for anything malformed (the connection is then dropped). fd stays -1. */
int frame_unpack(const unsigned char *bytes, size_t length, struct arena *arena, struct frame *out);

/* Over a socket, non-blocking.  send: 1 sent, 0 would block, -1 error.  receive: 1 got one, 0 would block, -1 closed or
 * error. */
int frame_send(int socket, const struct frame *frame);
int frame_receive(int socket, struct arena *arena, struct frame *out);

/* All of it, whatever interrupts; -1 with errno. */
int wire_write_all(int fd, const char *bytes, size_t length);

/* Bytes in a sealed memfd (WRITE, GROW, SHRINK, SEAL); returns the descriptor or -1. */
int sealed_new(const char *name, const void *bytes, size_t length);
/* Maps a sealed memfd read-only after checking all four seals; 1 to max bytes; the caller unmaps. */
int sealed_map(int fd, size_t max, const void **bytes, size_t *length);
void sealed_unmap(const void *bytes, size_t length); /* NULL allowed */
/* The same as a copy in the arena: for small files cheaper than a mapping in a program with threads. */
int sealed_read(int fd, size_t max, struct arena *arena, const void **bytes, size_t *length);

#endif
