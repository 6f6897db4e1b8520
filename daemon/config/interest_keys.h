/*
 * interest of a step: a regime, or { DE = "..."; FR = "..."; other = "..."; }.
 */
#ifndef CONFIG_INTEREST_KEYS_H
#define CONFIG_INTEREST_KEYS_H

#include "config/reader.h"

option_read interest_keys_read;

#endif
