/*
 * JSON bodies from fields with dotted names: "to.0.email" is the member email
 * of the first element of the list to.
 */
#include <string.h>

#include "base/arena.h"
#include "base/parse.h"
#include "engine/request_http.h"

#define DEPTH_MAX 16
#define LIST_MAX 100

void request_json_text(struct text *out, const char *raw)
{
    for (; *raw != '\0'; raw++) {
        unsigned char byte = (unsigned char)*raw;
        if (byte == 0x02) {
            size_t length = strcspn(raw, "\x03");
            text_add_n(out, raw, length + 1);
            raw += length;
        } else if (byte < 0x20 || byte == 0x7f) {
            text_addf(out, "\\u%04x", (unsigned)byte);
        } else {
            if (byte == '"' || byte == '\\')
                text_add_char(out, '\\');
            text_add_char(out, *raw);
        }
    }
}

static int conflict(const struct making *making, const char *name)
{
    return err_set(making->err, ERR_CONFIG,
                   "%s: the field %s does not fit to the fields before it; "
                   "correct the names of the fields",
                   making->provider->file, name);
}

/* The tree is made here, so what is looked up in it is ours to extend. */
static struct value *ours(const struct value *value)
{
    struct value *same;
    memcpy(&same, &value, sizeof same);
    return same;
}

/* The element of the map or list called part; made if it is not there.  NULL: part cannot be in there. */
static struct value *step_into(struct making *making, struct value *inside, const char *part, bool list)
{
    int64_t index;
    struct value *fresh = list ? value_list(making->arena) : value_map(making->arena);
    if (value_kind(inside) == VALUE_MAP) {
        const struct value *there = value_get(inside, part);
        if (there == NULL)
            value_set(inside, part, fresh);
        return there == NULL ? fresh : ours(there);
    }
    if (value_kind(inside) != VALUE_LIST || !parse_i64(part, 0, LIST_MAX, &index))
        return NULL;
    if ((size_t)index < value_count(inside))
        return ours(value_at(inside, (size_t)index));
    if ((size_t)index > value_count(inside))
        return NULL;
    value_push(inside, fresh);
    return fresh;
}

static int set_leaf(struct making *making, struct value *inside, const char *part, const char *text)
{
    int64_t index;
    struct value *leaf = value_text(making->arena, text);
    if (value_kind(inside) == VALUE_MAP && value_get(inside, part) == NULL) {
        value_set(inside, part, leaf);
        return 0;
    }
    if (value_kind(inside) != VALUE_LIST || !parse_i64(part, 0, LIST_MAX, &index) ||
        (size_t)index != value_count(inside))
        return -1;
    value_push(inside, leaf);
    return 0;
}

static bool is_number(const char *part)
{
    return part[0] != '\0' && part[strspn(part, "0123456789")] == '\0';
}

static int add_field(struct making *making, struct value *root, const struct provider_field *field, const char *text)
{
    char *rest = arena_copy(making->arena, field->name);
    char *part = strsep(&rest, ".");
    struct value *inside = root;
    while (rest != NULL) {
        char *next = strsep(&rest, ".");
        inside = part[0] == '\0' ? NULL : step_into(making, inside, part, is_number(next));
        if (inside == NULL)
            return conflict(making, field->name);
        part = next;
    }
    if (part[0] == '\0' || set_leaf(making, inside, part, text) != 0)
        return conflict(making, field->name);
    return 0;
}

static int write_value(struct text *out, const struct value *value, int depth);

static int write_members(struct text *out, const struct value *value, int depth)
{
    bool map = value_kind(value) == VALUE_MAP;
    text_add_char(out, map ? '{' : '[');
    for (size_t i = 0; i < value_count(value); i++) {
        if (i > 0)
            text_add_char(out, ',');
        if (map) {
            text_add_char(out, '"');
            request_json_text(out, value_key_at(value, i));
            text_add(out, "\":");
        }
        if (write_value(out, value_at(value, i), depth + 1) != 0)
            return -1;
    }
    text_add_char(out, map ? '}' : ']');
    return 0;
}

static int write_value(struct text *out, const struct value *value, int depth)
{
    if (depth > DEPTH_MAX)
        return -1;
    switch (value_kind(value)) {
    case VALUE_TEXT:
        text_add_char(out, '"');
        request_json_text(out, value_as_text(value));
        text_add_char(out, '"');
        return 0;
    case VALUE_BOOL:
        text_add(out, value_is_true(value) ? "true" : "false");
        return 0;
    case VALUE_LIST:
    case VALUE_MAP:
        return write_members(out, value, depth);
    }
    return -1;
}

int request_json(struct making *making, struct text *out)
{
    const struct provider *provider = making->provider;
    struct value *root = value_map(making->arena);
    for (size_t i = 0; i < provider->field_count; i++) {
        const struct provider_field *field = &provider->fields[i];
        const char *text;
        if (request_render_field(making, field, "json", &text) != 0 || add_field(making, root, field, text) != 0)
            return -1;
    }
    if (write_value(out, root, 0) == 0)
        return 0;
    return err_set(making->err, ERR_CONFIG, "%s: the names of the fields are nested deeper than %d levels",
                   provider->file, DEPTH_MAX);
}
