/* What went through the gate: who was held, opted out or paid at that time, and which way it came (I1, I8, I9). */
#include "audit/check.h"

#define TELL                                                                                                           \
    "something went out that should not have; tell the customer if it matters, keep a copy of the state and the send " \
    "log, and report it as a fault of the program"

/* Attempts to which `yes` was said. */
#define WENT "a.committed_at IS NOT NULL"
#define EARLIER(moment) moment " + " SLACK " < a.claimed_at AND " moment " + " SLACK " < a.committed_at"

/* Surely in force: the last day of a hold is one of the customer's zone, which may be a day behind ours. */
#define IN_FORCE                                                                                  \
    EARLIER("h.start_at")                                                                         \
    " AND (h.until IS NULL OR h.until >= a.committed_at / 86400 + 1) AND (h.released_at IS NULL " \
    "OR h.released_at > a.committed_at + " SLACK ")"
#define HELD_TEXT                                                          \
    "printf('went out at %s, though %s %s was held since %s (%s)', " TIME( \
        "a.committed_at") ", h.scope, h.target, " TIME("h.start_at") ", h.kind)"

/*
 * What the engine itself had seen of an item before it claimed: held or settled, and neither released nor reopened
 * within the hour after the commit, in which it would have seen that, nor after a start, which sees it late.  What has
 * an author was said by a person, perhaps while no engine was there to see it.
 */
#define SEEN_LAST                                                                                              \
    "(SELECT max(s.seq) FROM events s WHERE s.customer = n.customer AND s.author = '' AND s.invoices = " ITEM( \
        "i") " AND s.kind IN ('held', 'released', 'item_settled', 'item_reopened') AND " EARLIER("s.at") ")"
#define SEEN_STARTED \
    "EXISTS (SELECT 1 FROM events b WHERE b.kind = 'started' AND b.seq < s.seq AND b.at >= a.claimed_at - " SLACK ")"
#define SEEN_ENDED                                                                                      \
    "EXISTS (SELECT 1 FROM events s WHERE s.customer = n.customer AND s.seq > e.seq AND s.author = '' " \
    "AND s.invoices = e.invoices AND s.kind IN ('released', 'item_reopened', 'item_settled') "          \
    "AND (s.at <= a.committed_at + 3600 OR " SEEN_STARTED "))"
#define SEEN_BEFORE(bad)                                                                              \
    "FROM notices n JOIN notice_items i ON i.notice = n.id AND i.block = 'due' AND i.occurrence > 0 " \
    "JOIN messages m ON m.notice = n.id JOIN attempts a ON a.message = m.id AND " WENT                \
    " JOIN events e ON e.seq = " SEEN_LAST " AND e.kind = '" bad "' WHERE n.manual = 0 AND NOT " SEEN_ENDED

/* A contact that reached the customer, on its local date. */
#define CONTACTS                                                                                              \
    "SELECT DISTINCT customer, at_on AS day, contact FROM notices WHERE status IN ('accepted', 'uncertain') " \
    "AND action NOT IN ('handoff', 'task') AND at_on IS NOT NULL AND manual = 0 "                             \
    "AND (at_on - 2) * 86400 >= :since"

const struct check checks_gate[] = {
    {AUDIT_I1, "held_customer", NEED_ORDER,
     "SELECT " ATTEMPT("a") ", " HELD_TEXT " FROM holds h JOIN notices n ON n.customer = h.target "
                            "JOIN messages m ON m.notice = n.id JOIN attempts a ON a.message = m.id AND " WENT
                            " WHERE h.scope = 'customer' "
                            "AND " IN_FORCE,
     TELL},
    {AUDIT_I1, "held_invoice", NEED_ORDER,
     "SELECT DISTINCT " ATTEMPT(
         "a") ", " HELD_TEXT " FROM holds h JOIN cases c ON c.invoice_id = h.target "
              "JOIN notices n ON n.customer = c.customer JOIN notice_items i ON i.notice = n.id AND i.invoice_id = "
              "h.target "
              "AND i.block IN ('due', 'carried') JOIN messages m ON m.notice = n.id "
              "JOIN attempts a ON a.message = m.id AND " WENT " WHERE h.scope = 'invoice' AND " IN_FORCE,
     TELL},
    {AUDIT_I1, "held_policy", NEED_ORDER,
     "SELECT " ATTEMPT("a") ", " HELD_TEXT " FROM holds h JOIN notices n ON n.policy = h.target "
                            "JOIN messages m ON m.notice = n.id JOIN attempts a ON a.message = m.id AND " WENT
                            " WHERE h.scope = 'policy' "
                            "AND " IN_FORCE,
     TELL},

    {AUDIT_I1, "opted_out", NEED_ORDER,
     "SELECT " ATTEMPT("a") ", printf('went out at %s to an address that is on the opt-out list since %s', " TIME(
         "a.committed_at") ", " TIME("o.at") ") FROM optouts o JOIN messages m ON m.channel = o.channel "
                                             "AND m.digest = o.digest JOIN attempts a ON a.message = m.id AND " WENT
                                             " WHERE " EARLIER("o.at"),
     TELL},

    /* Money for this very line, booked before the claim and never touched since, as much as was due. */
    {AUDIT_I1, "paid", NEED_LEDGER | NEED_STAMPS | NEED_ORDER,
     "SELECT " ATTEMPT(
         "a") ", printf('went out at %s and claimed %s, which was paid in full before', "
              "" TIME("a.committed_at") ", " ITEM(
                  "i") ") FROM ledger.invoices l JOIN cases c ON c.invoice_id = l.invoice_id "
                       "AND c.line = l.line JOIN notices n ON n.customer = c.customer JOIN notice_items i ON "
                       "i.notice = n.id "
                       "AND i.invoice_id = l.invoice_id AND i.line = l.line AND i.block = 'due' JOIN messages m ON "
                       "m.notice "
                       "= n.id "
                       "JOIN attempts a ON a.message = m.id AND " WENT " WHERE l.amount > 0 AND l.amount <= "
                       "(SELECT sum(p.amount) FROM ledger.payments p WHERE p.invoice_id = l.invoice_id AND p.line = "
                       "l.line "
                       "AND p.currency = l.currency AND p.customer_id = l.customer_id AND p.status = 'booked' "
                       "AND " EARLIER("unixepoch(p.changed_at)") ")",
     TELL},

    {AUDIT_I1, "seen_held", NEED_ORDER,
     "SELECT " ATTEMPT("a") ", printf('went out at %s and claimed %s, which was seen to be held since %s (%s)', " TIME(
         "a.committed_at") ", " ITEM("i") ", " TIME("e.at") ", e.reason) " SEEN_BEFORE("held"),
     TELL},
    {AUDIT_I1, "seen_settled", NEED_ORDER,
     "SELECT " ATTEMPT("a") ", printf('went out at %s and claimed %s, which was seen to be settled at %s (%s)', " TIME(
         "a.committed_at") ", " ITEM("i") ", " TIME("e.at") ", e.reason) " SEEN_BEFORE("item_settled"),
     TELL},

    {AUDIT_I1, "no_commit_point", 0,
     "SELECT " ATTEMPT(
         "a") ", printf('is %s, but never passed the gate', a.status) FROM attempts a "
              "WHERE a.committed_at IS NULL AND a.status IN ('committing', 'accepted', 'uncertain', 'sent', "
              "'not_sent')",
     TELL},
    {AUDIT_I1, "no_after_yes", 0,
     "SELECT " ATTEMPT("a") ", printf('was stopped by the gate (%s), but had its yes at %s', a.reason, " TIME(
         "a.committed_at") ") FROM attempts a WHERE a.status IN ('gate_no', 'claimed') AND " WENT,
     TELL},
    {AUDIT_I1, "without_approval", 0,
     "SELECT " ATTEMPT("a") ", printf('went out at %s, but %s is %s', " TIME("a.committed_at") ", " NOTICE(
         "n.id") ", n.status) FROM notices n JOIN messages m ON m.notice = n.id JOIN attempts a ON a.message = m.id "
                 "AND " WENT
                 " WHERE n.status = 'awaiting_approval' OR (n.status = 'rejected' AND a.status IN ('accepted', "
                 "'sent'))",
     TELL},
    {AUDIT_I1, "withdrawn_yet_sent", 0,
     "SELECT " MESSAGE("m.id") ", printf('was accepted, but its notice %s is withdrawn', " NOTICE(
         "n.id") ") "
                 "FROM notices n JOIN messages m ON m.notice = n.id AND m.status = 'accepted' WHERE n.status = "
                 "'withdrawn'",
     TELL},

    /* RULES R40.  The date is one of the customer's zone. */
    {AUDIT_I8, "another_day", 0,
     "SELECT " ATTEMPT("a") ", printf('was written for %s and went out at %s', " DAY("m.rendered_on") ", " TIME(
         "a.committed_at") ") FROM attempts a JOIN messages m ON m.id = a.message WHERE " WENT
                           " AND m.rendered_on IS NOT NULL AND abs(a.committed_at / 86400 - m.rendered_on) > 1",
     TELL},
    {AUDIT_I8, "counted_on_another_day", 0,
     "SELECT " NOTICE("n.id") ", printf('reached the customer at %s, but is counted on %s', " TIME("n.at") ", " DAY(
         "n.at_on") ") FROM notices n WHERE n.status IN ('accepted', 'uncertain') AND n.manual = 0 "
                    "AND n.at_on IS NOT NULL AND abs(n.at / 86400 - n.at_on) > 1",
     TELL},

    {AUDIT_I9, "contacts_of_a_day", NEED_DAY_CAP,
     "SELECT customer, printf('had %d contacts on %s; %d are allowed on one day', count(*), " DAY(
         "day") ", :cap_day) FROM (" CONTACTS ") GROUP BY customer, day HAVING count(*) > :cap_day",
     TELL},
    {AUDIT_I9, "contacts_of_a_week", NEED_WEEK_CAP,
     "SELECT customer, printf('had %d contacts in the seven days to %s; %d are allowed', n, " DAY(
         "day") ", :cap_week) "
                "FROM (SELECT customer, day, count(*) OVER (PARTITION BY customer ORDER BY day RANGE BETWEEN 6 "
                "PRECEDING "
                "AND CURRENT ROW) AS n FROM (" CONTACTS ")) WHERE n > :cap_week GROUP BY customer, day",
     TELL},

    {AUDIT_I1, NULL, 0, NULL, NULL},
};
