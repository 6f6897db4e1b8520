/*
 * An arena: memory for one unit of work, given back all at once.
 *
 * Memory that runs out ends the process (exit status 70, one line on standard
 * error): every fact is durable before it matters, so stopping is always safe
 * and going on without memory never is.  No function here returns NULL.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* Ends the process as above, with this line on standard error. */
_Noreturn void arena_give_up(const char *line);

/* memory itself; none (NULL) ends the process as above.  For what outlives every arena. */
void *arena_must(void *memory);

/* A new arena that grows in blocks of at least block bytes (0: 16 KiB). */
struct arena *arena_new(size_t block);

/* Frees all and sets *arena to NULL; a NULL arena is allowed. */
void arena_free(struct arena **arena);

/* Forgets all allocations but keeps the blocks for reuse: at most what the two last uses needed. */
void arena_reset(struct arena *arena);

/* size zeroed bytes, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);

/* count * size zeroed bytes; an overflow of the product ends the process. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* A larger copy of an array of count elements; the old one stays valid. */
void *arena_grow(struct arena *arena, const void *old, size_t count, size_t new_count, size_t size);

char *arena_copy(struct arena *arena, const char *text);
char *arena_copy_n(struct arena *arena, const char *bytes, size_t length); /* adds a NUL */
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* Bytes handed out since the last reset; for the memory figures. */
size_t arena_used(const struct arena *arena);
/* Bytes it has taken from the system and not given back. */
size_t arena_held(const struct arena *arena);

#endif
