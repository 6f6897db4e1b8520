#include "model/item.h"

static const char *const item_kind_words[] = {"invoice", "credit_note", "charge"};
const struct names item_kind_names = {item_kind_words, sizeof item_kind_words / sizeof *item_kind_words};
_Static_assert(sizeof item_kind_words / sizeof *item_kind_words == ITEM_CHARGE + 1, "one word for each value");

static const char *const item_status_words[] = {"open", "disputed", "void", "written_off"};
const struct names item_status_names = {item_status_words, sizeof item_status_words / sizeof *item_status_words};
_Static_assert(sizeof item_status_words / sizeof *item_status_words == ITEM_WRITTEN_OFF + 1, "one word for each value");

static const char *const payment_method_words[] = {"transfer", "direct_debit", "card"};
const struct names payment_method_names = {payment_method_words,
                                           sizeof payment_method_words / sizeof *payment_method_words};
_Static_assert(sizeof payment_method_words / sizeof *payment_method_words == METHOD_CARD + 1,
               "one word for each value");

static const char *const payment_status_words[] = {"booked", "pending", "reversed"};
const struct names payment_status_names = {payment_status_words,
                                           sizeof payment_status_words / sizeof *payment_status_words};
_Static_assert(sizeof payment_status_words / sizeof *payment_status_words == PAYMENT_REVERSED + 1,
               "one word for each value");

const struct item item_blank = {.invoice_id = "",
                                .customer_id = "",
                                .entity = "",
                                .number = "",
                                .policy = "",
                                .tags = "",
                                .related_invoice = "",
                                .hold_reason = "",
                                .reference = "",
                                .po_number = "",
                                .subject = "",
                                .pay_url = "",
                                .document = "",
                                .line = 1,
                                .issued_on = DAY_NONE,
                                .due_on = DAY_NONE,
                                .sent_on = DAY_NONE,
                                .hold_until = DAY_NONE,
                                .disputed_on = DAY_NONE,
                                .discount_on = DAY_NONE,
                                .kind = ITEM_INVOICE,
                                .status = ITEM_OPEN,
                                .method = METHOD_TRANSFER};
