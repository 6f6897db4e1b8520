/*
 * How each type of option is read.
 */
#ifndef CONFIG_VALUES_H
#define CONFIG_VALUES_H

#include <stdint.h>

#include "config/reader.h"

/* "KEY: expects WHAT, not a number" */
void reader_expects(struct reader *reader, const config_setting_t *setting, const char *what);

/* Seconds of a duration in s, min, h, d or w; -1 for business days and months. */
struct duration;
int64_t values_seconds(const struct duration *duration);

#endif
