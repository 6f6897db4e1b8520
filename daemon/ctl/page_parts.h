/*
 * How a page is kept between page.c, which builds it, and page_text.c and
 * page_json.c, which print it.  Private to these.
 */
#ifndef CTL_PAGE_PARTS_H
#define CTL_PAGE_PARTS_H

#include "base/arena.h"
#include "ctl/page.h"

enum part_kind { PART_TITLE, PART_FIELD, PART_LINE, PART_GAP, PART_TEXTS, PART_TABLE, PART_CHILD };

struct table {
    struct arena *arena;
    const char *title, *none;
    struct columns columns;
    struct cell *cells; /* row by row */
    size_t rows, capacity;
};

struct part {
    enum part_kind kind;
    const char *key, *label; /* label: also the text of a title or a line */
    struct cell value;
    const char *const *texts;
    size_t text_count;
    struct table *table;
    struct page *child; /* NULL: only the list */
    struct part *next;
};

struct page {
    struct arena *arena;
    struct part *first, *last;
};

/* A cell as people read it. */
const char *cell_show(const struct cell *cell, const struct style *style, struct arena *arena);

#endif
