#include "store/ledger_columns.h"

#include "base/text.h"
#include "model/customer.h"
#include "model/item.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define CUSTOMER(field) offsetof(struct customer, field)
#define ITEM(field) offsetof(struct item, field)
#define PAYMENT(field) offsetof(struct payment, field)
#define PERSON(field) offsetof(struct person, field)

static const struct column customer_columns[] = {
    {"customer_id", COLUMN_ID, true, false, CUSTOMER(id), NULL, "The customer's number; the key."},
    {"name", COLUMN_TEXT, true, false, CUSTOMER(name), NULL, "Name as messages address it."},
    {"email", COLUMN_EMAIL, false, false, CUSTOMER(email), NULL, "One email address; further ones are contacts."},
    {"phone", COLUMN_PHONE, false, false, CUSTOMER(phone), NULL, "Telephone number for SMS, best with country code."},
    {"language", COLUMN_LANGUAGE, false, false, CUSTOMER(language), NULL, "Language of messages, such as de or de-AT."},
    {"timezone", COLUMN_TEXT, false, false, CUSTOMER(timezone), NULL, "IANA time zone, such as Europe/Berlin."},
    {"country", COLUMN_COUNTRY, false, false, CUSTOMER(country), NULL, "ISO 3166 code of two letters, such as DE."},
    {"segment", COLUMN_SEGMENT, false, false, CUSTOMER(segment), NULL, "b2b, b2c or b2g; policies select by it."},
    {"policy", COLUMN_TEXT, false, false, CUSTOMER(policy), NULL, "Name of a policy that applies whatever others say."},
    {"tags", COLUMN_TEXT, false, false, CUSTOMER(tags), NULL, "Words separated by commas; policies select by them."},
    {"bill_to", COLUMN_ID, false, false, CUSTOMER(bill_to), NULL, "Customer who gets the notices instead of this one."},
    {"status", COLUMN_WORD, false, false, CUSTOMER(status), &customer_status_names,
     "All but active hold everything and raise a task."},
    {"hold_until", COLUMN_DAY, false, true, CUSTOMER(hold_until), NULL,
     "Last day of a block set by the ledger's owner."},
    {"hold_reason", COLUMN_TEXT, false, false, CUSTOMER(hold_reason), NULL,
     "Why; a reason without hold_until blocks for an unknown time."},
    {"terms", COLUMN_TERMS, false, false, CUSTOMER(terms), NULL,
     "Payment terms such as net:30, for invoices without due_on."},
    {"owner", COLUMN_TEXT, false, false, CUSTOMER(owner), NULL, "Who works the tasks about this customer."},
    {"address", COLUMN_LINES, false, false, CUSTOMER(address), NULL, "Postal address in lines."},
    {"street", COLUMN_TEXT, false, false, CUSTOMER(street), NULL, "Street and number."},
    {"postcode", COLUMN_TEXT, false, false, CUSTOMER(postcode), NULL, "Postal code."},
    {"city", COLUMN_TEXT, false, false, CUSTOMER(city), NULL, "City."},
    {"vat_id", COLUMN_TEXT, false, false, CUSTOMER(vat_id), NULL, "VAT number."},
    {"legal_form", COLUMN_TEXT, false, false, CUSTOMER(legal_form), NULL, "Legal form, such as GmbH."},
    {"sms_consent", COLUMN_TEXT, false, false, CUSTOMER(sms_consent), NULL,
     "Date and source of the consent to SMS; empty: none, and none is sent."},
    {"changed_at", COLUMN_STAMP, false, true, COLUMN_UNREAD, NULL, "When the row was last written; information only."},
};

static const struct column invoice_columns[] = {
    {"invoice_id", COLUMN_ID, true, false, ITEM(invoice_id), NULL,
     "The invoice's number in the books; the key, with line."},
    {"line", COLUMN_LINE, false, false, ITEM(line), NULL, "Which due line of the invoice, counted from 1."},
    {"customer_id", COLUMN_ID, true, false, ITEM(customer_id), NULL, "Who owes it."},
    {"entity", COLUMN_TEXT, false, false, ITEM(entity), NULL, "Which of our companies is owed; empty: the business."},
    {"number", COLUMN_TEXT, false, false, ITEM(number), NULL, "What people call it; empty: invoice_id."},
    {"kind", COLUMN_WORD, false, false, ITEM(kind), &item_kind_names,
     "A charge is a posted fee: listed, but never a reason to send."},
    {"issued_on", COLUMN_DAY, true, false, ITEM(issued_on), NULL, "Date of the invoice."},
    {"due_on", COLUMN_DAY, true, true, ITEM(due_on), NULL, "Due date; empty: by the customer's terms."},
    {"currency", COLUMN_CURRENCY, true, false, ITEM(currency), NULL, "ISO 4217 code of three letters."},
    {"amount", COLUMN_AMOUNT, true, false, ITEM(amount), NULL, "Above zero; below zero for a credit note."},
    {"status", COLUMN_WORD, false, false, ITEM(status), &item_status_names, "Only open items are claimed."},
    {"disputed_amount", COLUMN_AMOUNT, false, false, ITEM(disputed_amount), NULL,
     "The disputed part; 0: all of it, where the status is disputed."},
    {"disputed_on", COLUMN_DAY, false, true, ITEM(disputed_on), NULL, "Since when it is disputed."},
    {"payment_method", COLUMN_WORD, false, false, ITEM(method), &payment_method_names,
     "How it is paid; a direct debit is ours to collect."},
    {"policy", COLUMN_TEXT, false, false, ITEM(policy), NULL, "Name of a policy for this item alone."},
    {"tags", COLUMN_TEXT, false, false, ITEM(tags), NULL, "Words separated by commas; policies select by them."},
    {"related_invoice", COLUMN_ID, false, false, ITEM(related_invoice), NULL,
     "The invoice that a credit note reduces."},
    {"sent_on", COLUMN_DAY, false, true, ITEM(sent_on), NULL, "When the invoice was sent; it is not due before."},
    {"hold_until", COLUMN_DAY, false, true, ITEM(hold_until), NULL, "Last day of a block of this item."},
    {"hold_reason", COLUMN_TEXT, false, false, ITEM(hold_reason), NULL,
     "Why; a reason without hold_until blocks for an unknown time."},
    {"reference", COLUMN_TEXT, false, false, ITEM(reference), NULL, "Reference for the transfer."},
    {"po_number", COLUMN_TEXT, false, false, ITEM(po_number), NULL, "The customer's order number."},
    {"subject", COLUMN_TEXT, false, false, ITEM(subject), NULL, "What it is for."},
    {"discount_on", COLUMN_DAY, false, true, ITEM(discount_on), NULL, "Last day of an early payment discount."},
    {"discount_amount", COLUMN_AMOUNT, false, false, ITEM(discount_amount), NULL, "That discount."},
    {"pay_url", COLUMN_TEXT, false, false, ITEM(pay_url), NULL, "Page on which it can be paid."},
    {"document", COLUMN_TEXT, false, false, ITEM(document), NULL, "Where the invoice's document is kept."},
    {"changed_at", COLUMN_STAMP, false, true, COLUMN_UNREAD, NULL, "When the row was last written; information only."},
};

static const struct column payment_columns[] = {
    {"payment_id", COLUMN_ID, true, false, PAYMENT(id), NULL, "The payment's number in the books; the key."},
    {"customer_id", COLUMN_ID, true, false, PAYMENT(customer_id), NULL, "Whose money it is."},
    {"entity", COLUMN_TEXT, false, false, PAYMENT(entity), NULL,
     "Which of our companies has it; empty: the named invoice's, else the business."},
    {"invoice_id", COLUMN_ID, false, true, PAYMENT(invoice_id), NULL, "The invoice it pays; empty: on account."},
    {"line", COLUMN_LINE, false, true, PAYMENT(line), NULL, "The line it pays; empty: the invoice as a whole."},
    {"paid_on", COLUMN_DAY, true, false, PAYMENT(paid_on), NULL, "Date of the payment."},
    {"currency", COLUMN_CURRENCY, true, false, PAYMENT(currency), NULL, "ISO 4217 code of three letters."},
    {"amount", COLUMN_AMOUNT, true, false, PAYMENT(amount), NULL, "Money in above zero, a refund or reversal below."},
    {"status", COLUMN_WORD, false, false, PAYMENT(status), &payment_status_names,
     "A pending payment suspends the claim and does not settle it."},
    {"reverses", COLUMN_ID, false, false, PAYMENT(reverses), NULL, "The payment_id that this row takes back."},
    {"reference", COLUMN_TEXT, false, false, PAYMENT(reference), NULL, "What the payer wrote."},
    {"changed_at", COLUMN_STAMP, false, true, PAYMENT(changed_on), NULL,
     "When the row was last written; dates the reversal of a reversed row."},
};

static const struct column contact_columns[] = {
    {"contact_id", COLUMN_ID, true, false, PERSON(id), NULL, "The contact's number; the key."},
    {"customer_id", COLUMN_ID, true, false, PERSON(customer_id), NULL, "The customer for whom this person answers."},
    {"entity", COLUMN_TEXT, false, false, PERSON(entity), NULL, "For which of our companies; empty: for all."},
    {"role", COLUMN_WORD, false, false, PERSON(role), &contact_role_names, "What this person is written to for."},
    {"name", COLUMN_TEXT, false, false, PERSON(name), NULL, "Name as messages address it."},
    {"email", COLUMN_EMAIL, false, false, PERSON(email), NULL, "One email address."},
    {"phone", COLUMN_PHONE, false, false, PERSON(phone), NULL, "Telephone number for SMS."},
    {"language", COLUMN_LANGUAGE, false, false, PERSON(language), NULL, "Language; empty: the customer's."},
    {"sms_consent", COLUMN_TEXT, false, false, PERSON(sms_consent), NULL, "Date and source of the consent to SMS."},
    {"active", COLUMN_SWITCH, false, false, PERSON(active), NULL, "1, or 0 for a person who gets nothing any more."},
    {"changed_at", COLUMN_STAMP, false, true, COLUMN_UNREAD, NULL, "When the row was last written; information only."},
};

_Static_assert(COUNT(invoice_columns) <= TABLE_COLUMNS_MAX, "room for the columns of a row");

const struct table ledger_customers = {"customers", 1, "", customer_columns, COUNT(customer_columns)};
const struct table ledger_invoices = {"invoices", 2, "customer_id, invoice_id, line", invoice_columns,
                                      COUNT(invoice_columns)};
const struct table ledger_payments = {"payments", 1, "customer_id, paid_on, payment_id", payment_columns,
                                      COUNT(payment_columns)};
const struct table ledger_contacts = {"contacts", 1, "", contact_columns, COUNT(contact_columns)};

int table_find(const struct table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (text_equal_nocase(table->columns[i].name, name))
            return (int)i;
    return -1;
}
