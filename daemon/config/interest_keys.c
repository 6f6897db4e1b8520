#include "config/interest_keys.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/values.h"
#include "policy/step.h"

#define OTHER "other"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool is_country(const char *key)
{
    return text_equal(key, OTHER) || (strlen(key) == 2 && strspn(key, CAPITALS) == 2);
}

static bool read_one(struct reader *reader, config_setting_t *setting, struct country_regime *out)
{
    const char *key = reader_key(setting), *regime = reader_text(reader, setting);

    if (regime == NULL)
        return false;
    if (!is_country(key)) {
        reader_error(reader, setting, "interest: \"%s\" is no country; write two capital letters such as DE, or other",
                     key);
        return false;
    }
    *out = (struct country_regime){text_equal(key, OTHER) ? "" : arena_copy(reader->arena, key),
                                   arena_copy(reader->arena, regime)};
    return true;
}

static size_t read_group(struct reader *reader, config_setting_t *setting, struct country_regime *list)
{
    size_t count = 0;

    for (int i = 0; i < config_setting_length(setting); i++)
        count += read_one(reader, config_setting_get_elem(setting, (unsigned)i), &list[count]);
    if (config_setting_length(setting) == 0)
        reader_error(reader, setting, "interest: the group is empty; name a regime for a country, or remove it");
    return count;
}

static size_t read_single(struct reader *reader, config_setting_t *setting, struct country_regime *list)
{
    const char *text = reader_text(reader, setting);

    if (text == NULL)
        return 0;
    if (text[0] == '\0') {
        reader_error(reader, setting, "interest: the name is empty; name a regime, or remove the line");
        return 0;
    }
    *list = (struct country_regime){"", arena_copy(reader->arena, text)};
    return 1;
}

void interest_keys_read(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    struct step *step = (void *)((char *)member - option->offset);
    bool group = config_setting_is_group(setting) == CONFIG_TRUE;
    size_t room = group ? (size_t)config_setting_length(setting) : 1;
    struct country_regime *list = arena_array(reader->arena, room + 1, sizeof *list);

    step->interest = list;
    step->interest_count = group ? read_group(reader, setting, list) : read_single(reader, setting, list);
}
