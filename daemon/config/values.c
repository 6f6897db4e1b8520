#include "config/values.h"

#include <string.h>

#include "base/arena.h"
#include "base/money.h"
#include "base/parse.h"
#include "base/text.h"

enum { NAME_MAX_LENGTH = 64, TEXT_MAX_LENGTH = 65536, CLIP = 80 };

/* As much of a text as a message shows. */
static const char *clip(struct reader *reader, const char *text)
{
    char buffer[CLIP];
    return arena_copy(reader->findings->arena, text_clip(text, buffer, sizeof buffer));
}

const char *reader_text(struct reader *reader, config_setting_t *setting)
{
    const char *text = config_setting_get_string(setting);
    if (text == NULL) {
        reader_expects(reader, setting, "a text in quotes");
        return NULL;
    }
    if (strlen(text) > TEXT_MAX_LENGTH) {
        reader_error(reader, setting, "%s: the text is longer than %d bytes; shorten it", reader_key(setting),
                     TEXT_MAX_LENGTH);
        return NULL;
    }
    return text;
}

static bool is_list(const config_setting_t *setting)
{
    return config_setting_is_array(setting) == CONFIG_TRUE || config_setting_is_list(setting) == CONFIG_TRUE;
}

bool reader_texts(struct reader *reader, config_setting_t *setting, const char *const **list, size_t *count)
{
    if (!is_list(setting)) {
        reader_expects(reader, setting, "a list of texts, [\"...\", \"...\"]");
        return false;
    }
    size_t length = (size_t)config_setting_length(setting);
    const char **texts = arena_array(reader->arena, length + 1, sizeof *texts);
    for (size_t i = 0; i < length; i++) {
        config_setting_t *element = config_setting_get_elem(setting, (unsigned)i);
        const char *text = reader_text(reader, element);
        if (text == NULL)
            return false;
        if (text[0] == '\0') {
            reader_error(reader, setting, "%s: there is an empty text in the list; remove it", reader_key(setting));
            return false;
        }
        texts[i] = arena_copy(reader->arena, text);
    }
    *list = texts;
    *count = length;
    return true;
}

/* ---- texts ---- */

static void read_lines(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    const char *text = reader_text(reader, setting);
    (void)option;
    if (text != NULL)
        *(const char **)member = arena_copy(reader->arena, text);
}

static void read_text(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    const char *text = config_setting_get_string(setting);
    if (text != NULL && text_has_control(text))
        reader_error(reader, setting, "%s: the text has a line end or another control character; write it in one line",
                     reader_key(setting));
    else
        read_lines(reader, option, setting, member);
}

static void read_path(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    const char *text = reader_text(reader, setting);
    (void)option;
    if (text == NULL)
        return;
    if (text_has_control(text))
        reader_error(reader, setting, "%s: a path has no control characters; correct it", reader_key(setting));
    else
        *(const char **)member = reader_path(reader, text);
}

/* Names stand in logs, tables and file names. */
static const char *name_fault(const char *name)
{
    if (name[0] == '\0')
        return "is empty; give it a name";
    if (strlen(name) > NAME_MAX_LENGTH)
        return "is longer than 64 bytes; shorten it";
    if (text_has_control(name) || strpbrk(name, "/\\\"',;=") != NULL)
        return "has a character that names cannot have; use letters, digits, - and _";
    if (name[0] == ' ' || name[0] == '.' || name[0] == '-' || text_ends(name, " "))
        return "begins with a dot or a dash, or has a space at an end; use letters, digits, - and _";
    return NULL;
}

static void read_name(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    const char *text = reader_text(reader, setting);
    (void)option;
    if (text == NULL)
        return;
    const char *fault = name_fault(text);
    if (fault != NULL)
        reader_error(reader, setting, "%s: the name %s", reader_key(setting), fault);
    else
        *(const char **)member = arena_copy(reader->arena, text);
}

/* ---- words ---- */

static void not_a_word(struct reader *reader, const struct option *option, config_setting_t *setting, const char *text)
{
    reader_error(reader, setting, "%s: \"%s\" is not known here; use %s", reader_key(setting), clip(reader, text),
                 option_words(option, reader->findings->arena));
}

static int find_word(const struct option *option, const char *text)
{
    if (option->values != NULL)
        if (option_value(option->values, text) < 0)
            return -1;
    return option->names == NULL ? 0 : names_find(option->names, text);
}

/* True if the word is the quoted default. */
static bool is_preset(const struct option *option, const char *word)
{
    size_t length = strlen(word);
    return text_starts(option->preset, "\"") && strncmp(option->preset + 1, word, length) == 0 &&
           text_equal(option->preset + 1 + length, "\"");
}

static void read_word(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    const char *text = reader_text(reader, setting);
    if (text == NULL)
        return;
    int value = find_word(option, text);
    if (value < 0)
        not_a_word(reader, option, setting, text);
    else if (option->later != NULL && !is_preset(option, text))
        reader_error(reader, setting, "%s = \"%s\": %s", option->name, text, option->later);
    else if (option->names != NULL)
        *(int *)member = value;
    else
        *(const char **)member = arena_copy(reader->arena, text);
}

static void read_word_list(struct reader *reader, const struct option *option, config_setting_t *setting, char *target)
{
    const char *const *texts;
    size_t count;
    int values[OPTION_WORDS_MAX];
    if (!reader_texts(reader, setting, &texts, &count))
        return;
    if (count > OPTION_WORDS_MAX) {
        reader_error(reader, setting, "%s: has more than %d words; keep the first ones", option->name,
                     OPTION_WORDS_MAX);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        values[i] = find_word(option, texts[i]);
        if (values[i] < 0) {
            not_a_word(reader, option, setting, texts[i]);
            return;
        }
        for (size_t j = 0; j < i; j++)
            if (values[j] == values[i]) {
                reader_error(reader, setting, "%s: %s stands twice; keep one", option->name, texts[i]);
                return;
            }
    }
    memcpy(target + option->offset, values, count * sizeof *values);
    memcpy(target + option->count_offset, &count, sizeof count);
}

static void read_text_list(struct reader *reader, const struct option *option, config_setting_t *setting, char *target)
{
    const char *const *texts;
    size_t count;
    if (!reader_texts(reader, setting, &texts, &count))
        return;
    for (size_t i = 0; i < count; i++) {
        if (option->values != NULL && find_word(option, texts[i]) < 0) {
            not_a_word(reader, option, setting, texts[i]);
            return;
        }
    }
    memcpy(target + option->offset, &texts, sizeof texts);
    memcpy(target + option->count_offset, &count, sizeof count);
}

/* ---- numbers, times, money ---- */

static void read_bool(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    (void)option;
    if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
        reader_expects(reader, setting, "true or false without quotes");
    else
        *(bool *)member = config_setting_get_bool(setting) == CONFIG_TRUE;
}

/* The two ends of "1..60". */
static void range_of(struct reader *reader, const char *values, const char **low, const char **high)
{
    const char *dots = strstr(values, "..");
    *low = arena_copy_n(reader->findings->arena, values, (size_t)(dots - values));
    *high = dots + 2;
}

static void read_int(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    if (config_setting_type(setting) != CONFIG_TYPE_INT) {
        reader_expects(reader, setting, "a number without quotes");
        return;
    }
    const char *low, *high;
    int64_t least = 0, most = 0;
    int value = config_setting_get_int(setting);
    range_of(reader, option->values, &low, &high);
    parse_i64(low, INT32_MIN, INT32_MAX, &least);
    parse_i64(high, INT32_MIN, INT32_MAX, &most);
    if (value < least || value > most)
        reader_error(reader, setting, "%s: %d is out of range; use %s to %s", option->name, value, low, high);
    else
        *(int *)member = value;
}

static bool parse_unit(struct reader *reader, config_setting_t *setting, struct duration *out)
{
    const char *text = reader_text(reader, setting);
    if (text == NULL)
        return false;
    if (parse_duration(text, out))
        return true;
    reader_error(reader, setting,
                 "%s: \"%s\" is no duration; write a number and a unit without a space, like 7d; "
                 "units are d, bd, w, m, h, min and s",
                 reader_key(setting), clip(reader, text));
    return false;
}

static void read_duration(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    static const char *const units[] = {
        [UNIT_DAY] = "d",  [UNIT_BUSINESS_DAY] = "bd", [UNIT_WEEK] = "w",  [UNIT_MONTH] = "m",
        [UNIT_HOUR] = "h", [UNIT_MINUTE] = "min",      [UNIT_SECOND] = "s"};
    struct duration duration;
    if (!parse_unit(reader, setting, &duration))
        return;
    if (option->values != NULL && option_value(option->values, units[duration.unit]) < 0)
        reader_error(reader, setting, "%s: the unit %s has no meaning here; use %s", option->name, units[duration.unit],
                     option_words(option, reader->findings->arena));
    else
        *(struct duration *)member = duration;
}

int64_t values_seconds(const struct duration *duration)
{
    static const int64_t seconds[] = {
        [UNIT_DAY] = 86400, [UNIT_BUSINESS_DAY] = -1, [UNIT_WEEK] = 604800, [UNIT_MONTH] = -1,
        [UNIT_HOUR] = 3600, [UNIT_MINUTE] = 60,       [UNIT_SECOND] = 1};
    return seconds[duration->unit] < 0 ? -1 : duration->n * seconds[duration->unit];
}

static void read_seconds(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    const char *low, *high;
    struct duration duration, least = {0}, most = {0};
    if (!parse_unit(reader, setting, &duration))
        return;
    range_of(reader, option->values, &low, &high);
    parse_duration(low, &least);
    parse_duration(high, &most);
    int64_t seconds = values_seconds(&duration);
    if (seconds < values_seconds(&least) || seconds > values_seconds(&most))
        reader_error(reader, setting, "%s: \"%s\" is out of range; use %s to %s", option->name,
                     config_setting_get_string(setting), low, high);
    else
        *(int32_t *)member = (int32_t)seconds;
}

static void read_date(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    const char *text = reader_text(reader, setting);
    (void)option;
    if (text != NULL && !day_parse(text, member))
        reader_error(reader, setting, "%s: \"%s\" is no date; write YYYY-MM-DD", reader_key(setting),
                     clip(reader, text));
}

static void read_clock(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    const char *text = reader_text(reader, setting);
    (void)option;
    if (text != NULL && !parse_clock(text, member))
        reader_error(reader, setting, "%s: \"%s\" is no time of day; write HH:MM, from 00:00 to 24:00",
                     reader_key(setting), clip(reader, text));
}

static void read_percent(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    const char *text = reader_text(reader, setting);
    (void)option;
    if (text != NULL && !parse_percent(text, member))
        reader_error(reader, setting, "%s: \"%s\" is no percentage from 0%% to 100%%; write it like \"20%%\"",
                     reader_key(setting), clip(reader, text));
}

static bool read_amount(struct reader *reader, config_setting_t *setting, const char *text, struct money *out)
{
    struct err err;
    if (money_parse_with_code(text, out, &err) != 0) {
        reader_error(reader, setting, "%s: %s", reader_key(setting), err.text);
        return false;
    }
    if (out->minor < 0) {
        reader_error(reader, setting, "%s: \"%s\" is negative; write an amount of zero or more", reader_key(setting),
                     clip(reader, text));
        return false;
    }
    return true;
}

static bool is_repeated(const struct money *list, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (text_equal(list[i].currency, list[at].currency))
            return true;
    return false;
}

static void read_money_list(struct reader *reader, const struct option *option, config_setting_t *setting, char *target)
{
    const char *const *texts;
    size_t count;
    if (!reader_texts(reader, setting, &texts, &count))
        return;
    struct money *list = arena_array(reader->arena, count + 1, sizeof *list);
    for (size_t i = 0; i < count; i++) {
        if (!read_amount(reader, setting, texts[i], &list[i]))
            return;
        if (is_repeated(list, i)) {
            reader_error(reader, setting, "%s: %s stands twice; keep one amount for each currency", option->name,
                         list[i].currency);
            return;
        }
    }
    memcpy(target + option->offset, &list, sizeof list);
    memcpy(target + option->count_offset, &count, sizeof count);
}

/* ---- groups ---- */

static void read_group_member(struct reader *reader, const struct option *option, config_setting_t *setting,
                              void *member)
{
    reader_group(reader, setting, option->group, member);
}

static void read_list(struct reader *reader, const struct option *option, config_setting_t *setting, char *target)
{
    if (!is_list(setting)) {
        reader_expects(reader, setting, "a list of groups, ( { ... }, { ... } )");
        return;
    }
    size_t count = (size_t)config_setting_length(setting);
    char *list = arena_array(reader->arena, count + 1, option->group->size);
    for (size_t i = 0; i < count; i++)
        reader_group(reader, config_setting_get_elem(setting, (unsigned)i), option->group,
                     list + i * option->group->size);
    memcpy(target + option->offset, &list, sizeof list);
    memcpy(target + option->count_offset, &count, sizeof count);
}

static void read_later(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    (void)member;
    reader_error(reader, setting, "%s: not available in this version; %s", option->name, option->later);
}

static void read_special(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    option->read(reader, option, setting, member);
}

/* Types that fill one member, and types that fill a list and its count. */
static option_read *const member_types[] = {
    [OPTION_NAME] = read_name,
    [OPTION_TEXT] = read_text,
    [OPTION_LINES] = read_lines,
    [OPTION_PATH] = read_path,
    [OPTION_WORD] = read_word,
    [OPTION_BOOL] = read_bool,
    [OPTION_INT] = read_int,
    [OPTION_DURATION] = read_duration,
    [OPTION_SECONDS] = read_seconds,
    [OPTION_DATE] = read_date,
    [OPTION_CLOCK] = read_clock,
    [OPTION_PERCENT] = read_percent,
    [OPTION_GROUP] = read_group_member,
    [OPTION_SPECIAL] = read_special,
    [OPTION_LATER] = read_later,
};
typedef void list_read(struct reader *reader, const struct option *option, config_setting_t *setting, char *target);
static list_read *const list_types[] = {
    [OPTION_MONEY_LIST] = read_money_list,
    [OPTION_TEXT_LIST] = read_text_list,
    [OPTION_LIST] = read_list,
    [OPTION_WORD_LIST] = read_word_list,
    [OPTION_LATER] = NULL,
};
_Static_assert(sizeof member_types / sizeof *member_types == OPTION_LATER + 1, "a type has no reader");

void reader_option(struct reader *reader, const struct option *option, config_setting_t *setting, void *target)
{
    if (list_types[option->type] != NULL)
        list_types[option->type](reader, option, setting, target);
    else
        member_types[option->type](reader, option, setting, (char *)target + option->offset);
}
