/*
 * From rows to dossiers: what any driver has read, put together in memory.
 */
#ifndef STORE_LEDGER_BUILD_H
#define STORE_LEDGER_BUILD_H

#include "model/dossier.h"

struct arena;

/* A growing array of structs of one size. */
struct rows {
    void *list;
    size_t count, capacity, size;
};
void *rows_add(struct rows *rows, struct arena *arena); /* a zeroed new last element; pointers to others may move */
void rows_drop(struct rows *rows);                      /* the last one was not wanted */
void *rows_at(const struct rows *rows, size_t i);

/* A payment that names an invoice without fitting it, seen from the invoice's owner. */
struct orphan {
    const char *customer_id, *invoice_id, *payment_id;
};

struct span {
    size_t first, count;
};

/* Which of the rows read are one customer's. */
struct share {
    struct customer customer;
    bool elsewhere; /* billed to another customer: his own rows are that one's */
    struct span items, payments, persons, orphans;
};

/* One bill-to customer and the others who are billed to him, these by id. */
struct account {
    const struct share *head, *members;
    size_t count; /* of members */
};

struct rowset {
    struct rows items, payments, persons, orphans;
};
void rowset_init(struct rowset *rowset);

/* Finds each customer's shares; both the shares and all rows are in byte order of customer_id. */
void rowset_share(const struct rowset *rowset, struct share *shares, size_t count);

void rowset_build(const struct rowset *rowset, const struct account *account, struct dossier *out, struct arena *arena);

#endif
