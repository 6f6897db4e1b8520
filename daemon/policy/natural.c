#include "policy/natural.h"

#include <string.h>

#include "base/arena.h"

__extension__ typedef unsigned __int128 uint128;

enum { LIMB_BITS = 32 };

static void push(struct natural *number, uint32_t limb)
{
    if (number->count == number->capacity) {
        size_t capacity = number->capacity == 0 ? 16 : 2 * number->capacity;
        number->limbs = arena_grow(number->arena, number->limbs, number->count, capacity, sizeof *number->limbs);
        number->capacity = capacity;
    }
    number->limbs[number->count++] = limb;
}

static void trim(struct natural *number)
{
    while (number->count > 0 && number->limbs[number->count - 1] == 0)
        number->count--;
}

void natural_init(struct natural *number, struct arena *arena, uint64_t value)
{
    *number = (struct natural){.arena = arena};
    for (; value > 0; value >>= LIMB_BITS)
        push(number, (uint32_t)value);
}

struct natural natural_copy(const struct natural *number)
{
    struct natural copy = *number;

    copy.capacity = number->count + 2;
    copy.limbs = arena_array(number->arena, copy.capacity, sizeof *copy.limbs);
    if (number->count > 0)
        memcpy(copy.limbs, number->limbs, number->count * sizeof *copy.limbs);
    return copy;
}

void natural_multiply(struct natural *number, uint64_t factor)
{
    uint128 carry = 0;

    for (size_t i = 0; i < number->count; i++) {
        carry += (uint128)number->limbs[i] * factor;
        number->limbs[i] = (uint32_t)carry;
        carry >>= LIMB_BITS;
    }
    for (; carry > 0; carry >>= LIMB_BITS)
        push(number, (uint32_t)carry);
    trim(number);
}

void natural_add(struct natural *number, const struct natural *more)
{
    uint64_t carry = 0;

    while (number->count < more->count)
        push(number, 0);
    for (size_t i = 0; i < number->count; i++) {
        carry += (uint64_t)number->limbs[i] + (i < more->count ? more->limbs[i] : 0);
        number->limbs[i] = (uint32_t)carry;
        carry >>= LIMB_BITS;
    }
    if (carry > 0)
        push(number, (uint32_t)carry);
}

void natural_subtract(struct natural *number, const struct natural *less)
{
    uint64_t borrow = 0;

    for (size_t i = 0; i < number->count; i++) {
        uint64_t taken = borrow + (i < less->count ? less->limbs[i] : 0);
        borrow = number->limbs[i] < taken;
        number->limbs[i] = (uint32_t)(number->limbs[i] + (borrow << LIMB_BITS) - taken);
    }
    trim(number);
}

int natural_compare(const struct natural *one, const struct natural *other)
{
    if (one->count != other->count)
        return one->count < other->count ? -1 : 1;
    for (size_t i = one->count; i-- > 0;)
        if (one->limbs[i] != other->limbs[i])
            return one->limbs[i] < other->limbs[i] ? -1 : 1;
    return 0;
}

uint64_t natural_divide(struct natural *number, uint64_t divisor)
{
    uint128 rest = 0;

    for (size_t i = number->count; i-- > 0;) {
        rest = rest << LIMB_BITS | number->limbs[i];
        number->limbs[i] = (uint32_t)(rest / divisor);
        rest %= divisor;
    }
    trim(number);
    return (uint64_t)rest;
}

uint64_t natural_value(const struct natural *number)
{
    if (number->count > 2)
        return UINT64_MAX;
    uint64_t low = number->count > 0 ? number->limbs[0] : 0, high = number->count > 1 ? number->limbs[1] : 0;
    return high << LIMB_BITS | low;
}
