/* The ladder of each item: steps in their order, none early, none twice (I2), and amounts that add up (I7). */
#include "audit/check.h"

#define TELL                                                                                                          \
    "look at dunningctl show of the invoice; if the customer was treated wrongly tell him, and report it as a fault " \
    "of the program with a copy of the state"

/* Two steps of one item and episode that were reached by messages, a before b. */
#define TWO_STEPS                                                                                                 \
    "FROM records a JOIN records b ON b.invoice_id = a.invoice_id AND b.line = a.line AND b.episode = a.episode " \
    "AND b.revoked = 0 AND b.status = 'accepted' AND (b.step <> a.step OR b.occurrence <> a.occurrence) "         \
    "JOIN notices m ON m.id = a.notice AND m.manual = 0 JOIN notices n ON n.id = b.notice AND n.manual = 0 "      \
    "WHERE a.revoked = 0 AND a.status = 'accepted' AND n.id > m.id "

const struct check checks_ladder[] = {
    /* RULES R9: always on a later local date. */
    {AUDIT_I2, "same_day", NEED_ORDER,
     "SELECT " ITEM("a") ", printf('step %s of %s and step %s of %s were both reached on %s', a.step, " NOTICE(
         "m.id") ", b.step, " NOTICE("n.id") ", " DAY("b.on_day") ") " TWO_STEPS "AND b.on_day <= a.on_day",
     TELL},
    /* RULES R5 and R38: an old deadline is void once the due date has moved. */
    {AUDIT_I2, "before_deadline", NEED_ORDER,
     "SELECT " ITEM("a") ", printf('step %s was reached on %s, but the deadline that %s had printed was %s', "
                         "b.step, " DAY("b.on_day") ", " NOTICE("m.id") ", " DAY(
                             "a.deadline") ") " TWO_STEPS "AND b.on_day <= a.deadline AND b.due_on IS a.due_on",
     TELL},
    {AUDIT_I2, "before_acceptance", NEED_ORDER,
     "SELECT " ITEM("a") ", printf('step %s was planned at %s, before step %s was reached at %s', b.step, " TIME(
         "n.planned_at") ", a.step, " TIME("a.at") ") " TWO_STEPS "AND n.planned_at + " SLACK " < a.at",
     TELL},
    {AUDIT_I2, "two_open_steps", 0,
     "SELECT " ITEM(
         "r") ", printf('%d steps of episode %d are on their way at the same time (%s)', count(*), r.episode, "
              "group_concat(r.step, ', ')) FROM records r JOIN notices n ON n.id = r.notice AND n.status <> 'rejected' "
              "WHERE r.revoked = 0 AND r.status IN ('planned', 'uncertain') GROUP BY r.invoice_id, r.line, r.episode "
              "HAVING count(*) > 1",
     TELL},
    {AUDIT_I2, "backwards", NEED_LADDERS,
     "SELECT " ITEM("a") ", printf('step %s was reached after step %s, which stands behind it in policy %s', b.step, "
                         "a.step, a.policy) " TWO_STEPS "AND a.policy = b.policy AND m.planned_at >= :since "
                         "AND (SELECT place FROM ladder WHERE policy = a.policy AND step = a.step) > "
                         "(SELECT place FROM ladder WHERE policy = b.policy AND step = b.step)",
     TELL},
    /* RULES R10, R35, R37: one before due expires, a later episode begins further on, a step may have a new name. */
    {AUDIT_I2, "skipped", NEED_LADDERS,
     "SELECT " ITEM(
         "b") ", printf('step %s was reached, but step %s before it was neither sent nor passed over', b.step, "
              "l.step) FROM records b JOIN ladder k ON k.policy = b.policy AND k.step = b.step "
              "JOIN ladder l ON l.policy = b.policy AND l.place = k.place - 1 JOIN notices n ON n.id = b.notice "
              "AND n.manual = 0 AND n.planned_at >= :since WHERE b.revoked = 0 AND b.status = 'accepted' "
              "AND l.before_due = 0 AND (b.episode = 1 OR l.place >= l.reopened) AND NOT "
              "EXISTS (SELECT 1 FROM records a JOIN ladder o ON o.policy = l.policy AND o.place = l.place "
              "WHERE a.invoice_id = b.invoice_id AND a.line = b.line AND a.episode = b.episode AND a.step = o.step "
              "AND a.revoked = 0) GROUP BY b.notice, b.invoice_id, b.line",
     TELL},
    /* RULES R10.  Ten days are more than any closed days by which a due date rolls. */
    {AUDIT_I2, "before_due_late", 0,
     "SELECT " ITEM("i") ", printf('step %s is one before due, but went out on %s, and it was due on %s', i.step, " DAY(
         "n.at_on") ", " DAY("i.due_on") ") FROM notices n JOIN notice_items i ON i.notice = n.id AND i.occurrence > 0 "
                                         "WHERE n.before_due = 1 AND n.status IN ('accepted', 'uncertain') AND "
                                         "n.at_on > i.due_on + 10 AND n.manual = 0 AND NOT EXISTS "
                                         "(SELECT 1 FROM tasks t WHERE t.notice = n.id "
                                         "AND t.outcome IN ('reached', 'letter_sent'))",
     TELL},
    {AUDIT_I2, "reached_by_nothing", 0,
     "SELECT " NOTICE(
         "n.id") ", printf('says that it reached the customer at %s, but no message of it was accepted and "
                 "no task of it was done', " TIME(
                     "n.at") ") FROM notices n WHERE n.status = 'accepted' AND n.manual = 0 "
                             "AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.notice = n.id AND m.status = "
                             "'accepted') "
                             "AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.notice = n.id AND t.outcome IN "
                             "('reached', 'letter_sent'))",
     TELL},
    {AUDIT_I2, "record_status", 0,
     "SELECT " ITEM("r") ", printf('step %s is on record as %s, but its notice %s is %s', r.step, r.status, " NOTICE(
         "n.id") ", n.status) FROM records r JOIN notices n ON n.id = r.notice WHERE r.revoked = 0 AND NOT "
                 "CASE r.status WHEN 'planned' THEN n.status IN ('planned', 'awaiting_approval', 'failed', 'rejected') "
                 "WHEN 'accepted' THEN n.status = 'accepted' WHEN 'uncertain' THEN n.status = 'uncertain' ELSE 1 END",
     TELL},

    {AUDIT_I7, "total", 0,
     "SELECT " NOTICE(
         "n.id") ", printf('has a total of %d, but its items come to %d (in the smallest unit of %s)', "
                 "n.total, s.net, n.currency) FROM notices n JOIN (SELECT i.notice, sum(i.open - i.credited) AS net "
                 "FROM notice_items i JOIN notices k ON k.id = i.notice WHERE iif(k.before_due = 1, "
                 "i.block = 'upcoming' AND i.occurrence > 0, i.block IN ('due', 'carried')) GROUP BY i.notice) s ON "
                 "s.notice = n.id "
                 "WHERE n.manual = 0 AND n.total <> s.net",
     TELL},
    {AUDIT_I7, "credits", 0,
     "SELECT " NOTICE(
         "n.id") ", printf('lists credits of %d, but takes %d off its items', c.amount, s.credited) "
                 "FROM (SELECT notice, sum(amount) AS amount FROM notice_credits GROUP BY notice) c JOIN notices n "
                 "ON n.id = c.notice "
                 "JOIN (SELECT i.notice, sum(i.credited) AS credited FROM notice_items i JOIN notices k ON k.id = "
                 "i.notice "
                 "WHERE iif(k.before_due = 1, i.block = 'upcoming' AND i.occurrence > 0, i.block IN ('due', "
                 "'carried')) "
                 "GROUP BY i.notice) s ON s.notice = n.id WHERE c.amount <> s.credited",
     TELL},
    {AUDIT_I7, "nothing_claimed", 0,
     "SELECT " NOTICE("n.id") ", printf('went out at %s with a total of %d', " TIME(
         "n.at") ", n.total) FROM notices n "
                 "WHERE n.status = 'accepted' AND n.manual = 0 AND n.action NOT IN ('handoff', 'task') AND n.total "
                 "<= 0",
     TELL},

    {AUDIT_I11, "deadline", 0,
     "SELECT " ITEM("r") ", printf('step %s holds deadline %s, but %s printed %s', r.step, " DAY(
         "r.deadline") ", "
                       "" NOTICE("r.notice") ", " DAY(
                           "i.deadline") ") FROM records r JOIN notice_items i ON i.notice = r.notice "
                                         "AND i.invoice_id = r.invoice_id AND i.line = r.line AND i.episode = "
                                         "r.episode AND i.step = r.step "
                                         "AND i.occurrence = r.occurrence WHERE r.revoked = 0 AND r.status IN "
                                         "('accepted', 'uncertain') "
                                         "AND r.deadline IS NOT i.deadline",
     TELL},

    {AUDIT_I2, NULL, 0, NULL, NULL},
};
