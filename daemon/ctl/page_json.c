/* A page as programs read it: one object, lists for tables and for pages within. */
#include <jansson.h>

#include "base/text.h"
#include "ctl/page_parts.h"

struct writer {
    const struct style *style;
    struct arena *arena;
};

/* What is not UTF-8 is escaped, so that nothing is left out. */
static json_t *text_value(const struct writer *writer, const char *text)
{
    json_t *value = json_string(text);

    return value ? value : json_string(text_escape_log(writer->arena, text, 4096));
}

/* Decimals as texts: no reader may turn money into a binary fraction. */
static json_t *money_value(const struct cell *cell)
{
    char text[MONEY_TEXT_SIZE];
    json_t *object = json_object();

    json_object_set_new(object, "amount", json_string(money_format(cell->number, cell->currency, text)));
    json_object_set_new(object, "currency", json_string(cell->currency));
    return object;
}

static json_t *cell_value(const struct writer *writer, const struct cell *cell)
{
    char text[MOMENT_TEXT_SIZE];

    switch (cell->kind) {
    case CELL_NONE:
        return json_null();
    case CELL_TEXT:
        return text_value(writer, cell->text);
    case CELL_NUMBER:
        return json_integer(cell->number);
    case CELL_MONEY:
        return money_value(cell);
    case CELL_DAY:
        return json_string(day_format((day_t)cell->number, text));
    case CELL_MOMENT:
        return json_string(zone_format(writer->style->zone, cell->number, text));
    case CELL_BOOL:
        return json_boolean(cell->number != 0);
    }
    return json_null();
}

static json_t *table_value(const struct writer *writer, const struct table *table)
{
    json_t *rows = json_array();
    size_t width = table->columns.count;

    for (size_t r = 0; r < table->rows; r++) {
        json_t *row = json_object();
        for (size_t c = 0; c < width; c++)
            if (table->columns.list[c].key)
                json_object_set_new(row, table->columns.list[c].key, cell_value(writer, &table->cells[r * width + c]));
        json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *texts_value(const struct writer *writer, const struct part *part)
{
    json_t *list = json_array();

    for (size_t i = 0; i < part->text_count; i++)
        json_array_append_new(list, text_value(writer, part->texts[i]));
    return list;
}

static json_t *page_value(const struct writer *writer, const struct page *page);

/* The list of pages that an object has under a key. */
static json_t *list_of(json_t *object, const char *key)
{
    json_t *list = json_object_get(object, key);

    if (!list) {
        list = json_array();
        json_object_set_new(object, key, list);
    }
    return list;
}

static void put_child(const struct writer *writer, json_t *list, const struct page *child)
{
    if (child)
        json_array_append_new(list, page_value(writer, child));
}

static void put(const struct writer *writer, json_t *object, const struct part *part)
{
    switch (part->kind) {
    case PART_TITLE:
    case PART_LINE:
        json_object_set_new(object, part->key, text_value(writer, part->label));
        break;
    case PART_FIELD:
        json_object_set_new(object, part->key, cell_value(writer, &part->value));
        break;
    case PART_GAP:
        break;
    case PART_TEXTS:
        json_object_set_new(object, part->key, texts_value(writer, part));
        break;
    case PART_TABLE:
        json_object_set_new(object, part->key, table_value(writer, part->table));
        break;
    case PART_CHILD:
        put_child(writer, list_of(object, part->key), part->child);
        break;
    }
}

static json_t *page_value(const struct writer *writer, const struct page *page)
{
    json_t *object = json_object();

    for (const struct part *part = page->first; part; part = part->next)
        if (part->key)
            put(writer, object, part);
    return object;
}

static int print(const struct page *page, const struct style *style, size_t flags, FILE *out)
{
    struct writer writer = {style, arena_new(0)};
    json_t *object = page_value(&writer, page);
    int result = json_dumpf(object, out, flags) == 0 && fputc('\n', out) != EOF ? 0 : -1;

    json_decref(object);
    arena_free(&writer.arena);
    return result;
}

int page_print_json(const struct page *page, const struct style *style, FILE *out)
{
    return print(page, style, JSON_INDENT(2), out);
}

int page_print_json_line(const struct page *page, const struct style *style, FILE *out)
{
    return print(page, style, JSON_COMPACT, out);
}
