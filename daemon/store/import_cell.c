#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/parse.h"
#include "base/text.h"
#include "store/csv.h"
#include "store/import.h"
#include "store/import_amount.h"
#include "store/import_date.h"
#include "store/import_email.h"
#include "store/import_phone.h"
#include "store/import_terms.h"

/* One cell being read: the text is trimmed, UTF-8 and not empty. */
struct source {
    struct import *import;
    const struct column *column;
    const char *text;
    struct cell *cell;
};

enum { CLIP = 60 };

static bool refuse(const struct source *source, const char *what)
{
    char clip[CLIP];

    import_say(source->import, SEVERITY_ERROR, source->column->name, "\"%s\" %s",
               text_clip(source->text, clip, sizeof clip), what);
    return false;
}

/* Once for each column: a whole file may be written that way. */
static void warn_once(const struct source *source, const char *what)
{
    uint32_t bit = UINT32_C(1) << table_find(source->import->table, source->column->name);
    char clip[CLIP];

    if ((source->import->warned & bit) != 0)
        return;
    source->import->warned |= bit;
    import_say(source->import, SEVERITY_WARNING, source->column->name, "\"%s\" %s",
               text_clip(source->text, clip, sizeof clip), what);
}

static bool take_text(const struct source *source, const char *text)
{
    source->cell->text = text;
    return true;
}

/* ---- texts ---- */

static bool read_line_of_text(const struct source *source)
{
    if (text_has_control(source->text))
        return refuse(source, "holds a line break or another control character; remove it");
    if (strlen(source->text) > LEDGER_TEXT_MAX)
        return refuse(source, "is longer than 4096 bytes; shorten it");
    return take_text(source, source->text);
}

static bool read_lines(const struct source *source)
{
    char *copy = arena_copy(source->import->row, source->text);

    for (char *c = copy; *c != '\0'; c++)
        if (*c == '\n')
            *c = ' ';
    if (text_has_control(copy))
        return refuse(source, "holds a control character; remove it");
    if (strlen(copy) > LEDGER_TEXT_MAX)
        return refuse(source, "is longer than 4096 bytes; shorten it");
    return take_text(source, source->text);
}

/* "1930300742.0", "1.93E+09": what a spreadsheet or a script makes of a long number. */
static bool looks_like_float(const char *text)
{
    size_t whole = strspn(text, "0123456789");
    size_t rest;

    if (whole == 0 || text[whole] == '\0')
        return false;
    if (text[whole] == '.') {
        rest = strspn(text + whole + 1, "0123456789");
        if (rest > 0 && text[whole + 1 + rest] == '\0')
            return strspn(text + whole + 1, "0") == rest;
        whole += 1 + rest;
    }
    if (tolower((unsigned char)text[whole]) != 'e' || text[whole + 1] != '+')
        return false;
    rest = strspn(text + whole + 2, "0123456789");
    return rest > 0 && text[whole + 2 + rest] == '\0';
}

static bool read_id(const struct source *source)
{
    if (looks_like_float(source->text))
        return refuse(source,
                      "is a number that a spreadsheet or script turned into a decimal; export the column as text");
    if (text_has_control(source->text))
        return refuse(source, "holds a line break or another control character; remove it");
    if (strlen(source->text) > LEDGER_ID_MAX)
        return refuse(source, "is longer than 200 bytes; shorten it");
    return take_text(source, source->text);
}

static bool read_email(const struct source *source)
{
    const char *problem = import_email_problem(source->text);

    return problem == NULL ? take_text(source, source->text) : refuse(source, problem);
}

/* Spreadsheets like to put no-break spaces between the groups of a number. */
static bool read_phone(const struct source *source)
{
    static const char no_break_space[] = "\xC2\xA0";
    struct text text;

    text_init(&text, source->import->row);
    for (const char *c = source->text; *c != '\0'; c++) {
        bool found = text_starts(c, no_break_space);
        text_add_char(&text, found ? ' ' : *c);
        c += found;
    }
    const char *problem = import_phone_problem(text.data);
    return problem == NULL ? take_text(source, text.data) : refuse(source, problem);
}

static bool is_letters(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!isalpha((unsigned char)text[i]))
            return false;
    return true;
}

static bool read_country(const struct source *source)
{
    char *upper;

    if (strlen(source->text) != 2 || !is_letters(source->text, 2)) {
        warn_once(source, "is no ISO 3166 code such as DE; policies compare what is written here");
        return read_line_of_text(source);
    }
    upper = arena_copy(source->import->row, source->text);
    for (int i = 0; i < 2; i++)
        upper[i] = (char)toupper((unsigned char)upper[i]);
    return take_text(source, upper);
}

static bool read_language(const struct source *source)
{
    char *tag = arena_copy(source->import->row, source->text);
    size_t primary;

    for (char *c = tag; *c != '\0'; c++)
        if (*c == '_')
            *c = '-';
    primary = strcspn(tag, "-");
    if (primary < 2 || primary > 3 || !is_letters(tag, primary))
        warn_once(source, "is no language tag such as de or de-AT; the default language is used");
    return read_line_of_text(&(struct source){source->import, source->column, tag, source->cell});
}

static bool read_segment(const struct source *source)
{
    const char *lower = text_lower(source->import->row, source->text);

    if (text_list_has("b2b,b2c,b2g", lower))
        return take_text(source, lower);
    warn_once(source, "is none of b2b, b2c and b2g; policies compare what is written here");
    return read_line_of_text(source);
}

/* A customer's terms stand for all his invoices, so they must say when one is due, and no amount of one. */
static const char *standing_terms_problem(const struct terms *terms)
{
    if (terms->kind == TERMS_OPEN)
        return "gives discounts but no due date; write it behind them, like 2/10 net 30";
    for (size_t i = 0; i < terms->tier_count; i++)
        if (terms->tiers[i].base[0] != '\0')
            return "names an amount of one invoice; leave BASISBETRAG out, or give it to the invoice";
    return NULL;
}

/* Kept in one notation, whatever it came in. */
static bool read_terms(const struct source *source)
{
    char text[TERMS_TEXT_SIZE];
    struct terms terms;
    struct err err;

    if (terms_parse(source->text, &terms, &err) != 0)
        return refuse(source, err.text);
    if (standing_terms_problem(&terms) != NULL)
        return refuse(source, standing_terms_problem(&terms));
    return take_text(source, arena_copy(source->import->row, terms_format(&terms, text)));
}

/* ---- words and numbers ---- */

/* What other systems keep in a status is for us a payment. */
static bool is_paid_word(const struct source *source, const char *word)
{
    return source->import->kind == IMPORT_INVOICES && text_equal(source->column->name, "status") &&
           text_list_has("paid,settled,closed,cleared", word);
}

static bool read_word(const struct source *source)
{
    const char *lower = text_lower(source->import->row, source->text);
    int value = names_find(source->column->words, lower);

    if (value >= 0)
        return take_text(source, source->column->words->words[value]);
    if (is_paid_word(source, lower))
        return refuse(source, "is no status here; leave it empty and import the money with dunningctl import payments");
    return refuse(source, arena_printf(source->import->row, "is not one of %s",
                                       names_all(source->column->words, source->import->row)));
}

static bool read_currency(const struct source *source)
{
    char *upper = arena_copy(source->import->row, source->text);

    for (char *c = upper; *c != '\0'; c++)
        *c = (char)toupper((unsigned char)*c);
    if (currency_digits(upper) < 0)
        return refuse(source, "is no ISO 4217 currency; write a code such as EUR");
    memcpy(source->import->currency, upper, CURRENCY_SIZE);
    return take_text(source, upper);
}

static bool read_amount(const struct source *source)
{
    struct import *import = source->import;
    char decimal = import->options->decimal_comma ? ',' : '.';
    const char *problem;

    if (import->currency[0] == '\0')
        return false; /* the currency has been refused already */
    problem = import_amount_read(source->text, import->currency, decimal, &source->cell->number, import->row);
    return problem == NULL || refuse(source, problem);
}

static bool read_day(const struct source *source)
{
    struct import *import = source->import;
    bool iso = text_empty(import->options->date_format);
    const char *format = iso ? "YYYY-MM-DD" : import->options->date_format;
    char *text = arena_alloc(import->row, DAY_TEXT_SIZE);
    day_t day;

    switch (import_date_read(format, source->text, &day)) {
    case DATE_READ:
        return take_text(source, iso ? source->text : day_format(day, text));
    case DATE_NO_SUCH_DAY:
        return refuse(source, "is no day of the calendar");
    case DATE_OTHER_FORM:
        break;
    }
    return refuse(source, arena_printf(import->row, "is no date of the form %s; %s", format,
                                       iso ? import_date_hint(source->text) : "correct the line or --date-format"));
}

static bool read_number(const struct source *source)
{
    if (!parse_i64(source->text, 1, INT32_MAX, &source->cell->number))
        return refuse(source, "is no line number; lines count from 1");
    return true;
}

static bool read_switch(const struct source *source)
{
    const char *lower = text_lower(source->import->row, source->text);
    bool on = text_list_has("1,yes,true,y", lower);

    if (!on && !text_list_has("0,no,false,n", lower))
        return refuse(source, "is neither 1 nor 0");
    source->cell->number = on;
    return true;
}

static bool read_stamp(const struct source *source)
{
    moment_t moment;
    day_t day;

    if (!moment_parse(source->text, &moment) && !day_parse(source->text, &day))
        return refuse(source, "is no moment such as 2026-11-24T09:00:00Z");
    return take_text(source, source->text);
}

static bool (*const readers[])(const struct source *) = {
    [COLUMN_ID] = read_id,
    [COLUMN_TEXT] = read_line_of_text,
    [COLUMN_LINES] = read_lines,
    [COLUMN_EMAIL] = read_email,
    [COLUMN_PHONE] = read_phone,
    [COLUMN_COUNTRY] = read_country,
    [COLUMN_LANGUAGE] = read_language,
    [COLUMN_SEGMENT] = read_segment,
    [COLUMN_TERMS] = read_terms,
    [COLUMN_WORD] = read_word,
    [COLUMN_CURRENCY] = read_currency,
    [COLUMN_AMOUNT] = read_amount,
    [COLUMN_DAY] = read_day,
    [COLUMN_LINE] = read_number,
    [COLUMN_SWITCH] = read_switch,
    [COLUMN_STAMP] = read_stamp,
};
_Static_assert(sizeof readers / sizeof *readers == COLUMN_TYPES, "one reader for each type");

/* ---- the record ---- */

static bool is_number(enum column_type type)
{
    return type == COLUMN_AMOUNT || type == COLUMN_LINE || type == COLUMN_SWITCH;
}

/* What a column is worth that the file does not give (DESIGN 4 "Import files"). */
static struct cell default_cell(const struct column *column)
{
    struct cell cell = {.text = "", .null = column->nullable};

    if (column->type == COLUMN_WORD)
        cell.text = column->words->words[0];
    if (is_number(column->type) && column->type != COLUMN_AMOUNT)
        cell.number = 1;
    return cell;
}

/* A name may be empty, as many exports show; keys, dates and amounts may not. */
static bool may_be_empty(const struct column *column)
{
    return !column->required || column->nullable || column->type == COLUMN_TEXT;
}

static const char *const sheet_errors = "#N/A,#REF!,#VALUE!,#NAME?,#DIV/0!,#NUM!,#NULL!";

static bool read_cell(struct import *import, int column, const char *raw)
{
    struct source source = {import, &import->table->columns[column], text_trim(import->row, raw),
                            &import->cells[column]};

    if (source.text[0] == '\0') {
        if (may_be_empty(source.column))
            return true;
        import_say(import, SEVERITY_ERROR, source.column->name, "is empty; every row needs one");
        return false;
    }
    if (source.text[0] == '#' && text_list_has(sheet_errors, source.text))
        return refuse(&source, "is a spreadsheet's error; correct the sheet and export again");
    source.cell->given = true;
    source.cell->null = false;
    return readers[source.column->type](&source);
}

/* Amounts are read last, because the row's currency says how many digits they have. */
static bool read_cells(struct import *import, const struct csv_record *record, bool amounts)
{
    bool good = true;

    for (size_t i = 0; i < record->count; i++) {
        int column = import->column_of[i];

        if (column >= 0 && (import->table->columns[column].type == COLUMN_AMOUNT) == amounts)
            good &= read_cell(import, column, record->fields[i]);
    }
    return good;
}

bool import_cells(struct import *import, const struct csv_record *record)
{
    bool good;

    if (record->problem[0] != '\0') {
        import_say(import, SEVERITY_ERROR, "", "%s", record->problem);
        return false;
    }
    if (record->count != import->fields) {
        import_say(import, SEVERITY_ERROR, "",
                   "has %zu fields, but the header has %zu; put quotes round a field that holds "
                   "the separator",
                   record->count, import->fields);
        return false;
    }
    for (size_t i = 0; i < import->table->count; i++)
        import->cells[i] = default_cell(&import->table->columns[i]);
    import->currency[0] = '\0';
    good = import_terms_read(import, record);
    good &= read_cells(import, record, false);
    return read_cells(import, record, true) && good;
}
