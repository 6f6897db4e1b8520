/*
 * "Did you mean": the word of a list that is nearest to one that is not in it.
 */
#ifndef CONFIG_SUGGEST_H
#define CONFIG_SUGGEST_H

#include <stddef.h>

struct option_group;

/* Letters added, lost, changed or swapped between a and b; words longer than 63 bytes differ by 64. */
size_t suggest_distance(const char *a, const char *b);

/* The key of the group that is at most two such slips away (one for short keys), NULL if there is none. */
const char *suggest_option(const struct option_group *group, const char *key);

#endif
