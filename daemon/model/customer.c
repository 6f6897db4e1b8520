#include "model/customer.h"

static const char *const customer_status_words[] = {"active", "insolvent", "deceased", "closed"};
const struct names customer_status_names = {customer_status_words,
                                            sizeof customer_status_words / sizeof *customer_status_words};
_Static_assert(sizeof customer_status_words / sizeof *customer_status_words == CUSTOMER_CLOSED + 1,
               "one word for each value");

static const char *const contact_role_words[] = {"billing", "escalation", "cc", "legal"};
const struct names contact_role_names = {contact_role_words, sizeof contact_role_words / sizeof *contact_role_words};
_Static_assert(sizeof contact_role_words / sizeof *contact_role_words == ROLE_LEGAL + 1, "one word for each value");

const struct customer customer_blank = {.id = "",
                                        .name = "",
                                        .email = "",
                                        .phone = "",
                                        .language = "",
                                        .timezone = "",
                                        .country = "",
                                        .segment = "",
                                        .policy = "",
                                        .tags = "",
                                        .bill_to = "",
                                        .terms = "",
                                        .owner = "",
                                        .address = "",
                                        .street = "",
                                        .postcode = "",
                                        .city = "",
                                        .vat_id = "",
                                        .legal_form = "",
                                        .sms_consent = "",
                                        .hold_reason = "",
                                        .hold_until = DAY_NONE,
                                        .status = CUSTOMER_ACTIVE};
