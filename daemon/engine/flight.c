#include "engine/flight.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

struct flight *flight_new(void)
{
    struct arena *arena = arena_new(0);
    struct flight *flight = arena_alloc(arena, sizeof *flight);

    flight->arena = arena;
    flight->provider = flight->address = flight->zone = "";
    return flight;
}

void flight_free(struct flight **flight)
{
    if (!*flight)
        return;
    struct arena *arena = (*flight)->arena;
    *flight = NULL;
    arena_free(&arena);
}

void flights_add(struct flights *flights, struct flight *flight)
{
    if (flights->count == flights->capacity) {
        size_t capacity = flights->capacity ? flights->capacity * 2 : 32;
        flights->list = arena_must(realloc(flights->list, capacity * sizeof(struct flight *)));
        flights->capacity = capacity;
    }
    flights->list[flights->count++] = flight;
}

struct flight *flights_find(const struct flights *flights, int64_t attempt, uint64_t token)
{
    for (size_t i = 0; i < flights->count; i++)
        if (flights->list[i]->attempt == attempt && flights->list[i]->token == token)
            return flights->list[i];
    return NULL;
}

void flights_remove(struct flights *flights, struct flight *flight)
{
    for (size_t i = 0; i < flights->count; i++) {
        if (flights->list[i] != flight)
            continue;
        flights->list[i] = flights->list[--flights->count];
        flight_free(&flight);
        return;
    }
}

void flights_clear(struct flights *flights)
{
    for (size_t i = 0; i < flights->count; i++)
        flight_free(&flights->list[i]);
    free(flights->list);
    *flights = (struct flights){0};
}

size_t flights_committed(const struct flights *flights)
{
    size_t count = 0;

    for (size_t i = 0; i < flights->count; i++)
        count += flights->list[i]->committed;
    return count;
}
