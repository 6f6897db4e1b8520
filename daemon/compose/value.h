/*
 * Values for templates: text, yes/no, lists and maps, all in one arena.
 */
#ifndef COMPOSE_VALUE_H
#define COMPOSE_VALUE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct value;

enum value_kind { VALUE_TEXT, VALUE_BOOL, VALUE_LIST, VALUE_MAP };

struct value *value_text(struct arena *arena, const char *text);
/* Text that no escape touches: for marks of our own making (credential references), never for data. */
struct value *value_verbatim(struct arena *arena, const char *text);
struct value *value_bool(struct arena *arena, bool yes);
struct value *value_list(struct arena *arena);
struct value *value_map(struct arena *arena);

void value_push(struct value *list, struct value *element);
void value_set(struct value *map, const char *key, struct value *value); /* replaces an earlier one */
void value_set_text(struct value *map, const char *key, const char *text);

/* The same without copies, where key and text live as long as the map and the key is new. */
void value_put(struct value *map, const char *key, struct value *value);
void value_put_text(struct value *map, const char *key, const char *text);

enum value_kind value_kind(const struct value *value);
const struct value *value_get(const struct value *map, const char *key); /* NULL: unknown */
const char *value_as_text(const struct value *value);
bool value_is_verbatim(const struct value *value);
bool value_is_true(const struct value *value); /* "" , false and the empty list are not */
size_t value_count(const struct value *list);
const struct value *value_at(const struct value *list, size_t index); /* of a map: in the order of setting */
const char *value_key_at(const struct value *map, size_t index);

#endif
