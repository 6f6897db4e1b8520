#include "config/reader.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/day.h"
#include "base/text.h"
#include "compose/email.h"
#include "config/source.h"
#include "config/suggest.h"
#include "config/values.h"
#include "config/written.h"

/* A group's struct with every default in it. */
struct presets {
    const struct option_group *group;
    const void *bytes;
    struct presets *next;
};

static void add(struct reader *reader, enum severity severity, const config_setting_t *setting, const char *sentence)
{
    int line = setting == NULL ? 0 : (int)config_setting_source_line(setting);
    findings_add(reader->findings, severity, reader->file, line, "%s", sentence);
}

void reader_error(struct reader *reader, const config_setting_t *setting, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(reader, SEVERITY_ERROR, setting, arena_vprintf(reader->findings->arena, format, args));
    va_end(args);
}

void reader_warn(struct reader *reader, const config_setting_t *setting, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(reader, SEVERITY_WARNING, setting, arena_vprintf(reader->findings->arena, format, args));
    va_end(args);
}

config_setting_t *reader_member(config_setting_t *group, const char *name)
{
    config_setting_t *member = config_setting_get_member(group, name);
    return member == NULL ? group : member;
}

void reader_address(struct reader *reader, config_setting_t *group, const char *key, const char *address)
{
    if (address[0] != '\0' && !email_address_ok(address))
        reader_error(reader, reader_member(group, key),
                     "%s: \"%s\" is no bare email address; write it like accounts@example.com", key, address);
}

const char *reader_key(const config_setting_t *setting)
{
    while (config_setting_name(setting) == NULL && config_setting_parent(setting) != NULL)
        setting = config_setting_parent(setting);
    const char *name = config_setting_name(setting);
    return name == NULL ? "" : name;
}

const char *reader_path(const struct reader *reader, const char *path)
{
    if (path[0] == '\0' || path[0] == '/')
        return arena_copy(reader->arena, path);
    return arena_printf(reader->arena, "%s/%s", reader->folder, path);
}

/* ---- files ---- */

config_t *reader_open(struct reader *reader, const char *file)
{
    reader->file = arena_copy(reader->arena, file);
    const char *text = source_read(file, reader->findings->arena, reader->findings);
    if (text == NULL || source_check(file, text, reader->findings) != 0)
        return NULL;
    config_t *document = malloc(sizeof *document);
    if (document == NULL) {
        findings_add(reader->findings, SEVERITY_ERROR, file, 0, "there is no memory left to read the file");
        return NULL;
    }
    config_init(document);
    /* Its lexer does not know a comment that the end of the file ends. */
    if (config_read_string(document, arena_printf(reader->findings->arena, "%s\n", text)) == CONFIG_TRUE) {
        written_settings(reader, config_root_setting(document));
        return document;
    }
    findings_add(reader->findings, SEVERITY_ERROR, file, config_error_line(document),
                 "this is not understood (%s); compare it with the examples", config_error_text(document));
    reader_close(&document);
    return NULL;
}

void reader_close(config_t **document)
{
    if (*document == NULL)
        return;
    config_destroy(*document);
    free(*document);
    *document = NULL;
}

/* ---- groups ---- */

static const char *group_name(const struct option_group *group)
{
    return group->name[0] == '\0' ? group->file : group->name;
}

static const char *type_name(const config_setting_t *setting)
{
    static const char *const words[] = {
        [CONFIG_TYPE_NONE] = "nothing",       [CONFIG_TYPE_GROUP] = "a group",  [CONFIG_TYPE_INT] = "a number",
        [CONFIG_TYPE_INT64] = "a number",     [CONFIG_TYPE_FLOAT] = "a number", [CONFIG_TYPE_STRING] = "a text",
        [CONFIG_TYPE_BOOL] = "true or false", [CONFIG_TYPE_ARRAY] = "a list",   [CONFIG_TYPE_LIST] = "a list",
    };
    return words[config_setting_type(setting)];
}

void reader_expects(struct reader *reader, const config_setting_t *setting, const char *what)
{
    reader_error(reader, setting, "%s: expects %s, not %s", reader_key(setting), what, type_name(setting));
}

/* The group of the same file that has this key. */
static const struct option_group *home_of(const struct option_group *group, const char *key)
{
    for (size_t i = 0; i < option_group_count; i++)
        if (text_equal(option_groups[i]->file, group->file) && option_find(option_groups[i], key) != NULL)
            return option_groups[i];
    return NULL;
}

static void unknown_key(struct reader *reader, const struct option_group *group, config_setting_t *setting)
{
    const char *key = reader_key(setting);
    const struct option_group *home = home_of(group, key);
    const char *near = suggest_option(group, key);
    if (home != NULL)
        reader_error(reader, setting, "%s: this key does not belong here; move it to %s", key,
                     home->name[0] == '\0' ? "the top level" : home->name);
    else if (near != NULL)
        reader_error(reader, setting, "%s: there is no such key in %s; did you mean %s?", key, group_name(group), near);
    else
        reader_error(reader, setting, "%s: there is no such key in %s; %s lists them all", key, group_name(group),
                     group->manual);
}

static void missing_keys(struct reader *reader, const struct option_group *group, config_setting_t *setting)
{
    for (size_t i = 0; i < group->count; i++) {
        const struct option *option = &group->options[i];
        if (option->preset == NULL && config_setting_get_member(setting, option->name) == NULL)
            reader_error(reader, setting, "%s: %s is missing; add %s = %s;", group_name(group), option->name,
                         option->name, option->example);
    }
}

/* The keys that are there; target holds the defaults already. */
static void read_keys(struct reader *reader, config_setting_t *setting, const struct option_group *group, void *target)
{
    for (int i = 0; i < config_setting_length(setting); i++) {
        config_setting_t *child = config_setting_get_elem(setting, (unsigned)i);
        const struct option *option = option_find(group, reader_key(child));
        if (option == NULL)
            unknown_key(reader, group, child);
        else
            reader_option(reader, option, child, target);
    }
}

static void set_empty(char *target, const struct option *option)
{
    static const char *const empty = "";
    static const day_t none = DAY_NONE;
    switch (option->type) {
    case OPTION_NAME:
    case OPTION_TEXT:
    case OPTION_LINES:
    case OPTION_PATH:
        memcpy(target + option->offset, &empty, sizeof empty);
        break;
    case OPTION_WORD:
        if (option->names == NULL)
            memcpy(target + option->offset, &empty, sizeof empty);
        break;
    case OPTION_DATE:
        memcpy(target + option->offset, &none, sizeof none);
        break;
    case OPTION_GROUP:
        for (size_t i = 0; i < option->group->count; i++)
            set_empty(target + option->offset, &option->group->options[i]);
        break;
    case OPTION_BOOL:
    case OPTION_INT:
    case OPTION_DURATION:
    case OPTION_SECONDS:
    case OPTION_CLOCK:
    case OPTION_PERCENT:
    case OPTION_MONEY_LIST:
    case OPTION_TEXT_LIST:
    case OPTION_LIST:
    case OPTION_WORD_LIST:
    case OPTION_SPECIAL:
    case OPTION_LATER:
        break; /* zero is empty */
    }
}

/* Defaults are written as in a file and read by the same code. */
static const void *presets_of(struct reader *reader, const struct option_group *group)
{
    for (const struct presets *known = reader->presets; known != NULL; known = known->next)
        if (known->group == group)
            return known->bytes;
    struct text text;
    text_init(&text, reader->findings->arena);
    for (size_t i = 0; i < group->count; i++)
        if (group->options[i].type != OPTION_LATER && !text_empty(group->options[i].preset))
            text_addf(&text, "%s = %s;\n", group->options[i].name, group->options[i].preset);
    config_t document;
    void *bytes = arena_alloc(reader->arena, group->size);
    for (size_t i = 0; i < group->count; i++)
        set_empty(bytes, &group->options[i]);
    config_init(&document);
    if (config_read_string(&document, text.data) == CONFIG_TRUE)
        read_keys(reader, config_root_setting(&document), group, bytes);
    else
        reader_error(reader, NULL, "the built-in defaults of %s are wrong", group_name(group));
    config_destroy(&document);
    struct presets *presets = arena_alloc(reader->arena, sizeof *presets);
    *presets = (struct presets){.group = group, .bytes = bytes, .next = reader->presets};
    reader->presets = presets;
    return bytes;
}

void reader_group(struct reader *reader, config_setting_t *setting, const struct option_group *group, void *target)
{
    if (config_setting_is_group(setting) != CONFIG_TRUE) {
        reader_expects(reader, setting, "a group, { ... }");
        return;
    }
    memcpy(target, presets_of(reader, group), group->size);
    read_keys(reader, setting, group, target);
    missing_keys(reader, group, setting);
    if (group->finish != NULL)
        group->finish(reader, setting, target);
}
