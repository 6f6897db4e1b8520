/*
 * Rows of the ledger into the model's structs.  Any program may have written
 * them, so nothing is trusted: texts are cut and cleaned, and what cannot be
 * understood becomes the answer that sends nothing.
 */
#ifndef STORE_LEDGER_ROW_H
#define STORE_LEDGER_ROW_H

#include "model/dossier.h"
#include "store/sqlite_util.h"

/*
 * Each reads the columns of ledger_columns_add from a statement that stands on
 * a row.  False: the row cannot be asked for again, or belongs to a customer
 * who cannot, and is left out.  A payment is kept as long as its customer is
 * known: leaving one out would make an invoice look unpaid.
 */
bool ledger_row_customer(struct sql *sql, struct customer *out, struct arena *arena);
bool ledger_row_item(struct sql *sql, struct item *out, struct arena *arena);
bool ledger_row_payment(struct sql *sql, struct payment *out, struct arena *arena);
bool ledger_row_person(struct sql *sql, struct person *out, struct arena *arena); /* false also for an unknown role */

/* One text column, cut to LEDGER_TEXT_MAX bytes, control characters as spaces, broken UTF-8 as U+FFFD. */
const char *ledger_row_text(struct sql *sql, int column, struct arena *arena);

#endif
