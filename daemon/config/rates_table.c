/* The table of a series: a CSV file, one row for each rate (dunningd-rates(5)). */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/rates_file.h"
#include "config/source.h"
#include "config/written.h"

enum { FIELDS_MAX = 8, HALF_YEAR_MONTHS = 6 };
#define STEP_MAX (5 * RATE_PERCENT)

enum column { COLUMN_FROM, COLUMN_TO, COLUMN_RATE, COLUMN_STATUS, COLUMN_SOURCE, COLUMN_COUNT };
static const char *const column_words[] = {
    [COLUMN_FROM] = "valid_from", [COLUMN_TO] = "valid_to",   [COLUMN_RATE] = "rate",
    [COLUMN_STATUS] = "status",   [COLUMN_SOURCE] = "source",
};
static const struct names column_names = {column_words, COLUMN_COUNT};

struct table {
    struct reader *reader;
    struct series *series;
    struct rate_row *rows;
    day_t *ends; /* valid_to of each row, DAY_NONE where it is not said */
    size_t count, capacity;
    enum column columns[FIELDS_MAX];
    size_t column_count; /* 0: the header is still to come */
    int line;
};

struct fields {
    const char *list[FIELDS_MAX + 1];
    size_t count;
};

__attribute__((format(printf, 3, 4))) static void say(struct table *table, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *sentence = arena_vprintf(table->reader->findings->arena, format, args);
    va_end(args);
    findings_add(table->reader->findings, SEVERITY_ERROR, table->series->file, line, "%s", sentence);
}

static const char *shown(struct table *table, const char *text)
{
    char buffer[48];
    return arena_copy(table->reader->findings->arena, text_clip(text, buffer, sizeof buffer));
}

/* ---- lines and fields ---- */

/* One field up to its comma; quotes hold commas, two of them are one.  NULL: a quote is not closed. */
static const char *next_field(struct table *table, const char **at)
{
    struct text field;
    bool quoted = **at == '"';

    text_init(&field, table->reader->findings->arena);
    for (*at += quoted; **at != '\0' && (quoted || **at != ','); ++*at) {
        if (quoted && **at == '"') {
            if ((*at)[1] != '"')
                break;
            ++*at;
        }
        text_add_char(&field, **at);
    }
    if (quoted && **at != '"')
        return NULL;
    *at += quoted;
    return text_trim(table->reader->findings->arena, field.data);
}

static bool split(struct table *table, const char *line, struct fields *fields)
{
    *fields = (struct fields){.count = 0};
    for (bool more = true; more; more = *line == ',', line += more) {
        const char *field = next_field(table, &line);
        if (field == NULL || (*line != ',' && *line != '\0')) {
            say(table, table->line, "a quote is not closed, or something stands behind it; mend the row");
            return false;
        }
        if (fields->count == FIELDS_MAX) {
            say(table, table->line, "there are more than %d fields in this row; remove what is too much", FIELDS_MAX);
            return false;
        }
        fields->list[fields->count++] = field;
    }
    return true;
}

static bool has_column(const struct table *table, enum column column)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i] == column)
            return true;
    return false;
}

static void take_header(struct table *table, const struct fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        int column = names_find(&column_names, fields->list[i]);
        if (column < 0)
            say(table, table->line, "\"%s\" is no column of a table of rates; use %s", shown(table, fields->list[i]),
                names_all(&column_names, table->reader->findings->arena));
        else if (has_column(table, (enum column)column))
            say(table, table->line, "the column %s stands twice; keep one", fields->list[i]);
        table->columns[table->column_count++] = column < 0 ? COLUMN_SOURCE : (enum column)column;
    }
    if (!has_column(table, COLUMN_FROM) || !has_column(table, COLUMN_RATE))
        say(table, table->line, "the first row must name the columns, valid_from and rate among them");
}

/* ---- rows ---- */

static const char *field_of(const struct table *table, const struct fields *fields, enum column column)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i] == column)
            return fields->list[i];
    return "";
}

static bool take_date(struct table *table, const char *column, const char *text, day_t *out)
{
    if (day_parse(text, out))
        return true;
    say(table, table->line, "%s: \"%s\" is no date; write YYYY-MM-DD", column, shown(table, text));
    return false;
}

static void keep(struct table *table, struct rate_row row, day_t end)
{
    if (table->count == table->capacity) {
        size_t capacity = table->capacity == 0 ? 64 : 2 * table->capacity;
        table->rows = arena_grow(table->reader->arena, table->rows, table->count, capacity, sizeof *table->rows);
        table->ends = arena_grow(table->reader->arena, table->ends, table->count, capacity, sizeof *table->ends);
        table->capacity = capacity;
    }
    table->rows[table->count] = row;
    table->ends[table->count++] = end;
}

static void take_row(struct table *table, const struct fields *fields)
{
    struct rate_row row = {.line = table->line};
    day_t end = DAY_NONE;
    const char *to = field_of(table, fields, COLUMN_TO), *rate = field_of(table, fields, COLUMN_RATE);

    if (fields->count != table->column_count) {
        say(table, table->line, "the row has %zu fields, the header %zu; a rate has a point, not a comma",
            fields->count, table->column_count);
        return;
    }
    bool good = take_date(table, "valid_from", field_of(table, fields, COLUMN_FROM), &row.from);
    good = (to[0] == '\0' || take_date(table, "valid_to", to, &end)) && good;
    if (!rate_parse(rate, &row.rate)) {
        say(table, table->line, "rate: \"%s\" is no rate; write percent a year like 2.15, without a sign behind it",
            shown(table, rate));
        good = false;
    }
    if (good && end != DAY_NONE && end < row.from) {
        say(table, table->line, "valid_to lies before valid_from; correct one of them");
        good = false;
    }
    if (good)
        keep(table, row, end);
}

static void take_line(struct table *table, const char *line)
{
    struct fields fields;

    if (line[0] == '\0' || line[0] == '#' || !split(table, line, &fields))
        return;
    if (table->column_count == 0)
        take_header(table, &fields);
    else
        take_row(table, &fields);
}

/* ---- between rows ---- */

static bool is_half_year(day_t day)
{
    int year, month, dom;

    day_to_civil(day, &year, &month, &dom);
    return dom == 1 && (month == 1 || month == 7);
}

/* The row's own valid_to against the beginning of the next one. */
static void check_end(struct table *table, size_t at)
{
    char end[DAY_TEXT_SIZE], from[DAY_TEXT_SIZE];
    const struct rate_row *next = &table->rows[at + 1];

    if (table->ends[at] == DAY_NONE || table->ends[at] == next->from - 1)
        return;
    day_format(table->ends[at], end);
    day_format(next->from, from);
    if (table->ends[at] >= next->from)
        say(table, next->line, "%s overlaps with line %d, whose rate holds until %s; correct valid_to", from,
            table->rows[at].line, end);
    else
        say(table, next->line, "no rate holds between %s and %s; add it, or correct valid_to of line %d", end, from,
            table->rows[at].line);
}

/* Whether the dates of two rows are in order; only then more can be said of them. */
static bool check_order(struct table *table, size_t at)
{
    char from[DAY_TEXT_SIZE];
    const struct rate_row *row = &table->rows[at], *before = &table->rows[at - 1];

    day_format(row->from, from);
    if (row->from == before->from)
        say(table, row->line, "%s stands here for the second time, first in line %d; keep one", from, before->line);
    else if (row->from < before->from)
        say(table, row->line, "%s stands behind a later date; sort the rows by valid_from", from);
    return row->from > before->from;
}

static void check_step(struct table *table, size_t at)
{
    char one[RATE_TEXT_SIZE], other[RATE_TEXT_SIZE];
    int64_t step = table->rows[at].rate - table->rows[at - 1].rate;

    if (step <= STEP_MAX && step >= -STEP_MAX)
        return;
    findings_add(table->reader->findings, SEVERITY_WARNING, table->series->file, table->rows[at].line,
                 "the rate jumps from %s to %s, by more than 5 percentage points; look whether it is right",
                 rate_format(table->rows[at - 1].rate, one), rate_format(table->rows[at].rate, other));
}

static void check_half_year(struct table *table, size_t at)
{
    char text[DAY_TEXT_SIZE];
    const struct rate_row *row = &table->rows[at];

    if (!is_half_year(row->from)) {
        say(table, row->line, "%s is not the start of a half-year; rates of this series hold from 1 January or 1 July",
            day_format(row->from, text));
        return;
    }
    if (at == 0 || !is_half_year(row[-1].from))
        return;
    day_t expected = day_add_months(row[-1].from, HALF_YEAR_MONTHS);
    if (row->from > expected)
        say(table, row->line, "the half-year from %s is missing before this row; add it", day_format(expected, text));
}

static void check_rows(struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        bool ordered = i == 0 || check_order(table, i);
        if (table->series->kind == SERIES_HALF_YEAR && ordered)
            check_half_year(table, i);
        if (i > 0 && ordered) {
            check_end(table, i - 1);
            check_step(table, i);
        }
    }
}

/* ---- the end ---- */

static day_t half_year_end(day_t day)
{
    int year, month, dom;

    day_to_civil(day, &year, &month, &dom);
    return month <= 6 ? day_from_civil(year, 6, 30) : day_from_civil(year, 12, 31);
}

static void set_end(struct table *table)
{
    struct series *series = table->series;
    char text[DAY_TEXT_SIZE];
    day_t last = table->rows[table->count - 1].from, said = table->ends[table->count - 1];

    if (series->expires == DAY_NONE)
        series->expires = said != DAY_NONE ? said : half_year_end(last);
    else if (series->expires < last)
        say(table, table->rows[table->count - 1].line,
            "the series expires on %s, before this row; set expires to the last day that was looked up",
            day_format(series->expires, text));
}

void rates_table_load(struct reader *reader, struct series *series)
{
    struct table table = {.reader = reader, .series = series};
    char *text = source_read(series->file, reader->findings->arena, reader->findings);

    if (text == NULL)
        return;
    written_text(reader, "series", series->name, text);
    while (text != NULL) {
        const char *line = strsep(&text, "\n");
        table.line++;
        take_line(&table, text_trim(reader->findings->arena, line));
    }
    check_rows(&table);
    if (table.count == 0)
        findings_add(reader->findings, SEVERITY_ERROR, series->file, 0,
                     "there is no rate in this file; write a header such as valid_from,rate and a row for each rate");
    else
        set_end(&table);
    series->rows = table.rows;
    series->count = table.count;
}
