#include "shrink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- one run ---- */

static struct world *scratch(void)
{
    static struct world world;

    return &world;
}

static bool breaks(uint64_t seed, enum plant plant, const bool *off, const char *rule)
{
    struct world *world = scratch();

    world_make(world, seed);
    world->plant = plant;
    return !world_run(world, off, CHOICES_MAX) && strcmp(world->rule, rule) == 0;
}

/* ---- by halves, then by ever smaller parts ---- */

struct search {
    uint64_t seed;
    enum plant plant;
    const char *rule;
    bool *off;
    int tries;
};

enum { TRIES_MOST = 600 };

static bool try_without(struct search *search, size_t from, size_t count)
{
    bool trial[CHOICES_MAX];
    size_t changed = 0;

    memcpy(trial, search->off, sizeof trial);
    for (size_t i = from; i < from + count && i < CHOICES_MAX; i++) {
        changed += !trial[i];
        trial[i] = true;
    }
    if (changed == 0 || search->tries++ > TRIES_MOST)
        return false;
    if (!breaks(search->seed, search->plant, trial, search->rule))
        return false;
    memcpy(search->off, trial, sizeof trial);
    return true;
}

static size_t count_left(const bool *off)
{
    size_t left = 0;

    for (size_t i = 0; i < CHOICES_MAX; i++)
        left += !off[i];
    return left;
}

size_t shrink(uint64_t seed, enum plant plant, bool off[CHOICES_MAX])
{
    struct world *world = scratch();
    char rule[sizeof world->rule];
    bool again = true;

    memset(off, 0, CHOICES_MAX * sizeof *off);
    world_make(world, seed);
    world->plant = plant;
    if (world_run(world, off, CHOICES_MAX))
        return CHOICES_MAX;
    memcpy(rule, world->rule, sizeof rule);
    for (size_t i = 0; i < DEEDS_MAX; i++)
        off[i] = i >= (size_t)world->deed_count;
    for (size_t i = 0; i < FATES_MAX; i++)
        off[DEEDS_MAX + i] = i >= (size_t)world->fate_next;
    struct search search = {seed, plant, rule, off, 0};
    while (again && search.tries < TRIES_MOST) {
        again = false;
        for (size_t part = CHOICES_MAX / 2; part > 0; part /= 2)
            for (size_t from = 0; from < CHOICES_MAX; from += part)
                again = try_without(&search, from, part) || again;
    }
    return count_left(off);
}

/* ---- the story ---- */

void shrink_tell(uint64_t seed, enum plant plant, const bool off[CHOICES_MAX])
{
    struct world *world = scratch();

    world_make(world, seed);
    world->plant = plant;
    world->verbose = true;
    printf("policies %s and %s\n", variants[world->config].plans[0]->name, variants[world->config].plans[1]->name);
    for (int i = 0; i < world->debtor_count; i++)
        if (!off[0])
            printf("%s: zone %s, %s, %s%s\n", world->debtors[i].id, world->debtors[i].zone_name,
                   world->debtors[i].segment, world->debtors[i].currency,
                   world->debtors[i].no_email ? ", no email" : "");
    world_run(world, off, CHOICES_MAX);
    printf("=> %s: %s\n", world->rule, world->what);
}
