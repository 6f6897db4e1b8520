/*
 * Natural numbers of any size, for products that no machine word holds: as
 * much as interest with many unrounded rests needs.  In an arena.
 */
#ifndef POLICY_NATURAL_H
#define POLICY_NATURAL_H

#include <stddef.h>
#include <stdint.h>

struct arena;

struct natural {
    struct arena *arena;
    uint32_t *limbs; /* the lowest first; without leading zeros, so 0 has none */
    size_t count, capacity;
};

void natural_init(struct natural *number, struct arena *arena, uint64_t value);
/* A copy with memory of its own. */
struct natural natural_copy(const struct natural *number);
void natural_multiply(struct natural *number, uint64_t factor);
void natural_add(struct natural *number, const struct natural *more);
/* less must not be larger. */
void natural_subtract(struct natural *number, const struct natural *less);
/* -1, 0 or 1 */
int natural_compare(const struct natural *one, const struct natural *other);
/* Divides by divisor (> 0); returns the rest. */
uint64_t natural_divide(struct natural *number, uint64_t divisor);
/* The value, UINT64_MAX where it is larger. */
uint64_t natural_value(const struct natural *number);

#endif
