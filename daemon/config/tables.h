/*
 * The groups of options, each beside the code that uses what it reads.
 */
#ifndef CONFIG_TABLES_H
#define CONFIG_TABLES_H

#include "config/option.h"
#include "policy/policy.h"

/* main_options.c and business_options.c */
extern const struct option_group group_main, group_business, group_entity, group_ledger, group_state, group_directories,
    group_channels, group_limits, group_sms, group_sender;
/* policy_options.c and step_options.c */
extern const struct option_group group_policy_file, group_policy, group_applies_to, group_window, group_on,
    group_dispute, group_step, group_when, group_approval, group_plan, group_repeat, group_task;
/* provider_options.c and http_options.c */
extern const struct option_group group_provider_file, group_smtp, group_http, group_header, group_field, group_answer,
    group_drop;
/* rates_options.c */
extern const struct option_group group_rates_file, group_series, group_equals, group_regime, group_compensation,
    group_band;

#define GROUP_OF(table, type) .options = (table), .count = sizeof(table) / sizeof *(table), .size = sizeof(type)
#define AT(type, member) .offset = offsetof(type, member)
#define LIST_AT(type, list, number) .offset = offsetof(type, list), .count_offset = offsetof(type, number)
/* A struct words or struct thresholds: both are a list and its count. */
#define WORDS_AT(type, member)                                       \
    .offset = offsetof(type, member) + offsetof(struct words, list), \
    .count_offset = offsetof(type, member) + offsetof(struct words, count)

_Static_assert(offsetof(struct words, list) == offsetof(struct thresholds, list) &&
                   offsetof(struct words, count) == offsetof(struct thresholds, count),
               "lists and their counts lie alike");

#endif
