/*
 * Which keys a file has named, and in which line.  Keys are kept as 64-bit
 * hashes, 16 bytes a row: a file of millions of rows costs tens of megabytes.
 */
#ifndef STORE_IMPORT_SEEN_H
#define STORE_IMPORT_SEEN_H

#include <stddef.h>
#include <stdint.h>

struct arena;

struct seen_slot {
    uint64_t hash; /* 0: free */
    uint64_t line;
};

struct seen {
    struct arena *arena; /* its own, replaced as it grows */
    struct seen_slot *slots;
    size_t count, capacity;
};

void seen_init(struct seen *seen);
void seen_done(struct seen *seen);

/* Hash of a key of two parts, never 0. */
uint64_t seen_hash(const char *text, int64_t number);

/* The line of an earlier row with that key; if there was none, remembers this line and returns 0. */
size_t seen_add(struct seen *seen, uint64_t hash, size_t line);

#endif
