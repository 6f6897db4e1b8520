/* A page as people read it. */
#include "base/text.h"
#include "ctl/page_parts.h"

#define GUTTER 2

static const char *const tone_codes[] = {
    [TONE_PLAIN] = "",   [TONE_GOOD] = "32", [TONE_WARN] = "33",
    [TONE_BAD] = "31;1", [TONE_DIM] = "2",   [TONE_STRONG] = "1",
};

struct printer {
    const struct style *style;
    struct arena *arena;
    struct text out;
    size_t title_end; /* of the last title; what follows it directly needs no empty line */
};

static void pad(struct printer *printer, size_t count)
{
    while (count-- > 0)
        text_add_char(&printer->out, ' ');
}

/* What comes from a ledger must not steer a terminal. */
static const char *harmless(struct printer *printer, const char *text)
{
    return text_has_control(text) ? text_escape_log(printer->arena, text, 4096) : text;
}

static void add_toned(struct printer *printer, const char *text, enum tone tone)
{
    if (!printer->style->colour || tone == TONE_PLAIN) {
        text_add(&printer->out, text);
        return;
    }
    text_addf(&printer->out, "\033[%sm%s\033[0m", tone_codes[tone], text);
}

/* Exactly one empty line, wherever the text before it ended. */
static void empty_line(struct printer *printer)
{
    if (printer->out.length > 0 && !text_ends(printer->out.data, "\n\n"))
        text_add_char(&printer->out, '\n');
}

/* ---- fields ---- */

static size_t label_width(const struct part *part)
{
    size_t widest = 0;

    for (; part && (part->kind == PART_FIELD || part->kind == PART_TEXTS); part = part->next) {
        size_t width = part->label ? text_columns(part->label) : 0;
        if (width > widest)
            widest = width;
    }
    return widest;
}

static void print_label(struct printer *printer, const char *label, size_t width)
{
    text_add(&printer->out, label);
    if (label[0] != '\0')
        text_add_char(&printer->out, ':');
    pad(printer, width + GUTTER - text_columns(label) - (label[0] != '\0'));
}

static void print_field(struct printer *printer, const struct part *part, size_t width)
{
    if (!part->label)
        return;
    print_label(printer, part->label, width + 1);
    add_toned(printer, harmless(printer, cell_show(&part->value, printer->style, printer->arena)), part->value.tone);
    text_add_char(&printer->out, '\n');
}

static void print_texts(struct printer *printer, const struct part *part, size_t width)
{
    for (size_t i = 0; part->label && i < part->text_count; i++) {
        print_label(printer, i == 0 ? part->label : "", width + 1);
        text_addf(&printer->out, "%s\n", harmless(printer, part->texts[i]));
    }
}

/* All fields up to the next part of another kind; returns the last of them. */
static const struct part *print_fields(struct printer *printer, const struct part *part)
{
    size_t width = label_width(part);
    const struct part *last = part;

    for (; part && (part->kind == PART_FIELD || part->kind == PART_TEXTS); part = part->next) {
        if (part->kind == PART_FIELD)
            print_field(printer, part, width);
        else
            print_texts(printer, part, width);
        last = part;
    }
    return last;
}

/* ---- tables ---- */

struct grid {
    const struct table *table;
    const char **texts; /* of the cells */
    size_t *widths;     /* 0: the column is not shown */
    size_t last;        /* the last column that is shown */
};

/* Fills the texts of a column; false if there is nothing to see in it. */
static bool read_column(struct printer *printer, struct grid *grid, size_t column)
{
    const struct table *table = grid->table;
    bool any = false;

    for (size_t r = 0; r < table->rows; r++) {
        size_t at = r * table->columns.count + column;
        grid->texts[at] = harmless(printer, cell_show(&table->cells[at], printer->style, printer->arena));
        any = any || !text_equal(grid->texts[at], "-");
    }
    return any;
}

/* Columns without any value are left out: most tables are about few of their subjects. */
static void measure(struct printer *printer, struct grid *grid)
{
    const struct table *table = grid->table;
    size_t columns = table->columns.count;

    grid->texts = arena_array(printer->arena, table->rows * columns + 1, sizeof *grid->texts);
    grid->widths = arena_array(printer->arena, columns, sizeof *grid->widths);
    for (size_t c = 0; c < columns; c++) {
        const char *heading = table->columns.list[c].heading;
        if (!heading || !read_column(printer, grid, c))
            continue;
        grid->last = c;
        grid->widths[c] = text_columns(heading) > 0 ? text_columns(heading) : 1;
        for (size_t r = 0; r < table->rows; r++) {
            size_t width = text_columns(grid->texts[r * columns + c]);
            if (width > grid->widths[c])
                grid->widths[c] = width;
        }
    }
}

static void print_cell(struct printer *printer, const struct grid *grid, size_t column, const struct cell *cell,
                       const char *text)
{
    size_t space = grid->widths[column] - text_columns(text);

    if (grid->table->columns.list[column].right)
        pad(printer, space);
    add_toned(printer, text, cell->tone);
    if (column == grid->last)
        return;
    pad(printer, grid->table->columns.list[column].right ? GUTTER : space + GUTTER);
}

/* The last column of a row may be empty, and what was padded before it has no use. */
static void end_row(struct printer *printer)
{
    struct text *out = &printer->out;

    while (out->length > 0 && out->data[out->length - 1] == ' ')
        out->data[--out->length] = '\0';
    text_add_char(out, '\n');
}

static void print_row(struct printer *printer, const struct grid *grid, size_t row)
{
    size_t columns = grid->table->columns.count;

    for (size_t c = 0; c < columns; c++)
        if (grid->widths[c] > 0)
            print_cell(printer, grid, c, &grid->table->cells[row * columns + c], grid->texts[row * columns + c]);
    end_row(printer);
}

static void print_headings(struct printer *printer, const struct grid *grid)
{
    static const struct cell dim = {.kind = CELL_TEXT, .tone = TONE_DIM, .text = ""};

    for (size_t c = 0; c < grid->table->columns.count; c++)
        if (grid->widths[c] > 0)
            print_cell(printer, grid, c, &dim, grid->table->columns.list[c].heading);
    end_row(printer);
}

static bool is_for_programs(const struct table *table)
{
    for (size_t c = 0; c < table->columns.count; c++)
        if (table->columns.list[c].heading)
            return false;
    return true;
}

static void print_table(struct printer *printer, const struct table *table)
{
    struct grid grid = {.table = table};

    if (is_for_programs(table) || (table->rows == 0 && text_empty(table->none)))
        return;
    empty_line(printer);
    if (!text_empty(table->title))
        add_toned(printer, table->title, TONE_STRONG);
    if (table->rows == 0) {
        text_addf(&printer->out, "%s%s\n", text_empty(table->title) ? "" : ": ", table->none);
        return;
    }
    if (!text_empty(table->title))
        text_add_char(&printer->out, '\n');
    measure(printer, &grid);
    print_headings(printer, &grid);
    for (size_t r = 0; r < table->rows; r++)
        print_row(printer, &grid, r);
}

/* ---- all of it ---- */

static void print_page(struct printer *printer, const struct page *page);

static void print_child(struct printer *printer, const struct part *part)
{
    if (!part->child || !part->child->first)
        return;
    if (printer->out.length != printer->title_end)
        empty_line(printer);
    print_page(printer, part->child);
}

static void print_words(struct printer *printer, const struct part *part, enum tone tone)
{
    add_toned(printer, harmless(printer, part->label), tone);
    text_add_char(&printer->out, '\n');
}

static const struct part *print_part(struct printer *printer, const struct part *part)
{
    switch (part->kind) {
    case PART_TITLE:
        empty_line(printer);
        print_words(printer, part, TONE_STRONG);
        printer->title_end = printer->out.length;
        break;
    case PART_LINE:
        print_words(printer, part, TONE_PLAIN);
        break;
    case PART_FIELD:
    case PART_TEXTS:
        return print_fields(printer, part);
    case PART_GAP:
        empty_line(printer);
        break;
    case PART_TABLE:
        print_table(printer, part->table);
        break;
    case PART_CHILD:
        print_child(printer, part);
        break;
    }
    return part;
}

static void print_page(struct printer *printer, const struct page *page)
{
    for (const struct part *part = page->first; part; part = part->next)
        part = print_part(printer, part);
}

int page_print(const struct page *page, const struct style *style, FILE *out)
{
    struct printer printer = {.style = style, .arena = arena_new(0)};

    text_init(&printer.out, printer.arena);
    print_page(&printer, page);
    bool good = fwrite(printer.out.data, 1, printer.out.length, out) == printer.out.length;
    arena_free(&printer.arena);
    return good ? 0 : -1;
}
