/*
 * Who is owed: one creditor entity, as `business` and `entities` of dunningd.conf give it.
 */
#ifndef MODEL_BUSINESS_H
#define MODEL_BUSINESS_H

struct business {
    const char *entity; /* "" for the default */
    const char *name, *email, *reply_to, *address, *phone, *website;
    const char *iban, *bic, *bank, *vat_id, *register_entry;
};

#endif
