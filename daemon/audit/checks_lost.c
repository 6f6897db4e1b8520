/* Nothing is lost in silence (I4) or left lying (I12). */
#include "audit/check.h"

#define WAKE                                                                                                 \
    "a step waits for nothing that will come; hold and release the customer so that he is looked at again, " \
    "and report this as a fault of the program"
#define RUNS "see dunningctl status for what is in the way; where nothing is, report this as a fault of the program"

/* A message that goes on by itself or that a person is asked about. */
#define GOES_ON "m.status IN ('planned', 'in_flight', 'uncertain', 'frozen')"

const struct check checks_lost[] = {
    {AUDIT_I4, "record_without_notice", 0,
     "SELECT " ITEM("r") ", printf('step %s is on record as %s, but no notice carries it', r.step, r.status) "
                         "FROM records r WHERE r.revoked = 0 AND r.status IN ('planned', 'uncertain') "
                         "AND (r.notice IS NULL OR r.notice NOT IN (SELECT id FROM notices))",
     WAKE},
    {AUDIT_I4, "notice_without_message", 0,
     "SELECT " NOTICE(
         "n.id") ", printf('is planned, but none of its messages goes on (%s) and no task is open', "
                 "coalesce((SELECT group_concat(DISTINCT m.status) FROM messages m WHERE m.notice = n.id), 'it has "
                 "none')) "
                 "FROM notices n WHERE n.status = 'planned' AND n.action <> 'task' "
                 "AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.notice = n.id AND " GOES_ON ") "
                 "AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.notice = n.id AND t.status = 'open')",
     WAKE},
    {AUDIT_I4, "task_step_without_task", 0,
     "SELECT " NOTICE("n.id") ", 'asks a person to act, but no task is open for it' FROM notices n "
                              "WHERE n.status = 'planned' AND n.action = 'task' "
                              "AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.notice = n.id AND t.status = 'open')",
     WAKE},
    {AUDIT_I4, "failed_without_task", 0,
     "SELECT " NOTICE(
         "n.id") ", 'reached nobody, but no task asks a person to see to it' FROM notices n "
                 "WHERE n.status = 'failed' AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.notice = n.id AND "
                 "t.status = 'open')",
     WAKE},
    {AUDIT_I4, "uncertain_without_message", 0,
     "SELECT " NOTICE(
         "n.id") ", 'is uncertain, but none of its messages is: nothing can be settled' FROM notices n "
                 "WHERE n.status = 'uncertain' "
                 "AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.notice = n.id AND +m.status = 'uncertain')",
     WAKE},
    {AUDIT_I4, "flight_without_attempt", 0,
     "SELECT " MESSAGE(
         "m.id") ", 'is on its way, but no attempt of it is open' FROM messages m "
                 "WHERE m.status = 'in_flight' AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.message = m.id "
                 "AND a.n = m.attempts AND a.status IN ('claimed', 'committing'))",
     WAKE},
    {AUDIT_I4, "attempt_without_flight", 0,
     "SELECT " ATTEMPT(
         "a") ", printf('is still %s, but its message is %s', a.status, m.status) FROM attempts a "
              "JOIN messages m ON m.id = a.message WHERE (a.status IN ('claimed', 'committing') AND m.status <> "
              "'in_flight') "
              "OR (a.status = 'uncertain' AND m.status <> 'uncertain') OR (a.status = 'accepted' AND m.status <> "
              "'accepted') "
              "OR (a.status = 'sent' AND m.status <> 'accepted')",
     WAKE},
    {AUDIT_I4, "doubt_without_attempt", 0,
     "SELECT " MESSAGE(
         "m.id") ", 'is uncertain, but no attempt of it is' FROM messages m WHERE m.status = 'uncertain' "
                 "AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.message = m.id AND a.n = m.attempts AND a.status "
                 "= 'uncertain')",
     WAKE},
    {AUDIT_I4, "acceptance_without_attempt", 0,
     "SELECT " MESSAGE(
         "m.id") ", 'is accepted, but no attempt of it was' FROM messages m WHERE m.status = 'accepted' "
                 "AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.message = m.id AND a.status IN ('accepted', "
                 "'sent'))",
     WAKE},
    {AUDIT_I4, "frozen_for_nothing", 0,
     "SELECT " MESSAGE("m.id") ", printf('is frozen, but its notice %s is %s, not uncertain', " NOTICE(
         "n.id") ", n.status) FROM messages m JOIN notices n ON n.id = m.notice WHERE m.status = 'frozen' "
                 "AND n.status <> 'uncertain'",
     WAKE},
    {AUDIT_I4, "message_of_a_dead_notice", 0,
     "SELECT " MESSAGE("m.id") ", printf('is %s, but its notice %s is %s', m.status, " NOTICE(
         "n.id") ", n.status) "
                 "FROM messages m JOIN notices n ON n.id = m.notice WHERE m.status IN ('planned', 'in_flight') "
                 "AND n.status IN ('withdrawn', 'rejected', 'awaiting_approval')",
     WAKE},
    {AUDIT_I4, "acceptance_not_told", 0,
     "SELECT " MESSAGE(
         "m.id") ", 'was accepted, but the log has no word of it' FROM messages m "
                 "WHERE m.status = 'accepted' AND m.id NOT IN (SELECT message FROM events WHERE message IS NOT NULL "
                 "AND kind IN ('accepted', 'settled_uncertain'))",
     RUNS},
    {AUDIT_I4, "doubt_not_told", 0,
     "SELECT " MESSAGE(
         "m.id") ", 'is uncertain, but the log has no word of it' FROM messages m "
                 "WHERE m.status = 'uncertain' AND NOT EXISTS (SELECT 1 FROM events e JOIN notices n ON n.id = "
                 "m.notice "
                 "WHERE e.customer = n.customer AND e.message = m.id AND e.kind = 'uncertain')",
     RUNS},
    {AUDIT_I4, "waits_and_sleeps", 0,
     "SELECT c.customer, 'has a planned message, but is never looked at again' FROM customers c WHERE c.next_at IS "
     "NULL "
     "AND c.known = 0 AND EXISTS (SELECT 1 FROM notices n WHERE n.customer = c.customer AND n.status = 'planned')",
     WAKE},

    /* Others were decided about an hour later than he should have been, so the daemon was at work. */
    {AUDIT_I12, "overlooked", NEED_ORDER,
     "SELECT c.customer, printf('was to be looked at by %s and was not, though others were at %s', "
     "" TIME("c.next_at") ", " TIME(
         "e.at") ") FROM (SELECT max(at) AS at FROM events WHERE kind IN ('planned', 'passed_over')) e "
                 "JOIN customers c ON c.next_at IS NOT NULL AND c.next_at + 3600 + :poll < e.at WHERE :poll > 0",
     RUNS},
    {AUDIT_I12, "starved", NEED_ORDER,
     "SELECT " MESSAGE(
         "m.id") ", printf('is planned since %s and was never tried, though others of its channel were "
                 "accepted at %s', " TIME("n.planned_at") ", " TIME(
                     "e.at") ") FROM (SELECT channel, max(at) AS at FROM events "
                             "WHERE kind = 'accepted' GROUP BY channel) e JOIN messages m ON m.channel = e.channel "
                             "AND m.status = 'planned' "
                             "AND m.not_before < e.at - 604800 AND m.attempts = 0 AND m.turn = 0 AND m.revision = 1 "
                             "JOIN notices n ON n.id = m.notice AND n.needs_approval = 0 AND n.planned_at < e.at - "
                             "604800 WHERE :poll > 0",
     RUNS},

    {AUDIT_I4, NULL, 0, NULL, NULL},
};
