/*
 * Who owes: the ledger's customers and their contacts (DESIGN 5, RULES "Keys and columns").
 * All strings are "" where the ledger has no value.
 */
#ifndef MODEL_CUSTOMER_H
#define MODEL_CUSTOMER_H

#include "base/day.h"
#include "base/names.h"

enum customer_status { CUSTOMER_ACTIVE, CUSTOMER_INSOLVENT, CUSTOMER_DECEASED, CUSTOMER_CLOSED };
extern const struct names customer_status_names;

struct customer {
    const char *id;
    const char *name, *email, *phone;
    const char *language, *timezone, *country, *segment; /* de-AT, Europe/Berlin, DE, b2b|b2c|b2g */
    const char *policy, *tags;                           /* tags separated by commas */
    const char *bill_to;                                 /* customer notified instead of this one, "" for himself */
    const char *terms, *owner;
    const char *address, *street, *postcode, *city;
    const char *vat_id, *legal_form, *sms_consent;
    const char *hold_reason;
    day_t hold_until; /* DAY_NONE with a reason: no end known */
    enum customer_status status;
};
extern const struct customer customer_blank; /* nothing known: "", no end of a hold, active */

enum contact_role { ROLE_BILLING, ROLE_ESCALATION, ROLE_CC, ROLE_LEGAL };
extern const struct names contact_role_names;

/* A person of the ledger's contacts table. */
struct person {
    const char *id, *customer_id, *entity;
    const char *name, *email, *phone, *language, *sms_consent;
    enum contact_role role;
    bool active;
};

#endif
