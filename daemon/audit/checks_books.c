/* Do the parts of the state fit each other? */
#include "audit/check.h"

#define ASK "keep a copy of the state directory and of the send log, and report this as a fault of the program"
#define RESTORE "stop dunningd, keep a copy of the damaged files, and put back a backup; then dunningctl recover"

const struct check checks_books[] = {
    {AUDIT_BOOKS, "pages", NEED_DEEP, "SELECT 'state', quick_check FROM pragma_quick_check WHERE quick_check <> 'ok'",
     RESTORE},
    {AUDIT_BOOKS, "references", NEED_DEEP,
     "SELECT \"table\" || coalesce(' row ' || rowid, ''), 'names a row of ' || parent || ' that is not there' "
     "FROM pragma_foreign_key_check",
     RESTORE},

    {AUDIT_BOOKS, "attempts_counted", 0,
     "SELECT " MESSAGE("m.id") ", printf('says that it was tried %d times, but %d attempts are on record, the last one "
                               "with number %d', m.attempts, count(a.id), coalesce(max(a.n), 0)) "
                               "FROM messages m LEFT JOIN attempts a ON a.message = m.id GROUP BY m.id "
                               "HAVING m.attempts <> count(a.id) OR m.attempts <> coalesce(max(a.n), 0)",
     ASK},

    /* What the hourly limit counts with. */
    {AUDIT_BOOKS, "minutes", 0,
     "WITH counted AS (SELECT status, last_at / 60 AS minute, count(*) AS n FROM messages WHERE last_at IS NOT NULL "
     "AND status IN ('accepted', 'refused', 'uncertain') GROUP BY 1, 2) "
     "SELECT c.status, printf('%d messages in the minute from %s, but the limits count %d', c.n, " TIME(
         "c.minute * 60") ", coalesce(k.messages, 0)) FROM counted c LEFT JOIN minutes k ON k.status = c.status AND "
                          "k.minute = c.minute "
                          "WHERE c.n <> coalesce(k.messages, 0) "
                          "UNION ALL SELECT k.status, printf('no message in the minute from %s, but the limits "
                          "count %d', " TIME(
                              "k.minute * 60") ", k.messages) FROM minutes k LEFT JOIN counted c ON c.status = "
                                               "k.status "
                                               "AND c.minute = k.minute WHERE c.n IS NULL AND k.messages <> 0",
     ASK},

    /* What the volume breaker compares with. */
    {AUDIT_BOOKS, "daily", 0,
     "WITH counted AS (SELECT last_at / 86400 AS day, count(*) AS n FROM messages WHERE status = 'accepted' GROUP "
     "BY 1) "
     "SELECT " DAY(
         "d.day") ", printf('%d messages were accepted, but the volume breaker counts %d', coalesce(c.n, 0), "
                  "d.accepted) FROM daily d LEFT JOIN counted c ON c.day = d.day WHERE coalesce(c.n, 0) <> d.accepted "
                  "UNION ALL SELECT " DAY(
                      "c.day") ", printf('%d messages were accepted, but the volume breaker counts none', c.n) "
                               "FROM counted c LEFT JOIN daily d ON d.day = c.day WHERE d.day IS NULL",
     ASK},

    {AUDIT_BOOKS, "record_item", 0,
     "SELECT " ITEM("r") ", printf('step %s is recorded by %s, which does not list it', r.step, " NOTICE(
         "r.notice") ") FROM records r WHERE r.revoked = 0 AND r.notice IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "
                     "notice_items i "
                     "WHERE i.notice = r.notice AND i.invoice_id = r.invoice_id AND i.line = r.line AND i.episode = "
                     "r.episode "
                     "AND i.step = r.step AND i.occurrence = r.occurrence)",
     ASK},

    {AUDIT_BOOKS, "item_record", 0,
     "SELECT " ITEM("i") ", printf('%s, which is %s, takes step %s for it, and there is no record of that', " NOTICE(
         "n.id") ", n.status, i.step) FROM notices n JOIN notice_items i ON i.notice = n.id AND i.occurrence > 0 "
                 "WHERE n.status NOT IN ('withdrawn', 'bounced') AND NOT EXISTS (SELECT 1 FROM records r "
                 "WHERE r.invoice_id = i.invoice_id AND r.line = i.line AND r.episode = i.episode AND r.step = i.step "
                 "AND r.occurrence = i.occurrence AND r.revoked = 0 AND r.notice = n.id)",
     ASK},

    {AUDIT_BOOKS, "record_case", 0,
     "SELECT " ITEM("r") ", printf('step %s is recorded in episode %d, but the item %s', r.step, r.episode, "
                         "iif(c.episode IS NULL, 'is not known', 'is only in episode ' || c.episode)) FROM records r "
                         "LEFT JOIN cases c ON c.invoice_id = r.invoice_id AND c.line = r.line "
                         "WHERE c.episode IS NULL OR r.episode > c.episode",
     ASK},

    {AUDIT_BOOKS, "customer_known", 0,
     "SELECT customer, 'has a history, but is not among those who are looked at' FROM "
     "(SELECT customer FROM cases UNION SELECT customer FROM notices UNION SELECT customer FROM touched) "
     "WHERE customer <> '' AND customer NOT IN (SELECT customer FROM customers)",
     ASK},

    {AUDIT_BOOKS, "customer_forgotten", 0,
     "SELECT customer, 'has a history, but is marked as one about whom nothing is known: it is not read when he is "
     "decided about' FROM customers WHERE known = 0 AND (customer IN (SELECT customer FROM cases) "
     "OR customer IN (SELECT customer FROM notices))",
     ASK},

    {AUDIT_BOOKS, "attempt_times", NEED_ORDER,
     "SELECT " ATTEMPT("a") ", printf('claimed %s, committed %s, over %s: not in this order', " TIME(
         "a.claimed_at") ", "
                         "coalesce(" TIME("a.committed_at") ", 'never'), coalesce(" TIME(
                             "a.done_at") ", 'not yet')) FROM attempts a "
                                          "WHERE a.committed_at + " SLACK " < a.claimed_at OR a.done_at + " SLACK
                                          " < coalesce(a.committed_at, a.claimed_at)",
     ASK},

    {AUDIT_BOOKS, "event_subject", 0,
     "SELECT 'event ' || e.seq, printf('%s tells of %s, which is not there', e.kind, "
     "iif(m.id IS NULL AND e.message > 0, " MESSAGE("e.message") ", " NOTICE(
         "e.notice") ")) FROM events e "
                     "LEFT JOIN messages m ON m.id = e.message LEFT JOIN notices n ON n.id = e.notice "
                     "WHERE (e.message > 0 AND m.id IS NULL) OR (e.notice > 0 AND n.id IS NULL)",
     ASK},

    {AUDIT_BOOKS, NULL, 0, NULL, NULL},
};
