/*
 * What a verb has to say, for people and for programs: fields, tables, lines
 * and pages within pages.  Printed as aligned text or as one JSON document;
 * the keys are part of the contract (dunningctl(1)).
 */
#ifndef CTL_PAGE_H
#define CTL_PAGE_H

#include <stdio.h>

#include "base/money.h"
#include "base/names.h"
#include "base/zone.h"

struct arena;
struct page;
struct table;

enum cell_kind { CELL_NONE, CELL_TEXT, CELL_NUMBER, CELL_MONEY, CELL_DAY, CELL_MOMENT, CELL_BOOL };
enum tone { TONE_PLAIN, TONE_GOOD, TONE_WARN, TONE_BAD, TONE_DIM, TONE_STRONG };

struct cell {
    enum cell_kind kind;
    enum tone tone;
    const char *text;
    int64_t number; /* also the minor units, the day, the moment, the truth */
    char currency[CURRENCY_SIZE];
};

struct cell cell_none(void);
struct cell cell_text(const char *text); /* "" is shown as "-" and is "" in JSON */
struct cell cell_word(const struct names *names, int value);
struct cell cell_number(int64_t number);
struct cell cell_money(int64_t minor, const char *currency);
struct cell cell_day(day_t day);
struct cell cell_moment(moment_t moment); /* MOMENT_NONE and MOMENT_NEVER are no value */
struct cell cell_bool(bool yes);
struct cell cell_toned(struct cell cell, enum tone tone);

/* key NULL: for people only; heading NULL: for programs only. */
struct column {
    const char *key, *heading;
    bool right; /* numbers and amounts stand right */
};

struct page *page_new(struct arena *arena);
bool page_is_empty(const struct page *page);
/* A line at the head of a page, strong on a terminal; key NULL: for people only. */
void page_title(struct page *page, const char *key, const char *text);
/* label NULL: for programs only; key NULL: for people only. */
void page_field(struct page *page, const char *key, const char *label, struct cell value);
/* A sentence by itself; key NULL: for people only. */
void page_line(struct page *page, const char *key, const char *text);
void page_linef(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Ends a block of fields or lines: an empty line follows. */
void page_gap(struct page *page);
/* A list of texts, one a line behind a label. */
void page_texts(struct page *page, const char *key, const char *label, const char *const *list, size_t count);

struct columns {
    const struct column *list;
    size_t count;
};
#define COLUMNS(array) ((struct columns){(array), sizeof(array) / sizeof *(array)})
/* title "": none; none: what people read instead of an empty table, "" nothing. */
struct table *page_table(struct page *page, const char *key, const char *title, struct columns columns,
                         const char *none);
/* The cells of a new row, one for each column, all CELL_NONE.  Valid until the next row. */
struct cell *table_row(struct table *table);
/* A row of these cells, one for each column; another number of them ends the process. */
void table_put(struct table *table, const struct cell *cells, size_t count);
#define TABLE_ROW(table, ...)                              \
    table_put((table), (const struct cell[]){__VA_ARGS__}, \
              sizeof((const struct cell[]){__VA_ARGS__}) / sizeof(struct cell))
size_t table_count(const struct table *table);

/* The list `key` of pages within this one, there for programs even if it stays empty. */
void page_children(struct page *page, const char *key);
/* One more page in that list. */
struct page *page_child(struct page *page, const char *key);

struct style {
    const struct zone *zone; /* in which moments are shown */
    bool colour;
};

/* 0, or -1 if writing failed. */
int page_print(const struct page *page, const struct style *style, FILE *out);
int page_print_json(const struct page *page, const struct style *style, FILE *out);
/* One line without indentation, for streams. */
int page_print_json_line(const struct page *page, const struct style *style, FILE *out);

/* The parts of it that verbs use by themselves. */
const char *show_money(struct arena *arena, int64_t minor, const char *currency);       /* "1,190.00 EUR" */
const char *show_day(struct arena *arena, day_t day);                                   /* "Mon 2026-12-28" */
const char *show_moment(struct arena *arena, const struct zone *zone, moment_t moment); /* "Mon 2026-12-28 08:00" */
/* "1 message", "3 messages" */
const char *show_count(struct arena *arena, int64_t n, const char *one, const char *many);

#endif
