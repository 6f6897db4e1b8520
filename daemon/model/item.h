/*
 * Items and payments as the ledger holds them (DESIGN 5).  Amounts are minor
 * units of the currency; credit notes are negative; money in is positive.
 */
#ifndef MODEL_ITEM_H
#define MODEL_ITEM_H

#include "base/day.h"
#include "base/money.h"
#include "base/names.h"

enum item_kind { ITEM_INVOICE, ITEM_CREDIT_NOTE, ITEM_CHARGE };
extern const struct names item_kind_names;

enum item_status { ITEM_OPEN, ITEM_DISPUTED, ITEM_VOID, ITEM_WRITTEN_OFF };
extern const struct names item_status_names;

enum payment_method { METHOD_TRANSFER, METHOD_DIRECT_DEBIT, METHOD_CARD };
extern const struct names payment_method_names;

struct item {
    const char *invoice_id, *customer_id, *entity;
    const char *number; /* what people call it; the id where the ledger has none */
    const char *policy, *tags, *related_invoice;
    const char *hold_reason, *reference, *po_number, *subject, *pay_url, *document;
    int64_t amount;          /* minor units */
    int64_t disputed_amount; /* 0: all of it, where the status is disputed */
    int64_t discount_amount;
    int32_t line;
    day_t issued_on, due_on, sent_on, hold_until, disputed_on, discount_on; /* DAY_NONE: no value */
    char currency[CURRENCY_SIZE];
    enum item_kind kind;
    enum item_status status;
    enum payment_method method;
    bool inconsistent; /* a payment names this invoice but another customer, entity or currency */
};
extern const struct item item_blank; /* nothing known: "", no dates, line 1 of an open invoice over 0 */

enum payment_status { PAYMENT_BOOKED, PAYMENT_PENDING, PAYMENT_REVERSED };
extern const struct names payment_status_names;

struct payment {
    const char *id, *customer_id, *entity;
    const char *invoice_id; /* "" = unapplied cash */
    const char *reverses;   /* payment_id taken back by this one */
    const char *reference;
    int64_t amount; /* money in > 0, refund or reversal < 0 */
    int32_t line;   /* 0: the invoice as a whole */
    day_t paid_on;
    day_t changed_on; /* date of the row's changed_at, DAY_NONE if unknown; only read for reversed rows */
    char currency[CURRENCY_SIZE];
    enum payment_status status;
};

#endif
