/*
 * Why something does not go out now, is passed over, or was stopped: one word
 * for logs and filters, one sentence for people.  The table is reason.c.
 */
#ifndef MODEL_REASON_H
#define MODEL_REASON_H

#include "base/names.h"

enum reason {
    REASON_NONE, /* nothing is in the way */
    /* the item */
    REASON_SETTLED,
    REASON_VOID,
    REASON_WRITTEN_OFF,
    REASON_CREDIT_NOTE,
    REASON_CHARGE,
    REASON_NO_DUE_DATE,
    REASON_NO_POLICY,
    REASON_BEFORE_START,
    REASON_DIRECT_DEBIT,
    REASON_LEDGER_INCONSISTENT,
    REASON_PAYMENT_PENDING,
    REASON_COVERED,
    REASON_BELOW_ITEM_MINIMUM,
    REASON_ENTRY_HOLD,
    /* holds */
    REASON_HELD,
    REASON_LEDGER_HOLD,
    REASON_DISPUTED,
    REASON_PROMISE,
    REASON_PLAN,
    REASON_AGENCY,
    REASON_MORATORIUM,
    REASON_CUSTOMER_STATUS,
    REASON_UNCERTAIN,
    REASON_REOPENED,
    REASON_RELEASED,
    /* the ladder */
    REASON_NOT_DUE,
    REASON_WAITS_LAG,
    REASON_WAITS_DEADLINE,
    REASON_WAITS_PREVIOUS,
    REASON_WAITS_PAYMENT,
    REASON_EXPIRED,
    REASON_WHEN_NOT_MET,
    REASON_ACCOUNT_AT_NOTICE,
    REASON_ENTERED_BY_AGE,
    REASON_HANDOFF_FLOOR,
    REASON_IN_FLIGHT,
    REASON_TASK_OPEN,
    REASON_APPROVAL_PENDING,
    REASON_APPROVAL_REJECTED,
    REASON_EXHAUSTED,
    REASON_ALREADY_REACHED,
    /* the group and the contact */
    REASON_NET_CREDIT,
    REASON_BELOW_MINIMUM,
    REASON_MIN_GAP,
    REASON_WAITS_FOR_HIGHER,
    REASON_CUSTOMER_CAP,
    REASON_CANNOT_RIDE,
    REASON_WINDOW,
    REASON_NO_ADDRESS,
    REASON_OPTED_OUT,
    REASON_NO_CONSENT,
    REASON_NO_RATE,
    /* the whole */
    REASON_FEED_STALE,
    REASON_CLOCK,
    REASON_BREAKER,
    REASON_RATE_LIMIT,
    REASON_PROVIDER_DOWN,
    REASON_NO_ROOM,
    /* the commit point */
    REASON_AMOUNT_CHANGED,
    REASON_DUE_CHANGED,
    REASON_LEDGER_UNREADABLE,
    REASON_STOPPING,
    REASON_UNKNOWN_TOKEN,
    REASON_STALE_DAY,
    REASON_POLICY_CHANGED,
    REASON_COUNT
};

extern const struct names reason_names; /* "settled", "below_minimum", ... */

/* One sentence without a full stop: "the net claim is below the policy's minimum". */
const char *reason_sentence(enum reason reason);

#endif
