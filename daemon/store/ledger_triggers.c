#include "store/ledger_triggers.h"

#include <stddef.h>

/* clang-format off */

/*
 * A customer is marked by DELETE and INSERT, never by OR REPLACE: the conflict
 * clause of the statement that fires a trigger overrides those inside it, so
 * under a foreign writer's INSERT OR IGNORE such a mark would be lost.
 */
#define MARK(id)                                                                                                       \
    " DELETE FROM changes WHERE customer_id = " id ";"                                                                 \
    " INSERT INTO changes(customer_id) VALUES (" id ");"

/* All customers that a query gives. */
#define MARK_ALL(query)                                                                                                \
    " DELETE FROM changes WHERE customer_id IN (" query ");"                                                           \
    " INSERT INTO changes(customer_id) " query ";"

/*
 * REPLACE removes a row without firing its delete trigger, so whoever owns a
 * row that is about to go is marked before the insert or the change of key.
 */
#define BEFORE_INSERT(table, row, owners)                                                                              \
    "CREATE TRIGGER " table "_before_insert BEFORE INSERT ON " table                                                   \
    " WHEN EXISTS (SELECT 1 FROM " table " WHERE " row ") BEGIN" owners " END"

#define BEFORE_KEY(table, key, row, owners)                                                                            \
    "CREATE TRIGGER " table "_before_key BEFORE UPDATE OF " key " ON " table                                           \
    " WHEN EXISTS (SELECT 1 FROM " table " WHERE " row ") BEGIN" owners " END"

/*
 * What every row needs stands in a trigger of its own, what few rows need in
 * another one behind a condition: a trigger opens all tables that its body
 * names, whether they are used or not, and a bulk load feels that.
 */
#define AFTER(event, table, body)                                                                                      \
    "CREATE TRIGGER " table "_after_" event " AFTER " event " ON " table " BEGIN" body " END"
#define AFTER_IF(name, event, table, condition, body)                                                                  \
    "CREATE TRIGGER " table "_" name " AFTER " event " ON " table " WHEN " condition " BEGIN" body " END"

/* ---- customers: also whom he is billed to, and those billed to a number that appears or goes ---- */

#define OTHER_BILL_TO "customer_id = new.customer_id AND bill_to NOT IN ('', coalesce(new.bill_to, ''))"
#define MARK_OTHER_BILL_TO MARK_ALL("SELECT bill_to FROM customers WHERE " OTHER_BILL_TO)
#define MEMBERS(id) "SELECT customer_id FROM customers WHERE bill_to = " id " AND bill_to <> ''"
#define HAS_MEMBERS(id) "EXISTS (" MEMBERS(id) ")"
#define MARK_MEMBERS(id) MARK_ALL(MEMBERS(id))

/* ---- invoices ---- */

#define INVOICE_ROW "invoice_id = new.invoice_id AND line = coalesce(new.line, 1)"
#define OTHER_OWNER INVOICE_ROW " AND customer_id <> new.customer_id"
#define MARK_OTHER_OWNER MARK_ALL("SELECT customer_id FROM invoices WHERE " OTHER_OWNER)

/* Does payment p fit one of the lines of the invoice it names? */
#define FITS(p)                                                                                                        \
    "EXISTS (SELECT 1 FROM invoices m WHERE m.invoice_id = " p ".invoice_id AND m.customer_id = " p ".customer_id"     \
    " AND m.entity = " p ".entity AND m.currency = " p ".currency AND coalesce(" p ".line, 0) IN (0, m.line))"

/* Other lines may belong to others, who gain or lose an orphan with this one. */
#define MARK_HELD(id) MARK_ALL("SELECT DISTINCT customer_id FROM orphans WHERE invoice_id = " id)
#define ORPHANS_OF_INVOICE(id)                                                                                         \
    MARK_HELD(id)                                                                                                      \
    " DELETE FROM orphans WHERE invoice_id = " id ";"                                                                  \
    " INSERT INTO orphans SELECT DISTINCT i.customer_id, i.invoice_id, p.payment_id"                                   \
    " FROM payments p CROSS JOIN invoices i ON i.invoice_id = p.invoice_id"                                            \
    " WHERE p.invoice_id = " id " AND p.status <> 'reversed' AND NOT " FITS("p") ";"                                   \
    MARK_HELD(id)

#define IS_NAMED(id) "EXISTS (SELECT 1 FROM payments WHERE invoice_id = " id ")"
#define INVOICE_MOVED                                                                                                  \
    "new.invoice_id <> old.invoice_id OR new.line <> old.line OR new.customer_id <> old.customer_id"                   \
    " OR new.entity <> old.entity OR new.currency <> old.currency"

/* ---- payments: also the owner of the invoice that one names without fitting it ---- */

#define PAYMENT_ROW "payment_id = new.payment_id"
#define MARK_OWNERS(payment) MARK_ALL("SELECT DISTINCT customer_id FROM orphans WHERE payment_id = " payment)
#define MARK_OTHER_PAYER                                                                                               \
    MARK_ALL("SELECT customer_id FROM payments WHERE " PAYMENT_ROW " AND customer_id <> new.customer_id")              \
    MARK_OWNERS("new.payment_id")

/* A reversed payment pays nothing, so it may name what it likes. */
#define IS_ORPHAN "(new.invoice_id <> '' AND new.status <> 'reversed' AND NOT " FITS("new") ")"
#define WAS_ORPHAN(payment) "EXISTS (SELECT 1 FROM orphans WHERE payment_id = " payment ")"
#define ORPHANS_OF_PAYMENT                                                                                             \
    " DELETE FROM orphans WHERE payment_id = new.payment_id;"                                                          \
    " INSERT INTO orphans SELECT DISTINCT i.customer_id, i.invoice_id, new.payment_id FROM invoices i"                 \
    " WHERE i.invoice_id = new.invoice_id AND " IS_ORPHAN ";"                                                          \
    MARK_OWNERS("new.payment_id")
#define NO_ORPHANS(payment) MARK_OWNERS(payment) " DELETE FROM orphans WHERE payment_id = " payment ";"

/* ---- contacts ---- */

#define OTHER_EMPLOYER "contact_id = new.contact_id AND customer_id <> new.customer_id"
#define MARK_OTHER_EMPLOYER MARK_ALL("SELECT customer_id FROM contacts WHERE " OTHER_EMPLOYER)

const char *const ledger_triggers[] = {
    BEFORE_INSERT("customers", OTHER_BILL_TO, MARK_OTHER_BILL_TO),
    BEFORE_KEY("customers", "customer_id", OTHER_BILL_TO " AND new.customer_id <> old.customer_id", MARK_OTHER_BILL_TO),
    AFTER("insert", "customers", MARK("new.customer_id")),
    AFTER("update", "customers", MARK("new.customer_id")),
    AFTER("delete", "customers", MARK("old.customer_id")),
    AFTER_IF("insert_bill_to", "INSERT", "customers", "new.bill_to NOT IN ('', new.customer_id)", MARK("new.bill_to")),
    AFTER_IF("insert_members", "INSERT", "customers", HAS_MEMBERS("new.customer_id"), MARK_MEMBERS("new.customer_id")),
    AFTER_IF("delete_members", "DELETE", "customers", HAS_MEMBERS("old.customer_id"), MARK_MEMBERS("old.customer_id")),
    AFTER_IF("delete_bill_to", "DELETE", "customers", "old.bill_to NOT IN ('', old.customer_id)", MARK("old.bill_to")),
    AFTER_IF("new_bill_to", "UPDATE OF bill_to", "customers", "new.bill_to NOT IN ('', old.bill_to)",
             MARK("new.bill_to")),
    AFTER_IF("old_bill_to", "UPDATE OF bill_to", "customers", "old.bill_to NOT IN ('', new.bill_to)",
             MARK("old.bill_to")),
    AFTER_IF("renamed", "UPDATE OF customer_id", "customers", "new.customer_id <> old.customer_id",
             MARK("old.customer_id") MARK_MEMBERS("old.customer_id") MARK_MEMBERS("new.customer_id")),

    BEFORE_INSERT("invoices", OTHER_OWNER, MARK_OTHER_OWNER),
    BEFORE_KEY("invoices", "invoice_id, line",
               OTHER_OWNER " AND (new.invoice_id <> old.invoice_id OR new.line <> old.line)", MARK_OTHER_OWNER),
    AFTER("insert", "invoices", MARK("new.customer_id")),
    AFTER("update", "invoices", MARK("new.customer_id")),
    AFTER("delete", "invoices", MARK("old.customer_id")),
    AFTER_IF("old_owner", "UPDATE OF customer_id", "invoices", "new.customer_id <> old.customer_id",
             MARK("old.customer_id")),
    AFTER_IF("insert_paid", "INSERT", "invoices", IS_NAMED("new.invoice_id"), ORPHANS_OF_INVOICE("new.invoice_id")),
    AFTER_IF("delete_paid", "DELETE", "invoices", IS_NAMED("old.invoice_id"), ORPHANS_OF_INVOICE("old.invoice_id")),
    AFTER_IF("moved", "UPDATE OF invoice_id, line, customer_id, entity, currency", "invoices", INVOICE_MOVED,
             ORPHANS_OF_INVOICE("old.invoice_id") ORPHANS_OF_INVOICE("new.invoice_id")),

    BEFORE_INSERT("payments", PAYMENT_ROW, MARK_OTHER_PAYER),
    BEFORE_KEY("payments", "payment_id", PAYMENT_ROW " AND new.payment_id <> old.payment_id", MARK_OTHER_PAYER),
    AFTER("insert", "payments", MARK("new.customer_id")),
    AFTER("update", "payments", MARK("new.customer_id")),
    AFTER("delete", "payments", MARK("old.customer_id")),
    AFTER_IF("old_payer", "UPDATE OF customer_id", "payments", "new.customer_id <> old.customer_id",
             MARK("old.customer_id")),
    AFTER_IF("insert_orphan", "INSERT", "payments", IS_ORPHAN " OR " WAS_ORPHAN("new.payment_id"), ORPHANS_OF_PAYMENT),
    AFTER_IF("delete_orphan", "DELETE", "payments", WAS_ORPHAN("old.payment_id"), NO_ORPHANS("old.payment_id")),
    AFTER_IF("update_orphan", "UPDATE", "payments",
             IS_ORPHAN " OR " WAS_ORPHAN("old.payment_id") " OR " WAS_ORPHAN("new.payment_id"),
             NO_ORPHANS("old.payment_id") ORPHANS_OF_PAYMENT),
    /* The date of changed_at is when a payment was reversed (RULES R35), so a writer who forgets it is helped. */
    AFTER_IF("stamp", "UPDATE OF status, amount", "payments",
             "new.changed_at IS old.changed_at AND (new.status <> old.status OR new.amount <> old.amount)",
             " UPDATE payments SET changed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
             " WHERE payment_id = new.payment_id;"),

    BEFORE_INSERT("contacts", OTHER_EMPLOYER, MARK_OTHER_EMPLOYER),
    BEFORE_KEY("contacts", "contact_id", OTHER_EMPLOYER " AND new.contact_id <> old.contact_id", MARK_OTHER_EMPLOYER),
    AFTER("insert", "contacts", MARK("new.customer_id")),
    AFTER("update", "contacts", MARK("new.customer_id")),
    AFTER("delete", "contacts", MARK("old.customer_id")),
    AFTER_IF("old_customer", "UPDATE OF customer_id", "contacts", "new.customer_id <> old.customer_id",
             MARK("old.customer_id")),
    NULL,
};
