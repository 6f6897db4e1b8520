/*
 * What the templates of a provider of kind http may name, dunning-provider(5).
 */
#ifndef CONFIG_PROVIDER_VALUES_H
#define CONFIG_PROVIDER_VALUES_H

#include <stddef.h>

struct provider_value {
    const char *name, *sentence;
};
extern const struct provider_value provider_values[];
extern const size_t provider_value_count;

#endif
