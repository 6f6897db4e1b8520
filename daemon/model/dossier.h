/*
 * A dossier: all that is known about one bill-to customer at one moment, from
 * the ledger and from the state.  It is what a decision reads and nothing else.
 */
#ifndef MODEL_DOSSIER_H
#define MODEL_DOSSIER_H

#include "base/zone.h"
#include "model/case.h"
#include "model/customer.h"
#include "model/hold.h"
#include "model/item.h"
#include "model/notice.h"

struct dossier {
    /* ledger, filled by store/ledger */
    struct customer *customer; /* the bill-to customer */
    struct customer *members;  /* everyone whose bills he gets, himself first; by id after that */
    size_t member_count;
    struct item *items; /* all kinds and statuses, by (invoice_id, line) in byte order */
    size_t item_count;
    struct payment *payments; /* by (paid_on, id) */
    size_t payment_count;
    struct person *persons; /* of the bill-to customer, active ones, by (role, id) */
    size_t person_count;
    /* filled by whoever loads the dossier, from config/zones; NULL: the business's zone */
    const struct zone *zone;
    /* state, filled by store/state */
    struct item_case *cases; /* by (invoice_id, line) */
    size_t case_count;
    struct record
        *records; /* of all episodes, withdrawn and bounced ones left out, by (invoice_id, line, episode, at) */
    size_t record_count;
    struct notice_past *past; /* notices of the last 400 days and all live ones, by id */
    size_t past_count;
    struct notice
        *live; /* not at their end: awaiting approval, planned, uncertain, failed, rejected; with items, by id */
    size_t live_count;
    struct hold *holds; /* for this customer, his invoices, or any policy; also those ended in the last 60 days */
    size_t hold_count;
    struct optout *optouts; /* all that match an address of this customer */
    size_t optout_count;
    /* lump sums that notices to this customer have charged, and which notices; none twice for life (RULES R17) */
    struct charge *charges;
    size_t charge_count;
    struct task *tasks; /* open ones and those done in this customer's current episodes */
    size_t task_count;
};

/* The ledger part as it was known at the end of a day: rows dated later are left out (DESIGN 4 "Other clocks").
   Shares strings with the original; arrays are new where something was left out. */
struct arena;
struct dossier *dossier_as_of(const struct dossier *dossier, day_t day, struct arena *arena);

/* The first day after `day` on which a further row becomes visible, DAY_NONE if none. */
day_t dossier_next_row(const struct dossier *dossier, day_t day);

const struct item *dossier_item(const struct dossier *dossier, const char *invoice_id, int32_t line);
const struct item_case *dossier_case(const struct dossier *dossier, const char *invoice_id, int32_t line);

#endif
