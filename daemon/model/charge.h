/*
 * Charges: interest, lump sums and fees that a notice shows beside the debt.
 */
#ifndef MODEL_CHARGE_H
#define MODEL_CHARGE_H

#include "base/day.h"
#include "base/names.h"

/* What a late payment costs beside the debt; it is shown and recorded, and never enters the ledger (RULES R16, R17). */
enum charge_kind { CHARGE_INTEREST, CHARGE_COMPENSATION, CHARGE_FEE };
extern const struct names charge_kind_names;

struct charge {
    enum charge_kind kind;
    const char *invoice_id; /* "": a fee for the notice as a whole */
    int32_t line, episode, occurrence;
    const char *step;   /* at which it arose */
    int64_t amount;     /* minor units of the notice's currency; 0 where the text says why there is none */
    const char *regime; /* "" of a fee */
    day_t from, until;  /* of interest, else DAY_NONE */
    int64_t notice;     /* an earlier notice that has charged it already, 0: this one does */
    const char *text;   /* the derivation, one sentence a line */
};

#endif
