/*
 * Parts of `explain`.
 */
#ifndef CTL_EXPLAIN_H
#define CTL_EXPLAIN_H

#include "engine/foresee.h"
#include "engine/simulate.h"

struct page;
struct session;

/* What is explained, and when. */
struct explaining {
    struct session *session;
    struct explained known;
    moment_t at;    /* of which it is the explanation */
    bool rehearsal; /* another moment than now */
};

/* One item: policy, ladder, gates, what is next. */
void explain_item(const struct explaining *explaining, struct page *page, const struct verdict *verdict);

/* The steps of its policy, each with what became of it. */
void explain_ladder(const struct explaining *explaining, struct page *page, const struct verdict *verdict);

/* What comes next for an item, NULL for the customer. */
void explain_next(const struct explaining *explaining, struct page *page, const struct item *item);

/* The notice that is planned, waits or is in doubt and records the item; NULL if there is none. */
const struct notice *explain_live(const struct explaining *explaining, const struct item *item);

#endif
