#include "store/import_terms.h"

#include "base/arena.h"
#include "base/text.h"
#include "model/item.h"
#include "store/csv.h"

enum { CLIP = 60 };

bool import_terms_make(const struct import *import, size_t column)
{
    return import->terms_field != 0 &&
           text_list_has("due_on,discount_on,discount_amount", import->table->columns[column].name);
}

bool import_terms_read(struct import *import, const struct csv_record *record)
{
    struct err err;
    char clip[CLIP];

    import->terms = (struct terms){.kind = TERMS_OPEN};
    if (import->terms_field == 0)
        return true;
    const char *text = text_trim(import->row, record->fields[import->terms_field - 1]);
    if (text[0] == '\0' || terms_parse(text, &import->terms, &err) == 0)
        return true;
    import_say(import, SEVERITY_ERROR, IMPORT_TERMS, "\"%s\" %s", text_clip(text, clip, sizeof clip), err.text);
    return false;
}

static void fill_day(struct import *import, const char *column, day_t day)
{
    char *text = arena_alloc(import->row, DAY_TEXT_SIZE);

    *import_cell(import, column) = (struct cell){.text = day_format(day, text), .given = true};
}

/* Of several discounts the ledger has room for one: the first, which is the largest. */
static void fill_discount(struct import *import, day_t issued)
{
    const struct cell *amount = import_cell(import, "amount");
    struct cell *given = import_cell(import, "discount_amount");

    if (import->terms.tier_count == 0 || amount->number <= 0 || given->given ||
        import_cell(import, "discount_on")->given)
        return;
    struct discount discount = terms_discount(&import->terms, 0, issued, amount->number, import->currency);
    fill_day(import, "discount_on", discount.until);
    given->number = discount.amount;
    given->given = true;
}

enum import_verdict import_terms_apply(struct import *import)
{
    const struct terms *terms = &import->terms;
    day_t issued;

    if ((terms->kind == TERMS_OPEN && terms->tier_count == 0) ||
        !day_parse(import_cell(import, "issued_on")->text, &issued))
        return IMPORT_TAKE;
    fill_discount(import, issued);
    if (import_cell(import, "due_on")->given)
        return IMPORT_TAKE;
    if (terms->kind == TERMS_OPEN) {
        import_say(import, SEVERITY_ERROR, IMPORT_TERMS,
                   "gives discounts but no due date; fill in due_on, or write net and the days behind them");
        return IMPORT_REFUSE;
    }
    fill_day(import, "due_on", terms_due(terms, issued));
    return IMPORT_TAKE;
}
