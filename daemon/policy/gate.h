/*
 * Gates: what an item must pass before its step goes out, in the order in
 * which explain shows them.
 */
#ifndef POLICY_GATE_H
#define POLICY_GATE_H

#include "base/day.h"
#include "model/reason.h"

enum gate {
    GATE_LEDGER,   /* the item is there, consistent, an invoice, has a due date */
    GATE_POLICY,   /* a policy matches */
    GATE_OPEN,     /* amount less payments and credits is positive */
    GATE_HOLD,     /* no hold, dispute, handoff, uncertain message */
    GATE_LADDER,   /* a step is left, and its moment has come: R9, R10, R19-R21 */
    GATE_DEADLINE, /* the last printed deadline and the settlement lag have passed: R5, R21 */
    GATE_RELEASE,  /* re-timed after a release: R28 */
    GATE_WHEN,     /* the step's condition: R18 */
    GATE_AMOUNT,   /* minimum and item_minimum: R14, R15 */
    GATE_HIGHER,   /* no higher step within min_gap: R6 */
    GATE_GAP,      /* min_gap since the last contact: R7 */
    GATE_CAP,      /* contacts per day and week: R8 */
    GATE_WINDOW,   /* send window, calendar, zone: R20 */
    GATE_CONTACT,  /* an address, consent, no opt-out on some channel: R23 */
    GATE_RIDE,     /* may stand on the notice that goes out: R3 */
    GATE_APPROVAL, /* approved where the step asks for it: R27 */
    GATE_WHOLE,    /* clock and feed */
    GATE_COUNT
};
extern const struct names gate_names;

struct gate_result {
    enum gate gate;
    bool passed;
    enum reason reason;  /* REASON_NONE when passed */
    moment_t until;      /* when it is expected to open, MOMENT_NEVER if nobody can say */
    const char *figures; /* "claim 80.00 EUR, minimum 10.00 EUR"; "" none */
};

#endif
