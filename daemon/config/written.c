#include "config/written.h"

#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/text.h"
#include "config/config.h"
#include "config/reader.h"

enum { SHOWN_MAX = 80, PENDING_MAX = 512 };

static void keep(struct reader *reader, const char *where, const char *key, const char *value)
{
    struct written_list *all = reader->config->written;

    if (!all)
        all = reader->config->written = arena_alloc(reader->arena, sizeof *all);
    if (all->count == all->capacity) {
        size_t capacity = all->capacity == 0 ? 128 : 2 * all->capacity;
        all->list = arena_grow(reader->arena, all->list, all->count, capacity, sizeof *all->list);
        all->capacity = capacity;
    }
    all->list[all->count++] = (struct written){where, key, value};
}

void written_text(struct reader *reader, const char *kind, const char *name, const char *text)
{
    if (reader->config)
        keep(reader, arena_printf(reader->arena, "%s %s", kind, name), "",
             arena_printf(reader->arena, "%08x", (unsigned)digest_crc32(text, strlen(text))));
}

/* ---- a tree of settings ---- */

static bool is_scalar(const config_setting_t *setting)
{
    return config_setting_is_scalar(setting) == CONFIG_TRUE;
}

static void add_scalar(struct text *out, const config_setting_t *setting)
{
    int type = config_setting_type(setting);

    if (type == CONFIG_TYPE_STRING)
        text_addf(out, "\"%s\"", config_setting_get_string(setting));
    else if (type == CONFIG_TYPE_BOOL)
        text_add(out, config_setting_get_bool(setting) ? "true" : "false");
    else if (type == CONFIG_TYPE_FLOAT)
        text_addf(out, "%g", config_setting_get_float(setting));
    else
        text_addf(out, "%lld", config_setting_get_int64(setting));
}

/* A scalar, or a list of nothing but scalars. */
static const char *value_of(const config_setting_t *setting, struct arena *arena)
{
    struct text out;

    text_init(&out, arena);
    if (is_scalar(setting)) {
        add_scalar(&out, setting);
        return out.data;
    }
    text_add(&out, "[");
    for (int i = 0; i < config_setting_length(setting); i++) {
        text_add(&out, i > 0 ? ", " : "");
        add_scalar(&out, config_setting_get_elem(setting, (unsigned)i));
    }
    text_add(&out, "]");
    return out.data;
}

static bool is_value(const config_setting_t *setting)
{
    if (is_scalar(setting))
        return true;
    if (config_setting_is_group(setting) == CONFIG_TRUE)
        return false;
    for (int i = 0; i < config_setting_length(setting); i++)
        if (!is_scalar(config_setting_get_elem(setting, (unsigned)i)))
            return false;
    return true;
}

/* A group or list whose members wait to be looked at. */
struct pending {
    config_setting_t *setting;
    const char *where, *prefix;
};

/* "steps" -> "step", "policies" -> "policy" */
static const char *singular(const char *word, struct arena *arena)
{
    size_t length = strlen(word);

    if (text_equal(word, "series"))
        return word;
    if (text_ends(word, "ies"))
        return arena_printf(arena, "%.*sy", (int)(length - 3), word);
    return text_ends(word, "s") ? arena_copy_n(arena, word, length - 1) : word;
}

/* The name of a business is a person's or a firm's, not the place's. */
static bool has_own_name(const char *kind)
{
    static const char *const kinds[] = {"policy", "step", "provider", "regime", "series"};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (text_equal(kind, kinds[i]))
            return true;
    return false;
}

/* A group that bears a name, or stands in a list, is a place of its own. */
static struct pending place_of(const struct pending *above, config_setting_t *setting, int index, struct arena *arena)
{
    const char *key = config_setting_name(setting), *name = "";
    const char *kind = key ? key : singular(reader_key(setting), arena);

    if (config_setting_is_group(setting) != CONFIG_TRUE)
        return (struct pending){setting, above->where, above->prefix};
    if (!has_own_name(kind) || config_setting_lookup_string(setting, "name", &name) != CONFIG_TRUE)
        name = key ? "" : arena_printf(arena, "%d", index + 1);
    if (text_empty(name))
        return (struct pending){setting, above->where, arena_printf(arena, "%s%s.", above->prefix, key)};
    return (struct pending){
        setting, arena_printf(arena, "%s%s%s %s", above->where, text_empty(above->where) ? "" : ": ", kind, name), ""};
}

void written_settings(struct reader *reader, config_setting_t *root)
{
    struct pending stack[PENDING_MAX];
    size_t depth = 1;

    if (!reader->config)
        return;
    stack[0] = (struct pending){root, "", ""};
    while (depth > 0) {
        const struct pending at = stack[--depth];

        for (int i = 0; i < config_setting_length(at.setting); i++) {
            config_setting_t *member = config_setting_get_elem(at.setting, (unsigned)i);
            const char *key = config_setting_name(member);
            if (is_value(member))
                keep(reader, at.where, arena_printf(reader->arena, "%s%s", at.prefix, key ? key : ""),
                     value_of(member, reader->arena));
            else if (depth < PENDING_MAX)
                stack[depth++] = place_of(&at, member, i, reader->arena);
        }
    }
}

/* ---- what is the same, what is not ---- */

const char *written_digest(const struct written_list *written, struct arena *arena)
{
    unsigned char digest[SHA256_SIZE];
    char hex[SHA256_TEXT_SIZE];
    struct text all;

    text_init(&all, arena);
    for (size_t i = 0; i < written->count; i++)
        text_addf(&all, "%s\n%s\n%s\n", written->list[i].where, written->list[i].key, written->list[i].value);
    digest_sha256(all.data, all.length, digest);
    return arena_copy(arena, digest_hex(digest, SHA256_SIZE, hex));
}

static const struct written *find(const struct written_list *all, const struct written *one)
{
    for (size_t i = 0; i < all->count; i++)
        if (text_equal(all->list[i].where, one->where) && text_equal(all->list[i].key, one->key))
            return &all->list[i];
    return NULL;
}

/* Itself, or something in it. */
static bool has_place(const struct written_list *all, const char *where)
{
    size_t length = strlen(where);

    for (size_t i = 0; i < all->count; i++)
        if (text_starts(all->list[i].where, where) &&
            (all->list[i].where[length] == '\0' || all->list[i].where[length] == ':'))
            return true;
    return false;
}

static bool is_shown(const struct written *one)
{
    return !text_starts(one->where, "provider ") && !text_starts(one->where, "entity ") &&
           !text_starts(one->key, "business.") && strchr(one->value, '@') == NULL && strlen(one->value) <= SHOWN_MAX;
}

static void say(struct written_changes *changes, struct arena *arena, const char *sentence)
{
    for (size_t i = 0; i < changes->count; i++)
        if (text_equal(changes->list[i], sentence))
            return;
    if (changes->count == changes->capacity) {
        size_t capacity = changes->capacity == 0 ? 16 : 2 * changes->capacity;
        changes->list = arena_grow(arena, changes->list, changes->count, capacity, sizeof *changes->list);
        changes->capacity = capacity;
    }
    changes->list[changes->count++] = sentence;
}

static const char *subject(const struct written *one, struct arena *arena)
{
    if (text_empty(one->key))
        return one->where;
    return arena_printf(arena, "%s%s%s", one->where, text_empty(one->where) ? "" : ": ", one->key);
}

/* The outermost place of a setting that the other side does not have; "" it has them all. */
static const char *missing_place(const struct written_list *other, const struct written *one, struct arena *arena)
{
    for (const char *end = one->where; *end != '\0';) {
        end += strcspn(end + 1, ":") + 1;
        const char *place = arena_copy_n(arena, one->where, (size_t)(end - one->where));
        if (!has_place(other, place))
            return place;
    }
    return "";
}

/* One setting that stands on one side only. */
static const char *alone(const struct written_list *other, const struct written *one, bool is_new, struct arena *arena)
{
    const char *place = missing_place(other, one, arena);

    if (!text_empty(place))
        return arena_printf(arena, "%s is %s", place, is_new ? "new" : "gone");
    if (!is_shown(one))
        return arena_printf(arena, "%s is %s", subject(one, arena), is_new ? "set" : "no longer set");
    return arena_printf(arena, is_new ? "%s is now %s" : "%s is no longer %s", subject(one, arena), one->value);
}

static const char *changed(const struct written *before, const struct written *after, struct arena *arena)
{
    if (text_empty(after->key) || !is_shown(before) || !is_shown(after))
        return arena_printf(arena, "%s has changed", subject(after, arena));
    return arena_printf(arena, "%s is now %s, was %s", subject(after, arena), after->value, before->value);
}

struct written_changes written_compare(const struct written_list *before, const struct written_list *after,
                                       struct arena *arena)
{
    struct written_changes changes = {NULL, 0, 0};

    for (size_t i = 0; i < after->count; i++) {
        const struct written *one = &after->list[i], *was = find(before, one);
        if (!was)
            say(&changes, arena, alone(before, one, true, arena));
        else if (!text_equal(was->value, one->value))
            say(&changes, arena, changed(was, one, arena));
    }
    for (size_t i = 0; i < before->count; i++)
        if (!find(after, &before->list[i]))
            say(&changes, arena, alone(after, &before->list[i], false, arena));
    return changes;
}
