#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "store/csv.h"
#include "store/import.h"
#include "store/import_terms.h"

static const char *theirs_of(const struct import *import, const char *ours)
{
    const char *const *map = import->options->map;

    for (size_t i = 0; map != NULL && map[i] != NULL; i += 2)
        if (text_equal_nocase(map[i], ours))
            return map[i + 1];
    return NULL;
}

/* The column that a header field stands for: what --map says goes before what the field itself is called. */
static int column_for(const struct import *import, const char *field)
{
    const char *const *map = import->options->map;
    int column;

    for (size_t i = 0; map != NULL && map[i] != NULL; i += 2)
        if (text_equal_nocase(map[i + 1], field))
            return table_find(import->table, map[i]);
    column = table_find(import->table, field);
    if (column >= 0 && theirs_of(import, import->table->columns[column].name) != NULL)
        return -1;
    return column;
}

static void say_unknown(struct import *import, size_t field, const char *name)
{
    char clip[60];

    if (import->options->ignore_columns)
        return;
    if (name[0] == '\0')
        import_say(import, SEVERITY_ERROR, "",
                   "field %zu of the header has no name; give it one, or pass it over with "
                   "--ignore-columns",
                   field + 1);
    else
        import_say(import, SEVERITY_ERROR, "",
                   "there is no column \"%s\"; name ours with --map OURS=THEIRS, or pass it over "
                   "with --ignore-columns",
                   text_clip(name, clip, sizeof clip));
}

/* An invoice's terms are no column of the ledger: its due date and its discount are. */
static bool is_terms(const struct import *import, const char *field)
{
    const char *theirs = theirs_of(import, IMPORT_TERMS);

    return import->kind == IMPORT_INVOICES && text_equal_nocase(field, theirs == NULL ? IMPORT_TERMS : theirs);
}

static void take_terms(struct import *import, size_t field)
{
    if (import->terms_field != 0)
        import_say(import, SEVERITY_ERROR, IMPORT_TERMS, "the header names it twice; remove one");
    import->terms_field = field + 1;
}

static void map_field(struct import *import, size_t field, const char *name)
{
    int column = column_for(import, name);

    import->column_of[field] = column;
    if (column < 0 && is_terms(import, name)) {
        take_terms(import, field);
    } else if (column < 0) {
        say_unknown(import, field, name);
    } else if (import->present[column]) {
        import_say(import, SEVERITY_ERROR, import->table->columns[column].name,
                   "the header names it twice; remove one");
        import->column_of[field] = -1;
    } else {
        import->present[column] = true;
    }
}

static bool header_has(const struct csv_record *record, struct import *import, const char *name)
{
    for (size_t i = 0; i < record->count; i++)
        if (text_equal_nocase(text_trim(import->life, record->fields[i]), name))
            return true;
    return false;
}

static void check_map(struct import *import, const struct csv_record *record)
{
    const char *const *map = import->options->map;

    for (size_t i = 0; map != NULL && map[i] != NULL; i += 2) {
        if (table_find(import->table, map[i]) < 0 &&
            !(import->kind == IMPORT_INVOICES && text_equal_nocase(map[i], IMPORT_TERMS)))
            import_say(import, SEVERITY_ERROR, "", "--map: %s has no column \"%.60s\"", import->table->name, map[i]);
        if (!header_has(record, import, map[i + 1]))
            import_say(import, SEVERITY_ERROR, "", "--map: the header has no \"%.60s\"", map[i + 1]);
    }
}

static void check_required(struct import *import)
{
    for (size_t i = 0; i < import->table->count; i++)
        if (import->table->columns[i].required && !import->present[i] && !import_terms_make(import, i))
            import_say(import, SEVERITY_ERROR, import->table->columns[i].name,
                       "the header does not name this column, which every row needs; add it, or name theirs with "
                       "--map %s=THEIRS",
                       import->table->columns[i].name);
}

static void read_fields(struct import *import, const struct csv_record *record)
{
    import->fields = record->count;
    import->column_of = arena_array(import->life, record->count, sizeof *import->column_of);
    for (size_t i = 0; i < record->count; i++)
        map_field(import, i, text_trim(import->life, record->fields[i]));
    check_map(import, record);
    check_required(import);
}

static bool has_bare_cr(const struct csv_record *record)
{
    for (size_t i = 0; i < record->count; i++)
        if (strchr(record->fields[i], '\r') != NULL)
            return true;
    return false;
}

bool import_header(struct import *import, struct err *err)
{
    struct csv_record record;
    int got = csv_next(import->csv, &record, err);

    if (got < 0)
        return false;
    import->line = 1;
    if (got == 0) {
        import_say(import, SEVERITY_ERROR, "", "the file is empty; its first line must name the columns");
        return false;
    }
    import->line = record.line;
    if (record.problem[0] != '\0')
        import_say(import, SEVERITY_ERROR, "", "%s", record.problem);
    else if (has_bare_cr(&record))
        import_say(import, SEVERITY_ERROR, "", "lines end with CR alone; save the file with LF or CR LF line ends");
    else
        read_fields(import, &record);
    memcpy(import->written, import->present, sizeof import->written);
    return import->said[SEVERITY_ERROR] == 0;
}
