/* Never twice (I3, I5), and never other bytes (I6, I11). */
#include "audit/check.h"

#define TWICE                                                                                                  \
    "the customer may have it twice; ask the provider, tell him if so, keep a copy of the state and the send " \
    "log, and report it as a fault of the program"

/* Two messages of different notices or revisions that take the same step of the same item. */
#define SAME_STEP                                                                                       \
    "JOIN notice_items j ON j.invoice_id = i.invoice_id AND j.line = i.line AND j.episode = i.episode " \
    "AND j.step = i.step AND j.occurrence = i.occurrence AND j.notice = k.id "

const struct check checks_sent[] = {
    {AUDIT_I3, "accepted_twice", 0,
     "SELECT " ITEM(
         "i") ", printf('step %s went out %d times by %s to one address (%s)', i.step, count(DISTINCT m.id), "
              "m.channel, group_concat(DISTINCT " MESSAGE(
                  "m.id") ")) FROM messages m JOIN notice_items i "
                          "ON i.notice = m.notice AND i.occurrence > 0 WHERE m.status = 'accepted' "
                          "GROUP BY i.invoice_id, i.line, i.episode, i.step, i.occurrence, m.channel, m.digest "
                          "HAVING count(DISTINCT m.id) > 1",
     TWICE},
    {AUDIT_I3, "two_accepted_attempts", 0,
     "SELECT " MESSAGE("message") ", printf('was accepted %d times', count(*)) FROM attempts "
                                  "WHERE status IN ('accepted', 'sent') GROUP BY message HAVING count(*) > 1",
     TWICE},
    {AUDIT_I3, "sent_after_acceptance", 0,
     "SELECT " ATTEMPT(
         "b") ", printf('was made after attempt %d had been %s', a.n, a.status) FROM attempts a "
              "JOIN attempts b ON b.message = a.message AND b.n > a.n WHERE a.status IN ('accepted', 'sent')",
     TWICE},
    {AUDIT_I3, "two_live_messages", 0,
     "SELECT " NOTICE(
         "notice") ", printf('has %d messages by %s to one address that count', count(*), channel) "
                   "FROM messages WHERE status NOT IN ('refused', 'withdrawn', 'superseded') GROUP BY notice, "
                   "channel, digest "
                   "HAVING count(*) > 1",
     TWICE},

    {AUDIT_I5, "sent_after_doubt", 0,
     "SELECT " ATTEMPT(
         "b") ", printf('was made though attempt %d is %s', a.n, a.status) FROM attempts a "
              "JOIN attempts b ON b.message = a.message AND b.n > a.n WHERE a.status IN ('uncertain', 'committing')",
     TWICE},
    {AUDIT_I5, "sent_beside_doubt", NEED_ORDER,
     "SELECT " ATTEMPT("b") ", printf('took step %s of %s at %s, though %s, which took it before, is uncertain', "
                            "i.step, " ITEM("i") ", " TIME("b.committed_at") ", " MESSAGE(
                                "u.id") ") "
                                        "FROM messages u JOIN notices n ON n.id = u.notice "
                                        "JOIN attempts a ON a.message = u.id AND a.status = "
                                        "'uncertain' "
                                        "JOIN notice_items i ON i.notice = u.notice AND "
                                        "i.occurrence > 0 JOIN notices k ON k.customer = "
                                        "n.customer " SAME_STEP "JOIN messages m ON m.notice = k.id AND m.id <> u.id "
                                        "JOIN attempts b ON b.message = m.id "
                                        "AND b.committed_at IS NOT NULL AND b.claimed_at > "
                                        "a.done_at + " SLACK " WHERE u.status = 'uncertain'",
     TWICE},
    {AUDIT_I5, "planned_beside_doubt", 0,
     "SELECT " MESSAGE("m.id") ", printf('is to be sent, though its notice %s is uncertain', " NOTICE(
         "n.id") ") "
                 "FROM notices n JOIN messages m ON m.notice = n.id AND m.status = 'planned' WHERE n.status = "
                 "'uncertain'",
     TWICE},

    {AUDIT_I6, "other_bytes", 0,
     "SELECT " MESSAGE("message") ", printf('has %d attempts with different bytes', count(*)) FROM attempts "
                                  "GROUP BY message HAVING min(sha256) <> max(sha256)",
     TWICE},
    {AUDIT_I6, "revision_after_sending", 0,
     "SELECT " MESSAGE("b.id") ", printf('is revision %d of %s, which is %s', b.revision, " MESSAGE(
         "a.id") ", a.status) FROM messages b JOIN messages a ON a.notice = b.notice AND a.channel = b.channel "
                 "AND a.digest = b.digest AND a.revision < b.revision WHERE b.revision > 1 "
                 "AND a.status IN ('accepted', 'uncertain', 'in_flight', 'planned')",
     TWICE},
    /* ledger_version -1: put back on record from the send log, which has the digest only. */
    {AUDIT_I11, "request", 0,
     "SELECT " ATTEMPT(
         "a") ", iif(r.message IS NULL, 'was made, but what it sent is not kept', 'sent other bytes than "
              "those that are kept for it') FROM attempts a LEFT JOIN requests r ON r.message = a.message "
              "WHERE r.sha256 IS NOT a.sha256 AND NOT (r.message IS NULL AND a.ledger_version = -1)",
     TWICE},

    {AUDIT_I3, NULL, 0, NULL, NULL},
};
