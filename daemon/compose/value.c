#include "compose/value.h"

#include "base/arena.h"
#include "base/text.h"

struct entry {
    const char *key;
    struct value *value;
};

struct value {
    struct arena *arena;
    enum value_kind kind;
    bool yes, verbatim;
    const char *text;
    struct entry *entries; /* of a list: the keys are "" */
    size_t count, capacity;
};

static struct value *value_new(struct arena *arena, enum value_kind kind)
{
    struct value *value = arena_alloc(arena, sizeof *value);

    value->arena = arena;
    value->kind = kind;
    value->text = "";
    return value;
}

struct value *value_text(struct arena *arena, const char *text)
{
    struct value *value = value_new(arena, VALUE_TEXT);

    value->text = arena_copy(arena, text);
    return value;
}

struct value *value_verbatim(struct arena *arena, const char *text)
{
    struct value *value = value_text(arena, text);

    value->verbatim = true;
    return value;
}

struct value *value_bool(struct arena *arena, bool yes)
{
    struct value *value = value_new(arena, VALUE_BOOL);

    value->yes = yes;
    return value;
}

struct value *value_list(struct arena *arena)
{
    return value_new(arena, VALUE_LIST);
}

struct value *value_map(struct arena *arena)
{
    return value_new(arena, VALUE_MAP);
}

static void value_append(struct value *value, const char *key, struct value *element)
{
    if (value->count == value->capacity) {
        size_t capacity = value->capacity > 0 ? 2 * value->capacity : 16;

        value->entries = arena_grow(value->arena, value->entries, value->count, capacity, sizeof *value->entries);
        value->capacity = capacity;
    }
    value->entries[value->count++] = (struct entry){.key = key, .value = element};
}

void value_push(struct value *list, struct value *element)
{
    value_append(list, "", element);
}

static struct entry *value_entry(const struct value *map, const char *key)
{
    if (map->kind != VALUE_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++) {
        if (map->entries[i].key[0] == key[0] && text_equal(map->entries[i].key, key))
            return &map->entries[i];
    }
    return NULL;
}

void value_set(struct value *map, const char *key, struct value *value)
{
    struct entry *entry = value_entry(map, key);

    if (entry != NULL)
        entry->value = value;
    else
        value_append(map, arena_copy(map->arena, key), value);
}

void value_set_text(struct value *map, const char *key, const char *text)
{
    value_set(map, key, value_text(map->arena, text));
}

void value_put(struct value *map, const char *key, struct value *value)
{
    value_append(map, key, value);
}

void value_put_text(struct value *map, const char *key, const char *text)
{
    struct value *value = value_new(map->arena, VALUE_TEXT);

    value->text = text;
    value_append(map, key, value);
}

enum value_kind value_kind(const struct value *value)
{
    return value->kind;
}

const struct value *value_get(const struct value *map, const char *key)
{
    const struct entry *entry = value_entry(map, key);

    return entry != NULL ? entry->value : NULL;
}

const char *value_as_text(const struct value *value)
{
    switch (value->kind) {
    case VALUE_TEXT:
        return value->text;
    case VALUE_BOOL:
        return value->yes ? "true" : "false";
    case VALUE_LIST:
    case VALUE_MAP:
        break;
    }
    return "";
}

bool value_is_verbatim(const struct value *value)
{
    return value->verbatim;
}

bool value_is_true(const struct value *value)
{
    switch (value->kind) {
    case VALUE_TEXT:
        return !text_empty(value->text);
    case VALUE_BOOL:
        return value->yes;
    case VALUE_LIST:
        return value->count > 0;
    case VALUE_MAP:
        return true;
    }
    return false;
}

size_t value_count(const struct value *list)
{
    return list->count;
}

const struct value *value_at(const struct value *list, size_t index)
{
    return index < list->count ? list->entries[index].value : NULL;
}

const char *value_key_at(const struct value *map, size_t index)
{
    return index < map->count ? map->entries[index].key : "";
}
