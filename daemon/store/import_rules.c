#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "model/item.h"
#include "store/import.h"
#include "store/import_terms.h"

/* Such hints cost a scan of the customers, so only the first lines get one. */
enum { ZERO_HINTS = 10, CLIP = 80 };

static enum import_verdict refuse(struct import *import, const char *column, const char *what)
{
    import_say(import, SEVERITY_ERROR, column, "%s", what);
    return IMPORT_REFUSE;
}

/* ---- references ---- */

/* The same number with more or fewer leading zeros, "" if there is none. */
static const char *zero_twin(struct import *import, const char *id)
{
    struct sql sql = {0};
    const char *twin = "";

    if (import->said[SEVERITY_ERROR] > ZERO_HINTS ||
        sql_prepare(&sql, import->db,
                    "SELECT customer_id FROM customers WHERE ltrim(customer_id, '0') = ltrim(?1, '0') LIMIT 1",
                    NULL) != 0)
        return "";
    sql_bind_text(&sql, 1, id);
    if (sql_step(&sql, NULL) == 1)
        twin = sql_get_text(&sql, 0, import->row);
    sql_finish(&sql);
    return twin;
}

static enum import_verdict unknown_customer(struct import *import, const char *id)
{
    char clip[CLIP], other[CLIP];
    const char *twin = zero_twin(import, id);

    text_clip(id, clip, sizeof clip);
    if (twin[0] != '\0')
        import_say(import, SEVERITY_ERROR, "customer_id",
                   "there is no customer \"%s\", but there is \"%s\"; write the number "
                   "with the same leading zeros everywhere",
                   clip, text_clip(twin, other, sizeof other));
    else
        import_say(import, SEVERITY_ERROR, "customer_id", "there is no customer \"%s\"; import the customers first",
                   clip);
    return IMPORT_REFUSE;
}

/* Rows of one customer often follow each other, so the last answer is kept. */
static enum import_verdict check_customer(struct import *import, struct err *err)
{
    const char *id = import_cell(import, "customer_id")->text;
    int row;

    if (text_equal(id, import->customer_known))
        return IMPORT_TAKE;
    sql_bind_text(&import->customer, 1, id);
    row = sql_step(&import->customer, err);
    if (row < 0)
        return IMPORT_FAILED;
    if (row == 0)
        return unknown_customer(import, id);
    sql_reset(&import->customer);
    memcpy(import->customer_known, id, strlen(id) + 1); /* at most LEDGER_ID_MAX bytes: import_cell has seen to it */
    return IMPORT_TAKE;
}

/* ---- invoices ---- */

/* RULES, "Signs". */
static enum import_verdict check_sign(struct import *import)
{
    struct cell *kind = import_cell(import, "kind");
    int64_t amount = import_cell(import, "amount")->number;
    bool credit = text_equal(kind->text, item_kind_names.words[ITEM_CREDIT_NOTE]);

    if (!kind->given && amount < 0) {
        kind->text = item_kind_names.words[ITEM_CREDIT_NOTE];
        return IMPORT_TAKE;
    }
    if (!kind->given && amount == 0) {
        import_say(import, SEVERITY_NOTE, "amount", "is zero; the row is ignored");
        return IMPORT_IGNORE;
    }
    if (credit && amount >= 0)
        return refuse(import, "amount", "a credit note is below zero; write the amount with a minus sign");
    if (!credit && amount <= 0)
        return refuse(import, "amount", "an invoice or charge is above zero; leave kind empty for a credit note");
    return IMPORT_TAKE;
}

static enum import_verdict check_parts(struct import *import)
{
    static const char *const parts[] = {"disputed_amount", "discount_amount"};
    int64_t amount = import_cell(import, "amount")->number;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        int64_t part = import_cell(import, parts[i])->number;

        if (part < 0)
            return refuse(import, parts[i], "is below zero; write it as a positive amount");
        if (amount > 0 && part > amount)
            return refuse(import, parts[i], "is more than the amount of the invoice");
    }
    return IMPORT_TAKE;
}

/* ISO dates compare as texts. */
static void warn_dates(struct import *import)
{
    const struct cell *issued = import_cell(import, "issued_on"), *due = import_cell(import, "due_on");

    if (due->given && strcmp(due->text, issued->text) < 0)
        import_say(import, SEVERITY_WARNING, "due_on", "%s lies before the invoice's date, %s", due->text,
                   issued->text);
}

static enum import_verdict invoice_rules(struct import *import, struct err *err)
{
    enum import_verdict verdict = check_sign(import);

    if (verdict == IMPORT_TAKE)
        verdict = import_terms_apply(import);
    if (verdict == IMPORT_TAKE)
        verdict = check_parts(import);
    if (verdict == IMPORT_TAKE)
        verdict = check_customer(import, err);
    if (verdict == IMPORT_TAKE)
        warn_dates(import);
    return verdict;
}

/* ---- payments ---- */

/* What is wrong with a line of the invoice: how far it fits, the column that does not, and what the invoice has there.
 */
struct fit {
    enum { FIT_NO_INVOICE, FIT_NOT_CUSTOMER, FIT_NOT_CURRENCY, FIT_NOT_ENTITY, FIT_NOT_LINE, FIT_ALL } far;
    const char *column, *theirs;
};

/* Within one account it does not matter whose money it is. */
static int same_account(struct import *import, const char *owner, const char *payer, bool *same, struct err *err)
{
    int row;

    *same = text_equal(owner, payer);
    if (*same)
        return 0;
    sql_bind_text(&import->account, 1, owner);
    sql_bind_text(&import->account, 2, payer);
    row = sql_step(&import->account, err);
    *same = row == 1 && sql_get_int(&import->account, 0) != 0;
    sql_reset(&import->account);
    return row < 0 ? -1 : 0;
}

/* One line of the invoice: customer, entity, currency and line. */
static int fit_line(struct import *import, struct fit *fit, struct err *err)
{
    struct sql *sql = &import->invoice;
    const struct cell *entity = import_cell(import, "entity"), *line = import_cell(import, "line");
    const char *owner = sql_get_text(sql, 0, import->row), *own = sql_get_text(sql, 1, import->row);
    const char *currency = sql_get_text(sql, 2, import->row);
    bool same;

    if (same_account(import, owner, import_cell(import, "customer_id")->text, &same, err) != 0)
        return -1;
    if (!same)
        *fit = (struct fit){FIT_NOT_CUSTOMER, "customer_id", owner};
    else if (!text_equal(currency, import_cell(import, "currency")->text))
        *fit = (struct fit){FIT_NOT_CURRENCY, "currency", currency};
    else if (entity->given && !text_equal(entity->text, own))
        *fit = (struct fit){FIT_NOT_ENTITY, "entity", own};
    else if (line->given && line->number != sql_get_int(sql, 3))
        *fit = (struct fit){FIT_NOT_LINE, "line", sql_get_text(sql, 3, import->row)};
    else
        *fit = (struct fit){FIT_ALL, "entity", own};
    return 0;
}

static enum import_verdict say_misfit(struct import *import, const struct fit *fit, const char *invoice)
{
    char clip[CLIP], theirs[CLIP];

    text_clip(invoice, clip, sizeof clip);
    text_clip(fit->theirs, theirs, sizeof theirs);
    if (fit->far == FIT_NO_INVOICE)
        import_say(import, SEVERITY_ERROR, "invoice_id",
                   "there is no invoice \"%s\"; import the invoices first, or leave this "
                   "empty for money on account",
                   clip);
    else
        import_say(import, SEVERITY_ERROR, fit->column,
                   "invoice \"%s\" has \"%s\" here; a payment belongs to the customer, "
                   "entity, currency and line of the invoice it names",
                   clip, theirs);
    return IMPORT_REFUSE;
}

/* The entity may be left out; it is then the invoice's. */
static enum import_verdict check_invoice(struct import *import, struct err *err)
{
    const char *id = import_cell(import, "invoice_id")->text;
    struct fit best = {.far = FIT_NO_INVOICE, .column = "", .theirs = ""}, fit = best;
    int row;

    sql_bind_text(&import->invoice, 1, id);
    while ((row = sql_step(&import->invoice, err)) == 1) {
        if (fit_line(import, &fit, err) != 0)
            return IMPORT_FAILED;
        if (fit.far > best.far)
            best = fit;
    }
    if (row < 0)
        return IMPORT_FAILED;
    if (best.far != FIT_ALL)
        return say_misfit(import, &best, id);
    import_cell(import, "entity")->text = best.theirs;
    return IMPORT_TAKE;
}

static void note_for_feed(struct import *import)
{
    const char *entity = import_cell(import, "entity")->text;
    day_t paid_on;

    if (day_parse(import_cell(import, "paid_on")->text, &paid_on) && paid_on > import->newest)
        import->newest = paid_on;
    for (size_t i = 0; i < import->entity_count; i++)
        if (text_equal(import->entities[i], entity))
            return;
    import->entities = arena_grow(import->life, import->entities, import->entity_count, import->entity_count + 1,
                                  sizeof *import->entities);
    import->entities[import->entity_count++] = arena_copy(import->life, entity);
}

static enum import_verdict payment_rules(struct import *import, struct err *err)
{
    bool named = import_cell(import, "invoice_id")->given;
    enum import_verdict verdict = check_customer(import, err);

    if (verdict == IMPORT_TAKE && named)
        verdict = check_invoice(import, err);
    if (verdict != IMPORT_TAKE)
        return verdict;
    if (!named && import_cell(import, "line")->given)
        return refuse(import, "line", "names a line but no invoice; fill in invoice_id");
    if (import_cell(import, "amount")->number == 0) {
        import_say(import, SEVERITY_NOTE, "amount", "is zero; the row is ignored");
        return IMPORT_IGNORE;
    }
    note_for_feed(import);
    return IMPORT_TAKE;
}

/* ---- customers ---- */

/* Billed to himself is billed to nobody else. */
static enum import_verdict customer_rules(struct import *import, struct err *err)
{
    struct cell *bill_to = import_cell(import, "bill_to");

    (void)err;
    if (text_equal(bill_to->text, import_cell(import, "customer_id")->text))
        bill_to->text = "";
    return IMPORT_TAKE;
}

/* ---- all ---- */

enum import_verdict import_rules(struct import *import, struct err *err)
{
    static enum import_verdict (*const rules[])(struct import *, struct err *) = {
        [IMPORT_CUSTOMERS] = customer_rules,
        [IMPORT_INVOICES] = invoice_rules,
        [IMPORT_PAYMENTS] = payment_rules,
        [IMPORT_CONTACTS] = check_customer,
    };

    return rules[import->kind](import, err);
}

/* Those who are billed to a number that no customer has, or to one who is himself billed elsewhere. */
static int check_bill_to(struct import *import, struct err *err)
{
    struct sql sql = {0};
    int row = -1;

    if (sql_prepare(&sql, import->db,
                    "SELECT c.customer_id, c.bill_to, h.customer_id IS NULL FROM customers c"
                    " LEFT JOIN customers h ON h.customer_id = c.bill_to"
                    " WHERE c.bill_to <> '' AND (h.customer_id IS NULL OR h.bill_to <> '') ORDER BY c.customer_id",
                    err) != 0)
        return -1;
    while ((row = sql_step(&sql, err)) == 1) {
        const char *id = sql_get_text(&sql, 0, import->row), *bill_to = sql_get_text(&sql, 1, import->row);

        if (sql_get_int(&sql, 2) != 0)
            import_say(import, SEVERITY_WARNING, "bill_to",
                       "there is no customer \"%.60s\"; customer \"%.60s\" is billed himself", bill_to, id);
        else
            import_say(import, SEVERITY_WARNING, "bill_to",
                       "customer \"%.60s\" is billed to \"%.60s\", who is billed to another "
                       "one; only the first step counts",
                       id, bill_to);
    }
    sql_finish(&sql);
    return row;
}

static int check_orphans(struct import *import, struct err *err)
{
    int64_t now = 0;

    if (sql_query_int(import->db, "SELECT count(*) FROM orphans", &now, err) != 0)
        return -1;
    if (now > import->orphans_before)
        import_say(import, SEVERITY_WARNING, "",
                   "%lld payments now name an invoice of another customer, entity or currency; "
                   "those invoices are held until the payments are imported anew",
                   (long long)(now - import->orphans_before));
    return 0;
}

int import_last_rules(struct import *import, struct err *err)
{
    import->line = 0;
    if (import->kind == IMPORT_CUSTOMERS)
        return check_bill_to(import, err);
    return import->kind == IMPORT_INVOICES ? check_orphans(import, err) : 0;
}
