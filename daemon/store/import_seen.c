#include "store/import_seen.h"

#include "base/arena.h"

enum { FIRST_SLOTS = 1024 };

void seen_init(struct seen *seen)
{
    *seen = (struct seen){.arena = arena_new(0), .capacity = FIRST_SLOTS};
    seen->slots = arena_array(seen->arena, seen->capacity, sizeof *seen->slots);
}

void seen_done(struct seen *seen)
{
    arena_free(&seen->arena);
}

/* FNV-1a, then the finaliser of splitmix64 so that the low bits are good. */
uint64_t seen_hash(const char *text, int64_t number)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    hash ^= (uint64_t)number * UINT64_C(0x9e3779b97f4a7c15);
    hash = (hash ^ (hash >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    hash = (hash ^ (hash >> 27)) * UINT64_C(0x94d049bb133111eb);
    hash ^= hash >> 31;
    return hash == 0 ? 1 : hash;
}

static struct seen_slot *slot_of(const struct seen *seen, uint64_t hash)
{
    size_t i = (size_t)hash & (seen->capacity - 1);

    while (seen->slots[i].hash != 0 && seen->slots[i].hash != hash)
        i = (i + 1) & (seen->capacity - 1);
    return &seen->slots[i];
}

static void grow(struct seen *seen)
{
    struct arena *arena = arena_new(0);
    struct seen larger = {.arena = arena, .capacity = seen->capacity * 2, .count = seen->count};

    larger.slots = arena_array(arena, larger.capacity, sizeof *larger.slots);
    for (size_t i = 0; i < seen->capacity; i++)
        if (seen->slots[i].hash != 0)
            *slot_of(&larger, seen->slots[i].hash) = seen->slots[i];
    arena_free(&seen->arena);
    *seen = larger;
}

size_t seen_add(struct seen *seen, uint64_t hash, size_t line)
{
    struct seen_slot *slot = slot_of(seen, hash);

    if (slot->hash != 0)
        return (size_t)slot->line;
    *slot = (struct seen_slot){hash, line};
    if (++seen->count * 4 > seen->capacity * 3)
        grow(seen);
    return 0;
}
