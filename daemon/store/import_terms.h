/*
 * The payment terms of an invoice: a field of the file that is no column of
 * the ledger, but gives the due date and the discount where the row has none.
 */
#ifndef STORE_IMPORT_TERMS_H
#define STORE_IMPORT_TERMS_H

#include "store/import.h"

#define IMPORT_TERMS "terms"

/* True if the file has terms and they give this column. */
bool import_terms_make(const struct import *import, size_t column);

/* Reads the row's field, if the file has one; false if it was refused (said). */
bool import_terms_read(struct import *import, const struct csv_record *record);

/* Fills the cells. */
enum import_verdict import_terms_apply(struct import *import);

#endif
