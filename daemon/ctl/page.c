#include "ctl/page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ctl/page_parts.h"

/* ---- cells ---- */

struct cell cell_none(void)
{
    return (struct cell){.kind = CELL_NONE, .text = ""};
}

struct cell cell_text(const char *text)
{
    return (struct cell){.kind = CELL_TEXT, .text = text};
}

struct cell cell_word(const struct names *names, int value)
{
    return cell_text(names_word(names, value));
}

struct cell cell_number(int64_t number)
{
    return (struct cell){.kind = CELL_NUMBER, .text = "", .number = number};
}

struct cell cell_money(int64_t minor, const char *currency)
{
    struct cell cell = {.kind = CELL_MONEY, .text = "", .number = minor};

    for (size_t i = 0; i + 1 < CURRENCY_SIZE && currency[i] != '\0'; i++)
        cell.currency[i] = currency[i];
    return cell;
}

struct cell cell_day(day_t day)
{
    return day == DAY_NONE ? cell_none() : (struct cell){.kind = CELL_DAY, .text = "", .number = day};
}

struct cell cell_moment(moment_t moment)
{
    if (moment == MOMENT_NONE || moment == MOMENT_NEVER)
        return cell_none();
    return (struct cell){.kind = CELL_MOMENT, .text = "", .number = moment};
}

struct cell cell_bool(bool yes)
{
    return (struct cell){.kind = CELL_BOOL, .text = "", .number = yes};
}

struct cell cell_toned(struct cell cell, enum tone tone)
{
    cell.tone = tone;
    return cell;
}

/* ---- what people read ---- */

const char *show_money(struct arena *arena, int64_t minor, const char *currency)
{
    char plain[MONEY_TEXT_SIZE];
    struct text out;

    text_init(&out, arena);
    money_format(minor, currency, plain);
    const char *digits = plain[0] == '-' ? plain + 1 : plain;
    size_t whole = strcspn(digits, ".");

    if (digits != plain)
        text_add_char(&out, '-');
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0)
            text_add_char(&out, ',');
        text_add_char(&out, digits[i]);
    }
    text_addf(&out, "%s %s", digits + whole, currency);
    return out.data;
}

const char *show_day(struct arena *arena, day_t day)
{
    char text[DAY_TEXT_SIZE];

    if (day == DAY_NONE)
        return "-";
    return arena_printf(arena, "%s %s", weekday_short(day_weekday(day)), day_format(day, text));
}

const char *show_moment(struct arena *arena, const struct zone *zone, moment_t moment)
{
    int32_t seconds;

    if (moment == MOMENT_NONE || moment == MOMENT_NEVER)
        return "-";
    day_t day = zone_day(zone, moment, &seconds);
    return arena_printf(arena, "%s %02d:%02d", show_day(arena, day), (int)(seconds / 3600), (int)(seconds / 60 % 60));
}

const char *show_count(struct arena *arena, int64_t n, const char *one, const char *many)
{
    return arena_printf(arena, "%" PRId64 " %s", n, n == 1 ? one : many);
}

const char *cell_show(const struct cell *cell, const struct style *style, struct arena *arena)
{
    switch (cell->kind) {
    case CELL_NONE:
        return "-";
    case CELL_TEXT:
        return text_empty(cell->text) ? "-" : cell->text;
    case CELL_NUMBER:
        return arena_printf(arena, "%" PRId64, cell->number);
    case CELL_MONEY:
        return show_money(arena, cell->number, cell->currency);
    case CELL_DAY:
        return show_day(arena, (day_t)cell->number);
    case CELL_MOMENT:
        return show_moment(arena, style->zone, cell->number);
    case CELL_BOOL:
        return cell->number != 0 ? "yes" : "no";
    }
    return "";
}

/* ---- pages ---- */

struct page *page_new(struct arena *arena)
{
    struct page *page = arena_alloc(arena, sizeof *page);

    page->arena = arena;
    return page;
}

bool page_is_empty(const struct page *page)
{
    return page->first == NULL;
}

static struct part *add(struct page *page, enum part_kind kind, const char *key, const char *label)
{
    struct part *part = arena_alloc(page->arena, sizeof *part);

    part->kind = kind;
    part->key = key;
    part->label = label;
    if (page->last)
        page->last->next = part;
    else
        page->first = part;
    page->last = part;
    return part;
}

void page_title(struct page *page, const char *key, const char *text)
{
    add(page, PART_TITLE, key, text);
}

void page_field(struct page *page, const char *key, const char *label, struct cell value)
{
    add(page, PART_FIELD, key, label)->value = value;
}

void page_line(struct page *page, const char *key, const char *text)
{
    add(page, PART_LINE, key, text);
}

void page_linef(struct page *page, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(page, PART_LINE, NULL, arena_vprintf(page->arena, format, args));
    va_end(args);
}

void page_gap(struct page *page)
{
    add(page, PART_GAP, NULL, NULL);
}

void page_texts(struct page *page, const char *key, const char *label, const char *const *list, size_t count)
{
    struct part *part = add(page, PART_TEXTS, key, label);

    part->texts = list;
    part->text_count = count;
}

struct table *page_table(struct page *page, const char *key, const char *title, struct columns columns,
                         const char *none)
{
    struct part *part = add(page, PART_TABLE, key, NULL);

    part->table = arena_alloc(page->arena, sizeof *part->table);
    *part->table = (struct table){.arena = page->arena, .title = title, .none = none, .columns = columns};
    return part->table;
}

struct cell *table_row(struct table *table)
{
    size_t width = table->columns.count;

    if (table->rows == table->capacity) {
        size_t more = table->capacity * 2 + 8;
        table->cells = arena_grow(table->arena, table->cells, table->rows * width, more * width, sizeof *table->cells);
        table->capacity = more;
    }
    struct cell *row = &table->cells[table->rows++ * width];
    for (size_t i = 0; i < width; i++)
        row[i] = cell_none();
    return row;
}

void table_put(struct table *table, const struct cell *cells, size_t count)
{
    if (count != table->columns.count)
        abort();
    memcpy(table_row(table), cells, count * sizeof *cells);
}

size_t table_count(const struct table *table)
{
    return table->rows;
}

void page_children(struct page *page, const char *key)
{
    add(page, PART_CHILD, key, NULL);
}

struct page *page_child(struct page *page, const char *key)
{
    struct part *part = add(page, PART_CHILD, key, NULL);

    part->child = page_new(page->arena);
    return part->child;
}
