/*
 * Bytes in little-endian order with bounds kept by the codec: what writes past
 * the end or reads past it marks the codec as bad, and the caller asks once.
 */
#ifndef WIRE_CODEC_H
#define WIRE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* Writes into bytes; with bytes NULL it only counts, so that a second pass can write into exactly enough room. */
struct packer {
    unsigned char *bytes;
    size_t capacity, length;
    bool bad; /* it did not fit */
};

/* After the pass that counted: exactly enough room, to be written from its start. */
void pack_room(struct packer *packer, struct arena *arena);
void pack_number(struct packer *packer, uint64_t value, size_t width); /* width in bytes: 1, 2, 4 or 8 */
void pack_bytes(struct packer *packer, const void *bytes, size_t length);
/* A 32-bit length and the bytes; at most max bytes of the text, cut at a whole UTF-8 character. */
void pack_string(struct packer *packer, const char *text, size_t max);
void pack_block(struct packer *packer, const void *bytes, size_t length);

/* Reads from bytes; everything that outlives the call is copied into the arena. */
struct unpacker {
    const unsigned char *bytes;
    size_t left;
    bool bad; /* something was missing or malformed; all reads then give 0 or "" */
    struct arena *arena;
};

uint64_t unpack_number(struct unpacker *unpacker, size_t width);
/* A value of an enum: one byte, below count. */
int unpack_choice(struct unpacker *unpacker, size_t count);
/* A string without a NUL inside. */
const char *unpack_string(struct unpacker *unpacker);
/* Any bytes; a NUL follows them in the arena. */
const char *unpack_block(struct unpacker *unpacker, size_t *length);
/* A count of elements of which each takes at least least bytes: bounds what is allocated for them. */
size_t unpack_count(struct unpacker *unpacker, size_t least);
/* True if all was read and nothing is left over. */
bool unpack_finished(const struct unpacker *unpacker);

#endif
