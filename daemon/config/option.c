#include "config/option.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/tables.h"

/* Every group of every file, in the order in which people meet them. */
const struct option_group *const option_groups[] = {
    &group_main,       &group_business, &group_entity, &group_ledger,       &group_state,         &group_directories,
    &group_channels,   &group_limits,   &group_sms,    &group_sender,       &group_policy_file,   &group_policy,
    &group_applies_to, &group_window,   &group_step,   &group_when,         &group_approval,      &group_plan,
    &group_repeat,     &group_task,     &group_on,     &group_dispute,      &group_provider_file, &group_smtp,
    &group_http,       &group_header,   &group_field,  &group_answer,       &group_drop,          &group_rates_file,
    &group_series,     &group_equals,   &group_regime, &group_compensation, &group_band,
};
const size_t option_group_count = sizeof option_groups / sizeof *option_groups;

const struct option *option_find(const struct option_group *group, const char *name)
{
    for (size_t i = 0; i < group->count; i++)
        if (text_equal(group->options[i].name, name))
            return &group->options[i];
    return NULL;
}

int option_value(const char *values, const char *word)
{
    size_t length = strlen(word);
    for (int index = 0; *values != '\0'; index++) {
        size_t size = strcspn(values, "|");
        if (size == length && memcmp(values, word, length) == 0)
            return index;
        values += size;
        values += *values == '|';
    }
    return -1;
}

/* How many words there are, and word number index of them. */
static size_t word_at(const struct option *option, size_t index, const char **word, size_t *length)
{
    size_t count = 0;
    if (option->values == NULL) {
        count = option->names->count;
        *word = index < count ? option->names->words[index] : "";
        *length = strlen(*word);
        return count;
    }
    for (const char *at = option->values; *at != '\0'; at += *at == '|') {
        size_t size = strcspn(at, "|");
        if (count++ == index) {
            *word = at;
            *length = size;
        }
        at += size;
    }
    return count;
}

const char *option_words(const struct option *option, struct arena *arena)
{
    struct text all;
    const char *word = "";
    size_t length = 0;
    text_init(&all, arena);
    size_t count = word_at(option, 0, &word, &length);
    for (size_t i = 0; i < count; i++) {
        word_at(option, i, &word, &length);
        if (i > 0)
            text_add(&all, i + 1 == count ? " or " : ", ");
        text_add_n(&all, word, length);
    }
    return all.data;
}
