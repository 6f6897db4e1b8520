#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#endif

/* Under the address sanitizer, what is not handed out is poisoned, and a gap stays poisoned behind each piece. */
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define poison(start, size) __asan_poison_memory_region(start, size)
#define unpoison(start, size) __asan_unpoison_memory_region(start, size)
enum { GAP = 16 };
#else
#define poison(start, size) ((void)(start), (void)(size))
#define unpoison(start, size) ((void)(start), (void)(size))
enum { GAP = 0 };
#endif

enum { DEFAULT_BLOCK = 16 * 1024, EXIT_GIVEN_UP = 70 };

struct block {
    struct block *next;
    size_t size, taken;
    max_align_t data[];
};

struct arena {
    /* Blocks before current are full; those after it are left from before a reset. */
    struct block *first, *current;
    /*
     * A piece larger than a block has one of its own, here: among the others they would be passed over on the way to
     * the next one that is large enough, and never come to use again.
     */
    struct block *large;
    size_t block, used;
};

_Noreturn void arena_give_up(const char *line)
{
    /* No stdio: it may want memory. */
    ssize_t written = write(STDERR_FILENO, line, strlen(line));
    (void)written;
    _exit(EXIT_GIVEN_UP);
}

static _Noreturn void out_of_memory(void)
{
    arena_give_up("out of memory: stopping; all that was recorded is safe\n");
}

void *arena_must(void *memory)
{
    if (memory == NULL)
        out_of_memory();
    return memory;
}

struct arena *arena_new(size_t block)
{
    struct arena *arena = arena_must(malloc(sizeof *arena));
    *arena = (struct arena){.block = block == 0 ? DEFAULT_BLOCK : block};
    return arena;
}

static void free_block(struct block *block)
{
    unpoison(block->data, block->size);
    free(block);
}

static void free_blocks(struct block *block)
{
    for (struct block *next; block != NULL; block = next) {
        next = block->next;
        free_block(block);
    }
}

void arena_free(struct arena **arena)
{
    if (*arena == NULL)
        return;
    free_blocks((*arena)->first);
    free_blocks((*arena)->large);
    free(*arena);
    *arena = NULL;
}

/* Large blocks that served since the last reset stay for the next time; the others go. */
static void reset_large(struct arena *arena)
{
    for (struct block **at = &arena->large; *at != NULL;) {
        struct block *block = *at;
        if (block->taken == 0) {
            *at = block->next;
            free_block(block);
            continue;
        }
        block->taken = 0;
        poison(block->data, block->size);
        at = &block->next;
    }
}

void arena_reset(struct arena *arena)
{
    for (struct block *block = arena->first; block != NULL; block = block->next) {
        block->taken = 0;
        poison(block->data, block->size);
    }
    reset_large(arena);
    arena->current = arena->first;
    arena->used = 0;
}

static struct block *new_block(size_t size)
{
    struct block *block = arena_must(malloc(sizeof *block + size));
    *block = (struct block){.size = size};
    poison(block->data, size);
    return block;
}

static struct block *block_with_room(struct arena *arena, size_t need)
{
    for (struct block *block = arena->current; block != NULL; block = block->next) {
        arena->current = block;
        if (block->size - block->taken >= need)
            return block;
    }
    struct block *block = new_block(arena->block);
    if (arena->current == NULL)
        arena->first = block;
    else
        arena->current->next = block;
    arena->current = block;
    return block;
}

/* A free one that is not much too large, or a new one. */
static struct block *large_block(struct arena *arena, size_t need)
{
    for (struct block *block = arena->large; block != NULL; block = block->next)
        if (block->taken == 0 && block->size >= need && block->size / 2 <= need)
            return block;
    struct block *block = new_block(need);
    block->next = arena->large;
    arena->large = block;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    if (size > PTRDIFF_MAX / 2)
        out_of_memory();
    size_t need = ((size == 0 ? 1 : size) + align - 1) / align * align + GAP;
    struct block *block = need > arena->block ? large_block(arena, need) : block_with_room(arena, need);
    char *piece = (char *)block->data + block->taken;
    block->taken += need;
    arena->used += size;
    unpoison(piece, size);
    memset(piece, 0, size);
    return piece;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        out_of_memory();
    return arena_alloc(arena, total);
}

void *arena_grow(struct arena *arena, const void *old, size_t count, size_t new_count, size_t size)
{
    void *grown = arena_array(arena, new_count, size);
    size_t kept = count < new_count ? count : new_count;
    if (kept > 0)
        memcpy(grown, old, kept * size);
    return grown;
}

char *arena_copy(struct arena *arena, const char *text)
{
    return arena_copy_n(arena, text, strlen(text));
}

char *arena_copy_n(struct arena *arena, const char *bytes, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);
    if (length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    if (length < 0)
        out_of_memory(); /* the only failure left to a valid format in UTF-8 */
    char *text = arena_alloc(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}

static size_t held(const struct block *block)
{
    size_t sum = 0;

    for (; block != NULL; block = block->next)
        sum += block->size;
    return sum;
}

size_t arena_held(const struct arena *arena)
{
    return held(arena->first) + held(arena->large);
}
