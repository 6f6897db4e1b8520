#include "store/ledger_row.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "store/ledger_clean.h"
#include "store/ledger_columns.h"

/* One cell on its way into a struct; returns false if it could not be understood. */
struct cell {
    struct sql *sql;
    int at;
    const struct column *column;
    void *target;
    struct arena *arena;
};

/* The length first: most cells are empty, and that is then all there is to ask. */
static const char *cell_bytes(const struct cell *cell, size_t *length)
{
    const unsigned char *bytes;

    *length = (size_t)sqlite3_column_bytes(cell->sql->stmt, cell->at);
    if (*length == 0)
        return "";
    bytes = sqlite3_column_text(cell->sql->stmt, cell->at);
    return bytes != NULL ? (const char *)bytes : "";
}

static bool read_text(const struct cell *cell)
{
    size_t length;
    const char *bytes = cell_bytes(cell, &length);
    const char *text = ledger_clean(bytes, length, cell->column->type == COLUMN_LINES, cell->arena);

    memcpy(cell->target, &text, sizeof text);
    return true;
}

static bool read_id(const struct cell *cell)
{
    size_t length;
    const char *bytes = cell_bytes(cell, &length);
    bool usable = length == 0 ? !cell->column->required : ledger_id_usable(bytes, length);
    const char *text =
        usable ? arena_copy_n(cell->arena, bytes, length) : ledger_clean(bytes, length, false, cell->arena);

    memcpy(cell->target, &text, sizeof text);
    return usable;
}

static bool read_word(const struct cell *cell)
{
    size_t length;
    int value = names_find(cell->column->words, cell_bytes(cell, &length));
    unsigned stored = value < 0 ? 0 : (unsigned)value;

    memcpy(cell->target, &stored, sizeof stored);
    return value >= 0;
}

static bool read_currency(const struct cell *cell)
{
    size_t length;
    const char *bytes = cell_bytes(cell, &length);
    char code[CURRENCY_SIZE] = "XXX";
    bool known;

    if (length == CURRENCY_SIZE - 1)
        for (size_t i = 0; i < length; i++)
            code[i] = bytes[i] >= 'a' && bytes[i] <= 'z' ? (char)(bytes[i] - 'a' + 'A') : bytes[i];
    known = currency_digits(code) >= 0;
    memcpy(cell->target, known ? code : "XXX", sizeof code);
    return known;
}

static bool read_amount(const struct cell *cell)
{
    int64_t stored = sql_get_int(cell->sql, cell->at);
    int64_t amount = stored > MONEY_MAX ? MONEY_MAX : stored < -MONEY_MAX ? -MONEY_MAX : stored;

    memcpy(cell->target, &amount, sizeof amount);
    return amount == stored;
}

static bool read_day(const struct cell *cell)
{
    size_t length;
    const char *bytes = cell_bytes(cell, &length);
    day_t day = DAY_NONE;
    bool good = length == 0 ? cell->column->nullable : day_parse(bytes, &day);

    if (!good)
        day = DAY_NONE;
    memcpy(cell->target, &day, sizeof day);
    return good;
}

static bool read_line(const struct cell *cell)
{
    int64_t stored = sql_get_int(cell->sql, cell->at);
    int32_t line = stored < 0 || stored > INT32_MAX ? 0 : (int32_t)stored;

    memcpy(cell->target, &line, sizeof line);
    return line == stored;
}

static bool read_switch(const struct cell *cell)
{
    bool on = sql_get_int(cell->sql, cell->at) != 0;

    memcpy(cell->target, &on, sizeof on);
    return true;
}

/* Only the date of the moment counts, and a stamp that cannot be read is none. */
static bool read_stamp(const struct cell *cell)
{
    size_t length;
    const char *bytes = cell_bytes(cell, &length);
    char date[DAY_TEXT_SIZE] = "";
    day_t day = DAY_NONE;

    if (length >= sizeof date - 1)
        memcpy(date, bytes, sizeof date - 1);
    if (!day_parse(date, &day))
        day = DAY_NONE;
    memcpy(cell->target, &day, sizeof day);
    return true;
}

static bool (*const readers[])(const struct cell *) = {
    [COLUMN_ID] = read_id,         [COLUMN_TEXT] = read_text,         [COLUMN_LINES] = read_text,
    [COLUMN_EMAIL] = read_text,    [COLUMN_PHONE] = read_text,        [COLUMN_COUNTRY] = read_text,
    [COLUMN_LANGUAGE] = read_text, [COLUMN_SEGMENT] = read_text,      [COLUMN_TERMS] = read_text,
    [COLUMN_WORD] = read_word,     [COLUMN_CURRENCY] = read_currency, [COLUMN_AMOUNT] = read_amount,
    [COLUMN_DAY] = read_day,       [COLUMN_LINE] = read_line,         [COLUMN_SWITCH] = read_switch,
    [COLUMN_STAMP] = read_stamp,
};
_Static_assert(sizeof readers / sizeof *readers == COLUMN_TYPES, "one reader for each type");
_Static_assert(sizeof(enum item_kind) == sizeof(unsigned), "words are stored through an unsigned");

/* Bit i of the result: column i of the table was not understood. */
static uint32_t read_row(struct sql *sql, const struct table *table, void *row, struct arena *arena)
{
    struct cell cell = {.sql = sql, .arena = arena};
    uint32_t bad = 0;

    for (size_t i = 0; i < table->count; i++) {
        cell.column = &table->columns[i];
        if (cell.column->offset == COLUMN_UNREAD)
            continue;
        cell.target = (char *)row + cell.column->offset;
        if (!readers[cell.column->type](&cell))
            bad |= UINT32_C(1) << i;
        cell.at++;
    }
    return bad;
}

static bool is_bad(const struct table *table, uint32_t bad, const char *name)
{
    return (bad >> table_find(table, name) & 1) != 0;
}

/* A block whose end cannot be read is a block without an end. */
static const char *unreadable_hold(const char *reason)
{
    return text_empty(reason) ? "hold_until is not a date" : reason;
}

bool ledger_row_customer(struct sql *sql, struct customer *out, struct arena *arena)
{
    uint32_t bad = read_row(sql, &ledger_customers, out, arena);

    if (bad == 0)
        return true;
    if (is_bad(&ledger_customers, bad, "status"))
        out->status = CUSTOMER_CLOSED;
    if (is_bad(&ledger_customers, bad, "hold_until"))
        out->hold_reason = unreadable_hold(out->hold_reason);
    if (is_bad(&ledger_customers, bad, "bill_to"))
        out->bill_to = "";
    return !is_bad(&ledger_customers, bad, "customer_id");
}

bool ledger_row_item(struct sql *sql, struct item *out, struct arena *arena)
{
    uint32_t bad = read_row(sql, &ledger_invoices, out, arena);

    if (text_empty(out->number))
        out->number = out->invoice_id;
    /* A credit never raises a claim, whichever sign its writer gives it (RULES, "Signs"). */
    if (out->kind == ITEM_INVOICE && out->amount < 0)
        out->kind = ITEM_CREDIT_NOTE;
    if (out->kind == ITEM_CREDIT_NOTE && out->amount > 0)
        out->amount = -out->amount;
    out->inconsistent = bad != 0;
    if (bad == 0)
        return true;
    if (is_bad(&ledger_invoices, bad, "hold_until"))
        out->hold_reason = unreadable_hold(out->hold_reason);
    return !is_bad(&ledger_invoices, bad, "invoice_id") && !is_bad(&ledger_invoices, bad, "line") &&
           !is_bad(&ledger_invoices, bad, "customer_id");
}

bool ledger_row_payment(struct sql *sql, struct payment *out, struct arena *arena)
{
    uint32_t bad = read_row(sql, &ledger_payments, out, arena);

    if (bad == 0)
        return true;
    /* Pending holds the claim back without settling it. */
    if (is_bad(&ledger_payments, bad, "status"))
        out->status = PAYMENT_PENDING;
    return !is_bad(&ledger_payments, bad, "customer_id");
}

bool ledger_row_person(struct sql *sql, struct person *out, struct arena *arena)
{
    uint32_t bad = read_row(sql, &ledger_contacts, out, arena);

    return bad == 0;
}

const char *ledger_row_text(struct sql *sql, int column, struct arena *arena)
{
    const struct column text = {.type = COLUMN_TEXT};
    const char *out = "";

    read_text(&(struct cell){.sql = sql, .at = column, .column = &text, .target = &out, .arena = arena});
    return out;
}
