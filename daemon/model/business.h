/*
 * Who is owed: one creditor entity, as `business` and `entities` of dunningd.conf give it.
 */
#ifndef MODEL_BUSINESS_H
#define MODEL_BUSINESS_H

#include <stdbool.h>

struct business {
    const char *entity; /* "" for the default */
    const char *name, *email, *reply_to, *address, *phone, *website;
    const char *iban, *bic, *bank, *vat_id, *register_entry;
    const char *account;                            /* one that is no IBAN, as people write it */
    const char *street, *postcode, *city, *country; /* for payment codes that want an address in parts */
    const char *qr_iban, *qrr_prefix;               /* Swiss QR bill */
    const char *upi_id, *upi_page;                  /* UPI: address of the payee, page that opens the link */
    bool qr_codes, rf_references;
};

#endif
